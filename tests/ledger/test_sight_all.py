"""Notes seen together leave the ledger as they would one after the other."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.ledger import Ledger, open_ledger
from digestbot.models import Channel, Entry, Link, Location, Note, Schedule, Slot

NOW = datetime(2026, 3, 30, 7, tzinfo=UTC)
CHANNEL = Channel(10, 1, Schedule(("monday",), "09:00", "Europe/Berlin"), (), 0, Slot("2026-04-06T09:00", NOW))
TITLES = ["One", "one!", "Two", "A long title on memory", "A long title on memorys", "A long title on memory 2"]
IDS = ["", "", "2401.00001", "2401.00002"]
TABLES = {
    "papers": "sequence, title, archive, folded_into",
    "identifiers": "identifier, sequence",
    "sightings": "source, file, position, sequence, title",
    "files": "source, file, digest, present",
    "owed": "channel_id, sequence, promised",
    "counter": "sequence",
}


def entry(title: str, arxiv: str) -> Entry:
    links = (Link("arxiv", "", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
    return Entry(title=title, links=links, source=Location("a.md", 1))


entries = st.lists(st.builds(entry, st.sampled_from(TITLES), st.sampled_from(IDS)), max_size=4)
notes = st.dictionaries(st.sampled_from("abcd"), st.tuples(entries, st.sampled_from("123")), min_size=1)
Batch = dict[str, tuple[list[Entry], str]]


async def sight(ledger: Ledger, batch: Sequence[tuple[Note, str]], *, together: bool) -> list[int]:
    """Return the sequences that the papers of all entries go by in the end."""
    if together:
        found = await ledger.papers.sight_all("notes", batch, NOW)
    else:
        found = [await ledger.papers.sight("notes", note.file, digest, note.entries, NOW) for note, digest in batch]
    every = [sequence for sequences in found for sequence in sequences]
    return [(await ledger.papers.members([sequence]))[sequence] for sequence in every]


async def kept(file: Path, history: Sequence[Batch], *, together: bool) -> list[object]:
    async with open_ledger(f"sqlite:///{file}") as ledger:
        found: list[object] = []
        for number, batch in enumerate(history):
            given = [(Note(name, tuple(content)), name + digest) for name, (content, digest) in batch.items()]
            found.append(await sight(ledger, given, together=together))
            if number == 0:
                await ledger.papers.finish_import("notes", NOW)
            await ledger.channels.set_up(replace(CHANNEL, id=10 + number))
    with closing(sqlite3.connect(file)) as connection:
        rows = [sorted(connection.execute(f"SELECT {told} FROM {table}"), key=repr) for table, told in TABLES.items()]
    return [*found, *rows]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger, to be copied: making one takes longer than the rest."""

    async def make(file: Path) -> None:
        async with open_ledger(f"sqlite:///{file}"):
            pass

    file = tmp_path_factory.mktemp("empty") / "ledger.db"
    asyncio.run(make(file))
    return file


@settings(max_examples=30, print_blob=True)
@given(history=st.lists(notes, min_size=1, max_size=3))
def test_notes_seen_together_are_as_notes_seen_one_by_one(empty: Path, history: list[Batch]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("together", "apart"):
            shutil.copy(empty, Path(folder, name))
        one, other = (
            asyncio.run(kept(Path(folder, name), history, together=name == "together"))
            for name in ("together", "apart")
        )
    assert one == other


async def test_content_that_another_file_has_or_had_makes_nothing_new(ledger: Ledger) -> None:
    """Of two files that change places, the one seen last finds its content known though no row has it any more."""
    one, two = entry("One", ""), entry("Two", "")
    await ledger.papers.finish_import("notes", NOW)
    await ledger.papers.sight_all("notes", [(Note("a.md", (one,)), "1"), (Note("b.md", (one, two)), "1")], NOW)
    assert await ledger.papers.since(0) == (1,)
    later = entry("A long title on memory", "")
    await ledger.papers.sight_all("notes", [(Note("a.md", ()), "2"), (Note("b.md", ()), "3")], NOW)
    await ledger.papers.sight_all("notes", [(Note("a.md", ()), "3"), (Note("b.md", (later,)), "2")], NOW)
    assert await ledger.papers.since(0) == (1,)


async def test_no_notes_change_nothing(ledger: Ledger) -> None:
    assert await ledger.papers.sight_all("notes", [], NOW) == ()
    assert await ledger.papers.files("notes") == {}
