"""Posting editions part by part, each once: what is recorded before and after decides what is done after a crash."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from weakref import WeakValueDictionary

from digestbot.errors import DigestbotError
from digestbot.ledger import Ledger
from digestbot.models import Edition, Part, Payload

T = TypeVar("T")

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(seconds=60)
"""How long the same nonce surely makes no second message; Discord says "a few minutes" (Create Message, `nonce`)."""

PATIENCE = timedelta(days=7) - timedelta(hours=2)
"""How long an edition is tried: just under its week, so that what it owes is in the next one even in a short week."""

CLOCK_SLACK = timedelta(hours=2)
"""How much earlier than we think a message may have been stored: Discord's clock is not ours, which may have jumped."""

LONGEST_ANSWER = 60.0
"""Seconds after which Discord is taken not to answer: one request that hangs must not hold up the other channels."""

SHORT_PAUSES = (1.0, 4.0, 15.0)
"""Seconds between attempts at the same part that stay within the nonce's window."""

LONGEST_PAUSE = timedelta(hours=1)

Send = Callable[[int, Payload, str], Awaitable[int]]
"""Posts a payload to a channel under a nonce and returns the message's id. Raises Unsendable or Retry."""

Find = Callable[[int, datetime, str], Awaitable[int | None]]
"""Looks for our own message in a channel since a moment by its part's token, `e12.1`.

Returns its id, or None if it is certainly not there. Raises Unsure, Unsendable or Retry.
"""


class Undelivered(DigestbotError):  # noqa: N818 -- the family's names say what became of the part
    """A part could not be posted now; the message is fit for the server's managers."""


class Unsendable(Undelivered):
    """Discord refuses this until a person changes something: the channel is gone, access or a permission is missing."""


class Retry(Undelivered):
    """It did not work this time, and Discord may or may not have stored the message."""


class Unsure(Undelivered):
    """It cannot be known whether a message is there, as without the permission to read the channel's history."""


class _NeverPosted(Undelivered):
    """A part whose week is over is certainly not in its channel; its papers come next time."""


def token(part: Part) -> str:
    """Return what a part's message is recognised by: the end of its custom ids is `/` and this."""
    return f"e{part.edition_id}.{part.number}"


@dataclass(frozen=True, slots=True)
class _Pause:
    failures: int
    until: datetime


