"""The database file: opening and checking it, the connections to it, and what goes wrong."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar
from unicodedata import unidata_version

import aiosqlite
from pydantic import ValidationError

from digestbot.errors import LibraryError
from digestbot.threads import uncollected

log = logging.getLogger(__name__)

INDEX_VERSION = 7
"""Raised when folding, identity or anything else changes what the rows hold; schema.sql counts by itself."""

BUSY_SECONDS = 5.0
READING = ("query_only = ON", "cache_size = -8000")
WRITING = ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = OFF")
"""Nothing in a library is secret from who can read its file, so pages that fall free need no zeros written to them."""
CHECKED_BYTES = 64 << 20
"""A file up to this size is checked whole at every start (about 0.1 s); reading a larger one through would delay it."""

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[sqlite3.Connection, P], T]

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TROUBLE = {
    sqlite3.SQLITE_BUSY: "is locked by another program: close that one, then try again",
    sqlite3.SQLITE_LOCKED: "is locked by another program: close that one, then try again",
    sqlite3.SQLITE_FULL: "cannot grow, the disk is full: make room, then try again",
    sqlite3.SQLITE_READONLY: "cannot be written: give this user the right to write to its folder",
    sqlite3.SQLITE_PERM: "cannot be written: give this user the right to write to its folder",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that its folder exists and this user may write to it",
    sqlite3.SQLITE_IOERR: "cannot be read or written: check the disk it is on",
    sqlite3.SQLITE_CORRUPT: "is damaged: start again, and it is made anew from the notes",
    sqlite3.SQLITE_NOTADB: "is damaged: start again, and it is made anew from the notes",
}


def schema() -> str:
    """Return the statements that make an empty library."""
    return files("digestbot.library").joinpath("schema.sql").read_text(encoding="utf-8")


def file_name(
    reader_version: int,
    aliases: Mapping[str, Sequence[str]],
    keypoint_aliases: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """Return the name of the library that this program, reader and alias tables make: another of them, another file."""
    both = (aliases, keypoint_aliases)
    tables = [sorted((name, list(variants)) for name, variants in table.items()) for table in both]
    made_by = json.dumps([schema(), INDEX_VERSION, reader_version, unidata_version, tables])
    return f"library-{hashlib.sha256(made_by.encode()).hexdigest()[:16]}.db"


@contextmanager
def telling(path: Path) -> Generator[None]:
    """Turn an error of SQLite, or of what it holds, into one for a person, unless it is a fault of the program."""
    try:
        yield
    except (sqlite3.Error, ValidationError) as error:
        told = _TROUBLE.get(_code(error))
        if told is None:
            raise
        raise LibraryError(f"The library {path} {told}.") from error


def _code(error: sqlite3.Error | ValidationError) -> int:
    """Return SQLite's code for what is wrong.

    A row was valid when it was written: JSON or text that no longer is has been damaged where SQLite does not look.
    """
    if isinstance(error, ValidationError) or str(error).startswith("Could not decode to UTF-8"):
        return sqlite3.SQLITE_CORRUPT
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def remove(path: Path) -> None:
    """Delete a library file with everything that belongs to it."""
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"), _damaged(path)):
        name.unlink(missing_ok=True)


def _damaged(path: Path) -> Path:
    return path.with_suffix(".damaged")


def prepare(path: Path) -> None:
    """Make the library file if there is none, and make it again if it is damaged: all of it comes from the notes.

    Raises LibraryError if it can be neither used nor made.
    """
    try:
        with telling(path):
            if _damaged(path).exists() or not _sound(path):
                log.warning("the library %s was damaged and is made again from the notes", path)
                remove(path)
                _create(path)
    except OSError as error:
        raise LibraryError(f"The library {path} cannot be made: {error.strerror or error}.") from error


def _sound(path: Path) -> bool:
    """Create what is missing; tell whether the file can be used.

    A file that was cut off or overwritten shows at the first read. What is malformed inside, only a reading of the
    whole file shows, so that is done while the file is small. A large one is trusted, and made again after it failed.
    """
    try:
        _create(path)
        if path.stat().st_size > CHECKED_BYTES:
            return True
        with closing(connect(path)) as connection:
            return connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        if _code(error) in _DAMAGE:
            return False
        raise


def _create(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            connection.executescript(f"BEGIN IMMEDIATE; {schema()} COMMIT;")


def check_readable(path: Path) -> None:
    """Raise LibraryError unless there is a library that can be read."""
    if not path.is_file():
        raise LibraryError(f"There is no library in {path.parent} for these settings yet: start the bot once.")
    with telling(path), closing(sqlite3.connect(_address(path, "ro"), uri=True, timeout=BUSY_SECONDS)) as connection:
        connection.execute("SELECT count(*) FROM papers")


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection of one's own, for what happens before the others are open."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def claim(folder: Path) -> sqlite3.Connection:
    """Take the folder for this process until the connection is closed; the system gives it back if the process dies.

    Raises LibraryError if another process has it, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"The library's folder {folder} cannot be made: {error.strerror or error}.") from error
    path = folder / "library.lock"
    with telling(path):
        claimed = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            claimed.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            claimed.close()
            if _code(error) != sqlite3.SQLITE_BUSY:
                raise
            told = f"The library in {folder} is in use by another digestbot: stop that one, or set another folder."
            raise LibraryError(told) from error
    return claimed


@dataclass(frozen=True, slots=True)
class Database:
    """One connection, on a thread of its own; every piece of work is one hop to that thread and one transaction."""

    path: Path
    connection: aiosqlite.Connection
    writes: bool

    async def run(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the work in one transaction, undone if it fails.

        Work on one connection never overlaps: the thread takes up one piece after the other. Raises LibraryError for
        what a person can mend (locked, full, unwritable, damaged). A damaged file is marked, for the next start.
        """
        with telling(self.path), self._marking():
            # aiosqlite has no public way to send a function: its methods cost a hop to the thread for each statement.
            hop = self.connection._execute  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]
            return await hop(self._transaction, work, *args, **kwargs)

    @contextmanager
    def _marking(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, ValidationError) as error:
            if _code(error) in _DAMAGE:
                with suppress(OSError):
                    _damaged(self.path).touch()
            raise

    def _transaction(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        connection = self.connection._conn  # pyright: ignore[reportPrivateUsage] # as above
        connection.execute("BEGIN IMMEDIATE" if self.writes else "BEGIN")
        try:
            with uncollected() if self.writes else nullcontext():
                done = work(connection, *args, **kwargs)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return done


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


@asynccontextmanager
async def opened(path: Path, *, writes: bool) -> AsyncGenerator[Database]:
    """Open one connection to a file that is there and in order."""
    address = _address(path, "rw" if writes else "ro")
    async with aiosqlite.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None) as connection:
        for pragma in WRITING if writes else READING:
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        yield Database(path, connection, writes)
