"""The library: what the notes hold, ready to be looked up."""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import MappingProxyType

from digestbot.errors import LibraryError
from digestbot.library import database, index, rows, store
from digestbot.library.database import Database
from digestbot.library.names import tallies
from digestbot.library.search import Search
from digestbot.models import Diagnostic, StoredNote
from digestbot.threads import in_thread

NO_ALIASES: Mapping[str, Sequence[str]] = MappingProxyType({})


class Library:
    """The writing side of a library, with `search` for the reading one.

    Every method is one transaction: it happens as a whole or not at all. All raise LibraryError for what a person can
    mend: a full disk, a locked or damaged file, a library that was opened to be read.
    """

    def __init__(
        self, path: Path, search: Search, reader: Database, writer: Database | None, names: tallies.Names
    ) -> None:
        self.search = search
        self._path = path
        self._reader = reader
        self._writer = writer
        self._names = names

    async def files(self, source: str) -> dict[str, str]:
        """Return the files of a source that the library holds, each with the digest that it was stored under."""
        return await self._reader.run(_files, source)

    async def stamps(self, source: str) -> dict[str, str]:
        """Return the files of a source that have a stamp, each with it."""
        return await self._reader.run(_stamps, source)

    async def counts(self, source: str) -> tuple[int, int]:
        """Return how many files and how many papers the library holds of a source."""
        return await self._reader.run(_counts, source)

    async def put(self, source: str, notes: Sequence[StoredNote]) -> None:
        """Replace what these files hold, the last note of a file if it has two; only the papers they tell of change."""
        await self._writing().run(store.put, self._names, source, notes)

    async def remove(self, source: str, files: Sequence[str]) -> None:
        """Forget files; papers that no other file tells of go with them."""
        await self._writing().run(store.remove, self._names, source, files)

    async def keep_only(self, sources: Collection[str]) -> None:
        """Forget the files of every other source, once these, which the settings now name, were read well."""
        await self._writing().run(store.keep_only, self._names, sources)

    async def report(self, source: str, file: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Note why a file cannot be read now, while its last good papers stay.

        Its digest becomes "", so that it counts as changed as soon as it can be read again.
        """
        await self._writing().run(store.report, source, file, diagnostics)

    async def stamp(self, source: str, stamps: Mapping[str, str]) -> None:
        """Keep new stamps of files that were found unchanged. Without one, a file is only read once more."""
        await self._writing().run(store.stamp, source, stamps)

    async def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what was not understood in all files, by file and line."""
        return await self._reader.run(_diagnostics)

    async def settle(self) -> None:
        """Make this library fast, and delete those that other versions have made, once it is complete."""
        await self._writing().run(index.settle)
        await asyncio.to_thread(_discard, self._path)

    def _writing(self) -> Database:
        if self._writer is None:
            raise LibraryError(f"The library {self._path} is open for reading only.")
        return self._writer


@asynccontextmanager
async def open_library(
    folder: Path | None,
    *,
    reader_version: int,
    aliases: Mapping[str, Sequence[str]] = NO_ALIASES,
    keypoint_aliases: Mapping[str, Sequence[str]] = NO_ALIASES,
    read_only: bool = False,
) -> AsyncGenerator[Library]:
    """Open the library in a folder, made if there is none; without a folder a temporary one.

    The file's name says which program, reader and alias tables made it: a new version is built beside the old one.
    A damaged file is made again, empty. One process at a time may write; any number may read beside it.
    Raises LibraryError: in use, not writable, or nothing there to be read.
    """
    async with AsyncExitStack() as stack:
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="digestbot-")
            folder = Path(stack.enter_context(temporary))
        path = folder / database.file_name(reader_version, aliases, keypoint_aliases)
        names = tallies.Names.of(aliases, keypoint_aliases)
        writer: Database | None = None
        if not read_only:
            await in_thread(lambda: stack.callback(database.claim(folder).close))
            await in_thread(database.prepare, path)
            writer = await stack.enter_async_context(database.opened(path, writes=True))
        else:
            await asyncio.to_thread(database.check_readable, path)
        reader = await stack.enter_async_context(database.opened(path, writes=False))
        keystrokes = await stack.enter_async_context(database.opened(path, writes=False))
        yield Library(path, Search(reader, names, keystrokes=keystrokes), reader, writer, names)


def _files(connection: sqlite3.Connection, source: str) -> dict[str, str]:
    return dict(connection.execute("SELECT file, digest FROM files WHERE source = ? ORDER BY file", (source,)))


def _stamps(connection: sqlite3.Connection, source: str) -> dict[str, str]:
    return dict(connection.execute("SELECT file, stamp FROM files WHERE source = ? AND stamp <> ''", (source,)))


def _counts(connection: sqlite3.Connection, source: str) -> tuple[int, int]:
    files = connection.execute("SELECT count(*) FROM files WHERE source = ?", (source,)).fetchone()[0]
    held = "SELECT id FROM files WHERE source = ?"
    papers = f"SELECT count(DISTINCT paper_id) FROM entries WHERE file_id IN ({held})"
    return files, connection.execute(papers, (source,)).fetchone()[0]


def _diagnostics(connection: sqlite3.Connection) -> tuple[Diagnostic, ...]:
    told = connection.execute("SELECT diagnostics FROM files WHERE diagnostics <> '[]'")
    every = (diagnostic for (text,) in told for diagnostic in rows.DIAGNOSTICS.validate_json(text))
    return tuple(sorted(every, key=lambda d: (d.file, d.line)))


def _discard(path: Path) -> None:
    for other in path.parent.glob("library-*.db"):
        if other != path:
            database.remove(other)
