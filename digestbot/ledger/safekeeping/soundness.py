"""Looking into a ledger's file: whether it is sound, and what it holds."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from digestbot.ledger import versions
from digestbot.ledger.trouble import Unsound, advice, beside, is_damage

T = TypeVar("T")

BACKED_UP_AT = "backed_up_at"
"""Key of the state that only a backup has: the moment that it was begun, ISO 8601 in UTC."""

WAIT = 5.0
"""Seconds to wait for another program's lock on the file."""

CHECKED_BYTES = 64 << 20
"""A ledger up to this size is read through at every start (58 MB took 0.06 s, read from memory); a larger one would
delay it, and is found out by the daily backup, which is always checked whole."""

_SIDES = ("-wal", "-journal")
_MOMENTS = (("papers", "first_seen"), ("editions", "composed_at"), ("parts", "sending_since"), ("parts", "done_at"))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sound ledger holds. `size` is in bytes; `until` is the last moment that it surely knows of."""

    papers: int
    channels: int
    editions: int
    unposted: int
    size: int
    version: str
    made_at: datetime | None
    until: datetime | None


def open_to_read(path: Path, *, at_rest: bool) -> sqlite3.Connection:
    """Connect without changing the file; `at_rest`: no other program uses it, so nothing is made beside it either."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    if at_rest and not any(beside(path, side).exists() for side in _SIDES):
        address += "&immutable=1"
    return sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)


def examine(path: Path, *, at_rest: bool = True) -> Contents:
    """Read a ledger through and count what it holds. Raises Unsound with the reason."""
    return _looked(path, at_rest, _contents)


def check_quickly(path: Path) -> None:
    """Look for damage at the start, beside other programs; a large one is only opened. Raises Unsound."""
    _looked(path, False, _quick)


def _looked(path: Path, at_rest: bool, look: Callable[[sqlite3.Connection, Path], T]) -> T:
    try:
        if not path.is_file():
            raise Unsound("no such file; name a ledger or a backup of one")
        if path.stat().st_size == 0:
            raise Unsound("the file is empty (0 bytes), which no ledger is", damaged=True)
        with closing(open_to_read(path, at_rest=at_rest)) as connection:
            return look(connection, path)
    except (sqlite3.Error, OSError) as error:
        raise Unsound(advice(error), damaged=is_damage(error)) from error


def _quick(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if path.stat().st_size <= CHECKED_BYTES:
        _expect_ok(connection, "quick_check")


def _contents(connection: sqlite3.Connection, path: Path) -> Contents:
    connection.execute("BEGIN")  # all that follows sees one state of a ledger that is in use
    _expect_ok(connection, "integrity_check")
    version = _version(connection)
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        raise Unsound(
            f"the ledger is damaged (in {table} something refers to {parent} that are not there)", damaged=True
        )
    return Contents(
        papers=_count(connection, "papers WHERE folded_into IS NULL"),
        channels=_count(connection, "channels"),
        editions=_count(connection, "editions"),
        unposted=_count(connection, "parts WHERE state IN ('waiting', 'sending')"),
        size=path.stat().st_size,
        version=version,
        made_at=_made_at(connection),
        until=_until(connection),
    )


def _expect_ok(connection: sqlite3.Connection, check: str) -> None:
    found = str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0])
    if found != "ok":
        raise Unsound(f"the ledger is damaged ({' '.join(found.replace('***', '').split())})", damaged=True)


def _version(connection: sqlite3.Connection) -> str:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "counter", "state", "papers"} <= tables:
        raise Unsound("this file holds something else than a ledger")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    version = str(row[0]) if row else "none"
    if version not in versions.known():
        raise Unsound(f"the ledger is of a newer version ({version}) than this program; update the program")
    return version


def _count(connection: sqlite3.Connection, what: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def _made_at(connection: sqlite3.Connection) -> datetime | None:
    row = connection.execute("SELECT value FROM state WHERE key = ?", (BACKED_UP_AT,)).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def _until(connection: sqlite3.Connection) -> datetime | None:
    latest = (connection.execute(f"SELECT max({column}) FROM {table}").fetchone()[0] for table, column in _MOMENTS)
    return max((datetime.fromisoformat(moment) for moment in latest if moment), default=None)
