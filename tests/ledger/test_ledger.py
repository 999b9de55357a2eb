import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from digestbot.errors import LedgerError
from digestbot.ledger import database as database_module
from digestbot.ledger import open_ledger
from digestbot.ledger.database import open_database
from digestbot.ledger.tables import metadata
from digestbot.models import Entry

MakeEntry = Callable[..., Entry]


async def refused(url: str, *, read_only: bool = False) -> str:
    with pytest.raises(LedgerError) as caught:
        async with open_ledger(url, read_only=read_only):
            pass
    message = str(caught.value)
    assert "\n" not in message
    return message


async def test_a_ledger_keeps_what_it_was_told(url: str, entry: MakeEntry, now: datetime) -> None:
    async with open_ledger(url) as ledger:
        await ledger.papers.sight("notes", "a.md", "1", [entry("One"), entry("Two")], now)
        await ledger.state.set("commands", "a hash")
        await ledger.state.set("commands", "another")
    async with open_ledger(url) as ledger:
        assert await ledger.papers.highest() == 2
        assert await ledger.state.get("commands") == "another"
        assert await ledger.state.get("nothing") is None


async def test_a_ledger_keeps_the_name_that_its_nonces_carry(url: str) -> None:
    async with open_ledger(url, prefix=lambda: "first"):
        pass
    async with open_ledger(url, prefix=lambda: "second") as ledger:
        assert await ledger.state.get("name") == "first"


async def test_migrations_make_the_tables_that_the_program_uses(url: str) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with open_ledger(url), open_database(url, read_only=False) as database, database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_two_that_open_a_new_ledger_at_once_make_one(url: str) -> None:
    async def opened() -> str | None:
        async with open_ledger(url) as ledger:
            return await ledger.state.get("name")

    names = await asyncio.gather(opened(), opened(), opened())
    assert len(set(names)) == 1


async def test_a_ledger_is_safe_on_disk_after_each_transaction(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    async with open_ledger(url), open_database(url, read_only=False) as database, database.writing() as connection:
        pragmas = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }
    assert pragmas == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


async def test_an_interrupted_transaction_leaves_nothing(url: str, entry: MakeEntry, now: datetime) -> None:
    async with open_ledger(url) as ledger:
        await ledger.papers.sight("notes", "a.md", "1", [entry("One")], now)
        naive = now.replace(tzinfo=None)
        with pytest.raises(ValueError, match="no time zone"):
            await ledger.papers.sight("notes", "b.md", "2", [entry("Two")], naive)
        assert await ledger.papers.highest() == 1
        assert await ledger.papers.files("notes") == {"a.md": "1"}
        assert await ledger.papers.sight("notes", "b.md", "2", [entry("Two")], now) == (2,)


async def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    async with open_ledger(f"sqlite:///{tmp_path}/some/where/ledger.db"):
        assert (tmp_path / "some/where/ledger.db").is_file()


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_damaged_ledger_is_left_as_it_is(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this was a ledger once" * 500)
    message = await refused(f"sqlite:///{path}", read_only=read_only)
    assert str(path) in message
    assert "backup" in message
    assert path.read_bytes() == b"this was a ledger once" * 500


async def test_a_ledger_damaged_inside_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with open_ledger(f"sqlite:///{path}"):
        pass
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + b"\xff" * (len(whole) - 200))
    assert "damaged" in await refused(f"sqlite:///{path}")


async def test_the_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()
    assert "something else" in await refused(f"sqlite:///{path}")
    assert path.read_bytes() == before


async def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with open_ledger(f"sqlite:///{path}"):
        pass
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    message = await refused(f"sqlite:///{path}")
    assert "9999" in message
    assert "update the program" in message


async def test_a_locked_ledger_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "LOCK_WAIT", 20)
    path = tmp_path / "ledger.db"
    async with open_ledger(f"sqlite:///{path}") as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="locked by another program"):
            await ledger.state.set("key", "value")
        assert await ledger.state.get("key") is None, "who only reads does not wait"
        other.execute("ROLLBACK")
        other.close()
        await ledger.state.set("key", "value")


async def test_a_new_ledger_locked_at_once_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "LOCK_WAIT", 20)
    path = tmp_path / "ledger.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "locked" in await refused(f"sqlite:///{path}")
    other.close()


async def test_reading_beside_a_running_bot(tmp_path: Path, entry: MakeEntry, now: datetime) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    async with open_ledger(url) as bot, open_ledger(url, read_only=True) as looker:
        await bot.papers.sight("notes", "a.md", "1", [entry("One")], now)
        assert await looker.papers.highest() == 1
        with pytest.raises(LedgerError, match="reading only"):
            await looker.state.set("key", "value")


async def test_there_is_nothing_to_read_before_the_first_run(tmp_path: Path) -> None:
    assert "no ledger yet" in await refused(f"sqlite:///{tmp_path}/ledger.db", read_only=True)
    assert not (tmp_path / "ledger.db").exists()


async def test_a_ledger_without_tables_is_not_migrated_by_a_reader(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as empty:
        empty.execute("PRAGMA journal_mode = WAL")
    assert "older version" in await refused(f"sqlite:///{tmp_path}/ledger.db", read_only=True)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense", "not a database URL"),
        ("sqlite://", "must outlive"),
        ("sqlite:///:memory:", "must outlive"),
        ("mysql://host/name", "SQLite or PostgreSQL"),
    ],
)
async def test_an_address_that_cannot_be_a_ledger(address: str, told: str) -> None:
    assert told in await refused(address)


async def test_a_ledger_that_is_a_folder_or_lies_in_a_file(tmp_path: Path) -> None:
    assert "cannot be opened" in await refused(f"sqlite:///{tmp_path}")
    (tmp_path / "file").touch()
    assert "cannot be made" in await refused(f"sqlite:///{tmp_path}/file/ledger.db")


async def test_a_password_is_not_told() -> None:
    message = await refused("postgresql://bot:secret@127.0.0.1:1/ledger")
    assert "secret" not in message
