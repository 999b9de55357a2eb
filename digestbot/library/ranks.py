"""The order of search results: ranks from what was certainly meant to what may have been, in each the newest first.

A paper's rank depends on nothing but the paper and the query. So a page can be asked for by rank and row id, and
papers that come or go meanwhile neither double nor hide others. Nothing is sorted: row ids say how new a paper is.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from digestbot.library import folding, identifiers
from digestbot.library import query as queries
from digestbot.library.query import Part, Request
from digestbot.library.titles import starts

MOST_COMBINED = 6
"""Words of a query of which some may be missing; of more, those with most letters count, which are the rarest."""

NEWEST = (1 << 63) - 1


class Rank(IntEnum):
    """Why a paper was found, the best reason first; from PARTLY on, the number of words that it lacks is added."""

    TITLE = 0
    TITLE_ALIKE = 1
    NAME = 2
    NAME_ALIKE = 3
    BEGINS = 4
    PHRASE = 5
    WORDS = 6
    GOES_ON = 7
    PREFIX = 8
    TEXT = 9
    FILTERS = 10
    PARTLY = 11


REASONS = {
    Rank.TITLE: "exact title, id or link",
    Rank.TITLE_ALIKE: "exact title but for its signs",
    Rank.NAME: "name before the colon",
    Rank.NAME_ALIKE: "name before the colon but for its signs",
    Rank.BEGINS: "title begins with these words",
    Rank.PHRASE: "phrase in the title",
    Rank.WORDS: "all words in the title",
    Rank.GOES_ON: "title begins like this",
    Rank.PREFIX: "words of the title begin like this",
    Rank.TEXT: "all words in its text",
    Rank.FILTERS: "fits the filters",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request's filters and excluded words come to.

    `expression` is FTS5's ("" if there is nothing to ask), `spans` the row ids (low, high; both outside), the newest
    first, `files` and `not_files` the files of which a paper must, or must not, have an entry in (None: any).
    """

    expression: str = ""
    spans: tuple[tuple[int, int], ...] = ((-1, NEWEST),)
    files: tuple[tuple[int, ...], ...] = ()
    not_files: tuple[int, ...] = ()


