"""`/help`: what there is."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from digestbot.bot.views.guide import guide


class Help(commands.Cog):
    """Tells what the bot answers."""

    @app_commands.command(description="What this bot answers")
    async def help(self, interaction: discord.Interaction[Any]) -> None:
        """Show the guide; managers see their commands as well."""
        managing = interaction.permissions.manage_guild
        await interaction.response.send_message(view=guide(managing=managing), ephemeral=True)
