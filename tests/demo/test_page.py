import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from digestbot.demo.page import Page, open_page
from digestbot.demo.server import Server, commands
from digestbot.errors import DigestbotError


@pytest.fixture
async def page(server: Server, tree: app_commands.CommandTree[Any]) -> AsyncIterator[Page]:
    async with open_page(server, commands(tree), 0, timezone="Europe/Berlin", pictures={}) as page:
        showing = asyncio.create_task(page.show())
        yield page
        showing.cancel()
        await asyncio.wait({showing})


async def _states(page: Page) -> AsyncGenerator[dict[str, Any]]:
    """Open the page as the browser does, and yield what it is shown, over and over."""
    address, _, secret = page.url.partition("#")
    headers = {"X-Simcord-Capability": secret}
    async with aiohttp.ClientSession(address, headers=headers) as session, asyncio.timeout(20):
        async with session.post("/api/pages", json={}) as answer:
            state = await answer.json()
        headers["X-Simcord-Context"] = state["context"]["id"]
        while True:
            yield state
            async with session.get("/api/state", headers=headers) as answer:
                state = await answer.json()


def _texts(state: dict[str, Any]) -> list[str]:
    return [state["messages"][i]["content"] for i in state["timeline"]]


async def _shown(page: Page, last: str) -> list[str]:
    """Wait until the page's last message is this one; return the texts of all."""
    async with aclosing(_states(page)) as states:
        async for state in states:
            texts = _texts(state)
            if texts and texts[-1] == last:
                return texts
    raise AssertionError


async def test_a_typed_command_makes_way_for_its_answer(server: Server, page: Page) -> None:
    await server.you.send(server.papers, "/echo dense token")
    assert await _shown(page, "Heard: dense token") == ["Heard: dense token"]


async def test_a_command_that_there_is_not_stays_and_gets_a_hint(server: Server, page: Page) -> None:
    await server.you.send(server.papers, "/ecco dense")
    hint = "There is no command `/ecco`. Did you mean `/echo`?"
    assert await _shown(page, hint) == ["/ecco dense", hint]


async def test_a_reader_is_told_what_only_managers_may_do(server: Server, page: Page) -> None:
    await server.reader.send(server.papers, "/settle")
    await server.you.send(server.papers, "/settle")
    texts = await _shown(page, "Settled.")
    assert len(texts) == 2
    assert texts[0].startswith("Discord would not take that: Command '/settle' is not visible to this user")


async def test_chat_is_left_alone(server: Server, page: Page) -> None:
    await server.you.send(server.papers, "either/or")
    await server.you.send(server.papers, "/echo done")
    assert await _shown(page, "Heard: done") == ["either/or", "Heard: done"]


async def test_what_the_bot_posts_by_itself_is_published(server: Server, page: Page, client: discord.Client) -> None:
    channel = client.get_channel(server.papers.id)
    assert isinstance(channel, discord.TextChannel)
    async with aclosing(_states(page)) as states:
        assert _texts(await anext(states)) == []
        await channel.send("The weekly digest")
        async for state in states:
            if _texts(state) == ["The weekly digest"]:
                break


async def test_ending_the_session_on_the_page_ends_the_show(server: Server) -> None:
    async with open_page(server, [], 0, timezone="UTC", pictures={}) as page:
        address, _, secret = page.url.partition("#")
        showing = asyncio.create_task(page.show())
        async with aclosing(_states(page)) as states:
            state = await anext(states)
            body = {
                "protocol_version": 3,
                "kind": "close",
                "sequence": 1,
                "request_id": "end",
                "generation": state["context"]["generation"],
                "bot_generation": state["botGeneration"],
            }
            headers = {"X-Simcord-Capability": secret, "X-Simcord-Context": state["context"]["id"]}
            async with aiohttp.ClientSession(address, headers=headers) as session:
                await session.post("/api/action", json=body)
        async with asyncio.timeout(20):
            await showing


async def test_a_port_in_use_is_told_in_one_line(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DigestbotError, match=rf"^port {port} is in use by another program; name another one"):
            async with open_page(server, [], port, timezone="UTC", pictures={}):
                pass
