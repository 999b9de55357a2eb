from collections.abc import AsyncIterator
from datetime import UTC, datetime

import discord
import pytest
from discord import app_commands

from digestbot.demo.server import Server, open_server

NOW = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)


class Echo(discord.Client):
    """A client of two commands; the server and the page do not know which bot they show."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)
        self.tree.command(description="Say it again")(app_commands.autocomplete(words=_choices)(echo))
        self.tree.command(description="For managers")(settle)

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def echo(interaction: discord.Interaction, words: str) -> None:
    await interaction.response.send_message(f"Heard: {words}")


async def _choices(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Offer the words, in two cases, by a name for people."""
    return [app_commands.Choice(name=f"Say {current}", value=v) for v in (current, current.upper())]


@app_commands.default_permissions(manage_guild=True)
async def settle(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("Settled.")


@pytest.fixture
async def client() -> AsyncIterator[Echo]:
    client = Echo()
    yield client
    await client.close()


@pytest.fixture
async def server(client: Echo) -> AsyncIterator[Server]:
    async with open_server(client, lambda: NOW) as server:
        yield server


@pytest.fixture
def tree(client: Echo) -> app_commands.CommandTree[Echo]:
    return client.tree
