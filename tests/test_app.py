"""The bot as a whole, not connected to Discord."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

from digestbot.app import open_app
from digestbot.settings import load_settings
from digestbot.sources import Folder


class Growing(Folder):
    """A folder in which a note is written once the folder was read; `seen` when it was read, too."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self.seen = asyncio.Event()

    async def changes(self, stop: asyncio.Event) -> AsyncGenerator[None]:
        yield
        await asyncio.to_thread(write, self.path / "b.md", "Beta Video Transformers")
        yield
        self.seen.set()
        await stop.wait()


class Faulty(Folder):
    """A folder that cannot be watched for a reason that nobody thought of."""

    async def changes(self, stop: asyncio.Event) -> AsyncGenerator[None]:
        yield
        raise ZeroDivisionError


def write(path: Path, title: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"# 202404\n\n## Diffusion\n\n### {title}\n\n- **Keypoints:** memory\n", encoding="utf-8")


async def test_a_source_that_cannot_be_watched_ends_the_watching_of_no_other(tmp_path: Path) -> None:
    write(tmp_path / "one" / "a.md", "Alpha Diffusion Models")
    write(tmp_path / "two" / "a.md", "Gamma Long Video Memory")
    settings = tmp_path / "digestbot.toml"
    named = "".join(f'[[notes]]\nname = "{name}"\npath = "{tmp_path / name}"\n' for name in ("one", "two"))
    settings.write_text(f'{named}[data]\nfolder = "{tmp_path / "data"}"\n', encoding="utf-8")
    async with open_app(load_settings(settings, {}), lambda: datetime(2026, 3, 30, 9, tzinfo=UTC)) as app:
        await app.read()
        one, two = app.sources
        one.origin, two.origin = Faulty(tmp_path / "one", "one"), (growing := Growing(tmp_path / "two", "two"))
        await app.start()
        await asyncio.wait_for(growing.seen.wait(), 20)
        assert "Beta Video Transformers" in [paper.title for paper in await app.library.search.newest(9)]
