from collections.abc import AsyncIterator, Iterator

import pytest

from tests.delivery.staged import addresses
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
