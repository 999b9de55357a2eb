"""Posting a digest's parts, and finding them again: Discord's side of the delivery."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
import discord

from digestbot.bot import ids
from digestbot.bot.views.desk import alert
from digestbot.bot.views.layout import Layout
from digestbot.digest import Retry, Unsendable, Unsure
from digestbot.models import Channel, Payload, Posted

T = TypeVar("T")
log = logging.getLogger(__name__)

# The codes of https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_SAID = {
    10003: "The channel is gone; set the digest up in another with /digest setup",
    50001: "The bot cannot see the channel; give it the View Channel permission there",
    50013: "The bot may not post in the channel; give it View Channel and Send Messages there",
    50024: "The channel takes no messages; set the digest up in a text channel with /digest setup",
    40067: "The forum wants a tag on every post and has none for the bot; add one that everyone may use there",
    **dict.fromkeys((50007, 50278), "This person takes no direct messages from the bot"),
    160005: "The thread is locked; unlock it, or set the digest up elsewhere with /digest setup",
}
_SAID_IN_FORUMS = {
    **_SAID,
    50013: "The bot may not post in the forum; give it View Channel, Create Posts and Send Messages in Posts there",
}
_SAID_IN_POSTS = {
    **_SAID_IN_FORUMS,
    10003: "The post of this digest was deleted; its further papers come in the next one",
    160005: "The post of this digest is locked; unlock it, so that its further papers can follow",
}
_DIGEST_TAGS = ("digest", "paper")
_LONGEST_NAME = 100  # of a forum's post


class Outbox:
    """The delivery's messenger (`digestbot.digest.Messenger`).

    `client` is given to it before anything is delivered. An edition in a forum is a post of its own: its first part
    opens it, and as Discord gives the post that message's id, the other parts find their way there.
    """

    def __init__(self, client: discord.Client | None = None) -> None:
        self.client = client

    async def send(self, channel_id: int, payload: Payload, nonce: str, opening: int | None) -> int:
        """Post a payload and return the message's id. Raises Unsendable or Retry.

        Discord takes a nonce for a message once, within some minutes; discord.py asks it to (`enforce_nonce`).
        """
        client, forum = self._connected(), self._forum(channel_id)
        if forum is not None and opening is None:
            return await _told(_open_post(forum, payload), _SAID_IN_FORUMS)
        place = client.get_partial_messageable(opening if forum is not None and opening else channel_id)
        nobody = discord.AllowedMentions.none()
        said = _SAID if forum is None else _SAID_IN_POSTS
        message = await _told(
            place.send(view=Layout(payload["components"]), nonce=nonce, allowed_mentions=nobody), said
        )
        return message.id

    async def find(self, channel_id: int, since: datetime, token: str, opening: int | None) -> int | None:
        """Return our own message since a moment that has a custom id ending in `/` and the token.

        Raises Unsure without the permission to read the history, and Unsendable or Retry.
        """
        forum = self._forum(channel_id)
        self._require_history(channel_id, "A part of the last digest may or may not be posted already; to look")
        if forum is not None and opening is None:
            return await _told(self._look_in_posts(forum, since, token))
        if forum is not None and opening is not None:
            return await _told(_unless_gone(self._look(opening, since, token)))
        return await _told(self._look(channel_id, since, token))

    async def posted(self, channel_id: int, since: datetime) -> Sequence[Posted]:
        """Return all our own digests' messages since a moment, in a forum those of all our posts.

        Raises Unsure without the permission to read the history, and Unsendable or Retry.
        """
        forum = self._forum(channel_id)
        told = "What was posted since the backup from which the bot's records were restored is not known; to look"
        self._require_history(channel_id, told)
        return await _told(self._read(channel_id, since) if forum is None else self._read_posts(forum, since))

    def heeds_nonce(self, channel_id: int, opening: int | None) -> bool:
        """Tell whether a nonce keeps Discord from making a second message; it has none for a forum's new post."""
        return opening is not None or self._forum(channel_id) is None

    async def tell(self, channel: Channel, trouble: str, nonce: str) -> None:
        """Write to whoever set the channel up, or else to the server's channel for news. Raises Retry."""
        client = self._connected()
        guild = client.get_guild(channel.guild_id)
        view = alert(channel, guild.name if guild else "", trouble)
        for place in (await self._direct(channel.set_up_by), _news(guild)):
            if place is None:
                continue
            try:
                await _told(place.send(view=view, nonce=nonce, allowed_mentions=discord.AllowedMentions.none()))
            except Unsendable as error:
                log.info("channel %d: its trouble could not be told there: %s", channel.id, error)
            else:
                return
        log.warning("channel %d: nobody could be told of its trouble but this log and /digest status", channel.id)

    async def _direct(self, user_id: int | None) -> discord.abc.Messageable | None:
        """Return where to write to a person, None for nobody and for those whom Discord does not let us write to."""
        if user_id is None:
            return None
        try:
            return await _told(self._connected().create_dm(discord.Object(user_id)))
        except Unsendable:
            return None

    async def _look(self, channel_id: int, since: datetime, token: str) -> int | None:
        async with aclosing(self._ours(channel_id, since)) as messages:
            async for message in messages:
                if _has(message, token):
                    return message.id
        return None

    async def _look_in_posts(self, forum: discord.ForumChannel, since: datetime, token: str) -> int | None:
        """Look at what opens our own posts, which bear its id."""
        async with aclosing(_posts(forum, since)) as posts:
            async for thread in posts:
                if await _opens(thread, since, token):
                    return thread.id
        return None

    async def _read(self, channel_id: int, since: datetime) -> list[Posted]:
        read = [_posted(message) async for message in self._ours(channel_id, since)]
        return [posted for posted in read if posted is not None]

    async def _read_posts(self, forum: discord.ForumChannel, since: datetime) -> list[Posted]:
        posts = [thread async for thread in _posts(forum, since)]
        read = [await _unless_gone(self._read(thread.id, since)) for thread in posts]
        return [posted for some in read for posted in some or ()]

    async def _ours(self, channel_id: int, since: datetime) -> AsyncGenerator[discord.Message]:
        """Yield our own messages in a channel since a moment."""
        client = self._connected()
        channel = client.get_partial_messageable(channel_id)
        async for message in channel.history(limit=None, after=since, oldest_first=True):
            if message.author == client.user:
                yield message

    def _forum(self, channel_id: int) -> discord.ForumChannel | None:
        channel = self._connected().get_channel(channel_id)
        return channel if isinstance(channel, discord.ForumChannel) else None

    def _require_history(self, channel_id: int, why: str) -> None:
        """Raise Unsure where the history would come back empty: Discord answers so, instead of with an error."""
        channel = self._connected().get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return
        if not channel.permissions_for(channel.guild.me).read_message_history:
            is_forum = isinstance(channel, discord.ForumChannel)
            permission, place = ("Read Post", "forum") if is_forum else ("Read Message", "channel")
            raise Unsure(f"{why}, the bot needs the {permission} History permission in the {place}")

    def _connected(self) -> discord.Client:
        """Return the client that knows what kind every channel is, or none of that can be told. Raises Retry."""
        if self.client is None or not self.client.is_ready():
            raise Retry("The bot is not connected to Discord yet; it tries again")
        return self.client


