import asyncio
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digestbot.ledger import open_ledger
from digestbot.models import Channel, Schedule, Slot
from tests.double import CHANNEL_ID, GUILD_ID, TOKEN, Double, open_double
from tests.sources.remote import Remote

NOTE = "# 202404\n\n## Diffusion\n\n### {title}\n\n- **Keypoints:** memory\n- **Objective:** about it\n"


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with open_double() as double:
        yield double


class Bot:
    """`digestbot run` as a process in a folder of its own."""

    def __init__(self, folder: Path, double: Double) -> None:
        self.folder = folder
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DIGESTBOT_", "DISCORD_"))},
            "DISCORD_TOKEN": TOKEN,
            "DIGESTBOT_DISCORD__API_BASE": double.api,
            "DIGESTBOT_DISCORD__GATEWAY": double.gateway,
            "DIGESTBOT_LOG__LEVEL": "INFO",
        }

    def write(self, name: str, title: str) -> None:
        (self.notes / name).write_text(NOTE.format(title=title), encoding="utf-8")

    async def start(self, **environ: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "digestbot", "run"),
            cwd=self.folder,
            env={**self.environ, **environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def call(self, *arguments: str) -> tuple[int | None, str]:
        """Run another command in the bot's folder, and return its exit status with all that it said."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "digestbot", *arguments),
            cwd=self.folder,
            env=self.environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await asyncio.wait_for(process.communicate(), 30)
        return process.returncode, told.decode()

    async def refuse(self, **environ: str) -> str:
        """Start, expect the end, and return the one line that it is told by."""
        process = await self.start(DIGESTBOT_LOG__LEVEL="ERROR", **environ)
        told, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 1
        assert told.decode().count("\n") == 1
        return told.decode().strip()


@pytest.fixture
def bot(tmp_path: Path, double: Double) -> Bot:
    return Bot(tmp_path, double)


async def until(process: asyncio.subprocess.Process, words: str) -> str:
    """Read the log until a line has these words, and return all of it so far."""
    assert process.stdout is not None
    said = ""
    while words not in said:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line, f"the bot ended before it said {words!r}:\n{said}"
        said += line.decode()
    return said


async def end(process: asyncio.subprocess.Process, by: signal.Signals) -> str:
    process.send_signal(by)
    said, _ = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0, said.decode()
    return said.decode()


async def due_channel(bot: Bot) -> None:
    """Set up a channel whose slot has just passed, in a ledger that knows the first note already."""
    now = datetime.now(UTC)
    slot = Slot(f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}", now - timedelta(minutes=5))
    schedule = Schedule((f"{now:%A}".lower(),), f"{slot.at:%H:%M}", "UTC")  # type: ignore[arg-type]
    async with open_ledger(f"sqlite:///{bot.folder}/data/ledger.db") as ledger:
        await ledger.channels.set_up(Channel(CHANNEL_ID, GUILD_ID, schedule, (), 0, slot))


async def test_it_posts_once_over_restarts_and_ends_when_told(bot: Bot, double: Double) -> None:
    bot.write("a.md", "Alpha Diffusion Models")
    first = await bot.start()
    said = await until(first, "papers that come from now on are new")
    said += await end(first, signal.SIGTERM)
    assert double.count("PUT", "/commands") == 1
    assert double.messages == []

    await due_channel(bot)
    bot.write("b.md", "Beta Video Transformers")
    second = await bot.start()
    await double.until(lambda: double.messages)
    said += await end(second, signal.SIGINT)
    assert [m.body["enforce_nonce"] for m in double.messages] == [True]
    assert "Beta Video Transformers" in str(double.messages[0].components)
    assert "Alpha" not in str(double.messages[0].components)

    third = await bot.start()
    said += await until(third, "notes: 2 files")
    said += await end(third, signal.SIGTERM)
    assert len(double.messages) == 1
    assert double.count("PUT", "/commands") == 1
    assert TOKEN not in said


async def test_a_sign_of_life_that_cannot_be_given_does_not_end_it(bot: Bot) -> None:
    (bot.folder / "data").mkdir()
    (bot.folder / "data" / "alive").symlink_to(bot.folder / "nowhere" / "alive")
    process = await bot.start()
    assert "No such file or directory" in await until(process, "there is no sign of life")
    await end(process, signal.SIGTERM)


async def test_a_late_digest_has_what_was_pushed_while_the_bot_was_away(bot: Bot, double: Double) -> None:
    remote = Remote(bot.folder / "remote")
    remote.write("a.md", NOTE.format(title="Alpha Diffusion Models"))
    remote.commit()
    first = await bot.start(DIGESTBOT_NOTES__GIT=remote.url)
    await until(first, "papers that come from now on are new")
    await end(first, signal.SIGTERM)
    await due_channel(bot)
    remote.write("b.md", NOTE.format(title="Beta Video Transformers"))
    remote.commit()
    second = await bot.start(DIGESTBOT_NOTES__GIT=remote.url)
    said = await until(second, "notes: 1 files, 0 of them new or changed")
    await double.until(lambda: double.messages)
    said += await end(second, signal.SIGTERM)
    assert "notes: 2 files, 1 of them new or changed" in said
    assert "Beta Video Transformers" in str(double.messages[0].components)


async def test_a_note_written_while_it_runs_is_read(bot: Bot) -> None:
    bot.write("a.md", "Alpha Diffusion Models")
    process = await bot.start()
    await until(process, "notes: 1 files, 1 of them new")
    bot.write("b.md", "Beta Video Transformers")
    await until(process, "2 files, 1 of them new or changed")
    await end(process, signal.SIGTERM)


async def test_a_gateway_that_is_away_is_told_in_lines_and_waited_for(bot: Bot, double: Double) -> None:
    bot.write("a.md", "Alpha Diffusion Models")
    double.hub.refuse = "503"
    process = await bot.start()
    said = await until(process, "trying again in 1 s")
    double.hub.refuse = ""
    said += await until(process, "connected to Discord")
    said += await end(process, signal.SIGTERM)
    assert "the connection to Discord is lost" in said
    assert "Traceback" not in said


async def test_without_a_token_it_says_how_to_get_one(bot: Bot) -> None:
    assert "set DISCORD_TOKEN" in await bot.refuse(DISCORD_TOKEN="")


async def test_a_wrong_token_is_told_and_not_shown(bot: Bot) -> None:
    bot.write("a.md", "Alpha Diffusion Models")
    told = await bot.refuse(DISCORD_TOKEN="wrong.token.here")
    assert told.startswith("digestbot: Discord refused the token")
    assert "wrong.token.here" not in told


async def test_a_missing_folder_of_notes_is_told(bot: Bot) -> None:
    bot.notes.rmdir()
    assert "notes: no such file or folder" in await bot.refuse()


async def test_an_unknown_setting_is_told(bot: Bot) -> None:
    assert "DIGESTBOT_NOTES__PTH: unknown setting" in await bot.refuse(DIGESTBOT_NOTES__PTH="x")


async def test_a_damaged_ledger_stops_the_start_and_is_left_as_it_is(bot: Bot) -> None:
    (bot.folder / "data").mkdir()
    ledger = bot.folder / "data" / "ledger.db"
    ledger.write_bytes(b"not a database" * 1000)
    assert "ledger" in await bot.refuse()
    assert ledger.read_bytes() == b"not a database" * 1000


async def test_a_second_bot_on_the_same_data_is_refused(bot: Bot) -> None:
    bot.write("a.md", "Alpha Diffusion Models")
    process = await bot.start()
    await until(process, "connected to Discord")
    assert "in use" in await bot.refuse()
    await end(process, signal.SIGTERM)


async def test_a_bot_backs_its_ledger_up_and_keeps_others_from_restoring_it(bot: Bot) -> None:
    bot.write("a.md", "Alpha Diffusion Models")
    process = await bot.start()
    said = await until(process, "the ledger was backed up to data/backups/ledger-")
    if "connected to Discord" not in said:
        await until(process, "connected to Discord")
    status, told = await bot.call("ledger", "restore", "--yes")
    assert status == 1
    assert told.startswith("digestbot: the ledger is not restored while a bot may use it; stop the bot.")
    assert (await bot.call("ledger", "verify"))[1].startswith("data/ledger.db: sound: ")
    await end(process, signal.SIGTERM)
    status, told = await bot.call("ledger", "restore", "--yes")
    assert status == 0, told
    assert "the ledger that was there is kept as data/ledger.db.replaced-" in told
    process = await bot.start()
    said = await until(process, "connected to Discord")
    assert "backed up" not in said, "the one of this day is there"
    await end(process, signal.SIGTERM)


async def test_a_damaged_ledger_is_restored_by_the_command_that_the_refusal_names(bot: Bot) -> None:
    (bot.folder / "our settings.toml").write_text('[data]\nfolder = "kept"\n')
    async with open_ledger(f"sqlite:///{bot.folder}/kept/ledger.db") as ledger:
        await ledger.state.set("key", "value")
    assert (await bot.call("ledger", "backup", "--config", "our settings.toml"))[0] == 0
    ledger_file = bot.folder / "kept" / "ledger.db"
    ledger_file.write_bytes(ledger_file.read_bytes()[:9000])
    status, told = await bot.call("run", "--config", "our settings.toml")
    assert status == 1
    command = told.strip().partition(" with: digestbot ")[2]
    status, told = await bot.call(*shlex.split(command), "--yes")
    assert status == 0, told
    async with open_ledger(f"sqlite:///{bot.folder}/kept/ledger.db", read_only=True) as ledger:
        assert await ledger.state.get("key") == "value"
