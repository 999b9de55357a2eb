import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.library import Library, database, open_library, store
from digestbot.library.names import spelling, tallies
from digestbot.models import Entry, Location, Sighting, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]
Fill = Callable[[Library, Sequence[str]], Awaitable[None]]


@pytest.fixture
def fill(entry: MakeEntry, note: MakeNote) -> Fill:
    """Put one paper for each topic given (it is a keypoint too) into a library."""

    async def put(library: Library, topics: Sequence[str]) -> None:
        entries = [entry(f"Paper {i}", line=i, topics=(t,), keypoints=(t,)) for i, t in enumerate(topics)]
        await library.put("notes", [note("a.md", entries, range(1, len(entries) + 1))])

    return put


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diffusion", "diffusion model"),
        ("Diffusion", "Diffusion Models"),
        ("Long-term memory", "long term memories"),
        ("LLM", "LLMs"),
        ("GAN", "gans"),
        ("Text-to-Image", "text to image"),
        ("扩散", "扩散模型"),
        ("Ｖideo", "video"),
        ("Loss", "losses"),
        ("Gaussian", "Gaussians"),
        ("Analysis", "Analyses"),
        ("Bias", "Biases"),
        ("Movie", "movies"),
        ("Cache", "caches"),
        ("Matrix", "Matrices"),
        ("Metric", "Metrics"),
        ("World model", "world-models"),
        ("MovieChat+", "moviechat+"),
    ],
)
@pytest.mark.parametrize("kind", ["topic", "keypoint"])
async def test_spellings_are_one(library: Library, fill: Fill, one: str, other: str, kind: str) -> None:
    await fill(library, [one, other])
    look_up = library.search.topic if kind == "topic" else library.search.keypoint
    tally = await look_up(one)
    assert tally is not None
    assert tally == await look_up(other) == await look_up(tally.key)
    assert tally.count == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Model", "Video"),
        ("Bias", "Bi"),
        ("视频", "视频生成"),
        ("C#", "D#"),
        ("模型", "扩散"),
        ("Bayes", "Baye"),
        ("Robotics", "Robotic"),
        ("World", "World models"),
        ("语言", "语言模型"),
        ("C++", "C#"),
        ("C", "C++"),
        ("Loss", "Los"),
        ("Lens", "Len"),
    ],
)
async def test_other_topics_stay_apart(library: Library, fill: Fill, one: str, other: str) -> None:
    await fill(library, [one, other])
    assert {t.name for t in await library.search.topics()} == {one, other}


async def test_the_most_frequent_spelling_is_shown_and_of_equals_the_first_seen(library: Library, fill: Fill) -> None:
    await fill(library, ["diffusion model", "Diffusion", "Diffusion", "LLMs", "LLM"])
    assert [t.name for t in await library.search.topics()] == ["Diffusion", "LLMs"]


async def test_aliases_join_and_name(tmp_path: Path, fill: Fill) -> None:
    aliases = {"Diffusion": ["扩散模型", "DDPM"], "Memory": ["记忆"]}
    async with open_library(tmp_path, reader_version=1, aliases=aliases) as library:
        await fill(library, ["扩散", "DDPMs", "ddpm", "diffusion models", "记忆"])
        tally = await library.search.topic("扩散")
        assert tally is not None
        assert (tally.name, tally.count) == ("Diffusion", 4)
        assert [t.name for t in await library.search.topics("扩散")] == ["Diffusion"]
        memory = await library.search.topic("memory")
        assert memory is not None
        assert memory.name == "Memory"


