"""What happens every minute: editions that are due are composed, and what is unfinished is delivered."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from digestbot.digest.compose import Composer
from digestbot.digest.deliver import Delivery
from digestbot.digest.schedule import every_minute, latest_slot, next_slot
from digestbot.errors import DigestbotError
from digestbot.ledger import Ledger
from digestbot.models import Channel

log = logging.getLogger(__name__)

LATE = timedelta(hours=1)
"""From this long after its slot on, an edition says that it is late."""

_AT_ONCE = 32
"""Channels served at the same time; the sending itself is paced by whoever sends."""


class Clockwork:
    """Asks the ledger each minute who is due. `ready` tells whether the notes are read and Discord can be reached."""

    def __init__(
        self,
        ledger: Ledger,
        composer: Composer,
        delivery: Delivery,
        clock: Callable[[], datetime],
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._ledger = ledger
        self._composer = composer
        self._delivery = delivery
        self._clock = clock
        self._ready = ready
        self._ticking = asyncio.Lock()
        self._stopping = False
        self._scheduler: Any = None

    def start(self) -> None:
        """Tick now and at every full minute, until `stop`."""
        self._scheduler = every_minute(self._minute)
        self._scheduler.start()

    async def stop(self) -> None:
        """Finish the parts that are being sent and tick no more; the rest waits for the next start.

        Whoever cannot wait that long cancels this: then the tick ends where it stands, and what it was sending is
        looked for at the next start.
        """
        self._stopping = True
        if self._scheduler is not None:
            self._scheduler.pause()
        try:
            await self._delivery.stop()
            async with self._ticking:
                pass
        finally:
            self._shut_down()
        await asyncio.sleep(0)  # the scheduler shuts down in the loop's next turn

    def _shut_down(self) -> None:
        """End the scheduler; it cancels what it runs, which is why the last tick is waited for."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def _minute(self) -> None:
        if self._ticking.locked():
            return
        try:
            await self.tick(self._clock())
        except DigestbotError as error:
            log.error("nothing is posted: %s", error)  # noqa: TRY400 - the sentence says all

    async def tick(self, now: datetime) -> None:
        """Deliver what is unfinished, then compose and deliver what is due; one channel's fault is not another's."""
        if not self._ready():
            return
        async with self._ticking:
            due = {channel.id: channel for channel in await self._ledger.channels.due(now)}
            served = list(dict.fromkeys((*await self._ledger.editions.unfinished_channels(), *due)))
            places = asyncio.Semaphore(_AT_ONCE)
            outcomes = await asyncio.gather(
                *(self._serve(number, due.get(number), now, places) for number in served), return_exceptions=True
            )
        for number, outcome in zip(served, outcomes, strict=True):
            _tell(number, outcome)

    async def _serve(self, channel_id: int, due: Channel | None, now: datetime, places: asyncio.Semaphore) -> None:
        async with places:
            if self._stopping:
                return
            await self._delivery.deliver_unfinished(channel_id)
            if due is not None and not self._stopping:
                await self._publish(due, now)

    async def _publish(self, channel: Channel, now: datetime) -> None:
        """Make one edition for the latest slot that has come; the slots missed before it have none of their own."""
        first = channel.next_slot
        slot = latest_slot(channel.schedule, first.at, now) or first
        following = next_slot(channel.schedule, now)
        late = now - first.at > LATE
        edition = await self._composer.compose(channel, slot, late=late, next_slot=following)
        if edition is not None:
            log.info("channel %d: edition %d holds %d papers", channel.id, edition.id, len(edition.papers))
            await self._delivery.deliver(edition)


def _tell(channel_id: int, outcome: BaseException | None) -> None:
    if isinstance(outcome, DigestbotError):
        log.warning("channel %d: %s; it is tried again in a minute", channel_id, outcome)
    elif outcome is not None:
        log.error("channel %d: its digest failed", channel_id, exc_info=outcome)
