"""Each paper that is new comes once, in order, whatever people do with their notes and channels and whatever fails."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from digestbot.digest import Unsure
from digestbot.sources import Folder, Source, Sources
from tests.digest.audit import Audit
from tests.digest.books import Book
from tests.digest.conftest import Clock, opened, render
from tests.digest.shelf import TOPICS, Shelf
from tests.digest.unruly import Crash, Fate, Fragile, UnrulyDiscord

T = TypeVar("T")

EXAMPLES = int(os.environ.get("EXAMPLES", "25"))
"""How many lives are lived; more by the environment variable of this name."""

CHANNELS = (10, 20)
SLOT = {"day": "monday", "time": "09:00", "timezone": "Europe/Berlin"}
SCHEDULES = (SLOT, SLOT | {"day": "thursday", "time": "18:30"}, SLOT | {"timezone": "Asia/Shanghai"})
SEAMS = ("compose", "sending", "sent", "refused", "give_up", "note")
READING = ("put", "remove")
PASSES = {
    "": 0,
    "s": 20,
    "m": 130,
    "q": 1000,
    "h": 5400,
    "H": 18000,
    "d": 108000,
    "D": 324000,
    "g": 601200,
    "w": 691200,
    "W": 1468800,
}
"""Seconds by which clocks move on: within and after a nonce's window, hours, days, until just before the next slot,
weeks."""

channels = st.sampled_from(CHANNELS)
numbers = st.integers(0, 50)
filters = st.sampled_from([(), (), ("Video",), ("Diffusion", "Agents")])
filings = st.sampled_from([("Video",), ("Diffusion",), ("Video", "Agents")])
changes = st.sampled_from(["", "", "", "write", "correct", "move", "delete"])
passes = st.sampled_from(sorted(PASSES))
lates = st.sampled_from(["", "", "m", "H", "w"])
Fault = tuple[str, str, str, int, int]
"""Where something fails ("" nowhere), before or after it is done, how; at which call, and how often from then on."""

NO_FAULT = ("", "", "", 0, 0)
_WHEN = st.sampled_from(["before", "after"])
faults = st.one_of(
    st.just(NO_FAULT),
    st.tuples(
        st.just("send"), _WHEN, st.sampled_from(["crash", "outage"]), st.integers(1, 4), st.sampled_from([1, 1, 2, 30])
    ),
    st.tuples(st.just("send"), st.just("before"), st.just("refusal"), st.integers(1, 4), st.sampled_from([1, 2, 30])),
    st.tuples(st.sampled_from(SEAMS), _WHEN, st.just("crash"), st.integers(1, 3), st.just(1)),
    st.tuples(st.sampled_from(["find", "render"]), st.just("before"), st.just("crash"), st.integers(1, 4), st.just(1)),
)


class Digests(RuleBasedStateMachine):
    """People, clocks and faults around one bot with two channels."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.sound = True
        self.books = {number: Book() for number in CHANNELS}
        self.unread = False
        self.fate = Fate()
        self.is_well = True
        self.troubles = _Troubles()
        logging.getLogger("digestbot").addHandler(self.troubles)
        self.touched: set[int] = set()

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        """Carry out a step and check what it led to; after a first failure the end is not looked at."""
        sound, self.sound = self.sound, False
        result = self.runner.run(doing)
        self.sound = sound
        return result

    @initialize(both=st.booleans())
    def open(self, both: bool) -> None:
        self.run(self._open())
        if both:
            self.run(self._set_up(20, 1, ("Diffusion", "Agents"), "now", 1))

    async def _open(self) -> None:
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.true = Clock(datetime(2026, 3, 25, 12, tzinfo=UTC))
        self.world = await self.stack.enter_async_context(opened(folder, Clock(self.true.now)))
        self.world.ledger = replace(
            self.world.ledger,
            editions=cast("Any", Fragile(self.world.ledger.editions, self.fate)),
            channels=cast("Any", Fragile(self.world.ledger.channels, self.fate)),
        )
        self.world.true = self.true
        self.world.discord = self.discord = UnrulyDiscord(self.true, fate=self.fate)
        self.world.render = self._render
        self.shelf = Shelf(folder / "notes")
        ledger, search = self.world.ledger, self.world.library.search
        self.audit = Audit(ledger, search, self.discord, self.shelf, self.books)
        self._restart()
        await self.sources.read()
        await self.sources.read()
        self.shelf.sighted()
        self.shelf.read = dict(self.shelf.files)
        await self.audit.number()
        await self._set_up(10, 0, (), "now", 1)

    def _render(self, sheet: Any) -> Any:
        self.fate.call("render", "before")
        return render(sheet)

    def _restart(self) -> None:
        self.world.restart()
        library = cast("Any", Fragile(self.world.library, self.fate))
        self.source = Source(Folder(self.shelf.folder), library, self.world.ledger.papers, self.world.clock)
        self.sources = Sources((self.source,), library)

    # The notes

    @rule(count=st.integers(1, 9), topics=filings, at=numbers, fresh=st.booleans(), read=st.booleans())
    def write(self, count: int, topics: tuple[str, ...], at: int, fresh: bool, read: bool) -> None:
        """New papers, in a file of their own or in one that is there."""
        names = self.shelf.names()
        self.shelf.write(count, topics, "" if fresh or not names else names[at % len(names)])
        self._changed(read)

    @precondition(lambda self: self.shelf.names())
    @rule(at=numbers, place=numbers, what=st.sampled_from(["letter", "word", "link", "topics"]), topics=filings)
    def correct(self, at: int, place: int, what: str, topics: tuple[str, ...]) -> None:
        """A title, link or topic corrected in place: read before and after, or it might be another file's paper."""
        if self.unread:
            self.run(self._read())
        file = self._pick(self.shelf.names(), at)
        if what == "link":
            self.shelf.link(file, place)
        elif what == "topics":
            self.shelf.file_under(file, place, topics)
        else:
            self.shelf.correct(file, place, word=what == "word")
        self._changed(read=True)

    @precondition(lambda self: self.shelf.names())
    @rule(what=st.sampled_from(["move", "copy", "delete"]), at=numbers, into=numbers, read=st.booleans())
    def rearrange(self, what: str, at: int, into: int, read: bool) -> None:
        """A file renamed or moved or deleted; the same paper in a second file."""
        names = self.shelf.names()
        file = self._pick(names, at)
        if what == "copy":
            self.shelf.copy(file, at, self._pick(["", *names], into))
        elif what == "move":
            self.shelf.move(file)
        else:
            self.shelf.delete(file)
        self._changed(read)

    @precondition(lambda self: self.shelf.bin)
    @rule(at=numbers, read=st.booleans())
    def restore(self, at: int, read: bool) -> None:
        self.shelf.restore(self._pick(sorted(self.shelf.bin), at))
        self._changed(read)

    @rule(how=st.sampled_from(["", "", "put", "remove", "lose"]))
    def read(self, how: str) -> None:
        """Read the notes; the process may die between ledger and library, or the library is made again."""
        if how in READING:
            self.fate.plan(how, "before", 1)
        self.run(self._lose_library() if how == "lose" else self._read())

    async def _lose_library(self) -> None:
        name = self.source.name
        await self.world.library.remove(name, list(await self.world.library.files(name)))
        self.shelf.read = {}
        await self._read()

    def _changed(self, read: bool) -> None:
        self.unread = True
        if read:
            self.run(self._read())

    async def _read(self) -> None:
        """Read the notes; what is new is due to the channels that are set up."""
        files = dict(self.shelf.files)
        fails_at = next((seam for seam, _ in self.fate.calls if seam in READING), "")
        changed = any(self.shelf.read.get(name) != lines for name, lines in files.items())
        died = await self._survive(self.sources.read()) is None
        self.fate.spare(READING)
        new = self.shelf.sighted()
        for book in self.books.values():
            book.sighted(new)
        if not died:
            self.shelf.read, self.unread = files, False
        elif fails_at == "remove" and changed:
            self.shelf.read = self.shelf.read | files
        await self.audit.number()

    # Channels

    @rule(
        number=channels,
        schedule=st.integers(0, 2),
        topics=filters,
        start=st.sampled_from(["now", "now", "period", "last"]),
        count=st.integers(1, 12),
    )
    def set_up(self, number: int, schedule: int, topics: tuple[str, ...], start: str, count: int) -> None:
        self.run(self._set_up(number, schedule, topics, start, count))

    async def _set_up(self, number: int, schedule: int, topics: tuple[str, ...], start: str, count: int) -> None:
        book, ledger = self.books[number], self.world.ledger
        before = (await ledger.channels.owed([number]))[number]
        wish = SCHEDULES[schedule] | {"topics": topics, "start": start, "count": count}
        channel = await self.world.set_up(number, **wish)
        if not book.is_there:
            book.due.clear()
        book.is_there, book.is_paused, book.wanted = True, False, frozenset(topics)
        book.began, book.next_at = self.world.clock(), channel.next_slot.at
        assert channel.next_slot.at > self.world.clock()
        owed = {self.audit.numbers[s] for s in (await ledger.channels.owed([number]))[number].keys() - before.keys()}
        there = self.shelf.topics()
        assert owed <= there.keys()
        if start == "now":
            assert not owed
        if start == "last" and not before:
            assert len(owed) == min(count, sum(book.matches(paper, there) for paper in there))
        book.owe(owed)

    @rule(number=channels, what=st.sampled_from(["pause", "resume", "remove", "refilter", "ask"]))
    def manage(self, number: int, what: str) -> None:
        if self.books[number].is_there:
            self.run(getattr(self, f"_{what}")(number))

    async def _refilter(self, number: int) -> None:
        """Change the topics to others than are wanted now."""
        other = "Diffusion" if "Video" in (self.books[number].wanted or ()) else "Video"
        await self._set_up(number, 0, (other,), "now", 1)

    async def _ask(self, number: int) -> None:
        """Set up once more, for all topics, to get older papers too."""
        await self._set_up(number, 0, (), "last", 12)

    async def _pause(self, number: int) -> None:
        await self.world.desk.pause(number)
        self.books[number].is_paused = True

    async def _resume(self, number: int) -> None:
        book = self.books[number]
        channel = await self.world.desk.resume(number)
        if book.is_paused:
            book.is_paused, book.began, book.next_at = False, self.world.clock(), channel.next_slot.at
            assert channel.next_slot.at > self.world.clock()

    async def _remove(self, number: int) -> None:
        self.books[number].remove()
        await self.world.desk.remove(number)
        await self._look(ticked=False)

    # The bot

    @rule(number=channels, fault=faults, change=changes, at=numbers)
    def now(self, number: int, fault: Fault, change: str, at: int) -> None:
        if self.books[number].is_there:
            self._plan(number, fault, change, at)
            self.run(self._now(number))

    async def _now(self, number: int) -> None:
        must = self.books[number].must(self.shelf.topics())
        known = self.audit.editions
        made = await self._survive(self.world.desk.now(number))
        await self._look(ticked=False)
        assert made is None or made.channel_id == number
        assert not must or not self.is_well or self.audit.editions > known, "nothing was made of what is due"

    @rule(number=channels, how_long=passes, again=st.booleans(), fault=faults, change=changes, at=numbers)
    def tick(self, number: int, how_long: str, again: bool, fault: Fault, change: str, at: int) -> None:
        """Time passes, the process may be another, and the bot does what is to be done."""
        self._pass(timedelta(seconds=PASSES[how_long]))
        if again:
            self._restart()
        self._plan(number, fault, change, at)
        self.run(self._tick())

    @rule(number=channels, count=st.integers(0, 9), late=lates, fault=faults, change=changes, at=numbers)
    def slot(self, number: int, count: int, late: str, fault: Fault, change: str, at: int) -> None:
        """Somebody writes a note, and the clock reaches a channel's slot."""
        book = self.books[number]
        if count:
            self.shelf.write(count, self._pick([("Video",), ("Agents", "Diffusion")], at))
            self._changed(read=True)
        if book.next_at is not None and book.next_at > self.world.clock():
            self._pass(book.next_at - self.world.clock() + timedelta(seconds=PASSES[late]))
        self._plan(number, fault, change, at)
        self.run(self._tick())

    @rule(number=channels, count=st.integers(1, 9), at=numbers)
    def bad_week(self, number: int, count: int, at: int) -> None:
        """An edition is refused for so long that it is given up, just before the next slot."""
        self.slot(number, count, "", ("send", "before", "refusal", 1 + at % 3, 30), "", at)
        self.tick(number, "g", False, NO_FAULT, "", at)
        self.discord.orders.clear()

    async def _tick(self) -> None:
        silent = [number for number, book in self.books.items() if book.is_paused or not book.is_there]
        before = [self.discord.shown(number) for number in silent]
        await self._survive(self.world.tick())
        assert [self.discord.shown(number) for number in silent] == before, "a channel that is paused got something"
        await self._look(ticked=True)

    async def _look(self, *, ticked: bool) -> None:
        assert not self.troubles.records, self.troubles.records[0].getMessage()
        touched, self.touched = self.touched, set()
        await self.audit.look(self.world.clock(), touched, ticked=ticked, is_well=self.is_well)

    # Clocks and faults

    @rule(back=st.booleans())
    def set_clock(self, back: bool) -> None:
        """The bot's clock is set back by an hour, or put right."""
        self.audit.set_back |= back
        self.world.clock.now = self.true.now - timedelta(hours=back)

    @rule()
    def heal(self) -> None:
        self.fate.heal()
        self.discord.heal()

    # What it comes to

    @staticmethod
    def _pick(names: Sequence[T], at: int) -> T:
        return names[at % len(names)]

    def _pass(self, duration: timedelta) -> None:
        self.true.now += duration
        self.world.clock.now += duration

    async def _survive(self, doing: Awaitable[T]) -> T | None:
        """Do something; if the process dies of it, start it again. The clockwork outlives one channel's death."""
        deaths = self.fate.deaths
        result = None
        with suppress(Crash):
            result = await doing
        self.is_well = deaths == self.fate.deaths
        if not self.is_well:
            self._restart()
        return result

    def _plan(self, number: int, fault: Fault, change: str, at: int) -> None:
        """Let something fail, and the notes change between two parts, unless they have changed already."""
        where, when, what, call, times = fault
        if where == "send":
            self.discord.orders[number] = [*[None] * (call - 1), *[(when, what)] * times]
        elif where == "find":
            self.discord.blind = Unsure("The bot may not read the history here.")
        elif where:
            self.fate.plan(where, when, call)
        self.discord.between = self._between(change, at) if change and not self.unread else None

    def _between(self, change: str, at: int) -> Callable[[], Awaitable[None]]:

        async def between() -> None:
            sound, self.sound = self.sound, False
            names = self.shelf.names()
            if change == "write" or not names:
                self.touched |= self.shelf.write(1 + at % 4, TOPICS[at % 3 :])
            elif change == "correct":
                self.touched |= self.shelf.correct(self._pick(names, at), at, word=False)
            else:
                self.touched |= getattr(self.shelf, change)(self._pick(names, at))
            await self._read()
            self.sound = sound

        return between

    def teardown(self) -> None:
        try:
            if self.sound and hasattr(self, "world"):
                self.run(self._end())
        finally:
            logging.getLogger("digestbot").removeHandler(self.troubles)
            self.runner.run(self.stack.aclose())
            self.runner.close()

    async def _end(self) -> None:
        """Let weeks pass in which nothing fails: everything that is due comes."""
        self.fate.heal()
        self.discord.heal()
        self.world.clock.now = self.true.now
        self._restart()
        await self._read()
        for number, book in self.books.items():
            if book.is_paused:
                book.is_paused, book.began = False, self.world.clock()
                book.next_at = (await self.world.desk.resume(number)).next_slot.at
        for rounds in range(12):
            self._pass(timedelta(hours=90))
            await self._tick()
            there = [book for book in self.books.values() if book.is_there]
            if rounds > 2 and not any(book.unfinished() or book.must(self.shelf.topics()) for book in there):
                break
        for number, book in self.books.items():
            if book.is_there:
                assert not book.must(self.shelf.topics()), "papers that are due never came"
                assert not await self.world.ledger.editions.unfinished(number)
                for promise in book.promises.values():
                    await self.audit.parts(book, promise, self.world.clock())
                missing = book.standing() - self.audit.delivered(number).keys()
                assert not missing, f"papers were promised and never came: {missing}"


class _Troubles(logging.Handler):
    """Keeps what the bot takes for a fault of its own, which it logs and goes on from."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and not isinstance(record.exc_info[1], Crash):
            self.records.append(record)


TestDigests = Digests.TestCase
TestDigests.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
