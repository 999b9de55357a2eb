"""Work for many channels at a time, where one channel's fault is not another's."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from digestbot.errors import DigestbotError

log = logging.getLogger(__name__)


class Crowd:
    """Tasks for channels, so many at once; whoever adds one more waits for room. Ends when all have ended."""

    def __init__(self, size: int) -> None:
        self._room = asyncio.Semaphore(size)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Crowd":
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Wait for those under way; if this or one of them is cancelled, none goes on."""
        try:
            if error is None:
                await asyncio.gather(*self._tasks)
        finally:
            left = tuple(self._tasks)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def add(self, channel_id: int, work: Coroutine[Any, Any, None]) -> None:
        """Begin a channel's work as soon as there is room."""
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            work.close()
            raise
        task = asyncio.create_task(self._do(channel_id, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, channel_id: int, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 -- one channel's fault is not another's
            tell(channel_id, error)
        finally:
            self._room.release()


def tell(channel_id: int, error: Exception) -> None:
    """Log why a channel was not served this time."""
    if isinstance(error, DigestbotError):
        log.warning("channel %d: %s; it is tried again in a minute", channel_id, error)
    else:
        log.error("channel %d: its digest failed", channel_id, exc_info=error)
