"""Telling when notes may have changed."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path

from watchfiles import (
    Change,
    DefaultFilter,
    awatch,  # pyright: ignore[reportUnknownVariableType] - its signature names an optional dependency
)

from digestbot.sources.origin import named

log = logging.getLogger(__name__)

ENDINGS = frozenset({".md", ".markdown"})
LOOK_AGAIN = 300
"""Seconds after which the notes are looked at even without an event: network and container mounts send none."""
_AFTER_A_FAILURE = 60
"""Seconds until listening is tried again after the system or the library under it failed."""


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


async def watch(folder: Path, stop: asyncio.Event, again: float = _AFTER_A_FAILURE) -> AsyncGenerator[None]:
    """Yield whenever notes in the folder may have changed, until `stop` is set, and once when it begins to listen.

    While the folder does not exist, its nearest existing parent is watched. Where there is no listening (too many
    watches, a file whose name is not UTF-8) it yields, and tries once more `again` seconds later.
    """
    folder = await asyncio.to_thread(folder.absolute)
    while not stop.is_set():
        try:
            async with aclosing(_while_it_stands(folder, stop)) as told:
                async for _ in told:
                    yield
        except (OSError, UnicodeError, ExceptionGroup) as error:
            reason = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            log.warning("%s is not listened to (%s); it is looked at, again in %g s", named(folder), reason, again)
            yield
            with suppress(TimeoutError):
                async with asyncio.timeout(again):
                    await stop.wait()


async def _while_it_stands(folder: Path, stop: asyncio.Event) -> AsyncGenerator[None]:
    """Yield as `watch` does, until the folder, or the nearest one above it, comes or goes."""
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
