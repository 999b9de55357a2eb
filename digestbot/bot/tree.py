"""The commands: their errors told, and sent to Discord only when they changed."""

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from digestbot.bot.trouble import report
from digestbot.ledger import State

log = logging.getLogger(__name__)

_NOTHING = hashlib.sha256(b"[]").hexdigest()[:16]


class Tree(app_commands.CommandTree[Any]):
    """The command tree with the bot's one place for error replies."""

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Tell the person what happened."""
        await report(interaction, error)

    async def sync_changed(self, state: State, guilds: Sequence[int]) -> None:
        """Send the commands to Discord where they differ from what was sent last.

        What was sent is remembered for each application and place (a server's id, or "global"); places that no longer
        have commands are emptied. A server that the bot has no access to is tried again at the next start.
        """
        key = f"commands:{self.client.application_id}"
        sent: dict[str, str] = json.loads(await state.get(key) or "{}")
        places = dict.fromkeys(["global", *map(str, guilds), *sent])
        for place in places:
            guild = None if place == "global" else discord.Object(int(place))
            fingerprint = self._fingerprint(guild)
            if sent.get(place, _NOTHING) != fingerprint and await self.send(guild):
                sent[place] = fingerprint
        await state.set(key, json.dumps({place: f for place, f in sent.items() if f != _NOTHING}))

    async def send(self, guild: discord.abc.Snowflake | None) -> bool:
        """Send the commands of a server, or the global ones (None); False if the bot has no access to the server."""
        place = f"server {guild.id}" if guild else "all servers"
        try:
            commands = await self.sync(guild=guild)
        except discord.Forbidden:
            log.warning("commands: no access to %s; invite the bot to it, or take it out of discord.guilds", place)
            return False
        log.info("commands: %d sent to Discord for %s", len(commands), place)
        return True

    def _fingerprint(self, guild: discord.abc.Snowflake | None) -> str:
        """Hash what Discord would be sent."""
        payload = [command.to_dict(self) for command in self.get_commands(guild=guild)]
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
