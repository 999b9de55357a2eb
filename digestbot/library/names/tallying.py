"""Counting: what a change of some papers means for the topics and keypoints that they have, and for no others."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from digestbot.library import terms
from digestbot.library.names import spelling, tallies
from digestbot.library.names.aliases import Kind, Names, Spelling, Tallied
from digestbot.models import Paper

_COLUMNS = "id, kind, key, name, papers, words, joined, others, initials"


@dataclass(slots=True)
class Changes:
    """How many papers came to topics and keypoints (less those that left), and to which spellings, with the oldest."""

    papers: Counter[Tallied] = field(default_factory=Counter[Tallied])
    spellings: Counter[Spelling] = field(default_factory=Counter[Spelling])
    oldest: dict[Spelling, int] = field(default_factory=dict[Spelling, int])


def leave(connection: sqlite3.Connection, papers: str, changes: Changes) -> None:
    """Note the labels of papers (a JSON list of ids) that are about to be deleted."""
    found = connection.execute(
        "SELECT kind, key, name, paper_id FROM labels WHERE paper_id IN (SELECT value FROM json_each(?))", (papers,)
    ).fetchall()
    changes.spellings.subtract((kind, key, name) for kind, key, name, _ in found)
    changes.papers.subtract(_once(found))


def come(connection: sqlite3.Connection, names: Names, papers: Iterable[tuple[int, Paper]], changes: Changes) -> None:
    """Write the labels of papers that have come, by their ids."""
    found = list(dict.fromkeys(label for number, paper in papers for label in _labels(names, number, paper)))
    connection.executemany("INSERT INTO labels (kind, key, name, paper_id) VALUES (?, ?, ?, ?)", found)
    for kind, key, name, number in found:
        changes.spellings[kind, key, name] += 1
        changes.oldest[kind, key, name] = min(number, changes.oldest.get((kind, key, name), number))
    changes.papers.update(_once(found))


def _labels(names: Names, number: int, paper: Paper) -> Iterable[tuple[Kind, str, str, int]]:
    for topic in paper.topics:
        yield "topic", names.key("topic", topic), topic, number
    for keypoint in paper.keypoints:
        yield "keypoint", names.key("keypoint", keypoint), keypoint, number


def _once(labels: Iterable[tuple[Kind, str, str, int]]) -> Iterable[Tallied]:
    """Return the topic or keypoint of each label; a paper that spells it in two ways has it once."""
    each: set[tuple[Kind, str, int]] = {(kind, key, paper) for kind, key, _, paper in labels}
    return [(kind, key) for kind, key, _ in each]


def recount(connection: sqlite3.Connection, names: Names, changes: Changes) -> None:
    """Bring topics and keypoints up to date with the papers that came and went, and choose the spelling to show.

    It is the alias table's, else the most frequent one; of equally frequent ones the one that the oldest paper has.
    """
    _respell(connection, changes)
    words: Counter[str] = Counter()
    for (kind, key), papers in changes.papers.items():
        old = connection.execute(f"SELECT {_COLUMNS} FROM tallies WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        total = papers + (old[4] if old else 0)
        shown, others = _spellings(connection, names, kind, key) if total > 0 else ("", [])
        columns = spelling.columns(shown, others) if total > 0 else None
        if columns and old and columns == old[5:] and tallies.rank(kind, total) == tallies.ranked(old[0]):
            connection.execute("UPDATE tallies SET name = ?, papers = ? WHERE id = ?", (shown, total, old[0]))
            continue
        if old:
            _forget(connection, old, words)
        if columns:
            _learn(connection, (kind, key, shown, total, *columns), words)
    terms.count(connection, {word: by for word, by in words.items() if by}, terms.NAMES)


def _respell(connection: sqlite3.Connection, changes: Changes) -> None:
    connection.executemany(
        "INSERT INTO spellings (kind, key, name, papers, oldest, form) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET papers = papers + excluded.papers, oldest = min(oldest, excluded.oldest)",
        [(*one, changes.spellings[one], oldest, spelling.form(one[2])) for one, oldest in changes.oldest.items()],
    )
    left = [one for one in changes.spellings if one not in changes.oldest]
    connection.executemany(
        "UPDATE spellings SET papers = papers + ? WHERE kind = ? AND key = ? AND name = ?",
        [(changes.spellings[one], *one) for one in left],
    )
    touched = list(changes.spellings)
    connection.executemany("DELETE FROM spellings WHERE kind = ? AND key = ? AND name = ? AND papers < 1", touched)
    # The oldest paper may be one that left: then the next is found, which the order of the labels makes quick.
    connection.executemany(
        "UPDATE spellings SET oldest = (SELECT paper_id FROM labels WHERE (labels.kind, labels.key, labels.name)"
        " = (spellings.kind, spellings.key, spellings.name) ORDER BY paper_id LIMIT 1)"
        " WHERE kind = ? AND key = ? AND name = ? AND NOT EXISTS (SELECT 1 FROM labels WHERE"
        " (labels.kind, labels.key, paper_id, labels.name)"
        " = (spellings.kind, spellings.key, oldest, spellings.name))",
        touched,
    )


def _spellings(connection: sqlite3.Connection, names: Names, kind: Kind, key: str) -> tuple[str, list[str]]:
    """Return the spelling to show, and the others in an order that does not change with their counts."""
    found = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM spellings WHERE kind = ? AND key = ? ORDER BY papers DESC, oldest, name", (kind, key)
        )
    ]
    preferred, aliases = names.preferred(kind, key)
    shown = preferred or found[0]
    return shown, sorted({*found, *aliases} - {shown})


def _learn(
    connection: sqlite3.Connection, row: tuple[Kind, str, str, int, str, str, str, str], words: Counter[str]
) -> None:
    first, last = tallies.ids(tallies.rank(row[0], row[3]))
    highest = "SELECT coalesce(max(id) + 1, ?) FROM tallies WHERE id BETWEEN ? AND ?"
    number: int = connection.execute(highest, (first, first, last)).fetchone()[0]
    connection.execute(f"INSERT INTO tallies ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *row))
    connection.execute(
        "INSERT INTO names (rowid, words, joined, others, initials) VALUES (?, ?, ?, ?, ?)", (number, *row[4:])
    )
    words.update(_terms(row[4], row[6]))


def _forget(
    connection: sqlite3.Connection, old: tuple[int, Kind, str, str, int, str, str, str, str], words: Counter[str]
) -> None:
    # The text of names stands in tallies: FTS5 has to be given it once more, exactly, to forget it.
    connection.execute(
        "INSERT INTO names (names, rowid, words, joined, others, initials) VALUES ('delete', ?, ?, ?, ?, ?)",
        (old[0], *old[5:]),
    )
    connection.execute("DELETE FROM tallies WHERE id = ?", (old[0],))
    words.subtract(_terms(old[5], old[7]))


def _terms(words: str, others: str) -> set[str]:
    return {word for text in (words, others) for word in text.split()}