async def test_a_paper_counts_once_however_often_it_is_filed(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    await library.put("notes", [note("a.md", [entry("One", topics=("Diffusion", "Diffusion Models", "diffusion"))])])
    tally = await library.search.topic("diffusion")
    assert tally is not None
    assert tally.count == 1
    page = await library.search.topic_papers(tally.key, 0, 5)
    assert (page.total, len(page.items)) == (1, 1)


async def test_typed_pieces_match_the_likeliest_first(library: Library, fill: Fill) -> None:
    await fill(
        library, ["Video Diffusion", "Video Diffusion", "Diffusion", "Image Diffusion", "Long Video Understanding"]
    )
    topics = library.search.topics
    assert [t.name for t in await topics("diffusion")] == ["Diffusion", "Video Diffusion", "Image Diffusion"]
    assert [t.name for t in await topics("understanding video")] == ["Long Video Understanding"]
    assert [t.name for t in await topics("vid")] == ["Video Diffusion", "Long Video Understanding"]
    assert (await topics("difusion"))[0].name == "Diffusion"
    assert [t.name for t in await topics("", 2)] == ["Video Diffusion", "Diffusion"]
    assert len(await topics("", None)) == 4
    assert await topics("zzzzzz") == ()
    assert await library.search.topic("difusion") is None


NAMES = (
    "Long Video Understanding",
    "Long Context",
    "Multimodal Large Language Models",
    "MLLM Agents",
    "LLMs",
    "Text-to-Image",
    "Chain of Thought",
    "扩散模型",
    "扩散策略",
    "长视频理解",
    "VideoGPT",
    "Transformers",
    "Reinforcement Learning from Human Feedback",
)


@pytest.mark.parametrize(
    ("typed", "meant", "why"),
    [
        ("LLM", "LLMs", "the plural makes no difference"),
        ("long video", "Long Video Understanding", "it begins with these words"),
        ("LONG-VID", "Long Video Understanding", "hyphen, case, half a word"),
        ("longvideo", "Long Video Understanding", "spaces make no difference"),
        ("lon vid und", "Long Video Understanding", "half words"),
        ("understanding video", "Long Video Understanding", "any order"),
        ("understanding long videos", "Long Video Understanding", "the plural in any order"),
        ("LVU", "Long Video Understanding", "the initials of its words"),
        ("MLLMs", "MLLM Agents", "a word of it"),
        ("RLHF", "Reinforcement Learning from Human Feedback", "initials without the small word"),
        ("cot", "Chain of Thought", "initials with the small word"),
        ("T2I", "Text-to-Image", "2 for to"),
        ("text to image", "Text-to-Image", "hyphens are spaces"),
        ("large language models", "Multimodal Large Language Models", "words inside it"),
        ("扩散", "扩散模型", "模型 makes no difference, so it is exactly that"),
        ("视频", "长视频理解", "characters inside a run"),
        ("理", "长视频理解", "one character inside a run"),
        ("video gpt", "VideoGPT", "capitals begin words"),
        ("undrestanding", "Long Video Understanding", "two letters swapped"),
        ("reinforcment lerning", "Reinforcement Learning from Human Feedback", "letters missing in two words"),
        ("former", "Transformers", "a piece inside a word"),
        ("thought zebra", "Chain of Thought", "one of the words, as none has both"),
    ],
)
async def test_what_is_typed_finds_what_is_meant(
    library: Library, fill: Fill, typed: str, meant: str, why: str
) -> None:
    await fill(library, NAMES)
    for look_up in (library.search.topics, library.search.keypoints):
        assert (await look_up(typed))[0].name == meant, why


async def test_an_acronym_finds_all_it_may_stand_for_after_its_own_words(library: Library, fill: Fill) -> None:
    await fill(library, NAMES)
    found = [tally.name for tally in await library.search.topics("MLLM")]
    assert found == ["MLLM Agents", "Multimodal Large Language Models"]
    found = [tally.name for tally in await library.search.topics("large language model")]
    assert found == ["Multimodal Large Language Models", "LLMs"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("long video", "Long Video Understanding"),  # only it begins with these words
        ("long videos", "Long Video Understanding"),
        ("chain", "Chain of Thought"),
        ("长视频", "长视频理解"),
        ("long", None),  # two do
        ("long vid", None),  # half a word is for suggestions
        ("video", None),  # none begins with it; VideoGPT is one word
        ("understanding", None),  # it begins nothing
        ("LVU", None),  # an acronym may stand for more than the notes hold
        ("扩散策", "扩散策略"),
        ("长", None),
        ("l", None),
    ],
)
async def test_one_is_named_by_words_that_only_it_begins_with(
    library: Library, fill: Fill, typed: str, meant: str | None
) -> None:
    await fill(library, NAMES)
    found = await library.search.topic(typed)
    assert (found and found.name) == meant
    assert await library.search.topic(typed, exact=True) is None


