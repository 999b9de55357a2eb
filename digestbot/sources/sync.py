"""Reading a source of notes again: only what changed, the ledger first, then the library."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from digestbot.errors import SourceError
from digestbot.identity import identifiers
from digestbot.ledger import Papers
from digestbot.library import Library
from digestbot.models import Diagnostic, Note, Sighting, StoredNote
from digestbot.parsing import Rule, Rules, read_note
from digestbot.sources.origin import Commit, File, Origin, Snapshot, Text
from digestbot.sources.rulebook import idle_rules, rules_of
from digestbot.sources.status import Progress, Reading, Status
from digestbot.threads import apart

log = logging.getLogger(__name__)

BATCH = 2 * 1024 * 1024
"""Characters of notes that ledger and library take in at once: memory stays at the largest file."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read before: the library's files, the digests that the ledger saw, and where both agree by these rules.

    `digests` are those, `stamps` stand for them.
    """

    files: Set[str]
    sighted: Mapping[str, str]
    digests: Mapping[str, str]
    stamps: Mapping[str, str]

    def at_rest(self, file: File) -> bool:
        """Tell whether a file is as it was read, as far as that is known without reading it."""
        digest = self.digests.get(file.name)
        return bool(digest) and (file.digest == digest or ("" != file.stamp == self.stamps.get(file.name)))


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A note just read, with its content's digest and its stamp."""

    note: Note
    digest: str
    stamp: str


@dataclass(frozen=True, slots=True)
class _Batch:
    """What came of some files: notes, stamps of files that hold what they held, and why others cannot be read."""

    notes: list[_Fresh] = field(default_factory=list[_Fresh])
    stamps: dict[str, str] = field(default_factory=dict[str, str])
    unreadable: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def any(self) -> bool:
        """Whether there was a file."""
        return bool(self.notes or self.stamps or self.unreadable)


