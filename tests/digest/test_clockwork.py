from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digestbot.digest import Clockwork, Composer, Order, Unsendable
from digestbot.models import Payload, Sheet

if TYPE_CHECKING:
    from .conftest import World


async def test_a_digest_is_posted_at_its_slot_and_once(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.tick("2026-03-30T06:59")
    assert world.discord.shown() == []
    await world.tick("2026-03-30T07:00")
    await world.tick("2026-03-30T07:00")
    await world.tick("2026-03-30T07:01")
    assert world.discord.heads() == ["1/1 of 1, 2026-03-30"]
    assert world.discord.shown() == ["One"]
    assert (await world.channel()).next_slot.local == "2026-04-06T09:00"


async def test_an_empty_week_posts_nothing(world: World) -> None:
    await world.set_up()
    await world.tick("2026-03-30T07:00")
    assert world.discord.sends == 0
    assert (await world.channel()).next_slot.local == "2026-04-06T09:00"
    await world.note("One")
    await world.tick("2026-04-06T07:00")
    assert world.discord.shown() == ["One"]


async def test_what_was_missed_last_week_is_in_this_weeks(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.tick("2026-03-30T07:00")
    await world.note("Two")
    await world.note("Three")
    await world.tick("2026-04-06T07:00")
    await world.tick("2026-04-13T07:00")
    assert world.discord.shown() == ["One", "Three", "Two"]


@pytest.mark.parametrize(
    ("back_at", "date", "is_late"),
    [
        ("2026-03-30T08:00", "2026-03-30", False),
        ("2026-03-30T08:01", "2026-03-30", True),
        ("2026-04-05T12:00", "2026-03-30", True),
        ("2026-04-27T12:00", "2026-04-27", True),
        ("2026-04-27T07:00", "2026-04-27", True),
    ],
)
async def test_after_downtime_one_edition_for_the_latest_slot(
    world: World, back_at: str, date: str, is_late: bool
) -> None:
    await world.set_up()
    await world.note("One")
    world.restart()
    await world.tick(back_at)
    await world.tick()
    assert world.discord.heads() == [f"1/1 of 1, {date}" + (", late" if is_late else "")]
    channel = await world.channel()
    assert channel.next_slot.at > world.clock()
    assert channel.next_slot.at - world.clock() <= timedelta(days=7)


async def test_an_hour_that_is_repeated_has_one_digest(world: World) -> None:
    world.clock.at("2026-10-24T12:00")
    await world.set_up(day="sunday", time="02:30")
    for minute in range(0, 300, 5):
        world.clock.at("2026-10-24T22:00")
        world.clock.pass_by(minutes=minute)
        await world.note(f"Paper {minute}")
        await world.tick()
    assert [head[-10:] for head in world.discord.heads() if head.startswith("1/")] == ["2026-10-25"]


@pytest.mark.parametrize("start", ["2026-03-29T01:10", "2026-03-29T01:30", "2026-03-28T12:00"])
async def test_an_hour_that_is_skipped_has_one_digest(world: World, start: str) -> None:
    world.clock.at("2026-03-27T12:00")
    await world.set_up(day="sunday", time="02:30")
    await world.note("One")
    world.restart()
    await world.tick(start)
    await world.tick("2026-03-29T01:29")
    before = world.discord.sends
    await world.tick("2026-03-29T01:30")
    await world.tick("2026-03-29T02:30")
    assert (before, world.discord.sends) == (1 if start == "2026-03-29T01:30" else 0, 1)


async def test_a_clock_set_back_over_a_slot_repeats_nothing(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.tick("2026-03-30T07:10")
    await world.note("Two")
    for minute in range(10, 80, 10):
        world.clock.at("2026-03-30T06:00")
        world.clock.pass_by(minutes=minute)
        await world.tick()
    assert world.discord.shown() == ["One"]


async def test_a_slot_set_up_again_after_its_edition_has_no_second(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.tick("2026-03-30T07:10")
    world.clock.at("2026-03-30T06:30")
    assert (await world.set_up()).next_slot.local == "2026-03-30T09:00"
    await world.note("Two")
    await world.tick("2026-03-30T07:00")
    assert world.discord.shown() == ["One"]
    await world.tick("2026-04-06T07:00")
    assert world.discord.shown() == ["One", "Two"]


async def test_slots_during_a_pause_are_never_due(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.desk.pause(10)
    await world.tick("2026-03-30T07:00")
    world.clock.at("2026-04-01T12:00")
    assert (await world.desk.resume(10)).next_slot.local == "2026-04-06T09:00"
    await world.tick()
    assert world.discord.sends == 0
    await world.tick("2026-04-06T07:00")
    assert world.discord.heads() == ["1/1 of 1, 2026-04-06"]


async def test_an_edition_by_hand_leaves_the_slot_its_own(world: World) -> None:
    await world.set_up()
    await world.note("One")
    edition = await world.desk.now(10)
    assert edition is not None
    assert edition.slot is None
    assert await world.desk.now(10) is None
    await world.note("Two")
    await world.tick("2026-03-30T07:00")
    assert world.discord.shown() == ["One", "Two"]


async def test_what_is_owed_from_a_week_without_access_is_in_the_next_edition(world: World) -> None:
    await world.set_up()
    await world.note("One")
    world.discord.refuse = dict.fromkeys(range(1, 500), Unsendable("gone"))
    world.clock.at("2026-03-30T07:00")
    while world.clock() < world.clock.now.replace(month=4, day=6, hour=6, minute=50):
        await world.tick()
        world.clock.pass_by(hours=5, minutes=35)
    world.discord.refuse = {}
    await world.note("Two")
    await world.tick("2026-04-06T07:00")
    assert sorted(world.discord.shown()) == ["One", "Two"]
    assert world.discord.heads() == ["1/1 of 2, 2026-04-06"]


async def test_one_channels_fault_is_not_anothers(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.note("Known", topics=["Audio"])
    for number, topics in ((10, []), (11, ["Audio"]), (12, ["Audio"])):
        await world.set_up(number, topics=topics)
    await world.note("One")
    await world.note("Sound", topics=["Audio"])
    is_broken = True

    def some_fail(sheet: Sheet) -> Payload | None:
        if is_broken and "One" in [paper.title for group in sheet.groups for paper in group.papers]:
            raise ZeroDivisionError
        return world.render(sheet)

    composer = Composer(world.ledger, world.library.search, some_fail, world.clock)
    clockwork = Clockwork(world.ledger, composer, world.delivery, world.recall, world.clock)
    with caplog.at_level(logging.ERROR):
        await clockwork.tick(world.clock.at("2026-03-30T07:00"))
    assert [world.discord.shown(number) for number in (10, 11, 12)] == [[], ["Sound"], ["Sound"]]
    (record,) = caplog.records
    assert record.exc_info is not None
    is_broken = False
    await clockwork.tick(world.clock())
    assert sorted(world.discord.shown(10)) == ["One", "Sound"]


async def test_many_channels_are_served_in_one_tick(world: World) -> None:
    """More than are made together or posted to at once, each in turn with what is for it alone."""
    count = 120
    for number in range(count):
        await world.set_up(1000 + number, topics=["Audio"] if number % 3 == 0 and number else [])
        if not number:
            await world.note("Sound", topics=["Audio"])
    await world.note("One")
    await world.tick("2026-03-30T07:00")
    for number in range(1, count):
        assert world.discord.shown(1000 + number) == ([] if number % 3 == 0 else ["One"]), number
    assert world.discord.shown(1000) == ["Sound", "One"]
    tokens = [message.payload["token"] for message in world.discord.messages]
    assert len(tokens) == len(set(tokens)) == 81
    assert await world.ledger.channels.due(world.clock(), 1) == ()


async def test_a_zone_that_is_gone_holds_up_its_channel_alone(world: World, caplog: pytest.LogCaptureFixture) -> None:
    for number in (10, 11):
        await world.set_up(number)
    await world.note("One")
    channel = await world.channel(10)
    gone = replace(channel.schedule, timezone="Europe/Atlantis")
    await world.ledger.channels.set_up(replace(channel, schedule=gone))
    with caplog.at_level(logging.ERROR):
        await world.tick("2026-03-30T07:00")
    assert (world.discord.shown(10), world.discord.shown(11)) == ([], ["One"])
    assert "Atlantis" in caplog.text


async def test_nothing_happens_before_all_is_ready(world: World) -> None:
    await world.set_up()
    await world.note("One")
    is_ready = False
    clockwork = Clockwork(
        world.ledger, world.composer, world.delivery, world.recall, world.clock, ready=lambda: is_ready
    )
    await clockwork.tick(world.clock.at("2026-03-30T07:00"))
    assert world.discord.sends == 0
    is_ready = True
    await clockwork.tick(world.clock())
    assert world.discord.sends == 1


async def test_a_start_serves_what_is_due_at_once_and_a_stop_finishes_the_part(world: World) -> None:
    await world.set_up()
    await world.note(*(f"Paper {n}" for n in range(5)))
    world.clock.at("2026-03-30T07:00")
    under_way, go_on = asyncio.Event(), asyncio.Event()
    send = world.discord.send

    async def slow(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        under_way.set()
        await go_on.wait()
        return await send(channel_id, payload, nonce, opening)

    world.discord.send = slow
    world.restart()
    world.clockwork.start()
    async with asyncio.timeout(5):
        await under_way.wait()
        stopping = asyncio.create_task(world.clockwork.stop())
        await asyncio.sleep(0)
        go_on.set()
        await stopping
    edition = await world.ledger.editions.last(10)
    assert edition is not None
    assert [part.state for part in edition.parts] == ["sent", "waiting"]


async def test_who_cannot_wait_for_the_part_leaves_it_to_the_next_start(world: World) -> None:
    await world.set_up()
    await world.note("One")
    world.clock.at("2026-03-30T07:00")
    under_way, ended = asyncio.Event(), asyncio.Event()
    send = world.discord.send

    async def endless(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        under_way.set()
        try:
            return await asyncio.Event().wait()
        finally:
            ended.set()

    world.discord.send = endless
    world.restart()
    world.clockwork.start()
    async with asyncio.timeout(5):
        await under_way.wait()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await world.clockwork.stop()
        await ended.wait()
    (edition,) = await world.ledger.editions.unfinished(10)
    assert edition.parts[0].state == "sending"
    world.discord.send = send
    world.restart()
    world.clock.pass_by(minutes=5)
    await world.tick()
    assert (world.discord.shown(), world.discord.finds) == (["One"], ["e1.1"])


async def test_a_clockwork_that_was_not_started_can_be_stopped(world: World) -> None:
    await world.clockwork.stop()
    await world.set_up()
    await world.note("One")
    await world.tick("2026-03-30T07:00")
    assert world.discord.sends == 0


async def test_a_pause_that_comes_while_a_digest_is_prepared_holds(world: World) -> None:
    await world.set_up()
    await world.note("One")
    seen = await world.channel()
    world.clock.at("2026-03-30T07:00")
    await world.desk.pause(10)
    edition = await world.composer.compose(Order(seen, seen.next_slot, seen.next_slot))
    assert edition is None
    assert await world.channel() == replace(seen, paused=True)
    world.clock.at("2026-04-01T12:00")
    await world.desk.resume(10)
    await world.tick("2026-04-06T07:00")
    assert world.discord.heads() == ["1/1 of 1, 2026-04-06"]


async def test_a_set_up_during_a_tick_is_not_overwritten(world: World) -> None:
    await world.set_up()
    await world.note("One")
    world.discord.refuse[1] = Unsendable("gone")
    await world.tick("2026-03-30T07:00")
    await world.note("Two")
    await world.note("Sound", topics=["Audio"])
    send = world.discord.send

    async def meanwhile(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        if world.discord.sends == 1:
            await world.set_up(day="friday", topics=["Audio"])
        return await send(channel_id, payload, nonce, opening)

    world.discord.send = meanwhile
    world.restart()
    await world.tick("2026-04-06T07:00")
    assert world.discord.shown() == ["One"]
    assert (await world.channel()).next_slot.local == "2026-04-10T09:00"
    await world.tick("2026-04-10T07:00")
    assert world.discord.shown() == ["One", "Sound"]


async def test_topics_changed_while_a_digest_is_prepared_are_heeded(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.note("Sound", topics=["Audio"])
    seen = await world.channel()
    await world.set_up(topics=["Audio"])
    edition = await world.composer.compose(Order(seen))
    assert edition is not None
    await world.delivery.deliver(edition.channel_id)
    assert world.discord.shown() == ["Sound"]


async def test_a_zone_changed_on_the_slots_day_does_not_cost_the_new_slot(world: World) -> None:
    await world.set_up(timezone="Asia/Shanghai")
    await world.note("One")
    await world.tick("2026-03-30T01:00")
    await world.note("Two")
    await world.set_up(timezone="Europe/Berlin")
    await world.tick("2026-03-30T07:00")
    assert world.discord.shown() == ["One", "Two"]


class _Telling(logging.Filter):
    def __init__(self, told: asyncio.Event) -> None:
        super().__init__()
        self._told = told

    def filter(self, record: logging.LogRecord) -> bool:
        self._told.set()
        return True


async def test_a_ledger_that_fails_is_told_in_one_line(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await world.set_up()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other, other:
        other.execute("UPDATE channels SET topics = '['")
    world.clock.at("2026-03-30T07:00")
    told = asyncio.Event()
    with caplog.filtering(_Telling(told)):
        world.clockwork.start()
        async with asyncio.timeout(5):
            await told.wait()
    await world.clockwork.stop()
    (record,) = caplog.records
    assert record.exc_info is None
    assert "nothing is posted:" in record.getMessage()
    assert "digestbot ledger restore" in record.getMessage()
    assert "\n" not in record.getMessage()
