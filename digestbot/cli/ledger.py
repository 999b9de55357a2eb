"""`ledger`: backing up, checking and restoring what was promised and posted."""

import os
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from digestbot.cli.root import Config
from digestbot.errors import LedgerError, LibraryError
from digestbot.ledger import (
    Contents,
    backups,
    check_backup,
    examine,
    make_backup,
    newest_good,
    prune,
    restore,
    sqlite_file,
    verify_ledger,
)
from digestbot.library.database import claim
from digestbot.settings import Settings, load_settings

ledger = typer.Typer(
    name="ledger", help="Back up, check and restore the ledger: what was promised and posted.", rich_markup_mode=None
)

_AGES = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_SIZES = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


@ledger.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    """Back up, check and restore the ledger: what was promised and posted."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@ledger.command()
def backup(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write this file, in place of the folder for backups.")
    ] = None,
    config: Config = None,
) -> None:
    """Back the ledger up, beside a running bot."""
    settings = load_settings(config, os.environ)
    path, now = _file(settings), datetime.now(UTC)
    made = make_backup(path, now, to)
    if to is None and settings.data.keep_backups:
        prune(path, settings.data.keep_backups, now)
    typer.echo(f"{made}: {_told(examine(made), now)}")


@ledger.command()
def verify(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A backup, not the ledger in use.")] = None,
    config: Config = None,
) -> None:
    """Read a ledger through and tell what it holds; the exit status is 1 if it is damaged."""
    path = _file(load_settings(config, os.environ))
    now = datetime.now(UTC)
    if file is not None:
        typer.echo(f"{file}: sound: {_told(check_backup(file), now)}")
        return
    typer.echo(f"{path}: sound: {_told(verify_ledger(path), now)}")


@ledger.command("list")
def list_backups(config: Config = None) -> None:
    """List the backups in the folder, the newest first."""
    path = _file(load_settings(config, os.environ))
    now = datetime.now(UTC)
    for kept in backups(path):
        typer.echo(f"{kept.path}  {_size(kept.path.stat().st_size)}  made {_age(now, kept.made_at)}")
    if not backups(path):
        typer.echo("There are no backups yet: the bot makes one a day, or make one with: digestbot ledger backup")


@ledger.command("restore")
def restore_backup(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A backup, not the newest good one.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
) -> int:
    """Put a backup in the ledger's place; the bot must be stopped. The ledger that is there is kept aside."""
    settings = load_settings(config, os.environ)
    path, now = _file(settings), datetime.now(UTC)
    chosen = file or _newest(path)
    contents = check_backup(chosen)
    with _stopped(settings):
        typer.echo(f"{chosen}: sound: {_told(contents, now)}")
        if not yes and not _confirmed(path):
            typer.echo("Nothing was changed.")
            return 1
        aside = restore(path, chosen, now)
    typer.echo(f"{path}: restored" + (f"; the ledger that was there is kept as {aside}" if aside else ""))
    return 0


def _file(settings: Settings) -> Path:
    path = sqlite_file(settings.data.ledger_url)
    if path is None:
        raise LedgerError("the ledger is in PostgreSQL; back it up and restore it with pg_dump and pg_restore")
    return path


def _newest(ledger: Path) -> Path:
    good = newest_good(ledger)
    if good is None:
        raise LedgerError(f"{ledger}: there is no sound backup of it; name one: digestbot ledger restore FILE")
    return good.path


@contextmanager
def _stopped(settings: Settings) -> Generator[None]:
    """Keep bots from starting on the data folder meanwhile. Raises LedgerError if one runs."""
    try:
        claimed = claim(settings.data.folder)
    except LibraryError as error:
        raise LedgerError(f"the ledger is not restored while a bot may use it; stop the bot. {error}") from error
    with closing(claimed):
        yield


def _confirmed(ledger: Path) -> bool:
    if not sys.stdin.isatty():
        raise LedgerError("nobody can be asked here whether to restore; add --yes")
    return typer.confirm(f"Put it in the place of {ledger}? What was posted since then is not in it.")


def _told(contents: Contents, now: datetime) -> str:
    c = contents
    counted = ((c.papers, "paper"), (c.channels, "channel"), (c.editions, "edition"), (c.unposted, "unposted part"))
    last = f"made {_age(now, c.made_at)}" if c.made_at else f"last event {_age(now, c.until)}" if c.until else ""
    parts = (*(_number(*c) for c in counted), _size(c.size), f"version {c.version}", last)
    return ", ".join(filter(None, parts))


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _size(size: int) -> str:
    return next((f"{size / unit:.1f} {name}" for name, unit in _SIZES if size >= unit), f"{size} bytes")


def _age(now: datetime, moment: datetime) -> str:
    seconds = (now - moment).total_seconds()
    age = next((_number(int(seconds // unit), name) for name, unit in _AGES if seconds >= unit), "")
    return f"{age} ago ({moment:%Y-%m-%d %H:%M} UTC)" if age else f"just now ({moment:%Y-%m-%d %H:%M} UTC)"
