import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.library import query


@given(st.text(), st.booleans())
def test_whatever_is_quoted_is_no_syntax(connection: sqlite3.Connection, typed: str, prefix: bool) -> None:
    expression = query.quoted(query.bindable(typed), prefix=prefix)
    connection.execute("SELECT rowid FROM titles WHERE titles MATCH ?", (expression,)).fetchall()


@pytest.mark.parametrize("typed", ['a" OR "movie', 'mov" *', "x\0movie"])
def test_nothing_quoted_ends_its_quotation(connection: sqlite3.Connection, typed: str) -> None:
    expression = query.quoted(typed)
    assert connection.execute("SELECT rowid FROM titles WHERE titles MATCH ?", (expression,)).fetchall() == []


def test_a_query_has_an_end() -> None:
    read = query.read("word " * 1000)
    assert len(read.text) <= query.LONGEST_QUERY
    assert len(read.words) <= query.MOST_WORDS
