"""Restoring: the old ledger stays, or the new one is whole; what begins a bot's start decides which."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digestbot.errors import LedgerError
from digestbot.ledger import RECALLED, RESTORED_FROM, backups, examine, make_backup, open_ledger, restore, verify_ledger
from digestbot.ledger.safekeeping.opening import check_file
from digestbot.models import Entry

MakeEntry = Callable[..., Entry]
NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)


def address(path: Path) -> str:
    return f"sqlite:///{path}"


def value_of(path: Path, key: str = "value") -> str | None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


@pytest.fixture
async def scene(tmp_path: Path) -> Path:
    """A ledger as a crash leaves it: "old" stands in its log alone. Its backup says "new"."""
    path = tmp_path / "live" / "ledger.db"
    made = tmp_path / "data" / "ledger.db"
    made.parent.mkdir()
    async with open_ledger(address(path)) as ledger:
        await ledger.state.set("value", "new")
        make_backup(path, NOW)
        await ledger.state.set("value", "old")
        for file in path.parent.glob("ledger.db*"):
            shutil.copy(file, made.parent / file.name)
    shutil.copytree(path.parent / "backups", made.parent / "backups")
    assert (made.parent / "ledger.db-wal").stat().st_size > 0
    return made


async def test_the_backup_takes_the_ledgers_place_and_the_old_one_is_kept(scene: Path) -> None:
    aside = restore(scene, backups(scene)[0].path, LATER)
    assert aside is not None
    assert aside == scene.with_name("ledger.db.replaced-20261121T113000Z")
    assert value_of(aside) == "old", "with its log"
    assert not scene.with_name("ledger.db-wal").exists()
    async with open_ledger(address(scene)) as ledger:
        assert await ledger.state.get("value") == "new"
        assert await ledger.state.get(RESTORED_FROM) == NOW.isoformat()
        assert await ledger.state.get("backed_up_at") is None
    assert value_of(backups(scene)[0].path) == "new", "the backup stays"


def edition_of(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT edition FROM counter").fetchone()[0])


async def test_the_restored_ledger_gives_out_no_name_a_second_time(scene: Path) -> None:
    """Also when the same backup is restored again, and when the clock is wrong."""
    backup = backups(scene)[0].path
    names = {value_of(scene, "name")}
    numbers = [edition_of(scene)]
    for now in (datetime(2019, 1, 1, tzinfo=UTC), NOW, LATER):
        restore(scene, backup, now)
        names.add(value_of(scene, "name"))
        numbers.append(edition_of(scene))
    assert len(names) == 4
    assert numbers[1] == numbers[0] + 1_000_000
    assert numbers[3] - numbers[2] == 5 * 3600
    assert numbers[1] < numbers[2] < numbers[3] < 2**31


async def test_what_was_read_back_after_an_earlier_restoring_is_read_back_again(scene: Path) -> None:
    restore(scene, backups(scene)[0].path, LATER)
    async with open_ledger(address(scene)) as ledger:
        await ledger.state.set(f"{RECALLED}10", "")
    restore(scene, make_backup(scene, LATER), LATER)
    async with open_ledger(address(scene)) as ledger:
        assert await ledger.state.keys(RECALLED) == ()
        assert await ledger.state.get(RESTORED_FROM) == NOW.isoformat()


def test_nothing_that_was_set_aside_is_written_over(scene: Path) -> None:
    backup = backups(scene)[0].path
    asides = {restore(scene, backup, LATER) for _ in range(3)}
    assert len(asides) == 3
    assert sorted(str(value_of(aside)) for aside in asides if aside) == ["new", "new", "old"]


def test_a_ledger_that_is_gone_comes_back(scene: Path) -> None:
    for file in scene.parent.glob("ledger.db*"):
        file.unlink()
    assert restore(scene, backups(scene)[0].path, LATER) is None
    assert value_of(scene) == "new"


@pytest.mark.parametrize("harm", ["damaged", "empty", "gone", "itself", "older log"])
def test_what_is_no_sound_backup_is_not_restored(scene: Path, harm: str) -> None:
    backup = backups(scene)[0].path
    if harm == "damaged":
        backup.write_bytes(backup.read_bytes()[:5000] + b"\xff" * 100_000)
    elif harm == "empty":
        backup.write_bytes(b"")
    elif harm == "gone":
        backup.unlink()
    elif harm == "itself":
        backup = scene
    else:
        backup.with_name(backup.name + "-wal").mkdir()
    before = {file.name: file.read_bytes() for file in scene.parent.iterdir() if file.is_file()}
    with pytest.raises(LedgerError) as caught:
        restore(scene, backup, LATER)
    assert "\n" not in str(caught.value)
    assert str(backup) in str(caught.value)
    assert {file.name: file.read_bytes() for file in scene.parent.iterdir() if file.is_file()} == before


async def test_a_copy_made_by_hand_is_relied_upon_up_to_its_last_event(tmp_path: Path, entry: MakeEntry) -> None:
    path, copied = tmp_path / "ledger.db", tmp_path / "copied.db"
    async with open_ledger(address(path)) as ledger:
        await ledger.papers.sight("notes", "a.md", "1", [entry("One")], NOW)
    shutil.copy(path, copied)
    restore(path, copied, LATER)
    assert value_of(path, RESTORED_FROM) == NOW.isoformat()
    beside = [name for name in os.listdir(tmp_path) if name.startswith("copied")]  # noqa: PTH208 - no pathlib in async
    assert beside == ["copied.db"], "nothing is left beside it"


def test_a_gap_that_is_open_already_only_grows(scene: Path) -> None:
    restore(scene, backups(scene)[0].path, LATER)
    second = make_backup(scene, LATER)
    restore(scene, second, LATER)
    assert value_of(scene, RESTORED_FROM) == NOW.isoformat()


def test_a_full_disk_leaves_the_old_ledger(scene: Path, full_disk: Path, fill: Callable[[Path], None]) -> None:
    home = full_disk / "ledger.db"
    for file in scene.parent.glob("ledger.db*"):
        shutil.copy(file, full_disk / file.name)
    fill(full_disk)
    with pytest.raises(LedgerError, match="not restored: the disk is full; make room"):
        restore(home, backups(scene)[0].path, LATER)
    (full_disk / "filler").unlink()
    assert not list(full_disk.glob("*.part*"))
    assert value_of(home) == "old"
    restore(home, backups(scene)[0].path, LATER)
    assert value_of(home) == "new"


# A process that has loaded everything forks one for each line (a folder, and when to die), which restores there.
# `touch`: it dies just before the nth time that it touches a file. `time`: it is killed after this part of the time
# that the first one took.
KILLER = """
import os, select, signal, sys, time
from datetime import datetime
from pathlib import Path
from digestbot.ledger import restore
backup, now, by = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3]
left = 10**9
def touched(event, arguments):
    global left
    if event.startswith(("os.", "open", "sqlite3.")) and event != "os.fork":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(touched)
