"""`/digest …`: for members with Manage Server."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from digestbot.bot import places
from digestbot.bot.places import Place
from digestbot.bot.topic_names import begun, split_names
from digestbot.bot.trouble import tell
from digestbot.bot.views import desk as views
from digestbot.bot.views.choices import choice, notice
from digestbot.bot.views.layout import Layout
from digestbot.digest import Desk, StartOption, days_like, zones_like
from digestbot.ledger import Channels
from digestbot.library import Search

Ask = discord.Interaction[Any]
Choice = app_commands.Choice[str]
_CHOICE = 100  # characters of a choice's name and value at most (Discord, application command option choice structure)
_STARTS = [
    app_commands.Choice(name="From now on (default)", value="now"),
    app_commands.Choice(name="With the latest period of the notes", value="period"),
    app_commands.Choice(name="With the last 10 papers", value="last"),
]


@app_commands.default_permissions(manage_guild=True)
class Digest(commands.GroupCog, group_name="digest", group_description="The digest of new papers"):
    """All answers are for the person who asked; only what a digest posts is public."""

    def __init__(
        self,
        desk: Desk,
        channels: Channels,
        search: Search,
    ) -> None:
        self._desk = desk
        self._channels = channels
        self._search = search

    async def interaction_check(self, interaction: Ask, /) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - commands.Cog has it generic
        """Ask for Manage Server again: a server can show commands to anyone."""
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(description="Post new papers in a channel by a schedule, or change when")
    @app_commands.describe(
        channel="Where to post",
        day="On which days, as in Monday, weekdays, every 2 weeks on Friday, first Monday of the month",
        time="At what time, as in 09:00",
        timezone="In which time zone, as in Europe/Berlin",
        topics="Only these topics, with commas between; leave it out for all",
        start="Which papers the first digest begins with",
    )
    @app_commands.choices(start=_STARTS)
    async def setup(
        self,
        interaction: Ask,
        channel: Place,
        day: str,
        time: str,
        timezone: str,
        topics: str = "",
        start: str = "now",
    ) -> None:
        """Set a channel up."""
        places.require(channel)
        done = await self._desk.set_up(
            channel.id,
            channel.guild.id,
            day=day,
            time=time,
            timezone=timezone,
            topics=split_names(topics, [tally.name for tally in await self._search.topics_with_commas()]),
            by=interaction.user.id,
            start=_start(start),
        )
        await _say(interaction, views.set_up(done))

    @app_commands.command(description="See the next digest as it would be posted now, for you alone")
    @app_commands.describe(channel="Whose digest; this channel's if left out")
    async def preview(self, interaction: Ask, channel: Place | None = None) -> None:
        """Show the messages that an edition made now would have."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        channel_id = await places.meant(self._channels, interaction, channel)
        payloads = await self._desk.preview(channel_id)
        if not payloads:
            await _say(interaction, f"Nothing new is waiting for <#{channel_id}>, so nothing would be posted.")
        for payload in payloads:
            await interaction.followup.send(view=Layout(payload["components"]), ephemeral=True)

    @app_commands.command(description="Post what is new now, without waiting for the day")
    @app_commands.describe(channel="Whose digest; this channel's if left out")
    async def now(self, interaction: Ask, channel: Place | None = None) -> None:
        """Make and post an edition."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        channel_id = await places.meant(self._channels, interaction, channel)
        places.require(interaction.guild and interaction.guild.get_channel_or_thread(channel_id))
        edition = await self._desk.now(channel_id)
        if edition is None:
            await _say(interaction, f"Nothing new is waiting for <#{channel_id}>; nothing was posted.")
        else:
            there = await self._channels.get(channel_id)
            await _say(interaction, views.posted(edition, there.note if there else ""))

    @app_commands.command(description="When the next digest comes, what waits for it, and what is wrong")
    @app_commands.describe(channel="Whose digest; all of this server's if left out")
    async def status(self, interaction: Ask, channel: Place | None = None) -> None:
        """Show how the server's digests stand."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        standings = await places.standings(self._desk, self._channels, interaction.guild, channel)
        await interaction.followup.send(view=views.status(standings), ephemeral=True)

    @app_commands.command(description="Post nothing until resumed; what is new meanwhile waits")
    @app_commands.describe(channel="Whose digest; this channel's if left out")
    async def pause(self, interaction: Ask, channel: Place | None = None) -> None:
        """Pause a channel's digest."""
        paused = await self._desk.pause(await places.meant(self._channels, interaction, channel))
        await _say(interaction, f"<#{paused.id}>\n{views.next_slot(paused)}. What is new meanwhile waits.")

    @app_commands.command(description="Go on after a pause")
    @app_commands.describe(channel="Whose digest; this channel's if left out")
    async def resume(self, interaction: Ask, channel: Place | None = None) -> None:
        """End a pause."""
        resumed = await self._desk.resume(await places.meant(self._channels, interaction, channel))
        await _say(interaction, views.set_up(resumed))

    @app_commands.command(description="Post no more digests in a channel")
    @app_commands.describe(channel="Whose digest; this channel's if left out")
    async def remove(self, interaction: Ask, channel: Place | None = None) -> None:
        """End a channel's digest."""
        channel_id = await places.meant(self._channels, interaction, channel)
        await self._desk.remove(channel_id)
        await _say(interaction, f"<#{channel_id}> gets no more digests. `/digest setup` begins again.")

    @setup.autocomplete("day")
    async def _days(self, _: Ask, typed: str) -> list[Choice]:
        return _choices(days_like(typed))

    @setup.autocomplete("time")
    async def _times(self, _: Ask, typed: str) -> list[Choice]:
        return _choices(times_like(typed))

    @setup.autocomplete("timezone")
    async def _zones(self, _: Ask, typed: str) -> list[Choice]:
        return _choices(zones_like(typed, 25))

    @setup.autocomplete("topics")
    async def _topics(self, _: Ask, typed: str) -> list[Choice]:
        """Complete the last of several names; what is whole already stays before it."""
        known = {tally.name: tally for tally in await self._search.topics_with_commas()}
        whole, last, meant = begun(typed, list(known))
        found = [known[name] for name in meant] or await self._search.topics(last, 25)
        listed = [replace(tally, name=", ".join([*whole, tally.name])) for tally in found if tally.name not in whole]
        return [app_commands.Choice(name=choice(one), value=one.name) for one in listed if len(one.name) <= _CHOICE][
            :25
        ]


def times_like(typed: str) -> list[str]:
    """Return times on the hour that begin with what was typed; a time that is whole comes first."""
    text = typed.strip().replace("：", ":")
    hours = [f"{hour:02}:00" for hour in (*range(6, 24), *range(6))]
    whole = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    first = [f"{int(whole[1]):02}:{whole[2]}"] if whole else []
    return list(dict.fromkeys([*first, *(h for h in hours if h.startswith(text) or h.lstrip("0").startswith(text))]))


def _choices(texts: Iterable[str]) -> list[Choice]:
    return [app_commands.Choice(name=text, value=text) for text in texts if 0 < len(text) <= _CHOICE][:25]


def _start(value: str) -> StartOption:
    return "period" if value == "period" else "last" if value == "last" else "now"


async def _say(interaction: Ask, text: str) -> None:
    await tell(interaction, notice(text))
