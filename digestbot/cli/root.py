"""The command `digestbot` itself, which the others are added to."""

from pathlib import Path
from typing import Annotated

import typer

from digestbot import __version__

app = typer.Typer(
    name="digestbot",
    help="Posts a reading group's new papers to Discord every week, and answers for them.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings file, in place of config/digestbot.toml.", dir_okay=False),
]
"""The option that every command with settings takes."""

NotesPaths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH...]", help="Markdown files, or folders of them; without one, the settings' own."),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"digestbot {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback with an error; works anywhere.")] = False,
) -> None:
    """Post a reading group's new papers to Discord every week, and answer for them."""
    # Both are taken from the line before a command runs (`main` takes --debug); they stand here for --help.
    del version, debug
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
