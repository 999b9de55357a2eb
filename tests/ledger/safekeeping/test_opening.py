"""A start on a ledger that is gone, empty or damaged, and trouble that comes while it is in use."""

import resource
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digestbot.errors import LedgerError
from digestbot.ledger import Ledger, database, examine, make_backup, open_ledger, verify_ledger
from digestbot.models import Entry

MakeEntry = Callable[..., Entry]
Fill = Callable[[Path], None]
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


@pytest.fixture
async def path(tmp_path: Path, entry: MakeEntry) -> Path:
    """A ledger with some hundred papers, and no bot on it."""
    path = tmp_path / "ledger.db"
    async with open_ledger(f"sqlite:///{path}") as ledger:
        await ledger.papers.sight("notes", "a.md", "1", [entry(f"Paper {n}") for n in range(400)], NOW)
    return path


async def refused(path: Path, *, read_only: bool = False) -> str:
    with pytest.raises(LedgerError) as caught:
        async with open_ledger(f"sqlite:///{path}", read_only=read_only):
            pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xa5" * 4096)


@pytest.mark.parametrize("page", [0, 1, 12, 20])
async def test_damage_anywhere_stops_the_start_and_names_the_way_back(path: Path, page: int) -> None:
    spoil(path, page)
    before = content(path)
    told = await refused(path)
    assert "damaged" in told
    assert "no sound backup" in told
    assert "digestbot ledger restore FILE" in told
    assert content(path) == before


@pytest.mark.parametrize("page", [1, 12, 20])
def test_damage_anywhere_is_found_before_a_backup_counts(path: Path, page: int) -> None:
    spoil(path, page)
    with pytest.raises(LedgerError, match="the backup failed: the ledger is damaged"):
        make_backup(path, NOW)


async def test_the_newest_good_backup_is_named_with_its_command(path: Path) -> None:
    good = make_backup(path, NOW)
    spoil(make_backup(path, NOW.replace(hour=7)), 12)
    spoil(path, 12)
    told = await refused(path)
    assert told.endswith(f"restore the backup of 2026-11-21 06:30 UTC with: digestbot ledger restore {good}")


@pytest.mark.parametrize("read_only", [False, True])
async def test_an_empty_file_is_never_taken_for_a_new_ledger(path: Path, read_only: bool) -> None:
    made = make_backup(path, NOW)
    write(path, b"")
    told = await refused(path, read_only=read_only)
    assert "empty (0 bytes)" in told
    assert f"digestbot ledger restore {made}" in told
    assert "anew" not in told
    remove(made)
    assert "delete the file to begin anew" in await refused(path, read_only=read_only)
    assert content(path) == b""


@pytest.mark.parametrize("read_only", [False, True])
async def test_a_ledger_that_is_gone_is_never_begun_anew(path: Path, read_only: bool) -> None:
    made = make_backup(path, NOW)
    remove(path)
    told = await refused(path, read_only=read_only)
    assert (
        f"the ledger is gone; restore the backup of 2026-11-21 06:30 UTC with: digestbot ledger restore {made}" in told
    )
    assert f"remove {made.parent} to begin anew" in told
    assert content(path) is None
    shutil.rmtree(made.parent)
    if not read_only:
        async with open_ledger(f"sqlite:///{path}") as ledger:
            assert await ledger.papers.highest() == 0


async def test_the_log_of_a_ledger_that_is_gone_is_not_lost(path: Path) -> None:
    remove(path)
    wal = path.with_name("ledger.db-wal")
    write(wal, b"x" * 5000)
    assert f"remove {wal} to begin anew" in await refused(path)
    assert content(wal) == b"x" * 5000


async def test_a_new_ledger_that_was_interrupted_is_begun_once_more(tmp_path: Path) -> None:
    write(tmp_path / "ledger.db.new", b"half of one")
    write(tmp_path / "ledger.db.new-journal", b"half of one")
    async with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        assert await ledger.papers.highest() == 0
    assert not list_of(tmp_path, ".new")


async def test_damage_that_shows_while_running_is_told_with_the_way_back(path: Path) -> None:
    made = make_backup(path, NOW)
    async with open_ledger(f"sqlite:///{path}") as ledger:
        for page in range(1, 25):
            spoil(path, page)
        for _ in range(2):
            with pytest.raises(LedgerError, match=rf"{path}: .*damaged.*; restore the .* restore {made}$"):
                await ledger.papers.files("notes")


