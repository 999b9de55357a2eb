"""The ledger was restored from a backup: what was posted since is read back before anything else is posted."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import pytest

from digestbot.digest import Recall, Retry, Unsendable, Unsure
from digestbot.errors import ChannelError
from digestbot.ledger import RECALLED, RESTORED_FROM, make_backup, restore
from digestbot.models import Posted

from .conftest import opened

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import datetime
    from pathlib import Path

    from .conftest import Clock, World

UNREADABLE = Unsure("Give the bot the Read Message History permission.")
FIRST = [f"First {n}" for n in range(1, 5)]
SECOND = [f"Second {n}" for n in range(1, 6)]
HOURS = {10: "08:00", 11: "09:00", 12: "10:00"}


class Crash(BaseException):
    """The process dies here."""


class Again(Protocol):
    def __call__(self, world: World) -> AbstractAsyncContextManager[World]: ...


@pytest.fixture
def again(tmp_path: Path, clock: Clock) -> Again:
    """Restore the backup and open everything anew; the notes are read again, as they are by then."""

    @asynccontextmanager
    async def restored(world: World) -> AsyncGenerator[World]:
        restore(tmp_path / "ledger.db", tmp_path / "backup.db", clock())
        async with opened(tmp_path, clock, before=world) as after:
            yield after

    return restored


@pytest.fixture
async def posted_since(tmp_path: Path, clock: Clock) -> World:
    """Three channels; since the backup a part, four editions and the beginning of one more were posted.

    The backup was made when the first of two parts was posted in channel 10, and nothing in the others.
    """
    async with opened(tmp_path, clock) as world:
        for channel_id, hour in HOURS.items():
            await world.set_up(channel_id, time=hour)
        await world.note(*FIRST)
        world.discord.refuse[2] = Unsendable("The bot may not post here")
        await world.tick("2026-03-30T06:00")
        assert world.discord.shown(10) == FIRST[:0:-1]
        make_backup(tmp_path / "ledger.db", clock(), tmp_path / "backup.db")
        await world.tick("2026-03-30T07:00")
        await world.tick("2026-03-30T08:00")
        await world.note(*SECOND)
        await world.tick("2026-04-06T06:00")
        await world.tick("2026-04-06T07:00")
        world.discord.refuse[world.discord.sends + 2] = Crash()
        with pytest.raises(Crash):
            await world.tick("2026-04-06T08:00")
        assert world.discord.shown(10) == world.discord.shown(11) == FIRST[::-1] + SECOND[::-1]
        assert world.discord.shown(12) == FIRST[::-1] + SECOND[:1:-1]
    clock.at("2026-04-06T09:00")
    return world


async def test_every_paper_comes_exactly_once(
    posted_since: World, again: Again, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="digestbot.digest.recall")
    async with again(posted_since) as world:
        await world.note("Third")
        await world.tick()
        await world.tick()
        everything = FIRST[::-1] + SECOND[::-1]
        assert world.discord.shown(10) == world.discord.shown(11) == [*everything, "Third"]
        assert world.discord.shown(12) == [*FIRST[::-1], *SECOND[:1:-1], "Third", *SECOND[1::-1]]
        assert sorted(world.discord.reads) == [10, 11, 12]
        assert world.discord.finds == []
        assert await world.ledger.state.get(RESTORED_FROM) is None
        assert await world.ledger.state.keys(RECALLED) == ()
        world.restart()
        await world.tick("2026-04-13T09:00")
        assert sorted(world.discord.reads) == [10, 11, 12], "read once"
    begun, ended = (record.getMessage() for record in caplog.records)
    assert begun.startswith("the ledger was restored from a backup of 2026-03-30T06:00:00+00:00; reading back what ")
    assert begun.endswith(" in 3 channels")
    assert ended == "what was posted since the ledger's backup is read back: 10 parts"


async def test_no_number_and_no_nonce_is_given_out_twice(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        await world.note("Third")
        await world.tick()
    async with again(world) as world:
        await world.note("Fourth")
        world.clock.pass_by(hours=1)
        await world.tick()
        await world.tick("2026-04-13T09:00")
    for names in ([m.payload["token"] for m in world.discord.messages], [m.nonce for m in world.discord.messages]):
        assert max(Counter(names).values()) == 1
    assert {tuple(sorted(world.discord.shown(channel))) for channel in HOURS} == {
        tuple(sorted([*FIRST, *SECOND, "Third", "Fourth"]))
    }


async def test_what_was_read_back_stands_in_the_ledger(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        await world.tick()
        mine = [m for m in world.discord.messages if m.channel_id == 11][:2]
        number = int(mine[0].payload["token"].removeprefix("e").split(".")[0])
        edition = await world.ledger.editions.get(number)
        assert edition is not None
        assert [part.message_id for part in edition.parts] == [message.id for message in mine]
        assert [part.state for part in edition.parts] == ["sent", "sent"]
        assert (edition.channel_id, edition.slot, edition.composed_at) == (11, None, mine[0].at)
        found = await world.composer.papers(number, 0, 10)
        assert [paper.title for paper in found.items] == FIRST[::-1]


async def test_read_back_twice_is_as_once(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        for expected in (5, 0):
            seen = await world.discord.posted(12, world.clock.at("2026-03-30T04:00"))
            seen = [*seen, *(Posted(1, part, 500 + part, (), world.clock()) for part in (1, 2))]
            assert await world.ledger.editions.recall(12, seen, world.clock()) == expected
            last = await world.ledger.editions.last(12)
            assert last is not None
            if expected:
                before = last
            assert last == before  # pyright: ignore[reportPossiblyUnboundVariable] - bound the first time


async def test_a_crash_while_reading_back_changes_nothing(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        world.discord.unreadable[11] = Crash()
        sends = world.discord.sends
        with pytest.raises(Crash):
            await world.tick()
        assert world.discord.sends == sends
        world.discord.unreadable.clear()
        world.restart()
        await world.tick()
        assert {tuple(sorted(world.discord.shown(channel))) for channel in HOURS} == {tuple(sorted(FIRST + SECOND))}


async def test_a_channel_read_back_before_a_crash_is_not_read_again(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        world.discord.unreadable[11] = UNREADABLE
        await world.tick()
        world.restart()
        world.discord.reads.clear()
        world.discord.unreadable[10] = UNREADABLE
        await world.tick()
        assert world.discord.reads == [11]


async def test_who_cannot_be_read_waits_and_the_others_go_on(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        await world.note("Third")
        before = world.discord.shown(11)
        world.discord.unreadable[11] = UNREADABLE
        await world.tick()
        assert "Third" in world.discord.shown(10)
        assert world.discord.shown(11) == before
        assert (await world.channel(11)).note == str(UNREADABLE)
        assert [told[:2] for told in world.discord.told[1:]] == [(11, str(UNREADABLE))]
        assert len(world.discord.told[1][2]) <= 25
        world.discord.unreadable[11] = Retry("Discord cannot be reached")
        world.clock.pass_by(minutes=9)
        await world.tick()
        assert Counter(world.discord.reads)[11] == 1, "not every minute"
        world.clock.pass_by(minutes=1)
        await world.tick()
        assert ((await world.channel(11)).note, len(world.discord.told)) == ("Discord cannot be reached", 2)
        world.discord.unreadable.clear()
        world.recall.hurry([11])
        await world.tick()
        assert world.discord.shown(11) == [*before, "Third"]
        assert ((await world.channel(11)).note, (await world.channel(11)).told) == ("", "")


async def test_numbers_in_a_channel_not_read_yet_are_given_to_no_other(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        world.discord.unreadable[12] = UNREADABLE
        await world.note("Third")
        await world.tick()
        tokens = Counter(message.payload["token"] for message in world.discord.messages)
        assert max(tokens.values()) == 1


async def test_nothing_is_posted_by_hand_before(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        await world.note("Third")
        sends = world.discord.sends
        with pytest.raises(ChannelError, match="first read what it has posted here since; try again in some minutes"):
            await world.desk.now(11)
        world.discord.unreadable[11] = UNREADABLE
        await world.tick()
        with pytest.raises(ChannelError, match="since; Give the bot the Read Message History permission"):
            await world.desk.now(11)
        await world.desk.now(10)
        assert world.discord.sends > sends
        world.discord.unreadable.clear()
        world.clock.pass_by(minutes=10)
        await world.tick()
        await world.note("Fourth")
        await world.desk.now(11)
        assert world.discord.shown(11)[-2:] == ["Third", "Fourth"]


async def test_unfinished_editions_wait_too(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        world.discord.unreadable[10] = UNREADABLE
        before = world.discord.shown(10)
        await world.tick()
        assert world.discord.shown(10) == before


async def test_older_papers_asked_for_meanwhile_come_without_those_posted(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        await world.set_up(11, time="09:00", start="last", count=20)
        await world.tick("2026-04-13T09:00")
        assert sorted(world.discord.shown(11)) == sorted([*FIRST, *SECOND, "Archived"])


async def test_a_channel_lost_by_the_restoring_and_set_up_again_is_read_back(
    posted_since: World, again: Again, tmp_path: Path
) -> None:
    async with opened(tmp_path, posted_since.clock, before=posted_since) as world:
        await world.set_up(13, start="last", count=5)
        await world.desk.now(13)
        lost = world.discord.shown(13)
    async with again(world) as world:
        await world.set_up(13, start="last", count=20)
        await world.tick("2026-04-13T09:00")
        assert sorted(world.discord.shown(13)) == sorted([*FIRST, *SECOND, "Archived"])
        assert world.discord.shown(13)[: len(lost)] == lost


async def test_what_was_given_up_since_and_came_in_another_edition_is_not_posted_now(
    tmp_path: Path, clock: Clock, again: Again
) -> None:
    async with opened(tmp_path, clock) as world:
        await world.set_up()
        await world.note(*FIRST)
        world.discord.refuse = {1: Unsendable("no"), 2: Unsendable("no")}
        await world.tick("2026-03-30T07:00")
        make_backup(tmp_path / "ledger.db", clock(), tmp_path / "backup.db")
        world.clock.at("2026-04-06T06:00")
        await world.tick()
        world.discord.refuse[4] = Crash()
        with pytest.raises(Crash):
            await world.tick("2026-04-06T07:00")
        assert world.discord.shown() == FIRST[:0:-1]
    async with again(world) as world:
        await world.tick("2026-04-06T08:00")
        await world.tick()
        assert world.discord.shown() == FIRST[::-1]
        assert await world.ledger.editions.unfinished(10) == ()


async def test_reading_begins_at_what_was_unfinished_at_the_backup(tmp_path: Path, clock: Clock, again: Again) -> None:
    """The answer was lost on Monday; on Thursday, when the backup is made, what became of it is not known yet."""
    async with opened(tmp_path, clock) as world:
        await world.set_up()
        await world.note("One")
        world.discord.lose[1] = Retry("reset")
        await world.tick("2026-03-30T07:00")
        clock.at("2026-04-02T12:00")
        make_backup(tmp_path / "ledger.db", clock(), tmp_path / "backup.db")
    async with again(world) as world:
        await world.tick()
        assert (world.discord.shown(), world.discord.finds) == (["One"], [])
        assert await world.ledger.editions.unfinished(10) == ()


async def test_discords_clock_is_not_ours(posted_since: World, again: Again) -> None:
    for message in posted_since.discord.messages:
        message.at -= posted_since.clock.now - posted_since.clock.now.replace(hour=7, minute=30)
    async with again(posted_since) as world:
        await world.tick()
        assert {tuple(sorted(world.discord.shown(channel))) for channel in HOURS} == {tuple(sorted(FIRST + SECOND))}


async def test_numbers_that_mean_something_else_by_now_lose_nothing(posted_since: World, again: Again) -> None:
    """Another ledger was in use for a while: its editions were numbered from 1 on, too."""
    async with again(posted_since) as world:
        await world.note("Third", "Fourth")
        last = world.discord.messages[-1]
        for number, title in ((1, "Third"), (2, "Fourth")):
            payload = {"token": f"e{number}.1", "head": "", "groups": [["", False, [title]]], "keys": []}
            message_id = await world.discord.send(11, payload, f"other-{number}", None)
            keys = await world.ledger.papers.aliases(await key_of(world, title))
            world.discord.messages[-1].payload = payload | {"keys": list(keys)}
            assert message_id > last.id
        await world.tick()
        assert Counter(world.discord.shown(11)) == Counter([*FIRST, *SECOND, "Third", "Fourth"])
        assert Counter(world.discord.shown(10)) == Counter([*FIRST, *SECOND, "Third", "Fourth"])


async def key_of(world: World, title: str) -> str:
    return next(paper.key for paper in await world.library.search.newest(20) if paper.title == title)


async def test_a_channel_removed_meanwhile_holds_up_nothing(posted_since: World, again: Again) -> None:
    async with again(posted_since) as world:
        world.discord.unreadable[11] = Unsendable("The channel is gone")
        await world.tick()
        assert await world.ledger.state.get(RESTORED_FROM) is not None
        await world.desk.remove(11)
        await world.tick()
        assert await world.ledger.state.get(RESTORED_FROM) is None


async def test_a_history_that_does_not_come_is_not_waited_for(posted_since: World, again: Again) -> None:
    async def never(channel_id: int, since: datetime) -> Sequence[Posted]:
        return await asyncio.Event().wait() and ()

    async with again(posted_since) as world:
        world.discord.posted = never
        recall = Recall(world.ledger, world.discord, world.clock, longest_reading=0)
        async with asyncio.timeout(5):
            for channel in await recall.waiting():
                await recall.read(channel)
        assert "in time" in (await world.channel(10)).note
        assert await recall.holds(10)
        assert await recall.waiting() == ()


async def test_a_ledger_that_was_not_restored_is_asked_once(world: World) -> None:
    await world.set_up()
    await world.note("One")
    await world.tick()
    await world.ledger.state.set(RESTORED_FROM, "2026-01-01T00:00:00+00:00")
    await world.tick("2026-03-30T07:00")
    assert (world.discord.shown(), world.discord.reads) == (["One"], [])
    assert not await world.recall.holds(10)
