import asyncio
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digestbot.errors import LibraryError
from digestbot.library import database, open_library, store
from digestbot.library.names import tallies
from digestbot.models import Diagnostic, Entry, Location, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]


@pytest.fixture
def locked_folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o500)
    yield tmp_path
    tmp_path.chmod(0o700)


@pytest.fixture
async def file(tmp_path: Path, entry: MakeEntry, note: MakeNote) -> Path:
    """A library of fifty papers, closed."""
    async with open_library(tmp_path, reader_version=1) as library:
        await library.put("notes", [note("a.md", [entry(f"Paper number {i}", line=i) for i in range(50)])])
    return listed(tmp_path)[0]


def listed(folder: Path) -> list[Path]:
    return sorted(folder.glob("library-*.db"))


def rewrite(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


async def papers(folder: Path, *, read_only: bool = False) -> int:
    async with open_library(folder, reader_version=1, read_only=read_only) as library:
        await library.search.find("paper")
        return len(await library.search.newest(100))


async def test_a_closed_library_opens_with_what_it_held_and_leaves_nothing_running(file: Path) -> None:
    assert await papers(file.parent) == 50
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, "library.lock"]
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            thread.join(timeout=5)
            assert not thread.is_alive()


async def test_without_a_folder_it_is_temporary(entry: MakeEntry, note: MakeNote) -> None:
    async with open_library(None, reader_version=1) as library:
        await library.put("notes", [note("a.md", [entry("One")])])
        assert len(await library.search.newest(100)) == 1


async def test_another_version_is_built_beside_and_the_older_one_discarded(file: Path) -> None:
    async with open_library(file.parent, reader_version=2) as library:
        assert await library.search.newest(1) == ()
        assert file in listed(file.parent)
        await library.settle()
        assert file not in listed(file.parent)
        assert len(listed(file.parent)) == 1


def test_reader_aliases_and_schema_name_the_file() -> None:
    names = [
        database.file_name(1, {}),
        database.file_name(2, {}),
        database.file_name(1, {"A": ["B"]}),
        database.file_name(1, {"A": ["B"], "C": []}),
    ]
    assert len(set(names)) == 4
    assert names[3] == database.file_name(1, {"C": (), "A": ("B",)})
    assert all(len(name) == len("library-") + 16 + len(".db") for name in names)


async def test_a_second_writer_is_told_and_a_reader_is_not(file: Path) -> None:
    async with open_library(file.parent, reader_version=1):
        with pytest.raises(LibraryError, match="in use by another digestbot: stop that one") as told:
            await papers(file.parent)
        assert "\n" not in str(told.value)
        assert await papers(file.parent, read_only=True) == 50


async def test_a_reader_sees_what_the_writer_committed(file: Path, entry: MakeEntry, note: MakeNote) -> None:
    async with (
        open_library(file.parent, reader_version=1) as writer,
        open_library(file.parent, reader_version=1, read_only=True) as reader,
    ):
        await writer.put("notes", [note("b.md", [entry("New")])])
        assert (await reader.search.find("new"))[0].title == "New"
        with pytest.raises(LibraryError, match="for reading only"):
            await reader.put("notes", [])


async def test_a_reader_needs_a_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="start the bot once"):
        await papers(tmp_path, read_only=True)
    assert listed(tmp_path) == []


