"""Reading a source of notes again: only what changed, the ledger first, then the library."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from digestbot.errors import SourceError
from digestbot.identity import identifiers
from digestbot.ledger import Papers
from digestbot.library import Library
from digestbot.models import Diagnostic, Note, Sighting, StoredNote
from digestbot.parsing import read_note
from digestbot.sources.folder import Document, Text, documents, load

log = logging.getLogger(__name__)

BATCH = 2 * 1024 * 1024
"""Characters of notes that one transaction of the library takes in: memory stays at the largest file."""

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Told how many files of how many have been looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a source found: numbers of files, and a sentence when the source as a whole failed."""

    files: int = 0
    changed: int = 0
    removed: int = 0
    unreadable: int = 0
    trouble: str = ""


class Source:
    """A folder of notes, known to the ledger by the name that the settings give it."""

    def __init__(self, folder: Path, library: Library, papers: Papers, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self.name = folder.as_posix()
        self._library = library
        self._papers = papers
        self._clock = clock
        self._reading = asyncio.Lock()
        self._trouble: Diagnostic | None = None

    async def read(self, progress: Progress = lambda done, total: None) -> Reading:
        """Bring the library up to what the folder holds now.

        A folder that is gone or has no notes keeps the library as it is, and the reading says so. A file that cannot
        be read keeps its last good papers.
        """
        async with self._reading:
            try:
                found = await asyncio.to_thread(documents, self.folder, shown="")
            except SourceError as error:
                return self._kept(str(error))
            if not found:
                return self._kept(f"{self.folder}: there are no Markdown files in it")
            self._trouble = None
            return await self._update(found, progress)

    async def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what the last reading did not understand, the folder's own trouble first."""
        files = await self._library.diagnostics()
        return (self._trouble, *files) if self._trouble else files

    def _kept(self, trouble: str) -> Reading:
        """Change nothing: whoever mounts a folder late or moves it must not lose the library."""
        before = self._trouble
        self._trouble = Diagnostic(self.name, 0, "error", trouble, "the papers read before are kept")
        if self._trouble != before:
            log.error("%s; the papers read before are kept", trouble)
        return Reading(trouble=trouble)

    async def _update(self, found: Sequence[Document], progress: Progress) -> Reading:
        known = await self._library.files(self.name)
        await self._notice_exchange(found)
        # A ledger restored from a backup does not know what the library has read since.
        sighted = await self._papers.files(self.name)
        changed = size = 0
        unreadable: list[str] = []
        batch: list[StoredNote] = []
        for done, document in enumerate(found):
            progress(done, len(found))
            try:
                text = await asyncio.to_thread(load, document)
                if known.get(document.name) == sighted.get(document.name) == text.digest:
                    continue
                batch.append(await self._sighted(document, text))
            except SourceError as error:
                unreadable.append(document.name)
                await self._report_unreadable(document.name, str(error))
                continue
            changed += 1
            size += len(text.text)
            if size > BATCH:
                await self._library.put(self.name, batch)
                batch, size = [], 0
        if batch:
            await self._library.put(self.name, batch)
        gone = sorted(set(known) - {d.name for d in found} - _below(known, unreadable))
        if gone:
            await self._library.remove(self.name, gone)
            await self._papers.forget(self.name, gone)
        await self._library.keep_only(self.name)
        if not changed and not await self._papers.imported(self.name):
            # Not while files still come in: an archive that is being copied or cloned is archive to its last file.
            await self._papers.finish_import(self.name, self._clock())
            log.info("the archive of %s is complete; papers that come from now on are new", self.folder)
        progress(len(found), len(found))
        return Reading(len(found), changed, len(gone), len(unreadable))

    async def _notice_exchange(self, found: Sequence[Document]) -> None:
        """Take a folder whose notes were exchanged for others as another archive: its papers flood no channel.

        Exchanged means that no file is as it was, and that most papers were never seen. A single file that keeps its
        name is one that somebody goes on writing, whatever it holds.
        """
        before = await self._papers.files(self.name)
        if not before or (len(before) == 1 and before.keys() & {d.name for d in found}):
            return
        unknown = total = 0
        for document in found:
            try:
                text = await asyncio.to_thread(load, document)
            except SourceError:
                continue
            if text.digest in before.values():
                return
            for entry in (await _apart(lambda d=document, t=text: read_note(t.text, d.name))).entries:
                total += 1
                unknown += not any([await self._papers.aliases(key) for key in identifiers(entry)])
        if unknown * 2 > total:
            log.warning("the notes in %s were exchanged for others; their papers count as archive", self.folder)
            await self._papers.begin_import(self.name)

    async def _sighted(self, document: Document, text: Text) -> StoredNote:
        try:
            note = await _apart(lambda: read_note(text.text, document.name))
        except Exception as error:
            # The reader takes any text; where it does fail, the other notes must go on.
            log.exception("%s: the reader failed", document.name)
            raise SourceError(f"the reader failed on it ({type(error).__name__}); please report it") from error
        sequences = await self._papers.sight(self.name, document.name, text.digest, note.entries, self._clock())
        sightings = tuple(Sighting(entry, seq) for entry, seq in zip(note.entries, sequences, strict=True))
        return StoredNote(document.name, text.digest, sightings, (*text.diagnostics, *note.diagnostics))

    async def _report_unreadable(self, file: str, reason: str) -> None:
        log.error("%s: %s", file, reason)
        unreadable = Diagnostic(file, 0, "error", reason, "its papers from the last good reading are kept")
        await self._library.report(self.name, file, (unreadable,))


def _below(known: Iterable[str], folders: Sequence[str]) -> set[str]:
    """Return the files below folders that could not be listed: they are out of sight, not gone."""
    return {file for file in known if any(file.startswith(f"{folder}/") for folder in folders)}


async def _apart(work: Callable[[], T]) -> T:
    """Do long work in a thread that the end of the process does not wait for, as it does for asyncio's own."""
    loop = asyncio.get_running_loop()
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()  # whoever waits may be cancelled; the work goes on, for nobody

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, name="reading", daemon=True).start()
    return await asyncio.wrap_future(outcome, loop=loop)


def read_documents(found: Sequence[Document]) -> Iterator[Note]:
    """Read documents without library or ledger, one after the other; one that cannot be read has only a diagnostic."""
    for document in found:
        try:
            text = load(document)
        except SourceError as error:
            yield Note(document.name, (), (Diagnostic(document.name, 0, "error", str(error), "the file was left out"),))
            continue
        note = read_note(text.text, document.name)
        yield Note(note.file, note.entries, (*text.diagnostics, *note.diagnostics))
