from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from digestbot.ledger import Channels, Editions, Papers, open_ledger
from digestbot.ledger.database import Database, open_database

Plan = Callable[[Awaitable[object]], Awaitable[str]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    async with open_ledger(url), open_database(url, read_only=True) as database:
        yield database


@pytest.fixture
def plan(database: Database) -> Plan:
    """Returns how SQLite goes about the last statement of a call."""
    statements: list[tuple[str, Any]] = []

    def remember(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", remember)

    async def explain(call: Awaitable[object]) -> str:
        await call
        statement, parameters = statements[-1]
        async with database.reading() as connection:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return " / ".join(row[-1] for row in rows)

    return explain


async def test_who_is_due_is_found_without_looking_at_who_is_not(database: Database, plan: Plan, now: datetime) -> None:
    assert "channels_due (paused=? AND next_at<?)" in await plan(Channels(database).due(now, 25))


async def test_what_is_unfinished_is_found_without_looking_at_history(database: Database, plan: Plan) -> None:
    assert "INDEX parts_unfinished" in await plan(Editions(database, "").unfinished_channels())


async def test_what_is_new_is_found_without_looking_at_the_rest(database: Database, plan: Plan) -> None:
    assert "rowid>?" in await plan(Papers(database).since(5))


async def test_what_was_posted_is_looked_up_by_paper(database: Database, plan: Plan) -> None:
    assert "edition_papers_had (channel_id=? AND sequence=?)" in await plan(Editions(database, "").posted([1], [1, 2]))
