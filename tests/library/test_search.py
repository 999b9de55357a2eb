from collections.abc import Callable

from digestbot.identity import identifiers
from digestbot.library import Library
from digestbot.models import Entry, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]


async def test_any_identifier_of_any_entry_leads_to_the_paper(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    entries = [entry("One Title", "2401.00001", 1), entry("Another Title", "2401.00001", 2), entry("One title", line=3)]
    await library.put("notes", [note("a.md", entries, (1, 1, 1))])
    (paper,) = await library.search.newest(5)
    keys = {key for e in entries for key in identifiers(e)}
    assert len(keys) == 3
    assert await library.search.papers([*keys, "t:0", "\ud800", ""]) == dict.fromkeys(keys, paper)
    assert await library.search.paper("arxiv:2401.00002") is None


async def test_sequences_lead_to_papers_also_when_two_became_one(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    entries = [entry("One", "2401.00001", 1), entry("Uno", "2401.00001", 2), entry("Two", line=3)]
    await library.put("notes", [note("a.md", entries, (7, 4, 5))])
    found = await library.search.sequences([4, 5, 7, 9])
    assert {number: (p.title, p.sequence) for number, p in found.items()} == {
        4: ("One", 4),
        5: ("Two", 5),
        7: ("One", 4),
    }


async def test_newest_first_is_period_then_published_then_sequence(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    entries = [
        entry("undated, late", line=1),
        entry("undated, early", line=2),
        entry("published", line=3, published="2024-06"),
        entry("filed", line=4, period="2024-05", published="2026-01"),
        entry("filed later", line=5, period="2024-07"),
        entry("odd month", line=6, period="someday"),
    ]
    await library.put("notes", [note("a.md", entries, (9, 1, 2, 3, 4, 5))])
    titles = [paper.title for paper in await library.search.newest(10)]
    assert titles == ["filed later", "published", "filed", "undated, late", "odd month", "undated, early"]


async def test_without_a_ledger_what_was_read_later_is_newer(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    await library.put("notes", [note("a.md", [entry(str(i), line=i) for i in range(40)])])
    assert [paper.title for paper in await library.search.newest(40)] == [str(i) for i in reversed(range(40))]


async def test_ids_that_share_a_sequence_are_all_kept(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    entries = [entry(str(i), f"2401.{i:05}", line=i) for i in range(40)]
    await library.put("notes", [note("a.md", entries, [3] * 40)])
    assert len(await library.search.newest(50)) == 40


async def test_pages_are_clamped_and_ordered(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    entries = [entry(str(i), line=i, topics=("T",), keypoints=("K",), period="2024-05") for i in range(5)]
    await library.put("notes", [note("a.md", entries, range(5))])
    topic, keypoint = await library.search.topic("t"), await library.search.keypoint("k")
    assert topic
    assert keypoint
    for page in (
        await library.search.topic_papers(topic.key, 9, 2),
        await library.search.keypoint_papers(keypoint.key, 9, 2),
        await library.search.period_papers("2024-05", 9, 2),
    ):
        assert (page.number, page.size, page.total, page.pages) == (2, 2, 5, 3)
        assert [paper.title for paper in page.items] == ["0"]
    first = await library.search.period_papers("2024-05", -1, 2)
    assert (first.number, [paper.title for paper in first.items]) == (0, ["4", "3"])


async def test_an_empty_library_answers_everything(library: Library) -> None:
    search = library.search
    assert await search.latest_period() is None
    assert await search.newest(5) == await search.find("x") == await search.nearest("x") == await search.topics() == ()
    assert await search.suggest("") == ()
    assert (await search.period_papers("2024-05", 3, 5)).pages == 1
    assert (await search.text("x", 5, "n3.9.z")).number == 0


async def test_topics_whose_names_hold_commas(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    listing = ("a,x", "b、x", "c；x", "d;x", "e，x")
    entries = [
        entry("One", topics=(*listing, "a b", "a.b")),
        entry("Two", line=2, topics=("d;x",), keypoints=("k, l",)),
    ]
    await library.put("notes", [note("a.md", entries)])
    assert {(topic.name, topic.count) for topic in await library.search.topics_with_commas()} == {
        (name, 1 + (name == "d;x")) for name in listing
    }


async def test_the_latest_period_is_the_highest(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    entries = [entry("One", period="2023-12"), entry("Two", line=2, period="2024-02"), entry("Three", line=3)]
    await library.put("notes", [note("a.md", entries)])
    assert await library.search.latest_period() == "2024-02"
