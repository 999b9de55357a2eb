"""Writing: what a change of some files means for the papers that they touch, and for no others."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from digestbot import identity
from digestbot.library import grouping, index, rows
from digestbot.library.grouping import Held, Link
from digestbot.library.names import tallies, tallying
from digestbot.models import Diagnostic, Paper, StoredNote

_PLACE = ',"source":'
"""What parts an entry's JSON in what it says and, last of its fields, where it stands."""

_SHARING = """
SELECT source, file, position, entries.id, file_id, paper_id, sequence, arxiv, title, entry
FROM entries JOIN files ON files.id = file_id
WHERE entries.id IN (
    SELECT id FROM entries WHERE arxiv IN (SELECT value FROM json_each(:names))
    UNION SELECT id FROM entries WHERE title IN (SELECT value FROM json_each(:names))
    UNION SELECT id FROM entries WHERE sequence IN (SELECT value FROM json_each(:sequences))
)
"""


@dataclass(slots=True)
class _Change:
    """What a transaction has touched: links of entries that came or went, and papers with the entries that they had.

    `fresh` are the entries that came. They are written last, with their papers.
    """

    links: set[Link] = field(default_factory=set[Link])
    papers: dict[int, list[rows.Stored]] = field(default_factory=dict[int, list[rows.Stored]])
    fresh: list[Held] = field(default_factory=list[Held])

    def touch(self, connection: sqlite3.Connection, papers: set[int]) -> None:
        """Keep what papers were merged from, before any entry of theirs is gone."""
        self.papers |= rows.stored(connection, papers - self.papers.keys())


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
    gone = connection.execute(
        f"SELECT arxiv, title, sequence, paper_id FROM entries WHERE file_id IN ({held})", (source, listed)
    ).fetchall()
    change.links.update(link for *links, _ in gone for link in links if link is not None)
    change.touch(connection, {paper for *_, paper in gone})
    connection.execute(f"DELETE FROM files WHERE id IN ({held})", (source, listed))


def _add(connection: sqlite3.Connection, change: _Change, source: str, note: StoredNote, first: int) -> None:
    file_id = connection.execute(
        "INSERT INTO files (source, file, digest, diagnostics, stamp) VALUES (?, ?, ?, ?, ?)",
        (source, note.file, note.digest, rows.DIAGNOSTICS.dump_json(note.diagnostics).decode(), note.stamp),
    ).lastrowid
    assert file_id is not None  # noqa: S101 - a row was written
    for at, (entry, sequence) in enumerate((s.entry, s.sequence) for s in note.sightings):
        *arxiv, title = identity.identifiers(entry)
        text = rows.ENTRY.dump_json(entry).decode()
        place = (source, note.file, at)
        change.fresh.append(Held(first + at, file_id, entry, sequence, place, next(iter(arxiv), None), title, text))
        change.links.update(change.fresh[-1].links)


def _regroup(connection: sqlite3.Connection, names: tallies.Names, change: _Change) -> None:
    """Put the touched entries, and all that share a link with them, together as papers again."""
    older = _older(connection, change.links)
    change.touch(connection, {paper for _, paper in older})
    papers = _papers([*(held for held, _ in older), *change.fresh])
    listed = json.dumps(sorted(change.papers))
    old: dict[str, int] = dict(
        connection.execute("SELECT digest, id FROM papers WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    )
    stay = {digest: old[digest] for digest in papers if digest in old}
    gone = sorted(set(old.values()) - set(stay.values()))
    changes = tallying.Changes()
    index.delete(connection, names, {number: rows.paper(change.papers[number]) for number in gone}, changes)
    come = [
        index.Draft(digest, _paper(group), group[0].number) for digest, group in papers.items() if digest not in stay
    ]
    ids = stay | index.insert(connection, names, come, changes)
    belong = {held.number: ids[digest] for digest, group in papers.items() for held in group}
    _write(connection, change.fresh, belong)
    connection.executemany(
        "UPDATE entries SET paper_id = ? WHERE id = ?",
        [(belong[held.number], held.number) for held, paper in older if belong[held.number] != paper],
    )
    tallying.recount(connection, names, changes)


def _older(connection: sqlite3.Connection, links: set[Link]) -> list[tuple[Held, int]]:
    """Return the entries that were there before and hang together with some links, each with its paper's row id."""
    found: dict[int, tuple[Held, int]] = {}
    asked, known, reached = links, set[Link](), set[Link]()
    while asked:
        sharing = connection.execute(
            _SHARING,
            {
                "names": json.dumps([link for link in asked if isinstance(link, str)]),
                "sequences": json.dumps([link for link in asked if isinstance(link, int)]),
            },
        )
        for source, file, position, number, file_id, paper, sequence, arxiv, title, text in sharing.fetchall():
            entry, place = rows.ENTRY.validate_json(text), (source, file, position)
            found[number] = Held(number, file_id, entry, sequence, place, arxiv, title, text), paper
            reached.update(found[number][0].links)
        known |= asked
        asked = reached - known
    return list(found.values())


def _papers(held: Iterable[Held]) -> dict[str, list[Held]]:
    """Return the entries about each paper, by a digest of what they say."""
    return {_digest(group): group for group in grouping.group(sorted(held, key=lambda one: one.place))}


def _paper(held: Sequence[Held]) -> Paper:
    return rows.merged([one.entry for one in held], _sequences(held))


def _sequences(held: Sequence[Held]) -> list[int]:
    return [one.sequence for one in held if one.sequence is not None]


def _write(connection: sqlite3.Connection, fresh: Iterable[Held], papers: Mapping[int, int]) -> None:
    connection.executemany(
        "INSERT INTO entries (id, file_id, position, paper_id, sequence, arxiv, title, entry)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (one.number, one.file, one.place[2], papers[one.number], one.sequence, one.arxiv, one.title, one.json)
            for one in fresh
        ],
    )


def _digest(held: Sequence[Held]) -> str:
    """Return a hash of all that a paper is made from: lines that only moved in their file change nothing."""
    said = hashlib.sha256(str(min(_sequences(held), default="")).encode())
    for one in held:
        said.update(one.json[: one.json.rindex(_PLACE)].encode())
    return said.hexdigest()[:32]