class Source:
    """An origin of notes as ledger and library know it: `name` is the ledger's, `label` what people are shown."""

    def __init__(
        self,
        origin: Origin,
        library: Library,
        papers: Papers,
        clock: Callable[[], datetime],
        *,
        label: str = "",
        rules: Sequence[Rule] = (),
    ) -> None:
        self.origin = origin
        self.name = origin.key
        self.label = label or origin.place
        self.trouble: Diagnostic | None = None
        self.idle: tuple[Diagnostic, ...] = ()
        self._rules = rules
        self._before = f"{label}/" if label else ""
        self.read_at: datetime | None = None
        self._commit: Commit | None = None
        self._library = library
        self._papers = papers
        self._clock = clock
        self._reading = asyncio.Lock()

    async def read(self, progress: Progress = lambda done, total: None) -> Reading:
        """Bring the library up to what the origin holds now.

        A folder that is gone or has no notes keeps the library as it is, and the reading says so. A file that cannot
        be read keeps its last good papers.
        """
        async with self._reading:
            try:
                async with self.origin.snapshot() as snapshot:
                    self._tell(snapshot.trouble)
                    names = [file.name.removeprefix(self._before) for file in snapshot.files]
                    self.idle = idle_rules(self._rules, self.label, names)
                    reading = await self._update(snapshot, progress)
            except SourceError as error:
                self._tell(str(error))
                return Reading(trouble=str(error))
            self._commit, self.read_at = snapshot.commit, self._clock()
            return reading

    async def status(self) -> Status:
        """Return how the source is doing, from what the library holds of it."""
        files, papers = await self._library.counts(self.name)
        trouble = self.trouble.found if self.trouble else ""
        return Status(self.label, self.origin.place, files, papers, self.read_at, self._commit, trouble)

    def _tell(self, trouble: str) -> None:
        """Keep the trouble, if any, to be asked for, and log it once: the library stays as it is."""
        before = self.trouble
        kept = Diagnostic(self.label, 0, "error", trouble, "the papers read before are kept")
        self.trouble = kept if trouble else None
        if self.trouble and self.trouble != before:
            log.error("%s; the papers read before are kept", trouble)

    async def _update(self, snapshot: Snapshot, progress: Progress) -> Reading:
        found, now = snapshot.files, snapshot.commit.date if snapshot.commit else self._clock()
        known, last = await self._known(), await self._papers.highest()
        fresh = [file for file in found if not known.at_rest(file)]
        places = {file.name: len(found) - len(fresh) + number for number, file in enumerate(fresh)}
        if len(fresh) == len(found):
            await self._notice_exchange(found, known.sighted)
        left, loop = iter(fresh), asyncio.get_running_loop()
        first = set[int]()
        changed: list[str] = []
        unreadable: list[str] = []

        def tell(file: File) -> None:
            loop.call_soon_threadsafe(progress, places[file.name], len(found))

        while (batch := await apart(lambda: self._batch(left, known, tell))).any:
            first |= await self._put(batch, now)
            changed += [one.note.file for one in batch.notes]
            unreadable += batch.unreadable
        there = known.files | known.sighted.keys()
        gone = sorted(there - {f.name for f in found} - _below(there, unreadable))
        if gone:
            await self._library.remove(self.name, gone)
            await self._papers.forget(self.name, gone)
        if (snapshot.commit or not changed) and not await self._papers.imported(self.name):
            # Not while files still come in: an archive that is being copied is archive to its last file. A commit
            # is there as a whole.
            await self._papers.finish_import(self.name, self._clock())
            log.info("the archive of %s is complete; papers that come from now on are new", self.label)
        progress(len(found), len(found))
        counts = (len(found), len(changed), len(gone), len(unreadable))
        return Reading(*counts, snapshot.trouble, (*changed, *gone), tuple(s for s in sorted(first) if s > last))

    async def _known(self) -> _Known:
        held, stamps = await self._library.files(self.name), await self._library.stamps(self.name)
        sighted = await self._papers.files(self.name)
        # Other rules give another reading, and a ledger restored from a backup does not know what was read since.
        agreed = await asyncio.to_thread(
            lambda: {name: digest for name, digest in sighted.items() if held.get(name) == self._read_by(name, digest)}
        )
        return _Known(held.keys(), sighted, agreed, stamps)

    async def _notice_exchange(self, found: Sequence[File], before: Mapping[str, str]) -> None:
        """Take a source whose notes were exchanged for others as another archive: its papers flood no channel.

        Exchanged means that no file is as it was, that most papers were never seen, and that half of those before, or
        more, are gone. A single file that keeps its name is one that somebody goes on writing, whatever it holds.
        """
        held = await self._papers.held(self.name)
        if not held or (len(before) == 1 and before.keys() & {f.name for f in found}):
            return
        digests = set(before.values())
        names: list[tuple[str, ...]] = []
        for file in found:
            try:
                text = None if file.digest else await asyncio.to_thread(file.load)
                if (text.digest if text else file.digest) in digests:
                    return
                text = text or await asyncio.to_thread(file.load)
                note = await apart(lambda f=file, t=text: self._note(f, t))
            except SourceError:
                continue
            names += map(identifiers, note.entries)
        owners = await self._papers.owners({name for some in names for name in some})
        unknown = sum(owners.keys().isdisjoint(some) for some in names)
        if unknown * 2 > len(names) and len(held.intersection(owners.values())) * 2 <= len(held):
            log.warning("the notes in %s were exchanged for others; their papers count as archive", self.label)
            await self._papers.begin_import(self.name)

    def _rules_for(self, file: str) -> Rules:
        """Return the rules of a file by its path below the source, which globs are about."""
        return rules_of(self._rules, file.removeprefix(self._before))

    def _read_by(self, file: str, digest: str) -> str:
        """Return what the library keeps of a file to know it again: other rules give another reading of it.

        The ledger keeps the text's digest alone: what only a rule brought to light is archive, not new.
        """
        return digest + self._rules_for(file).mark

    def _batch(self, files: Iterator[File], known: _Known, tell: Callable[[File], None]) -> _Batch:
        """Read the next files, as many as are put away at once; a thread takes this up once, not for each file."""
        batch, size = _Batch(), 0
        for file in files:
            tell(file)
            try:
                text = file.load()
                if text.digest == known.digests.get(file.name):
                    batch.stamps[file.name] = file.stamp
                    continue
                batch.notes.append(_Fresh(self._note(file, text), text.digest, file.stamp))
            except SourceError as error:
                batch.unreadable[file.name] = str(error)
                continue
            size += len(text.text)
            if size > BATCH:
                break
        return batch

    def _note(self, file: File, text: Text) -> Note:
        try:
            note = read_note(text.text, file.name, self._rules_for(file.name))
        except Exception as error:
            # The reader takes any text; where it does fail, the other notes must go on.
            log.exception("%s: the reader failed", file.name)
            raise SourceError(f"the reader failed on it ({type(error).__name__}); please report it") from error
        return Note(note.file, note.entries, (*text.diagnostics, *note.diagnostics))

    async def _put(self, batch: _Batch, now: datetime) -> set[int]:
        """Show notes to the ledger, then put them into the library; returns the sequences of their papers.

        In this order a crash in between only costs reading them again; the other way round, the library would take for
        known what the ledger never saw.
        """
        read = [(one.note, one.digest) for one in batch.notes]
        found = await self._papers.sight_all(self.name, read, now, self._read_alike)
        stored = [
            StoredNote(
                one.note.file,
                self._read_by(one.note.file, one.digest),
                tuple(map(Sighting, one.note.entries, sequences)),
                one.note.diagnostics,
                one.stamp,
            )
            for one, sequences in zip(batch.notes, found, strict=True)
        ]
        if stored:
            await self._library.put(self.name, stored)
        if batch.stamps:
            await self._library.stamp(self.name, batch.stamps)
        for file, reason in batch.unreadable.items():
            await self._report_unreadable(file, reason)
        return {sequence for sequences in found for sequence in sequences}

    def _read_alike(self, one: str, other: str) -> bool:
        return self._rules_for(one) == self._rules_for(other)

    async def _report_unreadable(self, file: str, reason: str) -> None:
        log.error("%s: %s", file, reason)
        unreadable = Diagnostic(file, 0, "error", reason, "its papers from the last good reading are kept")
        await self._library.report(self.name, file, (unreadable,))


def _below(known: Iterable[str], folders: Sequence[str]) -> set[str]:
    """Return the files below folders that could not be listed: they are out of sight, not gone."""
    return {file for file in known if any(file.startswith(f"{folder}/") for folder in folders)}
