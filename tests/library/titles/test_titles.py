import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digestbot.library import Library, titles
from digestbot.models import Entry, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]


@pytest.mark.parametrize(
    ("typed", "starts"),
    [
        ("MovieChat", ["MovieChat"]),
        ("moviechat", ["MovieChat"]),
        ("movie chat", ["MovieChat"]),
        ("movie-chat", ["MovieChat"]),
        ("Movie\u00a0Chat", ["MovieChat"]),
        ("ＭｏｖｉｅＣｈａｔ", ["MovieChat"]),
        ("MovieChta", ["MovieChat"]),
        ("MoveiChta", ["MovieChat"]),
        ("MuvieChad", ["MovieChat"]),
        ("ovieChat", ["MovieChat"]),
        ("dense token to sparse", ["MovieChat"]),
        ("sparse token dense", ["MovieChat"]),
        ("dence tokn", ["MovieChat"]),
        ("movie cht", ["MovieChat"]),
        ("movie", ["MovieChat", "Moviegraphs"]),
        ("MALMM", ["MA-LMM"]),
        ("ma lmm", ["MA-LMM"]),
        ("MA-LMM", ["MA-LMM"]),
        ("MA-LNM", ["MA-LMM"]),
        ("video gpt", ["iVideoGPT"]),
        ("longvideo", ["MovieChat"]),
        ("text to image", ["DART"]),
        ("text-to-im", ["DART"]),
        ("former", ["DART", "VD3D"]),
        ("diffusion", ["Diffusion", "Progressive", "VD3D", "Rectified"]),
        ("rectified diffusion", ["Rectified"]),
        ("diffusion model", ["Diffusion", "Progressive"]),
        ("扩散", ["基于"]),
        ("长视频", ["基于"]),
        ("综述", ["基于"]),
        ("述", ["基于"]),
        ("扩", ["基于"]),
        ("扩散 综述", ["基于"]),
        ("resume", ["Español"]),
        ("ESPANOL", ["Español"]),
        ("c++ code generation", ["C++"]),
        ("c code generation", ["C "]),
        ("code generation", ["C ", "C++"]),
        ("what do we need", ["From Image"]),
        ("", []),
        ("  ", []),
        ("🎬", []),
        ("qqqqqqq", []),
    ],
)
async def test_find_gives_the_papers_that_were_meant(titles: Library, typed: str, starts: list[str]) -> None:
    found = [paper.title for paper in await titles.search.find(typed)]
    assert len(found) == len(starts)
    assert all(title.startswith(start) for title, start in zip(found, starts, strict=True)), found


