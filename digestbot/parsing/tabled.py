"""Papers in tables: one in each row, its columns told by their headers."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from digestbot.parsing import authors, dates, htmltable, inline, keypoints, links, titles, venues, words
from digestbot.parsing import reference as references
from digestbot.parsing.blocks import Block, cells
from digestbot.parsing.draft import Draft
from digestbot.parsing.inline import Span, squeeze
from digestbot.parsing.note import Page
from digestbot.parsing.outline import Place
from digestbot.parsing.reference import Reference

Column = Literal[
    "title", "links", "venue", "date", "period", "authors", "keypoints", "topic", "text", "number", "people"
]

_EMPTY = frozenset({"", "-", "--", "—", "–", "/", "null", "none", "n/a", "na", "tbd", "tba", "x", "❌", "\\"})
_PEOPLE = (
    "presenter",
    "presenters",
    "speaker",
    "presented by",
    "报告人",
    "汇报人",
    "分享人",
    "主讲人",
    "発表者",
    "担当",
    "발표자",
    "reader",
    "discussant",
    "host",
    "lead",
    "who",
)
_MEETING = ("readings", "reading", "required readings", "required reading")
_LEAD_NAMES = (
    "title;paper title;paper name;papers;paper;论文;论文标题;论文题目;标题;题目;文章;論文;タイトル;논문;제목;name;"
    "article;model;method;what;"
    "paper(s);readings;reading;required readings"
)
_LEAD = frozenset(_LEAD_NAMES.split(";"))
_NAMES_PAPERS = _LEAD - {"name", "model", "method", "what"}
"""Headers that say papers stand in their column, so that short names (`BERT`) do as titles there."""
_PAPER_COLUMNS = frozenset({"venue", "authors", "date", "links", "people", "period", "keypoints"})
_ID = re.compile(r"\d{4}\.\d{4,5}(?:v\d{1,2})?")
_GROUPS = frozenset({"period", "people", "date"})
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/((?:19|20)?\d\d))?")


@dataclass(slots=True)
class Table:
    """A table whose rows are papers: the columns' kinds and headers, the title's column, the rows with their lines."""

    kinds: list[Column]
    headers: list[str]
    title: int
    rows: list[tuple[int, list[str]]]
    day_first: bool = field(init=False)
    """Whether dates with slashes begin with the day here: one of them begins with a number over 12."""
    year_first: bool = field(init=False)
    """Whether they begin with the year's two last digits: these stay while what stands last changes."""

    def __post_init__(self) -> None:
        found = self._slashed()
        self.day_first = any(int(date[1]) > 12 for date in found)
        short = [date for date in found if len(date[3] or "") == 2]
        self.year_first = len({d[1] for d in short}) == 1 < len({d[3] for d in short}) and int(short[0][1]) > 12

    def _slashed(self) -> list[re.Match[str]]:
        return [m for _, row in self.rows for cell in row if "/" in cell and (m := _SLASHED.fullmatch(cell.strip()))]


def judge(block: Block, place: Place) -> Table | None:
    """Decide whether a table holds papers, and which column tells what."""
    if place.nothing:
        return None
    lines = block.text.split("\n")
    rows = [(block.start + n, cells(line)) for n, line in enumerate(lines[2:], 2) if line.strip()]
    return _judge_rows(cells(lines[0]), rows, place)


def judge_html(block: Block, place: Place) -> Table | None:
    """Decide the same of a table written in HTML, whose first row tells what its columns are."""
    if place.nothing or "<tr" not in block.text:
        return None
    rows = htmltable.rows(block)
    if len(rows) < 2 or any("<a" in cell or "](" in cell for cell in rows[0][1]):
        return None
    return _judge_rows(rows[0][1], rows[1:], place)


def _judge_rows(head: list[str], rows: list[tuple[int, list[str]]], place: Place) -> Table | None:
    if not rows:
        return None
    headers = [squeeze(inline.plain(cell)) for cell in head]
    kinds: list[Column] = [_kind(header) for header in headers]
    title = _title_column(headers, kinds, rows)
    if title is None:
        return None
    announced = kinds[title] == "title" or words.fold(headers[title]) in _NAMES_PAPERS
    kinds[title] = "title"
    if not (place.ruled or _holds_papers(kinds, rows, place, announced)):
        return None
    if "people" in kinds or words.fold(headers[title]) in _MEETING:
        kinds = ["period" if kind == "date" else kind for kind in kinds]
    return Table(kinds, headers, title, rows)


