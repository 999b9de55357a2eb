"""The real bot in this process, wired as `open_app` wires it, connected to a double of Discord."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from digestbot.app import App, open_app
from digestbot.bot import reach
from digestbot.settings import load_settings
from tests.double import CHANNEL_ID, GUILD_ID, TOKEN, Double, Json

WEEK = timedelta(days=7)
_PAPER = "### {title}\n\n- **Keypoints:** memory; noise\n- **Objective:** It tells about {title}.\n"
_TOPICS = ("Diffusion", "Video Understanding", "大语言模型")


def environ(folder: Path, double: Double) -> dict[str, str]:
    """Return the variables that a bot is told by whose notes and data are in a folder, with an empty settings file."""
    (folder / "notes").mkdir(exist_ok=True)
    (folder / "digestbot.toml").touch()
    return {
        "DISCORD_TOKEN": TOKEN,
        "DIGESTBOT_NOTES__PATH": f"{folder / 'notes'}",
        "DIGESTBOT_DATA__FOLDER": f"{folder / 'data'}",
        "DIGESTBOT_DISCORD__API_BASE": double.api,
        "DIGESTBOT_DISCORD__GATEWAY": double.gateway,
    }


def write(folder: Path, name: str, titles: Sequence[str]) -> None:
    """Write a note with these papers, spread over the topics."""
    lines = ["# 202604\n"]
    for topic, own in zip(_TOPICS, (titles[place :: len(_TOPICS)] for place in range(len(_TOPICS))), strict=True):
        lines += [f"## {topic}\n", *(_PAPER.format(title=title) for title in own)] if own else []
    (folder / "notes" / name).write_text("\n".join(lines), encoding="utf-8")


def titles(word: str, count: int) -> list[str]:
    """Return titles that no two notes share, and that no reader takes for each other."""
    return [f"{word} {number:03} examined {word[::-1]}{number:03}" for number in range(count)]


@pytest.fixture
def discord_py(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put discord.py's addresses back afterwards: they are its classes' own."""
    with monkeypatch.context() as patch:
        patch.setattr(Route, "BASE", Route.BASE)
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
        yield


@asynccontextmanager
async def running(folder: Path, double: Double) -> AsyncGenerator[App]:
    """Run the bot, with the double's clock and without ticks of its own; it has read the notes and is connected."""
    reach(double.api, double.gateway)
    variables = environ(folder, double)
    settings = load_settings(folder / "digestbot.toml", variables)
    closing = asyncio.Event()
    async with open_app(settings, lambda: double.now) as app:
        connection = asyncio.create_task(app.client.run_until(closing, TOKEN))
        try:
            await app.read()
            await app.read()  # the archive is complete when a reading finds nothing more
            connected = asyncio.create_task(app.client.connected.wait())
            await asyncio.wait({connected, connection}, return_when=asyncio.FIRST_COMPLETED)
            connected.cancel()
            if connection.done():
                await connection
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


def custom_ids(components: Sequence[Json]) -> Iterator[str]:
    """Yield the custom ids of a layout, in order."""
    for component in components:
        if "custom_id" in component:
            yield component["custom_id"]
        yield from custom_ids(component.get("components", []))
        if accessory := component.get("accessory"):
            yield from custom_ids([accessory])
