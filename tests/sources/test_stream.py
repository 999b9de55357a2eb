"""Of each version of the notes the papers that it brings, and only they, are new: since its commit, if it has one."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from digestbot.bot import Checkup
from digestbot.models import Note
from digestbot.parsing import Rule, Rules
from digestbot.sources import Folder, Origin, Repository, Source, Sources
from tests.digest.conftest import CHANNEL, Clock, opened
from tests.digest.shelf import Shelf
from tests.digest.unruly import Crash, Fate, Fragile
from tests.sources.remote import Remote
from tests.sources.stream import Model, Text, Version, version

T = TypeVar("T")

EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
"""How many repositories live; more by the environment variable of this name."""

ANCHOR = "0.md"
RULES: dict[str, Sequence[Rule]] = {
    "": (),
    "no drafts": (Rule(("b/**",), Rules(skip=True)),),
    "folders alone": (Rule(("*.md",), Rules(skip=True)),),
    "other topics": (Rule(("**",), Rules(topics="file name")),),
}
SEAMS = ("sight_all", "put", "remove", "forget", "finish_import")

numbers = st.integers(0, 50)
seams = st.sampled_from(["", "", "", "", *SEAMS])
filings = st.sampled_from([("Video",), ("Diffusion",), ("Video", "Agents")])


class Witness:
    """Stands before the ledger's papers, and tells of every file as soon as the ledger has it, or has it no more."""

    def __init__(
        self,
        papers: Any,
        fate: Fate,
        sighted: Callable[[str, str, datetime], None],
        gone: Callable[[Sequence[str]], None],
        finished: Callable[[], None],
    ) -> None:
        self._papers = papers
        self._fate = fate
        self._sighted = sighted
        self._gone = gone
        self._finished = finished

    def __getattr__(self, name: str) -> Any:
        return getattr(Fragile(self._papers, self._fate), name)

    async def sight_all(self, source: str, notes: Sequence[tuple[Note, str]], now: datetime, *more: Any) -> Any:
        self._fate.call("sight_all", "before")
        answer = await self._papers.sight_all(source, notes, now, *more)
        for note, digest in notes:
            self._sighted(note.file, digest, now)
        self._fate.call("sight_all", "after")
        return answer

    async def forget(self, source: str, gone: Sequence[str]) -> None:
        self._fate.call("forget", "before")
        await self._papers.forget(source, gone)
        self._gone(gone)
        self._fate.call("forget", "after")

    async def finish_import(self, source: str, now: datetime) -> None:
        self._fate.call("finish_import", "before")
        await self._papers.finish_import(source, now)
        self._finished()


