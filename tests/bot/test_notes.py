import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.bot import Checkup, ids
from digestbot.bot.checkup import NEW, Health, Synced, findings
from digestbot.bot.views import notes as views
from digestbot.models import Diagnostic, Paper, StoredNote
from digestbot.sources import Commit, Reading, Sources, Status

World = Any
Said = Callable[[Any], str]
IdsOf = Callable[[Any], list[str]]
NOTE = "# LLM\n\n- [Alpha: Long Context Language Models](https://arxiv.org/abs/2410.00001)\n"


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """The folder of the world's one source."""
    folder = tmp_path / "group"
    folder.mkdir()
    (folder / "a.md").write_text(NOTE, encoding="utf-8")
    return folder


async def has(world: World, *found: Diagnostic) -> None:
    await world.library.put("group", [StoredNote("bad.md", str(found), (), found)])


def doubts(number: int) -> list[Diagnostic]:
    return [Diagnostic("bad.md", i + 1, "warning", f"“{i}” *has* no link", "left it out") for i in range(number)]


async def test_status_tells_sources_kinds_and_places_the_worst_first(
    group: Path, world: World, said: Said, ids_of: IdsOf
) -> None:
    await world.manager.slash(world.channel, "notes sync")
    await has(world, *doubts(12), Diagnostic("bad.md", 0, "error", "not text", "kept"))
    answer = await world.manager.slash(world.channel, "notes status")
    text = said(answer)
    assert answer.ephemeral
    assert "**group**\n-# 1 file · 1 paper · read <t:1774440000:R>" in text
    assert "⚠️ **12** × “…” \\*has\\* no link" in text
    assert text.index("❌ `bad.md`\n") < text.index("⚠️ `bad.md:1`\n") < text.index("⚠️ `bad.md:4`\n")
    assert "bad.md:5" not in text
    assert [i.split(":")[1:3] for i in ids_of(answer)][:2] == [["all", "first"], ["error", "first"]]


async def test_pages_and_filters_work_after_a_restart_and_old_ones_say_so(
    group: Path, world: World, said: Said
) -> None:
    await has(world, *doubts(12), Diagnostic("bad.md", 0, "error", "not text", "kept"))
    answer = await world.manager.slash(world.channel, "notes status")
    await world.restart()
    again = "read again since that page"
    text = said(await world.manager.click((answer.response or answer.followups[-1]), label="Next"))
    assert "`bad.md:5`" in text
    assert again not in text
    text = said(await world.manager.click((answer.response or answer.followups[-1]), label="12 warnings"))
    assert "not text → kept" not in text
    assert "`bad.md:1`" in text
    await has(world, *doubts(2))
    text = said(await world.manager.click((answer.response or answer.followups[-1]), label="Next"))
    assert again in text
    assert "`bad.md:2`" in text


async def test_sync_tells_what_is_new(group: Path, world: World, said: Said) -> None:
    text = said(await world.manager.slash(world.channel, "notes sync"))
    assert "1 file · 1 new or changed · 0 gone" in text
    assert "**1 new paper**\n- Alpha: Long Context Language Models" in text
    (group / "a.md").rename(group / "b.md")
    text = said(await world.manager.slash(world.channel, "notes sync"))
    assert "1 new or changed · 1 gone\n`b.md` · `a.md`\n" in text
    assert "No new papers." in text
    (group / "b.md").write_text(NOTE.replace("Alpha", "Alphas").replace("00001", "00001v2"), encoding="utf-8")
    assert "No new papers." in said(await world.manager.slash(world.channel, "notes sync"))
    (group / "b.md").write_text(NOTE.replace("https://arxiv.org/abs/2410.00001", "https://x.org/a"), encoding="utf-8")
    await world.manager.slash(world.channel, "notes sync")
    (group / "b.md").write_text(NOTE, encoding="utf-8")
    assert "No new papers." in said(await world.manager.slash(world.channel, "notes sync"))


async def test_of_many_changed_files_and_new_papers_a_few_are_named(group: Path, world: World, said: Said) -> None:
    for number in range(NEW + 2):
        text = NOTE.replace("Alpha", f"Study {number}").replace("00001", f"{number + 2:05}")
        (group / f"b{number:02}.md").write_text(text, encoding="utf-8")
    text = said(await world.manager.slash(world.channel, "notes sync"))
    assert "\n`a.md` · `b00.md` · `b01.md` · `b02.md` · `b03.md` … and 8 more\n" in text
    assert text.count("- Study") + text.count("- Alpha") == NEW
    assert f"**{NEW + 3} new papers**" in text
    assert "-# … and 3 more" in text


async def test_two_who_sync_at_once_share_one_run(group: Path, world: World) -> None:
    counted = _Counted([], world.library)
    checkup = Checkup(counted, world.library.search, {})
    one, other = await asyncio.gather(checkup.sync(), checkup.sync())
    assert one is other
    assert await checkup.sync() is not one
    assert counted.runs == 2


class _Counted(Sources):
    """Sources that count how often they were read."""

    runs = 0

    async def sync(self) -> Reading:
        self.runs += 1
        return await super().sync()


