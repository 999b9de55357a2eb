"""What holds for any text that is looked up: it is no error, and how it is typed makes no difference."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from digestbot.library import database, folding, lookup, query, store, titles
from digestbot.library.names import tallies
from digestbot.library.texts import results
from digestbot.library.titles import starts
from digestbot.models import Sighting, StoredNote
from digestbot.sources import documents, read_files, ruled

NAMES = tallies.Names.of({"Diffusion": ["扩散模型"]})
NOTES = [Path(__file__).parents[2] / "notes", Path(__file__).parent / "ranking" / "chinese.md"]
# fmt: off
OPERATORS = ("AND", "OR", "NOT", "NEAR", "NEAR(a b, 2)", "*", "^", ":", "-", "+", '"','""', "'", "(", ")", "{",
             "}", ",", ";", "/*", "--", "%")
ODD = ("\0", "\ud800", "\udfff", "\u202e", "\u2066", "\u200d", "🎬", "👩\u200d🔬", "e\u0301", "İ", "ß", "\ufb01",
       "…", "；")
WORDS = ("-topic:LLM", "主题：扩散", 'venue:"CVPR', "has:code", "source:md", "period:2024..",
         "movie", "MovieChat", "diffusion", "扩散", "模型", "title", "rowid", "topic:", "period:2024-04", "-video")
# fmt: on


def _repeated(one: str, length: int) -> str:
    return (one * length)[:length]


any_text = st.text(st.characters(codec=None), max_size=60)
"""Halves of surrogate pairs too, which Discord's JSON may hold."""
operators = st.builds(
    str.join, st.sampled_from(("", " ")), st.lists(st.sampled_from((*OPERATORS, *ODD, *WORDS)), max_size=12)
)
long_text = st.builds(_repeated, st.text(min_size=1, max_size=8), st.integers(5_000, 6_000))
typed_text: st.SearchStrategy[str] = any_text | operators | long_text


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("library") / "library.db"
    database.prepare(path)
    notes = [note for folder in NOTES for note in read_files(ruled((d.file for d in documents(folder)), ()))]
    stored = [StoredNote(n.file, n.file, tuple(Sighting(entry, None) for entry in n.entries)) for n in notes]
    with closing(database.connect(path)) as opened:
        store.put(opened, NAMES, "notes", stored)
        yield opened


def _titles(connection: sqlite3.Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT id, title FROM papers ORDER BY id"))


@settings(max_examples=150)
@given(typed=typed_text)
@example(typed="a" * 6_000)
@example(typed="NEAR(" * 1_000)
@example(typed='"' * 5_999)
@example(typed="扩" * 6_000)
@example(typed="venue:- has: -period:2 x")
@example(typed="\ud800" * 6_000)
def test_any_text_may_be_asked_for_papers(connection: sqlite3.Connection, typed: str) -> None:
    every = _titles(connection)
    for found in (lookup.find(connection, NAMES, typed, 5), lookup.suggest(connection, NAMES, typed, 5)):
        assert len(found) == len(set(found)) <= 5
        assert every.keys() >= set(found)
    assert len(set(lookup.nearest(connection, typed, 5))) == 5


@settings(max_examples=150)
@given(typed=typed_text, kind=st.sampled_from(("topic", "keypoint")))
@example(typed="NEAR(" * 1_000, kind="topic")
@example(typed="\ud800" * 6_000, kind="keypoint")
def test_any_text_may_be_asked_for_topics_and_keypoints(
    connection: sqlite3.Connection, typed: str, kind: tallies.Kind
) -> None:
    found = lookup.matching(connection, kind, NAMES, typed, 5)
    assert len({tally.key for tally in found}) == len(found) <= 5
    named = lookup.named(connection, kind, NAMES, typed)
    assert named is None or named.count > 0
    results.search(connection, NAMES, query.parse(typed).within(kind).written, "", 5, 100)


@settings(max_examples=150)
@given(typed=typed_text)
@example(typed="-" * 6_000)
@example(typed="NEAR(" * 1_000)
@example(typed='"\ud800" -"\0"')
def test_any_text_may_be_searched_for(connection: sqlite3.Connection, typed: str) -> None:
    found = results.search(connection, NAMES, typed, "", 5, 100)
    assert len(found.hits) == min(found.total, 5)
    for hit in found.hits:
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.marks)


