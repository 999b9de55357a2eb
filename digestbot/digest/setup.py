"""What people do with a channel's digest: set it up, pause it, ask for it now, see how it stands."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from digestbot.digest.compose import Composer, Order
from digestbot.digest.deliver import Delivery
from digestbot.digest.filing import age
from digestbot.digest.recall import Recall
from digestbot.digest.rhythm import quoted
from digestbot.digest.schedule import begun, next_slot
from digestbot.digest.wishes import parse_schedule
from digestbot.errors import ChannelError
from digestbot.ledger import Ledger
from digestbot.library import Search
from digestbot.models import Channel, Edition, Paper, Payload, Schedule

log = logging.getLogger(__name__)

StartOption = Literal["now", "period", "last"]
"""What a first edition takes in besides what is new from the set-up on: nothing, the latest period, the last N."""

DEFAULT_COUNT = 10
LARGEST_COUNT = 100


@dataclass(frozen=True, slots=True)
class ConfigChannel:
    """A channel as the settings have it. `guild_id` 0: they cannot tell, and what is known of it stays."""

    id: int
    day: str
    time: str
    timezone: str
    topics: tuple[str, ...] = ()
    start: StartOption = "now"
    guild_id: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """How a channel's digest stands: `waiting` papers would be in an edition made now, `unposted` parts are not out."""

    channel: Channel
    waiting: int
    last: Edition | None
    unposted: int


