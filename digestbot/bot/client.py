"""The connection to Discord."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from digestbot.bot.answers import Answers
from digestbot.bot.checkup import Checkup
from digestbot.bot.cogs.digest import Digest
from digestbot.bot.cogs.help import Help
from digestbot.bot.cogs.lookup import LookUp
from digestbot.bot.cogs.notes import Notes
from digestbot.bot.presses import presses
from digestbot.bot.traffic import paced
from digestbot.bot.tree import Tree
from digestbot.digest import Composer, Desk
from digestbot.errors import SettingsError
from digestbot.ledger import Ledger
from digestbot.library import Search

log = logging.getLogger(__name__)

_LONGEST_WAIT = 300
"""Seconds between two attempts to connect at most."""
_BAD_TOKEN, _SHARDS = 4004, (4010, 4011)


def growing(attempt: int) -> float:
    """Return the seconds to wait after a failed attempt to connect, counted from 0."""
    return min(2 ** min(attempt, 10), _LONGEST_WAIT)


# The bot has nothing to say by voice, so it is no news that it cannot.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def reach(api_base: str | None = None, gateway: str | None = None) -> None:
    """Let discord.py talk to another Discord-compatible address, for the whole process.

    It keeps both as class attributes, the base URL of the API with its version and the gateway's. None: as it is.
    """
    if api_base is not None:
        Route.BASE = api_base.rstrip("/")
    if gateway is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class DigestClient(commands.Bot):
    """The bot. `guilds` are the servers that get its commands; none named means all that it is in.

    `hurry` is called with the channels in which something has changed that a digest may have waited for; `waits` gives
    the seconds between two attempts to connect.

    It needs no privileged intent, and keeps neither messages nor members in memory. `connected` is set while
    Discord's gateway is there and has told of the servers.
    """

    def __init__(
        self,
        *,
        search: Search,
        ledger: Ledger,
        desk: Desk,
        composer: Composer,
        checkup: Checkup,
        hurry: Callable[[Iterable[int]], None],
        guilds: Sequence[int] = (),
        waits: Callable[[int], float] = growing,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,  # there are no such commands: the bot does not read messages
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            http_trace=paced(),
        )
        self.connected = asyncio.Event()
        answers = Answers(search, ledger.papers.aliases, composer.papers)
        self._ledger = ledger
        self._hurry = hurry
        self._waits = waits
        self._served = tuple(dict.fromkeys(guilds))
        self._offered = (LookUp(search, answers), Digest(desk, ledger.channels, search), Notes(checkup), Help())
        self._presses: tuple[type[ui.DynamicItem[ui.Item[Any]]], ...] = presses(answers, checkup)

    async def setup_hook(self) -> None:
        """Add commands and buttons, and tell Discord the commands if they changed."""
        places = [discord.Object(guild) for guild in self._served] or discord.utils.MISSING
        if not self.cogs:  # it is called again after a login that was cut off
            for cog in self._offered:
                await self.add_cog(cog, guilds=places)
            self.add_dynamic_items(*self._presses)
        if isinstance(self.tree, Tree):
            await self.tree.sync_changed(self._ledger.state, self._served)

    async def on_ready(self) -> None:
        """Note that Discord has told of the servers."""
        log.info("connected to Discord as %s, in %d servers", self.user, len(self.guilds))
        await self.locate_channels()
        self.connected.set()

    async def locate_channels(self) -> None:
        """Tell the ledger in which servers the channels of the settings are, as far as Discord has told."""
        for channel in await self._ledger.channels.all():
            place = self.get_channel(channel.id)
            if not channel.guild_id and isinstance(place, discord.abc.GuildChannel | discord.Thread):
                await self._ledger.channels.locate(channel.id, place.guild.id)

    async def on_resumed(self) -> None:
        """Note that the gateway is back."""
        self.connected.set()

    async def on_disconnect(self) -> None:
        """Note that the gateway is gone; discord.py connects again by itself."""
        self.connected.clear()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Give a server its commands that was named in the settings before the bot was invited, and what waited."""
        self._look_again(guild)
        if guild.id in self._served and isinstance(self.tree, Tree):
            await self.tree.send(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Post what waited for a server that Discord could not reach, or in which something changed unseen."""
        self._look_again(guild)

    async def on_guild_channel_update(self, _: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """Post what waited for a permission in a channel."""
        self._look_again(after.guild)

    async def on_guild_role_update(self, _: discord.Role, after: discord.Role) -> None:
        """Post what waited for a permission that comes with a role."""
        self._look_again(after.guild)

    async def on_member_update(self, _: discord.Member, after: discord.Member) -> None:
        """Post what waited for a role to be given to the bot, the one member whom Discord tells it of."""
        self._look_again(after.guild)

    async def on_thread_update(self, _: discord.Thread, after: discord.Thread) -> None:
        """Post what waited for a thread to be unlocked."""
        self._look_again(after.guild)

    def _look_again(self, guild: discord.Guild) -> None:
        self._hurry([place.id for place in (*guild.channels, *guild.threads)])

    async def run_until(self, stop: asyncio.Event, token: str) -> None:
        """Stay connected until `stop` is set. Raises SettingsError if Discord refuses the bot."""
        connection = asyncio.create_task(self._stay_connected(token))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({connection, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection
        finally:
            stopped.cancel()
            await self.close()
            connection.cancel()
            await asyncio.gather(connection, stopped, return_exceptions=True)

    async def _stay_connected(self, token: str) -> None:
        """Connect, as often as it takes; once it is connected, discord.py bears the outages. Raises SettingsError."""
        for attempt in itertools.count():
            try:
                await self.start(token)
            except (discord.LoginFailure, discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
                raise SettingsError(_refused(error)) from error
            except (aiohttp.ClientError, OSError, discord.HTTPException) as error:
                await self._wait(f"{Route.BASE} cannot be used ({error})", self._waits(attempt))
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                told = self._stumbled(error)
                if told is None:
                    raise
                await self._wait(told, self._waits(attempt))
            else:
                return

    def _stumbled(self, error: Exception) -> str | None:
        """Say what discord.py 2.7 stumbled over, None if it is not one of these."""
        if self.application is None:  # it is known before anything of ours is called
            return f"{Route.BASE} answers with what cannot be read"
        if isinstance(error, AttributeError) and getattr(self, "ws", None) is None:  # it has never reached the gateway
            return f"{DiscordWebSocket.DEFAULT_GATEWAY} does not answer"
        return None

    async def _wait(self, reason: str, seconds: float) -> None:
        log.warning("%s; trying again in %g s", reason, seconds)
        await self.http.close()
        self.http.connector = discord.utils.MISSING  # the closed session has closed it, too
        await asyncio.sleep(seconds)


def _refused(error: Exception) -> str:
    """Say why Discord's gateway closed for good (its documentation of close event codes)."""
    code = error.code if isinstance(error, discord.ConnectionClosed) else 4014
    if isinstance(error, discord.LoginFailure) or code == _BAD_TOKEN:
        return "Discord refused the token; reset it on the application's Bot page and set DISCORD_TOKEN to the new one"
    if code in _SHARDS:
        return "Discord wants a bot in so many servers to use several connections, which this one does not do"
    return (
        f"Discord closed the connection for good (code {code}); update the program, and report it if that does not help"
    )
