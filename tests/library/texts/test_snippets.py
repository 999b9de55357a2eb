from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.library import Library
from digestbot.library import query as query_of
from digestbot.library.texts import snippets
from digestbot.models import Entry, Field, Location, Paper, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]


@pytest.fixture
async def texts(library: Library, entry: MakeEntry, note: MakeNote) -> Library:
    entries = [
        entry("Memory Banks for Video", line=1, venue="CVPR 2024", authors=("José Álvarez",)),
        entry(
            "Second", line=2, fields=(Field("Method", "- a **memory** [bank](http://x.y/hidden)\n- for long-term use"),)
        ),
        entry(
            "Third", line=3, keypoints=("扩散模型", "Video-LLM"), fields=(Field("Notes", "非马尔可夫框架，处理文本。"),)
        ),
        entry("Fourth", line=4, topics=("Diffusion",), gist="The bank of a river keeps no memory."),
    ]
    await library.put("notes", [note("a.md", entries, (1, 2, 3, 4))])
    return library


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("memory bank", ["Memory Banks for Video", "Fourth", "Second"]),
        ('"memory bank"', ["Second"]),
        ("“memory bank”", ["Second"]),
        ("memory -river", ["Memory Banks for Video", "Second"]),
        ('memory -"memory bank"', ["Memory Banks for Video", "Fourth"]),
        ("diffus", ["Fourth"]),
        ('"diffus"', []),
        ("hidden", []),
        ("cvpr", ["Memory Banks for Video"]),
        ("jose alvarez", ["Memory Banks for Video"]),
        ("扩散", ["Third"]),
        ("马尔可夫", ["Third"]),
        ("马", ["Third"]),
        ("架", ["Third"]),
        ("散扩", []),
        ("longterm", ["Second"]),
        ("long term", ["Second"]),
        ("videollm", ["Third"]),
        ("river qqqq", ["Fourth"]),
        ("-river", ["Fourth"]),
        ("river -", ["Fourth"]),
        ("", []),
        ('"', []),
        ("NOT", []),
        ("title:x OR *", []),
    ],
)
async def test_all_text_is_searched(texts: Library, query: str, titles: list[str]) -> None:
    found = await texts.search.text(query, 10)
    assert [hit.paper.title for hit in found.hits] == titles
    assert found.total == len(titles)


@pytest.mark.parametrize(
    ("query", "snippet", "marked"),
    [
        ("bank second", "a memory bank for long-term use", ["bank"]),
        ('"long-term use"', "a memory bank for long-term use", ["long-term use"]),
        ("马尔可夫", "非马尔可夫框架，处理文本。", ["马尔可夫"]),
        ("扩散", "扩散模型; Video-LLM", ["扩散"]),
        ("videollm", "扩散模型; Video-LLM", ["Video-LLM"]),
        ("ALVAREZ", "José Álvarez", ["Álvarez"]),
        ("riv", "The bank of a river keeps no memory.", ["riv"]),
        ("fourth", "Fourth", ["Fourth"]),
    ],
)
async def test_a_snippet_marks_what_was_found(texts: Library, query: str, snippet: str, marked: list[str]) -> None:
    hit = (await texts.search.text(query, 10)).hits[0]
    assert hit.snippet == snippet
    assert [hit.snippet[start:end] for start, end in hit.marks] == marked


async def test_a_snippet_of_a_long_text_is_cut_between_words(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    long = "some words go before it " * 20 + "needle " + "and others follow after " * 20
    await library.put("notes", [note("a.md", [entry("Long", fields=(Field("Method", long),))])])
    hit = (await library.search.text("needle", 1)).hits[0]
    assert len(hit.snippet) <= 200
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["needle"]
    assert set(hit.snippet.strip("…").split()) <= set(long.split())
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")


@given(
    body=st.text(alphabet="abc dé-é 扩散\u0301👩\u200d🔬\U0001f1e9\n*[](", max_size=600),
    query=st.text(alphabet="abcé 扩散-", max_size=5),
)
def test_marks_lie_in_order_within_a_snippet_that_fits(body: str, query: str) -> None:
    entry = Entry(title="T", fields=(Field("F", body),), source=Location("a.md", 1))
    paper = Paper(key="t:0", title="T", fields=entry.fields, entries=(entry,))
    hit = snippets.hit(paper, query_of.parse(query).wanted)
    assert len(hit.snippet) <= snippets.SNIPPET
    at = 0
    for start, end in hit.marks:
        assert at <= start < end <= len(hit.snippet)
        at = end
