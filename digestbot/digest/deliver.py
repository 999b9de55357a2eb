"""Delivering editions: a channel's in order, for as long as it takes within their week, and telling of trouble."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from digestbot.digest.posting import (
    LONGEST_ANSWER,
    SHORT_PAUSES,
    Expired,
    Messenger,
    Posting,
    Retry,
    Undelivered,
    Unsure,
)
from digestbot.digest.telling import tell_managers
from digestbot.ledger import Ledger
from digestbot.models import Channel, Edition

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Pause:
    failures: int
    until: datetime


class Delivery:
    """Delivers editions: a channel's in order, one part after the other. Pauses grow while a channel fails."""

    def __init__(
        self,
        ledger: Ledger,
        messenger: Messenger,
        clock: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
        short_pauses: Sequence[float] = SHORT_PAUSES,
        longest_answer: float = LONGEST_ANSWER,
    ) -> None:
        self._editions = ledger.editions
        self._channels = ledger.channels
        self._messenger = messenger
        self._clock = clock
        self._stopping = asyncio.Event()
        self._posting = Posting(
            ledger.editions, messenger, clock, self._stopping, elapsed, short_pauses, longest_answer
        )
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._pauses: dict[int, _Pause] = {}
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def deliver(self, channel_id: int) -> None:
        """Post what is unfinished in a channel, pause or not.

        A part that fails stays for `deliver_unfinished`, and why is noted for the channel. Raises LedgerError.
        """
        async with self._alone(channel_id):
            channel = await self._channels.get(channel_id)
            await self._deliver(channel_id, channel, await self._editions.unfinished(channel_id))

    async def deliver_unfinished(self, channel_id: int) -> None:
        """Post what is unfinished in a channel, unless its pause after a failure lasts. Raises LedgerError."""
        pause = self._pauses.get(channel_id)
        if pause is None or not pause.until - LONGEST_PAUSE <= self._clock() < pause.until:
            await self.deliver(channel_id)

    async def deliver_new(self, channel: Channel, edition: Edition) -> None:
        """Post an edition just made for a channel in which nothing before it is unfinished. Raises LedgerError."""
        async with self._alone(channel.id):
            await self._deliver(channel.id, channel, [edition])

    def hurry(self, channel_ids: Iterable[int]) -> None:
        """Forget the pauses of channels in which something has changed that may have mended them."""
        for channel_id in channel_ids:
            self._pauses.pop(channel_id, None)

    async def stop(self) -> None:
        """Begin no further part, and return when those being sent are finished."""
        self._stopping.set()
        await self._idle.wait()

    async def _deliver(self, channel_id: int, channel: Channel | None, unfinished: Sequence[Edition]) -> None:
        """Post a channel's editions in order; one that is over holds up the next no longer, whatever it waits for."""
        is_well = True
        for edition in unfinished:
            if self._stopping.is_set():
                return
            try:
                await self._parts(edition)
            except Undelivered as error:
                await self._failed(edition, error)
                if not (self._posting.is_over(edition) and isinstance(error, Unsure | Expired)):
                    return
                is_well = False
        if is_well and unfinished:
            await self._recovered(channel_id, channel)

    @asynccontextmanager
    async def _alone(self, channel_id: int) -> AsyncGenerator[None, None]:
        """Let one task at a time post to a channel, and `stop` wait for all of them."""
        lock = self._locks.setdefault(channel_id, asyncio.Lock())
        async with lock:
            self._running += 1
            self._idle.clear()
            try:
                yield
            finally:
                self._running -= 1
                if not self._running:
                    self._idle.set()

    async def _parts(self, edition: Edition) -> None:
        opening = edition.parts[0].message_id
        for part in edition.parts:
            if part.state in ("waiting", "sending"):
                message_id = await self._posting.post(edition, part, None if part.number == 1 else opening)
                opening = message_id if part.number == 1 else opening
            if self._stopping.is_set():
                return

    async def _failed(self, edition: Edition, error: Undelivered) -> None:
        """Note why, pause longer each time, tell of it, and give the edition up when its week is over."""
        before = self._pauses.get(edition.channel_id)
        failures = before.failures + 1 if before else 1
        now = self._clock()
        pause = min(LONGEST_PAUSE, timedelta(minutes=2 ** min(failures - 1, 10)))
        self._pauses[edition.channel_id] = _Pause(failures, now + pause)
        channel = await self._channels.get(edition.channel_id)
        is_known = channel is not None and channel.note == str(error)
        told = "channel %d: edition %d is not posted yet: %s"
        log.log(logging.INFO if is_known else logging.WARNING, told, edition.channel_id, edition.id, error)
        await self._channels.note(edition.channel_id, str(error))
        given_up = self._posting.is_over(edition) and await self._editions.give_up(edition, now)
        if given_up:
            log.error("channel %d: edition %d is given up; its papers come next time", edition.channel_id, edition.id)
        if channel is not None and (given_up or not isinstance(error, Retry)):
            await tell_managers(self._channels, self._messenger, channel, str(error), edition.parts[0].nonce)

    async def _recovered(self, channel_id: int, channel: Channel | None) -> None:
        self._pauses.pop(channel_id, None)
        if channel is not None:
            await self._channels.recovered(channel)
