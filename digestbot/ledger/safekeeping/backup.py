"""Copies of an SQLite ledger: made beside a running bot, checked before they count, kept for some days."""

import functools
import os
import re
import shlex
import sqlite3
import stat
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digestbot.errors import LedgerError
from digestbot.ledger.safekeeping.soundness import BACKED_UP_AT, WAIT, Contents, examine, open_to_read
from digestbot.ledger.trouble import Unsound, advice, beside, is_damage

_STAMP = "%Y%m%dT%H%M%SZ"
_PARTIAL = ".part"
"""Ends the name of a file that is being written; one that is left over was interrupted."""
_SIDES = ("", "-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as its name tells it; whether it is sound, only reading it shows."""

    path: Path
    made_at: datetime


def backups_folder(ledger: Path) -> Path:
    """Return where the backups of a ledger lie."""
    return ledger.parent / "backups"


def stamp(moment: datetime) -> str:
    """Write a moment as file names have it: `20261121T063000Z`."""
    return moment.astimezone(UTC).strftime(_STAMP)


def iso(moment: datetime) -> str:
    """Write a moment in ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()


def backups(ledger: Path) -> tuple[Backup, ...]:
    """Return a ledger's backups, the newest first. Raises LedgerError if their folder cannot be read."""
    named = re.compile(rf"{re.escape(ledger.stem)}-(\d{{8}}T\d{{6}}Z)\.db")
    found: list[Backup] = []
    for path in _listed(backups_folder(ledger)):
        match = named.fullmatch(path.name)
        if match and path.is_file():
            moment = _moment(match[1])
            found.extend([Backup(path, moment)] if moment else [])
    return tuple(sorted(found, key=lambda backup: backup.made_at, reverse=True))


def newest_good(ledger: Path) -> Backup | None:
    """Return the newest backup that is sound, None if there is none."""
    return next((backup for backup in backups(ledger) if _is_good(backup.path)), None)


def make_backup(ledger: Path, now: datetime, to: Path | None = None) -> Path:
    """Copy a ledger as it is at this instant, beside whoever uses it, and return the backup once it is found sound.

    It stands under its name whole and safe on disk, or not at all. `to` names a file or folder in place of the
    ledger's own folder for backups. Raises LedgerError; a file that is there already is not written over.
    """
    folder = backups_folder(ledger)
    name = f"{ledger.stem}-{stamp(now)}.db"
    if not ledger.is_file():
        raise LedgerError(f"{ledger}: there is no ledger to back up")
    if to is not None:
        target = to / name if to.is_dir() else to
        if target.exists():
            raise LedgerError(f"{target}: this file is there already; name another one")
        return _write(ledger, target, now)
    with _telling(folder), closing(hold(folder)):
        _clean(ledger, folder)
        return _write(ledger, folder / name, now)


def prune(ledger: Path, days: int, now: datetime) -> None:
    """Delete backups older than this many days, except the newest sound one. Raises LedgerError."""
    old = [backup for backup in backups(ledger) if now - backup.made_at > timedelta(days=days)]
    kept = newest_good(ledger) if old else None
    with _telling(backups_folder(ledger)):
        for backup in old:
            if backup != kept:
                backup.path.unlink(missing_ok=True)


def way_back(ledger: Path) -> str:
    """Say how the ledger comes back: the newest sound backup and the command, or that there is none."""
    try:
        good = newest_good(ledger)
    except LedgerError as error:
        return f"the backups cannot be read ({error})"
    if good is None:
        told = f"there is no sound backup in {backups_folder(ledger)}; if you have one elsewhere, restore it with:"
        return f"{told} digestbot ledger restore FILE"
    command = f"digestbot ledger restore {shlex.quote(str(good.path))}"
    return f"restore the backup of {good.made_at:%Y-%m-%d %H:%M} UTC with: {command}"


def copy(source: Path, target: Path, note: Callable[[sqlite3.Connection], None], *, at_rest: bool) -> Contents:
    """Copy a ledger into a new file, write what is to be noted into it, check it, and make it safe on disk.

    Raises sqlite3.Error, OSError, and Unsound if the copy is not a sound ledger.
    """
    with closing(open_to_read(source, at_rest=at_rest)) as old, closing(sqlite3.connect(target)) as new:
        # A transaction of one's own from the start: without it the copying would wait for a lock without an end.
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE").fetchone()  # the copy is one file, whatever the ledger's log is
        with new:
            note(new)
    contents = examine(target)
    sync(target)
    return contents


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is safe on disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def hold(folder: Path) -> sqlite3.Connection:
    """Keep other processes from making files here until this is closed; the system sees to it if this one dies.

    The folder is made if need be. Raises sqlite3.Error after `WAIT` seconds, and OSError.
    """
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        own_like(folder, folder.parent)
    lock = sqlite3.connect(folder / ".lock", timeout=WAIT, isolation_level=None, check_same_thread=False)
    try:
        own_like(folder / ".lock", folder)
        lock.execute("BEGIN EXCLUSIVE")
    except BaseException:
        lock.close()
        raise
    return lock


def own_like(path: Path, model: Path) -> None:
    """Give a file or folder the owner, and a file the rights, of another: root's help must not lock the bot out."""
    about = model.stat()
    with suppress(OSError):
        os.chown(path, about.st_uid, about.st_gid)
    if path.is_file() and model.is_file():
        path.chmod(stat.S_IMODE(about.st_mode))


@contextmanager
def partial(target: Path) -> Generator[Path]:
    """Yield a name to write to in place of the target's; what is left there afterwards is removed."""
    path = beside(target, _PARTIAL)
    remove(path)
    try:
        yield path
    finally:
        remove(path)


def remember(connection: sqlite3.Connection, key: str, value: str | None) -> None:
    """Write a key of the ledger's state, or delete it."""
    connection.execute("DELETE FROM state WHERE key = ?", (key,))
    if value is not None:
        connection.execute("INSERT INTO state (key, value) VALUES (?, ?)", (key, value))


def _write(ledger: Path, target: Path, now: datetime) -> Path:
    with _telling(target.parent), partial(target) as path:
        try:
            copy(ledger, path, lambda copied: remember(copied, BACKED_UP_AT, iso(now)), at_rest=False)
        except (Unsound, sqlite3.DatabaseError) as error:
            told = f"{ledger}: the backup failed: {advice(error)}"
            raise LedgerError(f"{told}; {way_back(ledger)}" if is_damage(error) else told) from error
        own_like(path, ledger)
        path.replace(target)
        sync(target.parent)
    return target


@contextmanager
def _telling(folder: Path) -> Generator[None]:
    """Turn what goes wrong with a backup in a folder into a LedgerError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise LedgerError(f"{folder}: the backup failed: {advice(error)}") from error


def _clean(ledger: Path, folder: Path) -> None:
    """Remove what interrupted backups left."""
    for side in _SIDES:
        for left in folder.glob(f"*.db{_PARTIAL}{side}"):
            if left.name.startswith(f"{ledger.stem}-"):
                left.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Delete a half-made file with what SQLite put beside it."""
    for side in _SIDES:
        beside(path, side).unlink(missing_ok=True)


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise LedgerError(f"{folder}: the folder of backups cannot be read ({error.strerror})") from error


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_good(path: Path) -> bool:
    try:
        about = path.stat()
    except OSError:
        return False
    return _examined(path.absolute(), about.st_ino, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=64)
def _examined(path: Path, *same_file: int) -> bool:
    """Tell whether a backup is sound; a file once read through is not read again while it stays as it is."""
    del same_file
    try:
        examine(path)
    except Unsound:
        return False
    return True
