"""Columns: what each column of a table tells, by its header and its cells, and which one holds the papers' titles."""

import re
from collections.abc import Sequence
from typing import Literal

from digestbot.parsing import references
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.span import Span, squeeze, text_of
from digestbot.parsing.references import Proof, Reference
from digestbot.parsing.terms import arxiv, authors, cleaning, labels, links, titles, venues

Column = Literal[
    "title", "links", "venue", "date", "period", "authors", "keypoints", "topic", "text", "number", "people"
]
Row = tuple[int, Sequence[str]]
"""A row's line and its cells."""

_EMPTY = frozenset({"", "-", "--", "—", "–", "/", "null", "none", "n/a", "na", "tbd", "tba", "x", "❌", "\\"})
_LONGEST_EMPTY = max(map(len, _EMPTY))
_NUMBERS = frozenset({"no", "#", "id", "idx", "序号", "编号", "番号", "번호", "index", "rank"})
_PEOPLE_NAMES = (
    "presenter;speaker;presented by;moderator;facilitator;leader;led by;chair;"
    "discussion lead;discussion leader;报告人;汇报人;分享人;主讲人;主讲;讲者;分享者;报告者;主持人;発表者;担当;担当者;"
    "발표자;발제자;진행;진행자;담당;담당자;reader;discussant;host;lead;who"
)
_PEOPLE = frozenset(_PEOPLE_NAMES.split(";"))
_MEETING = frozenset({"readings", "reading", "required readings", "required reading"})
_PAPER_NAMES = (
    "title;paper title;paper name;papers;paper;论文;论文标题;论文题目;标题;题目;文章;論文;タイトル;논문;제목;article;"
    "paper(s);readings;reading;required readings"
)
_PAPERS = frozenset(_PAPER_NAMES.split(";"))
"""Headers that say papers stand in their column, so that short names (`BERT`) do as titles there."""
_SHORT_NAMES = (
    "name;study;studies;model;models;method;methods;what;work;works;approach;system;algorithm;framework;方法;模型;系统;算法;框架;"
    "名称;工作;手法;モデル;모델;방법"
)
_SHORT = frozenset(_SHORT_NAMES.split(";"))
"""Headers of columns whose short names stand for papers only where a link to a paper stands beside them."""
_SAYS = re.compile(r"(?i)\bpapers?\b|论文|論文|논문")
_SAMPLE = 12  # rows that tell what a column holds
_NAME = 3  # words of a name that a title begins with
_FIGURE = re.compile(r"[\s*~<>≤≥±↑↓]*\d[\d.,]*\s?(?:[A-Za-z%°]{0,3}|±\s?[\d.,]+)[\s*]*")
_YEAR = re.compile(r"\W*(?:19|20)\d\d\W*")


_JOINT = re.compile(r"[\s/&・·、,，+＋]+")
_BESIDE = re.compile(r"[/&・·、,，+＋]")
_NAMES = re.compile(r"[\w.+-]+(?:(?:,| /|、| \+) ?[\w.+-]+)+")
_CITED = re.compile(r"[^.:\"“*]{2,60}\bet al\b\.?,?\s*(?:\(?(?:19|20)\d\d\)?.{0,15})?")
"""What only cites: people and a year."""
_COMMIT = re.compile(r"(?:feat|fix|build|chore|docs|refactor|test|perf|ci)(?:\([^()]*\))?!?: ")
_AMOUNT = re.compile(r"\d[\d.,x×]*(?:\s\w+|[\"%])?")
_PUBLICATIONS = frozenset({"publication", "publications"})
"""Headers of venues, but of papers where a column beside them tells the venues."""
_REMARKS = frozenset({"notes", "comment", "tldr", "objective", "abstract"})
_CHAIN = re.compile(r"\s(?:→|->|➜)\s|\s·\s.*\s·\s")


def is_form(row: Sequence[str]) -> bool:
    """Tell whether a row is one to fill in: it says in which form to write a date."""
    text = "|".join(row)
    return "YYYY" in text or "HH:MM" in text


def is_empty(cell: str) -> bool:
    """Tell whether a cell says nothing: it is blank, a dash, `null`, `TBD`."""
    return len(cell) <= _LONGEST_EMPTY and cell.lower() in _EMPTY


