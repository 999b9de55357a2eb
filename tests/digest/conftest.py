import itertools
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digestbot.digest import Clockwork, Composer, Delivery, Desk, Recall
from digestbot.ledger import Ledger, open_ledger
from digestbot.library import Library, open_library
from digestbot.models import Channel, Entry, Link, Location, Payload, Posted, Sheet, Sighting, StoredNote

CHANNEL = 10


def render(sheet: Sheet) -> Payload | None:
    """A message that three papers fit into, and one less beside the words about those beyond."""
    shown = [paper.title for group in sheet.groups for paper in group.papers]
    if len(shown) > max(1, 3 - bool(sheet.beyond)):
        return None
    return {
        "token": f"e{sheet.edition_id}.{sheet.number}",
        "head": f"{sheet.number}/{sheet.total} of {sheet.count}, {sheet.date}" + (", late" if sheet.late else ""),
        "groups": [[group.topic, group.continued, [p.title for p in group.papers]] for group in sheet.groups],
        "beyond": sheet.beyond,
        "keys": [p.key for group in sheet.groups for p in group.papers],
    }


@dataclass
class Message:
    channel_id: int
    at: datetime
    nonce: str
    payload: Payload
    id: int
    opening: int | None = None


@dataclass
class Discord:
    """A hand-written double: channels with messages, nonces that hold for a while, and faults by order.

    `faults` are taken one at each send: before it (`refuse`: an error) or after the message is stored (`lose`).
    """

    clock: "Clock"
    messages: list[Message] = field(default_factory=list[Message])
    refuse: dict[int, BaseException] = field(default_factory=dict[int, BaseException])
    lose: dict[int, BaseException] = field(default_factory=dict[int, BaseException])
    blind: Exception | None = None
    deaf: Exception | None = None
    forums: set[int] = field(default_factory=set[int])
    told: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    sends: int = 0
    finds: list[str] = field(default_factory=list[str])
    unreadable: dict[int, BaseException] = field(default_factory=dict[int, BaseException])
    reads: list[int] = field(default_factory=list[int])
    window: timedelta = timedelta(minutes=3)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    async def send(self, channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        self.sends += 1
        if self.sends in self.refuse:
            raise self.refuse[self.sends]
        message_id = self._same(channel_id, nonce, opening)
        if message_id is None:
            message_id = next(self._ids)
            self.messages.append(Message(channel_id, self.clock(), nonce, payload, message_id, opening))
        if self.sends in self.lose:
            raise self.lose[self.sends]
        return message_id

    async def find(self, channel_id: int, since: datetime, token: str, opening: int | None) -> int | None:
        self.finds.append(token)
        if self.blind:
            raise self.blind
        mine = [m for m in self.messages if m.channel_id == channel_id and m.at >= since]
        return next((m.id for m in mine if m.payload["token"] == token), None)

    async def posted(self, channel_id: int, since: datetime) -> Sequence[Posted]:
        self.reads.append(channel_id)
        if channel_id in self.unreadable:
            raise self.unreadable[channel_id]
        mine = [m for m in self.messages if m.channel_id == channel_id and m.at >= since]
        return [_posted(message) for message in mine]

    def heeds_nonce(self, channel_id: int, opening: int | None) -> bool:
        return opening is not None or channel_id not in self.forums

    async def tell(self, channel: Channel, trouble: str, nonce: str) -> None:
        if self.deaf:
            raise self.deaf
        if (channel.id, nonce) not in {(number, mark) for number, _, mark in self.told}:
            self.told.append((channel.id, trouble, nonce))

    def shown(self, channel_id: int = CHANNEL) -> list[str]:
        """The titles in a channel, in order."""
        posted = [m.payload for m in self.messages if m.channel_id == channel_id]
        return [title for payload in posted for group in payload["groups"] for title in group[2]]

    def heads(self, channel_id: int = CHANNEL) -> list[str]:
        return [m.payload["head"] for m in self.messages if m.channel_id == channel_id]

    def _same(self, channel_id: int, nonce: str, opening: int | None) -> int | None:
        if not self.heeds_nonce(channel_id, opening):
            return None
        young = [m for m in self.messages if timedelta(0) <= self.clock() - m.at <= self.window]
        return next((m.id for m in young if (m.channel_id, m.nonce) == (channel_id, nonce)), None)


def _posted(message: Message) -> Posted:
    edition, part = message.payload["token"].removeprefix("e").split(".")
    return Posted(int(edition), int(part), message.id, tuple(message.payload["keys"]), message.at)


@dataclass
class Clock:
    """The one clock of a test; it moves when told."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def at(self, text: str) -> datetime:
        """Set it to a moment in UTC."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return self.now

    def pass_by(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


class World:
    """Notes, stores and Discord around the digest; `restart` makes the digest's objects anew, as a process would.

    `true` is how time really passes, whatever `clock` is set to.
    """

    def __init__(self, library: Library, ledger: Ledger, clock: Clock) -> None:
        self.library = library
        self.ledger = ledger
        self.clock = self.true = clock
        self.discord = Discord(clock)
        self.render = render
        self.files = itertools.count(1)
        self.written: list[tuple[str, str, list[Entry]]] = []
        self.restart()

    def restart(self) -> None:
        self.composer = Composer(self.ledger, self.library.search, self.render, self.clock)

        def elapsed() -> float:
            return self.true.now.timestamp()

        self.delivery = Delivery(self.ledger, self.discord, self.clock, elapsed, short_pauses=())
        self.recall = Recall(self.ledger, self.discord, self.clock)
        self.desk = Desk(self.ledger, self.library.search, self.composer, self.delivery, self.recall, self.clock)
        self.clockwork = Clockwork(self.ledger, self.composer, self.delivery, self.recall, self.clock)

    async def note(
        self, *titles: str, topics: Sequence[str] = ("Video",), period: str = "2026-03", file: str = "", arxiv: str = ""
    ) -> tuple[int, ...]:
        """Write a note with these papers and read it."""
        number = next(self.files)
        file = file or f"{number:04}.md"
        links = (Link("arxiv", "", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
        entries = [
            Entry(title=title, topics=tuple(topics), period=period, links=links, source=Location(file, line))
            for line, title in enumerate(titles, 1)
        ]
        self.written.append((file, str(number), entries))
        return await self._read(file, str(number), entries)

    async def read_again(self) -> None:
        """Read all notes written so far, as is done where the ledger does not know them."""
        for file, digest, entries in self.written:
            await self._read(file, digest, entries)

    async def _read(self, file: str, digest: str, entries: Sequence[Entry]) -> tuple[int, ...]:
        sequences = await self.ledger.papers.sight("notes", file, digest, entries, self.clock())
        sightings = tuple(Sighting(entry, s) for entry, s in zip(entries, sequences, strict=True))
        await self.library.put("notes", [StoredNote(file, digest, sightings)])
        return sequences

    async def set_up(self, channel_id: int = CHANNEL, **wishes: Any) -> Channel:
        """Set a channel up for Mondays at 09:00 in Berlin, or as wished."""
        wish: dict[str, Any] = {"day": "monday", "time": "09:00", "timezone": "Europe/Berlin"} | wishes
        return await self.desk.set_up(channel_id, 1, **wish)

    async def channel(self, channel_id: int = CHANNEL) -> Channel:
        channel = await self.ledger.channels.get(channel_id)
        assert channel is not None
        return channel

    async def tick(self, text: str = "") -> None:
        await self.clockwork.tick(self.clock.at(text) if text else self.clock())


@pytest.fixture
def clock() -> Clock:
    """A Wednesday."""
    return Clock(datetime(2026, 3, 25, 12, tzinfo=UTC))


@asynccontextmanager
async def opened(folder: Path, clock: Clock, before: World | None = None) -> AsyncGenerator[World, None]:
    """A world whose archive holds one old paper, or the one before, with its stores opened anew."""
    async with (
        open_library(folder, reader_version=1, aliases={"Video": ["视频"]}) as library,
        open_ledger(f"sqlite:///{folder}/ledger.db", prefix=lambda: "test") as ledger,
    ):
        world = World(library, ledger, clock)
        if before is not None:
            world.discord, world.files, world.written = before.discord, before.files, before.written
            world.restart()
            await world.read_again()
        else:
            await world.note("Archived", period="2025-01")
            await ledger.papers.finish_import("notes", clock())
        yield world


@pytest.fixture
async def world(tmp_path: Path, clock: Clock) -> AsyncGenerator[World, None]:
    async with opened(tmp_path, clock) as world:
        yield world
