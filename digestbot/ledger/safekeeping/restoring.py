"""Putting a backup in the ledger's place, so that whatever interrupts it leaves the old ledger or the new one.

The backup is copied to `ledger.db.restoring-<time>.part`, checked and made safe on disk. Renaming that to
`ledger.db.restoring-<time>` is the instant at which it becomes the ledger: from then on whoever opens the ledger first
moves the old one, with its log, aside and the new one to its place. There is no instant at which the new ledger stands
beside the old one's log.
"""

import secrets
from contextlib import closing, suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from sqlite3 import Connection, Error

from digestbot.errors import LedgerError
from digestbot.ledger.safekeeping.backup import copy, iso, own_like, partial, remember, stamp, sync
from digestbot.ledger.safekeeping.soundness import BACKED_UP_AT, Contents, examine, open_to_read
from digestbot.ledger.trouble import Unsound, advice, beside

RESTORED_FROM = "restored_from"
"""Key of a restored ledger's state: the moment up to which it surely knows what was posted, ISO 8601 in UTC."""

RECALLED = "recalled:"
"""Begins the keys of a restored ledger's state that name the channels read back since (`digestbot.digest.recall`)."""

_RESTORING = ".restoring-"
_REPLACED = ".replaced-"
_SIDES = ("", "-wal", "-shm", "-journal")

_JUMP = 1_000_000
_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)


def restore(ledger: Path, backup: Path, now: datetime) -> Path | None:
    """Put a sound backup in the ledger's place and return where the old ledger is kept, None if there was none.

    No bot may run on the ledger meanwhile: whoever calls this sees to it. The restored ledger knows under
    `restored_from` up to when it can be relied upon. Raises LedgerError; then the ledger is as it was.
    """
    finish_restore(ledger)
    if ledger.exists() and backup.exists() and ledger.samefile(backup):
        raise LedgerError(f"{backup}: this is the ledger itself; name a backup of it")
    contents = check_backup(backup)
    pending = _free(ledger, now)
    try:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        for interrupted in ledger.parent.glob(f"{escape(ledger.name)}{_RESTORING}*.part*"):
            interrupted.unlink()
        with partial(pending) as path:
            copy(backup, path, lambda copied: _note(copied, _reliable_until(backup, contents), now), at_rest=True)
            own_like(path, ledger if ledger.exists() else ledger.parent)
            path.replace(pending)
        return finish_restore(ledger)
    except (OSError, Error, Unsound) as error:
        raise LedgerError(f"{ledger}: the backup was not restored: {advice(error)}") from error


def check_backup(backup: Path) -> Contents:
    """Return what a backup holds. Raises LedgerError if it cannot be restored."""
    try:
        return examine(backup)
    except Unsound as error:
        raise LedgerError(f"{backup}: {error}") from error


def finish_restore(ledger: Path) -> Path | None:
    """End a restoring that was interrupted after the backup was safe; returns where the old ledger is kept.

    It can be interrupted itself, and done again. Raises LedgerError.
    """
    pending = _pending(ledger)
    if pending is None:
        return None
    aside = beside(ledger, _REPLACED + pending.name.removeprefix(ledger.name + _RESTORING))
    try:
        sync(ledger.parent)
        for side in _SIDES:
            with suppress(FileNotFoundError):
                beside(ledger, side).replace(beside(aside, side))
        sync(ledger.parent)
        pending.replace(ledger)
        sync(ledger.parent)
    except OSError as error:
        raise LedgerError(f"{ledger}: the restored ledger was not put in its place: {advice(error)}") from error
    return aside if aside.exists() else None


def to_read(ledger: Path) -> Path:
    """Return the file that holds the ledger now: a restored one that is not in its place yet, or the ledger's own."""
    return _pending(ledger) or ledger


def leftovers(ledger: Path) -> list[Path]:
    """Return files that only a ledger leaves: where it is gone itself, they tell that there was one."""
    sides = [path for path in (beside(ledger, side) for side in ("-wal", "-journal")) if _holds_something(path)]
    replaced = ledger.parent.glob(f"{escape(ledger.name)}{_REPLACED}*Z")
    return sides + sorted(replaced)


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def restored_from(path: Path) -> str | None:
    """Return what `restored_from` says in a ledger's file. Raises sqlite3.Error."""
    with closing(open_to_read(path, at_rest=True)) as connection:
        row = connection.execute("SELECT value FROM state WHERE key = ?", (RESTORED_FROM,)).fetchone()
    return None if row is None else str(row[0])


def _reliable_until(backup: Path, contents: Contents) -> str:
    """Return up to when a backup knows what was posted.

    A copy made by other means has no moment of its own, and the file's times tell when it was copied last: the last
    event in it is early enough. A ledger restored before, whose gap may not be closed yet, keeps the earlier moment.
    """
    moment = contents.made_at or contents.until or datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    before = restored_from(backup)
    return iso(min(moment, datetime.fromisoformat(before)) if before else moment)


def _note(copied: Connection, moment: str, now: datetime) -> None:
    """Note that the ledger was restored, and let it give out no name that a message may bear already.

    The numbers of the editions made since the backup stand in messages, and their nonces with them. One edition a
    second is more than a bot makes over the years, so the seconds passed are above all numbers given out before,
    also by a ledger that was restored from the same backup; the jump serves where the clock is wrong.
    """
    remember(copied, BACKED_UP_AT, None)
    remember(copied, RESTORED_FROM, moment)
    copied.execute("DELETE FROM state WHERE key LIKE ?", (f"{RECALLED}%",))
    remember(copied, "name", secrets.token_hex(3))
    seconds = int((now - _COUNTED_FROM).total_seconds())
    copied.execute("UPDATE counter SET edition = max(edition + ?, ?)", (_JUMP, seconds))


def _pending(ledger: Path) -> Path | None:
    named = ledger.parent.glob(f"{escape(ledger.name)}{_RESTORING}*Z")
    return next(iter(sorted(named)), None)


def _free(ledger: Path, now: datetime) -> Path:
    """Return a name for the restored ledger under which none was set aside before."""
    number = 0
    while True:
        name = (f"{number}-" if number else "") + stamp(now)
        if not any(beside(ledger, _REPLACED + name + side).exists() for side in _SIDES):
            return beside(ledger, _RESTORING + name)
        number += 1
