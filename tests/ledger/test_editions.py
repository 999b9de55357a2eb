from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digestbot.ledger import Build, Draft, DraftPart, Ledger, Outdated, open_ledger
from digestbot.models import Channel, Edition, Entry, Schedule, Slot

MakeEntry = Callable[..., Entry]

PARTS = (
    DraftPart({"components": [{"content": "一"}], "flags": 32768}, (5, 4)),
    DraftPart({"components": []}, (3,), beyond=(2, 1)),
)


@pytest.fixture
def channel(now: datetime) -> Channel:
    return Channel(10, 1, Schedule(("monday",), "09:00", "UTC"), (), 0, Slot("2026-03-30T09:00", now))


@pytest.fixture
async def ledger(url: str, entry: MakeEntry, channel: Channel, now: datetime) -> AsyncIterator[Ledger]:
    """A ledger that knows five papers, all new to channel 10."""
    async with open_ledger(url, prefix=lambda: "abcdef") as opened:
        await opened.channels.set_up(channel)
        await opened.papers.finish_import("notes", now)
        await opened.papers.sight("notes", "a.md", "a", [entry(f"Paper {n}") for n in range(1, 6)], now)
        yield opened


@pytest.fixture
def draft(channel: Channel, now: datetime) -> Draft:
    return Draft(
        seen=channel,
        slot=Slot("2026-03-30T09:00", now),
        next_slot=Slot("2026-04-06T09:00", now + timedelta(days=7)),
        late=False,
        mark=5,
        build=build,
    )


async def compose(ledger: Ledger, draft: Draft, build: Build, now: datetime) -> Edition | None:
    (outcome,) = await ledger.editions.compose([replace(draft, build=build)], now)
    if isinstance(outcome, Outdated):
        raise outcome
    return outcome


def build(number: int) -> Sequence[DraftPart]:
    return PARTS


async def seen(ledger: Ledger) -> Channel:
    channel = await ledger.channels.get(10)
    assert channel is not None
    return channel


async def stored(ledger: Ledger, draft: Draft, now: datetime) -> Edition:
    edition = await compose(ledger, draft, build, now)
    assert edition is not None
    return edition


async def test_an_edition_is_stored_whole(ledger: Ledger, draft: Draft, now: datetime) -> None:
    edition = await stored(ledger, draft, now)
    assert (edition.id, edition.channel_id, edition.slot, edition.late) == (1, 10, draft.slot, False)
    assert (edition.composed_at, edition.papers) == (now, (5, 4, 3, 2, 1))
    assert [part.papers for part in edition.parts] == [(5, 4), (3,)]
    assert [part.payload for part in edition.parts] == [part.payload for part in PARTS]
    assert [part.nonce for part in edition.parts] == ["abcdef-1.1", "abcdef-1.2"]
    assert [part.state for part in edition.parts] == ["waiting", "waiting"]
    assert await ledger.editions.get(1) == await ledger.editions.last(10) == edition
    assert await ledger.editions.unfinished(10) == (edition,)
    assert await ledger.editions.unfinished_channels() == (10,)
    assert await ledger.editions.papers(1) == (5, 4, 3, 2, 1)
    assert await ledger.editions.posted([10, 11], [1, 5, 6]) == {10: {1, 5}, 11: set()}
    channel = await ledger.channels.get(10)
    assert channel is not None
    assert (channel.mark, channel.next_slot) == (5, draft.next_slot)


async def test_the_build_is_told_the_number_that_the_edition_gets(ledger: Ledger, draft: Draft, now: datetime) -> None:
    told: list[int] = []

    def remember(number: int) -> Sequence[DraftPart]:
        told.append(number)
        return PARTS

    first = await compose(ledger, draft, remember, now)
    second = await compose(ledger, replace(draft, slot=None, next_slot=None, seen=await seen(ledger)), remember, now)
    assert first is not None
    assert second is not None
    assert told == [first.id, second.id] == [1, 2]


async def test_an_edition_that_cannot_be_built_leaves_no_trace(ledger: Ledger, draft: Draft, now: datetime) -> None:
    def broken(number: int) -> Sequence[DraftPart]:
        raise ZeroDivisionError

    before = await ledger.channels.get(10)
    with pytest.raises(ZeroDivisionError):
        await compose(ledger, draft, broken, now)
    assert await ledger.channels.get(10) == before
    assert (await stored(ledger, draft, now)).id == 1


