"""The layouts as they are sent, approved by eye on screenshots; change them with `pytest --snapshot-update`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from digestbot.bot import render
from digestbot.bot.views import card, choices, guide, listing, note
from digestbot.identity import papers
from digestbot.models import (
    Choice,
    Entry,
    Field,
    Group,
    Hit,
    Link,
    Location,
    Narrowing,
    Page,
    Paper,
    Results,
    Sheet,
    Tally,
)

Check = Callable[[dict[str, Any]], None]


def shown(view: Any) -> dict[str, Any]:
    return {"components": view.to_components(), "flags": 32768}


@pytest.fixture
def english(shelf: list[Entry]) -> Paper:
    return papers(shelf)[0]


@pytest.fixture
def chinese(shelf: list[Entry]) -> Paper:
    return papers(shelf)[2]


def test_card(english: Paper, chinese: Paper, snapshot: SnapshotAssertion) -> None:
    assert shown(card.card(english)) == snapshot(name="english")
    assert shown(card.card(chinese, private=True)) == snapshot(name="chinese-private")


def test_note(english: Paper, chinese: Paper, snapshot: SnapshotAssertion) -> None:
    assert shown(note.note(english)) == snapshot(name="english")
    assert shown(note.note(chinese)) == snapshot(name="chinese")


def test_list(english: Paper, chinese: Paper, snapshot: SnapshotAssertion) -> None:
    page = Page((chinese, english), 1, 2, 7)
    assert shown(listing.tally_papers("topic", Tally("0" * 16, "扩散模型", 7), page)) == snapshot


def test_results(chinese: Paper, snapshot: SnapshotAssertion) -> None:
    hit = Hit(chinese, "…解决视频扩散模型生成视频时长短的问题 *", ((5, 7),))
    topics = Narrowing((Choice("Diffusion", 7, "扩散 topic:Diffusion"), Choice("LLM", 2, "扩散 topic:LLM")))
    periods = Narrowing(
        (Choice("2024-04", 3, "扩散 topic:Diffusion period:2024-04", chosen=True),), "扩散 topic:Diffusion"
    )
    found = Results(
        "扩散 period:2024-04", "扩散", (hit,), 7, filters=("period: 2024-04",), topics=topics, periods=periods
    )
    assert shown(listing.results(found)) == snapshot
    more = replace(found, total=1000, more=True, number=2, before="b1.9.x", after="n3.9.z", typed="扩算", filters=())
    assert shown(listing.results(replace(more, topics=Narrowing(), periods=Narrowing()))) == snapshot(name="corrected")


def test_no_results(chinese: Paper, snapshot: SnapshotAssertion) -> None:
    found = Results("量子 topic:LLM", "量子", (), filters=("topic: LLM",))
    near = (Tally("0" * 16, "Quantisation", 2),)
    assert shown(choices.no_results(found, (chinese,), near, near)) == snapshot
    assert shown(choices.no_results(replace(found, filters=()), (), (), ())) == snapshot(name="bare")


def test_choices(shelf: list[Entry], english: Paper, chinese: Paper, snapshot: SnapshotAssertion) -> None:
    assert shown(choices.several_papers("video", papers(shelf)[:8])) == snapshot(name="several")
    assert shown(choices.nearest_papers("video", [english, chinese])) == snapshot(name="nearest")
    assert shown(choices.nearest_tallies("topic", "x", [Tally("1" * 16, "LLM", 2)])) == snapshot(name="topics")


def test_guide(snapshot: SnapshotAssertion) -> None:
    assert shown(guide.guide(managing=True)) == snapshot


def test_edition(english: Paper, chinese: Paper, snapshot: SnapshotAssertion) -> None:
    groups = (Group("LLM", (english,), continued=True), Group("扩散模型", (chinese,)))
    sheet = Sheet(
        edition_id=12, number=2, total=2, count=1234, groups=groups, date="2026-03-30", late=True, beyond=1232
    )
    assert render(sheet) == snapshot


def test_what_does_not_fit_is_none(english: Paper) -> None:
    def sheet(count: int) -> Sheet:
        return Sheet(
            edition_id=1, number=1, total=1, count=count, groups=(Group("LLM", (english,) * count),), date="2026-01-01"
        )

    assert render(sheet(1))
    assert render(sheet(20)) is None


def test_a_long_note_goes_on_over_its_pages(paper: Callable[..., Paper], check: Check) -> None:
    words = [f"word{n}" for n in range(2000)]
    long = paper(
        "Long", fields=(("Method", " ".join(words)), ("Code", "```py\n" + "x = 1\n" * 900 + "```"), ("Empty", ""))
    )
    pages = [shown(note.note(long, number)) for number in range(20)]
    for page in pages:
        check(page)
    assert pages[-1] == pages[-2] != pages[0]
    text = "".join(str(page) for page in pages[: pages.index(pages[-1]) + 1])
    assert all(word in text for word in words)
    assert text.count("x = 1") == 900


def test_a_page_after_the_last_is_the_last(english: Paper) -> None:
    assert shown(note.note(english, 99)) == shown(note.note(english, 0))


TEXT = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "*" * 400,
            "[" * 300,
            "长" * 400,
            "word " * 100,
            "👨‍👩‍👧‍👦" * 60,
            "https://example.org/" + "x" * 380,
            "@everyone " * 40,
        ]
    ),
)
URL = st.sampled_from(
    ["https://example.org/" + "x" * 480, "https://arxiv.org/abs/1", "javascript:x", "", "https://e.org/" + "长" * 60]
)


@st.composite
def any_paper(draw: st.DrawFn) -> Paper:
    entry = Entry(
        title=draw(TEXT),
        topics=tuple(draw(st.lists(TEXT, max_size=4))),
        keypoints=tuple(draw(st.lists(TEXT, max_size=6))),
        gist=draw(TEXT),
        venue=draw(TEXT),
        authors=tuple(draw(st.lists(TEXT, max_size=6))),
        links=tuple(Link(kind, "x", draw(URL)) for kind in ("arxiv", "code", "project", "other")),
        images=tuple(draw(st.lists(URL, max_size=12))),
        source=Location(draw(TEXT), 1),
        fields=tuple(draw(st.lists(st.builds(Field, TEXT, st.lists(TEXT, max_size=8).map("\n".join)), max_size=6))),
    )
    return papers([entry])[0]


@settings(max_examples=60)
@given(any_paper(), TEXT)
def test_every_layout_of_every_paper_fits(check: Check, paper: Paper, text: str) -> None:
    views = [
        card.card(paper, private=True),
        *(note.note(paper, number) for number in range(3)),
        listing.tally_papers("topic", Tally("0" * 16, text, 9), Page((paper,), 3, 5, 99)),
        choices.nearest_papers(text, [paper]),
        choices.all_tallies("keypoint", Page(tuple(Tally(f"{i:016x}", text, 10**4) for i in range(25)), 0, 25, 99)),
    ]
    for view in views:
        check(shown(view))
    sheet = Sheet(
        edition_id=10**9,
        number=1,
        total=1,
        count=10**6,
        groups=(Group(text, (paper,)),),
        date="2026-01-01",
        late=True,
        beyond=9,
    )
    payload = render(sheet)
    assert payload is not None
    check(dict(payload))


@settings(max_examples=40)
@given(st.lists(any_paper(), min_size=5, max_size=5, unique_by=lambda p: p.key), TEXT)
def test_five_of_any_papers_fit_on_a_page(check: Check, found: list[Paper], text: str) -> None:
    hits = tuple(Hit(paper, text[:200], ((0, min(3, len(text))),) if text else ()) for paper in found)
    check(shown(listing.tally_papers("topic", Tally("0" * 16, text, 9), Page(tuple(found), 1, 5, 99))))
    every = Narrowing(tuple(Choice(text, n, f"{n} {text[:50]}", n == 3) for n in range(24)), "all")
    query = text[:300]
    results = Results(query, query, hits, 99, True, 1, "b0.9.x", "n2.9.y", text, False, (text,) * 32, every, every)
    check(shown(listing.results(results)))
    tallies = tuple(Tally(f"{n:016}", text, n) for n in range(25))
    check(shown(choices.no_results(results, tuple(found), tallies, tallies)))
    check(shown(choices.several_papers(text, found)))


def test_a_long_title_on_a_button_stays_on_one_line(paper: Callable[..., Paper]) -> None:
    [button] = [
        row["components"][0]
        for row in shown(choices.nearest_papers("x", [paper("word " * 15)]))["components"][0]["components"]
        if row["type"] == 1
    ]
    assert 50 < len(button["label"]) <= 60


def test_a_field_too_long_to_show_says_that_it_goes_on(paper: Callable[..., Paper], check: Check) -> None:
    long = paper("Long", fields=(("Method", "word " * 56_000), ("Code", "last")))
    pages = [str(shown(note.note(long, number))) for number in range(12)]
    assert any("goes on in the file" in page for page in pages)
    assert "last" in pages[-1]


@pytest.mark.parametrize("name", ["Diffusion", "", "long " * 40, "👩‍👩‍👧‍👦" * 30, "e\u0301" * 90])
def test_the_label_of_a_choice_holds_the_count_and_whole_signs(name: str) -> None:
    label = choices.choice(Tally("1" * 16, name, 1234))
    assert len(label) <= 100
    shown = label.removesuffix(" · 1,234 papers")
    assert shown != label
    assert shown == "–" or shown.removesuffix("…").rstrip() in name
    whole = {"👩‍👩‍👧‍👦", "e\u0301"}
    assert all(shown.count(sign) * len(sign) + shown.endswith("…") == len(shown) for sign in whole if sign in name)
