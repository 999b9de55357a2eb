"""The real bot as a process that a test may kill: `python -m tests.delivery.runner`, told by its environment.

FOLDER has notes, data and an empty settings file; OFFSET are the seconds by which its clock is ahead of the machine's.
With COMMIT=4 it kills itself just before its ledger's fourth commit, with BEGIN=4 as soon as it goes on after it.
Waiting passes twenty times as fast as time does; see `tests.delivery.quick`.
"""

import asyncio
import logging
import os
import signal
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from digestbot.app import run_bot
from digestbot.settings import load_settings
from tests.delivery.quick import QuickLoop

_SPEED = 20


def main() -> None:
    """Run the bot until it is told to stop, or killed."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    settings = load_settings(Path(os.environ["FOLDER"], "digestbot.toml"), os.environ)
    offset = timedelta(seconds=float(os.environ["OFFSET"]))
    for moment in ("commit", "begin"):
        if number := int(os.environ.get(moment.upper(), "0")):
            _die_at(moment, number)
    with asyncio.Runner(loop_factory=lambda: QuickLoop(_SPEED)) as runner:
        runner.run(run_bot(settings, lambda: datetime.now(UTC) + offset, lambda _done, _total: None))


def _die_at(moment: str, number: int) -> None:
    times = count(1)

    def die(_connection: Any) -> None:
        if next(times) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, moment, die)


if __name__ == "__main__":
    main()
