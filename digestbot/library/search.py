"""Look-up: everything that is asked of the library. Any text is a valid question."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

from digestbot.library import cut, lookup, rows
from digestbot.library import query as queries
from digestbot.library.database import Database
from digestbot.library.names import tallies
from digestbot.library.texts import narrow, results
from digestbot.models import Page, Paper, Results, Suggestion, Tally

T = TypeVar("T")
Row = tuple[Any, ...]

_ALL = -1  # SQLite's LIMIT for no limit
_PIECE = 200  # papers: about 20 ms of the thread that answers `/paper` too
LABEL = 100
"""Characters of an autocomplete choice's name at most (Discord, application command option choice structure)."""


class Search:
    """The read-only side of a library; each question is one hop to its thread and sees one state of the library.

    What is asked at every keystroke has a connection of its own, `keystrokes`: it never waits for a slow search.

    Lists are newest first: by period, else month of publication, papers without either last; in a month by sequence.
    Raises LibraryError only for what is wrong with the file or the disk.
    """

    def __init__(self, database: Database, names: tallies.Names, *, keystrokes: Database) -> None:
        self._database = database
        self._keystrokes = keystrokes
        self._names = names

    async def paper(self, key: str) -> Paper | None:
        """Return the paper that a key, or any identifier of one of its entries, stands for."""
        return (await self.papers([key])).get(key)

    async def papers(self, keys: Sequence[str]) -> dict[str, Paper]:
        """Return the papers that these keys stand for; keys of no paper are left out."""
        return await self._database.run(_by_key, list(dict.fromkeys(keys)))

    async def sequences(self, sequences: Sequence[int]) -> dict[int, Paper]:
        """Return the papers with an entry that has one of these sequences; others are left out."""
        return await self._database.run(_by_sequence, list(dict.fromkeys(sequences)))

    async def find(self, typed: str, limit: int = 25) -> tuple[Paper, ...]:
        """Return the papers that a person means by a title, its name, some words of it, or an arXiv id; best first.

        Only papers with the best reason are returned: those with exactly that title, else with that name before
        the colon, else with these words or half words, else with words alike. Nothing is close enough: an empty tuple.
        "Phrases" and -excluded words are those of titles; filters leave the papers that fit, as in `text`.
        """
        return await self._database.run(lambda c: rows.load(c, lookup.find(c, self._names, typed, limit)))

    async def nearest(self, typed: str, limit: int = 5) -> tuple[Paper, ...]:
        """Return the papers whose titles are most like the words of a text; none only if the library is empty."""
        return await self._database.run(lambda c: rows.load(c, lookup.nearest(c, typed, limit)))

    async def suggest(self, typed: str, limit: int = 25) -> tuple[Suggestion, ...]:
        """Return choices for a title that is being typed, the newest papers before anything was typed."""
        return await self._keystrokes.run(_suggest, self._names, typed, limit)

    async def topics(self, typed: str = "", limit: int | None = 25) -> tuple[Tally, ...]:
        """Return the topics that a text may mean, likeliest first; without words all, those with most papers first."""
        return await self._keystrokes.run(lookup.matching, "topic", self._names, typed, limit)

    async def topics_with_commas(self) -> tuple[Tally, ...]:
        """Return the topics with a comma or semicolon in their names, at which a list of names must not be split."""
        return await self._keystrokes.run(_with_commas)

    async def topic(self, typed: str, *, exact: bool = False) -> Tally | None:
        """Return the topic that a text names: in any spelling, by an alias, its key, or words that only it begins with.

        With `exact` such words are not enough: what is filed today must be filed the same when more topics come.
        """
        if exact:
            return await self._database.run(tallies.one, "topic", self._names, typed, exact=True)
        return await self._database.run(lookup.named, "topic", self._names, typed)

    async def topic_papers(self, key: str, page: int, size: int) -> Page[Paper]:
        """Return a page of a topic's papers, newest first; a page beyond the last is the last."""
        return await self._database.run(_labelled, "topic", key, page, size)

    async def keypoints(self, typed: str = "", limit: int | None = 25) -> tuple[Tally, ...]:
        """Return the keypoints that a text may mean, as `topics` does."""
        return await self._keystrokes.run(lookup.matching, "keypoint", self._names, typed, limit)

    async def keypoint(self, typed: str) -> Tally | None:
        """Return the keypoint that a text names, as `topic` does."""
        return await self._database.run(lookup.named, "keypoint", self._names, typed)

    async def tallies(self, kind: str, page: int, size: int) -> Page[Tally]:
        """Return a page of all topics or keypoints (`kind`), those with most papers first, as other pages are."""
        return await self._database.run(_tallies, kind, page, size)

    async def keypoint_papers(self, key: str, page: int, size: int) -> Page[Paper]:
        """Return a page of a keypoint's papers, newest first; a page beyond the last is the last."""
        return await self._database.run(_labelled, "keypoint", key, page, size)

    async def text(self, query: str, size: int, at: str = "", *, longest: int = narrow.LONGEST_CHOICE) -> Results:
        """Return a page of what a search of all text finds; `at` is a cursor of an earlier page, "" for the first.

        `longest` is the length of the longest query that is offered to narrow the results.
        """
        return await self._database.run(results.search, self._names, query, at, size, longest)

    async def latest_period(self) -> str | None:
        """Return the latest month that a paper is filed under."""
        return await self._database.run(lambda c: c.execute("SELECT max(period) FROM papers").fetchone()[0])

    async def period_papers(self, period: str, page: int, size: int) -> Page[Paper]:
        """Return a page of the papers filed under a month, newest first; a page beyond the last is the last."""
        return await self._database.run(_of_period, period, page, size)

    async def newest(self, limit: int) -> tuple[Paper, ...]:
        """Return the newest papers."""
        return await self._database.run(lambda c: rows.load(c, lookup.newest(c, limit)))

    async def every(self) -> list[Paper]:
        """Return all papers, the newest first, loaded in pieces between which other questions are answered.

        What is written meanwhile may be among them or not; `version` tells of it.
        """
        ids = await self._database.run(lookup.newest, _ALL)
        found: list[Paper] = []
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            papers = await self._database.run(rows.load_by_id, piece)
            found += (papers[i] for i in piece if i in papers)
        return found

    async def version(self) -> int:
        """Return a number that changes whenever the library was written to (SQLite's pragma data_version)."""
        return await self._database.run(lambda c: c.execute("PRAGMA data_version").fetchone()[0])


