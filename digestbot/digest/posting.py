"""Posting one part, once: what is recorded before and after decides what is done after a crash."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from digestbot.errors import DigestbotError
from digestbot.ledger import Editions
from digestbot.models import Channel, Edition, Part, Payload, Posted

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


class Undelivered(DigestbotError):  # noqa: N818 -- the family's names say what became of the part
    """A part could not be posted now; the message is fit for the server's managers."""


class Unsendable(Undelivered):
    """Discord refuses this until a person changes something: the channel is gone, access or a permission is missing."""


class Retry(Undelivered):
    """It did not work this time, and Discord may or may not have stored the message."""


class Unsure(Undelivered):
    """It cannot be known whether a message is there, as without the permission to read the channel's history."""


class Expired(Undelivered):
    """A part whose week is over is certainly not in its channel; its papers come next time."""


class Messenger(Protocol):
    """Who talks to Discord for the delivery.

    `opening` is the message of the edition's first part, None for that part itself: where a channel is a forum, the
    first part opens a post, and the others follow in it.
    """

    async def send(self, channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        """Post a payload under a nonce and return the message's id. Raises Unsendable or Retry."""
        ...

    async def find(self, channel_id: int, since: datetime, token: str, opening: int | None) -> int | None:
        """Look for our own message since a moment by its part's token, `e12.1`.

        Returns its id, or None if it is certainly not there. Raises Unsure, Unsendable or Retry.
        """
        ...

    async def posted(self, channel_id: int, since: datetime) -> Sequence[Posted]:
        """Return all our own digests' messages since a moment. Raises Unsure, Unsendable or Retry."""
        ...

    def heeds_nonce(self, channel_id: int, opening: int | None) -> bool:
        """Tell whether Discord makes no second message of the same nonce there; it does of posts in a forum."""
        ...

    async def tell(self, channel: Channel, trouble: str, nonce: str) -> None:
        """Tell the managers of a channel what they can mend, where they see it. Raises Retry."""
        ...


def token(edition_id: int, part: int) -> str:
    """Return what a part's message is recognised by: the end of its custom ids is `/` and this."""
    return f"e{edition_id}.{part}"


class Posting:
    """Posts parts. `stopping` is set when no further attempt is to begin.

    `elapsed` counts seconds that really pass, whatever the clock is set to: a nonce is trusted for so long, and only by
    the process that used it.
    """

    def __init__(
        self,
        editions: Editions,
        messenger: Messenger,
        clock: Callable[[], datetime],
        stopping: asyncio.Event,
        elapsed: Callable[[], float],
        short_pauses: Sequence[float],
        longest_answer: float,
    ) -> None:
        self._editions = editions
        self._messenger = messenger
        self._clock = clock
        self._stopping = stopping
        self._elapsed = elapsed
        self._tried: dict[str, float] = {}
        self._short_pauses = short_pauses
        self._longest_answer = longest_answer

    async def post(self, edition: Edition, part: Part, opening: int | None) -> int | None:
        """Post one part and return its message; None if it is not to be posted any more. Raises Undelivered.

        After an answer that says nothing it is tried again with its nonce, while that is safe.
        """
        for pause in self._short_pauses:
            try:
                return await self._attempt(edition, part, opening)
            except Retry:
                if not self._messenger.heeds_nonce(edition.channel_id, opening) or await self._stopped_within(pause):
                    raise
                part = await self._read_again(part)
        return await self._attempt(edition, part, opening)

    async def _attempt(self, edition: Edition, part: Part, opening: int | None) -> int | None:
        """Post one part, unless it was posted by an attempt whose answer was lost."""
        uncertain = part.state == "sending"
        if uncertain and not self._is_safe(edition, part, opening):
            found = await self._look(edition, part, opening)
            if found is not None:
                return found
            uncertain = False
        if not uncertain:
            if not await self._editions.sending(part, self._clock()):
                return None
            self._tried[part.nonce] = self._elapsed()
        sent = self._messenger.send(edition.channel_id, part.payload, part.nonce, opening)
        try:
            message_id = await self._answer(sent)
        except Unsendable:
            if not uncertain:
                await self._editions.refused(part)
            raise
        await self._editions.sent(part, message_id, self._clock())
        self._tried.pop(part.nonce, None)
        return message_id

    async def _look(self, edition: Edition, part: Part, opening: int | None) -> int | None:
        """Return the message of a part that may have been posted, None if it was not; then it may be posted again."""
        since = edition.composed_at - CLOCK_SLACK
        name = token(edition.id, part.number)
        found = await self._answer(self._messenger.find(edition.channel_id, since, name, opening))
        if found is not None:
            log.info("channel %d: %s was found posted as %d", edition.channel_id, name, found)
            await self._editions.sent(part, found, self._clock())
        elif self.is_over(edition):
            await self._editions.refused(part)
            raise Expired("A digest could not be posted within its week; its papers come in the next one")
        return found

    def _is_safe(self, edition: Edition, part: Part, opening: int | None) -> bool:
        """Tell whether the nonce of an earlier attempt still protects from a second message.

        Raises Retry where no nonce does and an answer may still be under way.
        """
        since = self._tried.get(part.nonce)
        clock = self._clock() - part.sending_since if part.sending_since else NONCE_WINDOW
        recent = timedelta(0) <= clock < NONCE_WINDOW
        if not self._messenger.heeds_nonce(edition.channel_id, opening):
            if recent:
                raise Retry("Discord did not say whether it took the post; the bot looks for it in a minute")
            return False
        return recent and since is not None and self._elapsed() - since < NONCE_WINDOW.total_seconds()

    async def _answer(self, asked: Awaitable[T]) -> T:
        """Wait for Discord's answer, but not for ever: cut off, a message may or may not be there."""
        try:
            async with asyncio.timeout(self._longest_answer):
                return await asked
        except TimeoutError as error:
            raise Retry("Discord did not answer in time; the bot tries again") from error

    def is_over(self, edition: Edition) -> bool:
        """Tell whether an edition's week is past."""
        begun = edition.slot.at if edition.slot else edition.composed_at
        return self._clock() - begun >= PATIENCE

    async def _read_again(self, part: Part) -> Part:
        edition = await self._editions.get(part.edition_id)
        return edition.parts[part.number - 1] if edition else part

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False
