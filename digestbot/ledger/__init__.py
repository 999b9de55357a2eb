"""The truth about the outside world: what was seen, promised and posted. The only room that knows SQLAlchemy."""

from digestbot.ledger.channels import Channels
from digestbot.ledger.composing import Build, Draft, DraftPart, Outdated
from digestbot.ledger.database import sqlite_file
from digestbot.ledger.editions import Editions
from digestbot.ledger.ledger import Ledger, open_ledger
from digestbot.ledger.papers import Papers
from digestbot.ledger.safekeeping.backup import backups, make_backup, newest_good, prune
from digestbot.ledger.safekeeping.daily import DailyBackup
from digestbot.ledger.safekeeping.opening import verify_ledger
from digestbot.ledger.safekeeping.restoring import RECALLED, RESTORED_FROM, check_backup, restore
from digestbot.ledger.safekeeping.soundness import Contents, examine
from digestbot.ledger.state import State

__all__ = [
    "RECALLED",
    "RESTORED_FROM",
    "Build",
    "Channels",
    "Contents",
    "DailyBackup",
    "Draft",
    "DraftPart",
    "Editions",
    "Ledger",
    "Outdated",
    "Papers",
    "State",
    "backups",
    "check_backup",
    "examine",
    "make_backup",
    "newest_good",
    "open_ledger",
    "prune",
    "restore",
    "sqlite_file",
    "verify_ledger",
]