async def test_a_slot_has_one_edition(ledger: Ledger, draft: Draft, now: datetime) -> None:
    await stored(ledger, draft, now)
    later = Slot("2026-04-13T09:00", now + timedelta(days=14))
    again = replace(draft, seen=await seen(ledger), next_slot=later)
    assert await compose(ledger, again, build, now) is None
    channel = await ledger.channels.get(10)
    assert channel is not None
    assert channel.next_slot == later, "or the slot would be due for ever"
    assert (await ledger.editions.last(10)) == await ledger.editions.get(1)


async def test_editions_by_hand_have_no_slot_to_collide_in(ledger: Ledger, draft: Draft, now: datetime) -> None:
    by_hand = replace(draft, slot=None, next_slot=None)
    assert (await stored(ledger, by_hand, now)).slot is None
    assert (await stored(ledger, replace(by_hand, seen=await seen(ledger)), now)).id == 2
    channel = await ledger.channels.get(10)
    assert channel is not None
    assert channel.next_slot == draft.slot


async def test_an_empty_slot_settles_and_moves_on(ledger: Ledger, draft: Draft, now: datetime) -> None:
    assert await compose(ledger, draft, lambda number: (), now) is None
    channel = await ledger.channels.get(10)
    assert channel is not None
    assert (channel.mark, channel.next_slot) == (5, draft.next_slot)
    assert await ledger.editions.last(10) is None


async def test_an_empty_edition_by_hand_changes_nothing(ledger: Ledger, draft: Draft, now: datetime) -> None:
    before = await ledger.channels.get(10)
    by_hand = replace(draft, slot=None, next_slot=None)
    assert await compose(ledger, by_hand, lambda number: (), now) is None
    assert await ledger.channels.get(10) == before


async def test_a_draft_is_outdated_when_another_took_its_papers(ledger: Ledger, draft: Draft, now: datetime) -> None:
    await stored(ledger, draft, now)
    with pytest.raises(Outdated):
        await compose(ledger, replace(draft, slot=None, next_slot=None), build, now)
    with pytest.raises(Outdated):
        await compose(ledger, replace(draft, seen=await seen(ledger), taken={3: False}), build, now)
    with pytest.raises(Outdated):
        await compose(ledger, replace(draft, seen=replace(draft.seen, id=11)), build, now)


@pytest.mark.parametrize(
    "change",
    [
        {"paused": True},
        {"topics": ("Audio",)},
        {"schedule": Schedule(("friday",), "09:00", "UTC")},
        {"next_slot": Slot("2026-04-03T09:00", datetime(2026, 4, 3, 9, tzinfo=UTC))},
    ],
)
async def test_a_draft_is_outdated_when_its_channel_changed(
    ledger: Ledger, draft: Draft, channel: Channel, now: datetime, change: dict[str, Any]
) -> None:
    changed = await ledger.channels.set_up(replace(channel, **change))
    with pytest.raises(Outdated):
        await compose(ledger, draft, build, now)
    assert await ledger.channels.get(10) == changed


async def test_a_draft_is_outdated_when_an_edition_with_its_papers_is_given_up(
    ledger: Ledger, draft: Draft, now: datetime
) -> None:
    edition = await stored(ledger, draft, now)
    asked = await ledger.channels.set_up(await seen(ledger), edition.papers)
    passed_over = replace(draft, seen=asked, slot=None, next_slot=None, taken=dict.fromkeys(edition.papers, False))
    assert await ledger.editions.give_up(edition, now)
    with pytest.raises(Outdated):
        await compose(ledger, passed_over, build, now)
    assert await ledger.channels.owed([10]) == {10: dict.fromkeys(edition.papers, True)}


async def test_what_is_taken_is_owed_no_more_and_what_is_missing_is(
    ledger: Ledger, draft: Draft, now: datetime
) -> None:
    channel = await ledger.channels.get(10)
    assert channel is not None
    await ledger.channels.set_up(channel, [1, 2])
    await stored(ledger, replace(draft, taken={1: False}, missing=(4,)), now)
    assert await ledger.channels.owed([10]) == {10: {2: False, 4: False}}


async def test_a_part_goes_its_way(ledger: Ledger, draft: Draft, now: datetime) -> None:
    part = (await stored(ledger, draft, now)).parts[0]
    await ledger.editions.sending(part, now)
    sending = replace(part, state="sending", sending_since=now)
    assert (await ledger.editions.unfinished(10))[0].parts[0] == sending
    await ledger.editions.refused(part)
    assert (await ledger.editions.unfinished(10))[0].parts[0] == part
    await ledger.editions.sending(part, now)
    await ledger.editions.sent(part, 2**62, now)
    sent = replace(part, state="sent", message_id=2**62)
    edition = await ledger.editions.get(1)
    assert edition is not None
    assert edition.parts[0] == sent
    await ledger.editions.refused(part)
    assert (await ledger.editions.get(1)) == edition, "what is posted stays posted"
    await ledger.editions.sent(edition.parts[1], 2**62 + 1, now)
    assert await ledger.editions.unfinished(10) == ()
    assert await ledger.editions.unfinished_channels() == ()


