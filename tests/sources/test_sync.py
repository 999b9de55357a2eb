import shutil
from pathlib import Path
from typing import Protocol

import pytest

from digestbot.ledger import Ledger
from digestbot.library import Library
from digestbot.sources import Source


class World(Protocol):
    folder: Path
    library: Library
    ledger: Ledger
    source: Source

    def write(self, name: str, *titles: str, topic: str = "Diffusion") -> Path: ...
    async def titles(self) -> list[str]: ...
    async def new(self) -> int: ...


ALPHA, BETA, GAMMA = "Alpha Diffusion Models", "Beta Video Transformers", "Gamma Long Video Memory"


async def test_the_first_reading_is_archive_and_what_comes_later_is_new(world: World) -> None:
    world.write("a.md", ALPHA)
    first = await world.source.read()
    assert (first.files, first.changed, await world.new()) == (1, 1, 0)
    world.write("b.md", BETA)
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.new() == 1


async def test_unchanged_files_are_not_read_again(world: World) -> None:
    world.write("a.md", ALPHA)
    await world.source.read()
    again = await world.source.read()
    assert (again.files, again.changed) == (1, 0)


async def test_a_changed_file_changes_its_own_papers_only(world: World) -> None:
    world.write("a.md", ALPHA, BETA)
    world.write("b.md", GAMMA)
    await world.source.read()
    world.write("a.md", ALPHA)
    assert (await world.source.read()).changed == 1
    assert await world.titles() == [ALPHA, GAMMA]


async def test_a_removed_file_takes_its_papers_and_restoring_it_makes_nothing_new(world: World) -> None:
    path = world.write("a.md", ALPHA)
    world.write("b.md", BETA)
    await world.source.read()
    kept = path.read_bytes()
    path.unlink()
    assert (await world.source.read()).removed == 1
    assert await world.titles() == [BETA]
    path.write_bytes(kept)
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.new() == 0


async def test_a_moved_file_makes_nothing_new(world: World) -> None:
    path = world.write("a.md", ALPHA)
    world.write("b.md", BETA)
    await world.source.read()
    path.rename(world.folder / "moved.md")
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.new() == 0


async def test_a_folder_exchanged_for_another_floods_nothing(world: World) -> None:
    world.write("sample.md", ALPHA)
    await world.source.read()
    (world.folder / "sample.md").unlink()
    world.write("real.md", BETA, GAMMA)
    await world.source.read()
    assert await world.titles() == [BETA, GAMMA]
    assert await world.new() == 0


async def test_an_unreadable_file_keeps_its_last_good_papers(world: World) -> None:
    path = world.write("a.md", ALPHA)
    world.write("b.md", BETA)
    await world.source.read()
    path.unlink()
    (world.folder / "elsewhere").mkdir()
    path.symlink_to(world.folder / "a.md")  # a loop: reading it fails for every user, root too
    reading = await world.source.read()
    assert reading.unreadable == 1
    assert await world.titles() == [ALPHA, BETA]
    assert [d.file for d in await world.source.diagnostics() if d.severity == "error"] == ["a.md"]


async def test_a_readable_again_file_is_read_again(world: World) -> None:
    path = world.write("a.md", ALPHA)
    await world.source.read()
    kept = path.read_bytes()
    path.unlink()
    path.symlink_to(path)
    await world.source.read()
    path.unlink()
    path.write_bytes(kept)
    await world.source.read()
    assert await world.source.diagnostics() == ()
    assert await world.titles() == [ALPHA]


@pytest.mark.parametrize("gone", [True, False])
async def test_a_folder_gone_or_suddenly_empty_keeps_the_library_and_says_so(world: World, gone: bool) -> None:
    world.write("a.md", ALPHA)
    await world.source.read()
    shutil.rmtree(world.folder)
    if not gone:
        world.folder.mkdir()
    reading = await world.source.read()
    assert str(world.folder) in reading.trouble
    assert await world.titles() == [ALPHA]
    assert (await world.source.diagnostics())[0].done == "the papers read before are kept"
    world.folder.mkdir(exist_ok=True)
    world.write("a.md", ALPHA)
    assert (await world.source.read()).trouble == ""
    assert await world.source.diagnostics() == ()


async def test_a_library_made_again_makes_nothing_new(world: World) -> None:
    world.write("a.md", ALPHA)
    await world.source.read()
    world.write("b.md", BETA)
    await world.source.read()
    await world.library.remove(world.source.name, ["a.md", "b.md"])
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.new() == 1


async def test_progress_is_told_to_the_end(world: World) -> None:
    for number in range(3):
        world.write(f"{number}.md", f"{ALPHA} {number}")
    told: list[tuple[int, int]] = []
    await world.source.read(lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
