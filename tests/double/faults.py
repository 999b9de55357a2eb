"""What goes wrong on command: before the double has done what it was asked for, or after, and the answer is lost."""

import asyncio
import json
import random
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from tests.double.world import Json

Kind = Literal["status", "error", "reset", "close", "hang", "truncated", "invalid", "html"]

MESSAGES = r"/channels/\d+/messages"
POSTS = rf"{MESSAGES}|/channels/\d+/threads"
_PAGE = "<!DOCTYPE html><html><head><title>Discord</title></head><body>upstream error</body></html>"
_STATUS = {10003: 404, 50001: 403, 50007: 403, 50013: 403, 50035: 400}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. `after`: what was asked for is done all the same.

    `status` answers with a status, `error` with one of Discord's JSON codes; `reset` cuts the connection by RST,
    `close` ends it half way through the answer, `hang` never answers; `truncated` is half an answer that says it is
    whole, `invalid` is no JSON, `html` a page in its place (with `status`).
    """

    kind: Kind
    after: bool = False
    status: int = 200
    code: int = 0
    retry_after: float = 1.0
    via: bool = True
    everywhere: bool = False

    def __str__(self) -> str:
        """Name the fault in a list of tests."""
        detail = str(self.code or (self.status if self.kind in ("status", "html") else ""))
        more = "-global" if self.everywhere else "" if self.via else "-without-via"
        return f"{self.kind}{detail}{more}-{'after' if self.after else 'before'}"


def status(number: int, *, after: bool = False) -> Fault:
    """Answer with a status and Discord's general error."""
    return Fault("status", after, number)


def too_many(retry_after: float = 1.0, *, via: bool = True, everywhere: bool = False) -> Fault:
    """Ask to slow down; without `Via` it is not Discord who asks but the network before it."""
    return Fault("status", False, 429, retry_after=retry_after, via=via, everywhere=everywhere)


def error(code: int) -> Fault:
    """Refuse with one of Discord's JSON codes."""
    return Fault("error", False, _STATUS.get(code, 400), code)


@dataclass
class _Order:
    fault: Fault
    method: str
    path: re.Pattern[str]
    skip: int
    left: int


@dataclass
class Faults:
    """The faults to come, in one queue: of those that fit a request the first is played."""

    played: list[Fault] = field(default_factory=list[Fault])
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _orders: list[_Order] = field(default_factory=list[_Order])
    _random: random.Random | None = None
    _rates: Mapping[Fault, float] = field(default_factory=dict[Fault, float])
    _at: re.Pattern[str] = re.compile("")

    def add(self, fault: Fault, method: str = "POST", path: str = POSTS, *, nth: int = 1, times: int = 1) -> None:
        """Play a fault at the nth request from now that fits (1 is the next), and at the next ones, `times` in all."""
        self._orders.append(_Order(fault, method, re.compile(path), nth - 1, times))

    def at_random(self, seed: int, rates: Mapping[Fault, float], path: str = POSTS) -> None:
        """Play these faults with these probabilities at every request whose path fits."""
        self._random, self._rates, self._at = random.Random(seed), dict(rates), re.compile(path)

    def end(self) -> None:
        """Let everything work again."""
        self._orders.clear()
        self._random = None

    def take(self, method: str, path: str) -> Fault | None:
        """Return what happens to a request."""
        chosen = self._ordered(method, path) or self._drawn(path)
        if chosen is not None:
            self.played.append(chosen)
        return chosen

    def _ordered(self, method: str, path: str) -> Fault | None:
        for order in self._orders:
            if order.method not in ("", method) or not order.path.fullmatch(path) or order.left == 0:
                continue
            if order.skip:
                order.skip -= 1
                continue
            order.left -= 1
            return order.fault
        return None

    def _drawn(self, path: str) -> Fault | None:
        if self._random is None or not self._at.fullmatch(path):
            return None
        drawn = self._random.random()
        for fault, rate in self._rates.items():
            drawn -= rate
            if drawn < 0:
                return fault
        return None


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer as Discord does: discord.py reads JSON only where the content type says nothing of a charset."""
    whole = {"Content-Type": "application/json", "Via": "1.1 google", **(headers or {})}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=whole)


def refusal(code: int, message: str, status: int | None = None) -> web.Response:
    """Answer with one of Discord's JSON codes."""
    return answer({"code": code, "message": message}, status or _STATUS.get(code, 400))


async def play(fault: Fault, request: web.Request, done: web.Response, over: asyncio.Event) -> web.StreamResponse:
    """Spoil the answer to a request; `done` is the one that it would have had."""
    whole = done.body if isinstance(done.body, bytes) else b"{}"
    match fault.kind:
        case "status" | "error":
            return _status(fault)
        case "html":
            return web.Response(text=_PAGE, status=fault.status, content_type="text/html")
        case "truncated":
            return web.Response(body=whole[: len(whole) // 2], headers={"Content-Type": "application/json"})
        case "invalid":
            return web.Response(body=b"upstream said no", headers={"Content-Type": "application/json"})
        case "hang":
            await over.wait()
        case "reset":
            _reset(request)
        case "close":
            return await _half(request, whole)
    return web.Response()


def _status(fault: Fault) -> web.Response:
    if fault.status != 429:
        return answer({"code": fault.code, "message": "an error on command"}, fault.status)
    headers = {"Retry-After": str(fault.retry_after), "X-RateLimit-Scope": "global" if fault.everywhere else "user"}
    headers |= {"X-RateLimit-Global": "true"} if fault.everywhere else {}
    body: Json = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "code": 0}
    made = answer(body | {"global": fault.everywhere}, 429, headers)
    if not fault.via:
        del made.headers["Via"]
    return made


def _reset(request: web.Request) -> None:
    """Send a RST: a socket that lingers for no time is not closed politely."""
    assert request.transport is not None
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


async def _half(request: web.Request, whole: bytes) -> web.StreamResponse:
    """Announce the whole answer, send half of it, and close."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(whole))})
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
