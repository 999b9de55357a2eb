"""Opening the ledger."""

import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from digestbot.ledger.channels import Channels
from digestbot.ledger.database import open_database, sqlite_file
from digestbot.ledger.editions import Editions
from digestbot.ledger.migrate import migrate
from digestbot.ledger.papers import Papers
from digestbot.ledger.safekeeping.opening import check_file, first_file
from digestbot.ledger.state import State
from digestbot.threads import in_thread


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was promised, posted and seen; the truth about the world outside the notes."""

    papers: Papers
    channels: Channels
    editions: Editions
    state: State


@asynccontextmanager
async def open_ledger(
    url: str,
    *,
    read_only: bool = False,
    prefix: Callable[[], str] = lambda: secrets.token_hex(3),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncGenerator[Ledger, None]:
    """Open the ledger at a database URL, made or migrated if need be; `read_only` looks on beside a running bot.

    `sqlite:///data/ledger.db` is a relative path, `sqlite:////srv/ledger.db` an absolute one; `postgresql://…` needs
    the driver psycopg. `prefix` names a new ledger, for its nonces. Raises LedgerError if the ledger is locked,
    damaged or gone (it is left as it is), of a newer version, or cannot be written; so does every use of it.
    """
    file = sqlite_file(url)
    if file and not read_only and not await in_thread(check_file, file):
        await _make(file, clock)
    async with open_database(url, read_only=read_only) as database:
        await migrate(database, clock)
        if not read_only:
            await database.keep_a_log()
        state = State(database)
        name = await state.get("name")
        if name is None and not read_only:
            name = await state.keep("name", prefix())
        yield Ledger(Papers(database), Channels(database), Editions(database, name or ""), state)


async def _make(ledger: Path, clock: Callable[[], datetime]) -> None:
    async with first_file(ledger) as file:
        if file is not None:
            url = URL.create("sqlite", database=str(file)).render_as_string()
            async with open_database(url, read_only=False) as database:
                await migrate(database, clock)
