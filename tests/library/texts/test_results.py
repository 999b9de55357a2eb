"""Searching: how queries are read, what filters leave, the order, and pages that stay put while papers come and go."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.library import Search, database, folding, open_library, query, store
from digestbot.library.names import tallies
from digestbot.library.texts import limits, results
from digestbot.library.texts.finder import Finder
from digestbot.library.texts.ranks import FEW
from digestbot.models import Entry, Field, Link, Location, Paper, Sighting, StoredNote
from digestbot.sources import documents, read_files, ruled

NOTES = Path(__file__).parents[3] / "notes"
NAMES = tallies.Names()


@pytest.mark.parametrize(
    ("typed", "parts", "filters"),
    [
        ("", [], []),
        ("memory", ["memory"], []),
        ("  memory   bank ", ["memory", "bank"], []),
        ('"memory bank"', ['"memory bank"'], []),
        ("“memory bank” video", ['"memory bank"', "video"], []),
        ("「扩散 模型」", ['"扩散 模型"'], []),
        ('"memory bank', ["memory", "bank"], []),
        ('-"river bank', ['"river bank"'], []),
        ('memory -"river ban', ["memory", '-"river ban"'], []),
        ('memory "', ["memory"], []),
        ('venue:"CVPR 20', [], ['venue:"CVPR 20"']),
        ("memory -", ["memory"], []),
        ("memory －", ["memory"], []),
        ("memory period:", ["memory"], []),
        ("memory -主题：", ["memory"], []),
        ('memory topic:"', ["memory"], []),
        ("memory foo:", ["memory", "foo:"], []),
        ("memory has:c", ["memory"], ["has:c"]),
        ("memory period:20", ["memory"], ["period:20"]),
        ("memory -river", ["memory", "-river"], []),
        ("memory －river", ["memory", "-river"], []),
        ('memory -"river bank"', ["memory", '-"river bank"'], []),
        ("-river", ["river"], []),
        ("long-term", ["long-term"], []),
        ("a - b", ["a", "b"], []),
        ("foo:bar", ["foo:bar"], []),
        ("MovieChat: From Dense", ["MovieChat:", "From", "Dense"], []),
        ("topic:LLM", [], ["topic:LLM"]),
        ("topic: LLM", [], ["topic:LLM"]),
        ("TOPIC：LLM", [], ["topic:LLM"]),
        ('topic:"long video"', [], ['topic:"long video"']),
        ("topic:“long video” x", ["x"], ['topic:"long video"']),
        ("主题：扩散", [], ["topic:扩散"]),
        ("关键词：扩散 记忆", ["记忆"], ["keypoint:扩散"]),
        ("-topic:LLM x", ["x"], ["-topic:LLM"]),
        ("-topic:LLM -x", ["-x"], ["-topic:LLM"]),
        ("topic:", [], []),
        ("topic:!!", ["topic:!!"], []),
        ("topic:LLM topic:LLM", [], ["topic:LLM"]),
        ("keypoint:memory", [], ["keypoint:memory"]),
        ("period:2024-04", [], ["period:2024-04"]),
        ("period:2024-04..2024-07", [], ["period:2024-04..2024-07"]),
        ("period:2024", [], ["period:2024"]),
        ("period:2024-04..", [], ["period:2024-04.."]),
        ("period:..2024", [], ["period:..2024"]),
        ("月份：2024年4月", [], ["period:2024年4月"]),
        ("period:2024-13", ["period:2024-13"], []),
        ("period:..", ["period:.."], []),
        ("period:soon", ["period:soon"], []),
        ("venue:CVPR", [], ["venue:CVPR"]),
        ("会议：CVPR", [], ["venue:CVPR"]),
        ("has:code", [], ["has:code"]),
        ("has:CODE", [], ["has:code"]),
        ("has:zzz", ["has:zzz"], []),
        ("source:seeds/llm.md", [], ["source:seeds/llm.md"]),
        ("-source:old memory", ["memory"], ["-source:old"]),
        ("xtopic:LLM", ["xtopic:LLM"], []),
    ],
)
def test_a_query_is_read(typed: str, parts: list[str], filters: list[str]) -> None:
    request = query.parse(typed)
    assert [part.written for part in request.parts] == parts
    assert [one.written for one in request.filters] == filters
    again = query.parse(request.written)
    assert (again.written, again.filters) == (request.written, request.filters)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2024-04", (2024, 4), (2024, 4)),
        ("２０２４－０４", (2024, 4), (2024, 4)),
        ("202404", (2024, 4), (2024, 4)),
        ("2024", (2024, 1), (2024, 12)),
        ("2024-07..2024-04", (2024, 4), (2024, 7)),
        ("2", (2000, 1), (2999, 12)),
        ("202", (2020, 1), (2029, 12)),
        ("2024-", (2024, 1), (2024, 12)),
        ("2024-0", (2024, 1), (2024, 9)),
        ("2024-1", (2024, 1), (2024, 1)),
        ("2023..202", (2023, 1), (2029, 12)),
        ("2023..2024-02", (2023, 1), (2024, 2)),
    ],
)
def test_a_period_is_read(value: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert query.months(value) == (first[0] * 12 + first[1], last[0] * 12 + last[1])


_module_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sample(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Search]:
    """The sample notes."""
    async with open_library(tmp_path_factory.mktemp("sample"), reader_version=1) as library:
        notes = [
            (n.file, tuple(Sighting(e, None) for e in n.entries))
            for n in read_files(ruled((d.file for d in documents(NOTES)), ()))
        ]
        await library.put("notes", [StoredNote(file, "d", sightings) for file, sightings in notes])
        yield library.search


@_module_loop
async def test_filters_leave_the_papers_that_have_what_they_say(sample: Search) -> None:
    papers = await sample.newest(1000)
    checks: dict[str, Callable[[Paper], bool]] = {
        "has:code": lambda p: any(li.kind == "code" for li in p.links),
        "-has:code": lambda p: all(li.kind != "code" for li in p.links),
        "topic:Diffusion": lambda p: "Diffusion" in p.topics,
        "-topic:Diffusion": lambda p: "Diffusion" not in p.topics,
        "period:2024-04": lambda p: (p.period or p.published) == "2024-04",
        "period:2024": lambda p: (p.period or p.published or "").startswith("2024"),
        "period:2024..": lambda p: (p.period or p.published or "") >= "2024",
        "-period:2024": lambda p: not (p.period or p.published or "").startswith("2024"),
        "period:2023 period:2024-04": lambda p: (p.period or p.published or "").startswith(("2023", "2024-04")),
        "period:2024 -period:2024-04": lambda p: (
            (p.period or p.published or "").startswith("2024") and (p.period or p.published) != "2024-04"
        ),
        "venue:CVPR": lambda p: "CVPR" in (p.venue or ""),
        "venue:CVPR venue:ICCV": lambda p: "CVPR" in (p.venue or "") or "ICCV" in (p.venue or ""),
        "venue:CVPR has:code": lambda p: "CVPR" in (p.venue or "") and any(li.kind == "code" for li in p.links),
        "has:notes": lambda p: any(li.kind == "notes" for li in p.links),
        "topic:nonsense": lambda _: False,
    }
    left: dict[str, int] = {}
    for typed, check in checks.items():
        found = await sample.text(typed, 1000)
        assert [hit.paper.key for hit in found.hits] == [p.key for p in papers if check(p)], typed
        left[typed] = found.total
    assert all(left[typed] for typed in ("has:code", "topic:Diffusion", "venue:CVPR", "period:2024-04"))
    file = papers[0].entries[0].source.file
    assert papers[0].key in {hit.paper.key for hit in (await sample.text(f'source:"{file}"', 1000)).hits}
    assert papers[0].key not in {hit.paper.key for hit in (await sample.text(f'-source:"{file}"', 1000)).hits}


@_module_loop
async def test_menus_count_what_their_choices_leave(sample: Search) -> None:
    found = await sample.text("video", 5)
    assert len(found.topics.choices) > 1
    for choice in (*found.topics.choices, *found.periods.choices):
        narrowed = await sample.text(choice.query, 5)
        assert narrowed.total == choice.count, choice
        assert narrowed.topics.everything == "video" or narrowed.periods.everything == "video"
        assert [c.name for c in (*narrowed.topics.choices, *narrowed.periods.choices) if c.chosen] == [choice.name]


def _paper(number: int, title: str, body: str = "", **more: Any) -> Entry:
    link = Link("arxiv", "arXiv", f"https://arxiv.org/abs/2401.{number:05}")
    fields = (Field("Method", body),) if body else ()
    return Entry(title=title, source=Location("a.md", number + 1), links=(link,), fields=fields, **more)


@contextmanager
def _opened(path: Path) -> Generator[sqlite3.Connection]:
    """Open a library as it is opened for writing."""
    database.prepare(path)
    with closing(database.connect(path)) as opened:
        for pragma in database.WRITING:
            opened.execute(f"PRAGMA {pragma}")
        yield opened


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with _opened(tmp_path / "library.db") as opened:
        yield opened


def _put(connection: sqlite3.Connection, file: str, entries: dict[int, Entry]) -> None:
    sightings = tuple(Sighting(entry, number + 1) for number, entry in entries.items())
    store.put(connection, NAMES, "notes", [StoredNote(file, "d", sightings)])


def _search(connection: sqlite3.Connection, typed: str, at: str = "", size: int = 50) -> results.Results:
    return results.search(connection, NAMES, typed, at, size, 70)


def test_results_come_in_ranks_and_newest_first_in_each(connection: sqlite3.Connection) -> None:
    expected = [
        "Memory bank",
        "Memory bank: A way to remember",
        "Memory banks are many",
        "Memory bank of rivers",
        "On the memory bank",
        "A bank with memory",
        "Of banks and memory",
        "Elsewhere again",
        "Elsewhere",
    ]
    entries = {n: _paper(n, title) for n, title in enumerate(reversed(expected)) if not title.startswith("Else")}
    for number in (0, 1):
        entries[number] = _paper(number, expected[-1 - number], "Here memory comes in a bank.")
    entries[20] = _paper(20, "Neither", "Only a bank.")
    _put(connection, "a.md", entries)
    found = _search(connection, "memory bank")
    assert [hit.paper.title for hit in found.hits] == expected
    assert found.hits[0].reason == "exact title, id or link"
    assert found.hits[-1].reason == "all words in its text"
    assert not found.partly


def test_where_no_paper_has_all_words_those_with_most_come_first(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {0: _paper(0, "Alpha beta"), 1: _paper(1, "Beta"), 2: _paper(2, "Gamma only")})
    found = _search(connection, "alpha beta gamma qqqq")
    assert found.partly
    assert [hit.paper.title for hit in found.hits] == ["Alpha beta"]
    assert found.hits[0].reason == "2 of 4 words"


def test_mistyped_words_are_corrected_and_said(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {0: _paper(0, "Video Diffusion", "diffusion here"), 1: _paper(1, "Memory", "a xylograph")})
    found = _search(connection, "difusion -river")
    assert (found.words, found.typed) == ("Diffusion -river", "difusion")
    assert found.hits[0].marks
    assert _search(connection, "xylograph").typed == ""
    assert _search(connection, "diffusion").typed == ""
    both = _search(connection, "difusion has:code")
    assert (both.hits, both.typed) == ((), "")


def test_a_phrase_shows_its_own_passage(connection: sqlite3.Connection) -> None:
    fields = (Field("Objective", "Videos first."), Field("Method", "Then a memory bank for videos."))
    entry = Entry(title="T", source=Location("a.md", 1), fields=fields)
    _put(connection, "a.md", {0: entry})
    (hit,) = _search(connection, 'videos "memory bank"').hits
    assert hit.snippet == "Then a memory bank for videos."
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["memory bank", "videos"]
    assert hit.matched == (("Objective", "Videos"), ("Method", "memory bank"))


@pytest.mark.parametrize("sign", ["x\u0302", "👩\u200d🔬", "🇩🇪", "各\u3099"])
def test_a_mark_holds_whole_signs(connection: sqlite3.Connection, sign: str) -> None:
    entry = Entry(title="T", source=Location("a.md", 1), fields=(Field("M", f"word {sign} word{sign}"),))
    _put(connection, "a.md", {0: entry})
    for hit in _search(connection, "x 各 word").hits:
        for start, end in hit.marks:
            assert not any(hit.snippet[at : at + 1] in ("\u0302", "\u200d", "\u3099") for at in (start, end))


TITLES = ("Alpha", "Alpha: x {}", "Alpha beta {}", "On alpha {}", "Alphabet {}", "Else {}", "Else too {}")
EVERY = {n: _paper(n, TITLES[n % 7].format(n), "alpha" if n % 2 else "no") for n in range(30)}
SHOWN = 3


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("walked") / "library.db"
    with _opened(path) as opened:
        yield opened


def _page(connection: sqlite3.Connection, present: set[int], at: str) -> tuple[results.Results, list[str]]:
    connection.execute("BEGIN")
    _put(connection, "a.md", {n: EVERY[n] for n in sorted(present)})
    found = _search(connection, "alpha", at, SHOWN)
    connection.execute("COMMIT")
    return found, [hit.paper.key for hit in found.hits]


@settings(max_examples=40)
@given(
    present=st.sets(st.sampled_from(list(EVERY)), min_size=5),
    steps=st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(list(EVERY)), max_size=5)), max_size=8),
)
def test_pages_go_on_where_the_last_one_ended_whatever_came_or_went(
    walked: sqlite3.Connection, present: set[int], steps: list[tuple[bool, set[int]]]
) -> None:
    """Forward and back: the next papers that are there now, so that none that stays is doubled or skipped."""
    _put(walked, "a.md", EVERY)
    order = [hit.paper.key for hit in _search(walked, "alpha").hits]
    found, shown = _page(walked, present, "")
    for forward, toggled in steps:
        at = found.after if forward else found.before
        if not at:
            continue
        present = present ^ toggled
        there = [key for key in order if int(key[-5:]) in present]
        first, last = order.index(shown[0]), order.index(shown[-1])
        if forward:
            expected = [key for key in there if order.index(key) > last][:SHOWN]
        else:
            before = [key for key in there if order.index(key) < first]
            expected = before[-SHOWN:] if len(before) >= SHOWN else there[:SHOWN]
        found, shown = _page(walked, present, at)
        assert shown == expected
        assert found.total == len(there)
        if not shown:
            break
        assert bool(found.after) == (shown[-1] != there[-1])
        assert bool(found.before) == (shown[0] != there[0])


def test_ranks_are_the_same_whether_titles_with_the_words_are_few_or_many(connection: sqlite3.Connection) -> None:
    titles = ("Alpha beta {}", "On alpha beta {}", "Beta of alpha {}", "Alpha betas {}", "Alphas {} beta", "No {}")
    entries = {
        n: _paper(n, titles[n % 6].format(n), "alpha and beta", period=f"2024-{n // 6 % 3 + 1:02}")
        for n in range(FEW * 3 // 2)
    }
    connection.execute("BEGIN")
    _put(connection, "a.md", entries)
    many = _search(connection, "alpha beta", size=2 * FEW).hits
    assert len(many) == len(entries)
    assert len({hit.reason for hit in many}) == 5
    few = _search(connection, "alpha beta period:2024-02", size=2 * FEW).hits
    assert [(hit.paper.key, hit.reason) for hit in few] == [
        (hit.paper.key, hit.reason) for hit in many if hit.paper.period == "2024-02"
    ]
    connection.execute("COMMIT")


def _asked(connection: sqlite3.Connection, typed: str, at: str = "") -> tuple[results.Results, list[str]]:
    """Return what is found, and what the indexes of titles and texts were asked for it."""
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    found = _search(connection, typed, at, 5)
    connection.set_trace_callback(None)
    return found, [one for one in asked if " MATCH " in one and ("FROM texts" in one or "FROM titles" in one)]


def test_another_page_of_counted_hits_asks_the_index_no_more_than_the_first(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {n: _paper(n, f"Else {n}", "alpha") for n in range(20)})
    first, asked = _asked(connection, "alpha")
    for at in (first.after, _asked(connection, "alpha", first.after)[0].before):
        assert len(_asked(connection, "alpha", at)[1]) == len(asked)


def test_of_many_words_the_rarest_decide_in_texts(connection: sqlite3.Connection) -> None:
    frequent, rare = "one two three four five six seven", "alpha beta gamma delta epsilon zeta"
    entries = {n: _paper(n, f"{frequent} {n}") for n in range(5)}
    entries |= {5: _paper(5, rare), 6: _paper(6, "Else", rare), 7: _paper(7, "Else too", f"{frequent} alpha")}
    _put(connection, "a.md", entries)
    found = _search(connection, f"{frequent} {rare}").hits
    assert [hit.paper.title for hit in found] == ["Else", rare]
    assert {hit.reason for hit in found} == {"its rarest words in its text"}


def test_words_that_titles_have_decide_where_some_may_be_missing(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {1: _paper(1, "alpha beta gamma delta epsi"), 2: _paper(2, "Else")})
    nonsense = " ".join(f"{letter * 9}" for letter in "qxzjvk")
    found = _search(connection, f"{nonsense} alpha beta gamma delta")
    assert [hit.paper.title for hit in found.hits] == ["alpha beta gamma delta epsi"]
    assert found.partly


def test_half_a_long_word_stands_for_words_of_titles_else_for_any(connection: sqlite3.Connection) -> None:
    texts = ("diffusing", "diffusion", "else", "quokkas", "diffus")
    _put(connection, "a.md", {n: _paper(n, f"Paper {n}", text) for n, text in enumerate(texts)})
    _put(connection, "b.md", {9: _paper(9, "Diffusion")})
    found, asked = _asked(connection, "diffus")
    assert {hit.paper.title for hit in found.hits} == {"Diffusion", "Paper 1", "Paper 4"}
    assert not any("FROM texts" in one and '" *' in one for one in asked)
    assert [hit.paper.title for hit in _search(connection, "quokk").hits] == ["Paper 3"]


def test_of_a_long_phrase_the_first_words_are_looked_for(connection: sqlite3.Connection) -> None:
    words = [f"word{n}" for n in range(12)]
    others = {1: " ".join([*words[: query.LONGEST_PHRASE], "else"]), 2: " ".join(words[1:]), 3: " ".join(words)}
    _put(connection, "a.md", {n: _paper(n, f"Paper {n}", text) for n, text in others.items()})
    found = _search(connection, f'"{" ".join(words)}"').hits
    assert [hit.paper.title for hit in found] == ["Paper 3", "Paper 1"]


def test_files_are_looked_for_where_their_papers_are(connection: sqlite3.Connection) -> None:
    for month in (1, 2, 3):
        _put(connection, f"{month}.md", {month: _paper(month, f"Alpha {month}", period=f"2024-{month:02}")})
    (number,) = connection.execute("SELECT id FROM papers WHERE period = '2024-02'").fetchone()
    for typed, spans in (("source:2.md", ((number - 1, number + 1),)), ("source:2.md period:2024-03", ())):
        assert limits.of(connection, NAMES, query.parse(typed)).spans == spans
    assert _search(connection, "alpha source:2.md period:2024-03").hits == ()
    assert [hit.paper.title for hit in _search(connection, "alpha source:2.md").hits] == ["Alpha 2"]
    assert _search(connection, "alpha source:4.md").hits == ()


def test_files_are_filtered_without_reading_entries(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {1: _paper(1, "Alpha")})
    asked = _asked(connection, "alpha -source:b -source:a")[1]
    plans = [row[3] for one in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    reached = [plan for plan in plans if "entries" in plan]
    assert reached
    assert all(plan == "SEARCH entries USING COVERING INDEX entries_by_paper (paper_id=?)" for plan in reached)


def test_words_to_leave_out_are_not_taken_from_all_papers(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {1: _paper(1, "Alpha"), 2: _paper(2, "Alpha beta")})
    found, asked = _asked(connection, "alpha -beta")
    assert [hit.paper.title for hit in found.hits] == ["Alpha"]
    assert [one for one in asked if folding.FILED in one and "rowid =" not in one] == []


@pytest.mark.parametrize(
    "at", ["", "here", "x", "-1", "n1", "n1.zz.zz", "b.1.1", "n1.9.zzzzzzzzzzzzzzzzzz", "n\u0664.1.1"]
)
def test_any_cursor_is_answered(connection: sqlite3.Connection, at: str) -> None:
    _put(connection, "a.md", {n: _paper(n, f"Alpha {n}") for n in range(9)})
    assert len(_search(connection, "alpha", at, 4).hits) <= 4


def test_words_to_leave_out_of_titles_are_asked_of_titles_alone(connection: sqlite3.Connection) -> None:
    _put(connection, "a.md", {1: _paper(1, "Alpha", "beta"), 2: _paper(2, "Alpha beta"), 3: _paper(3, "Alphabet")})
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    found = Finder(connection, NAMES, query.parse("alp -beta"), titles=True).first(9)
    connection.set_trace_callback(None)
    assert [connection.execute("SELECT title FROM papers WHERE id = ?", (n,)).fetchone()[0] for _, n in found] == [
        "Alphabet",
        "Alpha",
    ]
    assert not any("FROM texts" in one for one in asked)