@given(typed=typed_text)
def test_folding_twice_is_folding_once(typed: str) -> None:
    folded = folding.fold(typed)
    assert folding.fold(folded) == folded
    assert [w.text for w in folding.words(folded)] == [w.text for w in folding.words(typed)]


SHORTEST_NAME = 6
GAPS = ("", " ", "  ", "\u00a0", "\u3000", "\t", "\n", "\u2009", "\u200b")
SIGNS = ("", "", "", ".", ",", "!", "?", ":", "：", "，", "。", "“", "”", "(", ")", "《", "》", "*")
HYPHENS = ("-", "\u2010", "\u2011", "\u2013", "\u2212", "_")


def _wide(character: str) -> str:
    """Return the full-width form that a Chinese input method gives a sign of ASCII."""
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else "\u3000" if character == " " else character


def _retyped(draw: st.DrawFn, title: str) -> str:
    """Return a title as someone else may type it: case, width, spaces between words, signs at words' ends."""
    case = draw(st.sampled_from((str.upper, str.lower, str.title, str.swapcase, str)))
    wide = draw(st.booleans())
    hyphen = draw(st.sampled_from(HYPHENS))
    gap = st.sampled_from(GAPS[1:])
    words = [word + draw(st.sampled_from(SIGNS)) for word in case(title).replace("-", hyphen).split()]
    typed = "".join(draw(gap) + word for word in words) + draw(st.sampled_from(GAPS))
    return "".join(map(_wide, typed)) if wide else typed


@settings(max_examples=400)
@given(data=st.data())
def test_a_title_is_found_first_however_it_is_typed(connection: sqlite3.Connection, data: st.DataObject) -> None:
    number, title = data.draw(st.sampled_from(list(_titles(connection).items())))
    typed = data.draw(st.composite(_retyped)(title))
    assert titles.find(connection, typed, 5) == [number], typed
    assert titles.suggest(connection, typed, 5)[0] == number, typed


def test_each_title_is_found_as_printed_and_suggested_first(connection: sqlite3.Connection) -> None:
    for number, title in _titles(connection).items():
        for typed in (title, title.replace(" ", ""), unicodedata.normalize("NFD", title)):
            assert titles.find(connection, typed, 5) == [number]
            assert titles.suggest(connection, typed, 5)[0] == number


@settings(max_examples=150)
@given(data=st.data())
def test_case_width_and_spaces_make_no_difference(connection: sqlite3.Connection, data: st.DataObject) -> None:
    words = sorted({word for title in _titles(connection).values() for word in title.split()})
    typed = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=4)))
    other = data.draw(st.sampled_from((typed.upper(), typed.lower(), f" {typed.replace(' ', '  ')} ")))
    other = "".join(map(_wide, other)) if data.draw(st.booleans()) else other
    assume(other != typed)
    for look in (titles.find, titles.suggest, titles.nearest):
        assert look(connection, other, 5) == look(connection, typed, 5), (look.__name__, typed, other)


def test_each_start_of_a_title_finds_it_before_what_begins_otherwise(connection: sqlite3.Connection) -> None:
    every = _titles(connection)
    for number, title in every.items():
        for typed in {title[:length].strip() for length in range(6, 19)}:
            for look in (titles.find, titles.suggest):
                found = look(connection, typed, 25)
                assert number in found, typed
                assert all(every[n].casefold().startswith(typed.casefold()) for n in found[: found.index(number)]), (
                    typed
                )


def _mistyped(name: str) -> Iterator[str]:
    """Yield a name with one letter left out, doubled, or swapped with the next, the first letter too."""
    for at, letter in enumerate(name):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + letter + name[at:]
        yield name[:at] + name[at + 1 : at + 2] + letter + name[at + 2 :]


def test_each_slip_in_a_name_finds_its_title(connection: sqlite3.Connection) -> None:
    """Shorter names have slips that are pieces of other words: "DAT" stands in "elucidating"."""
    for number, title in _titles(connection).items():
        name = starts.named(title)
        for typed in _mistyped(name) if name.isascii() and len(name) >= SHORTEST_NAME else ():
            assert titles.find(connection, typed, 5)[:1] == [number], typed
            assert titles.suggest(connection, typed, 5)[:1] == [number], typed
