"""A page of search results: by cursor, with what was corrected and by what it can be narrowed."""

import sqlite3
from dataclasses import dataclass

from digestbot.library import lookup, rows
from digestbot.library.names import tallies
from digestbot.library.query import FilterKind, Request
from digestbot.library.texts import correct, narrow, snippets
from digestbot.library.texts.finder import MOST_COUNTED, Finder, Place
from digestbot.library.texts.limits import NEWEST
from digestbot.library.texts.ranks import Rank
from digestbot.models import Narrowing, Results

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after a paper of a rank, or before it (`back`); `number` counts the pages before it."""

    back: bool
    number: int
    rank: int
    paper: int

    def written(self) -> str:
        """Return the cursor in at most 20 letters, digits and points."""
        return f"{'b' if self.back else 'n'}{self.number}.{_based(self.rank)}.{_based(self.paper)}"


def read_cursor(written: str) -> Cursor | None:
    """Return the cursor that was written, None for the first page and for whatever is none."""
    pieces = written.split(".")
    try:
        number, rank, paper = int(pieces[0][1:]), int(pieces[1], 36), int(pieces[2], 36)
    except (ValueError, IndexError):
        return None
    fits = written[0] in "bn" and 0 <= number < 10_000 and 0 <= rank < 36 and 0 <= paper < NEWEST
    return Cursor(written[0] == "b", number, rank, paper) if fits else None


def _based(number: int) -> str:
    digits = ""
    while number >= 36:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return _DIGITS[number] + digits


def search(
    connection: sqlite3.Connection, names: tallies.Names, typed: str, at: str, size: int, longest: int
) -> Results:
    """Return a page of what a query finds; `at` is a cursor, "" for the first page.

    Papers that have all words come first. If there are none, words that no title has are taken for those that are
    alike; else papers are found that have most of the words.
    """
    request = lookup.read(connection, typed)
    cursor = read_cursor(at)
    partly = cursor is not None and cursor.rank > Rank.PARTLY
    finder = Finder(connection, names, request, partly=partly)
    if cursor is None and not finder.every:
        finder = _forgiving(connection, names, request)
    before = request.plain if finder.request != request else ""
    return _Results(connection, names, finder).page(cursor, size, before, longest)


def _forgiving(connection: sqlite3.Connection, names: tallies.Names, request: Request) -> Finder:
    """Return the hits for words that are alike, else for most of those, else for most of the words as typed."""
    other = correct.corrected(connection, request)
    tries = [(other, False), (other, True)] if other else []
    for asked, partly in tries:
        finder = Finder(connection, names, asked, partly=partly)
        if finder.every:
            return finder
    return Finder(connection, names, request, partly=True)


class _Results:
    """The results of one request, page by page."""

    def __init__(self, connection: sqlite3.Connection, names: tallies.Names, finder: Finder) -> None:
        self._connection = connection
        self._names = names
        self._request = finder.request
        self._finder = finder

    def page(self, cursor: Cursor | None, size: int, typed: str, longest: int) -> Results:
        """Return the page at a cursor; one that has become too short to be the first is filled up from behind."""
        places, earlier = self._places(cursor, size)
        number = cursor.number if cursor and earlier else 0
        shown, more = places[:size], len(places) > size
        every = [paper for _, paper in self._finder.every]
        papers = rows.load(self._connection, [paper for _, paper in shown])
        wanted = self._request.wanted
        hits = tuple(
            snippets.hit(paper, wanted, self._finder.reason(rank))
            for paper, (rank, _) in zip(papers, shown, strict=True)
        )
        request = self._request
        return Results(
            query=request.written,
            words=" ".join(part.written for part in request.parts),
            hits=hits,
            total=min(len(every), MOST_COUNTED),
            more=len(every) > MOST_COUNTED,
            number=number,
            before=Cursor(True, max(0, number - 1), *shown[0]).written() if shown and earlier else "",
            after=Cursor(False, number + 1, *shown[-1]).written() if shown and more else "",
            typed=typed,
            partly=self._finder.partly and bool(hits),
            filters=narrow.said(self._connection, self._names, request),
            topics=self._topics(every, longest),
            periods=self._periods(every, longest),
        )

    def _places(self, cursor: Cursor | None, size: int) -> tuple[list[Place], bool]:
        """Return a page's hits and one more if there is one, and whether there are others before them."""
        if cursor is None:
            return self._finder.every[: size + 1], False
        place = cursor.rank, cursor.paper
        if not cursor.back:
            found = self._finder.after(place, size + 1)
            return found, bool(found and self._finder.before(found[0], 1))
        before = self._finder.before(place, size + 1)
        if len(before) < size:
            return self._finder.every[: size + 1], False
        shown = before[-size:]
        return [*shown, *self._finder.after(shown[-1], 1)], len(before) > size

    def _topics(self, every: list[int], longest: int) -> Narrowing:
        ids = self._without("topic") or every
        return narrow.topics(self._connection, self._names, self._request, ids[:MOST_COUNTED], longest)

    def _periods(self, every: list[int], longest: int) -> Narrowing:
        ids = self._without("period") or every
        return narrow.periods(self._request, ids[:MOST_COUNTED], longest)

    def _without(self, kind: FilterKind) -> list[int]:
        """Return the hits without a filter of a kind, so that another one can be chosen; nothing if there is none."""
        free = self._request.without(kind)
        if free == self._request:
            return []
        finder = Finder(self._connection, self._names, free)
        if not finder.every:
            finder = Finder(self._connection, self._names, free, partly=True)
        return [paper for _, paper in finder.every[:MOST_COUNTED]]
