"""Papers in tables: one in each row, its columns told by their headers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from digestbot.parsing import references
from digestbot.parsing.markdown import htmltable, inline
from digestbot.parsing.markdown.blocks import Block, cells
from digestbot.parsing.markdown.span import Span, squeeze, text_of
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.shapes import celled, columns, glossed, grounds, topical
from digestbot.parsing.shapes.columns import Column, Row, is_empty
from digestbot.parsing.terms import cleaning, dates, links, titles

_GROUPS = frozenset({"period", "people", "date"})
_NAME = 3  # words of a link that may be another's name than a paper's
_GROUP_NAME = 5  # words that a row may take to name those below it
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/((?:19|20)?\d\d))?")


@dataclass(slots=True)
class Table:
    """A table whose rows are papers: the columns' kinds and headers, the title's column, the rows with their lines.

    Cells that say nothing are empty.
    """

    kinds: list[Column]
    headers: list[str]
    title: int
    rows: Sequence[Row]
    day_first: bool = field(init=False)
    """Whether dates with slashes begin with the day here: one of them begins with a number over 12."""
    year_first: bool = field(init=False)
    """Whether they begin with the year's two last digits: these stay while what stands last changes."""
    head: Column = field(init=False)
    """What the header of the titles' column tells by itself."""
    announced: bool = field(init=False)
    """Whether the header of the titles' column says that papers stand in it."""
    cjk: bool = field(init=False)
    """Whether most titles are Chinese, Japanese or Korean."""
    linked: bool = field(init=False)
    """Whether most titles are links, but for rows of one cell: such a row without a link is no paper."""

    def __post_init__(self) -> None:
        header = self.headers[self.title]
        self.head = columns.kind_of(header)
        self.announced = columns.is_announced(header, self.head)
        self.cjk = sum(titles.is_mostly_cjk(self.cell(row)) for row in self.rows) * 2 > len(self.rows)
        self.linked = self._is_linked()
        found = self._slashed()
        self.day_first = any(int(date[1]) > 12 for date in found)
        short = [date for date in found if len(date[3] or "") == 2]
        self.year_first = len({d[1] for d in short}) == 1 < len({d[3] for d in short}) and int(short[0][1]) > 12

    def _slashed(self) -> list[re.Match[str]]:
        cells = (cell for _, row in self.rows for cell in row) if self.meetings or "date" in self.kinds else ()
        return [found for cell in cells if "/" in cell and (found := _SLASHED.fullmatch(cell.strip()))]

    @property
    def meetings(self) -> bool:
        """Whether a column tells when the papers were read."""
        return "period" in self.kinds

    def _is_linked(self) -> bool:
        told = ((_is_linked(self.cell(row)), row[1]) for row in self.rows)
        found = [linked for linked, row in told if linked or sum(map(bool, row)) > 1]
        return sum(found) * 2 > len(found)

    def cell(self, row: Row) -> str:
        """Return the cell of a row that holds its title, empty if the row is too short."""
        return row[1][self.title] if self.title < len(row[1]) else ""


def _is_linked(cell: str) -> bool:
    return "](" in cell or "<a " in cell


def judge(block: Block, place: Place) -> Table | None:
    """Decide whether a table holds papers, and which column tells what."""
    if place.nothing:
        return None
    lines = block.text.split("\n")
    rows = [(block.start + n, cells(line)) for n, line in enumerate(lines[2:], 2) if line.strip()]
    return _judge_rows((block.start, cells(lines[0])), rows, place)


def judge_html(block: Block, place: Place) -> Table | None:
    """Decide the same of a table written in HTML, whose first row tells what its columns are."""
    if place.nothing or "<tr" not in block.text:
        return None
    rows = htmltable.rows(block)
    if len(rows) < 2 or any(map(_is_linked, rows[0][1])):
        return None
    return _judge_rows(rows[0], rows[1:], place)


