"""Papers as rows: the titles, words, labels and texts by which they are found."""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digestbot.library import folding, identifiers, plain, terms
from digestbot.library.names import tallying
from digestbot.library.names.aliases import Names
from digestbot.library.names.tallying import Changes
from digestbot.library.titles import starts
from digestbot.models import Paper

Text = tuple[int | str, ...]

_TEXT = "words, parts, keypoints, topics, body, venue, authors, compounds, filed"
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_SEQUENCE_BITS = 32
_SLOT_BITS = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper to be written; `order` stands in for its sequence where there is no ledger."""

    digest: str
    paper: Paper
    order: int


class _Titles:
    """What finds papers by their titles: rows of the index (row id, tokens, parts), and what titles begin with.

    They are plain rows: of thousands of objects, Python's garbage collector would look at each again and again.
    """

    def __init__(self, titles: Iterable[tuple[int, str]]) -> None:
        self.rows: list[tuple[int, str, str]] = []
        self.starts: list[tuple[str, int]] = []
        for number, title in titles:
            folded = folding.fold(title)
            words = folding.tokens(folded)
            self.rows.append((number, words, folding.parts(title, folded)))
            self.starts += [(start, number) for start in starts.of(title, folded, words)]

    def terms(self, sign: int) -> dict[str, int]:
        """Return the change that they make to the dictionary when they come (1) or go (-1)."""
        return terms.tally((f"{words} {parts}" for _, words, parts in self.rows), sign)


def age(paper: Paper, order: int) -> int:
    """Return a number that is higher the newer a paper is: by its period, else its month of publication, then sequence.

    Papers without any month are older than all others. The lowest bits are free, for papers that share a sequence.
    """
    found = _MONTH.match(paper.period or paper.published or "")
    month = int(found[1]) * 12 + int(found[2]) if found else 0
    sequence = order if paper.sequence is None else paper.sequence
    return (month << _SEQUENCE_BITS) + (sequence << _SLOT_BITS)


def first_of(month: int) -> int:
    """Return the lowest row id of a month (counted from the year 0: year * 12 + month) or a later one."""
    return month << _SEQUENCE_BITS


def month_of(number: int) -> int:
    """Return the month of a row id, counted as in `first_of`; 0 without one."""
    return number >> _SEQUENCE_BITS


def delete(connection: sqlite3.Connection, names: Names, papers: Mapping[int, Paper], changes: Changes) -> None:
    """Delete papers (by row id) with all that finds them, which is made again as FTS5 has to be given it to forget it.

    The topics and keypoints that lose some are added to `changes`.
    """
    listed = json.dumps(list(papers))
    tallying.leave(connection, listed, changes)
    titles = _Titles((number, paper.title) for number, paper in papers.items())
    _drop(connection, titles)
    connection.executemany(
        f"INSERT INTO texts (texts, rowid, {_TEXT}) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_text(names, title, paper) for title, paper in zip(titles.rows, papers.values(), strict=True)),
    )
    connection.execute("DELETE FROM papers WHERE id IN (SELECT value FROM json_each(?))", (listed,))


def insert(connection: sqlite3.Connection, names: Names, drafts: Sequence[Draft], changes: Changes) -> dict[str, int]:
    """Write papers with all that finds them; return their row ids by digest, and add their labels to `changes`."""
    ids = _ids(connection, drafts)
    # In the order of the ids: FTS5 writes out what it has gathered as soon as a row comes before the last one.
    ordered = sorted(drafts, key=lambda draft: ids[draft.digest])
    papers = {ids[draft.digest]: draft.paper for draft in ordered}
    connection.executemany(
        "INSERT INTO papers (id, digest, key, period, title) VALUES (?, ?, ?, ?, ?)",
        [(ids[d.digest], d.digest, d.paper.key, d.paper.period, d.paper.title) for d in ordered],
    )
    titles = _Titles((number, paper.title) for number, paper in papers.items())
    _add(connection, titles)
    connection.executemany(
        f"INSERT INTO texts (rowid, {_TEXT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_text(names, title, paper) for title, paper in zip(titles.rows, papers.values(), strict=True)),
    )
    tallying.come(connection, names, papers.items(), changes)
    return ids


def add_titles(connection: sqlite3.Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Write what finds these papers (row id, title) by their titles."""
    _add(connection, _Titles(rows))


def _add(connection: sqlite3.Connection, titles: _Titles) -> None:
    connection.executemany("INSERT INTO titles (rowid, words, parts) VALUES (?, ?, ?)", titles.rows)
    connection.executemany("INSERT OR IGNORE INTO starts (start, paper_id) VALUES (?, ?)", sorted(titles.starts))
    terms.count(connection, titles.terms(1))


def _drop(connection: sqlite3.Connection, titles: _Titles) -> None:
    connection.executemany("INSERT INTO titles (titles, rowid, words, parts) VALUES ('delete', ?, ?, ?)", titles.rows)
    connection.executemany("DELETE FROM starts WHERE start = ? AND paper_id = ?", titles.starts)
    terms.count(connection, titles.terms(-1))


def settle(connection: sqlite3.Connection) -> None:
    """Bring what is asked at every keystroke into its fastest form once many papers came (5 s for a million).

    FTS5 writes what each transaction changed beside the rest (SQLite, FTS5, section 6.8) and compares it at every step.
    """
    for table in ("titles", "hints", "names", "name_hints"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def _ids(connection: sqlite3.Connection, drafts: Iterable[Draft]) -> dict[str, int]:
    wanted = {draft.digest: age(draft.paper, draft.order) for draft in drafts}
    held = connection.execute(
        "SELECT id FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(wanted.values())),)
    )
    taken: set[int] = {number for (number,) in held}
    for digest in wanted:
        while (number := wanted[digest]) in taken:
            wanted[digest] += 1
            if connection.execute("SELECT 1 FROM papers WHERE id = ?", (number + 1,)).fetchone():
                taken.add(number + 1)
        taken.add(number)
    return wanted


def _text(names: Names, title: tuple[int, str, str], paper: Paper) -> Text:
    keypoints, topics, body, venue, authors = plain.columns(paper)
    columns = _label(keypoints), _label(topics), _column(body), _label(venue), _column(authors)
    compounds = dict.fromkeys([part for _, parts in columns for part in parts])
    return *title, *[tokens for tokens, _ in columns], " ".join(compounds), _filed(names, paper)


def _column(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the tokens of some texts, and the words that hyphens join in them."""
    if not texts:
        return "", []
    folded = folding.fold(" ; ".join(texts))
    return folding.tokens(folded), folding.compounds(folded)


_label = lru_cache(maxsize=8192)(_column)
"""The same of what many papers have in common."""


def _filed(names: Names, paper: Paper) -> str:
    topics = [folding.filed("topic", names.key("topic", topic)) for topic in paper.topics]
    keypoints = [folding.filed("keypoint", names.key("keypoint", keypoint)) for keypoint in paper.keypoints]
    kinds = [folding.filed("has", link.kind) for link in paper.links]
    return " ".join(
        dict.fromkeys([folding.FILED, *topics, *keypoints, *kinds, *identifiers.filed(paper.links, paper.key)])
    )
