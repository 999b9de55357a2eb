"""Small things to remember between two starts."""

from sqlalchemy import delete, insert, select

from digestbot.ledger.database import Database
from digestbot.ledger.tables import state


class State:
    """Texts by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """Return what is remembered under a key, None if nothing is."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(state.c.value).where(state.c.key == key))).scalar()

    async def set(self, key: str, value: str) -> None:
        """Remember a text under a key."""
        async with self._database.writing() as connection:
            await connection.execute(delete(state).where(state.c.key == key))
            await connection.execute(insert(state).values(key=key, value=value))

    async def keys(self, beginning: str) -> tuple[str, ...]:
        """Return the keys that begin so."""
        query = select(state.c.key).where(state.c.key.startswith(beginning, autoescape=True))
        async with self._database.reading() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def forget(self, *beginnings: str) -> None:
        """Forget all keys that begin like one of these."""
        async with self._database.writing() as connection:
            for beginning in beginnings:
                await connection.execute(delete(state).where(state.c.key.startswith(beginning, autoescape=True)))

    async def keep(self, key: str, value: str) -> str:
        """Remember a text under a key unless one is remembered there, and return the one that is."""
        async with self._database.writing() as connection:
            there = (await connection.execute(select(state.c.value).where(state.c.key == key))).scalar()
            if there is None:
                await connection.execute(insert(state).values(key=key, value=value))
            return value if there is None else there
