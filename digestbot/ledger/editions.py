"""Editions: what was promised to a channel, part by part, and what of it is posted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, TextClause, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.channels import get_channel, owe, owed_to
from digestbot.ledger.database import Database, chunks
from digestbot.ledger.tables import UNFINISHED, channels, counter, edition_papers, editions, owed, parts
from digestbot.models import Channel, Edition, Part, PartState, Payload, Slot


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One message of an edition about to be stored: its payload, and the sequences that it shows.

    `beyond` are those that no part shows but that stand behind this part's button.
    """

    payload: Payload
    papers: tuple[int, ...]
    beyond: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition about to be stored, and on what knowledge it was made.

    It holds good only while the channel's mark, slot, schedule, topics and pause are as in `seen`, and all of `taken`
    is owed to it. `mark` is the highest sequence that was known when the papers were looked up; `missing` are papers
    without notes, which stay owed. `slot` None is an edition by hand; otherwise `next_slot` says which comes after it.
    """

    seen: Channel
    slot: Slot | None
    next_slot: Slot | None
    late: bool
    mark: int
    taken: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


class Outdated(Exception):  # noqa: N818 -- it says what became of the draft; nobody is to be told of an error
    """A draft was made on knowledge that has changed meanwhile: look again."""


Build = Callable[[int], Sequence[DraftPart]]
"""Renders the parts of an edition whose number is known by then."""


class Editions:
    """The ledger's editions. `nonce_prefix` tells the messages of two ledgers apart."""

    def __init__(self, database: Database, nonce_prefix: str) -> None:
        self._database = database
        self._prefix = nonce_prefix

    async def compose(self, draft: Draft, build: Build, now: datetime) -> Edition | None:
        """Store an edition with its parts, settle its papers and move the next slot, all or nothing.

        The edition's number is given out inside the transaction, and `build` runs there: an edition that fails leaves
        no gap and no trace. Returns None if the slot has its edition already, or `build` made no parts; then only mark
        and next slot move, and neither does without a slot. Raises Outdated.
        """
        async with self._database.writing() as connection:
            await _check(connection, draft)
            if draft.slot is not None and await _composed(connection, draft.seen.id, draft.slot):
                await _move(connection, draft)
                return None
            number = (await connection.execute(select(counter.c.edition))).scalar_one() + 1
            made = build(number)
            if made or draft.slot is not None:
                await _settle(connection, draft)
                await _move(connection, draft)
            if not made:
                return None
            await connection.execute(update(counter).values(edition=number))
            await self._insert(connection, number, draft, made, now)
            return await _load(connection, number)

    async def _insert(
        self, connection: AsyncConnection, number: int, draft: Draft, made: Sequence[DraftPart], now: datetime
    ) -> None:
        await connection.execute(
            insert(editions).values(
                id=number,
                channel_id=draft.seen.id,
                slot_local=draft.slot and draft.slot.local,
                slot_at=draft.slot and draft.slot.at,
                late=draft.late,
                composed_at=now,
            )
        )
        rows = [
            {
                "edition_id": number,
                "number": part,
                "payload": one.payload,
                "nonce": f"{self._prefix}-{number}.{part}",
                "state": "waiting",
            }
            for part, one in enumerate(made, 1)
        ]
        await connection.execute(insert(parts), rows)
        await connection.execute(insert(edition_papers), _paper_rows(number, made))

    async def get(self, edition_id: int) -> Edition | None:
        """Return an edition, None if there is none of that number."""
        async with self._database.reading() as connection:
            return await _load(connection, edition_id)

    async def last(self, channel_id: int) -> Edition | None:
        """Return the channel's last edition, None before the first."""
        query = select(editions.c.id).where(editions.c.channel_id == channel_id).order_by(editions.c.id.desc()).limit(1)
        async with self._database.reading() as connection:
            number = (await connection.execute(query)).scalar()
            return None if number is None else await _load(connection, number)

    async def papers(self, edition_id: int) -> tuple[int, ...]:
        """Return all sequences of an edition in order, those beyond its parts too."""
        async with self._database.reading() as connection:
            return tuple(row.sequence for row in await _papers(connection, edition_id))

    async def posted(self, channel_id: int, sequences: Sequence[int]) -> set[int]:
        """Return which of these papers stand in an edition of the channel, posted or still to be."""
        query = (
            select(edition_papers.c.sequence)
            .join(editions, editions.c.id == edition_papers.c.edition_id)
            .join(
                parts,
                (parts.c.edition_id == edition_papers.c.edition_id) & (parts.c.number == edition_papers.c.part),
            )
            .where(editions.c.channel_id == channel_id, parts.c.state != "given_up")
        )
        found: set[int] = set()
        async with self._database.reading() as connection:
            for some in chunks(sequences):
                found.update((await connection.execute(query.where(edition_papers.c.sequence.in_(some)))).scalars())
        return found

    async def unfinished(self, channel_id: int) -> tuple[Edition, ...]:
        """Return a channel's editions that have parts neither posted nor given up, in order."""
        query = select(parts.c.edition_id).join(editions, editions.c.id == parts.c.edition_id).distinct()
        query = query.where(UNFINISHED, editions.c.channel_id == channel_id)
        async with self._database.reading() as connection:
            numbers = (await connection.execute(query.order_by(parts.c.edition_id))).scalars().all()
            loaded = [await _load(connection, number) for number in numbers]
        return tuple(edition for edition in loaded if edition is not None)

    async def unfinished_channels(self) -> tuple[int, ...]:
        """Return the channels, except paused ones, that have unfinished editions."""
        query = (
            select(editions.c.channel_id)
            .join(parts, parts.c.edition_id == editions.c.id)
            .join(channels, channels.c.id == editions.c.channel_id)
            .where(UNFINISHED, ~channels.c.paused)
            .distinct()
        )
        async with self._database.reading() as connection:
            return tuple((await connection.execute(query.order_by(editions.c.channel_id))).scalars())

    async def sending(self, part: Part, now: datetime) -> bool:
        """Note, before a part is handed to Discord, that from now on it may be there.

        False if it is not to be posted any more, as in a channel removed meanwhile.
        """
        return await self._change(part, {"state": "sending", "sending_since": now}, UNFINISHED)

    async def refused(self, part: Part) -> None:
        """Note that Discord certainly does not have a part that it was handed."""
        await self._change(part, {"state": "waiting", "sending_since": None}, UNFINISHED)

    async def sent(self, part: Part, message_id: int, now: datetime) -> None:
        """Note under which message a part is posted, whatever was decided about it meanwhile: it is there."""
        await self._change(part, {"state": "sent", "sending_since": None, "message_id": message_id, "done_at": now})

    async def give_up(self, edition: Edition, now: datetime) -> bool:
        """Post no more of an edition: what it still promised is owed to the channel's next one.

        Parts that may be posted stay as they are until that is known, or their papers would come twice. False if
        nothing was left to be given up.
        """
        async with self._database.writing() as connection:
            still = (parts.c.edition_id == edition.id, parts.c.state == "waiting")
            numbers = (await connection.execute(select(parts.c.number).where(*still))).scalars().all()
            lost = [row.sequence for row in await _papers(connection, edition.id) if row.part in numbers]
            gone = {"state": "given_up", "sending_since": None, "done_at": now}
            await connection.execute(update(parts).where(*still).values(gone))
            there = select(channels.c.id).where(channels.c.id == edition.channel_id)
            if (await connection.execute(there)).first():
                await owe(connection, edition.channel_id, lost, promised=True)
            return bool(numbers)

    async def _change(self, part: Part, values: Mapping[str, object], *only: ColumnElement[bool] | TextClause) -> bool:
        where = (parts.c.edition_id == part.edition_id, parts.c.number == part.number, *only)
        async with self._database.writing() as connection:
            return (await connection.execute(update(parts).where(*where).values(dict(values)))).rowcount > 0


