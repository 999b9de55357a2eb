"""What a whole command costs: from the gateway's event to the bot's answer, and in processor time altogether.

The double of Discord runs in this process, the real bot in another, with two bare commands beside its own: `/ping`,
which answers with one word, and `/fixed`, whose completion is the same 25 choices every time.

    python bench/round_trip.py [--papers 100000] [--rounds 30] [--data FOLDER]
"""

import argparse
import asyncio
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from lookup_parts.corpus import Titles

from digestbot.app import open_app
from digestbot.bot import reach
from digestbot.library import open_library
from digestbot.library.titles import starts
from digestbot.models import Entry, Field, Link, Location, Sighting, StoredNote
from digestbot.parsing import READER_VERSION
from digestbot.settings import load_settings
from tests.delivery.staged import environ
from tests.double import CHANNEL_ID, COMMAND, COMPLETION, TOKEN, Double, open_double

IN_NOTE = 200
NOTES = 50
"""Notes that are put into the library at once."""
IN_A_ROW = 10
"""Commands of one kind in a row, so that each is measured while the machine is awake; then comes the next kind."""
WARMING = 3
"""Rounds before those that count."""
QUIET = 0.004
"""Seconds without any use of the processor after which the bot is taken to have nothing left to do."""
_WORDS = tuple(
    re.findall(
        r"\w+",
        """
video long memory token dense sparse diffusion transformer language model large vision attention scalable efficient
learning generation understanding temporal retrieval streaming multimodal alignment causal adaptive world policy graph
neural latent editing motion camera view audio speech reasoning benchmark survey robust
""",
    )
)


@dataclass(frozen=True)
class Paper:
    """What the benchmark asks for: a paper's title and the name that it begins with, if it has one."""

    title: str
    name: str

    def words(self, count: int) -> str:
        """Return the first words after the name, as a person types them."""
        return " ".join(self.title.split()[1 : 1 + count]).lower() or self.title


_titles: list[str] = []
_more_titles = iter(Titles(7))


def made(number: int) -> Paper:
    """Return the title of a paper, always the same for its number."""
    _titles.extend(islice(_more_titles, max(0, number + 1 - len(_titles))))
    title = _titles[number]
    return Paper(title, starts.named(title) or title)


def _entry(number: int, file: str, line: int) -> Entry:
    rng, url = random.Random(-number - 1), f"https://arxiv.org/abs/{2001 + number // 99_999 % 60}.{number % 99_999:05}"
    told = " ".join(rng.choice(_WORDS) for _ in range(40))
    return Entry(
        title=made(number).title,
        source=Location(file, line),
        topics=(f"{rng.choice(_WORDS).title()} {rng.choice(_WORDS).title()}",),
        period=f"20{10 + number % 16}-{1 + number % 12:02}",
        keypoints=tuple(f"{rng.choice(_WORDS).title()} {rng.choice(_WORDS)}" for _ in range(4)),
        gist=f"{told[:150].capitalize()}.",
        venue="CVPR 2024",
        authors=("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra"),
        fields=(Field("Objective", f"{told.capitalize()}."), Field("Method", f"- **First** {told}\n- Then {told}\n")),
        links=(Link("arxiv", "arXiv", url), Link("code", "Code", f"https://github.com/example/{number}")),
    )


def notes(papers: int) -> Iterator[StoredNote]:
    """Yield the notes that hold so many papers."""
    for start in range(0, papers, IN_NOTE):
        file, numbers = f"{start:08}.md", range(start, min(start + IN_NOTE, papers))
        sightings = tuple(Sighting(_entry(n, file, 1 + 10 * (n - start)), n + 1) for n in numbers)
        yield StoredNote(file, "", sightings)


async def fill(folder: Path, papers: int) -> None:
    """Make the library, unless an earlier run has left it there."""
    async with open_library(folder, reader_version=READER_VERSION) as library:
        held = await library.files("bench")
        batch: list[StoredNote] = []
        for note in notes(papers):
            if note.file not in held:
                batch.append(note)
            if len(batch) == NOTES:
                await library.put("bench", batch)
                batch = []
        await library.put("bench", batch)
        await library.settle()


@dataclass
class Taken:
    """What commands of one kind took, in ms: each until its answer was there, each round's of the processor."""

    until_answer: list[float] = field(default_factory=list[float])
    processor: list[float] = field(default_factory=list[float])

    def rounds(self) -> list[float]:
        """Return the median of each round."""
        return [
            statistics.median(self.until_answer[at : at + IN_A_ROW])
            for at in range(0, len(self.until_answer), IN_A_ROW)
        ]


