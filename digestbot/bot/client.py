"""The connection to Discord."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from digestbot.bot.answers import Answers
from digestbot.bot.cogs.digest import Digest
from digestbot.bot.cogs.help import Help
from digestbot.bot.cogs.lookup import LookUp
from digestbot.bot.presses import presses
from digestbot.bot.tree import Tree
from digestbot.digest import Composer, Desk
from digestbot.errors import SettingsError
from digestbot.ledger import Ledger
from digestbot.library import Search
from digestbot.models import Diagnostic

log = logging.getLogger(__name__)

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
        diagnostics: Callable[[], Awaitable[tuple[Diagnostic, ...]]],
        guilds: Sequence[int] = (),
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
        )
        self.connected = asyncio.Event()
        answers = Answers(search, ledger.papers.aliases, composer.papers)
        self._ledger = ledger
        self._served = tuple(dict.fromkeys(guilds))
        self._offered = (LookUp(search, answers), Digest(desk, ledger.channels, search, diagnostics), Help())
        self._presses: tuple[type[ui.DynamicItem[ui.Item[Any]]], ...] = presses(answers)

    async def setup_hook(self) -> None:
        """Add commands and buttons, and tell Discord the commands if they changed."""
        places = [discord.Object(guild) for guild in self._served] or discord.utils.MISSING
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
        """Give a server its commands that was named in the settings before the bot was invited."""
        if guild.id in self._served and isinstance(self.tree, Tree):
            await self.tree.send(guild)

    async def run_until(self, stop: asyncio.Event, token: str) -> None:
        """Stay connected until `stop` is set. Raises SettingsError if Discord refuses the token."""
        connection = asyncio.create_task(self.start(token))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({connection, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection
        except discord.LoginFailure as error:
            raise SettingsError(
                "Discord refused the token; reset it on the application's Bot page and set DISCORD_TOKEN to the new one"
            ) from error
        except (aiohttp.ClientError, OSError, discord.HTTPException) as error:
            raise SettingsError(
                f"{Route.BASE} cannot be used ({error}); check the network, and discord.api_base if it is set, and "
                "start again"
            ) from error
        finally:
            stopped.cancel()
            await self.close()
            connection.cancel()
            await asyncio.gather(connection, stopped, return_exceptions=True)
