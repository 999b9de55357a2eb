from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from digestbot.digest import ConfigChannel, Unsendable
from digestbot.errors import ChannelError
from digestbot.models import Schedule

if TYPE_CHECKING:
    from .conftest import World


async def refused(world: World, **wishes: Any) -> str:
    with pytest.raises(ChannelError) as caught:
        await world.set_up(**wishes)
    assert await world.ledger.channels.all() == ()
    return str(caught.value)


def config(channel_id: int = 20, **wishes: Any) -> ConfigChannel:
    wish: dict[str, Any] = {"day": "monday", "time": "09:00", "timezone": "UTC"} | wishes
    return ConfigChannel(channel_id, **wish)


async def test_a_channel_is_set_up_as_people_write(world: World) -> None:
    await world.note("One", topics=["Audio"])
    channel = await world.set_up(day="fri", time="9:05", timezone="asia/tokyo", topics=["audio", "Audio"], by=7)
    assert channel.schedule == Schedule(("friday",), "09:05", "Asia/Tokyo")
    assert channel.topics == ("Audio",)
    assert (channel.mark, channel.origin, channel.set_up_by, channel.guild_id) == (2, "command", 7, 1)
    assert channel.next_slot.local == "2026-03-27T09:05"


async def test_what_is_not_understood_is_refused_with_what_to_do(world: World) -> None:
    await world.note("One", topics=["Diffusion Models"])
    assert "not a weekday" in await refused(world, day="someday")
    assert "00:00 to 23:59" in await refused(world, time="25:00")
    assert "Asia/Shanghai" in await refused(world, timezone="Shanghai")
    assert "“Diffusion Models”" in await refused(world, topics=["Difusion Modles"])
    assert "1 to 100" in await refused(world, start="last", count=0)
    assert "1 to 100" in await refused(world, start="last", count=101)


async def test_a_start_with_the_last_papers(world: World) -> None:
    await world.note("A", "B", period="2026-01")
    await world.note("C", "D", period="2026-02")
    await world.set_up(start="last", count=3)
    await world.desk.now(10)
    assert world.discord.shown() == ["D", "C", "B"]


async def test_a_start_with_the_last_papers_of_some_topics(world: World) -> None:
    await world.note("A", period="2026-02", topics=["Audio"])
    await world.note("B", period="2026-03", topics=["Audio", "Agents"])
    await world.note("C", period="2026-01", topics=["Agents"])
    await world.note("D", period="2026-03", topics=["Video"])
    await world.set_up(start="last", count=2, topics=["Audio", "Agents"])
    await world.desk.now(10)
    assert world.discord.shown() == ["B", "A"]


async def test_a_start_with_the_latest_period(world: World) -> None:
    await world.note("A", period="2026-01")
    await world.note("B", "C", period="2026-02")
    await world.set_up(start="period")
    await world.desk.now(10)
    assert world.discord.shown() == ["C", "B"]


