from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from digestbot.identity import title_key
from digestbot.ledger import Ledger, Papers
from digestbot.models import Channel, Entry, Schedule, Slot

MakeEntry = Callable[..., Entry]
LONG = "Dense Token to Sparse Memory for Long Video Understanding"
MISSPELT = "Dense Token to Sprase Memory for Long Video Understanding"


class Notes:
    """A source whose archive is complete: what it holds from now on is new. Each writing has its own content."""

    def __init__(self, papers: Papers, now: datetime) -> None:
        self.papers = papers
        self.now = now
        self._writings = 0

    async def write(self, file: str, entries: Sequence[Entry], digest: str = "") -> tuple[int, ...]:
        self._writings += 1
        return await self.papers.sight("notes", file, digest or f"content {self._writings}", entries, self.now)


@pytest.fixture
async def notes(ledger: Ledger, now: datetime) -> Notes:
    await ledger.papers.finish_import("notes", now)
    return Notes(ledger.papers, now)


async def test_papers_are_numbered_in_the_order_of_their_first_sighting(notes: Notes, entry: MakeEntry) -> None:
    assert await notes.write("a.md", [entry("One"), entry("Two")]) == (1, 2)
    assert await notes.write("b.md", [entry("Three"), entry("One")]) == (3, 1)
    assert await notes.papers.since(0) == (1, 2, 3)
    assert await notes.papers.since(2) == (3,)
    assert await notes.papers.highest() == 3


async def test_the_same_content_again_changes_nothing(notes: Notes, entry: MakeEntry) -> None:
    entries = [entry("One", "2401.00001"), entry("Two"), entry("Two")]
    first = await notes.write("a.md", entries, "same")
    assert await notes.write("a.md", entries, "same") == first == (1, 2, 2)
    assert await notes.papers.since(0) == (1, 2)


async def test_the_first_import_is_archive(ledger: Ledger, entry: MakeEntry, now: datetime) -> None:
    papers = ledger.papers
    assert not await papers.imported("notes")
    await papers.sight("notes", "a.md", "1", [entry("One")], now)
    await papers.sight("notes", "b.md", "2", [entry("Two")], now)
    await papers.finish_import("notes", now)
    await papers.finish_import("notes", now)
    assert await papers.imported("notes")
    assert not await papers.imported("other notes")
    await papers.sight("notes", "c.md", "3", [entry("Three")], now)
    assert await papers.since(0) == (3,)


async def test_a_source_exchanged_for_another_is_archive_again(notes: Notes, entry: MakeEntry) -> None:
    await notes.write("a.md", [entry("One")])
    await notes.papers.begin_import("notes")
    await notes.write("x.md", [entry("Two")])
    await notes.papers.finish_import("notes", notes.now)
    await notes.write("y.md", [entry("Three")])
    assert await notes.papers.since(0) == (1, 3)


async def test_what_a_new_reader_finds_in_old_content_is_archive(notes: Notes, entry: MakeEntry) -> None:
    await notes.write("a.md", [entry("One")], "same")
    assert await notes.write("a.md", [entry("One"), entry("Two")], "same") == (1, 2)
    assert await notes.write("moved.md", [entry("One"), entry("Two"), entry("Three")], "same") == (1, 2, 3)
    assert await notes.papers.since(0) == (1,)


async def test_old_content_that_vanished_and_came_back_is_archive_for_a_new_reader(
    notes: Notes, entry: MakeEntry
) -> None:
    await notes.write("a.md", [entry("One")], "same")
    await notes.papers.forget("notes", ["a.md"])
    assert await notes.papers.files("notes") == {}
    await notes.write("a.md", [entry("One"), entry("Two")], "same")
    assert await notes.papers.files("notes") == {"a.md": "same"}
    assert await notes.papers.since(0) == (1,)


async def test_a_note_deleted_and_restored_repeats_nothing(notes: Notes, entry: MakeEntry) -> None:
    first = await notes.write("a.md", [entry("One"), entry("Two", "2401.00002")])
    await notes.papers.forget("notes", ["a.md"])
    assert await notes.write("a.md", [entry("One"), entry("Two", "2401.00002")]) == first
    assert await notes.write("renamed.md", [entry("One"), entry("Two", "2401.00002")]) == first


async def test_a_title_is_known_however_it_is_written(notes: Notes, entry: MakeEntry) -> None:
    (first,) = await notes.write("a.md", [entry("Video-LLaMA: A Model")])
    again = await notes.write("b.md", [entry("ＶＩＤＥＯ LLaMA\N{NO-BREAK SPACE}a model")])
    assert again == (first,)


