from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from digestbot.digest import Composer, Order, cut_papers
from digestbot.models import Edition, Paper, Payload, Sheet

if TYPE_CHECKING:
    from digestbot.ledger import Papers
    from digestbot.library import Search

    from .conftest import World


def groups(edition: Edition | None) -> list[Any]:
    assert edition is not None
    return [group for part in edition.parts for group in part.payload["groups"]]


async def compose(world: World) -> Edition | None:
    return await world.composer.compose(Order(await world.channel()))


async def test_what_was_there_at_the_set_up_is_not_new(world: World) -> None:
    await world.note("Before")
    await world.set_up()
    assert await compose(world) is None
    await world.note("After")
    assert groups(await compose(world)) == [["Video", False, ["After"]]]
    assert await compose(world) is None


async def test_topics_in_the_order_of_their_size_and_papers_newest_first(world: World) -> None:
    await world.set_up()
    await world.note("Alone", topics=["Audio"])
    await world.note("Old", period="2026-01")
    await world.note("New", period="2026-02")
    await world.note("Newer, seen later", period="2026-02")
    await world.note("Without topic", topics=[])
    assert groups(await compose(world)) == [
        ["Video", False, ["Newer, seen later", "New", "Old"]],
        ["Audio", False, ["Alone"]],
        ["", False, ["Without topic"]],
    ]


async def test_a_channels_topics_choose_and_order(world: World) -> None:
    await world.note("Known", topics=["Audio", "Agents", "视频"])
    await world.set_up(topics=["audio", "Video"])
    await world.note("A", "B", topics=["Agents", "视频"])
    await world.note("C", topics=["Audio", "Video"])
    await world.note("Left out", topics=["Agents"])
    assert await world.composer.waiting(await world.channel()) == 3
    assert groups(await compose(world)) == [["Audio", False, ["C"]], ["Video", False, ["B", "A"]]]


async def test_what_the_topics_left_out_does_not_come_back_with_other_topics(world: World) -> None:
    await world.note("Known", topics=["Audio", "Video"])
    await world.set_up(topics=["Audio"])
    await world.note("Left out", topics=["Video"])
    slot = (await world.channel()).next_slot
    assert await world.composer.compose(Order(await world.channel(), slot, slot)) is None
    await world.set_up(topics=[])
    assert await compose(world) is None


async def test_a_look_without_result_settles_nothing(world: World) -> None:
    """Who asks for a digest now and gets none may see that the topics were wrong, and ask again."""
    await world.note("Known", topics=["Audio"])
    await world.set_up(topics=["Audio"])
    await world.note("Left out", topics=["Video"])
    assert await compose(world) is None
    await world.set_up(topics=[])
    assert groups(await compose(world)) == [["Video", False, ["Left out"]]]


async def test_a_paper_in_several_topics_and_notes_stands_once(world: World) -> None:
    await world.set_up()
    await world.note("Twice", topics=["Video", "Audio"])
    await world.note("Twice", topics=["Agents"])
    assert groups(await compose(world)) == [["Video", False, ["Twice"]]]


async def test_two_papers_found_to_be_one_stand_once(world: World) -> None:
    await world.set_up()
    await world.note("One name")
    await world.note("Another name", arxiv="2401.00001")
    await world.note("One name", arxiv="2401.00001", file="joins.md")
    edition = await compose(world)
    assert edition is not None
    assert len(edition.papers) == 1
    assert await compose(world) is None


async def test_a_paper_that_the_notes_hold_only_under_its_later_number_is_found(world: World) -> None:
    await world.set_up()
    await world.note("One name", file="a.md")
    await world.note("Another name", arxiv="2401.00001")
    await world.note("One name", arxiv="2401.00001", file="c.md")
    await world.library.remove("notes", ["a.md", "c.md"])
    assert groups(await compose(world)) == [["Video", False, ["Another name"]]]


async def test_two_numbers_of_what_the_notes_take_for_one_paper_give_it_once(world: World) -> None:
    await world.set_up()
    await world.note("One name", arxiv="2401.00001", file="a.md")
    await world.note("One name", file="a.md")
    await world.note("One name", arxiv="2401.00002", file="b.md")
    assert groups(await compose(world)) == [["Video", False, ["One name"]]]


async def test_a_paper_posted_under_one_name_is_not_new_under_another(world: World) -> None:
    await world.set_up()
    await world.note("One name")
    assert await compose(world)
    await world.note("Another name", arxiv="2401.00001")
    await world.note("One name", arxiv="2401.00001")
    assert await compose(world) is None


async def test_a_paper_whose_note_is_gone_is_owed_until_it_is_back(world: World) -> None:
    await world.set_up()
    await world.note("Here")
    await world.note("Gone", file="gone.md")
    await world.library.remove("notes", ["gone.md"])
    assert groups(await compose(world)) == [["Video", False, ["Here"]]]
    assert await compose(world) is None
    await world.note("Gone", file="back.md")
    assert await world.composer.waiting(await world.channel()) == 1
    assert groups(await compose(world)) == [["Video", False, ["Gone"]]]
    assert await compose(world) is None


async def test_parts_and_what_is_beyond_them(world: World) -> None:
    await world.set_up()
    sequences = await world.note(*(f"Paper {n:02}" for n in range(20)))
    edition = await compose(world)
    assert edition is not None
    assert edition.papers == sequences[::-1]
    assert [len(part.papers) for part in edition.parts] == [3, 3, 3, 3, 2]
    assert [part.payload["head"] for part in edition.parts] == [f"{n}/5 of 20, 2026-03-25" for n in range(1, 6)]
    assert edition.parts[-1].payload["beyond"] == 6
    assert [part.payload["token"] for part in edition.parts] == [f"e1.{n}" for n in range(1, 6)]
    assert await compose(world) is None, "those beyond count as posted"


