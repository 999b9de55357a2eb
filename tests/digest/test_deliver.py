from __future__ import annotations

import asyncio
from copy import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from digestbot.digest import Delivery, Order, Retry, Unsendable, Unsure, token
from digestbot.models import Edition, Payload

if TYPE_CHECKING:
    from .conftest import World

TITLES = [f"Paper {n}" for n in range(7)]
NEWEST_FIRST = TITLES[::-1]


class Crash(BaseException):
    """The process dies here."""


async def composed(world: World) -> Edition:
    """An edition of three parts: papers 6 5 4, 3 2 1, 0."""
    await world.set_up()
    await world.note(*TITLES)
    edition = await world.composer.compose(Order(await world.channel()))
    assert edition is not None
    return edition


def sending(world: World, send: Any) -> Any:
    """The double with another way to send."""
    double = copy(world.discord)
    double.send = send
    return double


async def state_of(world: World, edition: Edition) -> Edition:
    after = await world.ledger.editions.get(edition.id)
    assert after is not None
    return after


async def crash(world: World, edition: Edition) -> None:
    with pytest.raises(Crash):
        await world.delivery.deliver(edition.channel_id)
    world.restart()


async def test_parts_are_posted_in_order_and_recorded(world: World) -> None:
    composed_edition = await composed(world)
    await world.delivery.deliver(10)
    edition = await state_of(world, composed_edition)
    assert world.discord.shown() == NEWEST_FIRST
    assert [part.state for part in edition.parts] == ["sent", "sent", "sent"]
    assert [part.message_id for part in edition.parts] == [1000, 1001, 1002]
    assert [m.nonce for m in world.discord.messages] == ["test-1.1", "test-1.2", "test-1.3"]
    await world.delivery.deliver(edition.channel_id)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.sends == 3


