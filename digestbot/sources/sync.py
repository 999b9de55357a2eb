"""Reading a source of notes again: only what changed, the ledger first, then the library."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digestbot.errors import SourceError
from digestbot.ledger import Papers
from digestbot.library import Library
from digestbot.models import Diagnostic, Note, Sighting, StoredNote
from digestbot.parsing import read_note
from digestbot.sources.folder import Document, Text, documents, load

log = logging.getLogger(__name__)

BATCH = 2 * 1024 * 1024
"""Characters of notes that one transaction of the library takes in: memory stays at the largest file."""

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

        A folder that is gone or has no notes left keeps the library as it is, and the reading says so. A file that
        cannot be read keeps its last good papers.
        """
        async with self._reading:
            try:
                found = await asyncio.to_thread(documents, self.folder, base=self.folder)
            except SourceError as error:
                return self._kept(str(error))
            known = await self._library.files(self.name)
            if known and not found:
                return self._kept(f"{self.folder}: no Markdown files are left")
            self._trouble = None
            return await self._update(found, known, progress)

    async def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what the last reading did not understand, the folder's own trouble first."""
        files = await self._library.diagnostics()
        return (self._trouble, *files) if self._trouble else files

    def _kept(self, trouble: str) -> Reading:
        """Change nothing: whoever mounts a folder late or moves it must not lose the library."""
        log.error("%s; the papers read before are kept", trouble)
        self._trouble = Diagnostic(self.name, 0, "error", trouble, "the papers read before are kept")
        return Reading(trouble=trouble)

    async def _update(self, found: Sequence[Document], known: Mapping[str, str], progress: Progress) -> Reading:
        await self._notice_exchange(found)
        changed = unreadable = size = 0
        batch: list[StoredNote] = []
        for done, document in enumerate(found):
            progress(done, len(found))
            try:
                text = await asyncio.to_thread(load, document)
            except SourceError as error:
                unreadable += 1
                await self._report_unreadable(document.name, str(error))
                continue
            if known.get(document.name) == text.digest:
                continue
            changed += 1
            size += len(text.text)
            batch.append(await self._sighted(document, text))
            if size > BATCH:
                await self._library.put(self.name, batch)
                batch, size = [], 0
        if batch:
            await self._library.put(self.name, batch)
        gone = sorted(set(known) - {d.name for d in found})
        if gone:
            await self._library.remove(self.name, gone)
            await self._papers.forget(self.name, gone)
        if not await self._papers.imported(self.name):
            await self._papers.finish_import(self.name, self._clock())
        progress(len(found), len(found))
        return Reading(len(found), changed, len(gone), unreadable)

    async def _notice_exchange(self, found: Sequence[Document]) -> None:
        """Take a folder in which no known file is left for another archive: its papers flood no channel."""
        before = await self._papers.files(self.name)
        if before and found and before.keys().isdisjoint(d.name for d in found):
            log.warning("%s holds none of the files known before; its papers count as archive", self.folder)
            await self._papers.begin_import(self.name)

    async def _sighted(self, document: Document, text: Text) -> StoredNote:
        note = await asyncio.to_thread(read_note, text.text, document.name)
        sequences = await self._papers.sight(self.name, document.name, text.digest, note.entries, self._clock())
        sightings = tuple(Sighting(entry, seq) for entry, seq in zip(note.entries, sequences, strict=True))
        return StoredNote(document.name, text.digest, sightings, (*text.diagnostics, *note.diagnostics))

    async def _report_unreadable(self, file: str, reason: str) -> None:
        log.error("%s: %s", file, reason)
        unreadable = Diagnostic(file, 0, "error", reason, "its papers from the last good reading are kept")
        await self._library.report(self.name, file, (unreadable,))


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
