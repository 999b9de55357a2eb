"""What the simulation leaves out: discord.py's own HTTP client, against a server on loopback."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

import discord
import pytest
from aiohttp import web
from discord.http import Route

from digestbot.bot import Outbox, reach, render
from digestbot.digest import Retry, Unsendable
from digestbot.models import Group, Payload, Sheet

BOT = {"id": "7", "username": "digestbot", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "id": "7",
    "name": "d",
    "description": "",
    "icon": None,
    "bot_public": True,
    "bot_require_code_grant": False,
}
Answer = Callable[[web.Request], web.StreamResponse]


def reply(data: Any, status: int = 200) -> web.Response:
    """Answer as Discord does: discord.py takes JSON under this very content type only."""
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})


class Connected(discord.Client):
    def is_ready(self) -> bool:
        return True


class Server:
    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.answer: Answer = lambda _: reply({}, status=500)

    async def user(self, _: web.Request) -> web.Response:
        return reply(BOT)

    async def application(self, _: web.Request) -> web.Response:
        return reply({**APPLICATION, "owner": BOT, "verify_key": "", "flags": 0})

    async def post(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.json())
        return self.answer(request)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Server]:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    server = Server()
    app = web.Application()
    app.router.add_get("/users/@me", server.user)
    app.router.add_get("/oauth2/applications/@me", server.application)
    app.router.add_post("/channels/{channel}/messages", server.post)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    reach(f"http://{host}:{port}")
    yield server
    await runner.cleanup()


@pytest.fixture
async def outbox(server: Server) -> AsyncGenerator[Outbox]:
    client = Connected(intents=discord.Intents(guilds=True))
    await client.login("token")
    yield Outbox(client)
    await client.close()


@pytest.fixture
def payload(paper: Callable[..., Any]) -> Payload:
    made = render(
        Sheet(edition_id=1, number=1, total=1, count=1, groups=(Group("", (paper("A 论文"),)),), date="2026-03-30")
    )
    assert made is not None
    return made


def stored(_: web.Request) -> web.Response:
    message = {"id": "99", "channel_id": "1", "author": BOT, "content": "", "timestamp": "2026-03-30T09:00:00+00:00"}
    empty: dict[str, Any] = {"mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": []}
    flags = {"edited_timestamp": None, "tts": False, "mention_everyone": False, "pinned": False, "type": 0}
    return reply({**message, **empty, **flags})


async def test_what_goes_over_the_wire(server: Server, outbox: Outbox, payload: Payload) -> None:
    server.answer = stored
    assert await outbox.send(1, payload, "abc.1", None) == 99
    [body] = server.bodies
    assert body["components"] == payload["components"]
    assert (body["flags"], body["nonce"], body["enforce_nonce"]) == (32768, "abc.1", True)
    assert body["allowed_mentions"]["parse"] == []
    assert not body.get("content")


def unavailable(_: web.Request) -> web.Response:
    return reply({}, status=503)


def hung_up(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize("answer", [unavailable, hung_up])
async def test_an_answer_that_says_nothing_is_left_to_the_delivery(
    server: Server, outbox: Outbox, payload: Payload, answer: Answer
) -> None:
    server.answer = answer
    with pytest.raises(Retry):
        await outbox.send(1, payload, "abc.1", None)


async def test_a_refusal_is_told(server: Server, outbox: Outbox, payload: Payload) -> None:
    server.answer = lambda _: reply({"code": 50013, "message": "Missing Permissions"}, status=403)
    with pytest.raises(Unsendable, match="Send Messages"):
        await outbox.send(1, payload, "abc.1", None)


async def test_nothing_is_sent_before_the_connection_stands(payload: Payload) -> None:
    for outbox in (Outbox(), Outbox(discord.Client(intents=discord.Intents.none()))):
        with pytest.raises(Retry, match="not connected"):
            await outbox.send(1, payload, "abc.1", None)