async def _open_post(forum: discord.ForumChannel, payload: Payload) -> int:
    nobody = discord.AllowedMentions.none()
    tags = _tags(forum)
    name = str(payload.get("name", ""))[:_LONGEST_NAME] or "Paper digest"
    opened = await forum.create_thread(
        name=name, view=Layout(payload["components"]), applied_tags=tags, allowed_mentions=nobody
    )
    return opened.thread.id


async def _posts(forum: discord.ForumChannel, since: datetime) -> AsyncGenerator[discord.Thread]:
    """Yield our own posts, without those at rest since before a moment: the active ones, then the archived ones."""
    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id and thread.owner_id == forum.guild.me.id:
            yield thread
    async for thread in forum.archived_threads(limit=None):
        if thread.archive_timestamp < since:  # they come in this order, and nobody writes in one after it is archived
            break
        if thread.owner_id == forum.guild.me.id:
            yield thread


async def _opens(thread: discord.Thread, since: datetime, token: str) -> bool:
    """Tell whether a post was begun since a moment, and the message with its id has the token."""
    if discord.utils.snowflake_time(thread.id) < since:
        return False
    message = await _unless_gone(thread.fetch_message(thread.id))
    return message is not None and _has(message, token)


async def _unless_gone(call: Awaitable[T]) -> T | None:
    """Await what looks into a post; None where a moderator has deleted what is looked at."""
    try:
        return await call
    except discord.NotFound:
        return None


def _tags(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """Choose the tag that a post is to have: one that speaks of digests, or any where the forum wants one."""
    free = [tag for tag in forum.available_tags if not tag.moderated]
    named = [tag for word in _DIGEST_TAGS for tag in free if word in tag.name.casefold()]
    return (named or (free if forum.flags.require_tag else []))[:1]


def _news(guild: discord.Guild | None) -> discord.TextChannel | None:
    """Return the channel in which Discord itself tells a server's news, if we may write there."""
    place = guild.system_channel if guild else None
    held = place.permissions_for(place.guild.me) if place else None
    return place if held and held.view_channel and held.send_messages else None


def _has(message: discord.Message, token: str) -> bool:
    return any(custom_id.endswith(f"/{token}") for custom_id in custom_ids(message.components))


def _posted(message: discord.Message) -> Posted | None:
    """Read which part a message is, None if it is none; the preview's number, 0, is no edition's."""
    found = [ids.part_of(custom_id) for custom_id in custom_ids(message.components)]
    edition, number, _ = next((part for part in found if part), (0, 0, None))
    keys = tuple(part[2] for part in found if part and part[2])
    return Posted(edition, number, message.id, keys, message.created_at) if edition else None


def custom_ids(components: Sequence[Any]) -> Iterator[str]:
    """Yield the custom ids of a message's components, however deep they stand."""
    for component in components:
        if custom_id := getattr(component, "custom_id", None):
            yield custom_id
        accessory = getattr(component, "accessory", None)
        yield from custom_ids([*getattr(component, "children", ()), *([accessory] if accessory else [])])


async def _told(call: Awaitable[T], said: Mapping[int, str] = _SAID) -> T:
    """Await a call to Discord, its errors told as the delivery knows them."""
    try:
        return await call
    except discord.RateLimited as error:
        raise Retry("Discord asks the bot to slow down; it tries again") from error
    except discord.HTTPException as error:
        raise _refusal(error, said) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Retry("Discord cannot be reached; the bot tries again") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # What discord.py stumbles over where something on the way has cut the answer off, or put in its own.
        raise Retry("Discord's answer could not be read; the bot tries again") from error


def _refusal(error: discord.HTTPException, said: Mapping[int, str]) -> Retry | Unsendable:
    if error.code in said:
        return Unsendable(said[error.code])
    if error.status in (401, 408, 429) or error.status >= 500 or error.status < 400:
        return Retry(f"Discord could not take the message (HTTP {error.status}); the bot tries again")
    log.warning("Discord refused a message: %s", error)
    return Unsendable(f"Discord refused the message (HTTP {error.status}, code {error.code})")
