from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.delivery.staged import addresses, titles, write
from tests.double import Double, open_double


@pytest.fixture
def discord_py(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put discord.py's addresses back afterwards."""
    with addresses(monkeypatch):
        yield


@pytest.fixture
async def double(discord_py: None) -> AsyncIterator[Double]:
    async with open_double() as double:
        yield double


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Hold a bot's notes, for a start some that are its archive."""
    (tmp_path / "notes").mkdir()
    write(tmp_path, "a.md", titles("Alpha", 12))
    return tmp_path
