"""Opening the ledger."""

import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from digestbot.ledger.channels import Channels
from digestbot.ledger.database import open_database
from digestbot.ledger.editions import Editions
from digestbot.ledger.migrate import migrate
from digestbot.ledger.papers import Papers
from digestbot.ledger.state import State


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was promised, posted and seen; the truth about the world outside the notes."""

    papers: Papers
    channels: Channels
    editions: Editions
    state: State


@asynccontextmanager
async def open_ledger(
    url: str, *, read_only: bool = False, prefix: Callable[[], str] = lambda: secrets.token_hex(3)
) -> AsyncGenerator[Ledger, None]:
    """Open the ledger at a database URL, made or migrated if need be; `read_only` looks on beside a running bot.

    `sqlite:///data/ledger.db` is a relative path, `sqlite:////srv/ledger.db` an absolute one; `postgresql://…` needs
    the driver psycopg. `prefix` names a new ledger, for its nonces. Raises LedgerError if the ledger is locked,
    damaged (it is left as it is), of a newer version, or cannot be written; so does every use of it.
    """
    async with open_database(url, read_only=read_only) as database:
        await migrate(database)
        state = State(database)
        name = await state.get("name")
        if name is None and not read_only:
            name = await state.keep("name", prefix())
        yield Ledger(Papers(database), Channels(database), Editions(database, name or ""), state)
