"""The connection to the ledger's database: one writer at a time, every trouble told in one line."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from digestbot.errors import LedgerError
from digestbot.ledger.tables import counter

log = logging.getLogger(__name__)

LOCK_WAIT = 5000
"""Milliseconds that a writer waits for another process's transaction before it gives up."""

_CHUNK = 10_000
"""Values in one IN list; SQLite takes 32,766 parameters in a statement (sqlite.org/limits.html)."""

T = TypeVar("T")

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Transactions on the ledger. Readers never wait for the writer; writers wait for each other."""

    def __init__(self, engine: AsyncEngine, name: str, *, read_only: bool) -> None:
        self.engine = engine
        self.name = name
        self.read_only = read_only
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection, None]:
        """Open a transaction that sees one state of the ledger. Raises LedgerError."""
        with _Told(self.name):
            async with self.engine.connect() as connection, connection.begin():
                yield connection

    async def keep_a_log(self) -> None:
        """Switch an SQLite ledger to write-ahead logging, so that readers and the writer don't wait for each other."""
        if self.engine.dialect.name == "sqlite":
            with _Told(self.name):
                async with self.engine.connect() as connection:
                    raw = await connection.get_raw_connection()
                    await _switch_to_wal(cast("Any", raw.driver_connection))

    @asynccontextmanager
    async def writing(self, *, locked: bool = True) -> AsyncGenerator[AsyncConnection, None]:
        """Open the one transaction that may write; it is kept only if the block ends without an error.

        The counter's row is locked first, which puts the writers of all processes one behind the other: SQLite's
        BEGIN IMMEDIATE does it there already, PostgreSQL needs the row (`locked` False: before there is one).
        Raises LedgerError.
        """
        if self.read_only:
            raise LedgerError(f"{self.name}: the ledger is open for reading only; nothing can be changed here")
        async with self._writing:
            with _Told(self.name):
                async with self.engine.connect() as connection:
                    await connection.execution_options(digestbot_writes=True)
                    async with connection.begin():
                        if locked:
                            await connection.execute(select(counter.c.id).with_for_update())
                        yield connection


@asynccontextmanager
async def open_database(url: str, *, read_only: bool) -> AsyncGenerator[Database, None]:
    """Connect to the ledger's database; nothing is read or made yet except a missing folder. Raises LedgerError."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise LedgerError(f"{url}: not a database URL; use sqlite:///data/ledger.db or postgresql://…") from error
    name = str(address.database) if _is_sqlite(address) else address.render_as_string(hide_password=True)
    if _is_sqlite(address):
        address = _sqlite_address(address, read_only=read_only)
    engine = _engine(address, name)
    try:
        yield Database(engine, name, read_only=read_only)
    finally:
        await engine.dispose()


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _sqlite_address(address: URL, *, read_only: bool) -> URL:
    if not address.database or address.database == ":memory:":
        raise LedgerError("the ledger must outlive the process; name a file, as in sqlite:///data/ledger.db")
    path = Path(address.database)
    if read_only:
        if not path.is_file():
            raise LedgerError(f"{path}: there is no ledger yet; it is made when the bot runs for the first time")
        return address.set(database=path.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"{path.parent}: the folder for the ledger cannot be made ({error.strerror})") from error
    return address


def _engine(address: URL, name: str) -> AsyncEngine:
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise LedgerError(f"{name}: the ledger is kept in SQLite or PostgreSQL, not in {address.drivername}")
    try:
        engine = create_async_engine(address.set(drivername=driver))
    except ImportError as error:
        raise LedgerError(f"{name}: PostgreSQL needs a driver: pip install 'psycopg[binary]'") from error
    if _is_sqlite(address):
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    """Set up a new SQLite connection; sqlite3's own BEGIN is switched off, because it would come too late."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("digestbot_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut values into pieces that fit into one statement."""
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


async def _switch_to_wal(connection: Any) -> None:
    """Switch the journal, which SQLite refuses at once, without its busy timeout, while another connection does so."""
    loop = asyncio.get_running_loop()
    latest = loop.time() + LOCK_WAIT / 1000
    while True:
        try:
            await connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or loop.time() >= latest:
                raise
            await asyncio.sleep(0.02)
        else:
            return


class _Told:
    """Turns a database's error into a LedgerError that says what to do; a fault of the program stays what it is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise LedgerError(f"{self._name}: {_advice(str(error))}") from error
        if isinstance(error, DBAPIError):
            raise LedgerError(f"{self._name}: {_advice(str(error.orig))}") from error
        if isinstance(error, NoConnection | OSError):
            raise LedgerError(f"{self._name}: the ledger cannot be used ({error})") from error


_ADVICE = {
    "not a database": "this file is not a ledger or is damaged; put a backup in its place, it was left as it is",
    "malformed": "the ledger is damaged; put a backup in its place, it was left as it is",
    "locked": "the ledger is locked by another program; close it and try again",
    "readonly": "the ledger cannot be written; make the file and its folder writable for the bot's user",
    "read-only": "the ledger cannot be written; make the file and its folder writable for the bot's user",
    "unable to open": "the ledger cannot be opened; check that its folder is there and the bot's user may write in it",
    "disk is full": "the disk is full; make room, nothing was lost",
    "disk i/o": "the disk failed to read or write the ledger; check the disk and the folder's permissions",
}


def _advice(message: str) -> str:
    """Say what to do about an SQLite error (sqlite.org/rescode.html) or repeat another database's first line."""
    told = next((advice for part, advice in _ADVICE.items() if part in message.lower()), None)
    return told or f"the ledger cannot be used ({message.strip().splitlines()[0] if message.strip() else 'no reason'})"