async def test_the_exact_name_goes_before_longer_ones(library: Library, fill: Fill) -> None:
    await fill(library, ["Video Generation", "Video Generation", "Video", "Videos for Robots"])
    found = await library.search.topic("videos")
    assert found is not None
    assert found.name == "Video"
    assert (await library.search.topics("videos"))[0].name == "Video"


async def test_topics_and_keypoints_have_tables_of_their_own(tmp_path: Path, fill: Fill) -> None:
    names = ["Text-to-Image", "T2I", "文生图"]
    async with open_library(
        tmp_path, reader_version=1, keypoint_aliases={"Text-to-image": ["T2I", "文生图"]}
    ) as library:
        await fill(library, names)
        assert [(t.name, t.count) for t in await library.search.keypoints()] == [("Text-to-image", 3)]
        assert {t.name for t in await library.search.topics()} == set(names)
        assert [t.name for t in await library.search.keypoints("文生")] == ["Text-to-image"]


async def test_a_word_of_keypoints_alone_is_a_typo_in_a_topic(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    papers = [entry("One", topics=("Diffusion",), keypoints=("difusion", "fusion net"))]
    await library.put("notes", [note("a.md", papers)])
    for typed in ("difusion", "fusion"):
        assert [t.name for t in await library.search.topics(typed)] == ["Diffusion"]


async def test_a_plural_stands_for_the_word_and_not_for_longer_ones(library: Library, fill: Fill) -> None:
    await fill(library, ["Tokenization", "Tokenization", "Context token", "Token budget", "Tokens-per-second", "Token"])
    found = [t.name for t in await library.search.topics("tokens")]
    assert found == ["Token", "Token budget", "Tokens-per-second", "Context token"]
    assert "Tokenization" in [t.name for t in await library.search.topics("token")]


async def test_settling_puts_all_that_changes_left_together(tmp_path: Path, fill: Fill) -> None:
    async with open_library(tmp_path, reader_version=1) as library:
        for _ in range(3):
            await fill(library, NAMES[1:])
            await fill(library, NAMES)
        await library.settle()
        with closing(database.connect(tmp_path / database.file_name(1, {}))) as connection:
            for table in ("names", "name_hints"):
                assert connection.execute(f"SELECT count(DISTINCT segid) FROM {table}_idx").fetchone() == (1,)
        assert (await library.search.topics("video understanding"))[0].name == "Long Video Understanding"


def contents(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    """Return what the tables of topics and keypoints hold, without ids."""
    queries = (
        "SELECT kind, key, name, papers, words, joined, others, initials FROM tallies ORDER BY 1, 2",
        "SELECT kind, key, name, papers, form FROM spellings ORDER BY 1, 2, 3",
        "SELECT term, papers FROM name_terms ORDER BY 1",
    )
    return [connection.execute(query).fetchall() for query in queries]


def stored(rounds: int, names: Sequence[Sequence[str]]) -> StoredNote:
    papers = [Entry(title=f"Paper {i}", topics=tuple(t), source=Location("a.md", i)) for i, t in enumerate(names)]
    return StoredNote("a.md", str(rounds), tuple(Sighting(paper, i + 1) for i, paper in enumerate(papers)))


SPELT = st.sampled_from(["LLM", "LLMs", "llm", "Diffusion", "Diffusion models", "扩散", "扩散模型", "C++", "Bayes"])


@settings(max_examples=40)
@given(rounds=st.lists(st.lists(st.lists(SPELT, max_size=3), max_size=6), min_size=1, max_size=4))
def test_changes_leave_what_a_fresh_count_gives(rounds: list[list[list[str]]]) -> None:
    with TemporaryDirectory() as folder:
        held: list[list[list[tuple[object, ...]]]] = []
        for name, notes in (("changed", rounds), ("fresh", rounds[-1:])):
            path = Path(folder) / name
            database.prepare(path)
            with closing(database.connect(path)) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                for number, papers in enumerate(notes):
                    store.put(connection, tallies.Names(), "notes", [stored(number, papers)])
                held.append(contents(connection))
                connection.execute("INSERT INTO names (names, rank) VALUES ('integrity-check', 1)")
                for key, total in connection.execute("SELECT key, papers FROM tallies"):
                    counted = "SELECT count(DISTINCT paper_id) FROM labels WHERE key = ?"
                    assert connection.execute(counted, (key,)).fetchone() == (total,)
        assert held[0] == held[1]


TEXTS = st.text() | st.text(alphabet='"*()^:-+{}ANDORNOT\0\ud800\u202e 扩散模型llms', max_size=40)


@settings(max_examples=200)
@given(typed=TEXTS)
def test_no_text_is_an_error(connection: sqlite3.Connection, typed: str) -> None:
    kinds: tuple[tallies.Kind, ...] = ("topic", "keypoint")
    for kind in kinds:
        tallies.one(connection, kind, tallies.Names(), typed)
        assert len(tallies.matching(connection, kind, tallies.Names(), typed, 5)) <= 5


@settings(max_examples=100)
@given(spelt=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=5))
def test_every_spelling_leads_to_its_tally(spelt: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "library.db"
        database.prepare(path)
        with closing(database.connect(path)) as connection:
            store.put(connection, tallies.Names(), "notes", [stored(0, [[name] for name in spelt])])
            for name, key in connection.execute("SELECT name, key FROM spellings").fetchall():
                for variant in (name, name.upper().lower(), f" {name}\u200b ", name.replace("-", " ")):
                    found = tallies.one(connection, "topic", tallies.Names(), variant)
                    assert found is not None or spelling.joined(variant) != spelling.joined(name)
                assert tallies.one(connection, "topic", tallies.Names(), name, exact=True) is not None
                assert found is None or tallies.one(connection, "topic", tallies.Names(), key) is not None
                assert key in {t.key for t in tallies.matching(connection, "topic", tallies.Names(), name, 25)}


@pytest.mark.parametrize("kind", ["topic", "keypoint"])
async def test_a_changed_note_touches_only_its_own_rows(
    tmp_path: Path, entry: MakeEntry, note: MakeNote, kind: Literal["topic", "keypoint"]
) -> None:
    async with open_library(tmp_path, reader_version=1) as library:
        others = [entry(f"Other {i}", line=i, file="b.md", topics=(f"T{i}",), keypoints=("K",)) for i in range(50)]
        await library.put("notes", [note("b.md", others)])
        path = tmp_path / database.file_name(1, {})
        with closing(database.connect(path)) as connection:
            before = set(connection.execute("SELECT id, key, papers FROM tallies WHERE kind = ?", (kind,)))
            await library.put("notes", [note("a.md", [entry("One", topics=("T1",), keypoints=("K",))])])
            after = set(connection.execute("SELECT id, key, papers FROM tallies WHERE kind = ?", (kind,)))
        assert len(before - after) == len(after - before) == 1


@pytest.mark.parametrize("typed", ["", '"', "\ud800", "%", "' OR 1=1", "0123456789abcdef"])
async def test_any_text_may_be_asked_for(library: Library, fill: Fill, typed: str) -> None:
    await fill(library, ["Diffusion"])
    assert await library.search.topic(typed) is None
    assert await library.search.keypoint(typed) is None
    assert (await library.search.topic_papers(typed, 0, 5)).total == 0
