"""The connection to Discord: how it is begun, waited for, refused and ended, over real sockets."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp.test_utils import unused_port

from digestbot.bot import Checkup, DigestClient, Outbox, reach, render
from digestbot.bot.client import growing
from digestbot.digest import Composer, Delivery, Desk, Recall
from digestbot.errors import SettingsError
from digestbot.ledger import open_ledger
from digestbot.library import open_library
from digestbot.sources import Sources
from tests.bot.conftest import NOW
from tests.delivery.staged import discord_py as discord_py
from tests.double import CHANNEL_ID, GUILD_ID, TEXT, TOKEN, Double, Fault, open_double, shapes, status

BOT_TOLD = 5.0  # seconds at most for what happens on this machine alone


@pytest.fixture
async def double(discord_py: None) -> AsyncIterator[Double]:
    async with open_double() as double:
        reach(double.api, double.gateway)
        yield double


@dataclass
class Running:
    """A bot that tries to connect; `waits` is what it does before it tries again, told the number of the attempt."""

    client: DigestClient
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurried: list[set[int]] = field(default_factory=list[set[int]])
    attempts: list[int] = field(default_factory=list[int])
    end: asyncio.Task[None] | None = None

    def start(self, token: str = TOKEN) -> asyncio.Task[None]:
        self.end = asyncio.create_task(self.client.run_until(self.stop, token))
        return self.end

    async def connected(self) -> None:
        async with asyncio.timeout(BOT_TOLD):
            await self.client.connected.wait()


Open = Callable[..., Any]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    @asynccontextmanager
    async def opened(wait: Callable[[int], float] = lambda _: 0.0) -> AsyncGenerator[Running]:
        async with AsyncExitStack() as stack:
            ledger = await stack.enter_async_context(open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}"))
            library = await stack.enter_async_context(open_library(tmp_path, reader_version=1))
            composer = Composer(ledger, library.search, render, lambda: NOW)
            delivery = Delivery(ledger, Outbox(), lambda: NOW)
            desk = Desk(ledger, library.search, composer, delivery, Recall(ledger, Outbox(), lambda: NOW), lambda: NOW)

            def hurry(channels: Iterable[int]) -> None:
                running.hurried.append(set(channels))

            def waits(attempt: int) -> float:
                running.attempts.append(attempt)
                return wait(attempt)

            client = DigestClient(
                search=library.search,
                ledger=ledger,
                desk=desk,
                composer=composer,
                checkup=Checkup(Sources((), library), library.search, {}),
                hurry=hurry,
                waits=waits,
            )
            client._connection.guild_ready_timeout = 0.1  # pyright: ignore[reportPrivateUsage] - 2 s, else
            running = Running(client)
            yield running
            running.stop.set()
            if running.end is not None:
                await asyncio.wait_for(asyncio.gather(running.end, return_exceptions=True), BOT_TOLD)
            assert client.is_closed()

    return opened


async def ask(double: Double) -> None:
    """Use a command, and see it through."""
    asked = await double.interact("digest", [{"name": "status", "type": 1}])
    await double.until(lambda: asked.followups)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the bot itself warned of."""
    return [r.getMessage() for r in caplog.records if r.name.startswith("digestbot") and r.levelno >= logging.WARNING]


