import asyncio
import os
from pathlib import Path

import pytest

from digestbot.sources import watch
from digestbot.sources.watch import Change, _NotesFilter  # pyright: ignore[reportPrivateUsage] - what it lets through


async def wait_for_change(folder: Path, write: Path) -> None:
    """Wait until the watcher tells of a note written while it watched."""
    stop = asyncio.Event()
    seen = watch(folder, stop)
    await anext(seen)  # it listens from here on
    told = asyncio.ensure_future(anext(seen))
    await asyncio.to_thread(write.parent.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(write.write_text, "# A note")
    await told
    stop.set()
    await seen.aclose()


async def told_in_spite_of(folder: Path, obstacle: bytes) -> None:
    """Wait until the watcher tells of a file whose name is not UTF-8, and then of an ordinary note."""
    stop = asyncio.Event()
    seen = watch(folder, stop, again=0.01)
    await anext(seen)
    for name in (obstacle, b"a.md"):
        told = asyncio.ensure_future(anext(seen))
        await asyncio.to_thread((folder / os.fsdecode(name)).write_text, "# A note")
        await told
    stop.set()
    await seen.aclose()


async def test_a_written_note_is_told(tmp_path: Path) -> None:
    await asyncio.wait_for(wait_for_change(tmp_path, tmp_path / "a.md"), 20)


async def test_a_folder_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    await asyncio.wait_for(wait_for_change(tmp_path / "notes", tmp_path / "notes" / "a.md"), 20)


async def test_a_name_that_is_no_utf8_does_not_end_the_watching(tmp_path: Path) -> None:
    await asyncio.wait_for(told_in_spite_of(tmp_path, b"caf\xe9.md"), 20)


async def test_a_folder_whose_name_is_no_utf8_is_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    await asyncio.to_thread(folder.mkdir)
    await asyncio.wait_for(told_in_spite_of(folder, b"b.md"), 20)


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("a.md", True), ("a.Markdown", True), ("papers", True), (".#a.md", False), (".git", False), ("a.md.swp", False)],
)
def test_what_cannot_be_a_note_is_not_told(tmp_path: Path, name: str, is_told: bool) -> None:
    assert _NotesFilter(tmp_path, tmp_path)(Change.added, str(tmp_path / name)) is is_told
