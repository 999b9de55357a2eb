"""Editions: what was promised to a channel, part by part, and what of it is posted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, TextClause, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.channels import owe
from digestbot.ledger.composing import Draft, Outdated, compose
from digestbot.ledger.database import Database, chunks
from digestbot.ledger.marks import Marks
from digestbot.ledger.recalling import recall
from digestbot.ledger.tables import UNFINISHED, channels, edition_papers, editions, parts
from digestbot.models import Edition, Part, PartState, Posted, Slot


class Editions:
    """The ledger's editions. `nonce_prefix` tells the messages of two ledgers apart."""

    def __init__(self, database: Database, nonce_prefix: str) -> None:
        self._database = database
        self._prefix = nonce_prefix
        self._marks = Marks(database)

    async def compose(self, drafts: Sequence[Draft], now: datetime) -> tuple[Edition | Outdated | None, ...]:
        """Store editions of different channels with their parts, settle their papers and move the next slots.

        Returns what became of each draft: its edition; None if the slot has its edition already, or `build` made no
        parts (then only mark and next slot move, and neither does without a slot); or Outdated, and nothing changed
        for it. Numbers are given out inside the one transaction, and `build` runs there: where one raises, no edition
        is stored, and none leaves a gap or a trace.
        """
        async with self._database.writing() as connection:
            return await compose(connection, drafts, self._prefix, now)

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

    async def posted(self, channel_ids: Sequence[int], sequences: Sequence[int]) -> dict[int, set[int]]:
        """Return which of these papers stand in an edition of each channel, posted or still to be."""
        query = (
            select(edition_papers.c.channel_id, edition_papers.c.sequence)
            .join(
                parts,
                (parts.c.edition_id == edition_papers.c.edition_id) & (parts.c.number == edition_papers.c.part),
            )
            .where(edition_papers.c.channel_id.in_(channel_ids), parts.c.state != "given_up")
        )
        found: dict[int, set[int]] = {channel_id: set() for channel_id in channel_ids}
        async with self._database.reading() as connection:
            for some in chunks(sequences):
                for row in await connection.execute(query.where(edition_papers.c.sequence.in_(some))):
                    found[row.channel_id].add(row.sequence)
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

    async def behind(self, channel_ids: Sequence[int]) -> frozenset[int]:
        """Return those of the channels that have several unfinished editions, so that the last is not the next."""
        query = (
            select(editions.c.channel_id)
            .join(parts, parts.c.edition_id == editions.c.id)
            .where(UNFINISHED, editions.c.channel_id.in_(channel_ids))
            .group_by(editions.c.channel_id)
            .having(func.count(editions.c.id.distinct()) > 1)
        )
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

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

    async def recall(self, channel_id: int, posted: Sequence[Posted], now: datetime) -> int:
        """Take over which messages a channel shows, and return how many of them were news; again it changes nothing.

        `posted` must go back to the oldest unfinished edition of the channel: what of it is not there never was.
        """
        async with self._database.writing() as connection:
            return await recall(connection, channel_id, posted, self._prefix, now)

    async def _change(self, part: Part, values: Mapping[str, object], *only: ColumnElement[bool] | TextClause) -> bool:
        where = (parts.c.edition_id == part.edition_id, parts.c.number == part.number, *only)
        return await self._marks.write(update(parts).where(*where).values(dict(values))) > 0


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