def _judge_rows(head: Row, rows: Sequence[Row], place: Place) -> Table | None:
    if columns.leads_on(head[1]):  # a table without a head
        head, rows = (head[0], [""] * len(head[1])), [head, *rows]
    rows = [row for row in rows if not (columns.is_form(row[1]) or all(map(is_empty, row[1])))]
    if not rows:
        return None
    headers = [squeeze(inline.plain(cell)) for cell in head[1]]
    kinds: list[Column] = columns.kinds_of(headers)
    for n, header in enumerate(headers):
        if columns.is_announced(header, kinds[n]):
            rows = glossed.set_off(n, rows)
    held = columns.filled(kinds, rows)
    title = columns.title_column(headers, kinds, held)
    if title is None:
        topics = () if place.elsewhere else topical.with_titles(kinds, held)
        return Table([*kinds, "title"], [*headers, "Title"], len(kinds), topics) if topics else None
    spoken_for = place.ruled or grounds.speak_for(headers, kinds, title, held, place)
    kinds[title] = "title"
    if not spoken_for or columns.is_leaderboard(title, kinds, held):
        return None
    if columns.is_meeting(kinds, headers[title]):
        kinds = ["period" if kind == "date" else kind for kind in kinds]
    told = [(line, tuple(["" if is_empty(cell) else cell for cell in row])) for line, row in rows]
    return Table(kinds, headers, title, told)


def read(page: Page, table: Table, place: Place) -> None:
    """Put the papers of a table on the page. A date stands for the rows below it that have none.

    A topic that is named inside a meeting, before papers without a date of their own, ends with it.
    """
    at, before = place, len(page.drafts)
    meetings, inside = table.meetings, False
    for line, row in table.rows:
        meeting = _meeting(table, row, place) if meetings else None
        if meeting:
            at = replace(at, period=meeting, topics=place.topics if inside else at.topics)
        if group := _group(table, row):
            at, inside = replace(at, topics=(group, *place.topics)[:3]), False
            continue
        inside = meeting is None and (inside or at.topics != place.topics)
        if len(page.drafts) > before and not _is_linked(table.cell((line, row))) and _is_spread(table, row):
            page.drafts[-1].add("Notes", table.cell((line, row)))
            continue
        _read_row(page, table, at, line, row)


def _is_spread(table: Table, row: Sequence[str]) -> bool:
    """Tell whether a row is but a text, over the title's column and one beside it: it is on the paper above."""
    title = row[table.title] if table.title < len(row) else ""
    return row.count(title) > 1 and set(filter(None, row)) == {title} and titles.size(title) > _NAME


def _meeting(table: Table, row: Sequence[str], place: Place) -> str | None:
    """Return the month in which a row's papers were read; a day without a year is one of the year above the table."""
    for kind, text in zip(table.kinds, row, strict=False):
        if kind != "period":
            continue
        if found := dates.moments(_plain_date(table, text)):
            return found[0].text
        if place.year and (month := dates.month_in(text, place.year, day_first=table.day_first)):
            return month
    return None


def _group(table: Table, row: Sequence[str]) -> str:
    """Return the topic that a row names for those below it: all it says is a label, or a few words in code.

    Where the table's titles are links, a few words alone are none.
    """
    said = [n for n, text in enumerate(row) if text]
    if len(said) == len(table.kinds) and len({row[n] for n in said}) == 1:
        said = [table.title]  # one cell over the whole row
    if not said or not 3 <= len(table.kinds) > said[-1]:
        return ""
    text = row[said[-1]]
    if table.kinds[said[-1]] not in {"title", "number"} and not (len(said) == 1 and text.startswith(("**", "__"))):
        return ""
    if any(table.kinds[n] not in _GROUPS for n in said[:-1]) or "](" in text or "://" in text:
        return ""
    leads = text.rstrip(" *_").endswith((":", "："))
    spans = [s for s in inline.spans(text) if any(map(str.isalnum, s.text))]
    name = cleaning.clean_title("".join(s.text for s in spans))
    short = len(said) == 1 and titles.size(name) <= (_GROUP_NAME if table.linked else _GROUP_NAME - 1)
    marked = (table.linked or all(s.strong for s in spans)) and short
    return name if marked or leads or all(s.kind == "code" for s in spans) else ""


