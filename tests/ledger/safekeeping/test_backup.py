import logging
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digestbot.errors import LedgerError
from digestbot.ledger import (
    DailyBackup,
    backups,
    examine,
    make_backup,
    newest_good,
    open_ledger,
    prune,
    versions,
)
from digestbot.ledger.safekeeping.backup import backups_folder
from digestbot.ledger.trouble import Unsound
from digestbot.models import Entry

MakeEntry = Callable[..., Entry]
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
NEXT_VERSION = """
revision = "9999"
down_revision = "{before}"
def upgrade():
    from alembic import op
    op.execute("CREATE TABLE later (id INTEGER)")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def address(path: Path) -> str:
    return f"sqlite:///{path}"


async def make(path: Path, value: str = "one") -> None:
    async with open_ledger(address(path)) as ledger:
        await ledger.state.set("value", value)


def value_of(path: Path, key: str = "value") -> str | None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def spoil(path: Path) -> None:
    """Overwrite all but the first page, as a failing disk does."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


async def test_a_backup_is_made_beside_a_bot_that_writes(path: Path, entry: MakeEntry) -> None:
    async with open_ledger(address(path)) as bot:
        await bot.papers.sight("notes", "a.md", "1", [entry("One"), entry("Two")], NOW)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO state VALUES ('half', 'done')")
        made = make_backup(path, NOW)
        other.execute("COMMIT")
        other.close()
    assert made == path.parent / "backups" / "ledger-20261121T063000Z.db"
    contents = examine(made)
    assert (contents.papers, contents.channels, contents.editions, contents.unposted) == (2, 0, 0, 0)
    assert (contents.made_at, contents.version) == (NOW, versions.newest())
    assert value_of(made, "half") is None
    assert value_of(path, "half") == "done"
    assert {file.name for file in made.parent.iterdir()} == {".lock", made.name}, "it is one file"


def test_a_backup_has_the_rights_of_the_ledger(large: Path) -> None:
    large.chmod(0o600)
    assert make_backup(large, NOW).stat().st_mode & 0o777 == 0o600


async def test_a_backup_to_a_file_or_folder_that_was_named(path: Path, tmp_path: Path) -> None:
    await make(path)
    assert value_of(make_backup(path, NOW, tmp_path / "copy.db")) == "one"
    assert make_backup(path, NOW, tmp_path).name == "ledger-20261121T063000Z.db"
    for taken in (tmp_path / "copy.db", path):
        with pytest.raises(LedgerError, match="there already"):
            make_backup(path, NOW, taken)
    with pytest.raises(LedgerError, match="cannot be opened"):
        make_backup(path, NOW, tmp_path / "nowhere" / "copy.db")
    assert backups(path) == ()


async def test_a_damaged_ledger_is_not_backed_up(path: Path) -> None:
    await make(path)
    good = make_backup(path, NOW)
    spoil(path)
    with pytest.raises(LedgerError, match=rf"damaged.*restore the backup of 2026-11-21 06:30 UTC .*{good}"):
        make_backup(path, NOW + timedelta(days=1))
    assert [backup.path for backup in backups(path)] == [good]
    assert {file.name for file in good.parent.iterdir()} == {".lock", good.name}


