"""Reading back what was posted since the backup from which the ledger was restored, before anything else is posted.

What no message tells cannot be read back: papers that stood only behind an edition's "All" button come again, and so
does a paper that the notes have given another title since. A channel that was set up after the backup is not known any
more; if it is set up again before all others are read back, it is read back as they are.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from digestbot.digest.posting import CLOCK_SLACK, Messenger, Retry, Undelivered
from digestbot.digest.telling import tell_managers
from digestbot.ledger import RECALLED, RESTORED_FROM, Ledger
from digestbot.models import Channel, Posted

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=10)
"""How long a channel that could not be read is left alone, unless something changes there (`hurry`)."""

LONGEST_READING = 600.0
"""Seconds in which a channel's history is read: 100 messages a request, and most requests take less than a second."""


class Recall:
    """Knows which channels are to be read back. In a ledger that was not restored it is one query, once."""

    def __init__(
        self,
        ledger: Ledger,
        messenger: Messenger,
        clock: Callable[[], datetime],
        longest_reading: float = LONGEST_READING,
    ) -> None:
        self._ledger = ledger
        self._messenger = messenger
        self._clock = clock
        self._longest_reading = longest_reading
        self._beginning = asyncio.Lock()
        self._has_begun = False
        self._since: datetime | None = None
        self._done: set[int] = set()
        self._tried: dict[int, datetime] = {}
        self._found = 0

    async def holds(self, channel_id: int) -> bool:
        """Tell whether nothing may be composed for a channel or posted to it yet. Raises LedgerError."""
        await self._begin()
        return self._since is not None and channel_id not in self._done

    async def waiting(self) -> tuple[Channel, ...]:
        """Return the channels to `read` now; when all are read, the ledger forgets that it was restored.

        Raises LedgerError.
        """
        await self._begin()
        if self._since is None:
            return ()
        left = [channel for channel in await self._ledger.channels.all() if channel.id not in self._done]
        if not left:
            await self._end()
        now = self._clock()
        return tuple(channel for channel in left if not self._is_pausing(channel.id, now))

    async def read(self, channel: Channel) -> None:
        """Read one channel back; why it cannot be read is noted for it, and it waits. Raises LedgerError."""
        if self._since is None or channel.id in self._done:
            return
        self._tried[channel.id] = self._clock()
        # From an edition that was unfinished at the backup on, so that what of it is not found is certainly not there.
        unfinished = await self._ledger.editions.unfinished(channel.id)
        since = min([self._since, *(edition.composed_at for edition in unfinished)]) - CLOCK_SLACK
        try:
            posted = await self._posted(channel.id, since)
        except Undelivered as error:
            await self._failed(channel, error)
            return
        found = await self._ledger.editions.recall(channel.id, posted, self._clock())
        await self._ledger.state.set(f"{RECALLED}{channel.id}", self._clock().isoformat())
        await self._ledger.channels.recovered(channel)
        self._found += found
        self._done.add(channel.id)
        self._tried.pop(channel.id, None)

    def hurry(self, channel_ids: Iterable[int]) -> None:
        """Forget the pauses of channels in which something has changed that may have mended them."""
        for channel_id in channel_ids:
            self._tried.pop(channel_id, None)

    async def _begin(self) -> None:
        async with self._beginning:
            if self._has_begun:
                return
            moment = await self._ledger.state.get(RESTORED_FROM)
            if moment is not None:
                keys = await self._ledger.state.keys(RECALLED)
                self._done = {int(key.removeprefix(RECALLED)) for key in keys}
                left = {channel.id for channel in await self._ledger.channels.all()} - self._done
                told = "the ledger was restored from a backup of %s; reading back what was posted since in %d channels"
                log.info(told, moment, len(left))
                self._since = datetime.fromisoformat(moment)
            self._has_begun = True

    async def _end(self) -> None:
        await self._ledger.state.forget(RECALLED, RESTORED_FROM)
        self._since = None
        self._done.clear()
        self._tried.clear()
        log.info("what was posted since the ledger's backup is read back: %d parts", self._found)

    def _is_pausing(self, channel_id: int, now: datetime) -> bool:
        tried = self._tried.get(channel_id)
        return tried is not None and timedelta(0) <= now - tried < PAUSE

    async def _posted(self, channel_id: int, since: datetime) -> Sequence[Posted]:
        try:
            async with asyncio.timeout(self._longest_reading):
                return await self._messenger.posted(channel_id, since)
        except TimeoutError as error:
            raise Retry("The channel's history could not be read in time; the bot tries again") from error

    async def _failed(self, channel: Channel, error: Undelivered) -> None:
        trouble = str(error)
        level = logging.INFO if channel.note == trouble else logging.WARNING
        log.log(level, "channel %d: what was posted there is not read back yet: %s", channel.id, error)
        await self._ledger.channels.note(channel.id, trouble)
        if not isinstance(error, Retry):
            await tell_managers(self._ledger.channels, self._messenger, channel, trouble, f"r{channel.id:x}")
