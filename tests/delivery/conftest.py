from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.staged import discord_py as discord_py
from tests.delivery.staged import titles, write
from tests.double import Double, open_double


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