async def _check(connection: AsyncConnection, draft: Draft) -> None:
    now = await get_channel(connection, draft.seen.id)
    still_owed = await owed_to(connection, draft.seen.id)
    if now is None or _stand(now) != _stand(draft.seen) or not still_owed.keys() >= set(draft.taken):
        raise Outdated


def _stand(channel: Channel) -> tuple[object, ...]:
    """Return what an edition depends on."""
    return (channel.mark, channel.next_slot, channel.schedule, channel.topics, channel.paused)


async def _composed(connection: AsyncConnection, channel_id: int, slot: Slot) -> bool:
    query = select(editions.c.id).where(editions.c.channel_id == channel_id, editions.c.slot_at == slot.at)
    return (await connection.execute(query)).first() is not None


async def _settle(connection: AsyncConnection, draft: Draft) -> None:
    mine = owed.c.channel_id == draft.seen.id
    await connection.execute(delete(owed).where(mine, owed.c.sequence.in_(draft.taken)))
    await owe(connection, draft.seen.id, draft.missing, promised=False)
    await connection.execute(update(channels).where(channels.c.id == draft.seen.id).values(mark=draft.mark))


async def _move(connection: AsyncConnection, draft: Draft) -> None:
    if draft.next_slot is not None:
        values = {"next_local": draft.next_slot.local, "next_at": draft.next_slot.at}
        await connection.execute(update(channels).where(channels.c.id == draft.seen.id).values(values))


def _paper_rows(number: int, made: Sequence[DraftPart]) -> list[dict[str, object]]:
    shown = [(sequence, part, False) for part, one in enumerate(made, 1) for sequence in one.papers]
    beyond = [(sequence, part, True) for part, one in enumerate(made, 1) for sequence in one.beyond]
    return [
        {"edition_id": number, "position": position, "sequence": sequence, "part": part, "beyond": is_beyond}
        for position, (sequence, part, is_beyond) in enumerate((*shown, *beyond))
    ]


async def _papers(connection: AsyncConnection, edition_id: int) -> Sequence[Row[Any]]:
    query = select(edition_papers).where(edition_papers.c.edition_id == edition_id)
    return (await connection.execute(query.order_by(edition_papers.c.position))).all()


async def _load(connection: AsyncConnection, edition_id: int) -> Edition | None:
    row = (await connection.execute(select(editions).where(editions.c.id == edition_id))).first()
    if row is None:
        return None
    papers = await _papers(connection, edition_id)
    query = select(parts).where(parts.c.edition_id == edition_id).order_by(parts.c.number)
    return Edition(
        id=row.id,
        channel_id=row.channel_id,
        slot=None if row.slot_local is None else Slot(row.slot_local, row.slot_at),
        late=row.late,
        composed_at=row.composed_at,
        papers=tuple(paper.sequence for paper in papers),
        parts=tuple(_part(part, papers) for part in await connection.execute(query)),
    )


def _part(row: Row[Any], papers: Sequence[Row[Any]]) -> Part:
    return Part(
        edition_id=row.edition_id,
        number=row.number,
        payload=row.payload,
        papers=tuple(paper.sequence for paper in papers if paper.part == row.number and not paper.beyond),
        nonce=row.nonce,
        state=cast("PartState", row.state),
        message_id=row.message_id,
        sending_since=row.sending_since,
    )
