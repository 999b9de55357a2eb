"""The command line: `run`, `demo`, `check`, `export`, `preview`, `search`.

Errors are one line on standard error that says what to do; `--debug`, anywhere on the line, shows the traceback too.
Exit status 0 is success, 1 an error that the person can mend, 2 a wrong command line, 70 a fault of the program.
"""

import os
import sys
import traceback

import typer

from digestbot.cli.bot import demo, run
from digestbot.cli.look import preview, search
from digestbot.cli.notes import check, export
from digestbot.cli.root import app
from digestbot.errors import DigestbotError

__all__ = ["main"]

_COMMANDS = {command.__name__: command for command in (run, demo, check, export, preview, search)}
for _command in _COMMANDS.values():
    app.command()(_command)


def main() -> None:
    """Run the command in `sys.argv` and exit with its status."""
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    sys.exit(_status(arguments, debug))


def _status(arguments: list[str], debug: bool) -> int:
    try:
        returned: object = app(arguments, prog_name="digestbot", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        command = (
            arguments[0]
            if arguments and arguments[0] in {c.callback.__name__ for c in app.registered_commands if c.callback}
            else ""
        )
        return _fail(f"{error.format_message()} See '{f'digestbot {command}'.strip()} --help'.", 2, debug)
    except DigestbotError as error:
        return _fail(str(error), 1, debug)
    except SystemExit:
        # This is how typer ends when whoever read the output has enough.
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        # Whoever read the output has enough; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last place where a fault can be told in one line
        return _fail(f"unexpected {type(error).__name__}: {error} (run it again with --debug and report it)", 70, debug)
    return returned if isinstance(returned, int) else 0


def _fail(message: str, status: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print("digestbot: " + " ".join(message.split()), file=sys.stderr)  # noqa: T201 - the command line's own voice
    return status
