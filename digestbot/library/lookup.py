"""Look-up by title or name: what is typed after any command is read here, and the same way for its choices.

/paper looks for words, "phrases" and -excluded words in titles; filters leave the papers that fit. /topic and /keypoint
look for them in names. What narrows nothing is looked up as forgivingly as titles and names are.
"""

import sqlite3
import unicodedata
from itertools import islice

from digestbot.library import folding, titles
from digestbot.library import query as queries
from digestbot.library.names import tallies
from digestbot.library.query import Part, Request
from digestbot.library.texts import correct
from digestbot.library.texts.finder import Finder, Place
from digestbot.library.texts.ranks import Rank
from digestbot.library.titles import starts
from digestbot.models import Tally

MOST_BEGUN = 200
"""Titles that are looked at for one that begins with a query: few begin with a filter's name or hold a minus."""


def read(connection: sqlite3.Connection, typed: str) -> Request:
    """Return the query that a text stands for; one that a title begins with, letter for letter, is plain words."""
    text = queries.bindable(typed)
    request = queries.parse(text)
    signs = request.plain.split() != text.split()
    return queries.literal(text) if signs and _begins_a_title(connection, text) else request


def _begins_a_title(connection: sqlite3.Connection, text: str) -> bool:
    return any(_letters(title).startswith(_letters(text)) for title in starts.some(connection, text, MOST_BEGUN))


def _letters(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def find(connection: sqlite3.Connection, names: tallies.Names, typed: str, limit: int) -> list[int]:
    """Return the rows of the papers that a person meant: those with the best reasons alone, the best first."""
    request = read(connection, typed)
    if not _asks_exactly(request):
        return titles.find(connection, request.plain, limit)
    places = _within(connection, names, request, limit)
    return [paper for rank, paper in places if rank == places[0][0] or places[0][0] >= Rank.BEGINS]


def suggest(connection: sqlite3.Connection, names: tallies.Names, typed: str, limit: int) -> list[int]:
    """Return the rows of papers to choose from while a person types, the likeliest first."""
    request = read(connection, typed)
    if not _asks_exactly(request):
        return titles.suggest(connection, request.plain, limit) if request.plain else newest(connection, limit)
    return [paper for _, paper in _within(connection, names, request, limit)]


def nearest(connection: sqlite3.Connection, typed: str, limit: int) -> list[int]:
    """Return the rows of the papers whose titles are most like the words, whatever narrows them."""
    plain = read(connection, typed).plain
    return titles.nearest(connection, plain, limit) if plain else newest(connection, limit)


def newest(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return the rows of the newest papers."""
    return [row for (row,) in connection.execute("SELECT id FROM papers ORDER BY id DESC LIMIT ?", (limit,))]


def _asks_exactly(request: Request) -> bool:
    return bool(request.limits) or any(part.quoted for part in request.parts)


def _within(connection: sqlite3.Connection, names: tallies.Names, request: Request, limit: int) -> list[Place]:
    """Return the papers that a request finds by their titles, else those with words alike; phrases are not forgiven."""
    found = Finder(connection, names, request, titles=True).first(limit)
    other = None if found else correct.corrected(connection, request, least=0)
    if other and all(part in other.parts for part in request.parts if part.quoted):
        return Finder(connection, names, other, titles=True).first(limit)
    return found


def named(connection: sqlite3.Connection, kind: tallies.Kind, names: tallies.Names, typed: str) -> Tally | None:
    """Return the topic or keypoint that a text names; None if it also narrows, and is no name letter for letter."""
    text = queries.bindable(typed)
    request = queries.parse(text)
    if not request.limits:
        return tallies.one(connection, kind, names, request.plain)
    whole = tallies.one(connection, kind, names, text, exact=True)
    return whole if whole and _letters(whole.name) == _letters(text) else None


def matching(
    connection: sqlite3.Connection, kind: tallies.Kind, names: tallies.Names, typed: str, limit: int | None
) -> tuple[Tally, ...]:
    """Return the topics or keypoints whose names a text may mean, the likeliest first; filters leave out none."""
    request = queries.parse(queries.bindable(typed))
    strict = [part for part in request.parts if part.words and (part.quoted or part.excluded)]
    found = tallies.matching(connection, kind, names, request.plain, tallies.CANDIDATES if strict else limit)
    meant = names.key(kind, request.plain)
    fit = (t for t in found if t.key == meant or all(_holds(t.name, part) != part.excluded for part in strict))
    return tuple(islice(fit, limit))


def _holds(name: str, part: Part) -> bool:
    held = " ".join(pair for word in part.words for pair in word.pairs)
    return f" {held} " in f" {folding.tokens(folding.fold(name))} "
