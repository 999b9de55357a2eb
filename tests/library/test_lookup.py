"""Titles and names looked up in the query language: phrases, -excluded words, filters, and what is half typed."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestbot.library import database, folding, lookup, query, rows, store, titles
from digestbot.library.names import tallies
from digestbot.library.texts import results
from digestbot.models import Entry, Location, Paper, Sighting, StoredNote
from digestbot.sources import documents, read_files, ruled

NAMES = tallies.Names.of({"Diffusion": ["扩散模型"]})
NOTES = Path(__file__).parents[2] / "notes"
SIGNED = (
    "Topic: A Framework for Words",
    "Period: 2024 in Review",
    "Has: Code without Tears -after all",
    '"Why Should I Trust You?": Explaining Any Classifier',
    "Why Should Anyone Trust Models",
)
"""Titles with signs that mean something in a query."""
LOOKS: Mapping[str, Callable[..., list[int]]] = {"find": lookup.find, "suggest": lookup.suggest}
UNFINISHED = ("-", " －", "period:", "-topic:", "会议：", "has: ", 'venue:"', '"')


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The sample notes, and titles with signs."""
    path = tmp_path_factory.mktemp("library") / "library.db"
    database.prepare(path)
    notes = [
        StoredNote(n.file, "d", tuple(Sighting(e, None) for e in n.entries))
        for n in read_files(ruled((d.file for d in documents(NOTES)), ()))
    ]
    signed = [
        Entry(title=title, source=Location("signed.md", line), topics=(title,)) for line, title in enumerate(SIGNED)
    ]
    with closing(database.connect(path)) as opened:
        store.put(
            opened, NAMES, "notes", [*notes, StoredNote("signed.md", "d", tuple(Sighting(e, None) for e in signed))]
        )
        yield opened