async def test_what_was_found_is_kept_until_the_library_changes(group: Path, world: World) -> None:
    checkup = Checkup(Sources([], world.library), world.library.search, {})
    await has(world, *doubts(2))
    first, again = await asyncio.gather(checkup.health(), checkup.health())
    assert again.found is first.found
    await has(world, *doubts(3))
    changed = (await checkup.health()).found
    assert len(changed.diagnostics) == len(first.found.diagnostics) + 1
    assert changed.stamp != first.found.stamp


async def test_a_source_that_fails_is_told_at_once_though_the_library_is_as_it_was(
    group: Path, world: World, said: Said
) -> None:
    await world.manager.slash(world.channel, "notes sync")
    assert "no Markdown files" not in said(await world.manager.slash(world.channel, "notes status"))
    (group / "a.md").unlink()
    await world.manager.slash(world.channel, "notes sync")
    assert "-# → the papers read before are kept" in said(await world.manager.slash(world.channel, "notes status"))


async def test_a_press_of_somebody_who_may_no_longer_manage_is_refused(world: World, said: Said) -> None:
    await has(world, *doubts(12))
    answer = await world.manager.slash(world.channel, "notes status")
    world.env.backend.remove_member_role(world.guild.id, world.manager.id, world.guild.roles["Manager"].id)
    await world.env.settle()
    refused = await world.manager.click((answer.response or answer.followups[-1]), label="Next")
    assert refused.ephemeral
    assert "Manage Server" in said(refused)
    assert "bad.md" not in said(refused)


async def test_sync_tells_of_trouble(world: World, said: Said) -> None:
    assert "⚠️" in said(await world.manager.slash(world.channel, "notes sync"))
    assert "⚠️" in said(await world.manager.slash(world.channel, "notes status"))


@pytest.mark.parametrize("operation", ["status", "sync"])
async def test_the_notes_are_for_managers(world: World, said: Said, operation: str) -> None:
    notes = next(c for c in await world.env.bot.tree.fetch_commands() if c.name == "notes")
    world.guild.set_command_permissions(notes, {world.reader: True})
    refused = await world.reader.slash(world.channel, f"notes {operation}")
    assert refused.ephemeral
    assert "Manage Server" in said(refused)


async def test_the_longest_answer_fits(world: World, check: Callable[[Any], None]) -> None:
    long = [
        Diagnostic("笔记/" * 100 + f"{i}.md", i + 1, "warning", f"{chr(97 + i)} *" * 200, "_*" * 300) for i in range(20)
    ]
    await has(world, *long)
    answer = await world.manager.slash(world.channel, "notes status")
    check({"components": (answer.response or answer.followups[-1]).components})


def test_an_id_of_a_page_reads_back() -> None:
    found = ids.NOTES.fullmatch(ids.notes("info", "-1", "0123abcd"))
    assert found
    assert (found["only"], found["page"], found["stamp"]) == ("info", "-1", "0123abcd")


long = st.text(max_size=400) | st.sampled_from(
    ["*_`" * 150, "笔记" * 200, "𝔘🎓" * 120, "[a](b) " * 60, "", "<@1> " * 80]
)
severities = st.sampled_from(["error", "warning", "info"])
numbers = st.integers(0, 10**9)
told = st.builds(Diagnostic, long, numbers, severities, long, long, numbers)
commits = st.none() | st.builds(Commit, long, st.just(datetime(2026, 1, 1, tzinfo=UTC)), long)
times = st.none() | st.just(datetime(2026, 1, 1, tzinfo=UTC))
sources = st.builds(Status, long, long, numbers, numbers, times, commits, long)


@given(
    st.lists(sources, min_size=3, max_size=6),
    st.lists(told, min_size=6, max_size=14),
    st.sampled_from(["all", "info"]),
    st.integers(-1, 3),
    st.sampled_from(["", "00000000"]),
)
def test_status_fits_whatever_was_found(
    check: Callable[[Any], None], of: list[Status], found: list[Diagnostic], only: str, page: int, stamp: str
) -> None:
    shown = views.status(Health(tuple(of), findings(found, (), {})), only, page, stamp)
    check({"components": shown.to_components()})


@given(st.lists(long, max_size=NEW), st.lists(long, max_size=9), long, numbers)
def test_what_a_sync_found_fits(
    check: Callable[[Any], None], titles: list[str], files: list[str], trouble: str, number: int
) -> None:
    papers = tuple(Paper(key=str(i), entries=(), title=title) for i, title in enumerate(titles))
    reading = Reading(number, number, number, number, trouble, tuple(files))
    check({"components": views.synced(Synced(reading, number, papers)).to_components()})


def test_an_older_page_says_so_and_the_first_one_does_not() -> None:
    health = Health((), findings(doubts(1), (), {}))
    again = "read again since that page"
    assert [
        again in str(views.status(health, "all", 0, s).to_components()) for s in ("", health.found.stamp, "0" * 8)
    ] == [
        False,
        False,
        True,
    ]