@pytest.mark.parametrize("size", [0, 10, 100, 5000])
@pytest.mark.parametrize("garbage", [b"", b"\xff\x00garbage" * 10_000])
async def test_a_file_that_is_cut_off_or_overwritten_is_made_again(
    file: Path, size: int, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    rewrite(file, lambda whole: whole[:size] + garbage)
    assert await papers(file.parent) == 0
    assert await papers(file.parent) == 0
    assert len(caplog.records) == (1 if size or garbage else 0)


async def test_a_file_damaged_inside_is_made_again(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    rewrite(file, lambda whole: whole[:8192] + b"\xee" * 8192 + whole[16384:])
    assert await papers(file.parent) == 0
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_damage_that_shows_only_later_is_told_and_mended_at_the_next_start(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()[0]
    rewrite(file, lambda whole: whole[: (root - 1) * size] + b"\xee" * size + whole[root * size :])
    monkeypatch.setattr(database, "CHECKED_BYTES", 0)
    async with open_library(file.parent, reader_version=1) as library:
        with pytest.raises(LibraryError, match="is damaged: start again"):
            await library.search.newest(5)
    assert await papers(file.parent) == 0


@pytest.mark.parametrize(
    ("rot", "table", "column"),
    [(b"\x01", "entries", "entry"), (b"\xff", "entries", "entry"), (b"\x01", "files", "diagnostics")],
)
async def test_damage_that_only_the_content_shows_is_told_and_mended_at_the_next_start(
    file: Path, note: MakeNote, rot: bytes, table: str, column: str
) -> None:
    async with open_library(file.parent, reader_version=1) as library:
        await library.report("notes", "a.md", [Diagnostic("a.md", 1, "warning", "odd", "skipped")])
    with closing(sqlite3.connect(file)) as connection, connection:
        torn = f"UPDATE {table} SET {column} = CAST(x'{rot.hex()}' || substr({column}, 2) AS TEXT)"
        connection.execute(torn)
    async with open_library(file.parent, reader_version=1) as library:
        with pytest.raises(LibraryError, match="is damaged: start again"):
            await (library.diagnostics() if table == "files" else library.search.newest(5))
        if table == "entries":
            with pytest.raises(LibraryError, match="is damaged: start again"):
                await library.put("notes", [note("b.md", [Entry(title="Paper number 1", source=Location("b.md", 1))])])
    assert await papers(file.parent) == 0


async def test_a_damaged_file_is_told_to_a_reader(file: Path) -> None:
    rewrite(file, lambda _: b"garbage" * 1000)
    with pytest.raises(LibraryError, match="is damaged"):
        await papers(file.parent, read_only=True)


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file")
    for folder in (tmp_path / "occupied", tmp_path / "occupied" / "below"):
        with pytest.raises(LibraryError, match="occupied"):
            await papers(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_cannot_be_written_is_told(locked_folder: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be"):
        await papers(locked_folder)


async def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / database.file_name(1, {})).mkdir()
    with pytest.raises(LibraryError, match="cannot be opened"):
        await papers(tmp_path)


async def test_a_lock_of_another_program_is_told(file: Path, note: MakeNote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        async with open_library(file.parent, reader_version=1) as library:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LibraryError, match="locked by another program"):
                await library.put("notes", [note("b.md", [])])
            assert len(await library.search.newest(100)) == 50
            other.execute("ROLLBACK")
            await library.put("notes", [note("b.md", [])])


async def test_a_full_disk_undoes_the_whole_batch(file: Path, entry: MakeEntry, note: MakeNote) -> None:
    many = [note(f"{i}.md", [entry(f"Many of them {i}-{j}", line=j) for j in range(50)]) for i in range(50)]
    async with database.opened(file, writes=True) as writer:
        await writer.connection.execute_fetchall("PRAGMA max_page_count = 100")
        with pytest.raises(LibraryError, match="the disk is full: make room"):
            await writer.run(store.put, tallies.Names(), "notes", many)
        assert await writer.run(lambda c: c.execute("SELECT count(*) FROM files").fetchone()[0]) == 1
    assert await papers(file.parent) == 50


_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from digestbot.library import open_library
from digestbot.models import Entry, Sighting, Location, StoredNote

class Fatal(tuple):
    def __iter__(self):  # by then, what the file held is deleted
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with open_library(Path(sys.argv[1]), reader_version=1) as library:
        sightings = Fatal([Sighting(Entry(title="New", source=Location("a.md", 1)), 1)])
        await library.put("notes", [StoredNote("a.md", "e", sightings)])

asyncio.run(main())
"""


async def test_a_process_killed_while_writing_leaves_the_old_state_and_no_lock(file: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, str(file.parent))
    assert await process.wait() == -signal.SIGKILL
    async with open_library(file.parent, reader_version=1) as library:
        assert await library.files("notes") == {"a.md": "d"}
        assert len(await library.search.newest(100)) == 50


async def test_look_ups_and_writing_go_on_at_once(file: Path, entry: MakeEntry, note: MakeNote) -> None:
    async with open_library(file.parent, reader_version=1) as library:
        async with asyncio.TaskGroup() as tasks:
            puts = [
                tasks.create_task(library.put("notes", [note(f"{i}.md", [entry(f"Other {i}", file=f"{i}.md")])]))
                for i in range(10)
            ]
            found = [tasks.create_task(library.search.find("paper number 7")) for _ in range(50)]
        assert all(task.done() for task in puts)
        assert {len(task.result()) for task in found} == {1}
        assert len(await library.search.newest(100)) == 60


async def test_a_cancelled_look_up_leaves_the_library_usable(file: Path) -> None:
    async with open_library(file.parent, reader_version=1) as library:
        task = asyncio.create_task(library.search.find("paper"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await library.search.find("paper")
