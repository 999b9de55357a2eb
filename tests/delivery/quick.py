"""Time that passes quickly: an event loop whose clock runs faster than the machine's.

discord.py waits 1, 3, 5, 7 and 9 seconds before it repeats a request, the delivery up to 15, and both give up on an
answer after a minute. None of these is a setting, and nothing here is patched: whatever asyncio waits for comes
sooner by the same factor, while sockets, threads and databases take the time that they take.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)


class QuickLoop(asyncio.SelectorEventLoop):
    """A loop on which a second of waiting takes a second ÷ `speed`."""

    def __init__(self, speed: float = 100) -> None:
        self._speed = speed
        super().__init__(_Selector(speed))

    def time(self) -> float:
        """Return seconds that run `speed` times as fast as the machine's."""
        return time.monotonic() * self._speed


def quickly(scene: Coroutine[Any, Any, T], speed: float = 100) -> T:
    """Run a whole scene on such a loop."""
    with asyncio.Runner(loop_factory=lambda: QuickLoop(speed)) as runner:
        return runner.run(scene)
