"""Looking at papers in the terminal: beside a running bot without disturbing it, or on notes read for the occasion."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

from digestbot.bot import render
from digestbot.digest import Composer, cut_papers
from digestbot.errors import ChannelError, LibraryError, SourceError
from digestbot.ledger import open_ledger
from digestbot.library import Library, Search, open_library
from digestbot.models import Payload, Sighting, StoredNote
from digestbot.parsing import READER_VERSION, Rules
from digestbot.settings import Settings
from digestbot.sources import File, Progress, documents, read_files, ruled

log = logging.getLogger(__name__)

_LATEST = 500
"""Papers of the latest period that are shown at most."""


@asynccontextmanager
async def open_to_look(settings: Settings, notes: Path | None, progress: Progress) -> AsyncGenerator[Library]:
    """Open the bot's library for reading, beside a running bot; without one, or for other notes, a temporary one."""
    async with AsyncExitStack() as stack:
        library = None if notes else await _existing(stack, settings)
        if library is None:
            library = await stack.enter_async_context(_library(settings, None))
            # Clones of its own: the bot may be fetching into those in its data folder.
            clones = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digestbot-")))
            if notes:
                found = await asyncio.to_thread(documents, notes)
                files = [(document.file, settings.rulebook.rules(document)) for document in found]
                await _fill(library, notes.as_posix(), files, progress)
            else:
                await _fill_from_each(library, settings, clones, progress)
        yield library


async def _existing(stack: AsyncExitStack, settings: Settings) -> Library | None:
    try:
        return await stack.enter_async_context(_bots_library(settings))
    except LibraryError as error:
        log.info("%s; the notes are read for the occasion", error)
        return None


async def _fill_from_each(library: Library, settings: Settings, clones: Path, progress: Progress) -> None:
    """Read what can be read of the settings' sources. Raises SourceError if that is none."""
    failed: list[SourceError] = []
    for notes in settings.notes:
        try:
            origin = notes.origin(clones)
            async with origin.snapshot() as snapshot:
                await _fill(library, origin.key, ruled(snapshot.files, notes.reading, notes.name), progress)
        except SourceError as error:
            failed.append(error)
    if len(failed) == len(settings.notes):
        raise failed[0]
    for error in failed:
        log.error("%s; the other notes were read", error)


async def _fill(library: Library, source: str, files: Sequence[tuple[File, Rules]], progress: Progress) -> None:
    stored: list[StoredNote] = []
    for done, note in enumerate(read_files(files)):
        progress(done, len(files))
        sightings = tuple(Sighting(entry, None) for entry in note.entries)
        stored.append(StoredNote(note.file, note.file, sightings, note.diagnostics))
    await library.put(source, stored)
    progress(len(stored), len(stored))


async def preview_channel(settings: Settings, channel_id: int, clock: Callable[[], datetime]) -> tuple[Payload, ...]:
    """Return the messages of a channel's next edition, beside a running bot. Raises ChannelError if it has none."""
    async with (
        open_ledger(settings.data.ledger_url, read_only=True) as ledger,
        _bots_library(settings) as library,
    ):
        channel = await ledger.channels.get(channel_id)
        if channel is None:
            raise ChannelError(f"the channel {channel_id} has no digest; set one up with /digest setup")
        return await Composer(ledger, library.search, render, clock).preview(channel)


async def preview_latest(search: Search, today: datetime) -> tuple[Payload, ...]:
    """Return the messages that the papers of the latest period would make; without periods, those of all papers."""
    period = await search.latest_period()
    papers = (await search.period_papers(period, 0, _LATEST)).items if period else await search.newest(_LATEST)
    return await cut_papers(search, papers, render, date=today.date().isoformat())


def _bots_library(settings: Settings) -> AbstractAsyncContextManager[Library]:
    return _library(settings, settings.data.folder)


def _library(settings: Settings, folder: Path | None) -> AbstractAsyncContextManager[Library]:
    """Open the library in a folder for reading; without a folder, a temporary one for writing."""
    return open_library(
        folder,
        reader_version=READER_VERSION,
        aliases=settings.topics.aliases,
        keypoint_aliases=settings.keypoints.aliases,
        read_only=folder is not None,
    )
