"""The dictionary of titles: how many of its words are compared with a mistyped one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from digestbot.library import database, index, terms


def test_words_with_two_letters_wrong_are_looked_for_among_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few words have the length of a typed one, that is: all others are passed on the way."""
    path = tmp_path / "library.db"
    database.prepare(path)
    with closing(database.connect(path)) as connection:
        _fill(connection)
        assert terms.distant(connection, "abxdeygh") == ["abcdefgh"]
        monkeypatch.setattr(terms, "OLDEST", 2)
        assert terms.distant(connection, "abxdeygh") == []


def _fill(connection: sqlite3.Connection) -> None:
    index.add_titles(connection, [(1, "one two")])
    index.add_titles(connection, [(2, "abcdefgh")])
