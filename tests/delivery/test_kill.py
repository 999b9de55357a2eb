"""The real bot, killed at any instant, restarted at any later time: every part arrives exactly once all the same.

KILLS says how often (15 unless told), SEED which chances; the seed is printed.
"""

import asyncio
import os
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.delivery.audit import Verdict, audit
from tests.delivery.staged import environ, running, set_up, titles, write
from tests.double import CHANNEL_ID, FORUM, GUILD_ID, TEXT, Double, Fault, Request, Stage, status, too_many

KILLS = int(os.environ.get("KILLS", "15"))
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
MANY = 100
"""From this many kills on, every way to recover must have been taken."""
ROOT = Path(__file__).parents[2]
FORUM_ID = 400
CHANNELS = (CHANNEL_ID, 301, 302, FORUM_ID)
"""Their weeks begin on different days, so that some slot is due after most steps of time."""
QUIET = 0.6
"""Seconds without a request after which a bot that is connected has nothing to do."""

RATES: dict[Fault, float] = {
    status(503): 0.03,
    status(503, after=True): 0.06,
    status(500, after=True): 0.03,
    Fault("reset"): 0.03,
    Fault("reset", after=True): 0.06,
    Fault("close", after=True): 0.03,
    Fault("truncated", after=True): 0.02,
    Fault("invalid", after=True): 0.02,
    Fault("hang", after=True): 0.02,
    too_many(0.5): 0.02,
}
ABOUT_PARTS = re.compile("/(messages|threads)")
Kind = str


@dataclass
class Harness:
    """A double that outlives the bots, and what happened to them."""

    folder: Path
    double: Double
    chance: random.Random
    kills: Counter[Kind] = field(default_factory=Counter[Kind])
    papers: int = 0
    rounds: int = 0

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    async def start(self, **more: str) -> asyncio.subprocess.Process:
        offset = self.double.world.clock.offset.total_seconds()
        told = {"FOLDER": f"{self.folder}", "OFFSET": f"{offset}", "PYTHONPATH": f"{ROOT}", "PATH": os.environ["PATH"]}
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.delivery.runner"),
                cwd=ROOT,
                env={**told, **environ(self.folder, self.double), **more},
                stdout=log,
                stderr=log,
            )

    def write_some(self) -> None:
        """Write a new note, of one paper or of enough for several parts."""
        self.rounds += 1
        if self.chance.random() < 0.7:
            count = self.chance.choice((1, 3, 12, 25, 40))
            write(self.folder, f"round{self.rounds:04}.md", titles(f"Round{self.rounds:04}", count))
            self.papers += count

    def move(self) -> None:
        """Let time pass: seconds, minutes, more than a nonce is known, days."""
        most = self.chance.choice((50, 300, 900, 3 * 86_400, 4 * 86_400))
        least = {900: 200, 3 * 86_400: 3600, 4 * 86_400: 86_400}.get(most, 1)
        self.double.move(timedelta(seconds=self.chance.uniform(least, most)))

    async def kill_once(self) -> None:
        """Start a bot and kill it at an instant by chance."""
        way = self.chance.choice((self._at_time, self._at_request, self._at_request, self._at_request, self._at_commit))
        if self.chance.random() < 0.4:
            self.double.faults.at_random(self.chance.randrange(10**9), RATES)
        await way()
        self.double.faults.end()

    async def _at_time(self) -> None:
        seconds = self.chance.uniform(0, 2.2)
        process = await self.start()
        await asyncio.wait({asyncio.ensure_future(process.wait())}, timeout=seconds)
        await self._end(process, "during start" if not self.double.hub.connected else "at some time")

    async def _at_commit(self) -> None:
        moment = self.chance.choice(("commit", "begin"))
        process = await self.start(**{moment.upper(): f"{self.chance.randint(1, 40)}"})
        await self._until_quiet(process)
        named = {"commit": "before a ledger's commit", "begin": "after a ledger's commit"}[moment]
        await self._end(process, named if process.returncode is not None else "while nothing moved")

    async def _at_request(self) -> None:
        stage: Stage = self.chance.choice(("received", "stored", "stored", "answered"))
        left = self.chance.choice((1, 1, 2, 3, 4, 6))
        process = await self.start()

        def watch(at: Stage, request: Request) -> None:
            nonlocal left
            if at == stage and ABOUT_PARTS.search(request.path):
                left -= 1
                if left == 0 and process.returncode is None:
                    process.kill()

        self.double.watchers.append(watch)
        await self._until_quiet(process)
        self.double.watchers.remove(watch)
        await self._end(process, f"request {stage}" if left <= 0 else "while nothing moved")

    async def _until_quiet(self, process: asyncio.subprocess.Process) -> None:
        """Wait until the process is gone, or has been connected for some time and asked for nothing."""
        gone = asyncio.ensure_future(process.wait())
        before = self.double.hub.identified
        seen, rest = len(self.double.requests), 40
        while not gone.done() and rest:
            await asyncio.wait({gone}, timeout=QUIET)
            rest -= 1
            if seen == len(self.double.requests) and self.double.hub.identified > before:
                return
            seen = len(self.double.requests)

    async def _end(self, process: asyncio.subprocess.Process, kind: Kind) -> None:
        if process.returncode is None:
            process.kill()
        await process.wait()
        self.kills[kind] += 1
        await self.double.until(lambda: not self.double.hub.connected)

    async def finish(self) -> Verdict:
        """Let bots end by themselves, without faults, until everything that was written is posted."""
        for weeks in (0, 0, 7, 7, 7, 7):
            self.double.move(timedelta(days=weeks, minutes=30))
            process = await self.start()
            await self._until_quiet(process)
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0, self.log.read_text("utf-8")[-3000:]
            verdict = await audit(self.folder, self.double)
            shown = [len(set(verdict.shown.get(channel, []))) for channel in CHANNELS]
            if not verdict.unfinished and shown == [self.papers] * len(CHANNELS):
                break
        return verdict


