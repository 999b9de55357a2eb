"""What goes wrong with a ledger's file or database, in words that say what to do."""

import errno
import sqlite3
from json import JSONDecodeError
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from digestbot.errors import LedgerError

_UNWRITABLE = "the ledger cannot be written; make the file and its folder writable for the bot's user"
_FULL = "the disk is full; make room, nothing was lost"

_ADVICE = {
    "not a database": "this file is not a ledger or is damaged",
    "malformed": "the ledger is damaged",
    "could not decode": "the ledger is damaged",
    "locked": "the ledger is locked by another program; close it and try again",
    "readonly": _UNWRITABLE,
    "read-only": _UNWRITABLE,
    "unable to open": "the ledger cannot be opened; check that its folder is there and the bot's user may write in it",
    "disk is full": _FULL,
    "disk i/o": "the disk failed to read or write the ledger; check that it is not full, broken or out of reach",
}
"""By a part of SQLite's message (sqlite.org/rescode.html)."""

_DAMAGE = ("not a database", "malformed", "could not decode")

_SYSTEM = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR), "something else stands in the place of a folder; move it away"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _UNWRITABLE),
}


class Unsound(LedgerError):  # noqa: N818 -- it says what the file is
    """A file is no ledger that this program can use; the message is the reason, without the file's name.

    `damaged`: a backup mends it. A ledger that is locked, or of a newer version, is not damaged.
    """

    def __init__(self, reason: str, *, damaged: bool = False) -> None:
        super().__init__(reason)
        self.damaged = damaged


def advice(error: BaseException) -> str:
    """Say what to do about an error, or repeat the first line of what it says."""
    if isinstance(error, LedgerError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return _SYSTEM[error.errno]
    message = _message(error)
    told = next((told for part, told in _ADVICE.items() if part in message.lower()), None)
    return told or f"the ledger cannot be used ({message.strip().splitlines()[0] if message.strip() else 'no reason'})"


def is_damage(error: BaseException) -> bool:
    """Tell whether an error means that the ledger's content is damaged, and not just out of reach.

    What the ledger keeps as JSON was JSON when it was written: SQLite does not see it if that has changed.
    """
    if isinstance(error, Unsound):
        return error.damaged
    if isinstance(error, JSONDecodeError):
        return True
    message = _message(error).lower()
    return isinstance(error, sqlite3.Error | DBAPIError) and any(part in message for part in _DAMAGE)


def _message(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error.orig if isinstance(error, DBAPIError) else error)


def beside(path: Path, ending: str) -> Path:
    """Return the path of a file that belongs to another one: its name with this at the end."""
    return path.with_name(path.name + ending)