async def test_an_api_out_of_reach_is_waited_for(
    double: Double, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = f"http://127.0.0.1:{unused_port()}/api"
    reach(nowhere)

    def wait(attempt: int) -> float:
        if attempt == 2:
            reach(double.api)
        return attempt / 100

    async with opened(wait) as bot:
        bot.start()
        await bot.connected()
    assert bot.attempts == [0, 1, 2]
    assert len(told(caplog)) == 3
    for line, seconds in zip(told(caplog), ("0", "0.01", "0.02"), strict=True):
        assert line.startswith(f"{nowhere} cannot be used (Cannot connect to host 127.0.0.1")
        assert line.endswith(f"; trying again in {seconds} s")
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("refused", ["503", "reset"])
async def test_a_gateway_out_of_reach_is_waited_for(
    double: Double, opened: Open, caplog: pytest.LogCaptureFixture, refused: Any
) -> None:
    double.hub.refuse = refused

    def wait(_: int) -> float:
        double.hub.refuse = ""
        return 0

    async with opened(wait) as bot:
        bot.start()
        await bot.connected()
        await ask(double)
    assert told(caplog) == [f"{double.gateway} does not answer; trying again in 0 s"]
    assert double.count("PUT", "/commands") == 1, "a second login sends no commands again"
    assert double.count("GET", "/users/@me") == 2


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/applications/@me"])
async def test_an_api_that_is_unavailable_is_waited_for(
    double: Double, opened: Open, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    double.faults.add(status(503), "GET", path, times=2)
    async with opened() as bot:
        bot.start()
        await bot.connected()
    assert bot.attempts == [0, 1]
    assert ["503" in line for line in told(caplog)] == [True, True]


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/applications/@me"])
@pytest.mark.parametrize("kind", ["html", "truncated", "invalid"])
async def test_an_answer_to_the_login_that_cannot_be_read_is_waited_out(
    double: Double, opened: Open, caplog: pytest.LogCaptureFixture, path: str, kind: Any
) -> None:
    double.faults.add(Fault(kind), "GET", path)
    async with opened() as bot:
        bot.start()
        await bot.connected()
    assert told(caplog) == [f"{double.api} answers with what cannot be read; trying again in 0 s"]


async def test_a_fault_of_our_own_is_not_waited_out(
    double: Double, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise TypeError("a fault")

    async with opened() as bot:
        monkeypatch.setattr(bot.client.tree, "sync_changed", broken)
        with pytest.raises(TypeError, match="a fault"):
            await asyncio.wait_for(bot.start(), BOT_TOLD)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4004, "Discord refused the token"),
        (4010, "several connections"),
        (4011, "several connections"),
        (4012, "(code 4012)"),
        (4013, "(code 4013)"),
        (4014, "(code 4014)"),
    ],
)
async def test_a_gateway_that_closes_for_good_is_told_in_a_sentence(
    double: Double, opened: Open, code: int, words: str
) -> None:
    double.hub.closing.append(code)
    async with opened() as bot:
        with pytest.raises(SettingsError) as refused:
            await asyncio.wait_for(bot.start(), BOT_TOLD)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert bot.attempts == []


async def test_a_wrong_token_is_told_and_not_shown(double: Double, opened: Open) -> None:
    async with opened() as bot:
        with pytest.raises(SettingsError, match="Discord refused the token") as refused:
            await asyncio.wait_for(bot.start("wrong"), BOT_TOLD)
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4009])
async def test_a_gateway_that_closes_for_now_is_gone_back_to(double: Double, opened: Open, code: int) -> None:
    async with opened() as bot:
        bot.start()
        await bot.connected()
        bot.client.connected.clear()
        await double.close_gateway(code)
        await bot.connected()
    assert double.hub.identified + double.hub.resumed == 2
    assert bot.attempts == []


async def test_it_ends_cleanly_while_it_waits(opened: Open, discord_py: None) -> None:
    reach(f"http://127.0.0.1:{unused_port()}/api")
    waiting = asyncio.Event()

    def wait(_: int) -> float:
        waiting.set()
        return 3600

    async with opened(wait) as bot:
        end = bot.start()
        await asyncio.wait_for(waiting.wait(), BOT_TOLD)
        bot.stop.set()
        await asyncio.wait_for(end, BOT_TOLD)


def test_pauses_grow_to_minutes() -> None:
    pauses = [growing(attempt) for attempt in range(12)]
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert pauses == sorted(pauses)
    assert pauses[-1] == growing(10**9) == 300


async def test_a_fresh_connection_ends_all_pauses(
    double: Double, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: Any, **__: Any) -> None:
        """Take the place of discord.py's five seconds before it identifies again."""

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    double.world.add_channel(301, GUILD_ID, TEXT)
    async with opened() as bot:
        bot.start()
        await bot.connected()
        assert set().union(*bot.hurried) == {CHANNEL_ID, 301}
        bot.hurried.clear()
        bot.client.connected.clear()
        double.hub.resumable = False
        await double.close_gateway(4000)
        await bot.connected()
        assert set().union(*bot.hurried) == {CHANNEL_ID, 301}


async def test_a_role_given_to_the_bot_ends_all_pauses(double: Double, opened: Open) -> None:
    async with opened() as bot:
        bot.start()
        await bot.connected()
        bot.hurried.clear()
        member = shapes.member(double.world.bot_id, bot=True, roles=(GUILD_ID,))
        await double.hub.dispatch("GUILD_MEMBER_UPDATE", {**member, "guild_id": str(GUILD_ID)})
        await ask(double)  # comes after it
        assert bot.hurried == [{CHANNEL_ID}]
