"""The words of all titles, and those of all topics and keypoints: what a mistyped or half word could have meant."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from digestbot.library.query import quoted

SHORTEST_TYPO = 4
"""Letters of the shortest word that is corrected: of three letters, most are a typo away from another word."""

MOST_CORRECTIONS = 8


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The tables of one dictionary: its terms, what they have inside, and each without one of its letters."""

    terms: str
    pieces: str
    deletions: str


TITLES = Dictionary("terms", "pieces", "deletions")
NAMES = Dictionary("name_terms", "name_pieces", "name_deletions")
"""The words of topics and keypoints."""


def count(connection: sqlite3.Connection, changes: Mapping[str, int], of: Dictionary = TITLES) -> None:
    """Add to the number of papers (of topics and keypoints: tallies) that each term is in; one in none is forgotten."""
    held: dict[str, int] = dict(
        connection.execute(
            f"SELECT term, id FROM {of.terms} WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(list(changes)),),
        )
    )
    connection.executemany(
        f"UPDATE {of.terms} SET papers = papers + ? WHERE id = ?",
        [(changes[term], number) for term, number in held.items()],
    )
    _learn(connection, {term: papers for term, papers in changes.items() if term not in held}, of)
    _forget(connection, [(number, term) for term, number in held.items() if changes[term] < 0], of)


def _learn(connection: sqlite3.Connection, papers: Mapping[str, int], of: Dictionary) -> None:
    first: int = connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {of.terms}").fetchone()[0]
    terms = list(enumerate(papers, first))
    connection.executemany(
        f"INSERT INTO {of.terms} (id, term, papers) VALUES (?, ?, ?)", [(i, term, papers[term]) for i, term in terms]
    )
    connection.executemany(f"INSERT INTO {of.pieces} (rowid, term) VALUES (?, ?)", terms)
    connection.executemany(
        f"INSERT INTO {of.deletions} (deletion, term_id) VALUES (?, ?)",
        [(d, i) for i, term in terms for d in deletions(term)],
    )


def _forget(connection: sqlite3.Connection, changed: Iterable[tuple[int, str]], of: Dictionary) -> None:
    for number, term in changed:
        if connection.execute(f"DELETE FROM {of.terms} WHERE id = ? AND papers < 1", (number,)).rowcount:
            connection.execute(
                f"INSERT INTO {of.pieces} ({of.pieces}, rowid, term) VALUES ('delete', ?, ?)", (number, term)
            )
            connection.executemany(
                f"DELETE FROM {of.deletions} WHERE deletion = ? AND term_id = ?", [(d, number) for d in deletions(term)]
            )


def tally(indexed: Iterable[str], sign: int = 1) -> Counter[str]:
    """Return the change that titles (their indexed tokens) make to the dictionary when they come (1) or go (-1)."""
    changes: Counter[str] = Counter()
    for text in indexed:
        for term in set(text.split()):
            changes[term] += sign
    return changes


def deletions(term: str) -> set[str]:
    """Return a word and what is left of it without one of its letters; nothing for words that are not corrected."""
    if len(term) < SHORTEST_TYPO or not term[:1].isascii():
        return set()
    return _forms(term)


def _forms(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def known(connection: sqlite3.Connection, term: str, of: Dictionary = TITLES) -> bool:
    """Tell whether a title, or a name, has this word."""
    return connection.execute(f"SELECT 1 FROM {of.terms} WHERE term = ?", (term,)).fetchone() is not None


def begun(connection: sqlite3.Connection, start: str, of: Dictionary = TITLES) -> bool:
    """Tell whether a title, or a name, has a word that begins like this."""
    row = connection.execute(f"SELECT term FROM {of.terms} WHERE term >= ? LIMIT 1", (start,)).fetchone()
    return row is not None and row[0].startswith(start)


def containing(connection: sqlite3.Connection, piece: str, of: Dictionary = TITLES) -> list[str]:
    """Return words that hold this piece (of three letters or more) inside, the ones that it is most of first."""
    rows = connection.execute(
        f"SELECT term FROM {of.terms} WHERE id IN (SELECT rowid FROM {of.pieces} WHERE {of.pieces} MATCH ?)"
        " AND instr(term, ?) > 1"
        " ORDER BY length(term), papers DESC, term LIMIT ?",
        (quoted(piece), piece, MOST_CORRECTIONS),
    )
    return [term for (term,) in rows]


def corrections(connection: sqlite3.Connection, word: str, of: Dictionary = TITLES) -> list[str]:
    """Return the words closest to a mistyped one: a letter wrong, missing, added or swapped with the next.

    Two words that share a form with one letter left out are at most two such steps apart (Levenshtein's distance with
    swaps, "optimal string alignment"). Of the words found only the closest are returned.
    """
    if len(word) < SHORTEST_TYPO - 1:
        return []
    forms = sorted(_forms(word))
    marks = ", ".join("?" * len(forms))
    rows = connection.execute(
        f"SELECT DISTINCT term, papers FROM {of.deletions} JOIN {of.terms} ON id = term_id WHERE deletion IN ({marks})",
        forms,
    ).fetchall()
    return _closest(word, rows)


def distant(connection: sqlite3.Connection, word: str) -> list[str]:
    """Return the closest words with two letters wrong; reads the whole dictionary, so not for every keystroke."""
    if len(word) < SHORTEST_TYPO + 2 or not word.isascii():
        return []
    sizes = (len(word) - 2, len(word) + 2)
    rows = connection.execute("SELECT term, papers FROM terms WHERE length(term) BETWEEN ? AND ?", sizes).fetchall()
    return _closest(word, rows)


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
    return [(a, b) for a, b in halves if known(connection, a) and begun(connection, b)]