@asynccontextmanager
async def harness(folder: Path, double: Double) -> AsyncGenerator[Harness]:
    for channel in CHANNELS:
        double.world.add_channel(channel, GUILD_ID, FORUM if channel == FORUM_ID else TEXT, f"papers-{channel}")
    async with running(folder, double) as app:
        for channel in CHANNELS:
            await set_up(app, double, channel)
            double.move(timedelta(days=2))
    yield Harness(folder, double, random.Random(SEED))


def _told(harness: Harness, verdict: Verdict) -> str:
    world, log = harness.double.world, harness.log.read_text("utf-8", "replace")
    posts = sum(
        request.method == "POST" and bool(ABOUT_PARTS.search(request.path)) for request in harness.double.requests
    )
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(harness.kills.items()))
    return (
        f"seed {SEED}: {sum(harness.kills.values())} kills ({kinds}); {harness.papers} papers, "
        f"{verdict.parts} parts, {verdict.given_up} given up; {len(world.messages)} messages; "
        f"found in history {log.count('was found posted as')}, sent again {posts - len(world.messages)}, "
        f"known by nonce {world.nonce_hits}, faults {len(harness.double.faults.played)}; "
        f"lost {len(verdict.lost)}, double {len(verdict.double)}, out of order {len(verdict.unordered)}"
    )


async def test_every_part_arrives_once_whenever_the_bot_is_killed(folder: Path, double: Double) -> None:
    async with harness(folder, double) as staged:
        sys.stdout.write(f"SEED={SEED}\n")
        for _ in range(KILLS):
            staged.write_some()
            staged.move()
            await staged.kill_once()
        verdict = await staged.finish()
    sys.stdout.write(f"{_told(staged, verdict)}\n")
    verdict.assert_clean()
    for channel in CHANNELS:
        verdict.assert_complete(channel, staged.papers)
    if KILLS >= MANY:
        assert double.world.nonce_hits > 0
        assert "was found posted as" in staged.log.read_text("utf-8", "replace")
