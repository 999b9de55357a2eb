"""A simulated year for forty zones: the real clockwork on real stores, against slots that the test walks by itself.

The clock stands at every slot, before and after it, around every change of the hour, and goes back an hour now and
then; the process is restarted, and is down for days. What must come of it: one edition for each channel and slot.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from digestbot.digest import WEEKDAYS
from digestbot.models import Entry, Schedule, Sighting, Slot, StoredNote, Weekday
from digestbot.models import Location as Place
from tests.digest.walked import walk

if TYPE_CHECKING:
    from .conftest import World

SINGLE: list[tuple[Weekday, ...]] = [(day,) for day in WEEKDAYS]
MON, TUE, WED, THU, FRI, SAT, SUN = SINGLE
WORK = (*MON, *TUE, *WED, *THU, *FRI)
Row = tuple[str, str, tuple[Weekday, ...], str, int, int]

ROWS: Sequence[Row] = (
    ("Europe/Berlin", "daily", (*WORK, *SAT, *SUN), "02:30", 1, 0),
    ("America/New_York", "sunday", SUN, "02:30", 1, 0),
    ("America/Sao_Paulo", "every 4 weeks on sunday", SUN, "00:00", 4, 0),
    ("Pacific/Apia", "last sunday of the month", SUN, "03:30", 1, -1),
    ("Australia/Lord_Howe", "first sunday", SUN, "02:15", 1, 1),
    ("Asia/Kathmandu", "weekdays", WORK, "09:00", 1, 0),
    ("Pacific/Chatham", "last sunday", SUN, "03:15", 1, -1),
    ("Africa/Casablanca", "third sunday", SUN, "02:30", 1, 3),
    ("Africa/Cairo", "last friday and thursday", (*THU, *FRI), "00:30", 1, -1),
    ("Antarctica/Troll", "last sunday", SUN, "02:30", 1, -1),
    ("Pacific/Kiritimati", "first monday", MON, "00:00", 1, 1),
    ("America/St_Johns", "second sunday of the month", SUN, "02:30", 1, 2),
    ("America/Santiago", "first sunday", SUN, "00:30", 1, 1),
    ("Europe/Dublin", "last sunday of the month", SUN, "01:30", 1, -1),
    ("Europe/London", "every 2 weeks on sunday", SUN, "01:30", 2, 0),
    ("America/Havana", "second sunday", SUN, "00:30", 1, 2),
    ("Asia/Beirut", "last sunday", SUN, "00:30", 1, -1),
    ("Asia/Jerusalem", "fourth friday of the month", FRI, "02:30", 1, 4),
    ("Asia/Gaza", "every 6 weeks on saturday", SAT, "02:30", 6, 0),
    ("America/Nuuk", "last saturday", SAT, "23:30", 1, -1),
    ("Atlantic/Azores", "last sunday", SUN, "00:30", 1, -1),
    ("Pacific/Easter", "first saturday", SAT, "22:30", 1, 1),
    ("Pacific/Auckland", "每月最后一个周日", SUN, "02:30", 1, -1),
    ("Australia/Sydney", "每月第一个周日", SUN, "02:30", 1, 1),
    ("Australia/Adelaide", "隔周周日", SUN, "02:30", 2, 0),
    ("Pacific/Norfolk", "first sunday and monday", (*MON, *SUN), "02:30", 1, 1),
    ("Europe/Chisinau", "last sunday", SUN, "02:30", 1, -1),
    ("Europe/Moscow", "every 5 weeks on mon, thu", (*MON, *THU), "09:00", 5, 0),
    ("Asia/Tehran", "third wednesday", WED, "18:00", 1, 3),
    ("Asia/Kolkata", "fourth friday", FRI, "09:00", 1, 4),
    ("Asia/Kabul", "every 5 weeks on tuesday", TUE, "23:59", 5, 0),
    ("Australia/Eucla", "every 3 weeks on wed", WED, "09:00", 3, 0),
    ("Pacific/Marquesas", "every 8 weeks on saturday and sunday", (*SAT, *SUN), "12:00", 8, 0),
    ("Pacific/Pago_Pago", "last monday of the month", MON, "23:00", 1, -1),
    ("Asia/Tokyo", "每三周周一", MON, "00:30", 3, 0),
    ("Asia/Shanghai", "每四周周一", MON, "09:00", 4, 0),
    ("America/Los_Angeles", "first sunday", SUN, "01:30", 1, 1),
    ("America/Chicago", "every 52 weeks on friday", FRI, "09:00", 52, 0),
    ("America/Halifax", "every 6 weeks on sunday", SUN, "01:30", 6, 0),
    ("UTC", "every 26 weeks on monday", MON, "00:00", 26, 0),
)


LATER = {"Europe/Berlin": 293, "Asia/Kathmandu": 335}
"""On which day of the year those with most slots are set up: Berlin's before its hour is repeated."""


