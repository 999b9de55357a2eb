"""Everything that can go wrong between bot and Discord: when it is over, each part has come once, in order and whole.

The bot is the real one, as `open_app` wires it, with discord.py's own client over real sockets; waiting is quick.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from digestbot.app import App
from digestbot.errors import DigestbotError
from tests.delivery.audit import Verdict, audit
from tests.delivery.quick import quickly
from tests.delivery.staged import WEEK, running, set_up, titles, write
from tests.double import CHANNEL_ID, MESSAGES, Double, Fault, error, furnished, open_double, status, too_many

pytestmark = pytest.mark.usefixtures("discord_py")

_PAPERS, _PARTS = 25, 3
_SPEED = 400
"""Discord's minute to answer is 0.15 s: an answer that takes longer is one more that is lost, which changes nothing."""
_AFTERWARDS = timedelta(minutes=11)
"""Longer than a nonce is known, and than the first pauses of a channel that fails."""

BEFORE = (
    *(status(number) for number in (408, 500, 502, 503, 504, 524)),
    too_many(2),
    too_many(2, everywhere=True),
    too_many(90),
    too_many(2, via=False),
    *(error(code) for code in (10003, 50001, 50007, 50013, 50035)),
    *(Fault(kind) for kind in ("reset", "close", "hang", "truncated", "invalid", "html")),
    Fault("html", status=502),
    Fault("html", status=520),
)
AFTER = (
    *(status(number, after=True) for number in (500, 502, 503, 504, 524)),
    *(Fault(kind, after=True) for kind in ("reset", "close", "hang", "truncated", "invalid", "html")),
    Fault("html", after=True, status=502),
)


def quick_double() -> Double:
    """Return a double whose heartbeats keep up with a clock that runs so fast, and that only stores."""
    double = furnished()
    double.hub.heartbeat = 100
    double.check_bodies = False  # `test_bodies` does; here it would take most of the time
    return double


async def _due(app: App, double: Double, folder: Path, name: str) -> None:
    write(folder, f"{name}.md", titles(name, _PAPERS))
    await app.read()
    double.move(WEEK)


async def _week(app: App, double: Double, folder: Path, name: str, fault: Fault, nth: int, times: int) -> None:
    """Let an edition of three parts be due while something goes wrong from its nth part on, then let time pass."""
    await _due(app, double, folder, name)
    double.faults.add(fault, nth=nth, times=times)
    await app.clockwork.tick(double.now)
    double.faults.end()
    for _ in range(3):
        double.move(_AFTERWARDS)
        await app.clockwork.tick(double.now)


async def _posted(folder: Path, fault: Fault, places: Sequence[int], times: int) -> tuple[Verdict, Double]:
    async with open_double(quick_double()) as double:
        async with running(folder, double) as app:
            await set_up(app, double)
            for nth in places:
                await _week(app, double, folder, f"Place{nth}", fault, nth, times)
        return await audit(folder, double), double


def _assert_once(verdict: Verdict, double: Double, editions: int) -> None:
    verdict.assert_clean()
    verdict.assert_complete(CHANNEL_ID, editions * _PAPERS)
    assert verdict.parts == editions * _PARTS
    assert len(double.faults.played) >= editions


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER], ids=str)
def test_each_part_arrives_once(folder: Path, fault: Fault) -> None:
    _assert_once(*quickly(_posted(folder, fault, places=(1, 2, 3), times=1), _SPEED), editions=3)


@pytest.mark.parametrize("fault", [*BEFORE, *AFTER], ids=str)
def test_each_part_arrives_once_when_it_lasts(folder: Path, fault: Fault) -> None:
    _assert_once(*quickly(_posted(folder, fault, places=(2,), times=1000), _SPEED), editions=1)


async def _searched(folder: Path, fault: Fault) -> tuple[Verdict, Double]:
    """Lose the answer to the first part for longer than its nonce is known, and fail to look for it at first."""
    async with open_double(quick_double()) as double:
        async with running(folder, double) as app:
            await set_up(app, double)
            await _due(app, double, folder, "First")
            double.faults.add(status(503, after=True), times=1000)
            await app.clockwork.tick(double.now)
            double.faults.end()
            double.faults.add(fault, "GET", MESSAGES, times=3)
            for _ in range(5):
                double.move(_AFTERWARDS)
                await app.clockwork.tick(double.now)
        return await audit(folder, double), double


@pytest.mark.parametrize("fault", [one for one in BEFORE if one.code == 0], ids=str)
def test_a_search_that_fails_is_made_again(folder: Path, fault: Fault) -> None:
    verdict, double = quickly(_searched(folder, fault), _SPEED)
    verdict.assert_clean()
    assert verdict.parts == _PARTS
    assert fault in double.faults.played
    assert double.count("GET", "/messages") > 1


async def _closed(folder: Path, code: int) -> Double:
    async with open_double(quick_double()) as double:
        async with running(folder, double) as app:
            await set_up(app, double)
            before = double.hub.identified + double.hub.resumed
            await double.close_gateway(code)
            await double.until(lambda: double.hub.identified + double.hub.resumed > before, 3600)
            await app.client.connected.wait()
            await _due(app, double, folder, "Beta")
            await app.clockwork.tick(double.now)
        return double


@pytest.mark.parametrize("code", [1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4006, 4007, 4008, 4009])
def test_it_connects_again_by_itself(folder: Path, code: int) -> None:
    double = quickly(_closed(folder, code), _SPEED)
    assert len(double.messages) == _PARTS


async def _refused(folder: Path, way: Literal["503", "reset"]) -> Double:
    async with open_double(quick_double()) as double:
        double.hub.refuse = way

        async def relent() -> None:
            await double.until(lambda: double.hub.refused > 2, 3600)
            double.hub.refuse = ""

        relenting = asyncio.create_task(relent())
        async with running(folder, double) as app:
            await relenting
            await set_up(app, double)
            await _due(app, double, folder, "Beta")
            await app.clockwork.tick(double.now)
        return double


@pytest.mark.parametrize("way", ["503", "reset"])
def test_a_gateway_that_refuses_at_the_start_is_waited_for(folder: Path, way: Literal["503", "reset"]) -> None:
    assert len(quickly(_refused(folder, way), _SPEED).messages) == _PARTS


async def _unresumable(folder: Path) -> Double:
    async with open_double(quick_double()) as double:
        double.hub.resumable = False
        async with running(folder, double) as app:
            await double.close_gateway(4000)
            await double.until(lambda: double.hub.identified > 1, 3600)
            await app.client.connected.wait()
        return double


def test_a_session_that_cannot_be_resumed_is_begun_anew(folder: Path) -> None:
    double = quickly(_unresumable(folder), _SPEED)
    assert (double.hub.identified, double.hub.resumed) == (2, 0)


async def _ended(folder: Path, code: int) -> None:
    async with open_double(quick_double()) as double, running(folder, double):
        await double.close_gateway(code)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_a_fatal_close_is_told_in_one_sentence(folder: Path, code: int) -> None:
    with pytest.raises(DigestbotError) as told:
        quickly(_ended(folder, code), _SPEED)
    assert "\n" not in str(told.value)
