import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digestbot.ledger import make_backup, open_ledger, restore
from digestbot.library import open_library
from digestbot.models import Note
from digestbot.parsing import Rule, Rules, read_note
from digestbot.sources import Folder, Source, Sources
from tests.sources.conftest import ALPHA, BETA, GAMMA, World


def now() -> datetime:
    return datetime(2026, 3, 30, 9, tzinfo=UTC)


async def test_the_first_reading_is_archive_and_what_comes_later_is_new(world: World) -> None:
    world.write("a.md", ALPHA)
    first = await world.source.read()
    assert (first.files, first.changed, await world.new()) == (1, 1, 0)
    await world.settle()
    world.write("b.md", BETA)
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.new() == 1


async def test_an_archive_that_is_still_being_copied_is_archive_to_its_end(world: World) -> None:
    assert (await world.source.read()).trouble
    world.write("a.md", ALPHA)
    await world.source.read()
    world.write("b.md", BETA)
    await world.settle()
    assert await world.new() == 0
    world.write("c.md", GAMMA)
    await world.source.read()
    assert await world.new() == 1


async def test_unchanged_files_are_not_read_again(world: World) -> None:
    world.write("a.md", ALPHA)
    await world.source.read()
    again = await world.source.read()
    assert (again.files, again.changed) == (1, 0)


async def test_what_a_restored_ledger_does_not_know_is_read_again(world: World, tmp_path: Path) -> None:
    """The library knows these files, under numbers that the ledger now gives in another order."""
    world.write("m.md", ALPHA)
    await world.settle()
    now = datetime(2026, 3, 30, 9, tzinfo=UTC)
    ledger_file = tmp_path / "data" / "ledger.db"
    make_backup(ledger_file, now, tmp_path / "backup.db")
    for name, title in (("z.md", BETA), ("a.md", GAMMA)):
        world.write(name, title)
        await world.source.read()
    restore(ledger_file, tmp_path / "backup.db", now)
    async with open_ledger(f"sqlite:///{ledger_file}") as ledger:
        source = Source(Folder(world.folder), world.library, ledger.papers, lambda: now)
        assert (await source.read()).changed == 2
        assert (await source.read()).changed == 0
        held = await world.library.search.sequences(list(await ledger.papers.since(0)))
        assert [paper.title for _, paper in sorted(held.items())] == [GAMMA, BETA]
        for sequence, paper in held.items():
            assert await ledger.papers.aliases(paper.key) == (paper.key,)
            assert paper.sequence == sequence
        assert await world.titles() == [ALPHA, BETA, GAMMA]


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
    await world.settle()
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
    await world.settle()
    path.rename(world.folder / "moved.md")
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.new() == 0


async def test_a_paper_added_while_all_files_are_renamed_is_new(world: World) -> None:
    world.write("a.md", ALPHA, GAMMA).rename(world.folder / "old.md")
    await world.settle()
    (world.folder / "old.md").unlink()
    world.write("new.md", ALPHA, GAMMA, BETA)
    await world.source.read()
    assert await world.new() == 1


@pytest.mark.parametrize("shared", ["other.md", "README.md"])
async def test_notes_exchanged_for_others_flood_nothing(world: World, shared: str) -> None:
    world.write("README.md", "Zeta Sample Paper")
    world.write("sample.md", ALPHA)
    await world.settle()
    shutil.rmtree(world.folder)
    world.folder.mkdir()
    world.write(shared, BETA, ALPHA, "Theta Sparse Attention")
    await world.source.read()
    world.write("late.md", GAMMA, "Delta Retrieval Agents")
    await world.settle()
    assert len(await world.titles()) == 5
    assert await world.new() == 0


