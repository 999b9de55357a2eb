"""Channels that get digests: their schedules, marks and what they are owed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.database import Database
from digestbot.ledger.tables import channels, counter, editions, owed, parts
from digestbot.models import Channel, ChannelOrigin, Schedule, Slot, Weekday


class Channels:
    """The ledger's channels. Changing a channel that is not there does nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_up(self, channel: Channel, owed_papers: Sequence[int] = ()) -> Channel:
        """Add a channel, or change one, and return it as it is now.

        A new channel's mark is the highest sequence known at this moment; one that is there keeps its mark, what it is
        owed, and its guild if the given one is 0. `owed_papers` (sequences) come in its next edition besides.
        """
        async with self._database.writing() as connection:
            before = await get_channel(connection, channel.id)
            if before is None:
                mark = (await connection.execute(select(counter.c.sequence))).scalar_one()
                await connection.execute(insert(channels).values(_values(channel) | {"id": channel.id, "mark": mark}))
            else:
                values = _values(channel) | {"guild_id": channel.guild_id or before.guild_id}
                await connection.execute(update(channels).where(channels.c.id == channel.id).values(values))
            await owe(connection, channel.id, owed_papers, promised=False)
            after = await get_channel(connection, channel.id)
        assert after is not None  # noqa: S101 -- it was written in this transaction
        return after

    async def get(self, channel_id: int) -> Channel | None:
        """Return a channel, None if it is not set up."""
        async with self._database.reading() as connection:
            return await get_channel(connection, channel_id)

    async def all(self) -> tuple[Channel, ...]:
        """Return all channels."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(channels).order_by(channels.c.next_at, channels.c.id))
            return tuple(_channel(row) for row in rows)

    async def due(self, now: datetime, limit: int, after: Channel | None = None) -> tuple[Channel, ...]:
        """Return the first channels whose next slot has come and that are not paused, the longest due first.

        `after`: those that come after this one in that order. What it costs depends on them alone, not on how many
        channels there are.
        """
        query = select(channels).where(~channels.c.paused, channels.c.next_at <= now)
        if after is not None:
            last = tuple_(after.next_slot.at, after.id, types=[channels.c.next_at.type, channels.c.id.type])
            query = query.where(tuple_(channels.c.next_at, channels.c.id) > last)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(channels.c.next_at, channels.c.id).limit(limit))
            return tuple(_channel(row) for row in rows)

    async def owed(self, channel_ids: Sequence[int]) -> dict[int, dict[int, bool]]:
        """Return what the next edition owes each channel: each sequence, and whether an edition promised it before."""
        async with self._database.reading() as connection:
            return await owed_to(connection, channel_ids)

    async def pause(self, channel_id: int) -> None:
        """Let no slot of the channel be due until it is resumed."""
        await self._change(channel_id, paused=True)

    async def resume(self, channel_id: int, next_slot: Slot) -> None:
        """End a channel's pause; slots before the given one are never due."""
        await self._change(channel_id, paused=False, next_local=next_slot.local, next_at=next_slot.at)

    async def note(self, channel_id: int, text: str) -> None:
        """Keep the last trouble with a channel in a sentence."""
        await self._change(channel_id, note=text)

    async def tell(self, channel_id: int, text: str) -> None:
        """Keep the trouble that the managers were told of."""
        await self._change(channel_id, told=text)

    async def recovered(self, channel: Channel) -> None:
        """Forget the trouble with a channel, which is over, and that managers were told of it."""
        if channel.note or channel.told:
            await self._change(channel.id, note="", told="")

    async def locate(self, channel_id: int, guild_id: int) -> None:
        """Keep which server a channel is in, where the settings could not tell."""
        await self._change(channel_id, guild_id=guild_id)

    async def remove(self, channel_id: int) -> None:
        """Forget a channel's set-up; its editions stay known, and what of them is not posted yet never is.

        A part under way may be posted already: it stays as it is, and is looked for if the channel is set up again.
        """
        mine = select(editions.c.id).where(editions.c.channel_id == channel_id).scalar_subquery()
        open_parts = (parts.c.edition_id.in_(mine), parts.c.state == "waiting")
        async with self._database.writing() as connection:
            await connection.execute(update(parts).where(*open_parts).values(state="given_up"))
            await connection.execute(delete(channels).where(channels.c.id == channel_id))

    async def _change(self, channel_id: int, **values: object) -> None:
        async with self._database.writing() as connection:
            await connection.execute(update(channels).where(channels.c.id == channel_id).values(values))


async def owed_to(connection: AsyncConnection, channel_ids: Sequence[int]) -> dict[int, dict[int, bool]]:
    """Read what channels are owed."""
    found: dict[int, dict[int, bool]] = {channel_id: {} for channel_id in channel_ids}
    query = select(owed).where(owed.c.channel_id.in_(channel_ids)).order_by(owed.c.channel_id, owed.c.sequence)
    for row in await connection.execute(query):
        found[row.channel_id][row.sequence] = row.promised
    return found


async def owe(connection: AsyncConnection, channel_id: int, sequences: Sequence[int], *, promised: bool) -> None:
    """Write down papers for a channel's next edition; one that is owed already stays owed once."""
    before = (await owed_to(connection, [channel_id]))[channel_id]
    new = [s for s in dict.fromkeys(sequences) if s not in before]
    if new:
        rows = [{"channel_id": channel_id, "sequence": s, "promised": promised} for s in new]
        await connection.execute(insert(owed), rows)
    if promised:
        again = (owed.c.channel_id == channel_id, owed.c.sequence.in_(sequences))
        await connection.execute(update(owed).where(*again).values(promised=True))


async def get_channel(connection: AsyncConnection, channel_id: int) -> Channel | None:
    """Read a channel, None if it is not set up."""
    return (await get_channels(connection, [channel_id])).get(channel_id)


async def get_channels(connection: AsyncConnection, channel_ids: Sequence[int]) -> dict[int, Channel]:
    """Read those of the channels that are set up."""
    rows = await connection.execute(select(channels).where(channels.c.id.in_(channel_ids)))
    return {row.id: _channel(row) for row in rows}


def _values(channel: Channel) -> dict[str, object]:
    return {
        "guild_id": channel.guild_id,
        "days": channel.schedule.days,
        "weeks": channel.schedule.weeks,
        "since": channel.schedule.since,
        "nth": channel.schedule.nth,
        "time": channel.schedule.time,
        "timezone": channel.schedule.timezone,
        "topics": channel.topics,
        "next_local": channel.next_slot.local,
        "next_at": channel.next_slot.at,
        "paused": channel.paused,
        "origin": channel.origin,
        "set_up_by": channel.set_up_by,
        "note": channel.note,
        "told": channel.told,
    }


def _channel(row: Row[Any]) -> Channel:
    return Channel(
        id=row.id,
        guild_id=row.guild_id,
        schedule=Schedule(
            cast("tuple[Weekday, ...]", tuple(row.days)), row.time, row.timezone, row.weeks, row.since, row.nth
        ),
        topics=tuple(row.topics),
        mark=row.mark,
        next_slot=Slot(row.next_local, row.next_at),
        paused=row.paused,
        origin=cast("ChannelOrigin", row.origin),
        set_up_by=row.set_up_by,
        note=row.note,
        told=row.told,
    )
