"""A small double of Discord on loopback: the REST routes and gateway events that the bot needs, over real sockets."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

TOKEN = "MTIz.double.c2VjcmV0"
BOT_ID, GUILD_ID, CHANNEL_ID = 100, 200, 300
_HEARTBEAT = 41_250
_VIEW_SEND_HISTORY = 1 << 10 | 1 << 11 | 1 << 16


@dataclass
class Double:
    """What the bot did: its requests, in order, and the messages that it posted."""

    api: str = ""
    gateway: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    messages: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    posted: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self, method: str, end: str) -> int:
        """Return how many requests there were to paths with this end."""
        return sum(m == method and path.endswith(end) for m, path in self.requests)


@asynccontextmanager
async def open_double() -> AsyncGenerator[Double]:
    """Serve the double on a free port of the loopback address."""
    double = Double()
    app = web.Application(middlewares=[_checked(double)])
    user = {"id": str(BOT_ID), "username": "digestbot", "discriminator": "0", "avatar": None, "bot": True}

    async def me(_request: web.Request) -> web.Response:
        return _json(user)

    async def application(_request: web.Request) -> web.Response:
        owner = {**user, "id": "1", "bot": False}
        about = {"id": str(BOT_ID), "name": "digestbot", "description": "", "icon": None, "owner": owner, "flags": 0}
        return _json({**about, "verify_key": "", "bot_public": True, "bot_require_code_grant": False})

    async def commands(request: web.Request) -> web.Response:
        sent: list[dict[str, Any]] = await request.json()
        extra = {"application_id": str(BOT_ID), "version": "1"}
        return _json([{**c, **extra, "id": str(1000 + n)} for n, c in enumerate(sent)])

    async def post(request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        channel = request.match_info["channel"]
        message = {**body, "id": str(5000 + len(double.messages)), "channel_id": channel, "author": user}
        message |= {"content": "", "timestamp": "2026-03-30T07:00:00+00:00", "edited_timestamp": None, "tts": False}
        message |= {"mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": []}
        message |= {"pinned": False, "type": 0}
        double.messages.append(message)
        double.posted.set()
        return _json(message)

    async def gateway(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": _HEARTBEAT}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            op = json.loads(message.data)["op"]
            if op == 1:
                await socket.send_json({"op": 11})
            elif op == 2:
                await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": _ready(user, double.gateway)})
                await socket.send_json({"op": 0, "s": 2, "t": "GUILD_CREATE", "d": _guild(user)})
        return socket

    app.router.add_get("/api/users/@me", me)
    app.router.add_get("/api/oauth2/applications/@me", application)
    app.router.add_get("/api/applications/@me", application)
    app.router.add_put(f"/api/applications/{BOT_ID}/commands", commands)
    app.router.add_post("/api/channels/{channel}/messages", post)
    app.router.add_get("/gateway/", gateway)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    double.api, double.gateway = f"http://127.0.0.1:{port}/api", f"ws://127.0.0.1:{port}/gateway/"
    try:
        yield double
    finally:
        await runner.cleanup()


def _json(body: Any, status: int = 200) -> web.Response:
    """Answer as Discord does: discord.py reads JSON only where the content type says nothing of a charset."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"})


def _checked(double: Double) -> Any:
    @web.middleware
    async def check(request: web.Request, handler: Any) -> web.StreamResponse:
        double.requests.append((request.method, request.path))
        if request.path.startswith("/api/") and request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        return await handler(request)

    return check


def _ready(user: dict[str, Any], gateway: str) -> dict[str, Any]:
    return {
        "v": 10,
        "user": user,
        "guilds": [{"id": str(GUILD_ID), "unavailable": True}],
        "session_id": "double",
        "resume_gateway_url": gateway,
        "application": {"id": str(BOT_ID), "flags": 0},
    }


def _guild(user: dict[str, Any]) -> dict[str, Any]:
    everyone: dict[str, Any] = {
        "id": str(GUILD_ID),
        "name": "@everyone",
        "color": 0,
        "hoist": False,
        "position": 0,
        "managed": False,
    }
    everyone |= {
        "permissions": str(_VIEW_SEND_HISTORY),
        "mentionable": False,
        "flags": 0,
        "colors": {"primary_color": 0},
    }
    channel: dict[str, Any] = {
        "id": str(CHANNEL_ID),
        "type": 0,
        "name": "papers",
        "position": 0,
        "permission_overwrites": [],
    }
    member: dict[str, Any] = {
        "user": user,
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    guild: dict[str, Any] = {
        "id": str(GUILD_ID),
        "name": "Reading group",
        "owner_id": "1",
        "roles": [everyone],
        "channels": [channel],
    }
    guild |= {"members": [member], "member_count": 2, "emojis": [], "stickers": [], "features": [], "threads": []}
    guild |= {"presences": [], "voice_states": [], "stage_instances": [], "guild_scheduled_events": [], "large": False}
    guild |= {"verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0}
    guild |= {"nsfw_level": 0, "premium_tier": 0, "preferred_locale": "en-US", "afk_timeout": 300}
    return guild | {"system_channel_flags": 0, "premium_progress_bar_enabled": False, "unavailable": False}
