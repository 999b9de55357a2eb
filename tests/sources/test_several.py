import shutil

import pytest

from digestbot.parsing import Rule, Rules
from digestbot.sources import Folder, Source, Sources
from tests.sources.conftest import ALPHA, BETA, GAMMA, World


def several(world: World, *names: str) -> Sources:
    """Return sources that read the folders of these names."""

    def source(name: str) -> Source:
        origin = Folder(world.folder / name, name)
        return Source(origin, world.library, world.ledger.papers, world.source._clock, label=name)  # pyright: ignore[reportPrivateUsage] - the same clock

    return Sources([source(name) for name in names], world.library)


async def test_files_of_two_sources_stand_side_by_side_under_their_names(world: World) -> None:
    world.write("one/a.md", ALPHA)
    world.write("two/a.md", BETA, GAMMA)
    sources = several(world, "one", "two")
    assert [(s.read_at, s.files) for s in await sources.status()] == [(None, 0)] * 2
    assert (await sources.read()).changed == 2
    one, two = await sources.status()
    assert (one.name, one.place, one.files, one.papers) == ("one", str(world.folder / "one"), 1, 1)
    assert (two.name, two.files, two.papers, two.trouble) == ("two", 1, 2, "")
    assert two.read_at is not None
    held = [paper.entries[0].source.file for paper in await world.library.search.newest(9)]
    assert sorted(held) == ["one/a.md", "two/a.md", "two/a.md"]


async def test_one_in_trouble_holds_back_no_other_and_loses_nothing(world: World) -> None:
    world.write("one/a.md", ALPHA)
    world.write("two/a.md", BETA)
    sources = several(world, "one", "two")
    await sources.read()
    shutil.rmtree(world.folder / "one")
    world.write("two/b.md", GAMMA)
    reading = await sources.sync()
    assert (reading.changed, reading.removed) == (1, 0)
    assert str(world.folder / "one") in reading.trouble
    assert await world.titles() == [ALPHA, BETA, GAMMA]
    assert [(d.file, d.severity) for d in await sources.diagnostics()] == [("one", "error")]
    assert [bool(status.trouble) for status in await sources.status()] == [True, False]


async def test_rules_that_are_about_no_file_are_told_beside_troubles(world: World) -> None:
    world.write("one/a.md", ALPHA)
    rules = [Rule(("drafts/**",), Rules(skip=True))]
    papers, clock = world.ledger.papers, world.source._clock  # pyright: ignore[reportPrivateUsage] - the same clock
    sources = Sources([Source(Folder(world.folder), world.library, papers, clock, rules=rules)], world.library)
    await sources.read()
    assert [d.found for d in await sources.diagnostics()] == ["no file matches “drafts/**” of notes.rules"]


@pytest.mark.parametrize("well", [True, False])
async def test_a_source_no_longer_named_is_forgotten_once_all_that_are_were_read(world: World, well: bool) -> None:
    world.write("one/a.md", ALPHA)
    world.write("two/a.md", BETA)
    await several(world, "one").read()
    if well:
        world.write("three/a.md", GAMMA)
    later = several(world, "two", "three")
    await later.read()
    assert await world.titles() == ([BETA, GAMMA] if well else [ALPHA, BETA])
    world.write("three/a.md", GAMMA)
    await later.read()
    assert await world.titles() == [BETA, GAMMA]


async def test_a_source_that_is_added_brings_an_archive(world: World) -> None:
    world.write("one/a.md", ALPHA)
    one = several(world, "one")
    await one.read()
    await one.read()
    world.write("two/a.md", BETA)
    both = several(world, "one", "two")
    await both.read()
    await both.read()
    assert await world.new() == 0
    world.write("two/b.md", GAMMA)
    await both.read()
    assert await world.new() == 1


async def test_where_one_changed_no_other_is_looked_at(world: World) -> None:
    world.write("one/a.md", ALPHA)
    world.write("two/a.md", BETA)
    sources = several(world, "one", "two")
    await sources.read()
    world.write("one/b.md", GAMMA)
    world.write("two/a.md", GAMMA)
    reading = await sources.read(only=next(iter(sources)))
    assert (reading.files, reading.changed) == (2, 1)


async def test_progress_is_told_over_all(world: World) -> None:
    world.write("one/a.md", ALPHA)
    world.write("two/a.md", BETA)
    told: list[tuple[int, int]] = []
    await several(world, "one", "two").read(lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)