@dataclass
class Meter:
    """The bot, looked at from outside."""

    double: Double
    process: int
    answered: float = 0.0

    def __post_init__(self) -> None:
        self.double.watchers.append(self._watch)

    def _watch(self, stage: str, request: Any) -> None:
        if stage == "received" and request.path.endswith("/callback"):
            self.answered = time.perf_counter()

    async def take(self, taken: Taken, asking: Sequence[Callable[[], Awaitable[Any]]]) -> None:
        """Ask one after the other and note what it took."""
        busy = await self._settled()
        for ask in asking:
            begun = time.perf_counter()
            await ask()
            taken.until_answer.append((self.answered - begun) * 1000)
        taken.processor.append((await self._settled() - busy) * 1000 / len(asking))

    async def _settled(self) -> float:
        """Return the seconds of processor time that the bot has used, once it has nothing left to do."""
        used = self._used()
        while True:
            await asyncio.sleep(QUIET)
            before, used = used, self._used()
            if used == before:
                return used

    def _used(self) -> float:
        """Add up what all threads have used, to the nanosecond (the kernel's documentation of sched-stats)."""
        stats = Path(f"/proc/{self.process}/task").glob("*/schedstat")
        return sum(int(stat.read_text("ascii").split()[0]) for stat in stats) / 1e9

    def memory(self) -> float:
        """Return how many MiB the bot has in memory of its own, mapped files left out (proc(5), status)."""
        lines = Path(f"/proc/{self.process}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def _option(name: str, value: str, *, focused: bool = False) -> dict[str, Any]:
    return {"name": name, "type": 3, "value": value} | ({"focused": True} if focused else {})


Ask = Callable[[Paper], tuple[str, list[dict[str, Any]], int]]
KINDS: dict[str, Ask] = {
    "ping": lambda _: ("ping", [], COMMAND),
    "/paper title": lambda paper: ("paper", [_option("title", paper.title)], COMMAND),
    "/paper name": lambda paper: ("paper", [_option("title", paper.name)], COMMAND),
    "fixed": lambda paper: ("fixed", [_option("text", paper.name, focused=True)], COMPLETION),
    "complete a name": lambda paper: ("paper", [_option("title", paper.name, focused=True)], COMPLETION),
    "complete two words": lambda paper: ("paper", [_option("title", paper.words(2), focused=True)], COMPLETION),
    "complete half a word": lambda paper: ("paper", [_option("title", paper.words(1)[:4], focused=True)], COMPLETION),
}
"""How each kind asks for a paper; the first of commands and the first of completions are bare."""


async def measure(meter: Meter, papers: int, rounds: int) -> dict[str, Taken]:
    """Ask all kinds of commands in turn, so that what else the machine does falls upon all of them alike."""
    rng = random.Random(7)
    taken = {kind: Taken() for kind in KINDS}
    for _ in range(rounds):
        for kind, ask in KINDS.items():
            asked = [ask(made(rng.randrange(papers))) for _ in range(IN_A_ROW)]
            await meter.take(taken[kind], [partial(_interact, meter.double, *one) for one in asked])
    return taken


async def _interact(double: Double, name: str, options: list[dict[str, Any]], kind: int) -> None:
    await double.interact(name, options, kind=kind, channel=CHANNEL_ID)


def tell(taken: dict[str, Taken]) -> None:
    """Print what came out, each kind beside the bare one of its sort."""
    for kind, one in taken.items():
        bare = "fixed" if "complete" in kind else "ping"
        ends = statistics.quantiles(one.until_answer, n=100, method="inclusive")
        answer = _ratio(one.rounds(), taken[bare].rounds())
        processor = _ratio(one.processor, taken[bare].processor)
        used = statistics.median(one.processor)
        print(f"{kind:20}  answer ÷ {bare}: {answer:.2f}  (p50 {ends[49]:.2f} ms, p99 {ends[98]:.2f} ms)", end="")
        print(f"  processor ÷ {bare}: {processor:.2f}  ({used:.2f} ms)")


def _ratio(these: Sequence[float], those: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(these, those, strict=True))


@asynccontextmanager
async def running(folder: Path, double: Double, data: Path) -> AsyncGenerator[Meter]:
    """Run the bot in a process of its own."""
    told = {**os.environ, **environ(folder, double), "DIGESTBOT_DATA__FOLDER": f"{data}", "BOT": f"{folder}"}
    with (folder / "bot.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, __file__], env=told, stdout=log, stderr=log)  # noqa: ASYNC220 - once
    try:
        await double.until(lambda: double.hub.connected, 60)
        yield Meter(double, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def idle(folder: Path) -> float:
    """Return the memory of a bot with an empty library that has answered some commands."""
    data = folder / "empty"
    async with open_double() as double, running(folder, double, data) as meter:
        await measure(meter, 1, WARMING)
        return meter.memory()


async def run(papers: int, rounds: int, data: Path | None) -> None:
    """Measure once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = data or folder / "filled"
        begun = time.perf_counter()
        await fill(data, papers)
        print(f"papers: {papers}, put in {time.perf_counter() - begun:.0f} s")
        empty = await idle(folder)
        async with open_double() as double, running(folder, double, data) as meter:
            double.check_bodies = False
            await measure(meter, papers, WARMING)
            tell(await measure(meter, papers, rounds))
            print(f"memory of the bot: {meter.memory() - empty:.0f} MiB above that with an empty library")


def _bare_commands(tree: app_commands.CommandTree[Any]) -> None:
    choices = [app_commands.Choice(name=made(n).title[:100], value=f"arxiv:2401.{n:05}") for n in range(25)]

    @tree.command(description="Answer")
    async def ping(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("pong")

    @tree.command(description="Complete")
    async def fixed(interaction: discord.Interaction[Any], text: str) -> None:
        await interaction.response.send_message(text)

    @fixed.autocomplete("text")
    async def _(_interaction: discord.Interaction[Any], _typed: str) -> list[app_commands.Choice[str]]:
        return choices

    del ping


async def bot(folder: Path) -> None:
    """Be the bot."""
    settings = load_settings(folder / "digestbot.toml", {k: v for k, v in os.environ.items() if k.startswith("DI")})
    reach(str(settings.discord.api_base), str(settings.discord.gateway))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_app(settings, lambda: datetime.now(UTC)) as app:
        _bare_commands(app.client.tree)
        await app.client.run_until(stop, TOKEN)


if __name__ == "__main__":
    if "BOT" in os.environ:
        asyncio.run(bot(Path(os.environ["BOT"])))
    else:
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--papers", type=int, default=100_000)
        parser.add_argument("--rounds", type=int, default=30, help=f"of {IN_A_ROW} commands of each kind")
        parser.add_argument("--data", type=Path, help="a folder in which the library stays for the next run")
        chosen = parser.parse_args()
        asyncio.run(run(chosen.papers, chosen.rounds, chosen.data))
