"""The notes that a command of the command line is about: at the paths it was given, or those of the settings."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from digestbot.errors import SourceError
from digestbot.models import Diagnostic
from digestbot.parsing import Rules
from digestbot.settings import NotesSettings, Settings
from digestbot.sources import File, Origin, borrow, documents, idle_rules, ruled


@dataclass(frozen=True, slots=True)
class Given:
    """Files with their rules, what is to be told of the places they are from, and the sources' names."""

    files: tuple[tuple[File, Rules], ...]
    told: tuple[Diagnostic, ...]
    sources: tuple[str, ...] = ()


@asynccontextmanager
async def given(settings: Settings, paths: Sequence[str] | None) -> AsyncGenerator[Given]:
    """Find the notes, to be loaded while this is open. Raises SourceError if there are none at a place.

    The settings' repositories are fetched, into copies of the bot's clones: it may be fetching into these.
    """
    sources = () if paths else settings.notes
    paths = paths or [str(notes.path) for notes in sources if not notes.git]
    gives = [_at_paths(settings, paths)]
    async with AsyncExitStack() as stack:
        if repositories := [notes for notes in sources if notes.git]:
            clones = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digestbot-")))
            await asyncio.to_thread(borrow, settings.data.clones, clones)
            alone = len(sources) == 1
            gives += [await _fetched(stack, notes, notes.origin(clones), alone=alone) for notes in repositories]
        files = tuple(file for one in gives for file in one.files)
        names = tuple(notes.name if notes.git else notes.path.as_posix() for notes in sources)
        yield Given(files, tuple(told for one in gives for told in one.told), names)


def _at_paths(settings: Settings, paths: Sequence[str]) -> Given:
    """Give the files at the paths, each once."""
    book = settings.rulebook
    found = list({os.path.realpath(d.path): d for path in paths for d in documents(path)}.values())
    return Given(tuple((document.file, book.rules(document)) for document in found), book.idle(found, paths))


async def _fetched(stack: AsyncExitStack, notes: NotesSettings, origin: Origin, *, alone: bool) -> Given:
    label = notes.name or origin.place
    await origin.refresh()
    try:
        snapshot = await stack.enter_async_context(origin.snapshot())
    except SourceError as error:
        if alone:
            raise
        return Given((), (Diagnostic(label, 0, "error", str(error), "it was left out"),))
    older = (Diagnostic(label, 0, "warning", snapshot.trouble, "the commit fetched last was read"),)
    below = [file.name.removeprefix(f"{notes.name}/") for file in snapshot.files]
    told = (*(older if snapshot.trouble else ()), *idle_rules(notes.reading, label, below))
    return Given(tuple(ruled(snapshot.files, notes.reading, notes.name)), told)