class Desk:
    """The operations behind `/digest`. All raise ChannelError with what to do, and LedgerError and LibraryError."""

    def __init__(
        self,
        ledger: Ledger,
        search: Search,
        composer: Composer,
        delivery: Delivery,
        recall: Recall,
        clock: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._search = search
        self._composer = composer
        self._delivery = delivery
        self._recall = recall
        self._clock = clock

    async def set_up(
        self,
        channel_id: int,
        guild_id: int,
        *,
        day: str,
        time: str,
        timezone: str,
        topics: Sequence[str] = (),
        by: int | None = None,
        start: StartOption = "now",
        count: int = DEFAULT_COUNT,
    ) -> Channel:
        """Set up a channel, or change its schedule and topics, as people write them.

        A channel that is set up keeps its mark and, with the same days, the weeks it counts; its pause ends. `start`
        `period` or `last` (`count` papers) adds older papers to the next edition, except those that the channel has
        had.
        """
        before = await self._changeable(channel_id)
        schedule = begun(parse_schedule(day, time, timezone), before and before.schedule, self._clock())
        names = tuple(dict.fromkeys([await self._topic(topic) for topic in topics]))
        owed = await self._start(names, start, count)
        channel = self._channel(channel_id, guild_id, schedule, names)
        return await self._ledger.channels.set_up(replace(channel, set_up_by=by), owed)

    async def pause(self, channel_id: int) -> Channel:
        """Post nothing by schedule until `resume`; what is new meanwhile waits."""
        await self._changeable(channel_id)
        await self._there(channel_id)
        await self._ledger.channels.pause(channel_id)
        return await self._there(channel_id)

    async def resume(self, channel_id: int) -> Channel:
        """End a pause; the slots during it are past."""
        await self._changeable(channel_id)
        channel = await self._there(channel_id)
        if channel.paused:
            await self._ledger.channels.resume(channel_id, next_slot(channel.schedule, self._clock()))
        return await self._there(channel_id)

    async def remove(self, channel_id: int) -> None:
        """Post no more digests in the channel; what it has had is not posted again if it is set up again."""
        await self._changeable(channel_id)
        await self._there(channel_id)
        await self._ledger.channels.remove(channel_id)

    async def now(self, channel_id: int) -> Edition | None:
        """Make and post an edition outside the slots; None if nothing is new. Its parts tell what is posted."""
        channel = await self._there(channel_id)
        if await self._recall.holds(channel_id):
            raise ChannelError(
                "After its records were restored from a backup, the bot must first read what it has posted here since; "
                + (channel.note or "try again in some minutes")
            )
        edition = await self._composer.compose(Order(channel))
        if edition is not None:
            await self._delivery.deliver(channel_id)
        return edition and await self._ledger.editions.get(edition.id)

    async def preview(self, channel_id: int) -> tuple[Payload, ...]:
        """Return the messages that `now` would post."""
        return await self._composer.preview(await self._there(channel_id))

    async def status(self, channel_id: int) -> Status:
        """Return how the channel's digest stands."""
        channel = await self._there(channel_id)
        unfinished = await self._ledger.editions.unfinished(channel_id)
        return Status(
            channel=channel,
            waiting=await self._composer.waiting(channel),
            last=await self._ledger.editions.last(channel_id),
            unposted=sum(part.state in ("waiting", "sending") for edition in unfinished for part in edition.parts),
        )

    async def reconcile(self, configured: Sequence[ConfigChannel]) -> None:
        """Bring the ledger's channels to what the settings say; call it when the notes have been read.

        A channel new to the ledger begins with its `start`; one that it has keeps its mark; one that the settings no
        longer name is removed, or returned to commands with its schedule if someone had set it up by one. Channels
        set up by command stay as they are.
        """
        for wish in configured:
            await self._take_over(wish)
        named = {wish.id for wish in configured}
        for channel in await self._ledger.channels.all():
            if channel.origin == "config" and channel.id not in named:
                await self._let_go(channel)

    async def _let_go(self, channel: Channel) -> None:
        if channel.set_up_by is not None:
            log.info("channel %d: changed by command again, the settings no longer name it", channel.id)
            await self._ledger.channels.set_up(replace(channel, origin="command"))
            return
        log.info("channel %d: removed, the settings no longer name it", channel.id)
        await self._ledger.channels.remove(channel.id)

    async def _take_over(self, wish: ConfigChannel) -> None:
        try:
            schedule = parse_schedule(wish.day, wish.time, wish.timezone)
        except ChannelError as error:
            raise ChannelError(f"channel {wish.id} of the settings: {error}") from error
        before = await self._ledger.channels.get(wish.id)
        schedule = begun(schedule, before and before.schedule, self._clock())
        for topic in wish.topics:
            if await self._search.topic(topic, exact=True) is None:
                log.warning("channel %d: no paper has the topic “%s” of the settings", wish.id, topic)
        owed = [] if before else await self._start(wish.topics, wish.start, DEFAULT_COUNT)
        channel = self._channel(wish.id, wish.guild_id, schedule, wish.topics)
        if before is not None:
            same = before.schedule == schedule and not before.paused
            channel = replace(
                channel,
                next_slot=before.next_slot if same else channel.next_slot,
                set_up_by=before.set_up_by,
                note=before.note,
                told=before.told,
            )
        await self._ledger.channels.set_up(replace(channel, origin="config"), owed)

    def _channel(self, channel_id: int, guild_id: int, schedule: Schedule, topics: tuple[str, ...]) -> Channel:
        slot = next_slot(schedule, self._clock())
        return Channel(channel_id, guild_id, schedule, topics, mark=0, next_slot=slot)

    async def _there(self, channel_id: int) -> Channel:
        channel = await self._ledger.channels.get(channel_id)
        if channel is None:
            raise ChannelError("This channel has no digest yet; a manager can set one up with /digest setup")
        return channel

    async def _changeable(self, channel_id: int) -> Channel | None:
        channel = await self._ledger.channels.get(channel_id)
        if channel is not None and channel.origin == "config":
            raise ChannelError(
                "This channel's digest is set up in the bot's settings file; whoever runs the bot can change it there"
            )
        return channel

    async def _topic(self, text: str) -> str:
        tally = await self._search.topic(text)
        if tally is not None:
            return tally.name
        near = await self._search.topics(text, 3)
        hint = f"did you mean {' or '.join(f'“{one.name}”' for one in near)}?" if near else "/topic lists the topics"
        raise ChannelError(f"No paper has the topic {quoted(text)}; {hint}")

    async def _start(self, topics: Sequence[str], start: StartOption, count: int) -> list[int]:
        """Return the older papers that a first edition begins with."""
        if start == "now":
            return []
        if not 1 <= count <= LARGEST_COUNT:
            raise ChannelError(f"A digest can begin with the last 1 to {LARGEST_COUNT} papers, not {count}")
        found = await (self._latest_period() if start == "period" else self._newest(topics, count))
        return [paper.sequence for paper in found if paper.sequence is not None]

    async def _latest_period(self) -> tuple[Paper, ...]:
        period = await self._search.latest_period()
        if period is None:
            return ()
        first = await self._search.period_papers(period, 0, 1)
        return (await self._search.period_papers(period, 0, max(1, first.total))).items

    async def _newest(self, topics: Sequence[str], count: int) -> tuple[Paper, ...]:
        if not topics:
            return await self._search.newest(count)
        tallies = [await self._search.topic(topic, exact=True) for topic in topics]
        pages = [await self._search.topic_papers(tally.key, 0, count) for tally in tallies if tally]
        found = {paper.key: paper for page in pages for paper in page.items}
        return tuple(sorted(found.values(), key=age, reverse=True)[:count])
