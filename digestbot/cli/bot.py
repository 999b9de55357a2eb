"""`run` and `demo`: the bot on Discord, and the bot in the browser."""

import asyncio
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from digestbot.app import run_bot
from digestbot.cli.root import Config
from digestbot.cli.terminal import progress
from digestbot.errors import SettingsError
from digestbot.settings import load_settings


def run(config: Config = None) -> None:
    """Run the bot on Discord until it is told to stop (Ctrl-C, SIGTERM)."""
    settings = load_settings(config, os.environ)
    _configure_log(settings.log.level)
    with progress("Reading notes") as tell:
        asyncio.run(run_bot(settings, lambda: datetime.now(UTC), tell))


def demo(
    notes: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Your own notes in place of the sample notes.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="The notes that this settings file names.", dir_okay=False),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
) -> None:
    """Run the bot in a simulated Discord in the browser, without a token. Nothing is kept."""
    if notes and config:
        raise typer.BadParameter("the settings file names the notes; leave out --notes or --config")
    try:
        from digestbot.demo import run_demo, settings_for
    except ImportError as error:
        raise SettingsError(
            f"the demo needs the package {error.name}; install it with: pip install -r requirements/demo.txt"
        ) from error
    _configure_log("ERROR")  # the simulation probes a client of its own, which warns of what is no concern here
    settings = load_settings(config, os.environ) if config else settings_for(notes)
    asyncio.run(run_demo(settings, port, browser, typer.echo))


def _configure_log(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    # One line per gateway event or job is noise at the level where a person reads along.
    for name in ("discord", "apscheduler", "alembic", "watchfiles", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.getLogger().level, logging.WARNING))
    logging.getLogger("discord.client").addFilter(_in_one_line)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Tell a lost connection without its traceback: discord.py connects again by itself."""
    if record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
        record.msg = f"the connection to Discord is lost ({record.exc_info[1]!r}); trying again in %.0f s"
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
    return True
