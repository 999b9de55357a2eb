from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digestbot.ledger import Ledger, open_ledger
from digestbot.library import Library, open_library
from digestbot.sources import Folder, Source

ALPHA, BETA, GAMMA = "Alpha Diffusion Models", "Beta Video Transformers", "Gamma Long Video Memory"


@dataclass(frozen=True)
class World:
    """A folder of notes with the library and the ledger that it is read into."""

    folder: Path
    library: Library
    ledger: Ledger
    source: Source

    def write(self, name: str, *titles: str, topic: str = "Diffusion") -> Path:
        """Write a note with these papers and return its path."""
        papers = "".join(f"### {title}\n- **Keypoints:** memory\n- **Objective:** about it\n\n" for title in titles)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# 202404\n\n## {topic}\n\n{papers}", encoding="utf-8")
        return path

    async def settle(self) -> None:
        """Read until nothing changes, which ends the import."""
        while (await self.source.read()).changed:
            pass

    async def titles(self) -> list[str]:
        return sorted(paper.title for paper in await self.library.search.newest(100))

    async def new(self) -> int:
        """Return how many papers are new to a channel that was set up before anything was read."""
        return len(await self.ledger.papers.since(0))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: datetime(2026, 3, 30, 9, tzinfo=UTC)


@pytest.fixture
async def world(tmp_path: Path, clock: Callable[[], datetime]) -> AsyncIterator[World]:
    folder = tmp_path / "notes"
    folder.mkdir()
    async with (
        open_library(tmp_path / "data", reader_version=1) as library,
        open_ledger(f"sqlite:///{tmp_path}/data/ledger.db") as ledger,
    ):
        yield World(folder, library, ledger, Source(Folder(folder), library, ledger.papers, clock))
