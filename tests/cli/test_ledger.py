import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digestbot.cli import main
from digestbot.ledger import open_ledger
from digestbot.models import Entry, Location

Run = Callable[..., tuple[int, str, str]]
NOW = datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in a folder with a ledger; returns status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    asyncio.run(make_ledger())

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["digestbot", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return run


async def make_ledger() -> None:
    async with open_ledger("sqlite:///data/ledger.db") as ledger:
        entries = [Entry(title=title, source=Location("a.md", 1)) for title in ("One", "Two")]
        await ledger.papers.sight("notes", "a.md", "1", entries, NOW)


def spoil(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * 50_000)


def test_backup_verify_list_and_restore(run: Run) -> None:
    assert run("ledger", "list")[1].startswith("There are no backups yet")
    status, out, err = run("ledger", "backup")
    assert (status, err) == (0, "")
    (made,) = Path("data/backups").glob("*.db")
    assert out.startswith(f"{made}: 2 papers, 0 channels, 0 editions, 0 unposted parts, ")
    assert "version 0001, made just now (" in out
    assert run("ledger", "list")[1].startswith(f"{made}  1")
    assert run("ledger", "verify", str(made))[1].startswith(f"{made}: sound: 2 papers")
    assert run("ledger", "verify")[1].startswith("data/ledger.db: sound: 2 papers, 0 channels")
    assert "last event" in run("ledger", "verify")[1]
    status, out, err = run("ledger", "restore", "--yes")
    assert (status, err) == (0, "")
    assert out.startswith(f"{made}: sound: 2 papers")
    assert "data/ledger.db: restored; the ledger that was there is kept as data/ledger.db.replaced-" in out
    assert "2 papers" in run("ledger", "verify")[1]


def test_backup_to_a_file(run: Run) -> None:
    assert run("ledger", "backup", "--to", "copy.db")[1].startswith("copy.db: 2 papers")
    assert not list(Path("data/backups").glob("*.db"))
    assert run("ledger", "restore", "copy.db", "--yes")[0] == 0


def test_old_backups_are_deleted_by_the_command_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("ledger", "backup")
    (made,) = Path("data/backups").glob("*.db")
    old = made.rename(made.with_name("ledger-20200101T000000Z.db"))
    monkeypatch.setenv("DIGESTBOT_DATA__KEEP_BACKUPS", "0")
    run("ledger", "backup")
    assert old.exists()
    monkeypatch.delenv("DIGESTBOT_DATA__KEEP_BACKUPS")
    run("ledger", "backup")
    assert not old.exists()


def test_a_damaged_ledger_or_backup_is_told_and_fails(run: Run) -> None:
    run("ledger", "backup")
    (made,) = Path("data/backups").glob("*.db")
    spoil(Path("data/ledger.db"))
    status, out, err = run("ledger", "verify")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"with: digestbot ledger restore {made}" in err
    spoil(made)
    status, out, err = run("ledger", "verify", str(made))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"digestbot: {made}: the ledger is damaged")
    assert "there is no sound backup" in run("ledger", "restore", "--yes")[2]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["verify", "gone.db"], 1, "digestbot: gone.db: no such file"),
        (["restore", "gone.db", "--yes"], 1, "digestbot: gone.db: no such file"),
        (["restore"], 1, "digestbot: data/ledger.db: there is no sound backup of it; name one"),
        (["restore", "data/ledger.db", "--yes"], 1, "digestbot: data/ledger.db: this is the ledger itself"),
        (["backup", "--to", "data/ledger.db"], 1, "digestbot: data/ledger.db: this file is there already"),
        (["frob"], 2, "digestbot: No such command 'frob'. See 'digestbot ledger --help'."),
        (["backup", "x"], 2, "digestbot: Got unexpected extra argument(s) (x) See 'digestbot ledger backup --help'."),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(run: Run, arguments: list[str], status: int, told: str) -> None:
    ended, _, err = run("ledger", *arguments)
    assert (ended, err.count("\n")) == (status, 1)
    assert err.startswith(told)


def test_postgresql_has_tools_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGESTBOT_DATA__LEDGER", "postgresql://host/name")
    for command in ("backup", "verify", "list", "restore"):
        status, _, err = run("ledger", command)
        assert (status, err.count("\n")) == (1, 1)
        assert "pg_dump" in err


def test_restoring_asks_on_a_terminal_and_never_elsewhere(run: Run) -> None:
    run("ledger", "backup")
    for answer, status in ((b"n\n", 1), (b"y\n", 0)):
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "digestbot", "ledger", "restore"], stdin=theirs, stdout=subprocess.PIPE, text=True
        )
        os.write(ours, answer)
        out, _ = process.communicate(timeout=30)
        os.close(ours)
        os.close(theirs)
        assert process.returncode == status
        assert "Put it in the place of data/ledger.db?" in out
        assert ("Nothing was changed." in out) == bool(status)
        assert bool(list(Path("data").glob("ledger.db.replaced-*"))) == (not status)
    with open(os.devnull) as nothing:  # noqa: PTH123
        command = [sys.executable, "-m", "digestbot", "ledger", "restore"]
        ended = subprocess.run(command, stdin=nothing, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "add --yes" in ended.stderr


def test_help_names_every_command(run: Run) -> None:
    out = run("ledger", "--help")[1]
    assert run("ledger")[1] == out
    assert all(f"\n  {name} " in out for name in ("backup", "verify", "list", "restore"))
    assert "\n  ledger " in run("--help")[1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [["ledger", "verify"], ["--help"], ["export", "notes"], ["search", "one"]])
def test_output_that_nothing_takes_is_told(run: Run, command: list[str]) -> None:
    del run
    Path("notes").mkdir()
    Path("notes/a.md").write_text("# 202404\n\n### One\n\n- **Keypoints:** memory\n")
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "digestbot", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    told = "digestbot: there is no room left on the disk that the output goes to; make room, then try again\n"
    assert (ended.returncode, ended.stderr) == (1, told)
