"""The words of all titles, and those of all topics and keypoints: what a mistyped or half word could have meant.

Pairs of CJK characters are none of them: a pair is neither mistyped nor cut.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rapidfuzz.distance import OSA

from digestbot.library.folding import CJK
from digestbot.library.query import quoted

SHORTEST_TYPO = 4
"""Letters of the shortest word that is corrected: of three letters, most are a typo away from another word."""

SHORTEST_PIECE = 3
"""Letters of the shortest piece that is looked for inside words: pieces are indexed by three letters at a time."""

MOST_CORRECTIONS = 8
MOST_BEGUN = 24
"""Words that a longer beginning may stand for; each is one more list for FTS5 to merge."""

LOOKED_AT = 500
"""Terms that share a hint with a word and are compared with it; the oldest, which are mostly the frequent ones."""

FAR = 3_000
"""Terms that are compared with a word that has two letters wrong: the oldest, and those that share three letters."""

OLDEST = 10_000
"""Terms among which those of nearly a word's length are looked for (2 ms)."""

_PAIRS = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The tables of one dictionary: its terms, and the hints by which a term is found that was not typed as it is."""

    terms: str
    hints: str


TITLES = Dictionary("terms", "hints")
NAMES = Dictionary("name_terms", "name_hints")
"""The words of topics and keypoints."""


def count(connection: sqlite3.Connection, changes: Mapping[str, int], of: Dictionary = TITLES) -> None:
    """Add to the number of papers (of topics and keypoints: tallies) that each term is in; one in none is forgotten."""
    held: dict[str, int] = dict(
        connection.execute(
            f"SELECT term, id FROM {of.terms} WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(changes)),),
        )
    )
    connection.executemany(
        f"UPDATE {of.terms} SET papers = papers + ? WHERE id = ?",
        [(changes[term], number) for term, number in held.items()],
    )
    _learn(connection, {term: papers for term, papers in changes.items() if term not in held}, of)
    _forget(connection, [number for term, number in held.items() if changes[term] < 0], of)


def _learn(connection: sqlite3.Connection, papers: Mapping[str, int], of: Dictionary) -> None:
    first: int = connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {of.terms}").fetchone()[0]
    terms = list(enumerate(papers, first))
    connection.executemany(
        f"INSERT INTO {of.terms} (id, term, papers) VALUES (?, ?, ?)", [(i, term, papers[term]) for i, term in terms]
    )
    connection.executemany(
        f"INSERT INTO {of.hints} (rowid, forms) VALUES (?, ?)", [(i, _hints(term)) for i, term in terms]
    )


def _forget(connection: sqlite3.Connection, changed: Sequence[int], of: Dictionary) -> None:
    within = "id IN (SELECT value FROM json_each(?)) AND papers < 1"
    gone = connection.execute(f"DELETE FROM {of.terms} WHERE {within} RETURNING id, term", (json.dumps(changed),))
    connection.executemany(
        f"INSERT INTO {of.hints} ({of.hints}, rowid, forms) VALUES ('delete', ?, ?)",
        [(number, _hints(term)) for number, term in gone.fetchall()],
    )


def tally(indexed: Iterable[str], sign: int = 1) -> dict[str, int]:
    """Return the change that titles (their indexed tokens) make to the dictionary when they come (1) or go (-1)."""
    papers = Counter(chain.from_iterable(set(text.split()) for text in indexed))
    return {term: sign * many for term, many in papers.items() if term.isascii() or not _PAIRS.match(term)}


def _hints(term: str) -> str:
    """Return the tokens by which a term is found when it is mistyped or begun in the middle."""
    pieces = _pieces(term[1:])
    return " ".join([*pieces, *[f"_{form}" for form in _forms(term)]] if len(term) >= SHORTEST_TYPO else pieces)


def _pieces(word: str) -> list[str]:
    return [word[i : i + SHORTEST_PIECE] for i in range(len(word) - SHORTEST_PIECE + 1)]


def _forms(word: str) -> list[str]:
    """Return a word and what is left of it without one of its letters."""
    return [word, *[word[:i] + word[i + 1 :] for i in range(len(word))]]


def _hinted(connection: sqlite3.Connection, expression: str, most: int, of: Dictionary) -> list[tuple[str, int]]:
    return connection.execute(
        f"SELECT term, papers FROM {of.terms} WHERE id IN"
        f" (SELECT rowid FROM {of.hints} WHERE {of.hints} MATCH ? LIMIT ?)",
        (expression, most),
    ).fetchall()


def papers(connection: sqlite3.Connection, words: Iterable[str]) -> dict[str, int]:
    """Return in how many papers each of these words is; words in none are left out."""
    return dict(
        connection.execute(
            f"SELECT term, papers FROM {TITLES.terms} WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(list(words)),),
        )
    )


def standing(connection: sqlite3.Connection, words: Iterable[str]) -> dict[str, int]:
    """Return what `papers` does, and 0 for words that are in none but that others begin with."""
    rows = connection.execute(
        f"SELECT value, (SELECT papers FROM {TITLES.terms} WHERE term = value),"
        f" (SELECT term FROM {TITLES.terms} WHERE term >= value LIMIT 1) FROM json_each(?)",
        (json.dumps(list(words)),),
    )
    return {word: papers or 0 for word, papers, after in rows if after and after.startswith(word)}


def known(connection: sqlite3.Connection, term: str, of: Dictionary = TITLES) -> bool:
    """Tell whether a title has this word."""
    return connection.execute(f"SELECT 1 FROM {of.terms} WHERE term = ?", (term,)).fetchone() is not None


def begun(connection: sqlite3.Connection, start: str, of: Dictionary = TITLES) -> bool:
    """Tell whether a title has a word that begins like this."""
    row = connection.execute(f"SELECT term FROM {of.terms} WHERE term >= ? LIMIT 1", (start,)).fetchone()
    return row is not None and row[0].startswith(start)


def beginning(connection: sqlite3.Connection, start: str, of: Dictionary = TITLES) -> dict[str, int]:
    """Return the words that begin like this and in how many papers they are, of many those in most papers."""
    return dict(
        connection.execute(
            f"SELECT term, papers FROM {of.terms} WHERE term >= ? AND term < ? ORDER BY papers DESC LIMIT ?",
            (start, start + "\U0010ffff", MOST_BEGUN),
        )
    )


def containing(connection: sqlite3.Connection, piece: str, of: Dictionary = TITLES) -> list[str]:
    """Return words that hold this piece (of three letters or more) inside, the ones that it is most of first."""
    if len(piece) < SHORTEST_PIECE:
        return []
    rows = _hinted(connection, " AND ".join(map(quoted, _pieces(piece))), LOOKED_AT, of)
    found = sorted((len(term), -papers, term) for term, papers in rows if term.find(piece, 1) > 0)
    return [term for _, _, term in found[:MOST_CORRECTIONS]]


def corrections(connection: sqlite3.Connection, word: str, of: Dictionary = TITLES) -> list[str]:
    """Return the words closest to a mistyped one: a letter wrong, missing, added or swapped with the next.

    Two words that share a form with one letter left out are at most two such steps apart (Levenshtein's distance with
    swaps, "optimal string alignment"). Of the words found only the closest are returned.
    """
    if len(word) < SHORTEST_TYPO - 1:
        return []
    rows = _hinted(connection, " OR ".join(quoted(f"_{form}") for form in sorted(set(_forms(word)))), LOOKED_AT, of)
    return _closest(word, rows)


def distant(connection: sqlite3.Connection, word: str, of: Dictionary = TITLES) -> list[str]:
    """Return the closest words with two letters wrong; compares many words, so not for every keystroke."""
    if len(word) < SHORTEST_TYPO + 2 or not word.isascii():
        return []
    sizes = (OLDEST, len(word) - 2, len(word) + 2, FAR)
    oldest = f"SELECT term, papers FROM {of.terms} LIMIT ?"
    rows = connection.execute(f"SELECT term, papers FROM ({oldest}) WHERE length(term) BETWEEN ? AND ? LIMIT ?", sizes)
    return _closest(word, [*{*rows, *_hinted(connection, " OR ".join(map(quoted, _pieces(word))), FAR, of)}])


def _closest(word: str, rows: list[tuple[str, int]]) -> list[str]:
    allowed = 1 if len(word) <= SHORTEST_TYPO + 1 else 2
    found = [(OSA.distance(word, term, score_cutoff=allowed), -papers, term) for term, papers in rows if term != word]
    near = sorted(one for one in found if one[0] <= allowed)
    return [term for distance, _, term in near if distance == near[0][0]][:MOST_CORRECTIONS]


def splits(connection: sqlite3.Connection, word: str) -> list[tuple[str, str]]:
    """Return the ways to split a word into two words of titles ("longvideo")."""
    if len(word) < SHORTEST_TYPO or not word.isascii():
        return []
    halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
    held = standing(connection, (half for pair in halves for half in pair))
    return [(a, b) for a, b in halves if held.get(a) and b in held]
