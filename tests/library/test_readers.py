"""Who waits for whom: questions, keystrokes and writing go on beside each other."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path

import pytest

from digestbot.library import Search, database, open_library, store
from digestbot.library.database import Database
from digestbot.library.names import tallies
from digestbot.models import Entry, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]
Slow = Callable[[sqlite3.Connection], object]


@pytest.fixture
async def folder(tmp_path: Path, entry: MakeEntry, note: MakeNote) -> Path:
    papers = [entry("MovieChat: Dense to Sparse", topics=("Video",), keypoints=("memory",))]
    async with open_library(tmp_path, reader_version=1) as library:
        await library.put("notes", [note("a.md", papers)])
    return tmp_path


@pytest.fixture
async def connections(folder: Path) -> AsyncIterator[tuple[Database, Search]]:
    """A search whose two connections can be got at, with the one that is not for keystrokes."""
    path = folder / database.file_name(1, {})
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(database.opened(path, writes=False)) for _ in range(2)]
        yield one, Search(one, tallies.Names(), keystrokes=other)


@contextmanager
def slow() -> Generator[tuple[Slow, threading.Event]]:
    """Give a query that takes until the block ends, with what tells that it has begun."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> int:
        begun.set()
        return int(over.wait(30))

    def query(connection: sqlite3.Connection) -> object:
        connection.create_function("hold", 0, hold)
        return connection.execute("SELECT hold() FROM papers LIMIT 1").fetchone()

    try:
        yield query, begun
    finally:
        over.set()


async def test_a_keystroke_does_not_wait_for_a_slow_search(connections: tuple[Database, Search]) -> None:
    reader, search = connections
    with slow() as (query, begun):
        searching = asyncio.create_task(reader.run(query))
        assert await asyncio.to_thread(begun.wait, 30)
        async with asyncio.timeout(10):
            assert [s.label for s in await search.suggest("movie")] == ["MovieChat: Dense to Sparse"]
            assert [t.name for t in await search.topics("vid")] == ["Video"]
            assert [t.name for t in await search.keypoints("mem")] == ["memory"]
        assert not searching.done()
    assert await searching == (1,)


async def test_an_opened_library_has_a_connection_for_keystrokes(folder: Path) -> None:
    before = _workers()
    async with open_library(folder, reader_version=1, read_only=True):
        assert len(_workers() - before) == 2


def _workers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if "connection_worker" in thread.name}


async def test_reading_does_not_wait_for_writing_and_sees_what_was_there_before(folder: Path) -> None:
    path = folder / database.file_name(1, {})
    async with open_library(folder, reader_version=1, read_only=True) as library:
        with closing(database.connect(path)) as writer:
            writer.execute("PRAGMA foreign_keys = ON")
            writer.execute("BEGIN EXCLUSIVE")
            store.remove(writer, tallies.Names(), "notes", ["a.md"])
            async with asyncio.timeout(database.BUSY_SECONDS / 2):
                assert len(await library.search.find("MovieChat")) == 1
                assert len(await library.search.suggest("movie")) == 1
            writer.execute("COMMIT")
        assert await library.search.find("MovieChat") == await library.search.suggest("movie") == ()
