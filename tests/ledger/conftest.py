import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from digestbot.ledger import Ledger, open_ledger
from digestbot.models import Entry, Link, Location

POSTGRES = os.environ.get("DIGESTBOT_POSTGRES", "")
MakeEntry = Callable[..., Entry]


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.fixture
def entry() -> MakeEntry:
    def make(title: str, arxiv: str = "", file: str = "a.md", line: int = 1) -> Entry:
        links = (Link("arxiv", "arXiv", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
        return Entry(title=title, links=links, source=Location(file, line))

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


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB of its own, to be filled."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system takes root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def fill() -> Callable[[Path], None]:
    """Returns what writes a file `filler` until the disk is full."""

    def write(folder: Path) -> None:
        with (folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(b"x" * 4096)

    return write
