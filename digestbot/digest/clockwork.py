"""What happens every minute: editions that are due are composed, and what is unfinished is delivered."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from digestbot.digest.compose import Composer, Order
from digestbot.digest.crowd import Crowd, tell
from digestbot.digest.deliver import Delivery
from digestbot.digest.recall import Recall
from digestbot.digest.schedule import every_minute, latest_slot, next_slot
from digestbot.errors import DigestbotError
from digestbot.ledger import Ledger
from digestbot.models import Channel, Edition

log = logging.getLogger(__name__)

LATE = timedelta(hours=1)
"""From this long after its slot on, an edition says that it is late."""

_AT_ONCE = 64
"""Channels posted to at the same time; whoever sends paces the requests, and must not run dry between two answers."""

_TOGETHER = 25
"""Editions made in one transaction."""


class Clockwork:
    """Asks the ledger each minute who is due. `ready` tells whether the notes are read and Discord can be reached."""

    def __init__(
        self,
        ledger: Ledger,
        composer: Composer,
        delivery: Delivery,
        recall: Recall,
        clock: Callable[[], datetime],
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._ledger = ledger
        self._composer = composer
        self._delivery = delivery
        self._recall = recall
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
        """Deliver what is unfinished, then compose and deliver what is due; one channel's fault is not another's.

        After the ledger was restored, a channel is first read back.
        """
        if not self._ready():
            return
        async with self._ticking:
            await self._read_back()
            async with Crowd(_AT_ONCE) as crowd:
                await self._serve(now, crowd)

    async def _read_back(self) -> None:
        async with Crowd(_AT_ONCE) as crowd:
            for channel in await self._recall.waiting():
                if self._stopping:
                    return
                await crowd.add(channel.id, self._recall.read(channel))

    async def _serve(self, now: datetime, crowd: Crowd) -> None:
        unfinished = frozenset(await self._ledger.editions.unfinished_channels())
        for channel_id in sorted(unfinished):
            if self._stopping:
                return
            if not await self._recall.holds(channel_id):
                await crowd.add(channel_id, self._delivery.deliver_unfinished(channel_id))
        await self._publish(now, unfinished, crowd)

    async def _publish(self, now: datetime, unfinished: Collection[int], crowd: Crowd) -> None:
        """Make editions, some at a time, while those made before are posted."""
        last: Channel | None = None
        while not self._stopping and (page := await self._ledger.channels.due(now, _TOGETHER, last)):
            last = page[-1]
            due = [channel for channel in page if not await self._recall.holds(channel.id)]
            made = await self._compose([channel for channel in due if channel.id not in unfinished], now)
            behind = await self._ledger.editions.behind([channel.id for channel, _ in made])
            for channel, edition in made:
                alone = channel.id not in behind
                post = self._delivery.deliver_new(channel, edition) if alone else self._delivery.deliver(channel.id)
                await crowd.add(channel.id, post)
            for channel in due:
                if channel.id in unfinished:
                    await crowd.add(channel.id, self._deliver_both(channel, now))

    async def _compose(self, due: Sequence[Channel], now: datetime) -> list[tuple[Channel, Edition]]:
        """Make editions together, or one by one where that fails, so that the others have theirs."""
        orders = [order for channel in due if (order := _order(channel, now))]
        try:
            editions = await self._composer.compose_all(orders)
        except DigestbotError:
            raise
        except Exception:  # noqa: BLE001 -- whose fault it was comes out, and is told, when each is made alone
            editions = [await self._compose_alone(order) for order in orders]
        made = [(order.channel, edition) for order, edition in zip(orders, editions, strict=True) if edition]
        for channel, edition in made:
            log.info("channel %d: edition %d holds %d papers", channel.id, edition.id, len(edition.papers))
        return made

    async def _compose_alone(self, order: Order) -> Edition | None:
        try:
            return await self._composer.compose(order)
        except Exception as error:  # noqa: BLE001 -- told, and the others go on
            return tell(order.channel.id, error)

    async def _deliver_both(self, channel: Channel, now: datetime) -> None:
        """Post what is unfinished first: what it gives up comes in the new edition."""
        await self._delivery.deliver_unfinished(channel.id)
        if not self._stopping and await self._compose([channel], now):
            await self._delivery.deliver(channel.id)


def _order(channel: Channel, now: datetime) -> Order | None:
    """Ask for one edition for the latest slot that has come; the slots missed before it have none of their own."""
    first = channel.next_slot
    try:
        slot = latest_slot(channel.schedule, first.at, now) or first
        return Order(channel, slot, next_slot(channel.schedule, now), late=now - first.at > LATE)
    except (ValueError, LookupError) as error:  # a zone can vanish from the machine's own list
        return tell(channel.id, error)