def filled(kinds: Sequence[Column], rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that say more than when and who, all if none does: meetings to come are no papers yet."""
    told = [n for n, kind in enumerate(kinds) if kind not in {"date", "period", "number", "people"}]
    return [one for one in rows if any(not is_empty(one[1][n]) for n in told if n < len(one[1]))] or rows


def is_meeting(kinds: Sequence[Column], header: str) -> bool:
    """Tell whether a table's dates are those of meetings: it names who presents, or `header` heads readings."""
    return "people" in kinds or labels.fold(header) in _MEETING


def is_announced(header: str, kind: Column) -> bool:
    """Tell whether a header says that papers stand in its column."""
    name = labels.fold(header)
    return kind == "title" or name in _PAPERS or _BESIDE.split(name, 1)[0].strip() in _PAPERS


def kinds_of(headers: Sequence[str]) -> list[Column]:
    """Return what the columns of a table tell by their headers."""
    kinds: list[Column] = [kind_of(header) for header in headers]
    if kinds.count("venue") > 1:
        named = [labels.fold(header) in _PUBLICATIONS for header in headers]
        return ["title" if is_paper else kind for kind, is_paper in zip(kinds, named, strict=True)]
    return kinds


def says_papers(header: str) -> bool:
    """Tell whether a header speaks of papers by that word, not of titles alone."""
    return _SAYS.search(header) is not None


def counts_papers(headers: Sequence[str], rows: Sequence[Row]) -> bool:
    """Tell whether a column counts papers, so that each row stands for several of them."""
    return any(says_papers(header) and _holds_figures(n, rows) for n, header in enumerate(headers))


def tells_code(headers: Sequence[str], rows: Sequence[Row]) -> bool:
    """Tell whether most cells of a column of code are words in place of links: it says what the code does."""
    code = [n for n, header in enumerate(headers) if links.label_kind(labels.fold(header)) == "code"]
    held = [row[n] for n in code for _, row in rows if n < len(row)]
    told = sum(len(text.split()) >= _NAME and not ("](" in text or "://" in text or "<" in text) for text in held)
    return told * 2 > len(held)


def is_coined(title: str) -> bool:
    """Tell whether a title is a name and, behind a colon, what it stands for, as papers have it."""
    name, _, rest = title.partition(":")
    return bool(rest) and titles.size(name) <= _NAME and titles.size(rest) > _NAME and titles.is_capitalised(title)


def read_title(spans: list[Span]) -> Reference | None:
    """Read a cell of a column that is said to hold titles: words alone are one, whatever they read like elsewhere."""
    found = references.read(spans)
    if found is None and len(named := [s.text for s in spans if s.em]) == 1 and titles.looks_like_title(named[0]):
        return Reference(cleaning.clean_title(named[0]))
    if any(s.kind not in {"text", "break"} or s.em or s.strong for s in spans) or (found and not _is_cut(spans)):
        return found
    title = cleaning.clean_title(squeeze(text_of(spans)))
    return Reference(title) if titles.looks_like_title(title) and titles.is_capitalised(title) else found


def _is_cut(spans: list[Span]) -> bool:
    """Tell whether a tag breaks a title in two lines, each with enough words and their capitals for one."""
    lines = "".join("\n" if s.kind == "break" else s.text for s in spans).split("\n")
    return len(lines) == 2 and all(
        titles.looks_like_title(line) and titles.is_capitalised(line) and authors.authors_in(line) is None
        for line in map(str.strip, lines)
    )


def kind_of(header: str) -> Column:
    """Return what a column tells by its header alone; "text" if that says nothing known."""
    name = labels.fold(header)
    if not name or name in _NUMBERS:
        return "number"
    if name in _PEOPLE or name.removesuffix("s") in _PEOPLE:
        return "people"
    role = labels.role_of(name)
    match role:
        case "links" | "venue" | "date" | "period" | "authors" | "keypoints" | "topic" | "title":
            return role
        case _:
            pass
    if links.label_kind(name) is not None:
        return "links"
    parts = [p for p in _JOINT.split(name) if p]
    if parts[:1] == ["time"]:
        return "date"
    if len(parts) > 1 and labels.role_of(parts[0]) in {"venue", "date", "authors", "keypoints"}:
        return labels.role_of(parts[0])  # type: ignore[return-value]  # narrowed by the set above
    return "links" if len(parts) > 1 and parts[-1] in {"url", "urls", "doi", "link", "links"} else "text"


def title_column(headers: Sequence[str], kinds: Sequence[Column], rows: Sequence[Row]) -> int | None:
    """Choose the column whose cells read like titles; its header decides between two."""
    best: tuple[float, int | None] = (0.0, None)
    for n in range(len(kinds)):
        if kinds[n] in {"authors", "keypoints", "venue", "date", "people"} or (kinds[n] == "number" and headers[n]):
            continue
        aside = kinds[n] == "topic" or labels.role_of(headers[n]) in _REMARKS
        if aside and sum(_is_paper(row[n]) for _, row in rows if n < len(row)) * 2 < len(rows):
            continue  # a seminar's topics are its papers where they link to them, or are titles at length
        score = _score(headers[n], kinds[n], n, rows[:_SAMPLE], least=best[0])
        if score > best[0]:
            best = (score, n)
    return best[1]


def _score(header: str, kind: Column, n: int, sample: Sequence[Row], *, least: float) -> float:
    """Return how much speaks for a column being that of the titles, 0 if too few of its cells are like one.

    `least`: what speaks for another; cells that cannot say more are not read.
    """
    told = [(row[n], row) for _, row in sample if n < len(row) and not is_empty(row[n])]
    name = labels.fold(header)
    announced = is_announced(header, kind)
    linked = sum("](" in text or "<a " in text for text, _ in told) / len(sample)
    worded = announced and sum(titles.size(text) > _NAME for text, _ in told) * 2 > len(told)
    said = 1.0 if kind == "title" else 0.95 if worded else 0.6 if announced else 0.4 if name in _SHORT else 0.0
    if 1 + 0.5 * linked + said - 0.01 * n <= least:
        return 0
    likeness = sum(_is_title(text, announced or (name in _SHORT and leads_on(row))) for text, row in told) / len(sample)
    if likeness < (0.3 if announced or name in _SHORT else 0.5):
        return 0
    return likeness + 0.5 * linked * likeness + said - 0.01 * n


def _is_title(cell: str, announced: bool) -> bool:
    """Tell whether a cell reads like a title; in a column that announces papers, a short name does."""
    spans = inline.spans(cell)
    found = read_title(spans) if announced else references.read(spans)
    if found is None or _COMMIT.match(cell):
        return False
    if _CHAIN.search(found.title if titles.looks_like_title(found.title) else cell):
        return False  # names one after the other, of a series
    if not found.linked and any(form.fullmatch(found.title) for form in (_NAMES, _CITED, _AMOUNT)):
        return False
    if not found.linked and announced and _CITED.fullmatch(cell):
        return False
    linked = found.linked and found.proof == Proof.PROVEN and titles.could_be_title(found.title)
    named = announced and titles.could_be_title(found.title) and not venues.venue_in(found.title)
    worded = found.linked or not (found.title[0].isdigit() or ";" in found.title)
    return linked or named or (worded and titles.looks_like_title(found.title))


def _is_paper(cell: str) -> bool:
    return leads_on([cell]) or is_coined(cell)


def leads_on(row: Sequence[str]) -> bool:
    """Tell whether a row leads to a paper: an address in one of its cells is one's, or the id that a tag holds."""
    return any(map(arxiv.url_in_tag, row)) or any(
        links.is_paper_url(url) for cell in row if "://" in cell for url in _urls(cell)
    )


def _urls(text: str) -> list[str]:
    return links.bare_urls(text.replace(")", " "))


def is_leaderboard(title: int, kinds: list[Column], rows: Sequence[Row]) -> bool:
    """Tell whether a table compares results: two columns of figures, and names in place of titles."""
    sample = rows[:_SAMPLE]
    if sum(kind == "text" and n != title and _holds_figures(n, sample) for n, kind in enumerate(kinds)) < 2:
        return False
    named = (inline.plain(row[title]) for _, row in sample if title < len(row))
    return sum(map(titles.looks_like_title, named)) * 2 < len(sample)


def _holds_figures(n: int, sample: Sequence[Row]) -> bool:
    told = [row[n] for _, row in sample if n < len(row) and not is_empty(row[n])]
    return sum(bool(_FIGURE.fullmatch(text)) and not _YEAR.fullmatch(text) for text in told) * 3 > len(sample)
