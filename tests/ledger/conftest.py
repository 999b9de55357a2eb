import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from digestbot.ledger import Ledger, open_ledger
from digestbot.models import Entry, Link, Source

POSTGRES = os.environ.get("DIGESTBOT_POSTGRES", "")
MakeEntry = Callable[..., Entry]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.fixture
def entry() -> MakeEntry:
    def make(title: str, arxiv: str = "", file: str = "a.md", line: int = 1) -> Entry:
        links = (Link("arxiv", "arXiv", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
        return Entry(title=title, links=links, source=Source(file, line))

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; PostgreSQL only where DIGESTBOT_POSTGRES names one (everything in it is dropped)."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    if not POSTGRES:
        pytest.skip("DIGESTBOT_POSTGRES names no database")
    engine = create_async_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://"))
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    return POSTGRES


@pytest.fixture
async def ledger(url: str) -> AsyncIterator[Ledger]:
    async with open_ledger(url) as opened:
        yield opened
