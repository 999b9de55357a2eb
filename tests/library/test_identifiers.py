"""Links and ids: all ways to write one are one, and what is typed finds the papers that have it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.library import Library, identifiers
from digestbot.models import Entry, Link, Location, StoredNote
from tests.library.conftest import MakeEntry, MakeNote

# fmt: off
ALIKE = [
    ["https://github.com/rese1f/MovieChat", "http://www.github.com/rese1f/moviechat/",
     "github.com/rese1f/MovieChat.git", "https://github.com/rese1f/MovieChat?tab=readme#usage", "<https://github.com/rese1f/MovieChat>",
     "https://github.com/rese1f/MovieChat/tree/main", "https://github.com/rese1f/MovieChat/blob/master/README.md",
     "(https://github.com/rese1f/MovieChat.git/)", "https://github.com/rese1f/MovieChat, "],
    ["https://rese1f.github.io/MovieChat/", "rese1f.github.io/MovieChat", "https://rese1f.github.io/MovieChat#bib"],
    ["https://openreview.net/forum?id=aB_c-9", "https://openreview.net/pdf?id=aB_c-9",
     "openreview.net/forum?noteId=x1&id=aB_c-9"],
    ["https://openreview.net/forum?id=aB_c-8"],
    ["https://doi.org/10.1145/3292500.3330919", "doi:10.1145/3292500.3330919", "10.1145/3292500.3330919",
     "https://dl.acm.org/doi/10.1145/3292500.3330919", "http://dx.doi.org/10.1145/3292500.3330919?x=1"],
    ["https://aclanthology.org/2020.emnlp-main.550/", "https://aclanthology.org/2020.emnlp-main.550.pdf"],
    ["https://www.youtube.com/watch?v=abc", "youtube.com/watch?v=abc&t=9"],
    ["https://www.youtube.com/watch?v=abd"],
    ["https://arxiv.org/abs/2404.12345", "2404.12345v2", "arXiv: 2404.12345", "https://doi.org/10.48550/arXiv.2404.12345"],
    ["https://arxiv.org/abs/cs/0112017", "cs/0112017v1", "arXiv:cs/0112017"],
    ["https://example.org/%E6%89%A9", "https://example.org/扩"],
    ["MovieChat", "a memory bank", "2404.1234567", "", "e g"],
]
# fmt: on


def test_all_ways_to_write_a_link_are_one() -> None:
    known = [{identifiers.canonical(text) for text in texts} for texts in ALIKE]
    assert all(len(one) == 1 for one in known), known
    assert len(set[str]().union(*known)) == len(ALIKE)
    assert known[-1] == {""}


@given(st.text(st.characters(codec=None)) | st.from_regex(r"https?://[a-z.]{1,9}/[^ ]{0,9}", fullmatch=True))
def test_any_text_has_one_form_with_or_without_what_stands_around_it(text: str) -> None:
    assert identifiers.canonical(f" <{text}>, ") == identifiers.canonical(text)


def _entry(title: str, line: int, *urls: str) -> Entry:
    return Entry(title=title, links=tuple(Link("code", "Code", url) for url in urls), source=Location("a.md", line))


@pytest.fixture
async def linked(library: Library, entry: MakeEntry, note: MakeNote) -> Library:
    page = "https://lab.example.org/papers"
    entries = [
        _entry("One", 1, "https://github.com/a/One.git", page, "https://arxiv.org/abs/2401.00002"),
        entry("Two", line=2, arxiv="2401.00002"),
        _entry("Three", 3, page),
    ]
    await library.put("notes", [note("a.md", entries, (1, 2, 3))])
    return library


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("https://github.com/a/one", ["One"]),
        ("https://github.com/a/on", []),
        ("lab.example.org/papers/", ["Three", "One"]),
        ("arxiv.org/abs/2401.00002", ["Two"]),
    ],
)
async def test_a_link_finds_the_papers_that_have_it(linked: Library, typed: str, titles: list[str]) -> None:
    """An arXiv id means the paper that it is, not one that also links to it."""
    assert [paper.title for paper in await linked.search.find(typed)] == titles
    assert [suggestion.label for suggestion in await linked.search.suggest(typed)][: len(titles)] == titles
    found = await linked.search.text(typed, 10)
    assert [hit.paper.title for hit in found.hits][: len(titles)] == titles
    assert all(hit.reason == "exact title, id or link" for hit in found.hits[: len(titles)])


async def test_an_arxiv_link_of_no_paper_finds_what_links_to_it(library: Library, note: MakeNote) -> None:
    await library.put("notes", [note("a.md", [_entry("Blog", 1, "https://arxiv.org/abs/2401.00009")])])
    assert [paper.title for paper in await library.search.find("2401.00009")] == ["Blog"]


async def test_a_link_that_left_the_notes_finds_nothing(linked: Library) -> None:
    await linked.put("notes", [StoredNote("a.md", "e", ())])
    assert not await linked.search.find("https://github.com/a/one")
