"""Finding papers by their titles: what was meant by an exact title, a name, some words, a half word or a typo.

The stages go from what was certainly meant to what may have been. Each is a few questions to the index, and the next is
asked only while there are few answers. Within a stage, titles that begin with the query come first, then the newest.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz, process

from digestbot import identity
from digestbot.library import folding, terms
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.query import Query

CANDIDATES = 100
"""Titles that one question to the index brings at most: the newest, which are the likeliest to be asked for."""

FEW = 5
"""Below this number of suggestions, titles with words that are only alike are worth showing after them."""

NEAREST_OF = 5_000
"""Titles, the newest, that are compared one by one when the index knows too little of a query (some 10 ms)."""

MOST_JOINED = 4
"""Pairs of words at the start of a query that may be one word in a title."""

SHORTEST_PIECE = 3
"""Letters of the shortest piece that is looked for inside words."""

ALIKE = 75
"""From this score on (rapidfuzz's ratio, of 100) a name with a typo or two is still that name: "MovieChta" has 89."""

_ID = re.compile(r"(?:arxiv:\s*)?(\d{4}\.\d{4,5})(?:v\d+)?", re.IGNORECASE)


class Reason(IntEnum):
    """Why a title was found, the best reason first."""

    TITLE = 0
    NAME = 1
    PHRASE = 2
    WORDS = 3
    PREFIX = 4
    JOINED = 5
    INSIDE = 6
    TYPO = 7
    DISTANT = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A paper's row with its title: as written, folded, and as tokens."""

    number: int
    title: str
    joined: str
    words: str


Stage = Callable[[sqlite3.Connection, Query], list[Found]]


def find(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of the papers that a person meant: those with the best reasons alone, the best first."""
    query = queries.read(text)
    for tier in _TIERS:
        found: dict[int, Found] = {}
        for reason in tier:
            hits = _STAGES[reason](connection, query)
            found |= {hit.number: hit for hit in _ordered(query, reason, hits) if hit.number not in found}
        if found:
            return [hit.number for hit in _meant(query, tier[0], list(found.values()))][:limit]
    return []


def _meant(query: Query, reason: Reason, hits: list[Found]) -> list[Found]:
    """Return the papers with the name that was mistyped, if it was one; else all."""
    names = {hit.number: fuzz.ratio(query.strict, folding.strict(named(hit.title))) for hit in hits}
    best = max(names.values())
    if reason < Reason.TYPO or best < ALIKE:
        return hits
    return [hit for hit in hits if names[hit.number] == best]


def suggest(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of papers to choose from while a person types, the likeliest first."""
    query = queries.read(text)
    found: dict[int, Found] = {}
    exact = False
    for reason, stage in _STAGES.items():
        enough = min(FEW, limit) if reason >= Reason.JOINED else limit
        if len(found) >= enough or reason is Reason.DISTANT or (exact and reason > Reason.PREFIX):
            break
        for hit in _ordered(query, reason, stage(connection, query)):
            found.setdefault(hit.number, hit)
        exact = exact or (bool(found) and reason <= Reason.NAME)
    return list(found)[:limit]


def nearest(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of the papers whose titles are most like the text: any papers rather than none."""
    query = queries.read(text)
    found = {hit.number: hit for word in query.words for hit in _like(connection, word)}
    if len(found) < limit:
        rows = connection.execute("SELECT id, title, joined, words FROM papers ORDER BY id DESC LIMIT ?", (NEAREST_OF,))
        every = [Found(*row) for row in rows]
        alike = process.extract(query.joined, [hit.joined for hit in every], scorer=fuzz.ratio, limit=CANDIDATES)
        found |= {every[at].number: every[at] for _, _, at in alike}
    return [hit.number for hit in _ordered(query, Reason.DISTANT, found.values())][:limit]


def _ordered(query: Query, reason: Reason, hits: Iterable[Found]) -> list[Found]:
    if reason >= Reason.INSIDE:
        return sorted(hits, key=lambda hit: (-_likeness(query, hit), -hit.number))
    return sorted(hits, key=lambda hit: (not hit.joined.startswith(query.joined), -hit.number))


def _likeness(query: Query, hit: Found) -> float:
    """Return how alike a query and a title, its name, or its words in any order are, 0 to 100."""
    name = folding.strict(named(hit.title))
    words = fuzz.token_set_ratio(" ".join(w.text for w in query.words), hit.words)
    return max(fuzz.ratio(query.strict, name), fuzz.ratio(query.joined, hit.joined), 0.95 * words)


def named(title: str) -> str:
    """Return the name that a title begins with ("MovieChat: From Dense…"), "" if there is none."""
    name, colon, _ = title.replace("：", ":").partition(":")
    return name.strip() if colon else ""


def _match(connection: sqlite3.Connection, expression: str) -> list[Found]:
    rows = connection.execute(
        "SELECT id, title, joined, words FROM papers WHERE id IN"
        " (SELECT rowid FROM titles WHERE titles MATCH ? ORDER BY rowid DESC LIMIT ?)",
        (expression, CANDIDATES),
    )
    return [Found(*row) for row in rows]


def _all(groups: Iterable[Iterable[str]]) -> str:
    """Return the expression for titles that match something of each group."""
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)


def _title(connection: sqlite3.Connection, query: Query) -> list[Found]:
    identifier = identity.arxiv_id(query.text) or ((found := _ID.fullmatch(query.text)) and found[1])
    rows = connection.execute(
        "SELECT DISTINCT papers.id, title, joined, words FROM identifiers JOIN entries ON entries.id = entry_id"
        " JOIN papers ON papers.id = paper_id WHERE identifier = ?"
        " UNION SELECT id, title, joined, words FROM papers WHERE joined = ? AND joined <> ''",
        (f"arxiv:{identifier}", query.joined),
    )
    hits = [Found(*row) for row in rows]
    return [hit for hit in hits if folding.strict(hit.title) == query.strict] or hits


def _name(connection: sqlite3.Connection, query: Query) -> list[Found]:
    rows = connection.execute(
        "SELECT id, title, joined, words FROM papers WHERE name = ? AND name <> '' ORDER BY id DESC LIMIT ?",
        (query.joined, CANDIDATES),
    )
    hits = [Found(*row) for row in rows]
    return [hit for hit in hits if folding.strict(named(hit.title)) == query.strict] or hits


def _phrase(connection: sqlite3.Connection, query: Query) -> list[Found]:
    return _match(connection, f"words : {queries.phrase(query.words)}") if query.words else []


def _words(connection: sqlite3.Connection, query: Query) -> list[Found]:
    return _match(connection, _all([queries.word(w)] for w in query.words)) if query.words else []


def _prefix(connection: sqlite3.Connection, query: Query) -> list[Found]:
    if not query.words:
        return []
    hits = _match(connection, queries.phrase(query.words, prefix=True))
    if len(query.words) > 1:
        hits += _match(connection, _all([queries.word(w, prefix=True)] for w in query.words))
    return hits


def _joined(connection: sqlite3.Connection, query: Query) -> list[Found]:
    """Two words that the title writes as one, or one that it writes as two."""
    expressions: list[str] = []
    pairs = zip(query.words[:MOST_JOINED], query.words[1:], strict=False)
    for at, (one, other) in enumerate(pairs):
        if not (one.cjk or other.cjk):
            words = (*query.words[:at], Word(one.text + other.text, cjk=False), *query.words[at + 2 :])
            expressions.append(_all([queries.word(w, prefix=True)] for w in words))
    groups = [_halves(connection, word) or [queries.word(word, prefix=True)] for word in query.words]
    expressions.append(_all(groups))
    return _match(connection, " OR ".join(f"({e})" for e in expressions)) if query.words else []


def _halves(connection: sqlite3.Connection, word: Word) -> list[str]:
    if word.cjk or terms.begun(connection, word.text):
        return []
    return [queries.quoted(f"{a} {b}", prefix=True) for a, b in terms.splits(connection, word.text)]


def _inside(connection: sqlite3.Connection, query: Query) -> list[Found]:
    """Words that hold what was typed; of several typed words, those that begin a known word are left alone."""

    def pieces(word: Word) -> list[str]:
        if len(word.text) < SHORTEST_PIECE or (len(query.words) > 1 and terms.begun(connection, word.text)):
            return []
        return terms.containing(connection, word.text)

    return _instead(connection, query, pieces)


def _typo(connection: sqlite3.Connection, query: Query) -> list[Found]:
    """One word or more mistyped, or a name of several words taken as one ("MA-LNM")."""
    hits = _instead(connection, query, lambda word: _unless_begun(connection, word, terms.corrections))
    if 1 < len(query.words) <= MOST_JOINED and query.joined.isascii():
        wholes = _unless_begun(connection, Word(query.joined, cjk=False), terms.corrections)
        hits += _match(connection, " OR ".join(map(queries.quoted, wholes))) if wholes else []
    return hits


def _distant(connection: sqlite3.Connection, query: Query) -> list[Found]:
    return _instead(connection, query, lambda word: _unless_begun(connection, word, terms.distant))


def _unless_begun(
    connection: sqlite3.Connection, word: Word, alternatives: Callable[[sqlite3.Connection, str], list[str]]
) -> list[str]:
    return [] if terms.begun(connection, word.text) else alternatives(connection, word.text)


def _instead(connection: sqlite3.Connection, query: Query, alternatives: Callable[[Word], list[str]]) -> list[Found]:
    """Match titles with other words in place of some that were typed; nothing if there are none for any."""
    others = [[] if word.cjk else alternatives(word) for word in query.words]
    if not any(others):
        return []
    words = zip(query.words, others, strict=True)
    return _match(connection, _all([queries.word(w, prefix=True), *map(queries.quoted, o)] for w, o in words))


def _like(connection: sqlite3.Connection, word: Word) -> list[Found]:
    """Match titles with a word that is anything like this one."""
    if word.cjk:
        return _match(connection, " OR ".join(queries.quoted(pair, prefix=True) for pair in word.pairs))
    others = terms.corrections(connection, word.text) + terms.containing(connection, word.text)
    return _match(connection, " OR ".join([queries.word(word, prefix=True), *map(queries.quoted, others)]))


_STAGES: dict[Reason, Stage] = {
    Reason.TITLE: _title,
    Reason.NAME: _name,
    Reason.PHRASE: _phrase,
    Reason.WORDS: _words,
    Reason.PREFIX: _prefix,
    Reason.JOINED: _joined,
    Reason.INSIDE: _inside,
    Reason.TYPO: _typo,
    Reason.DISTANT: _distant,
}

_TIERS = (
    (Reason.TITLE,),
    (Reason.NAME,),
    (Reason.PHRASE, Reason.WORDS, Reason.PREFIX),
    (Reason.JOINED,),
    (Reason.INSIDE,),
    (Reason.TYPO,),
    (Reason.DISTANT,),
)