async def test_young_notes_that_grow_in_every_file_bring_new_papers(world: World) -> None:
    world.write("README.md", ALPHA)
    world.write("a.md", BETA)
    await world.settle()
    world.write("README.md", ALPHA, GAMMA, "Delta Retrieval Agents")
    world.write("a.md", BETA, "Theta Sparse Attention", "Eta Speech Tokens", "Iota Graph Search")
    assert len((await world.source.read()).sighted) == await world.new() == 5


async def test_notes_thinned_out_in_every_file_bring_a_new_paper(world: World) -> None:
    world.write("a.md", ALPHA, GAMMA)
    world.write("b.md", BETA, "Delta Retrieval Agents")
    await world.settle()
    world.write("a.md", ALPHA)
    world.write("b.md", BETA, "Theta Sparse Attention")
    await world.source.read()
    assert await world.new() == 1


async def test_a_file_deleted_while_the_library_is_made_again_is_gone_for_the_ledger_too(world: World) -> None:
    world.write("a.md", ALPHA)
    path = world.write("b.md", BETA)
    await world.settle()
    await world.library.remove(world.source.name, ["a.md", "b.md"])
    path.unlink()
    await world.source.read()
    assert set(await world.ledger.papers.files(world.source.name)) == {"a.md"}


async def test_a_draft_is_new_when_it_leaves_the_folder_that_the_rules_leave_out(world: World) -> None:
    rules = [Rule(("drafts/**",), Rules(skip=True))]
    source = Source(Folder(world.folder), world.library, world.ledger.papers, now, rules=rules)
    world.write("a.md", ALPHA)
    draft = world.write("drafts/b.md", BETA)
    await source.read()
    await source.read()
    draft.rename(world.folder / "b.md")
    await source.read()
    assert (await world.titles(), await world.new()) == ([ALPHA, BETA], 1)


async def test_a_single_file_that_is_written_anew_each_week_brings_new_papers(world: World) -> None:
    world.write("week.md", ALPHA)
    await world.settle()
    world.write("week.md", BETA, GAMMA)
    await world.source.read()
    assert await world.new() == 2


async def test_another_folder_in_the_settings_takes_the_place_of_the_old_one(world: World, tmp_path: Path) -> None:
    world.write("a.md", ALPHA)
    await world.settle()
    other = tmp_path / "other"
    shutil.copytree(world.folder, other)
    (other / "a.md").write_text((other / "a.md").read_text("utf-8").replace(ALPHA, BETA), encoding="utf-8")
    await Sources([Source(Folder(other), world.library, world.ledger.papers, now)], world.library).read()
    assert await world.titles() == [BETA]
    assert await world.new() == 0


async def test_a_folder_whose_name_is_no_utf8_is_read(world: World) -> None:
    folder = world.folder / os.fsdecode(b"caf\xe9")
    world.write(f"{folder.name}/a.md", ALPHA)
    source = Source(Folder(folder), world.library, world.ledger.papers, now)
    assert (await source.read()).changed == 1
    (await source.status()).place.encode()


async def test_a_folder_that_cannot_be_listed_keeps_its_papers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("open/a.md", ALPHA)
    world.write("closed/b.md", BETA)
    await world.settle()
    real = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may list any folder, so the system call has to say no
    reading = await world.source.read()
    assert (reading.removed, reading.unreadable) == (0, 1)
    assert await world.titles() == [ALPHA, BETA]
    assert [d.file for d in await world.library.diagnostics()] == ["closed"]
    monkeypatch.undo()
    await world.source.read()
    assert await world.titles() == [ALPHA, BETA]
    assert await world.library.diagnostics() == ()


async def test_a_file_on_which_the_reader_fails_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str, file: str, rules: Rules) -> Note:
        if file == "a.md":
            raise RecursionError("too deep")
        return read_note(text, file)

    monkeypatch.setattr("digestbot.sources.sync.read_note", fail)
    world.write("a.md", ALPHA)
    world.write("b.md", BETA)
    reading = await world.source.read()
    assert (reading.changed, reading.unreadable) == (1, 1)
    assert await world.titles() == [BETA]
    assert "the reader failed" in (await world.library.diagnostics())[0].found


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
    assert [d.file for d in await world.library.diagnostics() if d.severity == "error"] == ["a.md"]


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
    assert await world.library.diagnostics() == ()
    assert await world.titles() == [ALPHA]


