"""Finding papers by their titles: what was meant by an exact title, a name, some words, a half word or a typo.

The stages go from what was certainly meant to what may have been. Each is a few questions to the index, and the next is
asked only while there are few answers. Within a stage, titles that begin with the query come first, then the newest.
Every question stops at the newest titles that answer it, so that a frequent word costs no more than a rare one.
"""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from enum import IntEnum

from rapidfuzz import fuzz, process, utils

from digestbot.library import folding, identifiers, terms
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.query import Query

CANDIDATES = 100
"""Titles that one question to the index brings at most: the newest, which are the likeliest to be asked for."""

FEW = 5
"""Below this number of suggestions, titles with words that are only alike are worth showing after them."""

SURE = 3
"""Words from which on a title that has them all is what was meant, and none that is only alike is worth a look."""

NEAREST_OF = 2_000
"""Titles, the newest, that are compared one by one when the index knows too little of a query (some 5 ms)."""

SOME = 25
"""Titles that are few enough to be read once more for their order."""

MOST_HALF = 8
"""Words of a query that may be half, joined or mistyped, all of them; asking that of more words takes too long."""

MOST_JOINED = 4
"""Pairs of words at the start of a query that may be one word in a title."""

START = 24
"""Characters of a title's start that are kept in an index of their own."""

SHORTEST_START = 6
"""Characters from which on a query is likelier the start of a title than a word in one."""

MOST_STARTS = 2_000
"""Titles with one start that are looked at (0.5 ms); where there are more, the index of words gives the newest."""

RARE = 120
"""Titles of one word that are read rather than asked for in FTS5 with the other words (some 8 µs each)."""

PREFIX = 4
"""Letters of the longest beginning of a word that FTS5 has lists for (schema.sql); a longer one becomes its words."""

ALIKE = 75
"""From this score on (rapidfuzz's ratio, of 100) a name with a typo or two is still that name: "MovieChta" has 89."""

_BARE = {**{ord(c): None for c in "-_.'`"}, **{c: c + 32 for c in range(ord("A"), ord("Z") + 1)}}
"""What lets a title of ASCII characters hold each word that it is found by; folding it takes ten times as long."""


class Reason(IntEnum):
    """Why a title was found, the best reason first."""

    TITLE = 0
    NAME = 1
    START = 2
    PHRASE = 3
    WORDS = 4
    PREFIX = 5
    HALF = 6
    JOINED = 7
    INSIDE = 8
    TYPO = 9
    DISTANT = 10


Stage = Callable[[sqlite3.Connection, Query], list[int]]


