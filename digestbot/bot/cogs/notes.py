"""`/notes …`: what became of the notes, for members with Manage Server."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from digestbot.bot.checkup import Checkup
from digestbot.bot.views import notes as views

Ask = discord.Interaction[Any]


@app_commands.default_permissions(manage_guild=True)
class Notes(commands.GroupCog, group_name="notes", group_description="The notes that the papers are read from"):
    """All answers are for the person who asked."""

    def __init__(self, checkup: Checkup) -> None:
        self._checkup = checkup

    async def interaction_check(self, interaction: Ask, /) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - commands.Cog has it generic
        """Ask for Manage Server again: a server can show commands to anyone."""
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @app_commands.command(description="What was read, what was not understood, and what could be mended")
    async def status(self, interaction: Ask) -> None:
        """Show how the notes stand."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(view=views.status(await self._checkup.health()), ephemeral=True)

    @app_commands.command(description="Fetch and read the notes now, and see what changed")
    async def sync(self, interaction: Ask) -> None:
        """Read the notes again."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(view=views.synced(await self._checkup.sync()), ephemeral=True)
