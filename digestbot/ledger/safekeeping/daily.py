"""The daily backup of an SQLite ledger while the bot runs."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from digestbot.errors import LedgerError
from digestbot.ledger.database import sqlite_file
from digestbot.ledger.safekeeping.backup import backups, make_backup, prune
from digestbot.threads import in_thread

log = logging.getLogger(__name__)

EVERY = timedelta(hours=24)

_LOOK = 600
"""Seconds between two looks whether a backup is due, and so between two attempts at one that fails."""


class DailyBackup:
    """Backs a ledger up once a day. `keep_days` 0, and a ledger in PostgreSQL: never."""

    def __init__(self, url: str, keep_days: int, clock: Callable[[], datetime]) -> None:
        self._ledger = sqlite_file(url)
        self._keep_days = keep_days
        self._clock = clock
        self._trouble = ""

    async def run(self) -> None:
        """Make backups when they are due, until cancelled; a failure is logged and the bot goes on."""
        while self._ledger is not None and self._keep_days:
            await self.look(self._ledger, self._clock())
            await asyncio.sleep(_LOOK)

    async def look(self, ledger: Path, now: datetime) -> None:
        """Make a backup if the newest is a day old or older, and delete those that are too old.

        A trouble is told once, and again only after its reason has changed.
        """
        try:
            await in_thread(self._back_up, ledger, now)
        except LedgerError as error:
            self._tell(str(error), None)
        except Exception as error:  # noqa: BLE001 - a fault here must not end the backups of the days to come
            self._tell(repr(error), error)
        else:
            self._trouble = ""

    def _back_up(self, ledger: Path, now: datetime) -> None:
        if is_due(ledger, now):
            made = make_backup(ledger, now)
            log.info("the ledger was backed up to %s", made)
            prune(ledger, self._keep_days, now)

    def _tell(self, trouble: str, fault: Exception | None) -> None:
        if trouble != self._trouble:
            log.error("the ledger was not backed up: %s", trouble, exc_info=fault)
        self._trouble = trouble


def is_due(ledger: Path, now: datetime) -> bool:
    """Tell whether the newest backup is a day old; one from the future, by a clock that was wrong, does not count."""
    made = (backup.made_at for backup in backups(ledger))
    return not any(timedelta(0) <= now - moment < EVERY for moment in made)