def find(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of the papers that a person meant: those with the best reasons alone, the best first."""
    query = queries.read(text)
    for tier in _TIERS:
        found: dict[int, None] = {}
        for reason in tier:
            if len(found) < limit:
                found |= dict.fromkeys(_STAGES[reason](connection, query))
        if found:
            return _meant(connection, query, tier[0], list(found))[:limit]
    return []


def _meant(connection: sqlite3.Connection, query: Query, reason: Reason, hits: list[int]) -> list[int]:
    """Return the papers with the name that was mistyped, if it was one; else all."""
    if reason < Reason.TYPO:
        return hits
    shown = _titles(connection, hits)
    names = {hit: fuzz.ratio(query.strict, folding.strict(named(shown[hit]))) for hit in hits}
    best = max(names.values())
    return hits if best < ALIKE else [hit for hit in hits if names[hit] == best]


def suggest(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of papers to choose from while a person types, the likeliest first."""
    query = queries.read(text)
    found: dict[int, None] = {}
    sure = False
    for reason, stage in _STAGES.items():
        enough = min(FEW, limit) if reason > Reason.PREFIX else limit
        if len(found) >= enough or reason is Reason.DISTANT or (sure and reason > Reason.PREFIX):
            break
        found |= dict.fromkeys(stage(connection, query))
        sure = bool(found) and (len(query.words) >= SURE or reason <= Reason.START or sure)
    return list(found)[:limit]


def nearest(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the rows of the papers whose titles are most like the text: any papers rather than none."""
    query = queries.read(text)
    found = {number for word in query.words[:MOST_JOINED] for number in _like(connection, word)}
    if len(found) < limit:
        rows = connection.execute("SELECT id, title FROM papers ORDER BY id DESC LIMIT ?", (NEAREST_OF,)).fetchall()
        every: dict[int, str] = dict(rows)
        typed = utils.default_process(query.text.encode(errors="replace").decode())
        plain = {number: utils.default_process(title) for number, title in every.items()}
        found |= {number for _, _, number in process.extract(typed, plain, scorer=fuzz.ratio, limit=CANDIDATES)}
    return _alike(connection, query, found)[:limit]


def starts(joined: str, name: str) -> list[str]:
    """Return what a title is found by in the table of starts: its first letters, a hash of all, and its name."""
    begun = [joined[:START], _whole(joined)]
    return [*begun, _exactly(name)] if name else begun


def _whole(joined: str) -> str:
    return f"={zlib.crc32(joined.encode()):x}"


def _exactly(name: str) -> str:
    return f"{folding.joined(name)[: folding.LONGEST_TOKEN]}:"


def named(title: str) -> str:
    """Return the name that a title begins with ("MovieChat: From Dense…"), "" if there is none."""
    name, colon, _ = title.replace("：", ":").partition(":")
    return name.strip() if colon else ""


def _titles(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    listed = json.dumps(list(numbers))
    return dict(
        connection.execute("SELECT id, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    )


def _alike(connection: sqlite3.Connection, query: Query, numbers: Iterable[int]) -> list[int]:
    """Return the papers by how much their titles are like the query, then the newest."""
    shown = _titles(connection, numbers)
    return sorted(shown, key=lambda number: (-_likeness(query, shown[number]), -number))


def _likeness(query: Query, title: str) -> float:
    """Return how alike a query and a title, its name, or its words in any order are, 0 to 100."""
    folded = folding.fold(title)
    words = fuzz.token_set_ratio(" ".join(w.text for w in query.words), folding.tokens(folded))
    whole = fuzz.ratio(query.joined, folded.replace("-", "").replace(" ", ""))
    return max(fuzz.ratio(query.strict, folding.strict(named(title))), whole, 0.95 * words)


def _match(connection: sqlite3.Connection, expression: str, most: int = CANDIDATES) -> list[int]:
    """Return the newest papers whose titles match."""
    rows = connection.execute(
        "SELECT rowid FROM titles WHERE titles MATCH ? ORDER BY rowid DESC LIMIT ?", (expression, most)
    )
    return [number for (number,) in rows]


def _begun_first(connection: sqlite3.Connection, query: Query, hits: list[int]) -> list[int]:
    if len(query.joined) >= SHORTEST_START or len(hits) < 2:
        return hits
    begun = set(_start(connection, query))
    return sorted(hits, key=lambda hit: hit not in begun)


def _all(groups: Iterable[Iterable[str]]) -> str:
    """Return the expression for titles that match something of each group."""
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)


def _beginnings(connection: sqlite3.Connection, word: Word) -> list[str]:
    """Return the expressions of which one holds where a word begins like this one."""
    if word.cjk or len(word.text) <= PREFIX:
        return [queries.word(word, prefix=not word.cjk)]
    return [queries.quoted(term) for term in terms.beginning(connection, word.text)] or [queries.word(word)]


def _title(connection: sqlite3.Connection, query: Query) -> list[int]:
    hits = identifiers.papers(connection, query.text)
    alike = _titles(connection, _at(connection, _whole(query.joined))) if query.joined else {}
    same = [number for number, title in alike.items() if folding.joined(title) == query.joined]
    strict = [number for number in same if folding.strict(alike[number]) == query.strict]
    return sorted({*hits, *(strict or same)}, reverse=True)


def _name(connection: sqlite3.Connection, query: Query) -> list[int]:
    hits = _at(connection, f"{query.joined[: folding.LONGEST_TOKEN]}:") if query.joined else []
    shown = _titles(connection, hits) if hits else {}
    return [hit for hit in hits if folding.strict(named(shown[hit])) == query.strict] or hits


def _at(connection: sqlite3.Connection, start: str) -> list[int]:
    rows = connection.execute(
        "SELECT paper_id FROM starts WHERE start = ? ORDER BY paper_id DESC LIMIT ?", (start, CANDIDATES)
    )
    return [number for (number,) in rows]


def _start(connection: sqlite3.Connection, query: Query) -> list[int]:
    """Titles that begin with the query, the newest first."""
    if not query.words:
        return []
    begun = query.joined[:START]
    rows = connection.execute(
        "SELECT paper_id FROM starts WHERE start >= ? AND start < ? LIMIT ?",
        (begun, begun + "\U0010ffff", MOST_STARTS),
    ).fetchall()
    if len(rows) == MOST_STARTS:
        *whole, last = query.words
        cut = Word(last.text if last.cjk else last.text[:PREFIX], last.cjk)
        return _begin(connection, query, _match(connection, f"words : ^ {queries.phrase((*whole, cut), prefix=True)}"))
    hits = sorted({number for (number,) in rows}, reverse=True)[:CANDIDATES]
    return _begin(connection, query, hits) if len(query.joined) > START else hits


def _begin(connection: sqlite3.Connection, query: Query, hits: list[int]) -> list[int]:
    shown = _titles(connection, hits)
    return [hit for hit in hits if folding.joined(shown[hit]).startswith(query.joined)]


def _likely_start(connection: sqlite3.Connection, query: Query) -> list[int]:
    """Titles that begin with the query's words, not with other words of the same letters, the last perhaps half."""
    if len(query.joined) < SHORTEST_START:
        return []
    hits = _start(connection, query)
    if len(query.words) < 2 or not hits:
        return hits
    typed = " ".join(token for word in query.words[:-1] for token in word.tokens)
    shown = _titles(connection, hits[:SOME])
    return [hit for hit in hits[:SOME] if folding.tokens(folding.fold(shown[hit])).startswith(f"{typed} ")]


def _phrase(connection: sqlite3.Connection, query: Query) -> list[int]:
    if not query.words:
        return []
    rare = _rarest(connection, query)
    if rare is None and len(query.words) > MOST_HALF:
        return []
    if rare is None:
        return _begun_first(connection, query, _match(connection, f"words : {queries.phrase(query.words)}"))
    return _read(connection, query, _match(connection, rare, RARE) if rare else [])


def _rarest(connection: sqlite3.Connection, query: Query) -> str | None:
    """Return the expression for the word that decides which titles there are; None if all words are in many.

    It is "" if no title has the word. The titles of a rare word are soon read one by one, while FTS5 would go through
    those of the frequent words too.
    """
    *whole, last = query.words
    words = [word.text for word in whole if not word.cjk]
    if not words:
        return None
    held = terms.papers(connection, words)
    rarest = min(words, key=lambda word: held.get(word, 0))
    if held.get(rarest, 0) <= RARE:
        return queries.quoted(rarest) if rarest in held else ""
    if last.cjk or len(last.text) < PREFIX:
        return None
    ends = terms.beginning(connection, last.text)
    rare = len(ends) < terms.MOST_BEGUN and sum(ends.values()) <= RARE
    return " OR ".join(map(queries.quoted, ends)) if rare else None


def _read(connection: sqlite3.Connection, query: Query, hits: list[int]) -> list[int]:
    """Return which of some titles have the words, those with the phrase first, then with whole words."""
    *whole, last = (queries.word(word).strip('"') for word in query.words)
    phrase = f" {' '.join([*whole, last])}"
    found: list[tuple[int, int]] = []
    for hit, title in _titles(connection, hits).items():
        if title.isascii() and not all(word in title.translate(_BARE) for word in (*whole, last)):
            continue
        words, parts = folding.indexed(title)
        words, every = f" {words} ", f" {words} {parts} "
        if all(f" {word} " in every for word in whole) and f" {last}" in every:
            found.append((_level(phrase, last, words, every), hit))
    return _begun_first(connection, query, [hit for _, hit in sorted(found, key=lambda one: (one[0], -one[1]))])


def _level(phrase: str, last: str, words: str, every: str) -> int:
    if f"{phrase} " in words:
        return 0
    return 1 if f" {last} " in every else 2 if phrase in words else 3


def _words(connection: sqlite3.Connection, query: Query) -> list[int]:
    if not _asks_more(query) or len(query.words) > MOST_HALF or _rarest(connection, query) is not None:
        return []
    return _begun_first(connection, query, _match(connection, _all([queries.word(w)] for w in query.words)))


def _prefix(connection: sqlite3.Connection, query: Query) -> list[int]:
    """Titles with the words, of which the last is half; those with the phrase first, if they are few."""
    if not _asks_more(query) or _rarest(connection, query) is not None:
        return []
    *whole, last = query.words
    hits = _match(connection, _all([*([queries.word(w)] for w in whole), _beginnings(connection, last)]))
    return _read(connection, query, hits) if len(hits) < SOME else _begun_first(connection, query, hits)


def _asks_more(query: Query) -> bool:
    """Tell whether a query has words that are more than one phrase: a CJK run is its pairs, one after the other."""
    return len(query.words) > 1 or any(not word.cjk or len(word.text) == 1 for word in query.words)


def _half(connection: sqlite3.Connection, query: Query) -> list[int]:
    """Titles with the words, of which each may be half."""
    if not 1 < len(query.words) <= MOST_HALF:
        return []
    hits = _match(connection, _all(_beginnings(connection, word) for word in query.words))
    return _begun_first(connection, query, hits)


def _joined(connection: sqlite3.Connection, query: Query) -> list[int]:
    """Two words that the title writes as one, or one that it writes as two."""
    if len(query.words) > MOST_HALF:
        return []
    expressions: list[str] = []
    pairs = zip(query.words[:MOST_JOINED], query.words[1:], strict=False)
    for at, (one, other) in enumerate(pairs):
        if not (one.cjk or other.cjk):
            words = (*query.words[:at], Word(one.text + other.text, cjk=False), *query.words[at + 2 :])
            *whole, last = words
            expressions.append(_all([*([queries.word(w)] for w in whole), _beginnings(connection, last)]))
    halves = [_halves(connection, word) for word in query.words]
    if any(halves):
        groups = zip(query.words, halves, strict=True)
        expressions.append(_all(parts or _beginnings(connection, word) for word, parts in groups))
    hits = _match(connection, " OR ".join(f"({e})" for e in expressions)) if expressions else []
    return _begun_first(connection, query, hits)


def _halves(connection: sqlite3.Connection, word: Word) -> list[str]:
    if word.cjk or terms.begun(connection, word.text):
        return []
    return [queries.quoted(f"{a} {b}", prefix=True) for a, b in terms.splits(connection, word.text)]


def _inside(connection: sqlite3.Connection, query: Query) -> list[int]:
    """Words that hold what was typed; of several typed words, those that begin a known word are left alone."""

    def pieces(word: Word) -> list[str]:
        if len(word.text) < terms.SHORTEST_PIECE or (len(query.words) > 1 and terms.begun(connection, word.text)):
            return []
        return terms.containing(connection, word.text)

    return _alike(connection, query, _instead(connection, query, pieces))


def _typo(connection: sqlite3.Connection, query: Query) -> list[int]:
    """One word or more mistyped, or a name of several words taken as one ("MA-LNM")."""
    hits = _instead(connection, query, lambda word: _unless_begun(connection, word, terms.corrections))
    if not hits and len(query.words) <= MOST_HALF:
        hits = _instead(connection, query, lambda word: terms.corrections(connection, word.text))
    if 1 < len(query.words) <= MOST_JOINED and query.joined.isascii():
        wholes = _unless_begun(connection, Word(query.joined, cjk=False), terms.corrections)
        hits += _match(connection, " OR ".join(map(queries.quoted, wholes))) if wholes else []
    return _alike(connection, query, hits)


def _distant(connection: sqlite3.Connection, query: Query) -> list[int]:
    if len(query.words) > MOST_JOINED:
        return []
    hits = _instead(connection, query, lambda word: _unless_begun(connection, word, terms.distant))
    return _alike(connection, query, hits)


def _unless_begun(
    connection: sqlite3.Connection, word: Word, alternatives: Callable[[sqlite3.Connection, str], list[str]]
) -> list[str]:
    return [] if terms.begun(connection, word.text) else alternatives(connection, word.text)


def _instead(connection: sqlite3.Connection, query: Query, alternatives: Callable[[Word], list[str]]) -> list[int]:
    """Match titles with other words in place of some that were typed; nothing if there are none for any."""
    others = [[] if word.cjk else alternatives(word) for word in query.words]
    if not any(others):
        return []
    words = zip(query.words, others, strict=True)
    return _match(connection, _all([*_beginnings(connection, w), *map(queries.quoted, o)] for w, o in words))


def _like(connection: sqlite3.Connection, word: Word) -> list[int]:
    """Match titles with a word that is anything like this one."""
    if word.cjk:
        return _match(connection, " OR ".join(queries.quoted(pair, prefix=True) for pair in word.pairs))
    others = terms.corrections(connection, word.text) + terms.containing(connection, word.text)
    return _match(connection, " OR ".join([*_beginnings(connection, word), *map(queries.quoted, others)]))


_STAGES: dict[Reason, Stage] = {
    Reason.TITLE: _title,
    Reason.NAME: _name,
    Reason.START: _likely_start,
    Reason.PHRASE: _phrase,
    Reason.WORDS: _words,
    Reason.PREFIX: _prefix,
    Reason.HALF: _half,
    Reason.JOINED: _joined,
    Reason.INSIDE: _inside,
    Reason.TYPO: _typo,
    Reason.DISTANT: _distant,
}

_TIERS = (
    (Reason.TITLE,),
    (Reason.NAME,),
    (Reason.START, Reason.PHRASE, Reason.WORDS, Reason.PREFIX, Reason.HALF),
    (Reason.JOINED,),
    (Reason.INSIDE,),
    (Reason.TYPO,),
    (Reason.DISTANT,),
)
