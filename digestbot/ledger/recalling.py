"""Taking over what a channel shows: messages that a restored ledger does not know, as they were posted since."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.ledger.channels import get_channel, owe
from digestbot.ledger.database import chunks
from digestbot.ledger.tables import UNFINISHED, counter, edition_papers, editions, identifiers, parts
from digestbot.models import Payload, Posted

_Place = tuple[int, int]


async def recall(
    connection: AsyncConnection, channel_id: int, posted: Sequence[Posted], prefix: str, now: datetime
) -> int:
    """Write down the messages that are not known yet and return how many they are.

    A part still to be posted becomes a posted one, and an edition that is not known is made under its own number. A
    number that already means something else, as after another ledger was in use for a while, is replaced by a new one.
    """
    news = await _unknown(connection, posted)
    sequences = await _sequences(connection, sorted({key for one in news for key in one.keys}))
    numbers = sorted({one.edition for one in news})
    known = await _known(connection, numbers)
    open_places = await _open_places(connection, channel_id, numbers)
    last = max([(await connection.execute(select(counter.c.edition))).scalar_one(), *numbers])
    made: dict[int, list[Posted]] = {}
    for one in sorted(news, key=lambda one: (one.edition, one.part, one.message_id)):
        place = (one.edition, one.part)
        if place in open_places:
            open_places.remove(place)
            await _mark(connection, one)
            continue
        number = one.edition
        if number in known or any(one.part == other.part for other in made.get(number, ())):
            number = last = last + 1
        made.setdefault(number, []).append(one)
    for number, messages in made.items():
        await _insert(connection, channel_id, number, messages, sequences, prefix)
    await connection.execute(update(counter).values(edition=last))
    await _drop_repeated(connection, channel_id, sorted(set(sequences.values())), now)
    return len(news)


async def _unknown(connection: AsyncConnection, posted: Sequence[Posted]) -> list[Posted]:
    known: set[int | None] = set()
    for some in chunks([one.message_id for one in posted]):
        query = select(parts.c.message_id).where(parts.c.message_id.in_(some))
        known.update((await connection.execute(query)).scalars())
    return [one for one in posted if one.message_id not in known]


async def _sequences(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(keys):
        query = select(identifiers).where(identifiers.c.identifier.in_(some))
        found.update({row.identifier: row.sequence for row in await connection.execute(query)})
    return found


async def _known(connection: AsyncConnection, numbers: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks(numbers):
        found.update((await connection.execute(select(editions.c.id).where(editions.c.id.in_(some)))).scalars())
    return found


async def _open_places(connection: AsyncConnection, channel_id: int, numbers: Sequence[int]) -> set[_Place]:
    """Return the channel's parts among these editions of which the ledger does not know that they were posted."""
    query = select(parts.c.edition_id, parts.c.number).join(editions, editions.c.id == parts.c.edition_id)
    query = query.where(editions.c.channel_id == channel_id, parts.c.state != "sent")
    found: set[_Place] = set()
    for some in chunks(numbers):
        rows = await connection.execute(query.where(parts.c.edition_id.in_(some)))
        found.update((row.edition_id, row.number) for row in rows)
    return found


async def _mark(connection: AsyncConnection, one: Posted) -> None:
    sent = {"state": "sent", "sending_since": None, "message_id": one.message_id, "done_at": one.at}
    where = (parts.c.edition_id == one.edition, parts.c.number == one.part)
    await connection.execute(update(parts).where(*where).values(sent))


async def _insert(
    connection: AsyncConnection,
    channel_id: int,
    number: int,
    messages: Sequence[Posted],
    sequences: dict[str, int],
    prefix: str,
) -> None:
    """Store an edition of which only its messages are left: nobody reads the payload of a part that is posted."""
    begun = min(one.at for one in messages)
    nothing: Payload = {}
    head = {"id": number, "channel_id": channel_id, "late": False, "composed_at": begun}
    await connection.execute(insert(editions).values(head))
    for one in messages:
        mark = {"edition_id": number, "number": one.part, "payload": nothing, "nonce": f"{prefix}-{number}.{one.part}"}
        sent = {"state": "sent", "message_id": one.message_id, "done_at": one.at}
        await connection.execute(insert(parts).values(mark | sent))
    shown = [(sequences[key], one.part) for one in messages for key in one.keys if key in sequences]
    rows = [
        {
            "edition_id": number,
            "position": position,
            "channel_id": channel_id,
            "sequence": sequence,
            "part": part,
            "beyond": False,
        }
        for position, (sequence, part) in enumerate(dict.fromkeys(shown))
    ]
    if rows:
        await connection.execute(insert(edition_papers), rows)


async def _drop_repeated(connection: AsyncConnection, channel_id: int, sequences: Sequence[int], now: datetime) -> None:
    """Give up editions that wait here although, since the backup, their papers have come in another.

    What they hold besides is owed; the next edition leaves out what was posted.
    """
    query = (
        select(parts.c.edition_id)
        .join(editions, editions.c.id == parts.c.edition_id)
        .join(
            edition_papers,
            (edition_papers.c.edition_id == parts.c.edition_id) & (edition_papers.c.part == parts.c.number),
        )
        .where(UNFINISHED, editions.c.channel_id == channel_id)
    )
    repeated: set[int] = set()
    for some in chunks(sequences):
        repeated.update((await connection.execute(query.where(edition_papers.c.sequence.in_(some)))).scalars())
    for number in sorted(repeated):
        await _give_up(connection, channel_id, number, now)


async def _give_up(connection: AsyncConnection, channel_id: int, number: int, now: datetime) -> None:
    mine = (parts.c.edition_id == number, UNFINISHED)
    unfinished = select(parts.c.number).where(*mine)
    papers = select(edition_papers.c.sequence).where(
        edition_papers.c.edition_id == number, edition_papers.c.part.in_(unfinished)
    )
    lost = (await connection.execute(papers.order_by(edition_papers.c.position))).scalars().all()
    gone = {"state": "given_up", "sending_since": None, "done_at": now}
    await connection.execute(update(parts).where(*mine).values(gone))
    if await get_channel(connection, channel_id):
        await owe(connection, channel_id, lost, promised=True)
