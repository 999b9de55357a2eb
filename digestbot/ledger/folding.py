"""Two papers found out to be one: everything that pointed at the later points at the earlier from then on."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.channels import owe
from digestbot.ledger.tables import channels, edition_papers, identifiers, owed, papers, sightings


async def fold(connection: AsyncConnection, higher: int, lower: int) -> None:
    """Fold a paper into an earlier one. What a channel is owed stays owed, once, and what was promised promised.

    Where the later one is still to come and the earlier is settled, the earlier is owed: it may have been left out for
    topics that it has by now (if it was posted, the next edition leaves it out). An archived one is new to no channel.
    """
    await _owe_pending(connection, higher, lower)
    for table in (identifiers, sightings, edition_papers):
        moved = update(table).where(table.c.sequence == higher).values(sequence=lower)
        await connection.execute(moved)
    rows = (await connection.execute(select(owed).where(owed.c.sequence == higher))).all()
    await connection.execute(delete(owed).where(owed.c.sequence == higher))
    for row in rows:
        await owe(connection, row.channel_id, [lower], promised=row.promised)
    into = (papers.c.sequence == higher) | (papers.c.folded_into == higher)
    await connection.execute(update(papers).where(into).values(folded_into=lower))


async def _owe_pending(connection: AsyncConnection, higher: int, lower: int) -> None:
    fresh = select(func.count()).where(papers.c.sequence.in_((higher, lower)), ~papers.c.archive)
    if (await connection.execute(fresh)).scalar_one() < 2:
        return
    between = select(channels.c.id).where(channels.c.mark >= lower, channels.c.mark < higher)
    for channel_id in (await connection.execute(between)).scalars().all():
        await owe(connection, channel_id, [lower], promised=False)