def _kind(header: str) -> Column:
    name = words.fold(header)
    if not name or name in {"no", "#", "id", "idx", "序号", "编号", "番号", "번호", "index", "rank"}:
        return "number"
    if name in _PEOPLE:
        return "people"
    role = words.role_of(name)
    match role:
        case "links" | "venue" | "date" | "period" | "authors" | "keypoints" | "topic":
            return role
        case "title":
            return "title"
        case _:
            pass
    if links.label_kind(name) is not None:
        return "links"
    parts = [p for p in name.replace("&", "/").replace(" ", "/").split("/") if p]
    if len(parts) > 1 and words.role_of(parts[0]) in {"venue", "date", "authors", "keypoints"}:
        return words.role_of(parts[0])  # type: ignore[return-value]  # narrowed by the set above
    if len(parts) > 1 and parts[-1] in {"url", "urls", "doi", "link", "links"}:
        return "links"
    return "text"


def _title_column(headers: list[str], kinds: list[Column], rows: list[tuple[int, list[str]]]) -> int | None:
    """Choose the column whose cells read like titles; its header decides between two."""
    sample = rows[:12]
    best: tuple[float, int] | None = None
    for n, kind in enumerate(kinds):
        if kind in {"authors", "keypoints", "venue", "date", "number", "people", "topic"}:
            continue
        texts = [cells_[n] for _, cells_ in sample if n < len(cells_) and cells_[n].lower() not in _EMPTY]
        name = words.fold(headers[n])
        announced = kind == "title" or name in _NAMES_PAPERS
        likeness = sum(_is_title(text, announced) for text in texts) / max(1, len(sample))
        linked = sum("](" in text or "<a " in text for text in texts) / max(1, len(sample))
        score = (
            likeness
            + 0.5 * linked * likeness
            + (1.0 if kind == "title" else 0.6 if name in _LEAD else 0.0) * (likeness > 0.2)
            - 0.01 * n
        )
        if likeness >= 0.3 and (best is None or score > best[0]):
            best = (score, n)
    return best[1] if best else None


def _is_title(cell: str, announced: bool) -> bool:
    """Tell whether a cell reads like a title; in a column that announces papers, a short name does."""
    found = references.read(inline.spans(cell))
    if found is None:
        return False
    linked = found.linked and found.proof == 3 and titles.could_be_title(found.title)
    named = announced and titles.could_be_title(found.title) and not venues.venue_in(found.title)
    return linked or named or titles.looks_like_title(found.title)


def _holds_papers(kinds: list[Column], rows: list[tuple[int, list[str]]], place: Place, announced: bool) -> bool:
    sample = rows[:20]
    proven = sum(any(links.is_paper_url(url) for url in _urls(" ".join(row))) for _, row in sample)
    if proven * 3 >= len(sample):
        return True
    if place.elsewhere:
        return False
    return (announced or place.papers) and not _PAPER_COLUMNS.isdisjoint(kinds)


def _urls(text: str) -> list[str]:
    return links.bare_urls(text.replace(")", " "))


def read(page: Page, table: Table, place: Place) -> None:
    """Put the papers of a table on the page. A date stands for the rows below it that have none."""
    at = place
    for line, row in table.rows:
        if meeting := _meeting(table, row, place):
            at = replace(place, period=meeting)
        if group := _group(table, row):
            at = replace(at, topics=(group, *place.topics)[:3])
            continue
        _read_row(page, table, at, line, row)


def _meeting(table: Table, row: list[str], place: Place) -> str | None:
    """Return the month in which a row's papers were read; a day without a year is one of the year above the table."""
    for kind, text in zip(table.kinds, row, strict=False):
        if kind != "period":
            continue
        if found := dates.moments(_plain_date(table, text)):
            return found[0].text
        if place.year and (month := dates.month_in(text, place.year, day_first=table.day_first)):
            return month
    return None


def _group(table: Table, row: list[str]) -> str:
    """Return the topic that a row names for those below it: all it says is a label, or a few words in code."""
    said = [(n, text) for n, text in enumerate(row) if text.lower() not in _EMPTY]
    if len(table.kinds) < 3 or not said or any(table.kinds[n] not in _GROUPS for n, _ in said[:-1]):
        return ""
    n, text = said[-1]
    if n >= len(table.kinds) or table.kinds[n] not in {"title", "number"} or "](" in text or "://" in text:
        return ""
    spans = [s for s in inline.spans(text) if s.text.strip()]
    name = titles.clean_title("".join(s.text for s in spans))
    bold = all(s.strong for s in spans) and titles.size(name) <= 4 and len(said) == 1
    return name.rstrip(":：") if bold or all(s.kind == "code" for s in spans) or name.endswith((":", "：")) else ""


