"""The connection to the ledger's database: one writer at a time, every trouble told in one line."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from json import JSONDecodeError
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import JSON, Connection, Select, Table, Text, cast, event, func, insert, literal, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from digestbot.errors import LedgerError
from digestbot.ledger.safekeeping.opening import check_there, damaged, gone, make_folder
from digestbot.ledger.safekeeping.restoring import to_read
from digestbot.ledger.tables import counter
from digestbot.ledger.trouble import advice, is_damage

log = logging.getLogger(__name__)

LOCK_WAIT = 5000
"""Milliseconds that a writer waits for another process's transaction before it gives up."""

_CHUNK = 10_000
"""Values in one IN list; SQLite takes 32,766 parameters in a statement (sqlite.org/limits.html)."""

T = TypeVar("T")

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Transactions on the ledger. Readers never wait for the writer; writers wait for each other."""

    def __init__(self, engine: AsyncEngine, name: str, *, file: Path | None, read_only: bool) -> None:
        self.engine = engine
        self.name = name
        self.file = file
        self.read_only = read_only
        self._writing = asyncio.Lock()
        self._inode: int | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection, None]:
        """Open a transaction that sees one state of the ledger. Raises LedgerError."""
        async with self._telling(), self.engine.connect() as connection, connection.begin():
            yield connection

    async def keep_a_log(self) -> None:
        """Switch an SQLite ledger to write-ahead logging, so that readers and the writer don't wait for each other."""
        if self.engine.dialect.name == "sqlite":
            async with self._telling(), self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                await _switch_to_wal(raw.driver_connection)

    @asynccontextmanager
    async def writing(self, *, locked: bool = True) -> AsyncGenerator[AsyncConnection, None]:
        """Open the one transaction that may write; it is kept only if the block ends without an error.

        The counter's row is locked first, which puts the writers of all processes one behind the other: SQLite's
        BEGIN IMMEDIATE does it there already, PostgreSQL needs the row (`locked` False: before there is one).
        Raises LedgerError.
        """
        if self.read_only:
            raise LedgerError(f"{self.name}: the ledger is open for reading only; nothing can be changed here")
        self._expect_same_file()
        async with self._writing, self._telling(), self.engine.connect() as connection:
            await connection.execution_options(digestbot_writes=True)
            async with connection.begin():
                if locked:
                    await connection.execute(select(counter.c.id).with_for_update())
                yield connection

    def _expect_same_file(self) -> None:
        """SQLite goes on writing to a file that was deleted or replaced, and what it wrote would be lost at the end."""
        if self.file is None:
            return
        try:
            inode = self.file.stat().st_ino
        except OSError as error:
            if self._inode is None:
                return  # the first transaction may make it
            raise LedgerError(gone(self.file) if isinstance(error, FileNotFoundError) else self._told(error)) from error
        if self._inode not in (None, inode):
            raise LedgerError(
                f"{self.file}: another file was put in the ledger's place; stop the bot and start it anew"
            )
        self._inode = inode

    @asynccontextmanager
    async def _telling(self) -> AsyncGenerator[None, None]:
        """Turn a database's error into a LedgerError that says what to do; a fault of the program stays what it is."""
        try:
            yield
        except (sqlite3.Error, DBAPIError, NoConnection, OSError, JSONDecodeError) as error:
            raise LedgerError(await asyncio.to_thread(self._told, error)) from error

    def _told(self, error: Exception) -> str:
        if self.file and not self.file.exists():
            return gone(self.file)
        if self.file and is_damage(error):
            return damaged(self.file, error)
        return f"{self.name}: {advice(error)}"


@asynccontextmanager
async def open_database(url: str, *, read_only: bool) -> AsyncGenerator[Database, None]:
    """Connect to the ledger's database; nothing is read or made yet except a missing folder. Raises LedgerError."""
    address = _address(url)
    name = str(address.database) if _is_sqlite(address) else address.render_as_string(hide_password=True)
    file = sqlite_file(url)
    if file:
        address = _sqlite_address(address, file, read_only=read_only)
    engine = _engine(address, name)
    try:
        yield Database(engine, name, file=file, read_only=read_only)
    finally:
        await engine.dispose()


def sqlite_file(url: str) -> Path | None:
    """Return the file of a ledger in SQLite, None if it is in another database. Raises LedgerError."""
    address = _address(url)
    if not _is_sqlite(address):
        return None
    if not address.database or address.database == ":memory:":
        raise LedgerError("the ledger must outlive the process; name a file, as in sqlite:///data/ledger.db")
    path = Path(address.database)
    return path.resolve() if path.is_symlink() else path  # what lies beside a ledger lies beside the file itself


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise LedgerError(f"{url}: not a database URL; use sqlite:///data/ledger.db or postgresql://…") from error


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _sqlite_address(address: URL, file: Path, *, read_only: bool) -> URL:
    if read_only:
        there = to_read(file)
        check_there(there)
        return address.set(database=there.absolute().as_uri(), query={"mode": "ro", "uri": "true"})
    make_folder(file.parent)
    return address.set(database=str(file))


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


async def add(
    connection: AsyncConnection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Insert many rows, whose values stand in the order of the columns and are as the driver takes them.

    SQLAlchemy takes longer to look at each value of many rows than SQLite takes to write them.
    """
    if not rows:
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=columns)
    named = [tuple(row) if statement.positional else dict(zip(columns, row, strict=True)) for row in rows]
    await connection.exec_driver_sql(str(statement), named)


def listed(connection: AsyncConnection, texts: Iterable[str]) -> Select[str]:
    """Return the query for some texts, all in one parameter: thousands take SQLAlchemy longer than to find them."""
    text = literal(json.dumps(list(texts)), Text)
    if connection.dialect.name == "sqlite":
        return select(func.json_each(text).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(text, JSON)).table_valued("value").c.value)


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
