"""What is read again of a folder, shown with real files and every trick by which one changes unseen."""

import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digestbot.ledger import open_ledger
from digestbot.library import open_library
from digestbot.sources import Folder, Source
from digestbot.sources.folder import AT_REST
from digestbot.sources.origin import File, Snapshot, Text
from tests.sources.conftest import World

ALPHA, BETA = "Alpha Diffusion Models", "Betas Diffusion Models"
"""Titles of one length, as all sizes here have to be."""


class Noted(Folder):
    """A folder that notes which of its files are read, for which all was written a minute ago."""

    def __init__(self, path: Path, clock: Callable[[], float] = lambda: time.time() + 60) -> None:
        super().__init__(path, clock=clock)
        self.read: list[str] = []

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        async with super().snapshot() as snapshot:
            yield replace(snapshot, files=[self._noting(file) for file in snapshot.files])

    def _noting(self, file: File) -> File:
        def load() -> Text:
            self.read.append(file.name)
            return file.load()

        return replace(file, load=load)


async def sync(world: World, folder: Noted) -> tuple[list[str], int]:
    """Read the folder; return which files were read for it, and how many were found changed."""
    source = Source(folder, world.library, world.ledger.papers, lambda: datetime(2026, 3, 30, 9, tzinfo=UTC))
    folder.read.clear()
    reading = await source.read()
    return folder.read, reading.changed


@pytest.fixture
async def folder(world: World) -> Noted:
    """A folder of three notes that were read and are at rest."""
    for number in range(3):
        world.write(f"{number}.md", f"{ALPHA} {number}")
    folder = Noted(world.folder)
    assert await sync(world, folder) == (["0.md", "1.md", "2.md"], 3)
    return folder


async def test_an_unchanged_folder_is_not_read_again(world: World, folder: Noted) -> None:
    assert await sync(world, folder) == ([], 0)


