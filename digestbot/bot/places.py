"""Channels of a server: which one is meant, and what the bot may not do there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from digestbot.bot.views.desk import Standing
from digestbot.digest import Desk
from digestbot.errors import ChannelError
from digestbot.ledger import Channels
from digestbot.models import Channel

Place = discord.TextChannel | discord.Thread | discord.ForumChannel
_NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
}
_FORUM_NAMES = {
    **_NAMES,
    "send_messages": "Create Posts",
    "send_messages_in_threads": "Send Messages in Posts",
    "read_message_history": "Read Post History",
}


def missing(place: discord.abc.GuildChannel | discord.Thread) -> tuple[str, ...]:
    """Return the permissions, as Discord's English client names them, that the bot lacks for digests in a place."""
    held = place.permissions_for(place.guild.me)
    names = _FORUM_NAMES if isinstance(place, discord.ForumChannel) else _NAMES
    return tuple(names[permission] for permission in _needed(place) if not getattr(held, permission))


def _needed(place: discord.abc.GuildChannel | discord.Thread) -> tuple[str, ...]:
    if isinstance(place, discord.ForumChannel):
        return tuple(_FORUM_NAMES)
    writing = "send_messages_in_threads" if isinstance(place, discord.Thread) else "send_messages"
    return ("view_channel", writing, "read_message_history")


def require(place: discord.abc.GuildChannel | discord.Thread | None) -> None:
    """Raise ChannelError that names what is missing and where."""
    if place is None:
        raise ChannelError("The channel is gone, or the bot cannot see it")
    if lacking := missing(place):
        raise ChannelError(f"The bot cannot post in #{place.name}; give it {_listed(lacking)} there, and try again")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


async def of_guild(channels: Channels, guild: discord.Guild) -> tuple[Channel, ...]:
    """Return the server's channels with a digest; those of the settings are told by where Discord has them."""
    every = await channels.all()
    return tuple(c for c in every if c.guild_id == guild.id or guild.get_channel_or_thread(c.id) is not None)


async def meant(channels: Channels, interaction: discord.Interaction[Any], chosen: Place | None) -> int:
    """Return the id of the channel a command is about: the chosen one, else this one, else the server's only one.

    Raises ChannelError where there is none, or several to choose from.
    """
    if chosen is not None:
        return chosen.id
    there = await of_guild(channels, interaction.guild) if interaction.guild else ()
    ids = [channel.id for channel in there]
    if interaction.channel_id in ids:
        return interaction.channel_id
    if len(ids) == 1:
        return ids[0]
    if not ids:
        raise ChannelError("No channel of this server has a digest yet; set one up with /digest setup")
    raise ChannelError("This server has several digests; name the channel in the command")


async def standings(
    desk: Desk, channels: Channels, guild: discord.Guild | None, chosen: Place | None
) -> tuple[Standing, ...]:
    """Return how the chosen channel stands, or all of the server's. Raises ChannelError where there is none."""
    if guild is None:
        return ()
    ids = [chosen.id] if chosen else [channel.id for channel in await of_guild(channels, guild)]
    if not ids:
        raise ChannelError("No channel of this server has a digest yet; set one up with /digest setup")
    found: list[Standing] = []
    for channel_id in ids:
        place = guild.get_channel_or_thread(channel_id)
        status = await desk.status(channel_id)
        here = replace(status.channel, guild_id=guild.id)  # the settings do not tell a channel's server
        lacking = None if place is None else missing(place)
        found.append(Standing(replace(status, channel=here), lacking, isinstance(place, discord.ForumChannel)))
    return tuple(found)
