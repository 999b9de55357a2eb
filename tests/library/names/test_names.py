"""Which topics and keypoints come, in which order and how many, where more than one may be meant."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from digestbot.library import database, store
from digestbot.library.names import spelling, tallies
from digestbot.models import Entry, Location, Sighting, StoredNote

Counts = Mapping[str, int] | Sequence[str]
Fill = Callable[..., sqlite3.Connection]
TOPIC: tallies.Kind = "topic"
KEYPOINT: tallies.Kind = "keypoint"


@pytest.fixture
def fill(tmp_path: Path) -> Iterator[Fill]:
    """Make a library with so many papers of each topic, and others of each keypoint."""
    with ExitStack() as stack:

        def make(
            topics: Counts = (), keypoints: Counts = (), aliases: Mapping[str, Sequence[str]] | None = None
        ) -> sqlite3.Connection:
            path = tmp_path / "library.db"
            database.prepare(path)
            connection = stack.enter_context(closing(database.connect(path)))
            connection.execute("PRAGMA foreign_keys = ON")
            labels: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
                *(((name,), ()) for name in _each(topics)),
                *(((), (name,)) for name in _each(keypoints)),
            ]
            entries = [
                Entry(title=f"Paper {n}", topics=filed, keypoints=points, source=Location("a.md", n))
                for n, (filed, points) in enumerate(labels)
            ]
            noted = StoredNote("a.md", "d", tuple(Sighting(entry, None) for entry in entries))
            store.put(connection, tallies.Names.of(aliases or {}), "notes", [noted])
            return connection

        yield make


def _each(names: Counts) -> Iterator[str]:
    for name, papers in names.items() if isinstance(names, Mapping) else dict.fromkeys(names, 1).items():
        yield from [name] * papers


def found(connection: sqlite3.Connection, typed: str, limit: int | None = 25) -> list[str]:
    return [tally.name for tally in tallies.matching(connection, TOPIC, tallies.Names(), typed, limit)]


def named(connection: sqlite3.Connection, typed: str, kind: tallies.Kind = TOPIC) -> tuple[str, int] | None:
    tally = tallies.one(connection, kind, tallies.Names(), typed)
    return (tally.name, tally.count) if tally else None


ORDERS: tuple[tuple[Mapping[str, int], str, Sequence[str], str], ...] = (
    ({"Scoreboard": 3, "Score matching": 1}, "score", ["Score matching", "Scoreboard"], "a whole word goes first"),
    (
        {"扩散策略 network": 3, "扩散策略 net": 1},
        "扩散 net",
        ["扩散策略 net", "扩散策略 network"],
        "also beside Chinese",
    ),
    (
        {"Large Vision Units": 1, "Long Video Understanding": 2},
        "lvu",
        ["Long Video Understanding", "Large Vision Units"],
        "of two with these initials the one with more papers",
    ),
    ({"Grida": 1, "Gridb": 2}, "gridx", ["Gridb", "Grida"], "of two as much alike the one with more papers"),
    ({"B": 1, "A": 1, "C": 2}, "", ["C", "A", "B"], "all: by papers, then by name"),
    (
        {"Attention crosswise": 2, "Cross attention": 1},
        "cros",
        ["Cross attention", "Attention crosswise"],
        "half a word that ends like a plural begins it",
    ),
    (
        {"Crow crossing": 2, "Cross attention": 1},
        "cros",
        ["Cross attention", "Crow crossing"],
        "what has half a word further on does not begin with it",
    ),
    (
        {"Tokenizer token x": 2, "Token budget": 1},
        "tokens",
        ["Token budget", "Tokenizer token x"],
        "what has the word further on does not begin with its plural",
    ),
    (
        {"New 扩散 Token": 2, "扩散 Token budget": 1},
        "扩散 tokens",
        ["扩散 Token budget", "New 扩散 Token"],
        "a plural after Chinese keeps the order of its singular",
    ),
    (
        {f"{'c' * 30} {'a' * 30} {'b' * 30}": 2, f"{'a' * 30} {'b' * 30} {'c' * 30}": 1},
        f"{'a' * 30} {'b' * 30} ccccc",
        [f"{'a' * 30} {'b' * 30} {'c' * 30}", f"{'c' * 30} {'a' * 30} {'b' * 30}"],
        "longer than a token",
    ),
    ({"Net speed": 1, "Network speed test": 3}, "net speed", ["Net speed"], "a word that is known is not half a word"),
    (
        {"Net speed": 1, "Speed of networks": 3},
        "speed net",
        ["Net speed", "Speed of networks"],
        "unless it is the last",
    ),
    ({"Farmer": 3, "Transformers": 1}, "former", ["Transformers"], "a piece of a word goes before a word like it"),
    ({"Video Zebra": 3, "Video Transformers": 1}, "video former", ["Video Transformers"], "a word and a piece of one"),
    ({"Video Zebra": 3, "Video Transformers": 1}, "video trnasformer", ["Video Transformers"], "a word and a typo"),
    (
        {"一二三四五六视频七八九十": 1, "视觉": 1},
        "视频",
        ["一二三四五六视频七八九十"],
        "two characters inside a long run",
    ),
    ({"新长视频理想": 2, "新长视频理解": 1}, "长视频理解", ["新长视频理解"], "all characters of a run count"),
    (
        {"A long name that speaks of prompting": 1},
        "prompts",
        ["A long name that speaks of prompting"],
        "the plural of half a word",
    ),
    (
        {"Cro magnon": 1, "New cross attention": 1},
        "cros",
        ["Cro magnon", "New cross attention"],
        "a plural, then half a word",
    ),
    ({"★★★": 1}, "★", ["★★★"], "signs are names where there are no letters"),
    ({"Evaluation": 1}, "evaluator", ["Evaluation"], "another ending"),
    ({"Evaluation of very large models": 1}, "evaluator", [], "only where the whole is alike"),
    ({"Text-to-Image Generation": 1}, "t2i", ["Text-to-Image Generation"], "the initials of its first words"),
    ({"3D Gaussian Splatting": 1}, "3dgs", ["3D Gaussian Splatting"], "3D is said as it is written"),
    ({"Video Agents": 1}, "va", ["Video Agents"], "an acronym of two letters"),
    ({"Video Agents and Tools": 1}, "va", [], "of which the first words do not make it"),
    (
        {"VA": 1, "Video Agents and Tools": 1},
        "video agents",
        ["Video Agents and Tools"],
        "two letters stand for too much to be added",
    ),
    ({"RAG": 1, "Retrieval": 1}, "retrieval augmented generation", ["RAG"], "the acronym that the words make"),
)


@pytest.mark.parametrize(("topics", "typed", "expected", "why"), ORDERS, ids=[one[3] for one in ORDERS])
def test_what_may_be_meant_and_in_which_order(
    fill: Fill, topics: Mapping[str, int], typed: str, expected: Sequence[str], why: str
) -> None:
    assert found(fill(topics), typed) == expected, why


def test_those_with_most_papers_come_of_more_than_are_compared(fill: Fill) -> None:
    often = {f"net often {papers}": papers for papers in range(9, 1, -1)}
    connection = fill({**often, **{f"net {n:03}": 1 for n in range(150)}})
    assert found(connection, "net", 5) == list(often)[:5]
    assert found(connection, "net", 9)[:8] == list(often)
    assert len(found(connection, "net", None)) == tallies.CANDIDATES
    assert len(found(connection, "", None)) == 158


@pytest.mark.parametrize(
    ("word", "plural"),
    [("box", "boxes"), ("batch", "batches"), ("mesh", "meshes"), ("policy", "policies"), ("cookie", "cookies")],
)
def test_a_plural_is_one_with_its_word(word: str, plural: str) -> None:
    assert spelling.singular(plural) == spelling.singular(word) == word


@pytest.mark.parametrize("word", ["virus", "series", "species", "atlas", "canvas", "chaos", "news", "gas", "loss"])
def test_a_word_that_ends_like_a_plural_is_none(word: str) -> None:
    assert spelling.singular(word) == word


@pytest.mark.parametrize("typed", ["texttoimage survey", "textoimage survey"])
def test_a_hyphenated_word_is_a_word_too(fill: Fill, typed: str) -> None:
    connection = fill({"Survey of text-to-image": 1, "Survey": 3, "Text survey": 3})
    assert found(connection, typed) == ["Survey of text-to-image"]


def test_every_word_that_begins_so_counts(fill: Fill) -> None:
    words = [f"a neta{one}{two}" for one in "abcde" for two in "abcdefgh"]
    assert sorted(found(fill(words), "neta", None)) == words


def test_an_acronym_is_added_only_to_few(fill: Fill) -> None:
    four = ["LLM agents", "LLM safety", "LLM serving", "LLM tools"]
    connection = fill([*four, "Large Language Models"])
    assert found(connection, "llm") == [*four, "Large Language Models"]
    connection = fill([*four, "LLM x", "Large Language Models", "New LLM"])
    assert found(connection, "llm") == [*four, "LLM x", "New LLM"]


def test_aliases_are_words_of_what_they_name(fill: Fill) -> None:
    aliases = {"Diffusion": ["DDPM", "Score matching"]}
    connection = fill({"Diffusion": 1, "DDPM Inversion": 1, "Scoreboard": 3, "Score zebra": 1}, aliases=aliases)
    assert found(connection, "matching score") == ["Diffusion"]
    assert found(connection, "scor")[:1] == ["Scoreboard"]
    assert found(connection, "score")[:2] == ["Diffusion", "Score zebra"]
    tally = tallies.one(connection, TOPIC, tallies.Names.of(aliases), "DDPM")
    assert tally is not None
    assert tally.name == "Diffusion"


def test_topics_and_keypoints_are_apart(fill: Fill) -> None:
    connection = fill(
        {"Long Video Agents": 2, "World Models": 1},
        {"Long Video Understanding": 3, "Diffusion": 1, "World Models for Games": 4},
    )
    assert named(connection, "long video") == ("Long Video Agents", 2)
    assert named(connection, "long video", KEYPOINT) == ("Long Video Understanding", 3)
    assert named(connection, "diffusion") is None
    assert named(connection, tallies.Names().key(TOPIC, "Diffusion")) is None
    assert found(connection, "diffusion") == []
    assert found(connection, "") == ["Long Video Agents", "World Models"]
    assert found(connection, "world") == ["World Models"]


def test_one_key_counts_in_its_own_kind(fill: Fill) -> None:
    connection = fill({"Long Video Understanding": 1}, {"Long video understanding": 3})
    assert named(connection, "long video") == ("Long Video Understanding", 1)
    assert named(connection, "long video", KEYPOINT) == ("Long video understanding", 3)


@pytest.mark.parametrize(
    ("topics", "typed", "expected", "why"),
    [
        (["Q Learning"], "q", None, "one letter names nothing"),
        (["QA Systems"], "qa", "QA Systems", "two letters are a word"),
        (["Video 长镜头"], "video 长", None, "half a word in Chinese"),
        (["Video 长镜头"], "video 长镜", "Video 长镜头", "two characters are a word"),
        (
            ["Long Video Understanding", "Long-video understanding"],
            "long video",
            "Long Video Understanding",
            "one in two spellings",
        ),
        (["C++"], "c", None, "another language"),
        (
            ["Large Language Models (LLMs)", "LLM Agents"],
            "LLM",
            "Large Language Models (LLMs)",
            "the acronym in brackets",
        ),
        (
            ["Large Language Models (LLMs)", "Large Language Models"],
            "large language model",
            "Large Language Models (LLMs)",
            "with the acronym and without is one",
        ),
        (["Large Language Models (LLMs)", "LLMs"], "llm", "LLMs", "the name itself goes first"),
        (["Low Level Modules (LLM)", "Large Language Models (LLMs)"], "llm", None, "an acronym of two"),
        (["Diffusion (video)", "Diffusion"], "diffusion", "Diffusion", "what is no acronym stays"),
        (["扩散模型（DM）"], "DM", None, "nothing tells that the letters stand for it"),
    ],
)
def test_one_is_named(fill: Fill, topics: Sequence[str], typed: str, expected: str | None, why: str) -> None:
    tally = named(fill(topics), typed)
    assert (tally and tally[0]) == expected, why


def test_a_topic_called_like_the_key_of_another_is_itself(fill: Fill) -> None:
    key = tallies.Names().key(TOPIC, "Diffusion")
    connection = fill(["Diffusion", key])
    assert named(connection, key) == (key, 1)


def put(connection: sqlite3.Connection, papers: Mapping[int, str]) -> None:
    """Write a note for each paper, whose sequence tells how old it is, with its topic."""
    notes = [
        StoredNote(
            f"{n}.md", name, (Sighting(Entry(title=f"P {n}", topics=(name,), source=Location(f"{n}.md", 1)), n),)
        )
        for n, name in papers.items()
    ]
    store.put(connection, tallies.Names(), "notes", notes)


def counts(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    return [(tally.name, tally.count) for tally in tallies.matching(connection, TOPIC, tallies.Names(), "", None)]


def test_counts_and_the_spelling_shown_follow_the_notes(fill: Fill) -> None:
    connection = fill()
    put(connection, {3: "LLMs", 2: "LLM"})
    assert counts(connection) == [("LLM", 2)]
    put(connection, {1: "LLMs", 4: "LLM"})
    assert counts(connection) == [("LLMs", 4)]
    put(connection, {6: "LLMs", 5: "LLM"})
    assert counts(connection) == [("LLMs", 6)]
    store.remove(connection, tallies.Names(), "notes", ["1.md", "2.md"])
    assert counts(connection) == [("LLMs", 4)]
    put(connection, {3: "Diffusion"})
    assert counts(connection) == [("LLM", 3), ("Diffusion", 1)]
    put(connection, {6: "llm", 5: "llm"})
    assert counts(connection) == [("llm", 3), ("Diffusion", 1)]
    assert found(connection, "diff") == ["Diffusion"]
    store.remove(connection, tallies.Names(), "notes", ["3.md"])
    assert counts(connection) == [("llm", 3)]
    assert found(connection, "diff") == []
    assert named(connection, "diffusion") is None


def test_of_papers_in_one_note_the_oldest_decides_between_spellings(fill: Fill) -> None:
    connection = fill()
    put(connection, {1: "LLMs", 2: "LLM", 3: "LLM", 4: "LLMs"})
    assert counts(connection) == [("LLMs", 4)]


def test_what_grows_while_running_comes_of_more_than_are_compared(fill: Fill) -> None:
    connection = fill()
    put(connection, {n: f"net {n:03}" for n in range(1, 151)})
    put(connection, dict.fromkeys(range(151, 160), "net 001"))
    assert found(connection, "net")[0] == "net 001"