async def test_a_part_is_noted_as_under_way_before_it_is_handed_over(world: World) -> None:
    edition = await composed(world)
    seen: list[str] = []

    async def send(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        now = await world.ledger.editions.get(edition.id)
        assert now is not None
        seen.append(" ".join(part.state for part in now.parts))
        return await world.discord.send(channel_id, payload, nonce, opening)

    await Delivery(world.ledger, sending(world, send), world.clock).deliver(edition.channel_id)
    assert seen == ["sending waiting waiting", "sent sending waiting", "sent sent sending"]


@pytest.mark.parametrize("dies_at", [1, 2, 3])
@pytest.mark.parametrize("is_stored", [False, True])
@pytest.mark.parametrize("away", [10, 10_000])
async def test_after_a_crash_the_same_edition_is_finished(
    world: World, dies_at: int, is_stored: bool, away: int
) -> None:
    """Another process looks for the part, and sends it again only if it is not found in the channel."""
    edition = await composed(world)
    (world.discord.lose if is_stored else world.discord.refuse)[dies_at] = Crash()
    await crash(world, edition)
    world.clock.pass_by(seconds=away)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST
    assert world.discord.finds == [f"e1.{dies_at}"]
    assert world.discord.sends == (3 if is_stored else 4)
    after = await world.ledger.editions.get(edition.id)
    assert after is not None
    assert [part.message_id for part in after.parts] == [m.id for m in world.discord.messages]


async def test_a_clock_set_back_does_not_stretch_the_window(world: World) -> None:
    edition = await composed(world)
    world.discord.lose[1] = Crash()
    await crash(world, edition)
    world.clock.pass_by(hours=-1)
    world.discord.window = timedelta(0)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST
    assert world.discord.finds == ["e1.1"]


async def test_history_is_read_from_some_time_before_the_edition(world: World) -> None:
    """Discord's clock is not ours."""
    edition = await composed(world)
    world.discord.lose[1] = Crash()
    await crash(world, edition)
    world.discord.messages[0].at -= timedelta(hours=1, minutes=59)
    world.clock.pass_by(hours=1)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST


async def test_who_cannot_read_the_history_waits_and_says_so(world: World) -> None:
    edition = await composed(world)
    world.discord.lose[2] = Crash()
    await crash(world, edition)
    world.clock.pass_by(hours=1)
    world.discord.blind = Unsure("Allow the bot to read the message history.")
    await world.delivery.deliver_unfinished(10)
    assert world.discord.sends == 2
    assert (await world.channel()).note == "Allow the bot to read the message history."
    world.discord.blind = None
    world.clock.pass_by(hours=1)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST
    assert (await world.channel()).note == ""


async def test_a_lost_answer_is_asked_for_again_at_once(world: World) -> None:
    edition = await composed(world)
    world.discord.lose = {1: Retry("reset"), 3: Retry("reset"), 4: Retry("reset")}
    delivery = Delivery(world.ledger, world.discord, world.clock, short_pauses=(0, 0))
    await delivery.deliver(10)
    after = await state_of(world, edition)
    assert world.discord.shown() == NEWEST_FIRST
    assert world.discord.finds == []
    assert {part.state for part in after.parts} == {"sent"}
    assert (await world.channel()).note == ""


async def test_what_is_refused_for_good_waits_and_recovers_by_itself(world: World) -> None:
    edition = await composed(world)
    world.discord.refuse[2] = Unsendable("The bot may not write here.")
    await world.delivery.deliver(10)
    after = await state_of(world, edition)
    assert [part.state for part in after.parts] == ["sent", "waiting", "waiting"]
    assert (await world.channel()).note == "The bot may not write here."
    assert not (await world.channel()).paused
    world.clock.pass_by(minutes=2)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST
    assert world.discord.finds == [], "a message that was refused is not looked for"
    assert (await world.channel()).note == ""


async def test_a_refusal_after_a_lost_answer_does_not_make_it_certain(world: World) -> None:
    edition = await composed(world)
    world.discord.lose[1] = Retry("reset")
    world.discord.refuse[2] = Unsendable("The bot may not write here.")
    delivery = Delivery(world.ledger, world.discord, world.clock, short_pauses=(0,))
    await delivery.deliver(10)
    after = await state_of(world, edition)
    assert after.parts[0].state == "sending"
    world.clock.pass_by(hours=2)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.finds == ["e1.1"]
    assert world.discord.shown() == NEWEST_FIRST


async def test_pauses_grow_up_to_an_hour(world: World) -> None:
    await world.delivery.deliver((await composed(world)).channel_id)
    await world.note("One more")
    world.discord.refuse = dict.fromkeys(range(4, 999), Unsendable("gone"))
    edition = await world.composer.compose(Order(await world.channel()))
    assert edition is not None
    begun = world.clock()
    minutes: list[int] = []
    for minute in range(300):
        world.clock.now = begun + timedelta(minutes=minute)
        before = world.discord.sends
        await world.delivery.deliver_unfinished(10)
        minutes += [minute] if world.discord.sends > before else []
    assert minutes == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]


async def test_a_clock_set_back_ends_a_pause(world: World) -> None:
    edition = await composed(world)
    world.discord.refuse[1] = Unsendable("gone")
    await world.delivery.deliver(edition.channel_id)
    world.clock.pass_by(days=-30)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST


async def test_after_its_week_an_edition_is_given_up_and_its_papers_owed(world: World) -> None:
    edition = await composed(world)
    world.discord.refuse = dict.fromkeys(range(2, 5), Unsendable("gone"))
    await world.delivery.deliver(edition.channel_id)
    world.clock.pass_by(days=6, hours=21)
    await world.delivery.deliver_unfinished(10)
    assert len(await world.ledger.editions.unfinished(10)) == 1
    world.clock.pass_by(hours=2)
    await world.delivery.deliver_unfinished(10)
    assert await world.ledger.editions.unfinished(10) == ()
    await world.note("New", topics=["Audio"])
    again = await world.composer.compose(Order(await world.channel()))
    assert again is not None
    await world.delivery.deliver(10)
    assert world.discord.shown() == [*NEWEST_FIRST, "New"]


async def test_what_was_promised_comes_whatever_the_topics_are_by_then(world: World) -> None:
    edition = await composed(world)
    await world.ledger.editions.give_up(edition, world.clock())
    await world.note("Sound", topics=["Audio"])
    await world.set_up(topics=["Audio"])
    again = await world.composer.compose(Order(await world.channel()))
    assert again is not None
    await world.delivery.deliver(10)
    assert world.discord.shown() == ["Sound", *NEWEST_FIRST]


