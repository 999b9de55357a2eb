"""How the bot's requests reach Discord: not faster than it takes them, and never twice where that would show.

discord.py waits for the limits of single routes, but not for the one of all requests together.
"""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiolimiter import AsyncLimiter

_RATE = 45
"""Requests a second. Discord takes 50 (its documentation of rate limits, "Global Rate Limit"); the rest is for the
unevenness of the way there."""

_BURST = 2
"""Requests that may go at the same moment: with the rate less than 50 in any second."""

_UNLIMITED = ("/interactions/", "/webhooks/")
"""Paths of answers to commands, which that limit leaves out ("Interaction endpoints are not bound to …")."""


class NotRepeated(aiohttp.ClientError):
    """An answer after which discord.py would send the same once more, where Discord might make two of it."""


def paced() -> aiohttp.TraceConfig:
    """Return what aiohttp is to do at each request of a client: wait for its turn, and give up a forum's new post.

    discord.py repeats what was answered with a 5xx; of a message Discord makes no second one for its nonce, but a new
    post has none. Whoever began it hears NotRepeated, and can look before it tries again.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_wait_with(AsyncLimiter(_BURST, _BURST / _RATE)))
    trace.on_request_end.append(_refuse_to_repeat)
    return trace


def _wait_with(limiter: AsyncLimiter) -> Callable[..., Awaitable[None]]:
    async def wait(_session: Any, _context: SimpleNamespace, request: aiohttp.TraceRequestStartParams) -> None:
        if not any(path in request.url.path for path in _UNLIMITED):
            await limiter.acquire()

    return wait


async def _refuse_to_repeat(_session: Any, _context: SimpleNamespace, answer: aiohttp.TraceRequestEndParams) -> None:
    if answer.method == "POST" and answer.url.path.endswith("/threads") and answer.response.status >= 500:
        answer.response.close()
        raise NotRepeated(f"HTTP {answer.response.status} for a new post")