@dataclass(frozen=True)
class Subscriber:
    """A channel that has its own topic, the zone; `slots` are all from its set-up to the year's end."""

    id: int
    row: Row
    begin: datetime
    schedule: Schedule
    slots: Sequence[Slot]

    def title(self, slot: Slot) -> str:
        return f"{self.schedule.timezone} {slot.local}"


Made = tuple[datetime, bool, set[str]]
"""An edition: its slot's moment, whether it is late, its papers' titles."""


def subscriber(number: int, row: Row, start: datetime, end: datetime) -> Subscriber:
    zone, _, days, time, weeks, nth = row
    begin = start + timedelta(days=LATER.get(zone, 0))
    schedule = Schedule(days, time, zone, nth=nth)
    if weeks > 1:
        first = walk(schedule, begin, begin + timedelta(days=30))[0]
        schedule = replace(schedule, weeks=weeks, since=first.local[:10])
    return Subscriber(number, row, begin, schedule, walk(schedule, begin, end))


def transitions(zone: str, start: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which a zone's distance from UTC changes, to the minute."""
    place = ZoneInfo(zone)
    for day in range((end - start).days):
        low, high = start + timedelta(days=day), start + timedelta(days=day + 1)
        if low.astimezone(place).utcoffset() == high.astimezone(place).utcoffset():
            continue
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            same = middle.astimezone(place).utcoffset() == low.astimezone(place).utcoffset()
            low, high = (middle, high) if same else (low, middle)
        yield high.replace(second=0, microsecond=0)


def instants(subscribers: Sequence[Subscriber], start: datetime, end: datetime) -> list[datetime]:
    found: set[datetime] = set()
    for one in subscribers:
        for number, slot in enumerate(one.slots):
            found |= {slot.at - timedelta(seconds=1), slot.at}
            found |= set() if number % 3 else {slot.at + timedelta(minutes=30)}
        found.add(one.begin)
        for change in transitions(one.schedule.timezone, start, end):
            found |= {change - timedelta(hours=1), change, change + timedelta(hours=1)}
    return sorted(at for at in found if start <= at < end)


def downtimes(dice: random.Random, start: datetime) -> list[tuple[datetime, datetime]]:
    """Times in which nothing runs: one over a change of the hour, one of a channel that has a slot each day."""
    begins = [start + timedelta(days=day + dice.random() * 4) for day in (40, 84, 200, 320)]
    return [(begin, begin + timedelta(days=dice.uniform(2, 16))) for begin in begins]


def expected(one: Subscriber, down: Sequence[tuple[datetime, datetime]]) -> list[Made]:
    """What must come of a channel's slots: each has its edition, but those in a downtime only one, at its end.

    A channel that is to be set up in a downtime is set up at its end, and has no slots before.
    """
    set_up = next((end for begin, end in down if begin <= one.begin < end), one.begin)
    found: list[Made] = []
    missed: dict[datetime, list[Slot]] = defaultdict(list)
    for slot in (slot for slot in one.slots if slot.at > set_up):
        back = next((end for begin, end in down if begin <= slot.at < end), None)
        if back is None:
            found.append((slot.at, False, {one.title(slot)}))
        else:
            missed[back].append(slot)
    for back, slots in missed.items():
        late = back - slots[0].at > timedelta(hours=1)
        found.append((slots[-1].at, late, {one.title(slot) for slot in slots}))
    return sorted(found, key=itemgetter(0))


class Year:
    """A year in a world: adds a paper before each slot, and lets the clockwork tick."""

    def __init__(self, world: World, subscribers: Sequence[Subscriber], stops: Sequence[datetime]) -> None:
        self.world = world
        self.stops = [*stops, datetime.max.replace(tzinfo=UTC)]
        self.coming = sorted(subscribers, key=lambda one: one.begin)
        self.waiting = sorted(((slot.at, one.id, one, slot) for one in subscribers for slot in one.slots), key=_order)
        self.files = 0
        self.titles: dict[int, str] = {}

    async def add_papers(self, now: datetime) -> None:
        """Write down the papers of the slots to come in one note, up to a channel's second or to the next stop."""
        if not self.waiting or self.waiting[0][0] > now + timedelta(seconds=1):
            return
        stop = min(next(each for each in self.stops if each > now), self._second())
        entries: list[Entry] = []
        file = f"year/{self.files}.md"
        while self.waiting and self.waiting[0][0] < stop:
            _, _, one, slot = self.waiting.pop(0)
            place = Place(file, len(entries) + 1)
            entries.append(Entry(title=one.title(slot), topics=(one.schedule.timezone,), source=place))
        self.files += 1
        sequences = await self.world.ledger.papers.sight("notes", file, file, entries, self.world.clock())
        self.titles |= {s: entry.title for s, entry in zip(sequences, entries, strict=True)}
        sightings = tuple(Sighting(entry, s) for entry, s in zip(entries, sequences, strict=True))
        await self.world.library.put("notes", [StoredNote(file, file, sightings)])

    def _second(self) -> datetime:
        seen: set[int] = set()
        for at, number, _, _ in self.waiting:
            if number in seen:
                return at
            seen.add(number)
        return datetime.max.replace(tzinfo=UTC)

    async def made(self) -> dict[int, list[Made]]:
        """All editions by their channel, in the order of their slots."""
        found: dict[int, list[Made]] = defaultdict(list)
        number = 1
        while edition := await self.world.ledger.editions.get(number):
            assert edition.slot is not None
            assert all(part.state == "sent" for part in edition.parts)
            titles = [self.titles[s] for s in edition.papers]
            assert len(titles) == len(set(titles))
            found[edition.channel_id].append((edition.slot.at, edition.late, set(titles)))
            number += 1
        return {channel: sorted(editions, key=itemgetter(0)) for channel, editions in found.items()}

    async def tick(self, at: datetime) -> None:
        self.world.clock.now = at
        while self.coming and self.coming[0].begin <= at:
            one = self.coming.pop(0)
            zone, text, _, time, _, _ = one.row
            made = await self.world.set_up(one.id, day=text, time=time, timezone=zone, topics=[zone])
            assert made.schedule == one.schedule
        await self.add_papers(at)
        await self.world.clockwork.tick(at)


def _order(each: tuple[datetime, int, Subscriber, Slot]) -> tuple[datetime, int]:
    return each[:2]


@pytest.mark.parametrize("year", [2026])
async def test_a_year_of_every_rhythm_in_forty_zones(world: World, year: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"year {year}, seed {seed}")  # noqa: T201 -- pytest shows it when the test fails
    dice = random.Random(seed)
    start, end = datetime(year, 1, 1, 12, tzinfo=UTC), datetime(year + 1, 1, 1, 12, tzinfo=UTC)
    world.clock.now = start
    subscribers = [subscriber(number, row, start, end) for number, row in enumerate(ROWS, 1)]
    await world.note("Old", topics=[row[0] for row in ROWS])
    down = downtimes(dice, start)
    assert len({zone for zone, *_ in ROWS}) == 40

    year_of = Year(world, subscribers, sorted([*(back for _, back in down), *(one.begin for one in subscribers)]))
    await live_through(year_of, instants(subscribers, start, end), down, dice)

    made = await year_of.made()
    for one in subscribers:
        assert made.get(one.id, []) == expected(one, down), one.schedule
        shown = world.discord.shown(one.id)
        assert len(shown) == len(set(shown)), "a paper was posted twice"
        assert len([head for head in world.discord.heads(one.id) if head.startswith("1/")]) == len(made.get(one.id, []))
    assert sum(len(editions) for editions in made.values()) > 400


async def live_through(
    year: Year, moments: Sequence[datetime], down: Sequence[tuple[datetime, datetime]], dice: random.Random
) -> None:
    backs = iter([*(back for _, back in down), datetime.max.replace(tzinfo=UTC)])
    back = next(backs)
    for at in moments:
        while at >= back:
            year.world.restart()
            await year.tick(back)
            back = next(backs)
        if any(begin <= at < end for begin, end in down):
            await year.add_papers(at)
            continue
        await year.tick(at)
        chance = dice.random()
        if chance < 0.02:
            year.world.restart()
        elif chance < 0.04 and not any(end <= at < end + timedelta(hours=1) for _, end in down):
            for minutes in (60, 30, 1):
                await year.tick(at - timedelta(minutes=minutes))
