from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digestbot.ledger import Draft, DraftPart, Ledger
from digestbot.models import Channel, Edition, Entry, Schedule, Slot

MakeEntry = Callable[..., Entry]


@pytest.fixture
def channel(now: datetime) -> Channel:
    slot = Slot("2026-04-06T09:00", now + timedelta(days=7))
    return Channel(10, 1, Schedule(("monday",), "09:00", "Europe/Berlin"), ("Diffusion", "扩散"), 0, slot, set_up_by=7)


async def sight(ledger: Ledger, entry: MakeEntry, now: datetime, *titles: str) -> None:
    await ledger.papers.finish_import("notes", now)
    for title in titles:
        await ledger.papers.sight("notes", f"{title}.md", title, [entry(title)], now)


async def seen(ledger: Ledger) -> Channel:
    channel = await ledger.channels.get(10)
    assert channel is not None
    return channel


async def test_a_channel_starts_at_its_own_mark(
    ledger: Ledger, entry: MakeEntry, now: datetime, channel: Channel
) -> None:
    await sight(ledger, entry, now, "One", "Two")
    made = await ledger.channels.set_up(channel, [2, 1, 2])
    assert made == replace(channel, mark=2)
    assert await ledger.channels.get(10) == made
    assert await ledger.channels.owed([10]) == {10: {1: False, 2: False}}
    assert await ledger.channels.get(11) is None


async def test_changing_a_channel_keeps_what_it_waits_for(
    ledger: Ledger, entry: MakeEntry, now: datetime, channel: Channel
) -> None:
    await sight(ledger, entry, now, "One")
    await ledger.channels.set_up(channel, [1])
    await sight(ledger, entry, now, "Two")
    other = Schedule(("friday",), "18:00", "Asia/Tokyo")
    changed = await ledger.channels.set_up(replace(channel, guild_id=0, schedule=other, topics=(), mark=99))
    assert changed == replace(channel, schedule=other, topics=(), mark=1)
    assert await ledger.channels.owed([10]) == {10: {1: False}}


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(("monday", "thursday"), "09:00", "UTC"),
        Schedule(("friday",), "18:00", "Asia/Tokyo", weeks=2, since="2026-03-06"),
        Schedule(("sunday",), "00:00", "UTC", nth=-1),
    ],
)
async def test_every_schedule_is_kept(ledger: Ledger, channel: Channel, schedule: Schedule) -> None:
    await ledger.channels.set_up(replace(channel, schedule=schedule))
    assert (await seen(ledger)).schedule == schedule


async def test_who_is_due(ledger: Ledger, now: datetime, channel: Channel) -> None:
    at = channel.next_slot.at
    await ledger.channels.set_up(channel)
    await ledger.channels.set_up(replace(channel, id=11, next_slot=Slot("earlier", at - timedelta(microseconds=1))))
    await ledger.channels.set_up(replace(channel, id=12, next_slot=Slot("later", at + timedelta(microseconds=1))))
    await ledger.channels.set_up(replace(channel, id=13))
    await ledger.channels.pause(13)
    assert [c.id for c in await ledger.channels.due(at, 9)] == [11, 10]
    assert await ledger.channels.due(at - timedelta(seconds=1), 9) == ()
    local = at.astimezone(UTC).replace(tzinfo=UTC)
    await ledger.channels.resume(13, Slot("again", local))
    assert [c.id for c in await ledger.channels.due(at, 9)] == [11, 10, 13]
    first = await ledger.channels.due(at, 2)
    assert [c.id for c in first] == [11, 10]
    assert [c.id for c in await ledger.channels.due(at, 2, first[-1])] == [13]


async def test_channels_of_a_server(ledger: Ledger, channel: Channel) -> None:
    await ledger.channels.set_up(channel)
    await ledger.channels.set_up(replace(channel, id=2**63 - 1, guild_id=0))
    assert [(c.id, c.guild_id) for c in await ledger.channels.all()] == [(10, 1), (2**63 - 1, 0)]
    await ledger.channels.locate(2**63 - 1, 1)
    assert [c.guild_id for c in await ledger.channels.all()] == [1, 1]


async def test_a_note_for_the_managers(ledger: Ledger, channel: Channel) -> None:
    await ledger.channels.set_up(channel)
    await ledger.channels.note(10, "The bot may not post here.")
    found = await ledger.channels.get(10)
    assert found is not None
    assert (found.note, found.told) == ("The bot may not post here.", "")


async def test_what_the_managers_were_told_is_forgotten_when_it_is_set_up_again(
    ledger: Ledger, channel: Channel
) -> None:
    await ledger.channels.set_up(channel)
    await ledger.channels.note(10, "It is full.")
    await ledger.channels.tell(10, "The bot may not post here.")
    found = await seen(ledger)
    assert (found.note, found.told) == ("It is full.", "The bot may not post here.")
    await ledger.channels.set_up(channel)
    found = await seen(ledger)
    assert (found.note, found.told) == ("", "")


async def test_a_channel_removed_owes_nothing_and_starts_anew(
    ledger: Ledger, entry: MakeEntry, now: datetime, channel: Channel
) -> None:
    await sight(ledger, entry, now, "One")
    await ledger.channels.set_up(channel, [1])
    await ledger.channels.remove(10)
    await ledger.channels.remove(10)
    assert await ledger.channels.all() == ()
    await sight(ledger, entry, now, "Two")
    assert (await ledger.channels.set_up(channel)).mark == 2
    assert await ledger.channels.owed([10]) == {10: {}}


async def test_what_is_owed_follows_a_folding(
    ledger: Ledger, entry: MakeEntry, now: datetime, channel: Channel
) -> None:
    await sight(ledger, entry, now, "One")
    await ledger.papers.sight("notes", "b.md", "b", [entry("Two", "2401.00001")], now)
    await ledger.channels.set_up(channel, [2])
    await ledger.channels.set_up(replace(channel, id=11), [1, 2])
    await ledger.papers.sight("notes", "c.md", "c", [entry("One", "2401.00001")], now)
    assert await ledger.channels.owed([10]) == {10: {1: False}}
    assert await ledger.channels.owed([11]) == {11: {1: False}}


async def test_a_promise_outlives_a_folding(ledger: Ledger, entry: MakeEntry, now: datetime, channel: Channel) -> None:
    await sight(ledger, entry, now, "One")
    (two,) = await ledger.papers.sight("notes", "b.md", "b", [entry("Two", "2401.00001")], now)
    await ledger.channels.set_up(replace(channel, topics=()))
    part = DraftPart({}, (two,))
    draft = Draft(seen=await seen(ledger), slot=None, next_slot=None, late=False, mark=2, build=lambda number: [part])
    (edition,) = await ledger.editions.compose([draft], now)
    assert isinstance(edition, Edition)
    await ledger.editions.give_up(edition, now)
    await ledger.channels.set_up(channel, [1])
    assert await ledger.channels.owed([10]) == {10: {1: False, 2: True}}
    await ledger.papers.sight("notes", "c.md", "c", [entry("One", "2401.00001")], now)
    assert await ledger.channels.owed([10]) == {10: {1: True}}
