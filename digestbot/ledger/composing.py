"""Storing editions: many at once in one transaction, each on the knowledge that it was made with or not at all."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.channels import get_channels, owe, owed_to
from digestbot.ledger.tables import channels, counter, edition_papers, editions, owed, parts
from digestbot.models import Channel, Edition, Part, Payload, Slot


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One message of an edition about to be stored: its payload, and the sequences that it shows.

    `beyond` are those that no part shows but that stand behind this part's button.
    """

    payload: Payload
    papers: tuple[int, ...]
    beyond: tuple[int, ...] = ()


Build = Callable[[int], Sequence[DraftPart]]
"""Renders the parts of an edition whose number is known by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition about to be stored, and on what knowledge it was made.

    It holds good only while the channel's mark, slot, schedule, topics and pause are as in `seen`, and all of `taken`
    is owed to it, promised or not as it says: a promise made meanwhile is that of an edition given up, whose papers
    were passed over as standing there. `mark` is the highest sequence that was known when the papers were looked up;
    `missing` are papers without notes, which stay owed. `slot` None is an edition by hand; otherwise `next_slot` says
    which comes after it.
    """

    seen: Channel
    slot: Slot | None
    next_slot: Slot | None
    late: bool
    mark: int
    build: Build
    taken: Mapping[int, bool] = field(default_factory=dict[int, bool])
    missing: tuple[int, ...] = ()


class Outdated(Exception):  # noqa: N818 -- it says what became of the draft; nobody is to be told of an error
    """A draft was made on knowledge that has changed meanwhile: look again."""


async def compose(
    connection: AsyncConnection, drafts: Sequence[Draft], prefix: str, now: datetime
) -> tuple[Edition | Outdated | None, ...]:
    """Store what the drafts of different channels hold, and return what became of each, in their order."""
    before = await _knowledge(connection, drafts)
    number = (await connection.execute(select(counter.c.edition))).scalar_one()
    outcomes: list[Edition | Outdated | None] = []
    made: list[tuple[Draft, Edition, Sequence[DraftPart]]] = []
    moved: list[Draft] = []
    for draft in drafts:
        outcome = before.outcome(draft)
        if outcome is None:
            built = () if before.is_composed(draft) else draft.build(number + 1)
            if built or draft.slot is not None:
                moved.append(draft)
            if built:
                number += 1
                outcome = _edition(number, draft, built, prefix, now)
                made.append((draft, outcome, built))
        outcomes.append(outcome)
        await asyncio.sleep(0)  # each is a millisecond's work: who waits for an answer comes between
    await _settle(connection, [draft for draft in moved if not before.is_composed(draft)])
    await _move(connection, moved)
    if made:
        await connection.execute(update(counter).values(edition=number))
        await _insert(connection, made)
    return tuple(outcomes)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """What the ledger says of the drafts' channels: how they stand, what they are owed, which slots have editions."""

    channels: dict[int, Channel]
    owed: dict[int, dict[int, bool]]
    slots: frozenset[tuple[int, datetime]]

    def outcome(self, draft: Draft) -> Outdated | None:
        now = self.channels.get(draft.seen.id)
        if now is None or _stand(now) != _stand(draft.seen) or not self.owed[now.id].items() >= draft.taken.items():
            return Outdated()
        return None

    def is_composed(self, draft: Draft) -> bool:
        return draft.slot is not None and (draft.seen.id, draft.slot.at) in self.slots


async def _knowledge(connection: AsyncConnection, drafts: Sequence[Draft]) -> _Knowledge:
    ids = [draft.seen.id for draft in drafts]
    moments = {draft.slot.at for draft in drafts if draft.slot is not None}
    query = select(editions.c.channel_id, editions.c.slot_at)
    query = query.where(editions.c.channel_id.in_(ids), editions.c.slot_at.in_(moments))
    slots = frozenset((row.channel_id, row.slot_at) for row in await connection.execute(query)) if moments else ()
    return _Knowledge(await get_channels(connection, ids), await owed_to(connection, ids), frozenset(slots))


def _stand(channel: Channel) -> tuple[object, ...]:
    """Return what an edition depends on."""
    return (channel.mark, channel.next_slot, channel.schedule, channel.topics, channel.paused)


async def _settle(connection: AsyncConnection, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        mine = owed.c.channel_id == draft.seen.id
        if done := draft.taken.keys() - set(draft.missing):  # what stays owed stays promised, too
            await connection.execute(delete(owed).where(mine, owed.c.sequence.in_(done)))
        if draft.missing:
            await owe(connection, draft.seen.id, draft.missing, promised=False)
    await _change(connection, ({"number": draft.seen.id, "mark": draft.mark} for draft in drafts))


async def _move(connection: AsyncConnection, drafts: Sequence[Draft]) -> None:
    slots = ((draft.seen.id, draft.next_slot) for draft in drafts if draft.next_slot is not None)
    await _change(connection, ({"number": n, "next_local": slot.local, "next_at": slot.at} for n, slot in slots))


async def _change(connection: AsyncConnection, rows: Iterable[dict[str, Any]]) -> None:
    """Change many channels, each (`number`) to values of its own."""
    if values := list(rows):
        columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "number"}
        await connection.execute(update(channels).where(channels.c.id == bindparam("number")).values(columns), values)


def _edition(number: int, draft: Draft, built: Sequence[DraftPart], prefix: str, now: datetime) -> Edition:
    made = (
        Part(number, part, one.payload, one.papers, nonce=f"{prefix}-{number}.{part}")
        for part, one in enumerate(built, 1)
    )
    return Edition(
        id=number,
        channel_id=draft.seen.id,
        slot=draft.slot,
        late=draft.late,
        composed_at=now,
        papers=tuple(row["sequence"] for row in _paper_rows(number, draft.seen.id, built)),
        parts=tuple(made),
    )


async def _insert(connection: AsyncConnection, made: Sequence[tuple[Draft, Edition, Sequence[DraftPart]]]) -> None:
    heads = [
        {
            "id": edition.id,
            "channel_id": edition.channel_id,
            "slot_local": edition.slot and edition.slot.local,
            "slot_at": edition.slot and edition.slot.at,
            "late": edition.late,
            "composed_at": edition.composed_at,
        }
        for _, edition, _ in made
    ]
    messages = [
        {
            "edition_id": edition.id,
            "number": part.number,
            "payload": part.payload,
            "nonce": part.nonce,
            "state": part.state,
        }
        for _, edition, _ in made
        for part in edition.parts
    ]
    held = [row for _, edition, built in made for row in _paper_rows(edition.id, edition.channel_id, built)]
    await connection.execute(insert(editions), heads)
    await connection.execute(insert(parts), messages)
    await connection.execute(insert(edition_papers), held)


def _paper_rows(number: int, channel_id: int, built: Sequence[DraftPart]) -> list[dict[str, Any]]:
    shown = [(sequence, part, False) for part, one in enumerate(built, 1) for sequence in one.papers]
    beyond = [(sequence, part, True) for part, one in enumerate(built, 1) for sequence in one.beyond]
    return [
        {
            "edition_id": number,
            "position": position,
            "channel_id": channel_id,
            "sequence": sequence,
            "part": part,
            "beyond": is_beyond,
        }
        for position, (sequence, part, is_beyond) in enumerate((*shown, *beyond))
    ]