def _plain_date(table: Table, text: str) -> str:
    """Return a date's cell with its year in four digits, with points between day and month where the day is first."""
    found = _SLASHED.fullmatch(text.strip())
    if not found or not found[3]:
        return text
    if len(found[3]) == 2 and table.year_first:
        return f"20{found[1]}-{found[2]}-{found[3]}"
    between = "." if table.day_first else "/"
    return f"{found[1]}{between}{found[2]}{between}{found[3] if len(found[3]) == 4 else f'20{found[3]}'}"


def _read_row(page: Page, table: Table, place: Place, line: int, row: Sequence[str]) -> None:
    found = _references(table.cell((line, row)), announced=table.announced)
    found = [one for one in found if one.linked or not _is_pause(table, one.title)]
    if "---" in "|".join(row) and sum(text.startswith("---") and not text.strip("-") for text in row) > 1:
        return  # words between two parts of the table
    if not found:
        if any("](" in other for other in row):
            page.log.tell(line, "a table row with links but without a title", "left it out")
        return
    further = _further(table, row)
    for reference in [*found, *chain.from_iterable(further.values())]:
        draft = page.begin(reference.title, line, place)
        celled.keep_own(reference)
        draft.take(reference)
        for n, text in enumerate(row[: len(table.kinds)]):
            shared = (len(found) == 1 and n not in further) or table.kinds[n] in {"period", "topic", "date"}
            if text and n != table.title and shared:
                dated = _plain_date(table, text) if table.kinds[n] == "date" else text
                celled.take(draft, table.kinds[n], table.headers[n], dated)


def _is_pause(table: Table, name: str) -> bool:
    """Tell whether a row tells no paper: below topics, English or linked titles stands but a word or two, a remark."""
    if table.head == "topic":
        return not titles.looks_like_title(name)
    among = (table.meetings and not table.cjk) or table.linked
    return among and titles.is_mostly_cjk(name) and not titles.looks_like_title(name)


def _further(table: Table, row: Sequence[str]) -> dict[int, list[Reference]]:
    """Return the papers that a meeting read besides its first, by the column that they are linked in."""
    if not table.meetings:
        return {}
    others = {
        n: text for n, text in enumerate(row[: len(table.kinds)]) if table.kinds[n] == "text" and _is_linked(text)
    }
    told = {n: _references(text, announced=False) for n, text in others.items()}
    return {
        n: found
        for n, found in told.items()
        if found and all(one.linked and one.proof == Proof.PROVEN and titles.size(one.title) > _NAME for one in found)
    }


def _references(cell: str, *, announced: bool) -> list[Reference]:
    """Read a title's cell: one paper, or several that are linked one after the other.

    `announced`: the column's header says that titles stand in it.
    """
    if not cell:
        return []
    spans = inline.spans(cell)
    starts = [n for n, s in enumerate(spans) if s.kind == "link" and not s.badge and titles.could_be_title(s.text)]
    if len(starts) > 1 and all(links.is_paper_url(spans[n].url) for n in starts):
        begins = _first_of_lines(spans, starts)
        chunks = [spans[n:end] for n, end in zip(begins, [*begins[1:], len(spans)], strict=True)]
    elif len(starts) == 1 and _is_led(spans[: starts[0]], spans[starts[0]]):
        chunks = [spans[starts[0] :]]
    else:
        chunks = [spans]
    if announced and len(chunks) == 1:
        found = [one for one in (columns.read_title(chunks[0]),) if one]
    else:
        found = [one for chunk in chunks if (one := references.read(chunk))]
    return [one for one in found if titles.could_be_title(one.title)]


def _is_led(before: list[Span], link: Span) -> bool:
    """Tell whether what stands before a linked title is but a line of marks, or says something of it in Chinese."""
    if not before or any(span.kind == "link" for span in before):
        return False
    said = text_of(before)
    if titles.is_mostly_cjk(said) and not titles.is_cjk(link.text):
        return links.is_paper_url(link.url)
    return before[-1].kind == "break" and titles.looks_like_title(link.text) and not titles.looks_like_title(said)


def _first_of_lines(spans: list[Span], starts: list[int]) -> list[int]:
    """Return where the lines of a cell begin that have one linked title each, else where the titles themselves do."""
    lines = [0, *(n + 1 for n, span in enumerate(spans) if span.kind == "break")]
    led = [max(line for line in lines if line <= start) for start in starts]
    return led if len(set(led)) == len(led) else starts
