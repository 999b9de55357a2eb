"""Posting a digest's parts, and finding them again: Discord's side of the delivery."""

import logging
from collections.abc import Awaitable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
import discord
from discord import ui

from digestbot.digest import Retry, Unsendable, Unsure
from digestbot.models import Payload

T = TypeVar("T")
log = logging.getLogger(__name__)

# The codes of https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_SAID = {
    10003: "The channel is gone; set the digest up in another with /digest setup",
    50001: "The bot cannot see the channel; give it the View Channel permission there",
    50013: "The bot may not post in the channel; give it View Channel and Send Messages there",
    50024: "The channel takes no messages; set the digest up in a text channel with /digest setup",
}


class Frozen(ui.LayoutView):
    """A message that was rendered earlier: sent as it is stored, with buttons that are known by their ids."""

    def __init__(self, payload: Payload) -> None:
        super().__init__(timeout=None)
        self._stored: list[dict[str, Any]] = list(payload["components"])

    def to_components(self) -> list[dict[str, Any]]:
        """Return what was stored."""
        return self._stored

    def has_components_v2(self) -> bool:
        """Tell discord.py to set the flag of layouts."""
        return True

    def is_finished(self) -> bool:
        """Tell discord.py that nothing waits for this view."""
        return True


class Outbox:
    """`send` and `find` for the delivery; `client` is given to it before anything is delivered."""

    def __init__(self, client: discord.Client | None = None) -> None:
        self.client = client

    async def send(self, channel_id: int, payload: Payload, nonce: str) -> int:
        """Post a payload and return the message's id. Raises Unsendable or Retry.

        Discord takes a nonce for a message once, within some minutes; discord.py asks it to (`enforce_nonce`).
        """
        channel = self._connected().get_partial_messageable(channel_id)
        nobody = discord.AllowedMentions.none()
        message = await _told(channel.send(view=Frozen(payload), nonce=nonce, allowed_mentions=nobody))
        return message.id

    async def find(self, channel_id: int, since: datetime, token: str) -> int | None:
        """Return our own message since a moment that has a custom id ending in `/` and the token.

        Raises Unsure without the permission to read the history, and Unsendable or Retry.
        """
        if self._may_not_read(channel_id):
            raise Unsure(
                "A part of the last digest may or may not be posted already; give the bot the Read Message History "
                "permission in the channel, so that it can look"
            )
        return await _told(self._look(channel_id, since, token))

    async def _look(self, channel_id: int, since: datetime, token: str) -> int | None:
        client = self._connected()
        channel = client.get_partial_messageable(channel_id)
        async for message in channel.history(limit=None, after=since, oldest_first=True):
            if message.author == client.user and any(i.endswith(f"/{token}") for i in custom_ids(message.components)):
                return message.id
        return None

    def _may_not_read(self, channel_id: int) -> bool:
        """Tell that the history would come back empty: Discord answers so, instead of with an error."""
        channel = self._connected().get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return False
        return not channel.permissions_for(channel.guild.me).read_message_history

    def _connected(self) -> discord.Client:
        if self.client is None or not self.client.is_ready():
            raise Retry("The bot is not connected to Discord yet; it tries again")
        return self.client


def custom_ids(components: Sequence[Any]) -> Iterator[str]:
    """Yield the custom ids of a message's components, however deep they stand."""
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        accessory = getattr(component, "accessory", None)
        yield from custom_ids([*getattr(component, "children", ()), *([accessory] if accessory else [])])


async def _told(call: Awaitable[T]) -> T:
    """Await a call to Discord, its errors told as the delivery knows them."""
    try:
        return await call
    except discord.RateLimited as error:
        raise Retry("Discord asks the bot to slow down; it tries again") from error
    except discord.HTTPException as error:
        if error.code in _SAID:
            raise Unsendable(_SAID[error.code]) from error
        if error.status in (401, 408, 429) or error.status >= 500:
            raise Retry(f"Discord could not take the message (HTTP {error.status}); the bot tries again") from error
        log.warning("Discord refused a message: %s", error)
        raise Unsendable(f"Discord refused the message (HTTP {error.status}, code {error.code})") from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Retry("Discord cannot be reached; the bot tries again") from error
