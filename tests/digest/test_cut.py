from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.digest import MOST_PARTS
from digestbot.digest.cut import Filed, Piece, Render, cut
from digestbot.models import Paper, Payload, Sheet


def filed(*topics: str) -> list[Filed]:
    return [
        Filed(topic, Paper(title=f"{topic} {n}", key=f"t:{n}", entries=(), sequence=n))
        for n, topic in enumerate(topics)
    ]


def room_for(papers: int) -> Render:
    def render(sheet: Sheet) -> Payload | None:
        shown = sum(len(group.papers) for group in sheet.groups)
        return {"shown": shown} if shown <= papers else None

    return render


def made(papers: list[Filed], render: Render) -> tuple[Piece, ...]:
    return cut(papers, render, date="2026-03-30", late=True)


def test_what_fits_is_one_part() -> None:
    (piece,) = made(filed("A", "A", "B"), room_for(3))
    assert (piece.sheet.number, piece.sheet.total, piece.sheet.count, piece.sheet.beyond) == (1, 1, 3, 0)
    assert [(group.topic, len(group.papers), group.continued) for group in piece.sheet.groups] == [
        ("A", 2, False),
        ("B", 1, False),
    ]
    assert (piece.sheet.edition_id, piece.sheet.date, piece.sheet.late) == (0, "2026-03-30", True)


def test_a_topic_does_not_go_on_from_nowhere() -> None:
    (piece,) = made(filed("A", "A"), room_for(3))
    assert not piece.sheet.groups[0].continued


def test_nothing_is_no_part() -> None:
    assert made([], room_for(3)) == ()


def test_a_topic_that_goes_on_in_the_next_part_says_so() -> None:
    first, second = made(filed("A", "A", "A", "B"), room_for(2))
    assert [(g.topic, len(g.papers), g.continued) for g in first.sheet.groups] == [("A", 2, False)]
    assert [(g.topic, len(g.papers), g.continued) for g in second.sheet.groups] == [("A", 1, True), ("B", 1, False)]


def test_a_topic_that_ends_with_a_part_does_not_go_on() -> None:
    _, second = made(filed("A", "A", "B"), room_for(2))
    assert [(g.topic, g.continued) for g in second.sheet.groups] == [("B", False)]


def test_beyond_five_parts_the_rest_stands_behind_the_last() -> None:
    pieces = made(filed(*"A" * 12), room_for(2))
    assert [len(piece.papers) for piece in pieces] == [2, 2, 2, 2, 2]
    assert [piece.sheet.beyond for piece in pieces] == [0, 0, 0, 0, 2]
    assert [paper.sequence for paper in pieces[-1].beyond] == [10, 11]


def test_a_footer_that_only_the_last_part_has_is_counted() -> None:
    def render(sheet: Sheet) -> Payload | None:
        shown = sum(len(group.papers) for group in sheet.groups)
        return {} if shown == 1 or shown + (sheet.number == sheet.total) <= 3 else None

    pieces = made(filed(*"AAAAAA"), render)
    assert [len(piece.papers) for piece in pieces] == [3, 2, 1]
    assert {piece.sheet.total for piece in pieces} == {3}


def test_a_paper_that_fits_nowhere_is_a_fault() -> None:
    with pytest.raises(ValueError, match="A 0"):
        made(filed("A"), room_for(0))


@settings(max_examples=300, print_blob=True)
@given(
    st.lists(st.sampled_from("AABC"), max_size=40),
    st.integers(1, 12),
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
)
def test_each_paper_stands_once_in_order_in_parts_that_agree(
    topics: list[str], room: int, costs: tuple[int, int, int]
) -> None:
    """Whatever a heading, a "part n of m" and a footer cost, a message with one paper always fits."""
    heading, counting, footer = costs
    rendered: list[Sheet] = []

    def render(sheet: Sheet) -> Payload | None:
        shown = sum(len(group.papers) for group in sheet.groups)
        size = shown + heading * len(sheet.groups) + counting * (sheet.total > 1)
        size += footer * (sheet.number == sheet.total) + footer * bool(sheet.beyond)
        if shown > 1 and size > room:
            return None
        rendered.append(sheet)
        return {"sheet": sheet}

    papers = filed(*sorted(topics))
    pieces = made(papers, render)
    shown = [paper for piece in pieces for paper in piece.papers]
    beyond = pieces[-1].beyond if pieces else ()
    assert [*shown, *beyond] == [one.paper for one in papers]
    assert [paper for piece in pieces for group in piece.sheet.groups for paper in group.papers] == shown
    assert len(pieces) <= MOST_PARTS
    assert all(piece.payload["sheet"] == piece.sheet for piece in pieces)
    assert [(p.sheet.number, p.sheet.total) for p in pieces] == [(n, len(pieces)) for n in range(1, len(pieces) + 1)]
    assert [piece.sheet.beyond for piece in pieces[:-1]] == [0] * (len(pieces) - 1) if pieces else True
    assert not pieces or pieces[-1].sheet.beyond == len(beyond)
    assert not beyond or len(pieces) == MOST_PARTS


def test_a_small_edition_is_rendered_few_times() -> None:
    calls: list[Sheet] = []

    def counting(render: Render) -> Callable[[Sheet], Payload | None]:
        def call(sheet: Sheet) -> Payload | None:
            calls.append(sheet)
            return render(sheet)

        return call

    made(filed(*"A" * 10), counting(room_for(10)))
    assert len(calls) <= 20
