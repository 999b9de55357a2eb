"""Marking what became of parts: many marks share one transaction, or the disk would be waited for twice a message."""

import asyncio
from collections import deque
from typing import Any, cast

from sqlalchemy import CursorResult, Update

from digestbot.ledger.database import Database

_BETWEEN = 0.05
"""Seconds from one transaction to the next at least, while marks keep coming, so that some come together."""

_FREELY = 20
"""Transactions within a second before that holds: an edition or two are marked without waiting."""


class Marks:
    """Writes small changes, each durable when its `write` returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Update, asyncio.Future[int]]] = []
        self._writing = asyncio.Lock()
        self._written: deque[float] = deque(maxlen=_FREELY)

    async def write(self, change: Update) -> int:
        """Carry out a change together with those that came meanwhile, and return how many rows it changed.

        Raises LedgerError; then none of them was made.
        """
        loop = asyncio.get_running_loop()
        written: asyncio.Future[int] = loop.create_future()
        self._waiting.append((change, written))
        try:
            async with self._writing:
                if not written.done():
                    await self._gather()
                    await self._write_all()
                    self._written.append(loop.time())
        except asyncio.CancelledError:
            written.cancel()
            raise
        return await written

    async def _gather(self) -> None:
        """Wait for more marks to come, if many have come of late."""
        now = asyncio.get_running_loop().time()
        if len(self._written) == _FREELY and now - self._written[0] < 1:
            await asyncio.sleep(self._written[-1] + _BETWEEN - now)

    async def _write_all(self) -> None:
        """Write what is still waited for; whoever is cancelled in the middle of it leaves the rest to the next."""
        changes, self._waiting = [one for one in self._waiting if not one[1].done()], []
        try:
            async with self._database.writing() as connection:
                counts = [cast("CursorResult[Any]", await connection.execute(change)).rowcount for change, _ in changes]
        except asyncio.CancelledError:
            self._waiting = changes + self._waiting
            raise
        except Exception as error:  # noqa: BLE001 -- each of those who wait raises it
            for _, written in changes:
                if not written.done():
                    written.set_exception(error)
        else:
            for (_, written), count in zip(changes, counts, strict=True):
                if not written.done():
                    written.set_result(count)
