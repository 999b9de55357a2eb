"""Telling when notes may have changed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from watchfiles import (
    Change,
    DefaultFilter,
    awatch,  # pyright: ignore[reportUnknownVariableType] - its signature names an optional dependency
)

ENDINGS = frozenset({".md", ".markdown"})
LOOK_AGAIN = 300
"""Seconds after which the notes are looked at even without an event: network and container mounts send none."""


class _NotesFilter(DefaultFilter):
    """Lets through what may be a note or a folder of notes; beside the folder, only the folder itself."""

    def __init__(self, folder: Path, watched: Path) -> None:
        super().__init__()
        self._awaited = None if watched == folder else watched / folder.relative_to(watched).parts[0]

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path)
        if self._awaited:
            return name == self._awaited
        return not name.name.startswith(".") and (name.suffix.lower() in ENDINGS or not name.suffix)


async def watch(folder: Path, stop: asyncio.Event) -> AsyncGenerator[None]:
    """Yield whenever notes in the folder may have changed, until `stop` is set, and once when it begins to listen.

    While the folder does not exist, its nearest existing parent is watched.
    """
    folder = await asyncio.to_thread(folder.absolute)
    while not stop.is_set():
        watched = await asyncio.to_thread(_nearest_existing, folder)
        changes = awatch(
            watched,
            watch_filter=_NotesFilter(folder, watched),
            recursive=watched == folder,
            rust_timeout=LOOK_AGAIN * 1000,
            yield_on_timeout=True,
        )
        async with aclosing(changes), aclosing(_listening(changes, stop)) as told:
            async for _ in told:
                yield
                if await asyncio.to_thread(_nearest_existing, folder) != watched:
                    break


async def _listening(changes: AsyncGenerator[set[tuple[Change, str]]], stop: asyncio.Event) -> AsyncGenerator[None]:
    """Yield at once and after each change, always with somebody listening for the next: nothing falls between.

    `stop` is waited for here, because watchfiles sets an event that it is given when it is cancelled.
    """
    stopped = asyncio.ensure_future(stop.wait())
    upcoming = asyncio.ensure_future(anext(changes))
    try:
        while not stop.is_set():
            await asyncio.sleep(0)  # the listening begins in the task's first step
            yield
            await asyncio.wait({upcoming, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if upcoming.done():
                upcoming.result()
                upcoming = asyncio.ensure_future(anext(changes))
    finally:
        for task in (stopped, upcoming):
            task.cancel()
        await asyncio.wait({stopped, upcoming})


def _nearest_existing(folder: Path) -> Path:
    return next(p for p in (folder, *folder.parents) if p.is_dir())
