from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digestbot.bot import ids
from digestbot.models import Diagnostic, StoredNote

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
    assert "1 new or changed · 1 gone" in text
    assert "No new papers." in text


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
