"""First sightings: which papers there are, since when, and by which names."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from digestbot.identity import identifiers as names_of
from digestbot.ledger.database import Database, add, chunks, listed
from digestbot.ledger.folding import fold
from digestbot.ledger.recognise import Names, Register, recognise
from digestbot.ledger.tables import Moment, counter, files, identifiers, papers, sightings, sources
from digestbot.models import Entry, Note


class Papers:
    """The ledger's memory of papers. A paper once seen stays known, whatever becomes of its notes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sight(
        self, source: str, file: str, digest: str, entries: Sequence[Entry], now: datetime
    ) -> tuple[int, ...]:
        """Record what one file holds, as `sight_all` does, and return the sequence of each entry's paper."""
        (found,) = await self.sight_all(source, [(Note(file, tuple(entries)), digest)], now)
        return found

    async def sight_all(
        self,
        source: str,
        notes: Sequence[tuple[Note, str]],
        now: datetime,
        alike: Callable[[str, str], bool] = lambda one, other: True,
    ) -> tuple[tuple[int, ...], ...]:
        """Record what files hold, in one transaction; return the sequences of each one's entries.

        Each file comes once, with the digest of its content. A second time it changes nothing. A paper never seen
        before is archive, new to no channel, while its source's first import lasts, and when the content was known
        already of this file, or of one that is read `alike` (then the reader has changed, not the notes).
        """
        if not notes:
            return ()
        async with self._database.writing() as connection:
            before = await _held(connection, source, [note.file for note, _ in notes])
            named = [[names_of(entry) for entry in note.entries] for note, _ in notes]
            register = await _register(connection, chain.from_iterable(named), before)
            imported = await _imported(connection, source)
            read_before = await _read_before(connection, source, [digest for _, digest in notes])
            found: list[tuple[int, ...]] = []
            archive: set[int] = set()
            for (note, digest), names in zip(notes, named, strict=True):
                made = len(register.made)
                found.append(recognise(note.entries, names, before.get(note.file, ()), register))
                known = read_before.setdefault(digest, set())
                if not imported or note.file in known or any(alike(other, note.file) for other in known):
                    archive.update(sequence for sequence, _ in register.made[made:])
                known.add(note.file)
            await _record(connection, register, now, archive)
            settled = tuple(tuple(map(register.settled, sequences)) for sequences in found)
            await _replace(connection, source, notes, settled)
        return settled

    async def begin_import(self, source: str) -> None:
        """Take what the source holds from now on for archive, until `finish_import`."""
        async with self._database.writing() as connection:
            await connection.execute(update(sources).where(sources.c.name == source).values(imported_at=None))

    async def finish_import(self, source: str, now: datetime) -> None:
        """Close the source's archive: what appears from now on is new."""
        async with self._database.writing() as connection:
            await connection.execute(delete(sources).where(sources.c.name == source))
            await connection.execute(insert(sources).values(name=source, imported_at=now))

    async def imported(self, source: str) -> bool:
        """Tell whether the source's archive is complete."""
        async with self._database.reading() as connection:
            return await _imported(connection, source)

    async def files(self, source: str) -> dict[str, str]:
        """Return the source's files with the hash of their content when they were last read."""
        query = select(files.c.file, files.c.digest).where(files.c.source == source, files.c.present)
        async with self._database.reading() as connection:
            return {row.file: row.digest for row in await connection.execute(query)}

    async def forget(self, source: str, gone: Sequence[str]) -> None:
        """Note that files are gone from the source; their papers stay known."""
        async with self._database.writing() as connection:
            for some in chunks(gone):
                where = (files.c.source == source, files.c.file.in_(some))
                await connection.execute(update(files).where(*where).values(present=False))

    async def aliases(self, key: str) -> tuple[str, ...]:
        """Return all identifiers of the paper that a key was ever given to, the best first; none if it never was."""
        owner = select(identifiers.c.sequence).where(identifiers.c.identifier == key).scalar_subquery()
        query = select(identifiers.c.identifier).where(identifiers.c.sequence == owner)
        async with self._database.reading() as connection:
            return tuple(sorted((await connection.execute(query)).scalars()))

    async def owners(self, names: Iterable[str]) -> dict[str, int]:
        """Return the sequence of the paper that each of these identifiers stands for; others are left out."""
        async with self._database.reading() as connection:
            return await _owners(connection, names)

    async def held(self, source: str) -> set[int]:
        """Return the papers that a source's files held when they were last read, without those that are gone."""
        of_file = (sightings.c.source == files.c.source) & (sightings.c.file == files.c.file)
        query = select(sightings.c.sequence).join(files, of_file).where(files.c.source == source, files.c.present)
        async with self._database.reading() as connection:
            return set((await connection.execute(query)).scalars())

    async def members(self, sequences: Sequence[int]) -> dict[int, int]:
        """Return every sequence that leads to one of these papers, with the one that the paper goes by now.

        The library may still hold a paper under a sequence that was folded into another since.
        """
        async with self._database.reading() as connection:
            settled = set((await _settled(connection, sequences)).values())
            found = {sequence: sequence for sequence in settled}
            for some in chunks(list(settled)):
                query = select(papers.c.sequence, papers.c.folded_into).where(papers.c.folded_into.in_(some))
                found.update({row.sequence: row.folded_into for row in await connection.execute(query)})
        return found

    async def since(self, mark: int) -> tuple[int, ...]:
        """Return the papers above a mark that are new, not archive, in the order of their first sighting."""
        query = select(papers.c.sequence).where(papers.c.sequence > mark, ~papers.c.archive, _whole())
        async with self._database.reading() as connection:
            return tuple((await connection.execute(query.order_by(papers.c.sequence))).scalars())

    async def highest(self) -> int:
        """Return the last sequence given out, 0 before the first."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(counter.c.sequence))).scalar_one()


def _whole() -> ColumnElement[bool]:
    return papers.c.folded_into.is_(None)


async def _imported(connection: AsyncConnection, source: str) -> bool:
    query = select(sources.c.name).where(sources.c.name == source, sources.c.imported_at.is_not(None))
    return (await connection.execute(query)).first() is not None


async def _read_before(connection: AsyncConnection, source: str, digests: Sequence[str]) -> dict[str, set[str]]:
    """Return the files of the source that had one of the digests when they were last read."""
    found: dict[str, set[str]] = {}
    for some in chunks(digests):
        query = select(files.c.digest, files.c.file).where(files.c.source == source, files.c.digest.in_(some))
        for row in await connection.execute(query):
            found.setdefault(row.digest, set()).add(row.file)
    return found


async def _held(connection: AsyncConnection, source: str, names: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    held: dict[str, list[tuple[int, str]]] = {}
    for some in chunks(names):
        query = select(sightings).where(sightings.c.source == source, sightings.c.file.in_(some))
        for row in await connection.execute(query.order_by(sightings.c.file, sightings.c.position)):
            held.setdefault(row.file, []).append((row.sequence, row.title))
    return held


async def _register(
    connection: AsyncConnection, named: Iterable[Names], before: Mapping[str, Sequence[tuple[int, str]]]
) -> Register:
    """Load what is known of the papers that entries of these names could be about."""
    owners = await _owners(connection, chain.from_iterable(named))
    held = {sequence for sightings_of in before.values() for sequence, _ in sightings_of}
    arxiv = await _arxiv(connection, list(held.union(owners.values())))
    last = (await connection.execute(select(counter.c.sequence))).scalar_one()
    return Register(owners, arxiv, last)


async def _owners(connection: AsyncConnection, names: Iterable[str]) -> dict[str, int]:
    query = select(identifiers).where(identifiers.c.identifier.in_(listed(connection, set(names))))
    return {row.identifier: row.sequence for row in await connection.execute(query)}


async def _arxiv(connection: AsyncConnection, sequences: Sequence[int]) -> dict[int, set[str]]:
    ids: dict[int, set[str]] = {}
    for some in chunks(sequences):
        query = select(identifiers).where(
            identifiers.c.sequence.in_(some), identifiers.c.identifier.startswith("arxiv:", autoescape=True)
        )
        for row in await connection.execute(query):
            ids.setdefault(row.sequence, set()).add(row.identifier)
    return ids


async def _settled(connection: AsyncConnection, sequences: Sequence[int]) -> dict[int, int]:
    """Return the sequence that each known paper goes by now."""
    found: dict[int, int] = {}
    for some in chunks(list(set(sequences))):
        query = select(papers.c.sequence, papers.c.folded_into).where(papers.c.sequence.in_(some))
        for row in await connection.execute(query):
            found[row.sequence] = row.folded_into or row.sequence
    return found


async def _record(connection: AsyncConnection, register: Register, now: datetime, archive: Set[int]) -> None:
    """Write down what the entries have taught."""
    seen = Moment().process_bind_param(now, connection.dialect)
    made = [(sequence, title, sequence in archive, seen) for sequence, title in register.made]
    await add(connection, papers, ("sequence", "title", "archive", "first_seen"), made)
    if made:
        await connection.execute(update(counter).values(sequence=register.last))
    await add(connection, identifiers, ("identifier", "sequence"), list(register.learned.items()))
    for higher, lower in register.folded.items():
        await fold(connection, higher, lower)


async def _replace(
    connection: AsyncConnection, source: str, notes: Sequence[tuple[Note, str]], found: Sequence[Sequence[int]]
) -> None:
    """Note what the files hold now in place of what they held before."""
    for some in chunks([note.file for note, _ in notes]):
        for table in (files, sightings):
            await connection.execute(delete(table).where(table.c.source == source, table.c.file.in_(some)))
    read = [(source, note.file, digest, True) for note, digest in notes]
    await add(connection, files, ("source", "file", "digest", "present"), read)
    rows = [
        (source, note.file, position, sequence, entry.title)
        for (note, _), sequences in zip(notes, found, strict=True)
        for position, (sequence, entry) in enumerate(zip(sequences, note.entries, strict=True))
    ]
    await add(connection, sightings, ("source", "file", "position", "sequence", "title"), rows)