def _plain_date(table: Table, text: str) -> str:
    """Return a date's cell with its year in four digits, with points between day and month where the day is first."""
    found = _SLASHED.fullmatch(text.strip())
    if not found or not found[3]:
        return text
    if len(found[3]) == 2 and table.year_first:
        return f"20{found[1]}-{found[2]}-{found[3]}"
    between = "." if table.day_first else "/"
    return f"{found[1]}{between}{found[2]}{between}{found[3] if len(found[3]) == 4 else f'20{found[3]}'}"


def _read_row(page: Page, table: Table, place: Place, line: int, row: list[str]) -> None:
    cell = row[table.title] if table.title < len(row) else ""
    found = _references(cell)
    if not found:
        if any("](" in other for other in row):
            page.log.tell(line, "a table row with links but without a title", "left it out")
        return
    for reference in found:
        draft = page.begin(reference.title, line, place)
        _keep_own(reference)
        draft.take(reference)
        for n, text in enumerate(row[: len(table.kinds)]):
            shared = len(found) == 1 or table.kinds[n] in {"period", "topic", "date"}
            if n != table.title and shared and text.lower() not in _EMPTY:
                _read_cell(draft, table, n, text)


def _references(cell: str) -> list[Reference]:
    """Read a title's cell: one paper, or several that are linked one after the other."""
    if cell.lower() in _EMPTY:
        return []
    spans = inline.spans(cell)
    starts = [n for n, s in enumerate(spans) if s.kind == "link" and not s.badge and titles.could_be_title(s.text)]
    if len(starts) > 1 and all(links.is_paper_url(spans[n].url) for n in starts):
        chunks = [spans[n:end] for n, end in zip(starts, [*starts[1:], len(spans)], strict=True)]
    else:
        chunks = [spans]
    found = [one for chunk in chunks if (one := references.read(chunk))]
    return [one for one in found if titles.could_be_title(one.title)]


def _keep_own(found: Reference) -> None:
    """In a title's cell a short text beside the title is a name, not a comment."""
    found.links += [
        link
        for _, text in found.texts
        if _ID.fullmatch(text) and (link := links.make("", f"https://arxiv.org/abs/{text}"))
    ]
    found.texts = [(label, text) for label, text in found.texts if titles.size(text) > 2]


def _read_cell(draft: Draft, table: Table, n: int, text: str) -> None:
    spans = inline.spans(text)
    plain = _shown(spans)
    match table.kinds[n]:
        case "links" | "number":
            _take_links(draft, table.headers[n], spans)
            if (
                table.kinds[n] == "links"
                and not any(s.kind == "link" for s in spans)
                and (venue := venues.venue_in(plain))
            ):
                draft.venue = draft.venue or venue
        case "venue":
            _take_links(draft, "", spans)
            draft.venue = draft.venue or plain or None
            _take_date(draft, plain)
        case "date":
            _take_links(draft, "", spans)
            _take_date(draft, plain)
        case "period":
            pass
        case "authors":
            draft.authors = draft.authors or authors.split_authors(plain)
        case "keypoints":
            draft.keypoints += keypoints.split(text)
            draft.add(table.headers[n], text)
        case "topic":
            draft.topics = tuple(dict.fromkeys((*keypoints.split(text), *draft.topics)))
        case "people":
            pass
        case _:
            _take_text(draft, table.headers[n], spans, text, plain)


def _shown(spans: list[Span]) -> str:
    """Return what a cell says, without badges and pictures."""
    if len(spans) == 1 and not spans[0].badge:
        return squeeze(spans[0].text)
    told = (s for s in spans if s.kind in {"text", "code", "break"} or (s.kind == "link" and not s.badge))
    return squeeze("".join(" " if s.kind == "break" else s.text for s in told))


def _take_date(draft: Draft, plain: str) -> None:
    if found := dates.moments(plain):
        draft.published = draft.published or found[0].text


def _take_links(draft: Draft, header: str, spans: list[Span]) -> None:
    """Take a cell's links; a link whose own text tells no kind is called by the column."""
    for span in spans:
        if span.kind == "link":
            label = span.text if links.label_kind(span.text) and not links.is_web(span.text) else header
            if link := links.make(label, span.url):
                draft.links.append(link)
        elif "://" in span.text:
            draft.links += [link for url in links.bare_urls(span.text) if (link := links.make(header, url))]


def _take_text(draft: Draft, header: str, spans: list[Span], text: str, plain: str) -> None:
    _take_links(
        draft,
        "",
        [
            s
            for s in spans
            if s.kind == "link" and (s.badge or links.label_kind(s.text) is not None or links.is_paper_url(s.url))
        ],
    )
    prose = [s for s in spans if not s.badge and not (s.kind == "link" and links.label_kind(s.text))]
    if any(c.isalnum() for s in prose for c in s.text) and plain.lower() not in _EMPTY and not links.is_web(plain):
        draft.add(header or "Comment", text.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n"))
    draft.see_images(text)