class Ranks:
    """The papers that a request finds, rank by rank."""

    def __init__(self, connection: sqlite3.Connection, request: Request, limits: Limits) -> None:
        self._connection = connection
        self._parts = tuple(part for part in request.wanted if part.words)
        self._query = queries.read(request.plain)
        self._limits = limits
        self._filtered = bool(request.filters)
        self._by_id = set(identifiers.papers(connection, self._query.text))
        self._titled = self._by_id | starts.titled(connection, self._query).keys()
        self._named = starts.with_name(connection, self._query).keys() - self._titled
        self._exact = json.dumps([*self._titled, *self._named])
        self._combined = sorted(self._parts, key=lambda part: -len(part.typed))[:MOST_COMBINED]

    @property
    def complete(self) -> list[int]:
        """The ranks of papers that have all that was asked for."""
        if not self._query.text:
            return [Rank.FILTERS] if self._filtered else []
        every = [rank for rank in range(Rank.TEXT + 1) if rank != Rank.GOES_ON or not self._long]
        return every if self._parts else every[: Rank.BEGINS]

    @property
    def _long(self) -> bool:
        """Whether the query is likelier the start of a title than a word in one."""
        return len(self._query.joined) >= starts.SHORTEST_START

    @property
    def partial(self) -> list[int]:
        """The ranks of papers that lack some of the words, but not most."""
        count = len(self._combined)
        return [Rank.PARTLY + missing for missing in range(1, count - max(1, count // 2) + 1)]

    def reason(self, rank: int) -> str:
        """Say why a paper of this rank was found."""
        if rank < Rank.PARTLY:
            return REASONS[Rank(rank)]
        count = len(self._combined)
        return f"{count - (rank - Rank.PARTLY)} of {count} words"

    def papers(self, rank: int, low: int, high: int, *, oldest_first: bool = False) -> Iterator[int]:
        """Yield the rows of the papers of one rank between two row ids, the newest first."""
        spans = reversed(self._limits.spans) if oldest_first else self._limits.spans
        for bottom, top in spans:
            within = max(low, bottom), min(high, top)
            if within[0] < within[1]:
                yield from self._within(rank, *within, "ASC" if oldest_first else "DESC")

    def _within(self, rank: int, low: int, high: int, order: str) -> Iterator[int]:
        if rank < Rank.BEGINS:
            return self._exactly(Rank(rank), low, high, order)
        return self._matching(self._expression(rank), low, high, order, titles=rank < Rank.TEXT)

    def _exactly(self, rank: Rank, low: int, high: int, order: str) -> Iterator[int]:
        """Yield the papers with that title or name."""
        within, files = _files(self._limits)
        whole = rank < Rank.NAME
        rows = self._connection.execute(
            "SELECT id, title FROM papers WHERE id > ? AND id < ? AND id IN (SELECT value FROM json_each(?))"
            f"{within} ORDER BY id {order}",
            (low, high, json.dumps(list(self._titled if whole else self._named)), *files),
        )
        for number, title in rows:
            text = title if whole else starts.named(title)
            strict = number in self._by_id or folding.strict(text) == self._query.strict
            if strict == (rank in (Rank.TITLE, Rank.NAME)) and self._allowed(number):
                yield number

    def _allowed(self, number: int) -> bool:
        if not self._limits.expression:
            return True
        found = self._connection.execute(
            "SELECT 1 FROM texts WHERE texts MATCH ? AND rowid = ?", (self._limits.expression, number)
        )
        return found.fetchone() is not None

    def _matching(self, expression: str, low: int, high: int, order: str, *, titles: bool) -> Iterator[int]:
        table = "titles" if titles and not self._limits.expression else "texts"
        asked = f"({expression}) AND ({self._limits.expression})" if self._limits.expression else expression
        within, files = _files(self._limits)
        rows = self._connection.execute(
            f"SELECT id FROM {table} CROSS JOIN papers ON id = {table}.rowid WHERE {table} MATCH ?"
            f" AND {table}.rowid > ? AND {table}.rowid < ? AND id NOT IN (SELECT value FROM json_each(?)){within}"
            f" ORDER BY {table}.rowid {order}",
            (asked, low, high, self._exact, *files),
        )
        return (number for (number,) in rows)

    def _expression(self, rank: int) -> str:
        if rank == Rank.FILTERS:
            return f"filed : {queries.quoted(folding.FILED)}"
        if rank > Rank.PARTLY:
            return self._lacking(rank - Rank.PARTLY)
        words = tuple(word for part in self._parts for word in part.words)[: queries.MOST_WORDS]
        phrase, going_on = queries.phrase(words), queries.phrase(words, prefix=True)
        begins, goes_on = f"words : ^ {phrase}", f"words : ^ {going_on}"
        every = f"{{words parts}} : ({_all(self._parts)})"
        in_title = f"(words : {phrase}) OR ({every})"
        if not self._parts[-1].open:
            going_on, goes_on = phrase, begins
        if self._long:
            begins = goes_on
        loosely = f"{{words parts}} : ({going_on} OR ({_all(self._parts, prefix=True)}))"
        return {
            Rank.BEGINS: begins,
            Rank.PHRASE: f"(words : {phrase}) NOT ({begins})",
            Rank.WORDS: f"({every}) NOT ((words : {phrase}) OR ({begins}))",
            Rank.GOES_ON: f"({goes_on}) NOT ({in_title})",
            Rank.PREFIX: f"({loosely}) NOT ({in_title} OR ({goes_on}))",
            Rank.TEXT: f"({_text(self._parts)}) NOT ({in_title} OR ({loosely}) OR ({goes_on}))",
        }[Rank(rank)]

    def _lacking(self, missing: int) -> str:
        count = len(self._combined) - missing
        some = " OR ".join(f"({_text(parts)})" for parts in combinations(self._combined, count))
        more = " OR ".join(f"({_text(parts)})" for parts in combinations(self._combined, count + 1))
        return f"({some}) NOT ({more})"


def _files(limits: Limits) -> tuple[str, list[str]]:
    has = " EXISTS (SELECT 1 FROM entries WHERE paper_id = papers.id AND file_id IN (SELECT value FROM json_each(?)))"
    within = "".join(f" AND{has}" for _ in limits.files) + (f" AND NOT{has}" if limits.not_files else "")
    listed: list[Sequence[int]] = [*limits.files, *([limits.not_files] if limits.not_files else [])]
    return within, [json.dumps(files) for files in listed]


def _all(parts: Sequence[Part], *, prefix: bool = False) -> str:
    """Return the expression for titles with all words, quoted ones as a phrase, in any order."""
    pieces: list[str] = []
    for part in parts:
        if part.quoted:
            pieces.append(queries.phrase(part.words))
        else:
            pieces += [queries.word(w, prefix=prefix and queries.goes_on(w)) for w in part.words]
    return " AND ".join(list(dict.fromkeys(pieces))[: queries.MOST_WORDS])


def _text(parts: Sequence[Part]) -> str:
    return " AND ".join(dict.fromkeys(part.expression() for part in parts))
