"""The real bot in this process, wired as `open_app` wires it, connected to a double of Discord."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from digestbot.app import App, open_app
from digestbot.bot import reach
from digestbot.ledger import open_ledger
from digestbot.models import Edition, Payload
from digestbot.settings import Settings, load_settings
from tests.double import CHANNEL_ID, GUILD_ID, TOKEN, Double, Json, Message

WEEK = timedelta(days=7)
_PAPER = "### {title}\n\n- **Keypoints:** memory; noise\n- **Objective:** It tells about {title}.\n"
_TOPICS = ("Diffusion", "Video Understanding", "大语言模型")


def settings(folder: Path, double: Double) -> Settings:
    """Return the settings of a bot whose notes and data are in a folder."""
    (folder / "notes").mkdir(exist_ok=True)
    (folder / "digestbot.toml").touch()
    environ = {
        "DISCORD_TOKEN": TOKEN,
        "DIGESTBOT_NOTES__PATH": f"{folder / 'notes'}",
        "DIGESTBOT_DATA__FOLDER": f"{folder / 'data'}",
        "DIGESTBOT_DISCORD__API_BASE": double.api,
        "DIGESTBOT_DISCORD__GATEWAY": double.gateway,
    }
    return load_settings(folder / "digestbot.toml", environ)


def write(folder: Path, name: str, titles: Sequence[str]) -> None:
    """Write a note with these papers, spread over the topics."""
    lines = ["# 202604\n"]
    for topic, own in zip(_TOPICS, (titles[place :: len(_TOPICS)] for place in range(len(_TOPICS))), strict=True):
        lines += [f"## {topic}\n", *(_PAPER.format(title=title) for title in own)] if own else []
    (folder / "notes" / name).write_text("\n".join(lines), encoding="utf-8")


def titles(word: str, count: int) -> list[str]:
    """Return titles that no two notes share, and that no reader takes for each other."""
    return [f"{word} {number:03} examined {word[::-1]}{number:03}" for number in range(count)]


@contextmanager
def addresses(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Put discord.py's addresses back afterwards: they are its classes' own."""
    with monkeypatch.context() as patch:
        patch.setattr(Route, "BASE", Route.BASE)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
        yield


@asynccontextmanager
async def running(folder: Path, double: Double) -> AsyncGenerator[App]:
    """Run the bot, with the double's clock and without ticks of its own; it has read the notes and is connected."""
    reach(double.api, double.gateway)
    closing = asyncio.Event()
    async with open_app(settings(folder, double), lambda: double.now) as app:
        connection = asyncio.create_task(app.client.run_until(closing, TOKEN))
        try:
            await app.read()
            await app.read()  # the archive is complete when a reading finds nothing more
            await app.client.connected.wait()
            await app.client.locate_channels()
            yield app
        finally:
            closing.set()
            await connection


async def set_up(app: App, double: Double, channel: int = CHANNEL_ID) -> None:
    """Set a channel's digest up for a minute ago, next week."""
    slot = double.now - timedelta(minutes=1)
    await app.desk.set_up(
        channel, GUILD_ID, day=f"{slot:%A}".lower(), time=f"{slot:%H:%M}", timezone="UTC", topics=(), by=1, start="now"
    )


async def editions(folder: Path) -> AsyncIterator[Edition]:
    """Yield what the ledger of a bot that does not run has composed, in order."""
    async with open_ledger(f"sqlite:///{folder / 'data' / 'ledger.db'}") as ledger:
        number = 1
        while edition := await ledger.editions.get(number):
            yield edition
            number += 1


def custom_ids(components: Sequence[Json]) -> Iterator[str]:
    """Yield the custom ids of a layout, in order."""
    for component in components:
        if "custom_id" in component:
            yield component["custom_id"]
        yield from custom_ids(component.get("components", []))
        if accessory := component.get("accessory"):
            yield from custom_ids([accessory])


@dataclass
class Verdict:
    """How what stands in a channel compares with what the ledger promised it."""

    lost: list[str]
    double: list[str]
    unordered: list[str]
    changed: list[str]
    parts: int = 0

    def assert_clean(self) -> None:
        """Every part exactly once, in order, as it was frozen."""
        assert (self.lost, self.double, self.unordered, self.changed) == ([], [], [], [])


async def audit(folder: Path, double: Double) -> Verdict:
    """Hold the double's messages against the ledger of a bot that does not run."""
    verdict = Verdict([], [], [], [])
    promised: dict[int, list[str]] = {}
    frozen: dict[str, Payload] = {}
    async for edition in editions(folder):
        for part in edition.parts:
            token = f"e{edition.id}.{part.number}"
            promised.setdefault(edition.channel_id, []).append(token)
            frozen[token] = part.payload
    for channel, tokens in promised.items():
        found = [(_token(message), message) for message in double.posted_in(channel)]
        _compare(verdict, tokens, [(token, message) for token, message in found if token], frozen)
    return verdict


def _compare(verdict: Verdict, tokens: list[str], found: list[tuple[str, Message]], frozen: dict[str, Payload]) -> None:
    there = [token for token, _ in found]
    verdict.parts += len(tokens)
    verdict.lost += [token for token in tokens if token not in there]
    verdict.double += [token for token in dict.fromkeys(there) if there.count(token) > 1 or token not in tokens]
    first = list(dict.fromkeys(there))
    verdict.unordered += [a for a, b in zip(first, [t for t in tokens if t in first], strict=False) if a != b]
    verdict.changed += [token for token, message in found if message.components != frozen[token]["components"]]


def _token(message: Message) -> str:
    """Return the part that a message is, as its custom ids tell: `e12.1`."""
    ends = {found.rsplit("/", 1)[1] for found in custom_ids(message.components) if "/e" in found}
    return ends.pop() if len(ends) == 1 else ""
