"""How often Discord may be asked: 50 requests a second in all, and 5 messages per 5 seconds in a channel."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

from tests.double.faults import answer
from tests.double.world import Json

_WINDOW = 1.0


@dataclass
class Limiter:
    """Counts requests by the loop's clock; one that is refused does not count. `refused` are the 429s that it gave.

    `everywhere` is the number a second in fixed windows (Discord's documentation, Global Rate Limit); `sliding` holds
    it in any second as well, which is stricter. None switches a limit off.
    """

    everywhere: int | None = None
    sliding: bool = False
    per_channel: tuple[int, float] | None = None
    refused: int = 0
    _window: int = 0
    _count: int = 0
    _recent: deque[float] = field(default_factory=deque[float])
    _channels: dict[str, deque[float]] = field(default_factory=dict[str, deque[float]])

    def check(self, channel: str | None) -> web.Response | None:
        """Count a request, to a channel's messages or (None) any other; return the 429 that it gets instead."""
        now = asyncio.get_running_loop().time()
        wait = self._wait_everywhere(now)
        if wait is not None:
            return self._refuse(wait, everywhere=True)
        wait = self._wait_in(channel, now) if channel else None
        if wait is not None:
            return self._refuse(wait, everywhere=False, headers=self.headers(channel))
        self._count += 1
        self._recent.append(now)
        if channel and self.per_channel:
            self._channels.setdefault(channel, deque()).append(now)
        return None

    def headers(self, channel: str | None) -> dict[str, str]:
        """Return what an answer tells of a channel's limit."""
        if channel is None or self.per_channel is None:
            return {}
        most, seconds = self.per_channel
        used = self._channels.get(channel) or deque[float]()
        after = max(0.0, used[0] + seconds - asyncio.get_running_loop().time()) if used else seconds
        told = {"Limit": most, "Remaining": max(0, most - len(used)), "Reset-After": f"{after:.3f}", "Bucket": "send"}
        return {f"X-RateLimit-{name}": str(value) for name, value in told.items()}

    def _wait_everywhere(self, now: float) -> float | None:
        if self.everywhere is None:
            return None
        if int(now / _WINDOW) != self._window:
            self._window, self._count = int(now / _WINDOW), 0
        while self._recent and self._recent[0] <= now - _WINDOW:
            self._recent.popleft()
        if self._count >= self.everywhere:
            return (self._window + 1) * _WINDOW - now
        if self.sliding and len(self._recent) >= self.everywhere:
            return self._recent[0] + _WINDOW - now
        return None

    def _wait_in(self, channel: str, now: float) -> float | None:
        if self.per_channel is None:
            return None
        most, seconds = self.per_channel
        used = self._channels.setdefault(channel, deque())
        while used and used[0] <= now - seconds:
            used.popleft()
        return used[0] + seconds - now if len(used) >= most else None

    def _refuse(self, wait: float, *, everywhere: bool, headers: dict[str, str] | None = None) -> web.Response:
        self.refused += 1
        told = {"Retry-After": str(int(wait) + 1), "X-RateLimit-Scope": "global" if everywhere else "user"}
        told |= {"X-RateLimit-Global": "true"} if everywhere else {}
        body: Json = {"message": "You are being rate limited.", "retry_after": round(wait, 3) + 0.001}
        return answer(body | {"global": everywhere, "code": 0}, 429, told | (headers or {}))