async def test_an_edition_by_hand_waits_for_the_one_before_it(world: World) -> None:
    await composed(world)
    world.discord.refuse[1] = Unsendable("gone")
    await world.delivery.deliver(10)
    await world.note("One more")
    second = await world.composer.compose(Order(await world.channel()))
    assert second is not None
    await world.delivery.deliver(10)
    after = await state_of(world, second)
    assert world.discord.shown() == [*NEWEST_FIRST, "One more"], "and no pause holds up what a person asks for"
    assert after.parts[0].state == "sent"


async def test_one_at_a_time_in_a_channel(world: World) -> None:
    edition = await composed(world)
    under_way = most = 0

    async def send(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return await world.discord.send(channel_id, payload, nonce, opening)

    delivery = Delivery(world.ledger, sending(world, send), world.clock)
    await asyncio.gather(*(delivery.deliver(edition.channel_id) for _ in range(3)), delivery.deliver_unfinished(10))
    assert most == 1
    assert world.discord.sends == 3


async def test_stopping_finishes_the_part_being_sent_and_no_more(world: World) -> None:
    edition = await composed(world)
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def send(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        under_way.set()
        await go_on.wait()
        return await world.discord.send(channel_id, payload, nonce, opening)

    delivery = Delivery(world.ledger, sending(world, send), world.clock)
    delivering = asyncio.create_task(delivery.deliver(edition.channel_id))
    await under_way.wait()
    stopping = asyncio.create_task(delivery.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    go_on.set()
    await stopping
    await delivering
    after = await state_of(world, edition)
    assert [part.state for part in after.parts] == ["sent", "waiting", "waiting"]
    await delivery.deliver_unfinished(10)
    assert world.discord.sends == 1
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST


async def test_stopping_does_not_wait_for_a_pause(world: World) -> None:
    edition = await composed(world)
    asked = asyncio.Event()

    async def send(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        asked.set()
        raise Retry("Discord does not answer")

    delivery = Delivery(world.ledger, sending(world, send), world.clock, short_pauses=(3600,))
    delivering = asyncio.create_task(delivery.deliver(edition.channel_id))
    await asked.wait()
    async with asyncio.timeout(5):
        await delivery.stop()
        await delivering
        after = await state_of(world, edition)
    assert after.parts[0].state == "sending"


async def test_a_removed_channel_gets_no_more(world: World) -> None:
    edition = await composed(world)
    world.discord.refuse[2] = Unsendable("gone")
    await world.delivery.deliver(edition.channel_id)
    await world.desk.remove(10)
    world.clock.pass_by(days=1)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST[:3]


async def test_content_is_frozen_when_it_is_composed(world: World) -> None:
    edition = await composed(world)
    world.discord.lose[1] = Crash()
    await crash(world, edition)
    await world.note("Another", topics=["Audio"])
    await world.library.remove("notes", ["0002.md"])
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST


def test_a_token_names_edition_and_part() -> None:
    assert token(12, 3) == "e12.3"


async def test_moments_are_compared_as_moments(world: World) -> None:
    """A ledger's text must not turn a moment into another."""
    edition = await composed(world)
    part = edition.parts[0]
    odd = datetime.fromisoformat("2026-03-25T13:00:00.000001+05:45")
    await world.ledger.editions.sending(part, odd)
    (after,) = await world.ledger.editions.unfinished(10)
    assert after.parts[0].sending_since == odd


async def test_a_part_that_may_be_posted_is_not_given_up(world: World) -> None:
    edition = await composed(world)
    world.discord.lose[2] = Retry("reset")
    await world.delivery.deliver(edition.channel_id)
    world.discord.blind = Unsure("Allow the bot to read the message history.")
    world.clock.pass_by(days=8)
    await world.delivery.deliver_unfinished(10)
    assert (await world.channel()).note == "Allow the bot to read the message history."
    await world.note("New")
    again = await world.composer.compose(Order(await world.channel()))
    assert again is not None
    await world.delivery.deliver(10)
    assert world.discord.shown() == [*NEWEST_FIRST[:6], "New", "Paper 0"], "what is unclear holds up nothing else"
    assert (await world.channel()).note == "Allow the bot to read the message history."
    world.discord.blind = None
    world.clock.pass_by(hours=2)
    await world.delivery.deliver_unfinished(10)
    assert await world.ledger.editions.unfinished(10) == ()
    assert sorted(world.discord.shown()) == sorted([*TITLES, "New"])


async def test_a_channel_that_refuses_is_asked_once_a_turn_also_after_a_week(world: World) -> None:
    await composed(world)
    world.discord.refuse = dict.fromkeys(range(1, 500), Unsendable("The bot may not write here."))
    await world.delivery.deliver(10)
    await world.note("New")
    assert await world.composer.compose(Order(await world.channel())) is not None
    world.clock.pass_by(days=8)
    before = world.discord.sends
    await world.delivery.deliver_unfinished(10)
    assert world.discord.sends == before + 1


async def test_a_part_found_missing_after_its_week_comes_in_the_next_edition(world: World) -> None:
    edition = await composed(world)
    world.discord.refuse[1] = Retry("reset")
    await world.delivery.deliver(edition.channel_id)
    world.clock.pass_by(days=8)
    await world.delivery.deliver_unfinished(10)
    assert (world.discord.shown(), await world.ledger.editions.unfinished(10)) == ([], ())
    await world.desk.now(10)
    assert world.discord.shown() == NEWEST_FIRST


async def test_a_part_posted_while_its_channel_is_removed_is_remembered(world: World) -> None:
    edition = await composed(world)
    send = world.discord.send

    async def meanwhile(channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        message_id = await send(channel_id, payload, nonce, opening)
        if world.discord.sends == 1:
            await world.desk.remove(10)
        return message_id

    world.discord.send = meanwhile
    world.restart()
    await world.delivery.deliver(edition.channel_id)
    assert world.discord.shown() == NEWEST_FIRST[:3], "and a removed channel gets no more"
    await world.set_up(start="last")
    await world.desk.now(10)
    assert sorted(world.discord.shown()) == ["Archived", *TITLES]


async def test_an_answer_that_never_comes_is_not_waited_for(world: World) -> None:
    edition = await composed(world)

    async def never(*asked: object) -> int:
        return await asyncio.Event().wait()

    mute = sending(world, never)
    mute.find = never
    delivery = Delivery(world.ledger, mute, world.clock, short_pauses=(), longest_answer=0)
    async with asyncio.timeout(5):
        await delivery.deliver(10)
        after = await state_of(world, edition)
        assert after.parts[0].state == "sending"
        world.clock.pass_by(hours=1)
        await delivery.deliver_unfinished(10)
    assert "did not answer" in (await world.channel()).note
    world.clock.pass_by(hours=2)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST


TROUBLE = "The bot may not post in the channel"


async def test_managers_are_told_once_of_what_they_can_mend(world: World) -> None:
    await composed(world)
    for number in range(1, 5):
        world.discord.refuse[number] = Unsendable(TROUBLE)
    await world.delivery.deliver(10)
    world.restart()
    world.clock.pass_by(hours=1)
    await world.delivery.deliver(10)
    assert [told[:2] for told in world.discord.told] == [(10, TROUBLE)]
    assert (await world.channel()).told == (await world.channel()).note == TROUBLE
    world.discord.refuse[3] = Unsendable("The channel is gone")
    await world.delivery.deliver(10)
    assert [told[1] for told in world.discord.told] == [TROUBLE, "The channel is gone"], "another trouble is news"


async def test_a_trouble_that_comes_back_is_told_again(world: World) -> None:
    await composed(world)
    world.discord.refuse[1] = Unsendable(TROUBLE)
    await world.delivery.deliver(10)
    world.restart()
    await world.delivery.deliver(10)
    assert ((await world.channel()).told, (await world.channel()).note) == ("", "")
    await world.note("Later")
    assert await world.composer.compose(Order(await world.channel()))
    world.discord.refuse[world.discord.sends + 1] = Unsendable(TROUBLE)
    await world.delivery.deliver(10)
    assert [told[1] for told in world.discord.told] == [TROUBLE, TROUBLE]


async def test_an_outage_is_told_to_nobody_until_it_costs_a_digest(world: World) -> None:
    await composed(world)
    for number in range(1, 4):
        world.discord.refuse[number] = Retry("Discord cannot be reached")
    await world.delivery.deliver(10)
    assert world.discord.told == []
    world.clock.pass_by(days=8)
    await world.delivery.deliver(10)
    assert "week" in world.discord.told[0][1]


async def test_whoever_could_not_be_told_is_told_later(world: World) -> None:
    await composed(world)
    world.discord.refuse = {1: Unsendable(TROUBLE), 2: Unsendable(TROUBLE)}
    world.discord.deaf = Retry("Discord cannot be reached")
    await world.delivery.deliver(10)
    assert (await world.channel()).told == ""
    world.discord.deaf = None
    await world.delivery.deliver(10)
    assert [told[1] for told in world.discord.told] == [TROUBLE]


async def test_a_change_in_the_server_ends_the_pause(world: World) -> None:
    await composed(world)
    world.discord.refuse[1] = Unsendable(TROUBLE)
    await world.delivery.deliver_unfinished(10)
    await world.delivery.deliver_unfinished(10)
    assert world.discord.sends == 1
    world.delivery.hurry([9, 11])
    await world.delivery.deliver_unfinished(10)
    assert world.discord.sends == 1
    world.delivery.hurry([9, 10])
    await world.delivery.deliver_unfinished(10)
    assert world.discord.shown() == NEWEST_FIRST


async def test_in_a_forum_the_first_part_opens_a_post_that_the_others_go_to(world: World) -> None:
    world.discord.forums = {10}
    await composed(world)
    world.discord.refuse[2] = Retry("reset")
    await world.delivery.deliver(10)
    world.restart()
    world.clock.pass_by(hours=1)
    await world.delivery.deliver(10)
    opening = world.discord.messages[0].id
    assert [m.opening for m in world.discord.messages] == [None, opening, opening]
    assert world.discord.shown() == NEWEST_FIRST


async def test_a_post_that_may_be_there_is_looked_for_once_no_answer_can_be_under_way(world: World) -> None:
    """No nonce keeps Discord from opening a second one."""
    world.discord.forums = {10}
    await composed(world)
    world.discord.lose[1] = Retry("reset")
    delivery = Delivery(world.ledger, world.discord, world.clock, short_pauses=(0, 0))
    await delivery.deliver(10)
    assert (world.discord.sends, world.discord.finds) == (1, [])
    world.clock.pass_by(seconds=59)
    await delivery.deliver(10)
    assert (world.discord.sends, world.discord.finds) == (1, [])
    world.clock.pass_by(seconds=2)
    await delivery.deliver(10)
    assert (world.discord.sends, world.discord.finds) == (3, ["e1.1"])
    assert world.discord.shown() == NEWEST_FIRST
    assert world.discord.messages[2].opening == world.discord.messages[0].id


async def test_a_nonce_is_not_trusted_for_the_clock_says_so(world: World) -> None:
    """The clock goes back an hour, the hour passes, and by the clock the part was handed over just now."""
    edition = await composed(world)
    world.discord.lose[1] = Retry("reset")
    world.true = copy(world.clock)
    world.discord.clock = world.true
    world.restart()
    await world.delivery.deliver(10)
    world.true.pass_by(hours=1)
    await world.delivery.deliver(edition.channel_id)
    assert world.discord.finds == ["e1.1"]
    assert world.discord.shown() == NEWEST_FIRST


async def test_another_process_looks_before_it_trusts_a_nonce(world: World) -> None:
    await composed(world)
    world.discord.lose[1] = Crash()
    with pytest.raises(Crash):
        await world.delivery.deliver(10)
    world.restart()
    await world.delivery.deliver(10)
    assert world.discord.finds == ["e1.1"]
    assert world.discord.shown() == NEWEST_FIRST


async def test_a_promise_outlives_a_note_that_is_gone_for_a_while(world: World) -> None:
    await world.note("Other", topics=("Agents",))
    await world.set_up()
    await world.note("Kept promise", file="a.md")
    world.discord.refuse = {1: Unsendable("no"), 2: Unsendable("no")}
    await world.tick("2026-03-30T07:00")
    world.clock.pass_by(days=6, hours=23)
    await world.tick()
    await world.library.remove("notes", ["a.md"])
    await world.ledger.papers.forget("notes", ["a.md"])
    await world.tick("2026-04-06T07:00")
    assert list((await world.ledger.channels.owed([10]))[10].values()) == [True]
    await world.set_up(topics=("Agents",))
    await world.note("Kept promise", file="a.md")
    await world.tick("2026-04-13T07:00")
    assert world.discord.shown() == ["Kept promise"]
