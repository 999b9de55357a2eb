import random
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from digestbot.identity import entry_arxiv, fold_title
from digestbot.library import Library, database, open_library
from digestbot.models import Diagnostic, Entry, Field, Link, Location, Paper, Sighting, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]


async def everything(library: Library) -> dict[str, Any]:
    """Return all that can be told apart from outside."""
    search = library.search
    topics, keypoints = await search.topics(limit=None), await search.keypoints(limit=None)
    return {
        "files": await library.files("notes"),
        "diagnostics": await library.diagnostics(),
        "newest": await search.newest(1000),
        "topics": topics,
        "keypoints": keypoints,
        "of topics": [await search.topic_papers(t.key, 0, 100) for t in topics],
        "of keypoints": [await search.keypoint_papers(t.key, 0, 100) for t in keypoints],
        "period": await search.latest_period(),
        "found": {t: await search.find(t, 100) for t in ("alpha", "bet", "gamme", "lph", "扩散", "delta epsilon")},
        "suggested": {t: await search.suggest(t, 100) for t in ("", "a", "be", "gammma", "psilo", "散")},
        "text": {t: (await search.text(t, 100)).hits for t in ("alpha", "beta -gamma", '"delta alpha"', "模型")},
        "keys": await search.papers([f"arxiv:2401.{i:05}" for i in range(30)]),
        "sequences": await search.sequences(range(500)),
    }


class Notes:
    """Notes that share papers, change and vanish, made from a seed.

    An id has its own sequence; any other entry may have been found to be any paper, with an id or other titles.
    """

    WORDS = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "扩散", "模型", "Alpha-Beta", "GammaDelta")

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def note(self, file: str) -> StoredNote:
        entries = [self._entry(file, line) for line in range(self.random.randrange(6))]
        warnings = (Diagnostic(file, 1, "warning", "odd", "skipped"),) if self.random.random() < 0.3 else ()
        return StoredNote(file, f"{self.random.random()}", tuple(map(self._sighting, entries)), warnings)

    def _sighting(self, entry: Entry) -> Sighting:
        if entry.links:
            return Sighting(entry, int(entry.links[0].url[-2:]) + 1)
        if self.random.random() < 0.5:
            return Sighting(entry, self.random.randrange(50) + 1)
        return Sighting(entry, 100 + zlib.crc32(fold_title(entry.title).encode()) % 2**20)

    def _entry(self, file: str, line: int) -> Entry:
        number = self.random.randrange(60)
        links = (Link("arxiv", "arXiv", f"https://arxiv.org/abs/2401.{number:05}"),)
        topics = tuple(self.random.sample(("Diffusion", "diffusion models", "LLM", "LLMs", "记忆"), 2))
        return Entry(
            title=" ".join(self.random.choices(self.WORDS, k=2)),
            links=links if number < 30 else (),
            topics=topics,
            keypoints=topics[:1],
            period=self.random.choice((None, "2024-04", "2024-05")),
            fields=(Field("Method", " ".join(self.random.choices(self.WORDS, k=5))),),
            source=Location(file, line),
        )


