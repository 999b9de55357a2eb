"""Telling when notes may have changed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import (
    Change,
    DefaultFilter,
    awatch,  # pyright: ignore[reportUnknownVariableType] - its signature names an optional dependency
)

from digestbot.sources.folder import ENDINGS

LOOK_AGAIN = 300
"""Seconds after which the notes are looked at even without an event: network and container mounts send none."""


class _NotesFilter(DefaultFilter):
    """Lets through what may be a note or a folder of notes."""

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path)
        return not name.name.startswith(".") and (name.suffix.lower() in ENDINGS or not name.suffix)


async def watch(folder: Path, stop: asyncio.Event) -> AsyncIterator[None]:
    """Yield whenever notes in the folder may have changed, until `stop` is set.

    While the folder does not exist, its nearest existing parent is watched.
    """
    folder = await asyncio.to_thread(folder.absolute)
    while not stop.is_set():
        watched = await asyncio.to_thread(_nearest_existing, folder)
        changes = awatch(
            watched,
            watch_filter=_NotesFilter(),
            stop_event=stop,
            recursive=watched == folder,
            rust_timeout=LOOK_AGAIN * 1000,
            yield_on_timeout=True,
        )
        async for _ in changes:
            yield
            if await asyncio.to_thread(_nearest_existing, folder) != watched:
                break
        await changes.aclose()


def _nearest_existing(folder: Path) -> Path:
    return next(p for p in (folder, *folder.parents) if p.is_dir())