async def test_all_papers_of_an_edition_by_pages(world: World) -> None:
    await world.set_up()
    await world.note(*(f"Paper {n:02}" for n in range(20)))
    await world.note("Gone later", file="gone.md", topics=["Audio"])
    edition = await compose(world)
    assert edition is not None
    await world.library.remove("notes", ["gone.md"])
    page = await world.composer.papers(edition.id, 1, 8)
    assert [paper.title for paper in page.items] == [f"Paper {n:02}" for n in range(11, 3, -1)]
    assert (page.number, page.size, page.total, page.pages) == (1, 8, 20, 3)
    assert (await world.composer.papers(edition.id, 99, 8)).number == 2
    assert (await world.composer.papers(edition.id, -1, 8)).number == 0
    assert (await world.composer.papers(999, 0, 8)).items == ()


async def test_a_preview_is_the_edition_to_be_and_changes_nothing(world: World) -> None:
    await world.set_up()
    await world.note(*(f"Paper {n}" for n in range(8)))
    before = await world.channel()
    preview = await world.composer.preview(before)
    assert await world.channel() == before
    assert await world.ledger.editions.last(before.id) is None
    edition = await compose(world)
    assert edition is not None
    assert [payload["token"] for payload in preview] == ["e0.1", "e0.2", "e0.3"]
    assert [{**p, "token": ""} for p in preview] == [{**part.payload, "token": ""} for part in edition.parts]


async def test_the_date_is_the_slots_or_todays_where_the_channel_is(world: World) -> None:
    await world.set_up(timezone="Pacific/Kiritimati")
    await world.note("One")
    world.clock.at("2026-03-25T11:00")
    edition = await compose(world)
    assert edition is not None
    assert edition.parts[0].payload["head"].endswith("2026-03-26")
    await world.note("Two")
    slot = (await world.channel()).next_slot
    world.clock.now = slot.at
    edition = await world.composer.compose(Order(await world.channel(), slot, late=True))
    assert edition is not None
    assert edition.parts[0].payload["head"] == f"1/1 of 1, {slot.local[:10]}, late"


async def test_a_paper_seen_while_an_edition_is_made_comes_in_the_next(world: World) -> None:
    await world.set_up()
    await world.note("First")
    search = world.library.search
    late: list[str] = ["Late"]

    class Interrupted:
        """The search, with notes changing in between."""

        def __getattr__(self, name: str) -> Any:
            return getattr(search, name)

        async def sequences(self, sequences: list[int]) -> dict[int, Paper]:
            if late:
                await world.note(late.pop())
            return await search.sequences(sequences)

    composer = Composer(world.ledger, cast("Search", Interrupted()), world.render, world.clock)
    assert groups(await composer.compose(Order(await world.channel()))) == [["Video", False, ["First"]]]
    assert groups(await compose(world)) == [["Video", False, ["Late"]]]


async def test_a_paper_seen_between_two_questions_to_the_ledger_comes_once(world: World) -> None:
    await world.set_up()
    await world.note("First")
    papers = world.ledger.papers

    class Interrupted:
        """The ledger's papers, with another one seen as soon as the highest is known."""

        def __getattr__(self, name: str) -> Any:
            return getattr(papers, name)

        async def highest(self) -> int:
            highest = await papers.highest()
            await world.note("Second")
            return highest

    ledger = replace(world.ledger, papers=cast("Papers", Interrupted()))
    first = await Composer(ledger, world.library.search, world.render, world.clock).compose(
        Order(await world.channel())
    )
    assert groups(first) == [["Video", False, ["First"]]]
    assert groups(await compose(world)) == [["Video", False, ["Second"]]]


async def test_two_who_compose_at_once_share_nothing(world: World) -> None:
    await world.set_up()
    await world.note("One", "Two")
    channel = await world.channel()
    first = await world.composer.compose(Order(channel))
    second = await world.composer.compose(Order(channel))
    assert (groups(first), second) == ([["Video", False, ["Two", "One"]]], None)


async def test_a_channel_removed_meanwhile_gets_nothing(world: World) -> None:
    channel = await world.set_up()
    await world.note("One")
    await world.ledger.channels.remove(channel.id)
    assert await world.composer.compose(Order(channel)) is None


async def test_an_edition_that_cannot_be_rendered_changes_nothing(world: World) -> None:
    await world.set_up()
    await world.note("One")

    def broken(sheet: Sheet) -> Payload | None:
        raise ZeroDivisionError

    before = await world.channel()
    with pytest.raises(ZeroDivisionError):
        await Composer(world.ledger, world.library.search, broken, world.clock).compose(Order(before))
    assert await world.channel() == before
    assert groups(await compose(world)) == [["Video", False, ["One"]]]


async def test_papers_can_be_cut_without_a_ledger(world: World) -> None:
    await world.note("One", "Two", "Three")
    papers = await world.library.search.newest(4)
    payloads = await cut_papers(world.library.search, papers, world.render, date="2026-03-30")
    assert [payload["head"] for payload in payloads] == ["1/2 of 4, 2026-03-30", "2/2 of 4, 2026-03-30"]