async def test_a_ledger_of_a_newer_program_is_not_to_be_restored(path: Path) -> None:
    make_backup(path, NOW)
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = 'zzzz'")
    for use in (lambda: verify_ledger(path), lambda: make_backup(path, NOW)):
        with pytest.raises(LedgerError, match=r"update the program$"):
            use()


async def test_json_that_is_none_any_more_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(
            "INSERT INTO editions (id, channel_id, late, composed_at) VALUES (1, 1, 0, '2026-01-01T00:00:00.000000Z')"
        )
        other.execute(
            "INSERT INTO parts (edition_id, number, payload, nonce, state) VALUES (1, 1, '[', 'nonce', 'waiting')"
        )
    async with open_ledger(f"sqlite:///{path}") as ledger:
        with pytest.raises(LedgerError, match="restore"):
            await ledger.editions.get(1)


async def test_a_ledger_that_is_taken_away_while_running_is_told(path: Path) -> None:
    made = make_backup(path, NOW)
    async with open_ledger(f"sqlite:///{path}") as ledger:
        await ledger.state.set("key", "value")
        away = shutil.move(path, path.with_name("away.db"))
        with pytest.raises(LedgerError, match=f"the ledger is gone; restore .*{made}"):
            await ledger.state.set("key", "lost")
        write(path, b"another")
        with pytest.raises(LedgerError, match="another file was put in the ledger's place"):
            await ledger.state.set("key", "lost")
        shutil.move(away, path)
        assert await ledger.state.get("key") == "value"
        await ledger.state.set("key", "kept")


@pytest.fixture
async def small(full_disk: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(f"sqlite:///{full_disk}/ledger.db") as ledger:
        await ledger.state.set("key", "before")
        yield ledger


async def test_a_full_disk_is_told_and_gone_when_there_is_room(
    small: Ledger, full_disk: Path, fill: Fill, entry: MakeEntry
) -> None:
    fill(full_disk)
    entries = [entry(f"Paper {n}") for n in range(2000)]
    with pytest.raises(LedgerError, match="the disk is full; make room, nothing was lost"):
        await small.papers.sight("notes", "a.md", "1", entries, NOW)
    with pytest.raises(LedgerError, match="backup failed: the disk is full"):
        make_backup(full_disk / "ledger.db", NOW)
    assert await small.state.get("key") == "before"
    remove(full_disk / "filler")
    assert len(await small.papers.sight("notes", "a.md", "1", entries, NOW)) == 2000
    assert examine(make_backup(full_disk / "ledger.db", NOW)).papers == 2000


async def test_a_start_on_a_read_only_volume_is_told(full_disk: Path) -> None:
    async with open_ledger(f"sqlite:///{full_disk}/ledger.db"):
        pass
    mount(full_disk, "ro")
    assert "the ledger cannot be" in await refused(full_disk / "ledger.db")
    with pytest.raises(LedgerError, match="backup failed: the ledger cannot be"):
        make_backup(full_disk / "ledger.db", NOW)
    mount(full_disk, "rw")
    async with open_ledger(f"sqlite:///{full_disk}/ledger.db") as ledger:
        await ledger.state.set("key", "value")


async def test_a_limit_to_the_size_of_files_is_told_and_gone_when_it_is_lifted(path: Path, entry: MakeEntry) -> None:
    entries = [entry(f"Other paper {n}") for n in range(4000)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with open_ledger(f"sqlite:///{path}") as ledger:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
        try:
            with pytest.raises(LedgerError, match="the disk"):
                await ledger.papers.sight("notes", "b.md", "2", entries, NOW)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert await ledger.papers.highest() == 400
        assert len(await ledger.papers.sight("notes", "b.md", "2", entries, NOW)) == 4000


async def test_a_locked_ledger_is_told_by_whatever_needs_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT", 20)
    monkeypatch.setattr("digestbot.ledger.safekeeping.soundness.WAIT", 0.02)
    async with open_ledger(f"sqlite:///{path}") as ledger:
        await ledger.state.set("key", "before")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("INSERT INTO state VALUES ('other', '1')")
        assert "locked by another program" in await refused(path)
        with pytest.raises(LedgerError, match="locked by another program"):
            make_backup(path, NOW)
    async with open_ledger(f"sqlite:///{path}") as ledger:
        assert await ledger.state.get("key") == "before"


def mount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def write(path: Path, text: bytes) -> None:
    path.write_bytes(text)


def remove(path: Path) -> None:
    path.unlink()


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def list_of(folder: Path, part: str) -> list[str]:
    return [file.name for file in folder.iterdir() if part in file.name]