async def test_an_arxiv_id_or_its_address_finds_the_paper(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    await library.put("notes", [note("a.md", [entry("One", "2410.08159"), entry("Two", "2410.08158")])])
    for typed in ("2410.08159", "arXiv:2410.08159v2", "https://arxiv.org/pdf/2410.08159v1"):
        assert [paper.title for paper in await library.search.find(typed)] == ["One"]


async def test_titles_that_two_papers_share_are_a_list(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    entries = [entry("Overview", "2401.00001", 1), entry("Overview", "2401.00002", 2)]
    await library.put("notes", [note("a.md", entries, (1, 2))])
    assert [paper.sequence for paper in await library.search.find("overview")] == [2, 1]


@pytest.mark.parametrize(
    ("typed", "first"), [("MoveChatt", "MovieChat"), ("散扩模型", "基于"), ("memory model", "MA-LMM")]
)
async def test_nearest_begins_with_the_likeliest(titles: Library, typed: str, first: str) -> None:
    near = await titles.search.nearest(typed)
    assert near[0].title.startswith(first)


@pytest.mark.parametrize("typed", ["", "zzzz", "🎬", "!!"])
async def test_nearest_is_never_empty(titles: Library, typed: str) -> None:
    assert len(await titles.search.nearest(typed, 3)) == 3


async def test_every_prefix_of_a_title_suggests_it(titles: Library) -> None:
    for paper in await titles.search.newest(100):
        for length in range(1, len(paper.title) + 1):
            typed = paper.title[:length]
            values = [suggestion.value for suggestion in await titles.search.suggest(typed)]
            assert paper.key in values, typed
            assert length < 6 or values.index(paper.key) < 5, typed


async def test_a_suggestion_is_the_key_under_a_label_that_fits(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    long = "Overlong: " + "and another word " * 20
    await library.put("notes", [note("a.md", [entry(long, "2401.00001"), entry("长" * 300, line=2)])])
    latin, chinese = sorted(await library.search.suggest(""), key=lambda s: s.label)
    assert latin.value == "arxiv:2401.00001"
    assert latin.label.endswith(("and…", "another…", "word…"))
    assert 80 < len(latin.label) <= 100
    assert chinese.label == "长" * 99 + "…"


async def test_before_anything_is_typed_the_newest_are_suggested(titles: Library) -> None:
    newest = [paper.key for paper in await titles.search.newest(3)]
    assert [s.value for s in await titles.search.suggest("", 3)] == newest


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text() | st.text(alphabet='"*()^:-+{}ANDORNOT\0\ud800\u202e 扩散movie', max_size=40))
def test_no_text_is_an_error(connection: sqlite3.Connection, typed: str) -> None:
    assert len(titles.find(connection, typed, 5)) <= 5
    assert len(titles.suggest(connection, typed, 5)) <= 5
    assert len(titles.nearest(connection, typed, 5)) == 5


@pytest.mark.parametrize(
    "typed", ["a" * 6000, "movie " * 500, "video model " * 300, "扩" * 6000, '"' * 999, "\u202e" * 99]
)
async def test_adversarial_texts_are_answered(titles: Library, typed: str) -> None:
    search = titles.search
    await search.find(typed)
    assert await search.nearest(typed)
    await search.suggest(typed)
    await search.text(typed, 5)
    await search.topics(typed)


@pytest.mark.parametrize("papers", [5, 300])
async def test_frequent_and_rare_words_are_ordered_alike(
    library: Library, entry: MakeEntry, note: MakeNote, papers: int
) -> None:
    """Titles of a rare word are read one by one, those of a frequent one are asked for in FTS5."""
    titles = [f"Other Dense Word {number}" for number in range(papers)]
    titles += ["Memory for Dense Vid", "Dense Memory Video", "A Dense Vid", "Sparse Vid", "Dense Xvid"]
    await library.put("notes", [note("a.md", [entry(t, line=n) for n, t in enumerate(titles)], range(1, papers + 6))])
    found = [paper.title for paper in await library.search.find("dense vid")]
    assert found == ["A Dense Vid", "Memory for Dense Vid", "Dense Memory Video"]


async def test_of_many_titles_with_one_start_the_newest_come_first(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    entries = [entry(f"Diffusions {number:04}", line=number) for number in range(2200)]
    await library.put("notes", [note("a.md", entries, range(1, 2201))])
    found = [s.label for s in await library.search.suggest("diffusion", 3)]
    assert found == ["Diffusions 2199", "Diffusions 2198", "Diffusions 2197"]


async def test_a_start_with_other_words_of_the_same_letters_comes_last(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    entries = [entry("A Contrastive Model", line=1), entry("ModelContrastiveer", line=2)]
    await library.put("notes", [note("a.md", entries, (1, 2))])
    found = [s.label for s in await library.search.suggest("model contrastive")]
    assert found == ["A Contrastive Model", "ModelContrastiveer"]


async def test_a_typo_that_begins_another_word_is_corrected(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    entries = [entry("Robust Pruning", line=1), entry("Robustta Things", line=2)]
    await library.put("notes", [note("a.md", entries, (1, 2))])
    assert [paper.title for paper in await library.search.find("robustt pruning")] == ["Robust Pruning"]
