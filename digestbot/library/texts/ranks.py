"""The order of search results: ranks from what was certainly meant to what may have been, in each the newest first.

A paper's rank depends on nothing but the paper and the query. So a page can be asked for by rank and row id, and
papers that come or go meanwhile neither double nor hide others. Nothing is sorted: row ids say how new a paper is.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from enum import IntEnum
from functools import cached_property
from itertools import chain, combinations, islice

from digestbot.library import folding, identifiers, terms
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.query import Part, Request
from digestbot.library.texts.limits import Limits
from digestbot.library.titles import asked, starts

MOST_DECIDING = 6
"""Words of a query by which texts are found, the rarest of it; what has these has the others, or does not need them."""

_ANY = f"filed : {queries.quoted(folding.FILED)}"
"""The expression for all papers."""

MOST_COMBINED = 5
"""Words of a query of which some may be missing; of more, the rarest that titles have: others are likely mistyped."""

TEXT_PREFIX = 3
"""Letters of the longest beginning of a word that FTS5 has lists of texts for (schema.sql)."""

FEW = 500
"""Titles with all words that are few enough to be ranked by themselves (some 20 µs each)."""


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
        self._words = queries.sparing([word for part in self._parts for word in part.words])
        held = terms.papers(connection, (word.text for part in self._parts for word in part.words))
        rarest = sorted(self._parts, key=lambda part: min(held.get(word.text, 0) for word in part.words))
        self._deciding = rarest[:MOST_DECIDING]
        known = [part for part in rarest if any(word.text in held for word in part.words)]
        self._combined = [*known, *(part for part in rarest if part not in known)][:MOST_COMBINED]

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
        if rank == Rank.TEXT and len(self._parts) > MOST_DECIDING:
            return "its rarest words in its text"
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
        expression = self._expression(rank)
        if rank > Rank.TEXT or not self._parts:
            return self._matching(expression, low, high, order)
        if rank == Rank.TEXT:
            return _without(self._matching(expression, low, high, order), self._by_title(low, high, order), order)
        if self._few is None:
            return self._matching(expression, low, high, order, titles=True)
        return _between(self._few[rank], low, high, order)

    @cached_property
    def _few(self) -> Mapping[int, Sequence[int]] | None:
        """The papers of each rank by title, the newest first; None if they are many.

        With few, the large index is asked once for all of these ranks, and a small one of these titles for each.
        """
        low, high = self._limits.spans[-1][0], self._limits.spans[0][1]
        asked_for = self._titles_with(self._deciding)
        found = list(islice(self._matching(asked_for, low, high, "DESC", titles=True), FEW + 1))
        ranks = [rank for rank in self.complete if Rank.BEGINS <= rank < Rank.TEXT]
        return None if len(found) > FEW else self._ranked(found, ranks)

    def _ranked(self, found: Sequence[int], ranks: Sequence[int]) -> Mapping[int, Sequence[int]]:
        titles = asked.load(self._connection, found)
        with closing(sqlite3.connect(":memory:")) as small:
            small.execute("CREATE VIRTUAL TABLE titles USING fts5 (words, parts, tokenize = 'ascii', content = '')")
            small.executemany(
                "INSERT INTO titles (rowid, words, parts) VALUES (?, ?, ?)",
                ((number, *folding.indexed(title)) for number, title in titles.items()),
            )
            ranked = "SELECT rowid FROM titles WHERE titles MATCH ? ORDER BY rowid DESC"
            return {rank: [n for (n,) in small.execute(ranked, (self._expression(rank),))] for rank in ranks}

    def _by_title(self, low: int, high: int, order: str) -> Iterator[int]:
        """Yield the papers of all ranks by title."""
        if self._few is None:
            return self._matching(self._in_title, low, high, order, titles=True)
        return _between(sorted(chain(*self._few.values()), reverse=True), low, high, order)

    @cached_property
    def _in_title(self) -> str:
        """The expression for titles with all words, of which each may be half."""
        return self._titles_with(self._parts)

    def _titles_with(self, parts: Sequence[Part]) -> str:
        last = self._words[-1] if self._parts[-1].open else None
        every = _every(parts, lambda word: _half(self._connection, word, last=word == last))
        return f"{{words parts}} : ({every})"

    def _exactly(self, rank: Rank, low: int, high: int, order: str) -> Iterator[int]:
        """Yield the papers with that title or name."""
        within, files = _files(self._limits, "papers.id")
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
        if not self._limits.expressions:
            return True
        found = self._connection.execute(
            "SELECT 1 FROM texts WHERE texts MATCH ? AND rowid = ?", (self._limits.on(_ANY), number)
        )
        return found.fetchone() is not None

    def _matching(self, expression: str, low: int, high: int, order: str, *, titles: bool = False) -> Iterator[int]:
        table = "titles" if titles and (self._limits.titled or not self._limits.expressions) else "texts"
        within, files = _files(self._limits, f"{table}.rowid")
        rows = self._connection.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid > ? AND rowid < ?"
            f" AND +rowid NOT IN (SELECT value FROM json_each(?)){within} ORDER BY rowid {order}",
            (self._limits.on(expression), low, high, self._exact, *files),
        )
        return (number for (number,) in rows)

    def _expression(self, rank: int) -> str:
        if rank == Rank.FILTERS:
            return _ANY
        if rank > Rank.PARTLY:
            return self._lacking(rank - Rank.PARTLY)
        phrase, going_on = queries.phrase(self._words), queries.phrase(self._words, prefix=True)
        begins, goes_on = f"words : ^ {phrase}", f"words : ^ {going_on}"
        every = f"{{words parts}} : ({_every(self._parts, queries.word)})"
        in_title = f"(words : {phrase}) OR ({every})"
        if not self._parts[-1].open:
            goes_on = begins
        if self._long:
            begins = goes_on
        return {
            Rank.BEGINS: begins,
            Rank.PHRASE: f"(words : {phrase}) NOT ({begins})",
            Rank.WORDS: f"({every}) NOT ((words : {phrase}) OR ({begins}))",
            Rank.GOES_ON: f"({goes_on}) NOT ({in_title})",
            Rank.PREFIX: f"({self._in_title}) NOT ({in_title} OR ({goes_on}))",
            Rank.TEXT: self._text(self._deciding),
        }[Rank(rank)]

    def _lacking(self, missing: int) -> str:
        count = len(self._combined) - missing
        some = " OR ".join(f"({self._text(parts)})" for parts in combinations(self._combined, count))
        more = " OR ".join(f"({self._text(parts)})" for parts in combinations(self._combined, count + 1))
        return f"({some}) NOT ({more})"

    def _text(self, parts: Sequence[Part]) -> str:
        """Return the expression for texts with all of these parts."""
        return " AND ".join(dict.fromkeys(_said(self._connection, part) for part in parts))


def _between(numbers: Sequence[int], low: int, high: int, order: str) -> Iterator[int]:
    """Yield the numbers, which are given in falling order, between two others."""
    within = (number for number in numbers if low < number < high)
    return within if order == "DESC" else reversed(list(within))


def _without(numbers: Iterator[int], others: Iterator[int], order: str) -> Iterator[int]:
    """Yield the numbers that are not among others, both in the same order."""
    sign = -1 if order == "DESC" else 1
    other: int | None = next(others, None)
    for number in numbers:
        while other is not None and sign * other < sign * number:
            other = next(others, None)
        if number != other:
            yield number


def _files(limits: Limits, paper: str) -> tuple[str, list[str]]:
    has = (
        " EXISTS (SELECT 1 FROM entries INDEXED BY entries_by_paper"
        f" WHERE paper_id = {paper} AND +file_id IN (SELECT value FROM json_each(?)))"  # +: not one seek a file
    )
    within = "".join(f" AND{has}" for _ in limits.files) + (f" AND NOT{has}" if limits.not_files else "")
    listed: list[Sequence[int]] = [*limits.files, *([limits.not_files] if limits.not_files else [])]
    return within, [json.dumps(files) for files in listed]


def _every(parts: Sequence[Part], expression: Callable[[Word], str]) -> str:
    """Return the expression for titles with all words, quoted ones as a phrase, in any order."""
    pieces: list[str] = []
    for part in parts:
        pieces += [queries.phrase(part.words)] if part.quoted else map(expression, part.words)
    return " AND ".join(list(dict.fromkeys(pieces))[: queries.MOST_WORDS])


def _half(connection: sqlite3.Connection, word: Word, *, last: bool) -> str:
    """Return the expression for a word that may be half; FTS5 reads all of a long beginning before the first answer."""
    if word.cjk or last or len(word.text) <= asked.PREFIX:
        return queries.word(word, prefix=queries.goes_on(word))
    return _beginning(connection, word.text)


def _said(connection: sqlite3.Connection, part: Part) -> str:
    """Return the expression for a part; FTS5 reads all that begins with a long word before its first answer."""
    word = part.words[-1]
    if not part.open or word.cjk or len(word.text) <= TEXT_PREFIX or part.compounds or len(part.words) > 1:
        return part.expression()
    return _beginning(connection, word.text) if terms.begun(connection, word.text) else part.expression()


def _beginning(connection: sqlite3.Connection, start: str) -> str:
    """Return the expression for the words of titles that begin like this."""
    words = dict.fromkeys((start, *terms.beginning(connection, start)))
    return f"({' OR '.join(map(queries.quoted, words))})"