class Delivery:
    """Delivers editions: a channel's in order, one part after the other. Pauses grow while a channel fails."""

    def __init__(
        self,
        ledger: Ledger,
        send: Send,
        find: Find,
        clock: Callable[[], datetime],
        short_pauses: Sequence[float] = SHORT_PAUSES,
        longest_answer: float = LONGEST_ANSWER,
    ) -> None:
        self._editions = ledger.editions
        self._channels = ledger.channels
        self._send = send
        self._find = find
        self._clock = clock
        self._short_pauses = short_pauses
        self._longest_answer = longest_answer
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._pauses: dict[int, _Pause] = {}
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = asyncio.Event()

    async def deliver(self, edition: Edition) -> Edition:
        """Post what is unfinished in the edition's channel up to this one, pause or not, and return it as it is then.

        A part that fails stays for `deliver_unfinished`, and why is noted for the channel. Raises LedgerError.
        """
        await self._deliver(edition.channel_id)
        return await self._editions.get(edition.id) or edition

    async def deliver_unfinished(self, channel_id: int) -> None:
        """Post what is unfinished in a channel, unless its pause after a failure lasts. Raises LedgerError."""
        pause = self._pauses.get(channel_id)
        if pause is None or not pause.until - LONGEST_PAUSE <= self._clock() < pause.until:
            await self._deliver(channel_id)

    async def stop(self) -> None:
        """Begin no further part, and return when those being sent are finished."""
        self._stopping.set()
        await self._idle.wait()

    async def _deliver(self, channel_id: int) -> None:
        """Post a channel's editions in order; one that is over holds up the next no longer, whatever it waits for."""
        is_well = True
        async with self._alone(channel_id):
            for edition in await self._editions.unfinished(channel_id):
                if self._stopping.is_set():
                    return
                try:
                    await self._parts(edition)
                except Undelivered as error:
                    await self._failed(edition, error)
                    if not (self._is_over(edition) and isinstance(error, Unsure | _NeverPosted)):
                        return
                    is_well = False
                else:
                    if is_well:
                        await self._recovered(channel_id)

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
        for part in edition.parts:
            if part.state in ("waiting", "sending"):
                await self._part(edition, part)
            if self._stopping.is_set():
                return

    async def _part(self, edition: Edition, part: Part) -> None:
        """Post one part; after an answer that says nothing, again with its nonce while that is safe."""
        for pause in self._short_pauses:
            try:
                return await self._attempt(edition, part)
            except Retry:
                if await self._stopped_within(pause):
                    raise
                part = await self._read_again(part)
        return await self._attempt(edition, part)

    async def _attempt(self, edition: Edition, part: Part) -> None:
        """Post one part, unless it was posted by an attempt whose answer was lost."""
        uncertain = part.state == "sending"
        if uncertain and not self._within_window(part):
            since = edition.composed_at - CLOCK_SLACK
            found = await self._answer(self._find(edition.channel_id, since, token(part)))
            if found is not None:
                log.info("channel %d: %s was found posted as %d", edition.channel_id, token(part), found)
                return await self._editions.sent(part, found, self._clock())
            if self._is_over(edition):
                await self._editions.refused(part)
                raise _NeverPosted("A digest could not be posted within its week; its papers come in the next one.")
            uncertain = False
        if not uncertain and not await self._editions.sending(part, self._clock()):
            return None
        try:
            message_id = await self._answer(self._send(edition.channel_id, part.payload, part.nonce))
        except Unsendable:
            if not uncertain:
                await self._editions.refused(part)
            raise
        return await self._editions.sent(part, message_id, self._clock())

    async def _answer(self, asked: Awaitable[T]) -> T:
        """Wait for Discord's answer, but not for ever: cut off, a message may or may not be there."""
        try:
            async with asyncio.timeout(self._longest_answer):
                return await asked
        except TimeoutError as error:
            raise Retry("Discord did not answer in time; it is tried again.") from error

    def _is_over(self, edition: Edition) -> bool:
        begun = edition.slot.at if edition.slot else edition.composed_at
        return self._clock() - begun >= PATIENCE

    def _within_window(self, part: Part) -> bool:
        """Tell whether the nonce still protects; a moment in the future is one before the clock was set back."""
        return part.sending_since is not None and timedelta(0) <= self._clock() - part.sending_since < NONCE_WINDOW

    async def _read_again(self, part: Part) -> Part:
        edition = await self._editions.get(part.edition_id)
        return edition.parts[part.number - 1] if edition else part

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False

    async def _failed(self, edition: Edition, error: Undelivered) -> None:
        """Note why, pause longer each time, and give the edition up when its week is over."""
        before = self._pauses.get(edition.channel_id)
        failures = before.failures + 1 if before else 1
        now = self._clock()
        pause = min(LONGEST_PAUSE, timedelta(minutes=2 ** min(failures - 1, 10)))
        self._pauses[edition.channel_id] = _Pause(failures, now + pause)
        log.warning("channel %d: edition %d is not posted yet: %s", edition.channel_id, edition.id, error)
        await self._channels.note(edition.channel_id, str(error))
        if self._is_over(edition) and await self._editions.give_up(edition, now):
            log.error("channel %d: edition %d is given up; its papers come next time", edition.channel_id, edition.id)

    async def _recovered(self, channel_id: int) -> None:
        self._pauses.pop(channel_id, None)
        channel = await self._channels.get(channel_id)
        if channel is not None and channel.note:
            await self._channels.note(channel_id, "")
