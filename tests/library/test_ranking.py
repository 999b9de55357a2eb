"""What look-up answers first, against what a reader of the field expects of the sample notes (ranking/*.toml)."""

import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from digestbot.library import Library, Search, open_library
from digestbot.models import Sighting, StoredNote
from digestbot.sources import documents, read_files, ruled

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = Path(__file__).parent / "ranking"
NOTES = {"sample": Path(__file__).parents[2] / "notes", "chinese": HERE / "chinese.md", "names": HERE / "names.md"}
ALL = 100
"""More papers than the sample notes hold."""


@dataclass(frozen=True, slots=True)
class Case:
    """A query and its answers: `first` are the first ones in this order, `only` are all of them.

    Papers are named by the beginning of their title. A `fault` says what the code gets wrong for now.
    """

    kind: str
    notes: str
    query: str
    reason: str
    first: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    papers: int | None = None
    fault: str | None = None

    @property
    def expected(self) -> tuple[str, ...]:
        return self.first if self.only is None else self.only


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _cases(name: str) -> Iterator[Case]:
    table = _read(name)
    for group in table["class"]:
        for row in group["case"]:
            lists: dict[str, Any] = {key: tuple(row[key]) for key in ("first", "only") if key in row}
            yield Case(**{"kind": group["kind"], "notes": table["notes"], **row, **lists})


CASES = [*_cases("sample.toml"), *_cases("chinese.toml"), *_cases("names.toml")]
ALIASES: Mapping[str, Sequence[str]] = _read("sample.toml")["aliases"]


def _id(case: Case) -> str:
    return f"{case.notes}-{case.kind}-{case.query or '(nothing)'}"


def _parameters() -> Iterator[Any]:
    for case in CASES:
        marks = (pytest.mark.xfail(reason=case.fault, strict=True),) if case.fault else ()
        yield pytest.param(case, id=_id(case), marks=marks)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def libraries(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mapping[str, Search]]:
    async with AsyncExitStack() as stack:
        opened: dict[str, Search] = {}
        for name, path in NOTES.items():
            folder = tmp_path_factory.mktemp(name)
            library = await stack.enter_async_context(
                open_library(folder, reader_version=1, aliases=ALIASES, keypoint_aliases=ALIASES)
            )
            await _fill(library, path)
            opened[name] = library.search
        yield opened


async def _fill(library: Library, path: Path) -> None:
    notes = read_files(ruled((d.file for d in documents(path)), ()))
    await library.put("notes", [StoredNote(n.file, n.file, tuple(Sighting(e, None) for e in n.entries)) for n in notes])


async def _answers(search: Search, kind: str, query: str) -> list[str]:
    """Return the titles of papers, or the names of topics and keypoints, that a query of this kind is answered with."""
    match kind:
        case "paper":
            return [paper.title for paper in await search.find(query, ALL)]
        case "suggest":
            return [suggestion.label for suggestion in await search.suggest(query, ALL)]
        case "nearest":
            return [paper.title for paper in await search.nearest(query, ALL)]
        case "text":
            return [hit.paper.title for hit in (await search.text(query, ALL)).hits]
        case "topic":
            return [tally.name for tally in await search.topics(query)]
        case _:
            return [tally.name for tally in await search.keypoints(query)]


def _agree(answers: Sequence[str], case: Case, *, all_of_them: bool) -> bool:
    """Tell whether the answers are the expected ones: papers by the beginning of their title, labels by their name."""
    if len(answers) < len(case.expected) or (all_of_them and len(answers) != len(case.expected)):
        return False
    pairs = zip(answers, case.expected, strict=False)
    if case.kind in {"topic", "keypoint"}:
        return all(answer == expected for answer, expected in pairs)
    return all(answer.startswith(expected) for answer, expected in pairs)


@pytest.mark.parametrize("case", list(_parameters()))
async def test_a_query_is_answered_as_a_reader_expects(libraries: Mapping[str, Search], case: Case) -> None:
    search = libraries[case.notes]
    answers = await _answers(search, case.kind, case.query)
    assert _agree(answers, case, all_of_them=case.only is not None), (answers, case.reason)
    if case.kind == "paper" and case.expected:
        suggested = await _answers(search, "suggest", case.query)
        assert _agree(suggested, case, all_of_them=False), (suggested, case.reason)


@pytest.mark.parametrize("case", [case for case in CASES if case.papers is not None], ids=_id)
async def test_a_choice_counts_its_papers(libraries: Mapping[str, Search], case: Case) -> None:
    search = libraries[case.notes]
    tally = (await (search.topics if case.kind == "topic" else search.keypoints)(case.query))[0]
    page = await (search.topic_papers if case.kind == "topic" else search.keypoint_papers)(tally.key, 0, ALL)
    assert tally.count == len(page.items) == case.papers


@pytest.mark.parametrize("case", [case for case in CASES if case.kind == "paper" and not case.fault], ids=_id)
async def test_results_and_autocomplete_have_one_order(libraries: Mapping[str, Search], case: Case) -> None:
    search = libraries[case.notes]
    results = [paper.key for paper in await search.find(case.query, ALL)]
    suggested = [suggestion.value for suggestion in await search.suggest(case.query, ALL)]
    assert suggested[: len(results)] == results


async def test_the_cases_are_many_and_name_titles_that_there_are(libraries: Mapping[str, Search]) -> None:
    assert len({(case.notes, case.kind, case.query) for case in CASES}) == len(CASES) >= 120
    titles = {name: [p.title for p in await search.newest(ALL)] for name, search in libraries.items()}
    for case in CASES:
        if case.kind not in {"topic", "keypoint"}:
            for start in case.expected:
                assert sum(title.startswith(start) for title in titles[case.notes]) == 1, (case.query, start)
    assert all(case.reason and (case.expected or case.only == ()) for case in CASES)