def _titles(connection: sqlite3.Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT id, title FROM papers ORDER BY id"))


def _found(connection: sqlite3.Connection, typed: str) -> list[str]:
    every = _titles(connection)
    return [every[number] for number in lookup.find(connection, NAMES, typed, 25)]


@pytest.mark.parametrize("title", SIGNED)
def test_a_title_with_signs_is_a_title(connection: sqlite3.Connection, title: str) -> None:
    for typed in (title, title.upper(), f" {title.replace(' ', '  ')} ", title.replace(":", "：")):
        assert _found(connection, typed) == [title]
        assert results.search(connection, NAMES, typed, "", 5, 70).hits[0].paper.title == title
    every = _titles(connection)
    for length in range(6, len(title) + 1):
        first = every[lookup.suggest(connection, NAMES, title[:length], 25)[0]]
        assert folding.joined(first).startswith(folding.joined(title[:6])), title[:length]


def test_what_a_title_only_has_without_its_signs_is_a_query(connection: sqlite3.Connection) -> None:
    """Attention Is All You Need has all letters of the first one too."""
    assert not _found(connection, "Attention is all you -need")
    assert "Explaining Any Classifier" not in str(_found(connection, '"trust models"'))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("end", UNFINISHED)
def test_what_is_half_typed_takes_no_paper_away(connection: sqlite3.Connection, look: str, end: str) -> None:
    for typed in ("MovieChat", "diffusion", "diffusion period:2024", "long vid"):
        expected = LOOKS[look](connection, NAMES, typed, 25)
        assert LOOKS[look](connection, NAMES, f"{typed} {end}", 25) == expected, typed


@pytest.mark.parametrize(
    "whole",
    ["memory period:2024-04..2024-07", "diffusion has:code", 'dream venue:"CVPR 2023"', "mem topic:Long -bench"],
)
def test_choices_stay_while_a_filter_is_typed(connection: sqlite3.Connection, whole: str) -> None:
    wanted = set(lookup.suggest(connection, NAMES, whole, 25))
    assert wanted
    for length in range(whole.index(":") + 1, len(whole)):
        assert wanted <= set(lookup.suggest(connection, NAMES, whole[:length], 25)), whole[:length]


ASKED: Mapping[str, Callable[[Paper], bool]] = {
    "has:code": lambda p: any(link.kind == "code" for link in p.links),
    "-has:code": lambda p: all(link.kind != "code" for link in p.links),
    "has:p": lambda p: any(link.kind.startswith("p") for link in p.links),
    "period:2024": lambda p: (p.period or p.published or "").startswith("2024"),
    "-period:2024": lambda p: not (p.period or p.published or "").startswith("2024"),
    "period:2023-0": lambda p: (p.period or p.published or "").startswith("2023-0"),
    "period:..2023": lambda p: "" < (p.period or p.published or "") < "2024",
    "venue:CVPR": lambda p: " cvpr" in f" {folding.fold(p.venue or '')}",
    "-venue:CVPR": lambda p: " cvpr" not in f" {folding.fold(p.venue or '')}",
    "topic:Diffusion": lambda p: "Diffusion" in p.topics,
    "-主题：扩散模型": lambda p: "Diffusion" not in p.topics,
    "source:reading": lambda p: any("reading" in e.source.file for e in p.entries),
    '"diffusion models"': lambda p: " diffusion models " in f" {folding.tokens(folding.fold(p.title))} ",
    "-models": lambda p: "models" not in folding.tokens(folding.fold(p.title)).split(),
    '-"language models"': lambda p: " language models " not in f" {folding.tokens(folding.fold(p.title))} ",
}
WORDS = ("", "diffusion", "difusion", "video", "MovieChat", "MovieChta", "attention", "mem", "long video", "models")


@settings(max_examples=300)
@given(
    words=st.sampled_from(WORDS), asked=st.lists(st.sampled_from(sorted(ASKED)), min_size=1, max_size=3, unique=True)
)
def test_no_paper_is_found_that_does_not_fit(connection: sqlite3.Connection, words: str, asked: list[str]) -> None:
    if not words and all(one.startswith(("-m", '-"')) for one in asked):
        return  # a query that only excludes is taken as words
    kinds = [one.lstrip("-").partition(":")[0] for one in asked if ":" in one and one[0] != "-"]
    fits = [ASKED[one] for one in asked if kinds.count(one.partition(":")[0]) < 2]
    typed = " ".join([words, *asked])
    for look in LOOKS.values():
        for paper in rows.load(connection, look(connection, NAMES, typed, 25)):
            assert all(fit(paper) for fit in fits), typed


@pytest.mark.parametrize("asked", [one for one in ASKED if one[0] != '"'])
def test_every_paper_that_fits_is_found(connection: sqlite3.Connection, asked: str) -> None:
    """Words that are not typed leave nothing out, and a word leaves those with it in their titles."""
    for words in ("", "diffusion", "video"):
        papers = rows.load(connection, list(_titles(connection)))
        had = [p for p in papers if words in folding.tokens(folding.fold(p.title)).split() or not words]
        if not words and asked.endswith(("models", '"')):
            continue  # a query that only excludes is taken as words
        found = rows.load(connection, lookup.find(connection, NAMES, f"{words} {asked}", 1000))
        assert {p.key for p in had if ASKED[asked](p)} <= {p.key for p in found}, words


queries_ = st.lists(st.sampled_from([*WORDS, *ASKED, *UNFINISHED, "-", ":", "“", "movie chat", "扩散"]), max_size=5)


@settings(max_examples=300)
@given(typed=queries_.map(" ".join))
@example(typed='"diffusion models" has:code')
def test_the_first_choice_is_the_first_answer(connection: sqlite3.Connection, typed: str) -> None:
    answers, choices = (look(connection, NAMES, typed, 25) for look in LOOKS.values())
    assert not answers or not choices or answers[0] == choices[0], typed
    if query.parse(typed).limits:
        assert choices[: len(answers)] == answers, typed


def test_exact_titles_and_names_are_meant_alone_also_within_limits(connection: sqlite3.Connection) -> None:
    whole = "Scalable Diffusion Models with Transformers"
    assert _found(connection, f"{whole} -gans") == [whole]
    assert _found(connection, f'"{whole}"') == [whole]
    assert [title[:7] for title in _found(connection, "mamba -gans")] == ["Mamba: "]


def test_without_limits_titles_are_found_as_ever(connection: sqlite3.Connection) -> None:
    for typed in ("MovieChta", "difusion", "movie chat", "long vid", "fusion"):
        assert lookup.find(connection, NAMES, typed, 25) == titles.find(connection, typed, 25)
        assert lookup.suggest(connection, NAMES, typed, 25) == titles.suggest(connection, typed, 25)


def test_the_nearest_titles_are_those_of_the_words(connection: sqlite3.Connection) -> None:
    every = _titles(connection)
    near = lookup.nearest(connection, "MovieChat period:1999 -gans has:code", 3)
    assert every[near[0]].startswith("MovieChat")
    assert lookup.nearest(connection, "period:1999", 3) == lookup.newest(connection, 3)


def _names(connection: sqlite3.Connection, typed: str, limit: int = 25) -> list[str]:
    return [tally.name for tally in lookup.matching(connection, "keypoint", NAMES, typed, limit)]


def test_keypoints_are_offered_by_the_words_of_their_names(connection: sqlite3.Connection) -> None:
    assert _names(connection, "token") == ["Token budget", "Token merging", "Context token"]
    assert _names(connection, "token period:2024 has:") == _names(connection, "token")
    assert _names(connection, "token -merging has:code") == ["Token budget", "Context token"]
    assert _names(connection, "token -merging", 1) == ["Token budget"]
    assert _names(connection, '"context token"') == _names(connection, '"token" context') == ["Context token"]
    assert _names(connection, '"token context"') == []
    assert _names(connection, "period:2024", 5) == _names(connection, "", 5)
    assert _names(connection, '"diffusions"') == ["Diffusion"]


def test_a_topic_is_named_by_its_words_or_with_signs_letter_for_letter(connection: sqlite3.Connection) -> None:
    def named(typed: str) -> str | None:
        tally = lookup.named(connection, "topic", NAMES, typed)
        return tally.name if tally else None

    assert (
        named("diffusion") == named('"diffusion"') == named("diffusion period:") == named("扩散模型 -") == "Diffusion"
    )
    assert named("diffusion period:2024") is None
    assert named("long -video") is None
    assert named("Period: 2024 in Review") == "Period: 2024 in Review"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Diffusion period:2024", "topic:Diffusion period:2024"),
        ("long video -survey has:code", '-survey topic:"long video" has:code'),
        ("has:code", "has:code"),
        ("“long video” period:2024", 'topic:"long video" period:2024'),
    ],
)
def test_what_narrows_a_topic_is_a_search_within_it(typed: str, written: str) -> None:
    assert query.parse(typed).within("topic").written == written