async def test_a_change_keeps_what_is_waiting(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.desk.pause(10)
    changed = await world.set_up(day="tuesday")
    assert not changed.paused
    assert changed.next_slot.local == "2026-03-31T09:00"
    assert (await world.desk.status(10)).waiting == 1


async def test_every_two_weeks_begins_with_the_next_slot_and_goes_on_in_its_weeks(world: World) -> None:
    made = await world.set_up(day="every other Monday")
    assert (made.schedule.since, made.next_slot.local) == ("2026-03-30", "2026-03-30T09:00")
    world.clock.at("2026-04-01T12:00")
    again = await world.set_up(day="biweekly mon", time="18:00", timezone="UTC")
    assert (again.schedule.since, again.next_slot.local) == ("2026-03-30", "2026-04-13T18:00")
    shifted = await world.set_up(day="every 2 weeks on Monday from 2026-04-06")
    assert shifted.next_slot.local == "2026-04-06T09:00"
    rarer = await world.set_up(day="every 3 weeks on Monday")
    assert (rarer.schedule.since, rarer.next_slot.local) == ("2026-04-06", "2026-04-06T09:00")
    later = await world.set_up(day="every 3 weeks on Monday from 2026-06-01")
    assert later.next_slot.local == "2026-06-01T09:00"
    weekly = await world.set_up()
    assert (weekly.schedule.since, weekly.next_slot.local) == ("", "2026-04-06T09:00")


async def test_a_restart_with_the_settings_does_not_shift_the_fortnight(world: World) -> None:
    wish = config(day="every 2 weeks on Monday")
    await world.desk.reconcile([wish])
    first = await world.channel(20)
    for at in ("2026-04-01T12:00", "2026-04-08T12:00"):
        world.clock.at(at)
        await world.tick()
        await world.desk.reconcile([wish])
        assert (await world.channel(20)).schedule == first.schedule
        assert (await world.channel(20)).next_slot.local == "2026-04-13T09:00"
    await world.note("One")
    world.clock.at("2026-04-14T12:00")
    await world.desk.reconcile([wish])
    await world.tick()
    assert world.discord.heads(20) == ["1/1 of 1, 2026-04-13, late"], "what is due stays due"


async def test_set_up_again_it_begins_anew_and_repeats_nothing(world: World) -> None:
    await world.set_up(start="last", count=1)
    await world.note("One")
    await world.desk.now(10)
    await world.desk.remove(10)
    await world.note("Between")
    await world.set_up()
    assert await world.desk.now(10) is None
    await world.set_up(start="last", count=10)
    await world.desk.now(10)
    assert world.discord.shown() == ["One", "Archived", "Between"]


async def test_what_needs_a_channel_says_so(world: World) -> None:
    for call in (
        world.desk.pause(10),
        world.desk.resume(10),
        world.desk.remove(10),
        world.desk.now(10),
        world.desk.preview(10),
        world.desk.status(10),
    ):
        with pytest.raises(ChannelError, match="/digest setup"):
            await call


async def test_pause_and_resume(world: World) -> None:
    before = await world.set_up()
    assert (await world.desk.pause(10)).paused
    assert (await world.desk.pause(10)).paused
    world.clock.at("2026-03-30T12:00")
    resumed = await world.desk.resume(10)
    assert not resumed.paused
    assert resumed.next_slot.local == "2026-04-06T09:00"
    world.clock.at("2026-04-06T07:30")
    assert (await world.desk.resume(10)).next_slot == resumed.next_slot, "what is not paused is left alone"
    assert before.mark == resumed.mark


async def test_the_status(world: World) -> None:
    await world.set_up()
    status = await world.desk.status(10)
    assert (status.waiting, status.last, status.unposted) == (0, None, 0)
    await world.note(*(f"Paper {n}" for n in range(7)))
    assert (await world.desk.status(10)).waiting == 7
    world.discord.refuse[2] = Unsendable("The bot may not write here.")
    edition = await world.desk.now(10)
    status = await world.desk.status(10)
    assert (status.waiting, status.last, status.unposted) == (0, edition, 2)
    assert status.channel.note == "The bot may not write here."


async def test_a_preview_shows_what_would_be_posted(world: World) -> None:
    await world.set_up()
    assert await world.desk.preview(10) == ()
    await world.note("One")
    (payload,) = await world.desk.preview(10)
    await world.desk.now(10)
    assert world.discord.messages[0].payload["groups"] == payload["groups"]
    assert await world.desk.preview(10) == ()


async def test_channels_of_the_settings_appear_change_and_go(world: World) -> None:
    await world.set_up(10)
    await world.desk.reconcile([config(start="last"), config(21)])
    first = await world.channel(20)
    assert (first.origin, first.mark, first.guild_id) == ("config", 1, 0)
    assert (await world.desk.status(20)).waiting == 1
    assert (await world.desk.status(21)).waiting == 0
    await world.note("One")
    await world.desk.reconcile([config(start="last", time="10:00")])
    changed = await world.channel(20)
    assert (changed.mark, changed.next_slot.local) == (1, "2026-03-30T10:00")
    assert {c.id for c in await world.ledger.channels.all()} == {10, 20}
    await world.desk.reconcile([])
    assert {c.id for c in await world.ledger.channels.all()} == {10}


async def test_settings_that_did_not_change_leave_a_missed_slot_due(world: World) -> None:
    await world.desk.reconcile([config()])
    await world.note("One")
    world.clock.at("2026-03-31T12:00")
    await world.desk.reconcile([config()])
    await world.tick()
    assert world.discord.heads(20) == ["1/1 of 1, 2026-03-30, late"]


async def test_settings_that_did_not_change_tell_nobody_again(world: World) -> None:
    await world.desk.reconcile([config()])
    await world.ledger.channels.note(20, "Gone.")
    await world.ledger.channels.tell(20, "Gone.")
    await world.desk.reconcile([config()])
    after = await world.channel(20)
    assert (after.note, after.told) == ("Gone.", "Gone.")


async def test_settings_taken_out_and_put_back_repeat_nothing(world: World) -> None:
    await world.desk.reconcile([config(start="last")])
    await world.desk.now(20)
    await world.desk.reconcile([])
    await world.note("Between")
    await world.desk.reconcile([config(start="now")])
    await world.desk.now(20)
    await world.note("After")
    await world.desk.now(20)
    assert world.discord.shown(20) == ["Archived", "After"]


async def test_a_channel_that_the_settings_take_over_keeps_its_mark_and_its_server(world: World) -> None:
    before = await world.set_up(20, by=7)
    await world.note("One")
    await world.desk.reconcile([config(start="last")])
    after = await world.channel(20)
    assert (after.origin, after.mark, after.guild_id, after.set_up_by) == ("config", before.mark, 1, 7)
    assert (await world.desk.status(20)).waiting == 1


async def test_a_channel_that_the_settings_let_go_returns_to_whoever_set_it_up(world: World) -> None:
    await world.set_up(20, by=7)
    await world.desk.reconcile([config()])
    taken = await world.channel(20)
    await world.desk.reconcile([])
    assert await world.channel(20) == replace(taken, origin="command")
    await world.desk.pause(20)


async def test_channels_of_the_settings_are_not_changed_by_command(world: World) -> None:
    await world.desk.reconcile([config(10)])
    before = await world.channel()
    for call in (world.set_up(10), world.desk.pause(10), world.desk.resume(10), world.desk.remove(10)):
        with pytest.raises(ChannelError, match="settings file"):
            await call
    assert await world.channel() == before
    await world.note("One")
    assert await world.desk.now(10) is not None


async def test_settings_that_cannot_be_told_which_channel(world: World) -> None:
    with pytest.raises(ChannelError, match=r"channel 20 of the settings: “25:00”"):
        await world.desk.reconcile([config(time="25:00")])


async def test_a_topic_of_the_settings_that_no_paper_has_is_told_and_kept(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await world.desk.reconcile([config(topics=("Robots",))])
    assert "“Robots”" in caplog.text
    await world.note("One", topics=["robots"])
    await world.note("Two", topics=["Video"])
    await world.desk.now(20)
    assert world.discord.shown(20) == ["One"]