async def test_after_a_restart_it_is_not_read_again_either(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_text(f"# {ALPHA}\n\n- **Objective:** x\n", encoding="utf-8")
    told: list[tuple[list[str], int]] = []
    for _ in range(2):
        async with (
            open_library(tmp_path / "data", reader_version=1) as library,
            open_ledger(f"sqlite:///{tmp_path}/data/ledger.db") as ledger,
        ):
            folder = Noted(tmp_path / "notes")
            source = Source(folder, library, ledger.papers, lambda: datetime(2026, 3, 30, 9, tzinfo=UTC))
            told.append((folder.read, (await source.read()).changed))
    assert told == [(["a.md"], 1), ([], 0)]


async def test_of_many_files_only_the_changed_one_is_read(world: World, folder: Noted) -> None:
    world.write("1.md", BETA)
    assert await sync(world, folder) == (["1.md"], 1)
    assert await sync(world, folder) == ([], 0)
    assert await world.titles() == [f"{ALPHA} 0", f"{ALPHA} 2", BETA]


async def test_a_change_of_the_same_size_under_the_old_date_is_read(world: World, folder: Noted) -> None:
    path = world.folder / "1.md"
    before = path.stat()
    world.write("1.md", f"{BETA} 1")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert await sync(world, folder) == (["1.md"], 1)
    assert f"{BETA} 1" in await world.titles()


async def test_an_older_copy_put_back_with_its_date_is_read(world: World, folder: Noted) -> None:
    path = world.folder / "1.md"
    old = path.read_bytes()
    world.write("1.md", f"{BETA} 1")
    await sync(world, folder)
    path.write_bytes(old)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert await sync(world, folder) == (["1.md"], 1)
    assert f"{ALPHA} 1" in await world.titles()


async def test_a_file_put_in_anothers_place_is_read(world: World, folder: Noted) -> None:
    path = world.folder / "1.md"
    before = path.stat()
    other = world.write("other.txt", f"{BETA} 1")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert await sync(world, folder) == (["1.md"], 1)
    assert f"{BETA} 1" in await world.titles()


async def test_a_folder_put_in_anothers_place_is_read_though_all_times_are_the_same(world: World) -> None:
    """Only the inode tells two files apart that were unpacked within one step of the clock."""
    ours, theirs = world.write("notes/a.md", ALPHA), world.write("aside/a.md", BETA)
    for _ in range(1000):
        for path in (ours, theirs):
            os.utime(path, (1_000_000_000, 1_000_000_000))
        if ours.stat().st_ctime_ns == theirs.stat().st_ctime_ns:
            break
    (world.folder / "aside").rename(world.folder / ".aside")
    folder = Noted(world.folder)
    await sync(world, folder)
    (world.folder / "notes").rename(world.folder / ".notes")
    (world.folder / ".aside").rename(world.folder / "notes")
    assert await sync(world, folder) == (["notes/a.md"], 1)
    assert await world.titles() == [BETA]


async def test_a_link_that_leads_elsewhere_is_read(world: World, folder: Noted) -> None:
    link = world.folder / "link.md"
    link.symlink_to("0.md")
    await sync(world, folder)
    link.unlink()
    link.symlink_to("1.md")
    assert await sync(world, folder) == (["link.md"], 1)


async def test_a_touched_file_is_read_once_and_not_changed(world: World, folder: Noted) -> None:
    (world.folder / "1.md").touch()
    assert await sync(world, folder) == (["1.md"], 0)
    assert await sync(world, folder) == ([], 0)


async def test_a_renamed_file_is_read_under_its_new_name(world: World, folder: Noted) -> None:
    (world.folder / "1.md").rename(world.folder / "9.md")
    assert await sync(world, folder) == (["9.md"], 1)
    assert (len(await world.titles()), await world.new()) == (3, 0)


async def test_two_files_that_changed_names_are_read(world: World, folder: Noted) -> None:
    (world.folder / "1.md").rename(world.folder / "x")
    (world.folder / "2.md").rename(world.folder / "1.md")
    (world.folder / "x").rename(world.folder / "2.md")
    assert await sync(world, folder) == (["1.md", "2.md"], 2)
    found = {paper.title: paper.entries[0].source.file for paper in await world.library.search.newest(9)}
    assert (found[f"{ALPHA} 1"], found[f"{ALPHA} 2"]) == ("2.md", "1.md")


@pytest.mark.parametrize(("later", "read"), [(AT_REST - 0.5, ["a.md"]), (AT_REST + 0.5, [])])
async def test_what_changed_just_before_the_look_is_looked_at_again(
    world: World, later: float, read: list[str]
) -> None:
    """A second change within the same step of the clock would leave no other trace."""
    path = world.write("a.md", ALPHA)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    changed = path.stat().st_ctime
    folder = Noted(world.folder, lambda: changed + later)
    await sync(world, folder)
    assert await sync(world, folder) == (read, 0)
    folder = Noted(world.folder, lambda: changed + AT_REST + 1)
    assert await sync(world, folder) == (read, 0)
    assert await sync(world, folder) == ([], 0)


async def test_a_file_dated_in_the_future_is_read_each_time(world: World, folder: Noted) -> None:
    os.utime(world.folder / "1.md", (4_000_000_000, 4_000_000_000))
    for _ in range(2):
        assert await sync(world, folder) == (["1.md"], 0)


async def test_a_stamp_that_is_lost_or_wrong_costs_one_reading(world: World, folder: Noted) -> None:
    await world.library.stamp(folder.key, {"0.md": "", "1.md": "nonsense", "never.md": "1 2 3 4"})
    assert await sync(world, folder) == (["0.md", "1.md"], 0)
    assert await sync(world, folder) == ([], 0)


async def test_what_could_not_be_read_is_tried_again(world: World, folder: Noted) -> None:
    path = world.folder / "1.md"
    kept = path.rename(world.folder / "kept")
    path.symlink_to(path)
    assert await sync(world, folder) == (["1.md"], 0)
    assert await sync(world, folder) == (["1.md"], 0)
    path.unlink()
    kept.rename(path)
    assert await sync(world, folder) == (["1.md"], 1)
    assert await sync(world, folder) == ([], 0)
