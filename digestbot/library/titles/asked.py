"""A text that was typed to find titles, asked of one state of the library: what all stages of look-up share."""

import json
import sqlite3
from collections.abc import Iterable
from functools import cached_property

from digestbot.library import query as queries
from digestbot.library import terms
from digestbot.library.folding import Word

CANDIDATES = 100
"""Titles that one question to the index brings at most: the newest, which are the likeliest to be asked for."""

PREFIX = 4
"""Letters of the longest beginning of a word that FTS5 has lists for (schema.sql); a longer one becomes its words."""

SURE = 3
"""Words of which the last may be half, and still all of them in one title are no accident."""


class Asked:
    """A typed text, and what the library knows of it; each is looked up when a stage first needs it."""

    def __init__(self, connection: sqlite3.Connection, text: str) -> None:
        self.connection = connection
        self.query = queries.read(text)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that were typed."""
        return self.query.words

    @property
    def joined(self) -> str:
        """The letters that were typed, without what stands between them."""
        return self.query.joined

    @cached_property
    def latin(self) -> list[str]:
        """The typed words that the dictionary of terms may know: all but runs of CJK characters."""
        return [word.text for word in self.words if not word.cjk]

    @cached_property
    def standing(self) -> dict[str, int]:
        """In how many titles each Latin word is; 0 if others begin with it; words that begin none are left out."""
        return terms.standing(self.connection, self.latin)

    def decided(self, *, half: bool) -> bool:
        """Tell whether a title with all words is what was meant; of two words only if none may be `half`."""
        return len(self.words) >= SURE or (len(self.words) > 1 and not half and all(map(self.standing.get, self.latin)))

    def begun(self, word: Word) -> bool:
        """Tell whether the word of a title may begin like this one; pairs of CJK characters are in no dictionary."""
        return word.cjk or word.text in self.standing

    def match(self, expression: str, most: int = CANDIDATES, *, since: int = 0) -> list[int]:
        """Return the newest papers whose titles match, none with a row id below `since`."""
        rows = self.connection.execute(
            "SELECT rowid FROM titles WHERE titles MATCH ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?",
            (expression, since, most),
        )
        return [number for (number,) in rows]

    def titles(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the titles of these papers."""
        return load(self.connection, numbers)

    def beginnings(self, word: Word) -> list[str]:
        """Return the expressions of which one holds where a word begins like this one."""
        if word.cjk or len(word.text) <= PREFIX:
            return [queries.word(word, prefix=not word.cjk)]
        longer = terms.beginning(self.connection, word.text)
        return [queries.quoted(term) for term in longer] or [queries.word(word)]


def load(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """Return the titles of these papers."""
    listed = list(numbers)
    if not listed:
        return {}
    return dict(
        connection.execute(
            "SELECT id, title FROM papers WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(listed),)
        )
    )


def every(groups: Iterable[Iterable[str]]) -> str:
    """Return the expression for titles that match something of each group."""
    return " AND ".join(f"({' OR '.join(group)})" for group in groups)