async def test_a_file_that_only_looks_like_a_ledger_is_not_sound(path: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_bytes(b"text" * 2000)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    await make(path)
    newer, torn = tmp_path / "newer.db", tmp_path / "torn.db"
    make_backup(path, NOW, newer)
    make_backup(path, NOW, torn)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'zzzz'")
    with closing(sqlite3.connect(torn)) as connection, connection:
        connection.execute("INSERT INTO identifiers VALUES ('t:1', 77)")
    for name, reason in {
        "empty": "empty",
        "text": "not a ledger or is damaged",
        "other": "something else",
        "newer": r"newer version \(zzzz\)",
        "torn": "refers to papers",
        "gone": "no such file",
    }.items():
        with pytest.raises(Unsound, match=reason):
            examine(tmp_path / f"{name}.db")


async def test_old_backups_are_deleted_but_never_the_newest_sound_one(path: Path) -> None:
    await make(path)
    made = [make_backup(path, NOW + timedelta(days=day)) for day in range(4)]
    prune(path, 2, NOW + timedelta(days=4))
    assert [backup.path for backup in backups(path)] == [made[3], made[2]]
    spoil(made[3])
    prune(path, 2, NOW + timedelta(days=40))
    assert [backup.path for backup in backups(path)] == [made[2]]
    assert newest_good(path) == backups(path)[0]


async def test_what_interrupted_backups_left_is_removed(path: Path) -> None:
    await make(path)
    folder = backups_folder(path)
    assert folder.is_dir()
    for side in ("", "-journal", "-wal"):
        (folder / f"ledger-20261120T063000Z.db.part{side}").write_text("half")
    made = make_backup(path, NOW)
    assert {file.name for file in folder.iterdir()} == {".lock", made.name}


async def test_the_daily_backup_comes_once_a_day(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await make(path)
    daily = DailyBackup(address(path), 2, lambda: NOW)
    for hours in (0, 1, 23, 24, 47, 49, 100, 101):
        await daily.look(path, NOW + timedelta(hours=hours))
    assert [(backup.made_at - NOW) // timedelta(hours=1) for backup in backups(path)] == [100]
    # Made while the clock was a year ahead: it must not keep the backups away until then.
    await daily.look(path, NOW + timedelta(days=365))
    await daily.look(path, NOW + timedelta(hours=125))
    assert (backups(path)[1].made_at - NOW) == timedelta(hours=125)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_no_daily_backups_where_they_are_not_wanted_or_possible(path: Path) -> None:
    await make(path)
    await DailyBackup(address(path), 0, lambda: NOW).run()
    await DailyBackup("postgresql://host/name", 14, lambda: NOW).run()
    assert backups(path) == ()


async def test_a_failing_daily_backup_is_told_once_for_each_reason(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await make(path)
    daily = DailyBackup(address(path), 14, lambda: NOW)
    folder = backups_folder(path)

    async def told(hours: int) -> list[str]:
        caplog.clear()
        await daily.look(path, NOW + timedelta(hours=hours))
        return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]

    shutil.rmtree(folder)
    folder.write_text("a file in the place of the folder")
    (first,) = await told(0)
    assert "not backed up" in first
    assert "\n" not in first
    assert await told(1) == []
    folder.unlink()
    away = shutil.move(path, path.with_name("away.db"))
    assert "there is no ledger to back up" in (await told(2))[0]
    assert await told(3) == []
    shutil.move(away, path)
    assert await told(4) == []
    assert len(backups(path)) == 1


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Returns what makes this program one that knows one version more."""

    def update() -> None:
        before = versions.newest()
        folder = tmp_path / "migrations"
        shutil.copytree(versions.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_next.py").write_text(NEXT_VERSION.format(before=before))
        monkeypatch.setattr(versions, "FOLDER", folder)

    return update


async def test_a_ledger_is_backed_up_before_it_is_migrated(path: Path, next_version: Callable[[], None]) -> None:
    await make(path)
    before = versions.newest()
    assert backups(path) == (), "a new ledger has nothing to be backed up"
    next_version()
    async with open_ledger(address(path), clock=lambda: NOW) as ledger:
        assert await ledger.state.get("value") == "one"
    assert [backup.made_at for backup in backups(path)] == [NOW]
    assert (examine(backups(path)[0].path).version, examine(path).version) == (before, "9999")


async def test_without_a_backup_no_migration_begins(path: Path, next_version: Callable[[], None]) -> None:
    await make(path)
    before = versions.newest()
    next_version()
    shutil.rmtree(backups_folder(path))
    backups_folder(path).write_text("a file in the place of the folder")
    with pytest.raises(LedgerError, match=r"not brought forward .* without a backup"):
        async with open_ledger(address(path), clock=lambda: NOW):
            pass
    assert examine(path).version == before


# A process that has loaded everything forks one for each line, which makes a backup, and kills it after this part of
# the time that the first one took.
KILLER = """
import os, select, signal, sys, time
from datetime import datetime
from pathlib import Path
from digestbot.ledger import make_backup
took = None
for line in sys.stdin:
    part, moment = line.split()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        make_backup(Path(sys.argv[1]), datetime.fromisoformat(moment))
        os._exit(0)
    if took:
        select.select([], [], [], float(part) * took)
        os.kill(pid, signal.SIGKILL)
    print(os.waitpid(pid, 0)[1], flush=True)
    took = took or time.monotonic() - began
"""


@pytest.fixture
async def large(path: Path, entry: MakeEntry) -> AsyncIterator[Path]:
    """A ledger of some megabytes, in use."""
    async with open_ledger(address(path)) as bot:
        await bot.papers.sight("notes", "a.md", "1", [entry(f"Paper {n} {'x' * 2000}") for n in range(1000)], NOW)
        yield path


def test_a_backup_killed_at_any_moment_leaves_no_half_one(large: Path) -> None:
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    moments = [NOW + timedelta(minutes=number) for number in range(21)]
    lines = "\n".join(f"{chance.uniform(0, 1.1)} {moment.isoformat()}" for moment in moments)
    killer = (sys.executable, "-c", KILLER, str(large))
    ended = subprocess.run(killer, input=lines, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    assert set(ended) == {"0", "9"}, f"SEED={seed}"
    assert len(backups(large)) >= ended.count("0")
    for backup in backups(large):
        assert examine(backup.path).papers == 1000, f"SEED={seed}"
    made = make_backup(large, NOW + timedelta(days=1))
    assert not [file for file in made.parent.iterdir() if ".part" in file.name]
    assert examine(large, at_rest=False).papers == 1000
