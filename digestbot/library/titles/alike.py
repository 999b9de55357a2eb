"""Titles with words that are only like those that were typed: joined, split, begun in the middle or mistyped."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process, utils

from digestbot.library import folding, terms
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.query import Query
from digestbot.library.titles.asked import CANDIDATES, Asked, every
from digestbot.library.titles.starts import begun_first, named

NEAREST_OF = 2_000
"""Titles, the newest, that are compared one by one when the index knows too little of a query (some 5 ms)."""

MOST_HALF = 6
"""Words of a query that may be half, joined or mistyped, all of them; asking that of more words takes too long."""

MOST_JOINED = 4
"""Pairs of words at the start of a query that may be one word in a title."""

LONGEST_NAME = 16
"""Letters of the longest name that may have been typed as several words."""

ALIKE = 75
"""From this score on (rapidfuzz's ratio, of 100) a name with a typo or two is still that name: "MovieChta" has 89."""


def half(asked: Asked) -> list[int]:
    """Return the titles with the words, of which each may be half."""
    if not 1 < len(asked.words) <= MOST_HALF or not all(map(asked.begun, asked.words)):
        return []
    return begun_first(asked, asked.match(every(map(asked.beginnings, asked.words))))


def joined(asked: Asked) -> list[int]:
    """Return the titles that write two of the words as one, or one as two."""
    if len(asked.words) > MOST_HALF:
        return []
    expressions = [*_as_one(asked), *_as_two(asked)]
    hits = asked.match(" OR ".join(f"({one})" for one in expressions)) if expressions else []
    return begun_first(asked, hits)


def _as_one(asked: Asked) -> Iterable[str]:
    words = asked.words
    wholes = {at: _together(words[at], words[at + 1]) for at in range(min(MOST_JOINED, len(words) - 1))}
    known = terms.standing(asked.connection, [whole.text for whole in wholes.values()])
    for at, whole in wholes.items():
        others = (*words[:at], *words[at + 2 :])
        if whole.text in known and all(map(asked.begun, others)):
            *before, last = (*words[:at], whole, *words[at + 2 :])
            yield every([*([queries.word(word)] for word in before), asked.beginnings(last)])


def _together(one: Word, other: Word) -> Word:
    return Word(one.text + other.text, cjk=one.cjk or other.cjk)


def _as_two(asked: Asked) -> Iterable[str]:
    groups = [asked.beginnings(word) if asked.begun(word) else _halves(asked, word) for word in asked.words]
    if all(groups) and not all(map(asked.begun, asked.words)):
        yield every(groups)


def _halves(asked: Asked, word: Word) -> list[str]:
    return [queries.quoted(f"{a} {b}", prefix=True) for a, b in terms.splits(asked.connection, word.text)]


def inside(asked: Asked) -> list[int]:
    """Return the titles with words that hold what was typed; of several words, those that begin others stay."""
    alone = len(asked.words) == 1
    pieces = [
        [] if word.cjk or (asked.begun(word) and not alone) else terms.containing(asked.connection, word.text)
        for word in asked.words
    ]
    hits = _instead(asked, pieces)
    return _by_piece(asked, hits) if alone else alike(asked, hits)


def mistyped(asked: Asked) -> list[int]:
    """Return the titles with one word or more mistyped, or with a name that was typed as several words ("MA-LNM")."""
    unknown = [[] if asked.begun(word) else _corrections(asked, word) for word in asked.words]
    hits = _instead(asked, unknown)
    if not hits and len(asked.words) <= MOST_HALF:
        hits = _instead(asked, [other or _corrections(asked, w) for w, other in zip(asked.words, unknown, strict=True)])
    hits += _mistyped_name(asked, [(0, len(asked.words))])
    pairs = [(at, at + 2) for at in range(min(MOST_JOINED, len(asked.words) - 1))]
    return alike(asked, hits or _mistyped_name(asked, pairs))


def distant(asked: Asked) -> list[int]:
    """Return the titles with words that have two letters wrong."""
    if len(asked.words) > MOST_JOINED:
        return []
    others = [[] if asked.begun(word) else terms.distant(asked.connection, word.text) for word in asked.words]
    return alike(asked, _instead(asked, others))


def _corrections(asked: Asked, word: Word) -> list[str]:
    return [] if word.cjk else terms.corrections(asked.connection, word.text)


def _mistyped_name(asked: Asked, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Return the titles in which one word is nearly what some of the words are together."""
    expressions: list[str] = []
    for first, end in spans:
        name = "".join(word.text for word in asked.words[first:end])
        others = [*asked.words[:first], *asked.words[end:]]
        if end - first > 1 and len(name) <= LONGEST_NAME and name.isascii() and all(map(asked.begun, others)):
            wholes = [] if terms.begun(asked.connection, name) else terms.corrections(asked.connection, name)
            groups = [list(map(queries.quoted, wholes)), *map(asked.beginnings, others)]
            expressions += [every(groups)] if wholes else []
    return asked.match(" OR ".join(f"({one})" for one in expressions)) if expressions else []


def _instead(asked: Asked, others: Sequence[Sequence[str]]) -> list[int]:
    """Return the titles with other words in place of some that were typed; none if a word has no meaning."""
    words = list(zip(asked.words, others, strict=True))
    if not any(others) or not all(other or asked.begun(word) for word, other in words):
        return []
    half = [asked.beginnings(word) if asked.begun(word) else [] for word in asked.words]
    whole = [
        [queries.word(word)] if asked.standing.get(word.text) else begun
        for word, begun in zip(asked.words, half, strict=True)
    ]
    return _ask(asked, whole, others) or (_ask(asked, half, others) if half != whole else [])


def _ask(asked: Asked, typed: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> list[int]:
    groups = zip(typed, others, strict=True)
    return asked.match(every([*expressions, *map(queries.quoted, other)] for expressions, other in groups))


def alike(asked: Asked, numbers: Iterable[int]) -> list[int]:
    """Return the papers by how much their titles are like what was typed, then the newest."""
    shown = asked.titles(numbers)
    return sorted(shown, key=lambda number: (-likeness(asked.query, shown[number]), -number))


def likeness(query: Query, title: str) -> float:
    """Return how alike a query and a title, its name, or its words in any order are, 0 to 100."""
    folded = folding.fold(title)
    words = fuzz.token_set_ratio(" ".join(word.text for word in query.words), folding.tokens(folded))
    whole = fuzz.ratio(query.joined, folded.replace("-", "").replace(" ", ""))
    return max(fuzz.ratio(query.strict, folding.strict(named(title))), whole, 0.95 * words)


def _by_piece(asked: Asked, hits: Iterable[int]) -> list[int]:
    """Return the papers by how much of a word the piece is, then the newest."""
    shown = asked.titles(hits)
    sizes = {number: _size_around(asked.joined, title) for number, title in shown.items()}
    return sorted(shown, key=lambda number: (sizes[number], -number))


def _size_around(piece: str, title: str) -> int:
    """Return the length of the shortest word that holds the piece."""
    return min((len(word) for word in folding.tokens(folding.fold(title)).split() if piece in word), default=len(title))


def meant_by_name(asked: Asked, hits: list[int]) -> list[int]:
    """Return the papers with the name that was mistyped, if it was one; else all."""
    shown = asked.titles(hits)
    names = {hit: fuzz.ratio(asked.query.strict, folding.strict(named(shown[hit]))) for hit in hits}
    best = max(names.values())
    return hits if best < ALIKE else [hit for hit in hits if names[hit] == best]


def nearest(asked: Asked, limit: int) -> list[int]:
    """Return the papers whose titles are most like the text: any papers rather than none."""
    found = {number for word in asked.words[:MOST_JOINED] for number in _like(asked, word)}
    if len(found) < limit:
        rows = asked.connection.execute("SELECT id, title FROM papers ORDER BY id DESC LIMIT ?", (NEAREST_OF,))
        typed = utils.default_process(asked.query.text.encode(errors="replace").decode())
        plain = {number: utils.default_process(title) for number, title in rows}
        found |= {number for _, _, number in process.extract(typed, plain, scorer=fuzz.ratio, limit=CANDIDATES)}
    return alike(asked, found)[:limit]


def _like(asked: Asked, word: Word) -> list[int]:
    """Return titles with a word that is anything like this one."""
    if word.cjk:
        return asked.match(" OR ".join(queries.quoted(pair, prefix=True) for pair in word.pairs))
    others = [*_corrections(asked, word), *terms.containing(asked.connection, word.text)]
    return asked.match(" OR ".join([*asked.beginnings(word), *map(queries.quoted, others)]))
