"""Writing: what a change of some files means for the papers that they touch, and for no others."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from digestbot.library import grouping, index, rows
from digestbot.library.grouping import Held, Link
from digestbot.library.names import tallies, tallying
from digestbot.models import Diagnostic, Entry, Paper, StoredNote

_PAPER = TypeAdapter(Paper)

_REACHED = """
WITH RECURSIVE reached (link) AS (
    SELECT value FROM json_each(?)
    UNION SELECT theirs.identifier FROM reached JOIN identifiers AS ours ON ours.identifier = link
        JOIN identifiers AS theirs USING (entry_id)
    UNION SELECT sequence FROM reached JOIN identifiers ON identifier = link
        JOIN entries ON entries.id = entry_id WHERE sequence IS NOT NULL
    UNION SELECT identifier FROM reached JOIN entries ON sequence = link JOIN identifiers ON entry_id = entries.id
)
SELECT source, file, position, entries.id, paper_id, sequence, entry FROM entries JOIN files ON files.id = file_id
WHERE entries.id IN (SELECT entry_id FROM reached JOIN identifiers ON identifier = link)
"""
"""The entries that hang together with some links, over any number of entries; an identifier is text, a sequence not."""


@dataclass(slots=True)
class _Change:
    """What a transaction has touched: links of entries that came or went, and papers that lost entries.

    `fresh` are the entries that came, each with the row id of its file. They are written last, with their papers.
    """

    links: set[Link] = field(default_factory=set[Link])
    papers: set[int] = field(default_factory=set[int])
    fresh: dict[int, tuple[Held, int]] = field(default_factory=dict[int, tuple[Held, int]])


@dataclass(slots=True)
class _Grouped:
    """A paper with the entries that it was merged from."""

    paper: Paper
    held: list[Held]


def put(connection: sqlite3.Connection, names: tallies.Names, source: str, notes: Sequence[StoredNote]) -> None:
    """Replace what these files held, and make the papers again that an old or new entry of theirs is about.

    Of a file that is given twice, the last note stays.
    """
    change = _Change()
    latest = {note.file: note for note in notes}
    _drop(connection, change, source, list(latest))
    first: int = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM entries").fetchone()[0]
    for note in latest.values():
        _add(connection, change, source, note, first + len(change.fresh))
    _regroup(connection, names, change)


def remove(connection: sqlite3.Connection, names: tallies.Names, source: str, files: Sequence[str]) -> None:
    """Forget these files, and the papers that only they told of."""
    change = _Change()
    _drop(connection, change, source, files)
    _regroup(connection, names, change)


def keep_only(connection: sqlite3.Connection, names: tallies.Names, sources: Collection[str]) -> None:
    """Forget all files of other sources, and the papers that only they told of."""
    others = connection.execute(
        "SELECT source, json_group_array(file) FROM files"
        " WHERE source NOT IN (SELECT value FROM json_each(?)) GROUP BY source",
        (json.dumps(list(sources)),),
    )
    change = _Change()
    for other, files in others.fetchall():
        _drop(connection, change, other, json.loads(files))
    _regroup(connection, names, change)


def report(connection: sqlite3.Connection, source: str, file: str, diagnostics: Sequence[Diagnostic]) -> None:
    """Keep what a file held, but say what is wrong with it now; without a digest it counts as changed from then on."""
    connection.execute(
        "INSERT INTO files (source, file, digest, diagnostics, stamp) VALUES (?, ?, '', ?, '')"
        " ON CONFLICT DO UPDATE SET digest = '', diagnostics = excluded.diagnostics, stamp = ''",
        (source, file, rows.DIAGNOSTICS.dump_json(tuple(diagnostics)).decode()),
    )


def stamp(connection: sqlite3.Connection, source: str, stamps: Mapping[str, str]) -> None:
    """Keep these stamps of files whose content is what it was."""
    connection.executemany(
        "UPDATE files SET stamp = ? WHERE source = ? AND file = ?",
        [(stamp, source, file) for file, stamp in stamps.items()],
    )


def _drop(connection: sqlite3.Connection, change: _Change, source: str, files: Sequence[str]) -> None:
    listed = json.dumps(list(files))
    held = "SELECT id FROM files WHERE source = ? AND file IN (SELECT value FROM json_each(?))"
    for identifier, sequence, paper in connection.execute(
        "SELECT identifier, sequence, paper_id FROM entries JOIN identifiers ON entry_id = entries.id"
        f" WHERE file_id IN ({held})",
        (source, listed),
    ):
        change.links.update((identifier,) if sequence is None else (identifier, sequence))
        change.papers.add(paper)
    connection.execute(f"DELETE FROM files WHERE id IN ({held})", (source, listed))


def _add(connection: sqlite3.Connection, change: _Change, source: str, note: StoredNote, first: int) -> None:
    file_id = connection.execute(
        "INSERT INTO files (source, file, digest, diagnostics, stamp) VALUES (?, ?, ?, ?, ?)",
        (source, note.file, note.digest, rows.DIAGNOSTICS.dump_json(note.diagnostics).decode(), note.stamp),
    ).lastrowid
    assert file_id is not None  # noqa: S101 - a row was written
    for at, sighting in enumerate(note.sightings):
        held = Held.of(first + at, sighting.entry, sighting.sequence, (source, note.file, at))
        change.fresh[held.number] = held, file_id
        change.links.update(held.links)


def _regroup(connection: sqlite3.Connection, names: tallies.Names, change: _Change) -> None:
    """Put the touched entries, and all that share a link with them, together as papers again."""
    older = _older(connection, change)
    papers = _papers([*older, *(held for held, _ in change.fresh.values())])
    listed = json.dumps(sorted(change.papers))
    old: dict[str, int] = dict(
        connection.execute("SELECT digest, id FROM papers WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    )
    stay = {digest: old[digest] for digest in papers if digest in old}
    gone = sorted(set(old.values()) - set(stay.values()))
    changes = tallying.Changes()
    index.delete(connection, gone, changes)
    come = [index.Draft(digest, one.paper, one.held[0].number) for digest, one in papers.items() if digest not in stay]
    ids = stay | index.insert(connection, names, come, changes)
    belong = {held.number: ids[digest] for digest, one in papers.items() for held in one.held}
    _write(connection, change.fresh.values(), belong)
    connection.executemany(
        "UPDATE entries SET paper_id = ? WHERE id = ?", [(belong[held.number], held.number) for held in older]
    )
    tallying.recount(connection, names, changes)


def _older(connection: sqlite3.Connection, change: _Change) -> list[Held]:
    """Return the entries that were there before and hang together with those that came or went."""
    found = connection.execute(_REACHED, (json.dumps(list(change.links)),)).fetchall()
    change.papers.update(paper for _, _, _, _, paper, _, _ in found if paper is not None)
    return [
        Held.of(number, rows.ENTRY.validate_json(entry), sequence, (source, file, position))
        for source, file, position, number, _, sequence, entry in found
    ]


def _papers(held: Iterable[Held]) -> dict[str, _Grouped]:
    """Return the papers that entries are about, by a digest of their content."""
    papers: dict[str, _Grouped] = {}
    for group in grouping.group(sorted(held, key=lambda one: one.place)):
        paper = rows.merged([one.entry for one in group], [one.sequence for one in group if one.sequence is not None])
        papers[_digest(paper)] = _Grouped(paper, group)
    return papers


def _write(connection: sqlite3.Connection, fresh: Collection[tuple[Held, int]], papers: Mapping[int, int]) -> None:
    connection.executemany(
        "INSERT INTO entries (id, file_id, position, paper_id, sequence, entry) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (held.number, file, held.place[2], papers[held.number], held.sequence, _json(held.entry))
            for held, file in fresh
        ],
    )
    connection.executemany(
        "INSERT INTO identifiers (identifier, entry_id) VALUES (?, ?)",
        sorted((identifier, held.number) for held, _ in fresh for identifier in held.identifiers),
    )


def _json(entry: Entry) -> str:
    return rows.ENTRY.dump_json(entry).decode()


def _digest(paper: Paper) -> str:
    """Return a hash of all that the index is made from: lines that only moved in their file change nothing."""
    return hashlib.sha256(_PAPER.dump_json(paper, exclude={"entries"})).hexdigest()[:32]
