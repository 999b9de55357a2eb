"""How a digest reaches many channels at once, and how the bot answers meanwhile.

The double of Discord runs in this process, the real bot in another; all channels are due at the same minute.

    python bench/fanout.py [--channels 10000]
"""

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digestbot.app import open_app, run_bot
from digestbot.settings import load_settings
from tests.delivery.staged import environ, titles, write
from tests.double import COMPLETION, Double, open_double

GUILDS = 20
RATE = 50
"""Requests a second that Discord takes from a bot (its documentation, Global Rate Limit)."""
SILENCE = 90
"""Seconds without a message after which nothing more is expected."""


@dataclass
class Watch:
    """What was measured while something went on."""

    completions: list[float] = field(default_factory=list[float])
    papers: list[float] = field(default_factory=list[float])
    memory: list[int] = field(default_factory=list[int])


def furnish(double: Double, channels: int) -> dict[int, int]:
    """Make the servers, and return each channel's."""
    placed = {10_000 + number: 200 + number % GUILDS for number in range(channels)}
    for channel, guild in placed.items():
        double.world.add_guild(guild)
        double.world.add_channel(channel, guild)
    double.limiter.everywhere, double.limiter.per_channel = RATE, (5, 5.0)
    double.check_bodies = False
    return placed


async def prepare(folder: Path, double: Double, placed: dict[int, int], due: datetime) -> None:
    """Read an archive, set all channels up for the same minute, and write what is new."""
    told = environ(folder, double)
    settings = load_settings(folder / "digestbot.toml", told)
    write(folder, "archive.md", titles("Archived", 500))
    async with open_app(settings, lambda: due - timedelta(hours=1)) as app:
        await app.read()
        await app.read()
        day, at = f"{due:%A}".lower(), f"{due:%H:%M}"
        for channel, guild in placed.items():
            await app.desk.set_up(channel, guild, day=day, time=at, timezone="UTC")
    write(folder, "new.md", titles("New", 3))


async def ask(double: Double, process: subprocess.Popen[bytes], watch: Watch) -> None:
    """Complete a title and show a paper, once each, and look how much memory the bot takes."""
    channel = next(iter(double.world.channels))
    typed = {"name": "title", "type": 3, "value": "archived 1"}
    begun = time.perf_counter()
    await double.interact("paper", [{**typed, "focused": True}], kind=COMPLETION, channel=channel)
    watch.completions.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    await double.interact("paper", [{**typed, "value": "Archived 123"}], channel=channel)
    watch.papers.append(time.perf_counter() - begun)
    watch.memory.append(_memory(process.pid))
    await asyncio.sleep(0.05)


def _memory(process: int) -> int:
    """Return how many KiB a process has in memory (proc(5), status)."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def measure(double: Double, process: subprocess.Popen[bytes], channels: int) -> tuple[Watch, Watch, list[float]]:
    """Ask the bot before the channels are due, and until all have their digest."""
    idle, busy, posted = Watch(), Watch(), list[float]()
    double.watchers.append(
        lambda stage, request: (
            posted.append(time.perf_counter())
            if stage == "stored" and request.method == "POST" and request.path.endswith("/messages")
            else None
        )
    )
    await double.until(lambda: double.hub.connected, 300)
    await asyncio.sleep(10)
    while not posted:
        await ask(double, process, idle)
    while len(posted) < channels and time.perf_counter() - posted[-1] < SILENCE:
        await ask(double, process, busy)
    return idle, busy, posted


def tell(idle: Watch, busy: Watch, posted: list[float], double: Double, channels: int) -> None:
    """Print what came out."""
    seconds = posted[-1] - posted[0]
    print(f"channels: {len(double.messages)} of {channels} posted to in {seconds:.1f} s")
    print(f"rate ÷ {RATE}/s: {(len(posted) - 1) / seconds / RATE:.2f}")
    print(f"429s: {double.limiter.refused}")
    print(f"memory of the bot above idle: {(max(busy.memory) - statistics.median(idle.memory)) / 1024:.0f} MiB")
    for name, calm, rush in (
        ("autocomplete", idle.completions, busy.completions),
        ("/paper", idle.papers, busy.papers),
    ):
        (p50, p99), (q50, q99) = _ends(calm), _ends(rush)
        print(f"{name}: p50 {q50:.1f} ms, p99 {q99:.1f} ms; idle p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def _ends(seconds: list[float]) -> tuple[float, float]:
    cut = statistics.quantiles(seconds, n=100, method="inclusive")
    return cut[49] * 1000, cut[98] * 1000


async def run(channels: int) -> None:
    """Measure once."""
    with tempfile.TemporaryDirectory() as name:
        folder, now = Path(name), datetime.now(UTC)
        due = (now + timedelta(days=1)).replace(second=0, microsecond=0)
        async with open_double() as double:
            placed = furnish(double, channels)
            await prepare(folder, double, placed, due)
            # The bot ticks at the machine's full minutes, so its clock is ahead by whole ones; the next but one is due.
            ahead = due - timedelta(minutes=2) - datetime.now(UTC).replace(second=0, microsecond=0)
            told = {**os.environ, **environ(folder, double), "BOT": name, "AHEAD": f"{ahead.total_seconds()}"}
            double.move(ahead)
            with (folder / "bot.log").open("wb") as log:
                process = subprocess.Popen([sys.executable, __file__], env=told, stdout=log, stderr=log)  # noqa: ASYNC220 - once
            try:
                tell(*await measure(double, process, channels), double, channels)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def bot(folder: Path) -> None:
    """Be the bot."""
    ahead = timedelta(seconds=float(os.environ["AHEAD"]))
    settings = load_settings(folder / "digestbot.toml", {k: v for k, v in os.environ.items() if k.startswith("DI")})
    asyncio.run(run_bot(settings, lambda: datetime.now(UTC) + ahead, lambda _done, _total: None))


if __name__ == "__main__":
    if "BOT" in os.environ:
        bot(Path(os.environ["BOT"]))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--channels", type=int, default=10_000)
        asyncio.run(run(parser.parse_args().channels))
