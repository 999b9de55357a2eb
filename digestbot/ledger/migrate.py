"""Bringing a ledger's tables forward to what this program knows, one migration per transaction."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select, text

from digestbot.errors import LedgerError
from digestbot.ledger import versions
from digestbot.ledger.database import Database
from digestbot.ledger.safekeeping.backup import make_backup
from digestbot.threads import in_thread

log = logging.getLogger(__name__)

_LOCK = 0x6C6564676572
"""Names the advisory lock under which PostgreSQL lets one process migrate at a time."""


_VERSION = Table("alembic_version", MetaData(), Column("version_num", String))


async def migrate(database: Database, clock: Callable[[], datetime]) -> None:
    """Migrate the ledger to the newest version, or only check it if it is open for reading.

    An SQLite ledger is backed up before. Raises LedgerError for a ledger of a newer program, for a database that holds
    something else, and if the backup fails.
    """
    config, head = versions.config(), versions.newest()
    async with database.reading() as connection:
        version = await connection.run_sync(_version, database.name)
    if database.read_only and version != head:
        raise LedgerError(f"{database.name}: the ledger is of an older version; start the bot once to bring it forward")
    if database.file and version not in (None, head):
        await _back_up(database.file, clock())
    while version != head:
        async with database.writing(locked=False) as connection:
            version = await connection.run_sync(_step, database.name, config)


async def _back_up(ledger: Path, now: datetime) -> None:
    try:
        made = await in_thread(make_backup, ledger, now)
    except LedgerError as error:
        told = f"{ledger}: the ledger is not brought forward to the new version without a backup: {error}"
        raise LedgerError(told) from error
    log.info("%s: backed up to %s before it is migrated", ledger, made)


def _step(connection: Connection, name: str, config: Config) -> str | None:
    """Take the ledger one version forward, unless another process has done it meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    version = _version(connection, name)
    if version == versions.newest():
        return version
    config.attributes["connection"] = connection
    command.upgrade(config, "+1")
    after = _version(connection, name)
    log.info("%s: migrated from version %s to %s", name, version or "none", after)
    return after


def _version(connection: Connection, name: str) -> str | None:
    tables = inspect(connection).get_table_names()
    if tables and _VERSION.name not in tables:
        raise LedgerError(f"{name}: this database holds something else than a ledger; name another one")
    version = connection.execute(select(_VERSION.c.version_num)).scalar() if tables else None
    if version is not None and version not in versions.known():
        raise LedgerError(f"{name}: the ledger is of a newer version ({version}) than this program; update the program")
    return version
