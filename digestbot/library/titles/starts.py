"""Exact titles, names before the colon, beginnings and initials: one index of what titles start with.

Each title has up to three rows in it: its first letters, its name, and the initials of its words.
"""

import sqlite3
from collections.abc import Iterable

from digestbot.library import folding
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.query import Query
from digestbot.library.titles.asked import CANDIDATES, PREFIX, Asked, load

START = 24
"""Characters of a title's start that are kept."""

SHORTEST_START = 6
"""Characters from which on a query is likelier the start of a title than a word in one."""

MOST_STARTS = 500
"""Titles with one start that are looked at (0.1 ms); where there are more, the index of words gives the newest."""

SOME = 25
"""Titles that are few enough to be read once more for their order."""

INITIALS = range(3, 9)
"""Letters that initials have: two are too few to be told from a word, and nobody uses nine."""

_LAST = "\U0010ffff"


def of(title: str, folded: str, words: str) -> list[str]:
    """Return what a title, folded and its tokens, is found by: its first letters, its name and its initials."""
    found = [(folding.letters(folded) or folding.joined(title))[:START]]
    first = ""
    if name := named(title):
        folded_name = folding.fold(name)
        found.append(_name_key(folding.letters(folded_name) or folding.joined(name)))
        first = _first_letters(folding.tokens(folded_name))
    letters = _initials(first, _first_letters(words))
    return [*found, f"~{letters}"] if len(letters) >= INITIALS.start else found


def named(title: str) -> str:
    """Return the name that a title begins with ("MovieChat: From Dense…"), "" if there is none."""
    name, colon, _ = title.replace("：", ":").partition(":")
    return name.strip() if colon else ""


def _name_key(joined: str) -> str:
    """Return what the titles with a name have in the index."""
    return f"{joined[: folding.LONGEST_TOKEN]}:"


def _initials(first: str, both: str) -> str:
    """Return the initials of a title's words, a colon after the first, which are those of its name.

    A name of one word has none: "LoRA: Low-Rank Adaptation…" goes by the initials of what follows.
    """
    rest = both[len(first) :]
    return (f"{first}:{rest}" if len(first) > 1 else rest)[: INITIALS.stop - 1]


def _first_letters(words: str) -> str:
    every = words.split()
    return "".join([word[0] for word in (every if words.isascii() else filter(str.isascii, every))])


def titled(connection: sqlite3.Connection, query: Query) -> dict[int, str]:
    """Return the papers that have this title but for its signs, and their titles."""
    shown = load(connection, _at(connection, query.joined[:START])) if query.joined else {}
    return {number: title for number, title in shown.items() if folding.joined(title) == query.joined}


def with_name(connection: sqlite3.Connection, query: Query) -> dict[int, str]:
    """Return the papers that have this name before the colon but for its signs, and their titles."""
    return load(connection, _at(connection, _name_key(query.joined))) if query.joined else {}


def _at(connection: sqlite3.Connection, start: str) -> list[int]:
    return [number for (number,) in connection.execute("SELECT paper_id FROM starts WHERE start = ?", (start,))]


def exactly(asked: Asked) -> list[int]:
    """Return the papers with this very title."""
    alike = titled(asked.connection, asked.query)
    strict = [number for number, title in alike.items() if folding.strict(title) == asked.query.strict]
    return sorted(strict or alike, reverse=True)


def by_name(asked: Asked) -> list[int]:
    """Return the papers with this very name before the colon."""
    alike = with_name(asked.connection, asked.query)
    strict = [number for number, title in alike.items() if folding.strict(named(title)) == asked.query.strict]
    return sorted(strict or alike, reverse=True)[:CANDIDATES]


def begun(asked: Asked) -> list[int]:
    """Return the papers whose titles begin with what was typed, letter by letter, the newest first."""
    if not asked.words:
        return []
    rows = _from(asked.connection, asked.joined[:START])
    if len(rows) == MOST_STARTS:
        *whole, last = asked.words
        cut = Word(last.text if last.cjk else last.text[:PREFIX], last.cjk)
        return _beginning(asked, asked.match(f"words : ^ {queries.phrase((*whole, cut), prefix=True)}"))
    hits = sorted({number for _, number in rows}, reverse=True)[:CANDIDATES]
    return _beginning(asked, hits) if len(asked.joined) > START else hits


def _from(connection: sqlite3.Connection, start: str, most: int = MOST_STARTS) -> list[tuple[str, int]]:
    return connection.execute(
        "SELECT start, paper_id FROM starts WHERE start >= ? AND start < ? LIMIT ?", (start, start + _LAST, most)
    ).fetchall()


def some(connection: sqlite3.Connection, text: str, most: int) -> Iterable[str]:
    """Return titles, so many at most, that begin with the same letters as a text."""
    rows = _from(connection, folding.joined(text)[:START], most)
    return load(connection, {number for _, number in rows}).values()


def _beginning(asked: Asked, hits: list[int]) -> list[int]:
    shown = asked.titles(hits)
    return [hit for hit in hits if folding.joined(shown[hit]).startswith(asked.joined)]


def likely(asked: Asked) -> list[int]:
    """Return the titles that begin with these words, not with others of the same letters, the last perhaps half."""
    if len(asked.joined) < SHORTEST_START:
        return []
    hits = begun(asked)
    if len(asked.words) < 2 or not hits:
        return hits
    typed = " ".join(token for word in asked.words[:-1] for token in word.tokens)
    shown = asked.titles(hits[:SOME])
    return [hit for hit in hits[:SOME] if folding.tokens(folding.fold(shown[hit])).startswith(f"{typed} ")]


def begun_first(asked: Asked, *lists: list[int]) -> list[int]:
    """Join lists, each with the titles first that begin with a query too short to ask for beginnings alone."""
    if len(asked.joined) >= SHORTEST_START or sum(map(len, lists)) < 2:
        return [hit for hits in lists for hit in hits]
    rows = _from(asked.connection, asked.joined)
    few = len(rows) < MOST_STARTS
    first = {number for _, number in rows} if few else set(_beginning(asked, [hit for hits in lists for hit in hits]))
    return [hit for hits in lists for hit in sorted(hits, key=lambda hit: hit not in first)]


def initials(asked: Asked) -> list[int]:
    """Return the titles whose words have these initials; those of all words, or of a name's, come first."""
    typed = asked.joined
    shouted = sum(letter.isupper() for letter in asked.query.text) > 1
    if len(asked.words) != 1 or not (shouted or not asked.begun(asked.words[0])):
        return []
    if len(typed) not in INITIALS or not (typed.isascii() and typed.isalpha()):
        return []
    rows = _from(asked.connection, f"~{typed}")
    ranked = sorted((start[len(typed) + 1 :][:1] not in ("", ":"), -number) for start, number in rows)
    return [-number for _, number in ranked][:CANDIDATES]
