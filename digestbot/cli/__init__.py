"""The command line: `run`, `demo`, `check`, `export`, `preview`, `search`, and `ledger` with commands of its own.

Errors are one line on standard error that says what to do; `--debug`, anywhere on the line, shows the traceback too.
Exit status 0 is success, 1 an error that the person can mend, 2 a wrong command line, 70 a fault of the program.
"""

import errno
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import typer

from digestbot.cli.bot import demo, run
from digestbot.cli.ledger import ledger
from digestbot.cli.look import preview, search
from digestbot.cli.notes import check, export
from digestbot.cli.root import app
from digestbot.errors import DigestbotError

__all__ = ["main"]

_COMMANDS = {command.__name__: command for command in (run, demo, check, export, preview, search)}
for _command in _COMMANDS.values():
    app.command()(_command)
app.add_typer(ledger)


def main() -> None:
    """Run the command in `sys.argv` and exit with its status."""
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    sys.exit(_status(arguments, debug))


def _status(arguments: list[str], debug: bool) -> int:
    try:
        returned: object = app(arguments, prog_name="digestbot", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except typer.TyperException as error:
        return _fail(f"{error.format_message()} See '{_command_line(arguments)} --help'.", 2, debug)
    except DigestbotError as error:
        return _fail(_with_settings(str(error), arguments), 1, debug)
    except SystemExit:
        # This is how typer ends when whoever read the output has enough.
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        _abandon_output()
        return 0
    except Exception as error:  # noqa: BLE001 - the last place where a fault can be told in one line
        if isinstance(error, OSError) and error.errno in _FULL:
            _abandon_output()
            return _fail(f"there is no room left on {error.filename or _OUTPUT}; make room, then try again", 1, debug)
        return _fail(f"unexpected {type(error).__name__}: {error} (run it again with --debug and report it)", 70, debug)
    return returned if isinstance(returned, int) else 0


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OUTPUT = "the disk that the output goes to"


def _command_line(arguments: Sequence[str]) -> str:
    """Return the part of a command line that names the command, as far as there is one by that name."""
    named = ["digestbot"]
    commands = {c.callback.__name__ for c in app.registered_commands if c.callback} | {ledger.info.name}
    if arguments and arguments[0] in commands:
        named.append(arguments[0])
        of_ledger = {c.name or c.callback.__name__ for c in ledger.registered_commands if c.callback}
        if arguments[0] == ledger.info.name and len(arguments) > 1 and arguments[1] in of_ledger:
            named.append(arguments[1])
    return " ".join(named)


def _with_settings(message: str, arguments: Sequence[str]) -> str:
    """Let a command that an error recommends name the settings file that this one was given."""
    files = [after for given, after in pairwise(arguments) if given == "--config"]
    files += [given.removeprefix("--config=") for given in arguments if given.startswith("--config=")]
    told = f" --config {shlex.quote(files[-1])}" if files else ""
    return message.replace("digestbot ledger restore ", f"digestbot ledger restore{told} ")


def _abandon_output() -> None:
    """Throw away what is still buffered, which would fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, status: int, debug: bool) -> int:
    with suppress(OSError):  # standard error may be full, too; the status still tells
        if debug:
            traceback.print_exc()
        print("digestbot: " + " ".join(message.split()), file=sys.stderr)  # noqa: T201 - the command line's own voice
    return status