def indexes(folder: Path) -> list[object]:
    """Return the dictionary of a closed library, and what its full-text indexes count of each token."""
    with closing(sqlite3.connect(next(folder.glob("library-*.db")))) as connection:
        counted: list[object] = []
        for table in ("titles", "texts", "hints"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            connection.execute(f"CREATE VIRTUAL TABLE temp.{table}_counted USING fts5vocab (main, {table}, row)")
            counted.append(connection.execute(f"SELECT * FROM {table}_counted ORDER BY term").fetchall())
        terms = connection.execute("SELECT term, papers FROM terms ORDER BY term").fetchall()
        starts = "SELECT start, title FROM starts LEFT JOIN papers ON id = paper_id ORDER BY start, title"
        return [*counted, terms, connection.execute(starts).fetchall()]


@pytest.mark.parametrize("seed", range(8))
async def test_changes_leave_what_reading_all_anew_would(tmp_path: Path, seed: int) -> None:
    notes, held = Notes(seed), dict[str, StoredNote]()
    async with open_library(tmp_path / "changed", reader_version=1) as changed:
        for _ in range(15):
            files = notes.random.sample([f"{i}.md" for i in range(8)], 3)
            if notes.random.random() < 0.3:
                await changed.remove("notes", files)
                held = {file: note for file, note in held.items() if file not in files}
            else:
                fresh = [notes.note(file) for file in files]
                await changed.put("notes", fresh)
                held |= {note.file: note for note in fresh}
        async with open_library(tmp_path / "anew", reader_version=1) as anew:
            await anew.put("notes", sorted(held.values(), key=lambda n: n.file))
            assert await everything(changed) == await everything(anew), f"seed {seed}"
    assert indexes(tmp_path / "changed") == indexes(tmp_path / "anew"), f"seed {seed}"
    async with open_library(tmp_path / "changed", reader_version=1) as again:
        assert_grouped(await again.search.newest(1000), [s for note in held.values() for s in note.sightings])


async def test_lines_that_only_move_leave_the_index_alone(tmp_path: Path, entry: MakeEntry, note: MakeNote) -> None:
    indexed: list[object] = []
    async with open_library(tmp_path, reader_version=1) as library:
        for line in (1, 5):
            await library.put("notes", [note("a.md", [entry("One", line=line), entry("Two", line=line + 1)])])
            assert {paper.entries[0].source.line for paper in await library.search.newest(2)} == {line, line + 1}
            with closing(database.connect(tmp_path / database.file_name(1, {}))) as connection:
                indexed.append(connection.execute("SELECT id, block FROM texts_data ORDER BY id").fetchall())
    assert indexed[0] == indexed[1]


def assert_grouped(found: Sequence[Paper], sightings: Sequence[Sighting]) -> None:
    """Check that each entry is in one paper, no paper has two ids, and two papers share something only if both have."""
    assert len([entry for paper in found for entry in paper.entries]) == len(sightings)
    sequences = {(s.entry.source.file, s.entry.source.line): s.sequence for s in sightings}
    ids = [{arxiv for entry in paper.entries if (arxiv := entry_arxiv(entry))} for paper in found]
    assert all(len(some) <= 1 for some in ids)
    links = [
        {link for e in paper.entries for link in (fold_title(e.title), sequences[e.source.file, e.source.line])}
        for paper in found
    ]
    for one, other in combinations(range(len(found)), 2):
        assert (ids[one] and ids[other]) or not links[one] & links[other]


async def test_a_paper_in_two_files_is_one_until_one_is_left(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    one = entry("Shared", "2401.00001", file="a.md", topics=("A",), period="2024-05")
    two = entry("shared!", file="b.md", topics=("B",), period="2024-04")
    await library.put("notes", [note("a.md", [one], [1]), note("b.md", [two], [1])])
    paper = (await library.search.newest(5))[0]
    assert (paper.key, paper.topics, paper.period, paper.entries) == (
        "arxiv:2401.00001",
        ("A", "B"),
        "2024-04",
        (one, two),
    )
    await library.remove("notes", ["a.md"])
    (left,) = await library.search.newest(5)
    assert (left.entries, left.topics, left.sequence) == ((two,), ("B",), 1)
    assert await library.search.topic("A") is None
    await library.remove("notes", ["b.md"])
    assert await library.search.newest(5) == await library.search.topics() == ()
    assert await library.files("notes") == {}


@pytest.mark.parametrize(("sequences", "sizes"), [((1, 2, 2), [1, 2]), ((1, 2, 1), [2, 1]), ((None,) * 3, [2, 1])])
async def test_a_title_or_a_sequence_joins_two_ids_never_into_one(
    library: Library, entry: MakeEntry, note: MakeNote, sequences: Sequence[int], sizes: list[int]
) -> None:
    first, second, without = sequences
    await library.put("notes", [note("b.md", [entry("Same", "2401.00002", file="b.md")], [second])])
    await library.put("notes", [note("c.md", [entry("Same", file="c.md")], [without])])
    await library.put("notes", [note("a.md", [entry("Same", "2401.00001", file="a.md")], [first])])
    found = await library.search.papers(["arxiv:2401.00001", "arxiv:2401.00002"])
    assert [len(p.entries) for p in found.values()] == sizes


async def test_a_title_corrected_in_one_of_two_notes_stays_one_paper(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    wrong, right, bare = entry("Memroy", file="a.md"), entry("Memory", file="b.md"), entry("Memory", file="c.md")
    await library.put("notes", [note("a.md", [wrong], [7]), note("c.md", [bare])])
    await library.put("notes", [note("b.md", [right], [7])])
    (paper,) = await library.search.newest(5)
    assert (paper.entries, paper.sequence) == ((wrong, right, bare), 7)
    await library.remove("notes", ["b.md"])
    assert [p.entries for p in await library.search.newest(5)] == [(wrong,), (bare,)]


async def test_what_hangs_together_over_several_files_stays_together(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    by_both, by_title = entry("A", "2401.00001", file="a.md"), entry("A", file="b.md")
    await library.put("notes", [note("a.md", [by_both]), note("b.md", [by_title])])
    by_id = entry("B", "2401.00001", file="c.md")
    await library.put("notes", [note("c.md", [by_id])])
    (paper,) = await library.search.newest(5)
    assert paper.entries == (by_both, by_title, by_id)


async def test_only_what_changed_is_written(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    await library.put("notes", [note("a.md", [entry("One"), entry("Two", line=2)], [1, 2])])
    await library.put("notes", [note("a.md", [entry("One", line=5), entry("Two", line=9)], [1, 2], digest="e")])
    assert await library.files("notes") == {"a.md": "e"}
    assert [p.entries[0].source.line for p in await library.search.newest(5)] == [9, 5]


async def test_sources_are_apart(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    await library.put("one", [note("a.md", [entry("One")])])
    await library.put("two", [note("a.md", [entry("Two")], digest="e")])
    assert (await library.files("one"), await library.files("two")) == ({"a.md": "d"}, {"a.md": "e"})
    await library.remove("one", ["a.md"])
    assert [p.title for p in await library.search.newest(5)] == ["Two"]


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
async def test_of_two_sources_the_first_by_name_names_the_paper_whichever_was_read_first(
    library: Library, entry: MakeEntry, note: MakeNote, order: Sequence[str]
) -> None:
    telling = {"one": entry("Alpha", arxiv="2401.00001"), "two": entry("Beta", arxiv="2401.00001")}
    for source in order:
        await library.put(source, [note("a.md", [telling[source]], sequences=[1])])
    assert [p.title for p in await library.search.newest(5)] == ["Alpha"]
    assert [s.label for s in await library.search.suggest("alph", 5)] == ["Alpha"]
    assert await library.search.suggest("bet", 5) == ()


async def test_of_several_sources_one_is_kept_with_its_part_of_shared_papers(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    await library.put("new", [note("a.md", [entry("Shared", topics=("New",)), entry("Kept", line=2)], [1, 2])])
    kept = await everything(library), await library.files("new")
    await library.put("old", [note("a.md", [entry("Shared", topics=("Old",)), entry("Gone", line=2)], [1, 3])])
    await library.report("older", "b.md", [Diagnostic("b.md", 0, "error", "cannot be read", "skipped")])
    await library.keep_only(["new"])
    assert (await everything(library), await library.files("new")) == kept
    assert [await library.files(source) for source in ("old", "older")] == [{}, {}]


async def test_an_unreadable_file_keeps_its_papers_and_counts_as_changed(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    await library.put("notes", [note("a.md", [entry("One")])])
    wrong = Diagnostic("a.md", 0, "error", "cannot be read", "its last papers are kept")
    await library.report("notes", "a.md", [wrong])
    await library.report("notes", "new.md", [replace(wrong, file="new.md")])
    assert await library.files("notes") == {"a.md": "", "new.md": ""}
    assert [d.file for d in await library.diagnostics()] == ["a.md", "new.md"]
    assert len(await library.search.newest(5)) == 1
    await library.put("notes", [note("a.md", [entry("One")])])
    assert [d.file for d in await library.diagnostics()] == ["new.md"]


async def test_a_stamp_stays_until_the_file_is_written_again_or_cannot_be_read(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    stored = [replace(note(file, [entry("One")]), stamp=f"{file} 1") for file in ("a.md", "b.md")]
    await library.put("notes", [*stored, note("c.md", [])])
    await library.stamp("notes", {"b.md": "b.md 2", "gone.md": "x"})
    await library.stamp("other", {"a.md": "x"})
    assert await library.stamps("notes") == {"a.md": "a.md 1", "b.md": "b.md 2"}
    await library.put("notes", [note("a.md", [])])
    await library.report("notes", "b.md", [])
    assert await library.stamps("notes") == {}


async def test_of_the_same_file_twice_in_a_batch_the_last_one_stays(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    await library.put(
        "notes", [note("a.md", [entry("One")]), note("b.md", []), note("a.md", [entry("Two")], digest="e")]
    )
    assert await library.files("notes") == {"a.md": "e", "b.md": "d"}
    assert [p.title for p in await library.search.newest(5)] == ["Two"]


class Torn(tuple[Sighting, ...]):
    """Sightings that break off when they are gone through: whatever happens in the middle of a batch."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Sighting]:
        raise InterruptedError


async def test_what_breaks_off_leaves_the_old_state(library: Library, entry: MakeEntry, note: MakeNote) -> None:
    await library.put("notes", [note("a.md", [entry("One")])])
    before = await everything(library)

    with pytest.raises(InterruptedError):
        await library.put("notes", [note("a.md", [entry("New")]), StoredNote("b.md", "d", Torn())])
    assert await everything(library) == before
