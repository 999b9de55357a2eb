"""The double as a server on loopback, and what a test says to it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from tests.double import bodies, shapes
from tests.double.asking import COMMAND, Asked, Asking, needs_no_token
from tests.double.faults import Faults, answer, play
from tests.double.hub import Hub
from tests.double.limits import Limiter
from tests.double.rest import Rest
from tests.double.world import EVERYTHING, Clock, Json, Message, World

TOKEN = "MTIz.double.c2VjcmV0"
BOT_ID, GUILD_ID, CHANNEL_ID = 100, 200, 300
_BASE = "/api"
_MESSAGES = re.compile(r"/channels/(\d+)/messages")
Stage = Literal["received", "stored", "answered"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the bot, at the double's time; `path` is without the API's base."""

    method: str
    path: str
    at: datetime


@dataclass
class Double:
    """A Discord that a test owns: what is in it, what goes wrong in it, and what the bot did.

    `watchers` are called as each request goes through its stages; `violations` are bodies that Discord's own document
    does not allow, for which closing the double raises AssertionError.
    """

    world: World = field(default_factory=lambda: World(Clock(), BOT_ID))
    faults: Faults = field(default_factory=Faults)
    limiter: Limiter = field(default_factory=Limiter)
    check_bodies: bool = True
    api: str = ""
    gateway: str = ""
    requests: list[Request] = field(default_factory=list[Request])
    violations: list[str] = field(default_factory=list[str])
    watchers: list[Callable[[Stage, Request], None]] = field(default_factory=list[Callable[[Stage, Request], None]])
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hub = Hub(self.world, TOKEN, self._changed.set)
        self.asking = Asking(self.world, self.hub)

    @property
    def messages(self) -> list[Message]:
        """Return the messages that the bot posted, in order."""
        return self.world.messages

    @property
    def now(self) -> datetime:
        """Return the double's time."""
        return self.world.clock.now()

    def move(self, time: timedelta) -> None:
        """Move the double's time, onward or back."""
        self.world.clock.offset += time

    def count(self, method: str, end: str) -> int:
        """Return how many requests there were to paths with this end."""
        return sum(one.method == method and one.path.endswith(end) for one in self.requests)

    def posted_in(self, channel: int) -> list[Message]:
        """Return what stands in a channel, or in a forum's posts, in order."""
        places = {channel, *(thread.id for thread in self.world.threads(channel))}
        return [message for message in self.messages if message.channel_id in places]

    async def until(self, ready: Callable[[], object], seconds: float = 15) -> None:
        """Wait until something is so, looked at after each event. Raises TimeoutError after these seconds."""
        async with asyncio.timeout(seconds):
            while not ready():
                self._changed.clear()
                await self._changed.wait()

    async def interact(
        self,
        name: str,
        options: Sequence[Json] = (),
        *,
        kind: int = COMMAND,
        channel: int = CHANNEL_ID,
        user: int = 1,
        permissions: int = EVERYTHING,
        resolved: Json | None = None,
    ) -> Asked:
        """Let a person use a command (or a completion of it), and return with the bot's first answer."""
        asked = await self.asking.ask(
            name, options, kind=kind, channel=channel, user=user, permissions=permissions, resolved=resolved
        )
        await self.until(lambda: asked.callback)
        return asked

    async def press(self, message: Message, custom_id: str, values: Sequence[str] = ()) -> Asked:
        """Let a person press a button of a message, and return with the bot's first answer."""
        told = shapes.without_nonce(message)
        asked = await self.asking.press(custom_id, told, channel=message.channel_id, values=values)
        await self.until(lambda: asked.callback)
        return asked

    async def close_gateway(self, code: int) -> None:
        """Close the gateway's connections with a code of Discord's."""
        await self.hub.close(code)

    async def delete_channel(self, number: int) -> None:
        """Take a channel away."""
        gone = self.world.channels.pop(number)
        await self.hub.dispatch("CHANNEL_DELETE", shapes.channel(gone))

    async def overwrite(self, channel: int, *, allow: int = 0, deny: int = 0) -> None:
        """Change what everyone, and so the bot, may do in a channel."""
        place = self.world.channels[channel]
        assert place.guild_id is not None
        place.overwrites[place.guild_id] = (allow, deny)
        await self.hub.dispatch("CHANNEL_UPDATE", shapes.channel(place))

    def tell(self, stage: Stage, request: Request) -> None:
        """Tell the watchers and whoever waits."""
        for watcher in list(self.watchers):
            watcher(stage, request)
        self._changed.set()


def furnished() -> Double:
    """Return a double with one server that has one text channel."""
    double = Double()
    double.world.add_guild(GUILD_ID)
    double.world.add_channel(CHANNEL_ID, GUILD_ID)
    return double


@asynccontextmanager
async def open_double(double: Double | None = None) -> AsyncGenerator[Double]:
    """Serve a double (or a furnished one) on a free port of the loopback address."""
    double = double or furnished()
    app = web.Application(middlewares=[_middleware(double)])
    app.router.add_routes([*Rest(double.world, double.hub).routes(_BASE), *double.asking.routes(_BASE)])
    app.router.add_get("/gateway/", double.hub.serve)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    double.api, double.gateway = f"http://127.0.0.1:{port}{_BASE}", f"ws://127.0.0.1:{port}/gateway/"
    double.hub.address = double.gateway
    try:
        yield double
    finally:
        double.faults.over.set()
        await double.hub.close(1001)
        await runner.cleanup()
    assert not double.violations, "\n".join(double.violations)


def _middleware(double: Double) -> Middleware:
    @web.middleware
    async def through(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(f"{_BASE}/"):
            return await handler(request)
        path = request.path.removeprefix(_BASE)
        if not needs_no_token(path) and request.headers.get("Authorization") != f"Bot {TOKEN}":
            return answer({"message": "401: Unauthorized", "code": 0}, status=401)
        return await _through(double, Request(request.method, path, double.now), request, handler)

    return through


async def _through(double: Double, known: Request, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Take a request through its stages, limits and faults."""
    double.requests.append(known)
    double.tell("received", known)
    channel = _MESSAGES.fullmatch(known.path) if known.method == "POST" else None
    bucket = channel[1] if channel else None
    refused = None if needs_no_token(known.path) else double.limiter.check(bucket)
    if refused is not None:
        return refused
    if double.check_bodies:
        await _check(double, known, request)
    fault = double.faults.take(known.method, known.path)
    if fault is not None and not fault.after:
        return await play(fault, request, answer({"id": "1", "content": "never stored"}), double.faults.over)
    done = await handler(request)
    double.tell("stored", known)
    if fault is not None and isinstance(done, web.Response):
        return await play(fault, request, done, double.faults.over)
    done.headers.update(double.limiter.headers(bucket))
    with contextlib.suppress(ConnectionResetError):  # the bot was killed meanwhile
        await done.prepare(request)
        await done.write_eof()
        double.tell("answered", known)
    return done


async def _check(double: Double, known: Request, request: web.Request) -> None:
    if not request.can_read_body:
        return
    if request.content_type == "application/json":
        wrong = bodies.violation(known.method, known.path, await request.json())
    else:
        wrong = f"{known.method} {known.path}: the body is no JSON but {request.content_type}"
    if wrong:
        double.violations.append(wrong)