async def test_what_is_given_up_is_owed_with_what_stood_behind_its_button(
    ledger: Ledger, draft: Draft, now: datetime
) -> None:
    edition = await stored(ledger, draft, now)
    await ledger.editions.sent(edition.parts[0], 100, now)
    await ledger.editions.give_up(edition, now)
    after = await ledger.editions.get(1)
    assert after is not None
    assert [part.state for part in after.parts] == ["sent", "given_up"]
    assert await ledger.channels.owed([10]) == {10: {1: True, 2: True, 3: True}}
    assert await ledger.editions.posted([10], range(1, 6)) == {10: {4, 5}}
    assert await ledger.editions.unfinished(10) == ()


async def test_a_paused_channel_is_not_served(ledger: Ledger, draft: Draft, now: datetime) -> None:
    await stored(ledger, draft, now)
    await ledger.channels.pause(10)
    assert await ledger.editions.unfinished_channels() == ()
    assert len(await ledger.editions.unfinished(10)) == 1


async def test_a_removed_channel_keeps_its_history(ledger: Ledger, draft: Draft, now: datetime) -> None:
    edition = await stored(ledger, draft, now)
    await ledger.editions.sent(edition.parts[0], 100, now)
    await ledger.channels.remove(10)
    after = await ledger.editions.last(10)
    assert after is not None
    assert [part.state for part in after.parts] == ["sent", "given_up"]
    assert await ledger.editions.posted([10], range(1, 6)) == {10: {4, 5}}
    await ledger.editions.give_up(after, now)


async def test_a_folding_reaches_into_editions(ledger: Ledger, draft: Draft, entry: MakeEntry, now: datetime) -> None:
    await stored(ledger, draft, now)
    await ledger.papers.sight("notes", "b.md", "b", [entry("Six", "2401.00001")], now)
    await ledger.papers.sight("notes", "c.md", "c", [entry("Paper 1", "2401.00001")], now)
    assert await ledger.papers.since(5) == ()
    await ledger.papers.sight("notes", "d.md", "d", [entry("Paper 5", "2401.00005")], now)
    await ledger.papers.sight("notes", "e.md", "e", [entry("Paper 4"), entry("Paper 4 renamed", "2401.00005")], now)
    await ledger.papers.sight("notes", "f.md", "f", [entry("Paper 4", "2401.00005")], now)
    assert await ledger.editions.papers(1) == (4, 4, 3, 2, 1)


def _nothing(number: int) -> Sequence[DraftPart]:
    return ()


async def test_editions_stored_together(ledger: Ledger, draft: Draft, now: datetime) -> None:
    """As each alone, with numbers one after the other; an outdated one does not hold up the others."""
    drafts = [draft]
    for number in (11, 12, 13):
        await ledger.channels.set_up(replace(draft.seen, id=number, mark=0))
        there = await ledger.channels.get(number)
        assert there is not None
        drafts.append(replace(draft, seen=there, slot=draft.slot and replace(draft.slot, local=f"for {number}")))
    drafts[1] = replace(drafts[1], seen=replace(drafts[1].seen, paused=True))
    drafts[2] = replace(drafts[2], build=_nothing)
    first, second, third, fourth = await ledger.editions.compose(drafts, now)
    assert isinstance(second, Outdated)
    assert third is None
    assert isinstance(first, Edition)
    assert isinstance(fourth, Edition)
    assert [await ledger.editions.get(1), await ledger.editions.get(2)] == [first, fourth]
    assert [first.channel_id, fourth.channel_id] == [10, 13]
    assert await ledger.editions.behind([10, 11, 12, 13]) == frozenset()
    after = {channel.id: channel.next_slot for channel in await ledger.channels.all()}
    assert draft.next_slot is not None
    assert after == dict.fromkeys((10, 12, 13), draft.next_slot) | {11: draft.seen.next_slot}
    again = replace(draft, seen=await seen(ledger), slot=None, next_slot=None)
    assert isinstance((await ledger.editions.compose([again], now))[0], Edition)
    assert await ledger.editions.behind([10, 13]) == {10}
