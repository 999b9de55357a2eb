"""Clients of discord.py's own, connected to a double of Discord over real sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord

from digestbot.bot import reach
from digestbot.bot.traffic import paced
from tests.double import TOKEN, Double


@asynccontextmanager
async def connected(double: Double) -> AsyncGenerator[discord.Client]:
    """Connect a client, whose requests are paced, and let it know the double's servers."""
    reach(double.api, double.gateway)
    intents = discord.Intents(guilds=True)
    # It waits so long for a further server to be told of before it counts as ready.
    client = discord.Client(intents=intents, http_trace=paced(), guild_ready_timeout=0.1)
    running = asyncio.create_task(client.start(TOKEN))
    ready = asyncio.create_task(_ready(client, running))
    await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED)
    try:
        await ready
        yield client
    finally:
        await client.close()
        await running


async def _ready(client: discord.Client, running: asyncio.Task[None]) -> None:
    while client.loop is discord.utils.MISSING or not client.is_ready():
        assert not running.done(), running.exception()
        await asyncio.sleep(0.01)
