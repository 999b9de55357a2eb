"""Bringing a ledger's tables forward to what this program knows, one migration per transaction."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select, text

from digestbot.errors import LedgerError
from digestbot.ledger.database import Database

log = logging.getLogger(__name__)

_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x6C6564676572
"""Names the advisory lock under which PostgreSQL lets one process migrate at a time."""


_VERSION = Table("alembic_version", MetaData(), Column("version_num", String))


async def migrate(database: Database) -> None:
    """Migrate the ledger to the newest version, or only check it if it is open for reading.

    Raises LedgerError for a ledger of a newer program, and for a database that holds something else.
    """
    config = _config()
    head = ScriptDirectory.from_config(config).get_current_head()
    async with database.reading() as connection:
        version = await connection.run_sync(_version, database.name, config)
    if database.read_only and version != head:
        raise LedgerError(f"{database.name}: the ledger is of an older version; start the bot once to bring it forward")
    if not database.read_only:
        await database.keep_a_log()
    while version != head:
        async with database.writing(locked=False) as connection:
            version = await connection.run_sync(_step, database.name, config)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _step(connection: Connection, name: str, config: Config) -> str | None:
    """Take the ledger one version forward, unless another process has done it meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    version = _version(connection, name, config)
    if version == ScriptDirectory.from_config(config).get_current_head():
        return version
    config.attributes["connection"] = connection
    command.upgrade(config, "+1")
    after = _version(connection, name, config)
    log.info("%s: migrated from version %s to %s", name, version or "none", after)
    return after


def _version(connection: Connection, name: str, config: Config) -> str | None:
    tables = inspect(connection).get_table_names()
    if tables and _VERSION.name not in tables:
        raise LedgerError(f"{name}: this database holds something else than a ledger; name another one")
    version = connection.execute(select(_VERSION.c.version_num)).scalar() if tables else None
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise LedgerError(f"{name}: the ledger is of a newer version ({version}) than this program; update the program")
    return version