def _with_commas(connection: sqlite3.Connection) -> tuple[Tally, ...]:
    rows = connection.execute(
        "SELECT key, name, papers FROM tallies WHERE kind = 'topic' AND name GLOB '*[,，、;；]*' ORDER BY name"
    )
    return tuple(Tally(*row) for row in rows)


def _by_key(connection: sqlite3.Connection, keys: list[str]) -> dict[str, Paper]:
    """Of several papers with one title, the title stands for the one that comes first in the notes."""
    given = "(SELECT value FROM json_each(:keys))"
    found = dict(
        connection.execute(
            "SELECT identifier, paper_id FROM"
            f" (SELECT arxiv AS identifier, * FROM entries WHERE arxiv IN {given}"
            f" UNION ALL SELECT title, * FROM entries WHERE title IN {given})"
            " JOIN files ON files.id = file_id ORDER BY file DESC, position DESC, source DESC",
            {"keys": json.dumps(keys)},
        )
    )
    papers = rows.load_by_id(connection, found.values())
    return {key: papers[found[key]] for key in keys if key in found}


def _by_sequence(connection: sqlite3.Connection, sequences: list[int]) -> dict[int, Paper]:
    found = dict(
        connection.execute(
            "SELECT sequence, paper_id FROM entries JOIN files ON files.id = file_id"
            " WHERE sequence IN (SELECT value FROM json_each(?)) ORDER BY file DESC, position DESC, source DESC",
            (json.dumps(sequences),),
        )
    )
    papers = rows.load_by_id(connection, found.values())
    return {sequence: papers[found[sequence]] for sequence in sequences if sequence in found}


def _suggest(connection: sqlite3.Connection, names: tallies.Names, typed: str, limit: int) -> tuple[Suggestion, ...]:
    ids = lookup.suggest(connection, names, typed, limit)
    found: dict[int, tuple[str, str]] = {
        number: (key, title)
        for number, key, title in connection.execute(
            "SELECT id, key, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
    }
    return tuple(Suggestion(found[i][0], cut.short(found[i][1], LABEL)) for i in ids)


def _labelled(connection: sqlite3.Connection, kind: tallies.Kind, key: str, page: int, size: int) -> Page[Paper]:
    ids = "SELECT DISTINCT paper_id FROM labels WHERE kind = ? AND key = ? ORDER BY paper_id DESC"
    return _page(connection, ids, (kind, queries.bindable(key)), page, size, partial(_loaded, connection))


def _of_period(connection: sqlite3.Connection, period: str, page: int, size: int) -> Page[Paper]:
    ids = "SELECT id FROM papers WHERE period = ? ORDER BY id DESC"
    return _page(connection, ids, (queries.bindable(period),), page, size, partial(_loaded, connection))


def _loaded(connection: sqlite3.Connection, ids: Iterable[Row]) -> tuple[Paper, ...]:
    return rows.load(connection, [number for (number,) in ids])


def _tallies(connection: sqlite3.Connection, kind: str, page: int, size: int) -> Page[Tally]:
    every = "SELECT key, name, papers FROM tallies WHERE kind = ? ORDER BY papers DESC, name"
    return _page(connection, every, (kind,), page, size, lambda found: tuple(Tally(*row) for row in found))


def _page(
    connection: sqlite3.Connection,
    every: str,
    values: tuple[str, ...],
    page: int,
    size: int,
    load: Callable[[Iterable[Row]], tuple[T, ...]],
) -> Page[T]:
    total: int = connection.execute(f"SELECT count(*) FROM ({every})", values).fetchone()[0]
    number = max(0, min(page, (total - 1) // size))
    shown = connection.execute(f"{every} LIMIT ? OFFSET ?", (*values, size, number * size))
    return Page(load(shown), number, size, total)