took = None
for line in sys.stdin:
    when, folder = line.split()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        if by == "touch":
            left = int(when)
        restore(Path("ledger.db"), backup, now)
        os._exit(0)
    if by == "time" and took:
        select.select([], [], [], float(when) * took)
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    took = took or time.monotonic() - began
    print(status, flush=True)
    if by == "touch" and status == 0:
        break
"""


def kill(scene: Path, copies: list[Path], moments: list[float], by: str) -> list[str]:
    """Restore in copies of the scene, killed at these moments; returns how each process ended."""
    for copied in copies:
        copied.mkdir()
        for file in scene.parent.glob("ledger.db*"):
            shutil.copy(file, copied / file.name)
    backup = backups(scene)[0].path
    lines = "\n".join(f"{moment} {copied}" for moment, copied in zip(moments, copies, strict=True))
    killer = (sys.executable, "-c", KILLER, str(backup), LATER.isoformat(), by)
    ended = subprocess.run(killer, input=lines, capture_output=True, text=True, timeout=120, check=True)
    assert set(ended.stdout.split()) <= {"0", "9"}, ended.stderr
    return ended.stdout.split()


def kept(ledger: Path) -> str | None:
    """Return which ledger a start finds after the kill; it is whole, and those who only look see the same."""
    looked = verify_ledger(ledger)
    assert check_file(ledger)
    assert examine(ledger, at_rest=False).size == looked.size
    value = value_of(ledger)
    assert value_of(ledger, RESTORED_FROM) == (None if value == "old" else NOW.isoformat())
    if value == "new":
        (aside,) = ledger.parent.glob("ledger.db.replaced-*Z")
        assert value_of(aside) == "old"
    return value


def test_killed_before_any_touch_of_a_file_the_old_or_the_new_ledger_is_there(scene: Path, tmp_path: Path) -> None:
    copies = [tmp_path / f"copy{number}" for number in range(1, 200)]
    ended = kill(scene, copies, list(range(1, 200)), "touch")
    assert ended[-1] == "0", "the last one came to the end"
    found = [kept(copied / "ledger.db") for copied in copies[: len(ended)]]
    assert found == ["old"] * found.count("old") + ["new"] * found.count("new"), "there is one instant that decides"
    assert found.count("old") > 10
    assert found.count("new") > 5


def test_killed_at_random_moments_the_old_or_the_new_ledger_is_there(scene: Path, tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    copies = [tmp_path / f"copy{number}" for number in range(21)]
    ended = kill(scene, copies, [chance.uniform(0, 1.1) for _ in copies], "time")
    found = [kept(copied / "ledger.db") for copied in copies]
    assert set(found) <= {"old", "new"}, f"SEED={seed}"
    assert ended.count("9") > 0
    for copied in copies[:5]:
        aside = restore(copied / "ledger.db", backups(scene)[0].path, LATER + timedelta(hours=1))
        assert aside is not None
        assert not list(copied.glob("*.part*")), "what the kill left is removed"