class Streams(RuleBasedStateMachine):
    """People who write notes, in a folder or a repository, and a bot that reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.fate = Fate()
        self.texts: dict[str, Text] = {}
        self.model = Model()
        self.corrected: set[str] = set()
        self.ruled: Sequence[Rule] = ()
        self.between: Callable[[], None] | None = None
        self.sound = False

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(doing)

    @initialize(git=st.booleans())
    def open(self, git: bool) -> None:
        self.stack.enter_context(pytest.MonkeyPatch.context()).setattr("digestbot.sources.sync.BATCH", 200)
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.clock = Clock(datetime(2026, 3, 25, 12, tzinfo=UTC))
        self.clones, self.ledger = folder / "clones", folder / "ledger.db"
        self.remote = Remote(folder / "notes") if git else None
        self.shelf = Shelf(folder / "notes")
        self.run(self._open(folder))

    async def _open(self, folder: Path) -> None:
        self.world = await self.stack.enter_async_context(opened(folder, self.clock))
        self.channel = await self.world.set_up(CHANNEL)
        self._restart()
        await self._read("", 0)
        await self._read("", 0)

    def _restart(self) -> None:
        papers = cast(
            "Any", Witness(self.world.ledger.papers, self.fate, self._sighted, self.model.forget, self._finished)
        )
        library = cast("Any", Fragile(self.world.library, self.fate))
        source = Source(self._origin(), library, papers, self.clock, rules=self.ruled)
        self.model.rules = self.ruled
        self.sources = Sources((source,), library)
        self.checkup = Checkup(self.sources, self.world.library.search, {})

    def _origin(self) -> Origin:
        return Repository(self.remote.url, self.clones) if self.remote else Folder(self.shelf.folder)

    # The notes

    @rule(count=st.integers(1, 5), topics=filings, at=numbers, fresh=st.booleans())
    def write(self, count: int, topics: tuple[str, ...], at: int, fresh: bool) -> None:
        """New papers, in a file of their own or in one that is there."""
        names = self.shelf.names()
        self.shelf.write(count, topics, "" if fresh or not names else names[at % len(names)])

    @precondition(lambda self: self.shelf.names())
    @rule(at=numbers, place=numbers, what=st.sampled_from(["correct", "correct", "link", "retitle", "file_under"]))
    def mend(self, at: int, place: int, what: str) -> None:
        """A title corrected where it was read, a link added, another title for a paper whose link was read."""
        file = self._pick(self.shelf.names(), at)
        lines = self.shelf.files[file]
        if not lines:
            return
        line = lines[place % len(lines)]
        was_read = file in self.model.present and line in self.model.visible(file, self.model.held[file])
        if what == "correct" and was_read and file not in self.corrected:
            self.shelf.correct(file, place, word=False)
            self.corrected.add(file)
        elif what == "retitle" and was_read and line.arxiv:
            self.shelf.retitle(file, place)
        elif what == "link":
            self.shelf.link(file, place)
        elif what == "file_under":
            self.shelf.file_under(file, place, ("Agents",))

    @rule(what=st.sampled_from(["move", "copy", "shift", "shift", "delete"]), at=numbers, place=numbers, into=numbers)
    def rearrange(self, what: str, at: int, place: int, into: int) -> None:
        """A file renamed or deleted; a paper in a second file, or in another one."""
        names = [name for name in self.shelf.names() if name not in self.corrected]
        if not names:
            return
        file = self._pick(names, at)
        if what in ("copy", "shift"):
            if self.shelf.files[file]:
                getattr(self.shelf, what)(file, place, self._pick(["", *(n for n in names if n != file)], into))
        else:
            getattr(self.shelf, what)(file)

    @precondition(lambda self: self.shelf.bin)
    @rule(at=numbers)
    def restore(self, at: int) -> None:
        self.shelf.restore(self._pick(sorted(self.shelf.bin), at))

    @precondition(lambda self: not self.corrected)
    @rule(count=st.integers(1, 5))
    def overhaul(self, count: int) -> None:
        """All that was there is thrown away for something else."""
        before = sorted(self.shelf.files)
        self.shelf.write(count, ("Video",))
        for name in before:
            self.shelf.delete(name)

    # The bot

    @rule(seam=seams, when=st.sampled_from(["before", "after"]), call=st.integers(1, 4), kind=st.integers(0, 3))
    def read(self, seam: str, when: str, call: int, kind: int) -> None:
        """Read this version; the process may die on the way."""
        if seam:
            self.fate.plan(seam, when, call)
        self.run(self._read(("", "--amend")[kind == 1], kind))

    @rule(
        call=st.integers(1, 3), count=st.integers(1, 3), at=numbers, what=st.sampled_from(["write", "move", "delete"])
    )
    def read_while_it_changes(self, call: int, count: int, at: int, what: str) -> None:
        """Somebody goes on writing while the folder is read; a commit stays what it is."""

        def between() -> None:
            names = [name for name in self.shelf.names() if name not in self.corrected]
            if what == "write" or not names:
                self.shelf.write(count, ("Video",), self._pick(["", *names], at))
            else:
                getattr(self.shelf, what)(self._pick(names, at))

        self.between = between
        self.run(self._read("", 0))
        self.between = None

    @rule()
    def restart(self) -> None:
        self._restart()

    @precondition(lambda self: not self.corrected)
    @rule(name=st.sampled_from(sorted(RULES)))
    def rule_otherwise(self, name: str) -> None:
        """Other rules, for which the bot must be started again."""
        self.ruled = RULES[name]
        self._restart()

    @rule()
    def lose_library(self) -> None:
        (source,) = self.sources
        self.run(self._lose(source.name))

    async def _lose(self, source: str) -> None:
        await self.world.library.remove(source, list(await self.world.library.files(source)))

    def teardown(self) -> None:
        try:
            if self.sound:
                self.run(self._read("", 0))
                self.run(self._read("", 0))
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()

    # What a reading comes to

    async def _read(self, *commit: Any) -> None:
        """Read what is there now; a reading that ends must have come to what the model says."""
        self.sound = False
        notes = self._publish(*commit)
        before = set(self.model.seen)
        self.model.begin(notes)
        self.sightings = 0
        synced = None
        with suppress(Crash):
            synced = await self.checkup.sync()
        self.fate.heal()
        if synced is None:
            self._restart()
        elif not notes:
            assert synced.reading.trouble
        elif self.between is None or self.remote:
            assert self.model.present == set(notes)
            assert not self.model.importing or (self.sightings and not self.remote)
            self.corrected.clear()
            assert self.model.papers(notes) <= self.model.seen
            assert synced.new == len(self.model.seen - before)
            await self._look(notes)
        self.sound = True

    def _publish(self, amend: str, kind: int) -> Version:
        """Let the notes be seen as they are, by a commit in a repository: on top, in place of the last, or first."""
        notes = self._noted()
        self.now = self.clock.pass_by(hours=1)
        if self.remote:
            self.now = self.clock() - timedelta(days=kind * 100)
            if kind == 2:
                self.remote.git("update-ref", "-d", "HEAD")
            self.remote.commit(*filter(None, [amend]), at=int(self.now.timestamp()))
        return notes

    def _noted(self) -> Version:
        notes = version(self.shelf.folder, self.shelf.files)
        self.texts |= {digest: text for text in notes.values() for digest in text.digests}
        return notes

    def _sighted(self, file: str, digest: str, now: datetime) -> None:
        assert now == self.now
        self.sightings += 1
        self.model.sight(file, self.texts[digest], now)
        if self.between:
            between, self.between = self.between, lambda: None
            between()
            self._noted()

    def _finished(self) -> None:
        """The archive is complete: a commit's at once, a folder's when nothing came in any more."""
        assert self.remote or not self.sightings
        self.model.importing = False

    async def _look(self, notes: Version) -> None:
        """Compare with the ledger, and with what a channel that was there from the start would get now."""
        with sqlite3.connect(self.ledger) as ledger:
            query = "SELECT title, first_seen FROM papers WHERE NOT archive AND folded_into IS NULL"
            found = [(self.shelf.owner[title], datetime.fromisoformat(seen)) for title, seen in ledger.execute(query)]
        ledger.close()
        assert sorted(found) == sorted(self.model.new.items())
        due = await self.world.library.search.sequences(await self.world.ledger.papers.since(0))
        there = self.model.new.keys() & self.model.papers(notes)
        assert sorted(self.shelf.owner[paper.title] for paper in due.values()) == sorted(there)
        assert await self.world.composer.waiting(self.channel) == len(there)
        every = await self.world.library.search.every()
        assert sorted(self.shelf.owner[paper.title] for paper in every) == sorted(self.model.papers(notes))

    @staticmethod
    def _pick(names: Sequence[T], at: int) -> T:
        return names[at % len(names)]


TestStreams = Streams.TestCase
TestStreams.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
