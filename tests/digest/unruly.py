"""Faults: a Discord that fails by order, and seams at which the process dies."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from digestbot.digest import Retry, Unsendable
from tests.digest.conftest import Discord


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Fate:
    """When the process dies: at which call, from now on, of a seam, before or after it. `deaths` have been so far."""

    calls: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    deaths: int = 0

    def plan(self, seam: str, when: str, call: int) -> None:
        self.calls[seam, when] = call

    def spare(self, seams: Collection[str]) -> None:
        self.calls = {where: call for where, call in self.calls.items() if where[0] not in seams}

    def heal(self) -> None:
        self.calls.clear()

    def call(self, seam: str, when: str) -> None:
        left = self.calls.pop((seam, when), 0) - 1
        if left > 0:
            self.calls[seam, when] = left
        elif left == 0:
            self.die()

    def die(self) -> None:
        self.deaths += 1
        raise Crash


FAULTS: dict[str, Callable[[], Exception]] = {
    "outage": lambda: Retry("Discord does not answer"),
    "refusal": lambda: Unsendable("The bot may not write here."),
}


@dataclass
class UnrulyDiscord(Discord):
    """Takes one order of a channel's `orders` at each send there: None, or when to fail ("before", "after") and how.

    `between` is called once, when a first message is there.
    """

    orders: dict[int, list[tuple[str, str] | None]] = field(default_factory=dict[int, list[tuple[str, str] | None]])
    between: Callable[[], Awaitable[None]] | None = None
    fate: Fate = field(default_factory=Fate)

    def heal(self) -> None:
        self.orders.clear()
        self.blind = None

    async def send(self, *given: Any, **named: Any) -> Any:
        orders = self.orders.get(given[0], [])
        when, what = (orders.pop(0) if orders else None) or ("", "")
        if when == "before":
            self._fail(what)
        message = await super().send(*given, **named)
        if self.between:
            change, self.between = self.between, None
            await change()
        if when == "after":
            self._fail(what)
        return message

    def _fail(self, what: str) -> None:
        if what == "crash":
            self.fate.die()
        raise FAULTS[what]()


class Fragile:
    """Stands before an object's methods; the process dies before or after a call of one if its fate is so."""

    def __init__(self, behind: Any, fate: Fate) -> None:
        self._behind = behind
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._behind, name)
        if name not in {seam for seam, _ in self._fate.calls}:
            return found

        async def call(*given: Any, **named: Any) -> Any:
            self._fate.call(name, "before")
            answer = await found(*given, **named)
            self._fate.call(name, "after")
            return answer

        return call