@pytest.mark.parametrize("gone", [True, False])
async def test_a_folder_gone_or_suddenly_empty_keeps_the_library_and_says_so(
    world: World, gone: bool, caplog: pytest.LogCaptureFixture
) -> None:
    world.write("a.md", ALPHA)
    await world.source.read()
    shutil.rmtree(world.folder)
    if not gone:
        world.folder.mkdir()
    reading = await world.source.read()
    assert str(world.folder) in reading.trouble
    assert (await world.source.read()).trouble == reading.trouble
    assert len([record for record in caplog.records if reading.trouble in record.getMessage()]) == 1
    assert await world.titles() == [ALPHA]
    assert world.source.trouble is not None
    assert world.source.trouble.done == "the papers read before are kept"
    world.folder.mkdir(exist_ok=True)
    world.write("a.md", ALPHA)
    assert (await world.source.read()).trouble == ""
    assert world.source.trouble is None
    assert await world.library.diagnostics() == ()


async def test_a_library_made_again_makes_nothing_new(world: World) -> None:
    world.write("a.md", ALPHA)
    await world.settle()
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


async def test_other_rules_give_another_reading_and_nothing_new(world: World) -> None:
    """Only the file that the rules name is read again; a paper that they bring to light is archive."""
    world.write("a.md", ALPHA)
    plain = world.folder / "b.md"
    plain.write_text(f"# Notes\n\n## {BETA}\n\nRead it.\n\n## {GAMMA}\n\nThat too.\n", encoding="utf-8")
    await world.settle()
    assert await world.titles() == [ALPHA]
    rules = [Rule(("b.md", "c/*.md"), Rules(papers="level 2"))]
    ruled = Source(Folder(world.folder), world.library, world.ledger.papers, lambda: datetime.now(UTC), rules=rules)
    assert (await ruled.read()).changed == 1
    assert await world.titles() == [ALPHA, BETA, GAMMA]
    assert await world.new() == 0
    assert [d.found for d in ruled.idle] == ["no file matches “c/*.md” of notes.rules"]
    assert (await ruled.read()).changed == 0
    assert (await world.source.read()).changed == 1
    assert (await world.titles(), await world.new()) == ([ALPHA], 0)


async def test_rules_hold_below_a_named_source_and_over_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "video").mkdir()
    (folder / "a.md").write_text(f"# Notes\n\n## {BETA}\n\nRead it.\n", encoding="utf-8")
    (folder / "video/b.md").write_text(f"# Notes\n\n## {GAMMA}\n\nThat too.\n", encoding="utf-8")
    rules = [Rule(("**",), Rules(papers="level 2", topics="folder")), Rule(("grp/*.md",), Rules(skip=True))]

    async def read(rules: list[Rule]) -> tuple[int, list[str], int]:
        async with (
            open_library(tmp_path, reader_version=1) as library,
            open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger,
        ):
            source = Source(Folder(folder, "grp"), library, ledger.papers, now, label="grp", rules=rules)
            changed = (await source.read()).changed
            await source.read()
            if rules:
                assert [d.found for d in source.idle] == ["no file matches “grp/*.md” of notes.rules"]
            every = await library.search.newest(10)
            assert {topic for paper in every for topic in paper.topics} == ({"video"} if every else set())
            found = [paper.title for paper in every]
            return changed, sorted(found), len(await ledger.papers.since(0))

    assert await read([]) == (2, [], 0)
    assert await read(rules) == (2, [BETA, GAMMA], 0)
    assert await read(rules) == (0, [BETA, GAMMA], 0)
    assert await read([]) == (2, [], 0)
