"""What must hold before a ledger's file is opened: a ledger that is gone, empty or damaged is never begun anew."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path

from digestbot.errors import LedgerError
from digestbot.ledger.safekeeping.backup import backups, backups_folder, hold, remove, sync, way_back
from digestbot.ledger.safekeeping.restoring import finish_restore, leftovers, to_read
from digestbot.ledger.safekeeping.soundness import Contents, check_quickly, examine
from digestbot.ledger.trouble import Unsound, advice, beside
from digestbot.threads import in_thread


def check_file(ledger: Path) -> bool:
    """Tell whether there is a ledger, after a look for damage; one whose restoring was interrupted is put in place.

    False means that it is the first start. Raises LedgerError.
    """
    finish_restore(ledger)
    if not ledger.exists():
        if backups(ledger) or leftovers(ledger):
            raise LedgerError(gone(ledger))
        return False
    check_there(ledger)
    try:
        if ledger.is_file():
            check_quickly(ledger)
    except Unsound as error:
        raise LedgerError(_unsound(ledger, error)) from error
    return True


def check_there(ledger: Path) -> None:
    """Raise LedgerError if there is no ledger, or an empty file in its place."""
    if not ledger.exists():
        raise LedgerError(gone(ledger))
    if ledger.is_file() and ledger.stat().st_size == 0:
        told = f"{ledger}: the ledger is empty (0 bytes), it was left as it is"
        if backups(ledger):
            raise LedgerError(f"{told}; {way_back(ledger)}")
        raise LedgerError(f"{told}; {way_back(ledger)}, or delete the file to begin anew")


def verify_ledger(ledger: Path) -> Contents:
    """Read the ledger in use through, beside whoever uses it, and return what it holds. Raises LedgerError."""
    file = to_read(ledger)
    check_there(file)
    try:
        return examine(file, at_rest=False)
    except Unsound as error:
        raise LedgerError(_unsound(ledger, error)) from error


def _unsound(ledger: Path, error: Unsound) -> str:
    """Say why a ledger cannot be used: damage is mended by a backup, other trouble is not."""
    return damaged(ledger, error) if error.damaged else f"{ledger}: {error}"


def damaged(ledger: Path, error: Exception) -> str:
    """Say that a ledger is damaged and how it comes back."""
    return f"{ledger}: {advice(error)}, it was left as it is; {way_back(ledger)}"


def gone(ledger: Path) -> str:
    """Say that a ledger is not there, and how it comes back if there ever was one."""
    kept = [backups_folder(ledger)] if backups(ledger) else []
    traces = [str(path) for path in (*kept, *leftovers(ledger))]
    if not traces:
        return f"{ledger}: there is no ledger yet; it is made when the bot runs for the first time"
    return f"{ledger}: the ledger is gone; {way_back(ledger)}, or remove {', '.join(traces)} to begin anew"


@asynccontextmanager
async def first_file(ledger: Path) -> AsyncGenerator[Path | None]:
    """Yield the name under which to make a new ledger, which gets its own name when it is whole.

    Whatever interrupts the making, no half of one is ever taken for a ledger. None if another process has made it
    meanwhile. Raises LedgerError.
    """
    make_folder(ledger.parent)
    with ExitStack() as stack:
        try:
            await in_thread(lambda: stack.enter_context(closing(hold(backups_folder(ledger)))))
            new = await in_thread(_begin_anew, ledger)
            yield new
            if new is not None:
                await in_thread(_name, new, ledger)
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(f"{ledger}: {advice(error)}") from error


def make_folder(folder: Path) -> None:
    """Make the ledger's folder if it is missing. Raises LedgerError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"{folder}: the folder for the ledger cannot be made ({error.strerror})") from error


def _begin_anew(ledger: Path) -> Path | None:
    new = beside(ledger, ".new")
    remove(new)
    return None if ledger.exists() else new


def _name(new: Path, ledger: Path) -> None:
    sync(new)
    new.replace(ledger)
    sync(ledger.parent)