async def test_a_link_added_later_makes_nothing_new(notes: Notes, entry: MakeEntry) -> None:
    (first,) = await notes.write("a.md", [entry("One")])
    assert await notes.write("a.md", [entry("One", "2401.00001")]) == (first,)
    assert await notes.write("b.md", [entry("Quite another title", "2401.00001v3")]) == (first,)
    expected = ("arxiv:2401.00001", *sorted((title_key("One"), title_key("Quite another title"))))
    assert await notes.papers.aliases("arxiv:2401.00001") == expected
    assert await notes.papers.aliases(title_key("One")) == expected
    assert await notes.papers.aliases("arxiv:9999.99999") == ()


async def test_one_title_with_two_ids_is_two_papers(notes: Notes, entry: MakeEntry) -> None:
    assert await notes.write("a.md", [entry("One", "2401.00001")]) == (1,)
    assert await notes.write("b.md", [entry("One", "2401.00002")]) == (2,)
    assert await notes.write("c.md", [entry("One")]) == (1,)
    assert await notes.write("d.md", [entry("One", "2401.00002"), entry("One", "2401.00001")]) == (2, 1)


async def test_a_title_corrected_in_place_is_the_same_paper(notes: Notes, entry: MakeEntry) -> None:
    (first, other) = await notes.write("a.md", [entry(MISSPELT), entry("Two")])
    assert await notes.write("a.md", [entry("Two"), entry(LONG)]) == (other, first)
    assert await notes.write("b.md", [entry(LONG), entry(MISSPELT)]) == (first, first)


