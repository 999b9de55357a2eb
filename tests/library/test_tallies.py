from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from digestbot.library import Library, open_library
from digestbot.models import Entry, StoredNote

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
    ("one", "other"), [("Model", "Video"), ("Bias", "Bi"), ("视频", "视频生成"), ("C#", "D#"), ("模型", "扩散")]
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


@pytest.mark.parametrize("typed", ["", '"', "\ud800", "%", "' OR 1=1", "0123456789abcdef"])
async def test_any_text_may_be_asked_for(library: Library, fill: Fill, typed: str) -> None:
    await fill(library, ["Diffusion"])
    assert await library.search.topic(typed) is None
    assert await library.search.keypoint(typed) is None
    assert (await library.search.topic_papers(typed, 0, 5)).total == 0
