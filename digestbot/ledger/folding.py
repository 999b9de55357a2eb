"""Two papers found out to be one: everything that pointed at the later points at the earlier from then on."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.tables import edition_papers, identifiers, owed, papers, sightings


async def fold(connection: AsyncConnection, higher: int, lower: int) -> None:
    """Fold a paper into an earlier one. What a channel is owed stays owed, once."""
    for table in (identifiers, sightings, edition_papers):
        moved = update(table).where(table.c.sequence == higher).values(sequence=lower)
        await connection.execute(moved)
    has_lower = select(owed.c.channel_id).where(owed.c.sequence == lower).scalar_subquery()
    twice = (owed.c.sequence == higher, owed.c.channel_id.in_(has_lower))
    await connection.execute(delete(owed).where(*twice))
    await connection.execute(update(owed).where(owed.c.sequence == higher).values(sequence=lower))
    into = (papers.c.sequence == higher) | (papers.c.folded_into == higher)
    await connection.execute(update(papers).where(into).values(folded_into=lower))