async def test_a_title_corrected_while_its_link_is_added_is_the_same_paper(notes: Notes, entry: MakeEntry) -> None:
    first = await notes.write("a.md", [entry(MISSPELT)])
    assert await notes.write("a.md", [entry(LONG, "2401.00001")]) == first
    assert await notes.write("b.md", [entry("Else", "2401.00001")]) == first


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([(MISSPELT, "")], [(MISSPELT, ""), (LONG, "")], id="the old title is still there"),
        pytest.param([(MISSPELT, "2401.00001")], [(LONG, "2401.00002")], id="another id"),
        pytest.param([(MISSPELT, "2401.00001")], [("Else", "2401.00001"), (LONG, "")], id="the paper is still there"),
        pytest.param(
            [(MISSPELT, "2401.00001")], [(MISSPELT, "2401.00002"), (LONG, "")], id="the title is another paper's now"
        ),
        pytest.param(
            [("VideoChat 2: a long enough title", "")], [("VideoChat 3: a long enough title", "")], id="number"
        ),
        pytest.param([("Memory of Videos", "")], [("Theory of Videos", "")], id="less than 90 per cent alike"),
    ],
)
async def test_a_title_alike_is_another_paper(
    notes: Notes, entry: MakeEntry, before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    old = await notes.write("a.md", [entry(*each) for each in before])
    new = await notes.write("a.md", [entry(*each) for each in after])
    assert new[-1] not in old


async def test_a_title_alike_in_another_file_is_another_paper(notes: Notes, entry: MakeEntry) -> None:
    await notes.write("a.md", [entry(MISSPELT)])
    assert await notes.write("b.md", [entry(LONG)]) == (2,)


async def test_two_titles_corrected_at_once_stay_two_papers(notes: Notes, entry: MakeEntry) -> None:
    before = [entry(f"{MISSPELT} in Practice"), entry(f"{MISSPELT} in Praxis")]
    after = [entry(f"{LONG} in Praxis"), entry(f"{LONG} in Practice")]
    assert await notes.write("a.md", before) == (1, 2)
    assert await notes.write("a.md", after) == (2, 1)


async def test_an_entry_that_joins_two_papers_folds_the_later_into_the_earlier(notes: Notes, entry: MakeEntry) -> None:
    assert await notes.write("a.md", [entry("One")]) == (1,)
    assert await notes.write("b.md", [entry("Another name", "2401.00001")]) == (2,)
    assert await notes.write("c.md", [entry("One", "2401.00001")]) == (1,)
    assert await notes.write("b.md", [entry("Another name")]) == (1,)
    assert await notes.papers.since(0) == (1,)
    assert await notes.papers.members([1]) == {1: 1, 2: 1}
    assert await notes.papers.members([2, 99]) == {1: 1, 2: 1}
    assert len(await notes.papers.aliases("arxiv:2401.00001")) == 3


async def test_foldings_follow_one_another(notes: Notes, entry: MakeEntry) -> None:
    await notes.write("a.md", [entry("One"), entry("Two"), entry("Three", "2401.00001")])
    assert await notes.write("b.md", [entry("Two", "2401.00001")]) == (2,)
    assert await notes.write("c.md", [entry("One", "2401.00001")]) == (1,)
    assert await notes.papers.members([3]) == {1: 1, 2: 1, 3: 1}
    assert await notes.papers.since(0) == (1,)


async def test_a_title_can_be_corrected_after_a_folding(notes: Notes, entry: MakeEntry) -> None:
    await notes.write("a.md", [entry("One")])
    assert await notes.write("b.md", [entry(MISSPELT), entry("Two", "2401.00001")]) == (2, 3)
    assert await notes.write("c.md", [entry("One", "2401.00002"), entry(MISSPELT, "2401.00002")]) == (1, 1)
    assert await notes.write("b.md", [entry(LONG), entry("Two", "2401.00001")]) == (1, 3)


async def test_a_new_paper_found_to_be_an_archived_one_is_not_new(
    ledger: Ledger, entry: MakeEntry, now: datetime
) -> None:
    await ledger.papers.sight("notes", "a.md", "1", [entry("One")], now)
    await ledger.papers.finish_import("notes", now)
    await ledger.papers.sight("notes", "b.md", "2", [entry("Another name", "2401.00001")], now)
    assert await ledger.papers.since(0) == (2,)
    await ledger.papers.sight("notes", "a.md", "3", [entry("One", "2401.00001")], now)
    assert await ledger.papers.since(0) == ()


async def test_a_file_with_more_papers_than_a_statement_takes(notes: Notes, entry: MakeEntry) -> None:
    many = [entry(f"Paper {number}", f"2401.{number:05}") for number in range(12_000)]
    assert await notes.write("a.md", many) == tuple(range(1, 12_001))
    assert await notes.write("b.md", many[::-1]) == tuple(range(12_000, 0, -1))


async def test_a_link_corrected_in_place_is_the_same_paper(notes: Notes, entry: MakeEntry) -> None:
    assert await notes.write("a.md", [entry("One", "2401.00001"), entry("Two")]) == (1, 2)
    assert await notes.write("a.md", [entry("Two"), entry("one!", "2401.00010")]) == (2, 1)
    assert await notes.papers.aliases("arxiv:2401.00001") == await notes.papers.aliases("arxiv:2401.00010") != ()
    assert await notes.write("b.md", [entry("Quite another name", "2401.00010")]) == (1,)


async def test_a_second_id_beside_the_first_is_another_paper(notes: Notes, entry: MakeEntry) -> None:
    assert await notes.write("a.md", [entry("One", "2401.00001")]) == (1,)
    assert await notes.write("a.md", [entry("One", "2401.00002"), entry("One", "2401.00001")]) == (2, 1)
    assert await notes.write("a.md", [entry("One", "2401.00003"), entry("One", "2401.00001")]) == (2, 1)
    assert await notes.write("b.md", [entry("One", "2401.00004")]) == (3,)


async def test_two_links_corrected_at_once_stay_two_papers(notes: Notes, entry: MakeEntry) -> None:
    assert await notes.write("a.md", [entry("One", "2401.00001"), entry("One", "2401.00002")]) == (1, 2)
    assert await notes.write("a.md", [entry("One", "2401.00003"), entry("One", "2401.00004")]) == (1, 2)


async def test_a_new_paper_found_to_be_one_that_a_channel_passed_over_is_owed(
    ledger: Ledger, entry: MakeEntry, now: datetime
) -> None:
    await ledger.papers.finish_import("notes", now)
    slot = Slot("2026-03-30T09:00", now)
    for number, seen in enumerate(("", "One", "Another name")):
        if seen:
            await ledger.papers.sight("notes", f"{number}.md", seen, [entry(seen, "2401.00001" * (number - 1))], now)
        await ledger.channels.set_up(Channel(number, 1, Schedule(("monday",), "09:00", "UTC"), (), 0, slot))
    await ledger.papers.sight("notes", "c.md", "c", [entry("One", "2401.00001")], now)
    assert await ledger.channels.owed(range(3)) == {0: {}, 1: {1: False}, 2: {}}
    assert await ledger.papers.since(0) == (1,)
