"""Months in headings, paths, titles and entries: `2024-04` from the ways that people write one."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1950, 2099  # a number outside is no year of a paper or a note

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LETTER = re.compile(r"[^\W\d_]")
_HAS_YEAR = re.compile(r"19\d\d|20\d\d")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_SEP = r"\s*[-/._年년]\s*"

_NUMERIC = re.compile(
    rf"(?<!\d)({_YEAR}){_SEP}(0?[1-9]|1[0-2])(?:\s*[-/._月월]\s*(0?[1-9]|[12]\d|3[01]))?(?!\d)\s*[月월日일]?"
)
_COMPACT = re.compile(rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)")
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_TO = r"\s*(?:[-~–—至到]|to)\s*"
_NAMED = re.compile(
    rf"\b({_MONTH})\s*(?:{_DAY}(?:{_TO}{_DAY})?(?:\s*,?\s+|\s*[)）][\s,–-]*)|,?[\s-]*)({_YEAR})\b", re.IGNORECASE
)
_DAY_FIRST = re.compile(rf"\b{_DAY}(?:{_TO}{_DAY})?\s+({_MONTH})\s*,?\s*({_YEAR})\b", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"(?<![\w./-])(?:(\d{{1,2}})([./-]))?(\d{{1,2}})[./-]({_YEAR})(?![./-]?\d)")
_BEGUN = re.compile(
    rf"\b(?:{_MONTH}\s*{_DAY}|{_DAY}\s+{_MONTH}|(?:0?[1-9]|1[0-2])[./](?:0?[1-9]|[12]\d|3[01])){_TO}$", re.IGNORECASE
)
_LONGEST_DAY = 40  # characters of a day without a year, with what joins it to the end of its range
_ENDING = re.compile(rf"{_TO}(0?[1-9]|1[0-2])\s*[./月-]\s*(?:0?[1-9]|[12]\d|3[01])(?!\d)\s*日?")
_YEAR_FIRST = re.compile(rf"\b({_YEAR})\s*[-/,._]?\s*({_MONTH})(?!\w)", re.IGNORECASE)
_ISO_WEEK = re.compile(rf"\b({_YEAR})(?:[-_ ]?W(?:eek)?[-_ ]?|\s?年\s?第\s?)(\d{{1,2}})(?![\dA-Za-z])", re.IGNORECASE)
_SEASON = r"(?:spring|summer|fall|autumn|winter)"
_ONLY_YEAR = re.compile(rf"^\s*(?:{_SEASON}\s*,?\s*)?({_YEAR})\s*[年년]?\s*(?:,?\s*{_SEASON})?\s*$", re.IGNORECASE)
_ONLY_MONTH = re.compile(rf"^\s*(?:({_MONTH})|(0?[1-9]|1[0-2])\s*[月월])\s*$", re.IGNORECASE)
_SHORT_MONTH = re.compile(r"^\s*['’]?([12]\d)(?:\s*[./]\s*(?=[01]\d)|\s*[年년]\s*)(0?[1-9]|1[0-2])\s*[月월]?\s*$")
"""A year's two last digits and its month: `21.08`, `24년 3월`; `21.8` is a section's number."""

_AROUND = re.compile(
    r"(?i)\b(?:week(?:ly)?(?:\s+of|\s*\d+)?|papers?|readings?|notes?|from|to|until|updated?|added|on|date|the|daily|"
    r"monthly|arxiv|issue|vol|no|list|in|and|reading\s+group|journal\s+club|meetings?|sessions?|schedules?|of)\b"
    r"|第?\s*\d*\s*[周週期]|论文|論文|阅读|周报|月报|更新|日期|주차|주|월간|주간"
)
_SHORT_RANGE = re.compile(
    r"(?<!\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s*[-_~–]\s*(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"
)
_DAYS = re.compile(
    r"(?<!\d)(0?[1-9]|1[0-2])\s*[./月-]\s*(0?[1-9]|[12]\d|3[01])日?\s*(?:[-~–—至到]|to)\s*"
    r"(0?[1-9]|1[0-2])\s*[./月-]\s*(0?[1-9]|[12]\d|3[01])日?(?!\d)"
)
_NAMED_DAYS = re.compile(
    rf"\b({_MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?{_TO}(?:({_MONTH})\s*)?(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A month, or a year whose month is not told (`month` 0), found between two places of a text."""

    year: int
    month: int
    start: int
    end: int

    @property
    def text(self) -> str | None:
        """The month as `YYYY-MM`."""
        return f"{self.year:04}-{self.month:02}" if self.month else None


def _number(name: str) -> int:
    return _NAMES.index(name[:3].lower()) + 1


@lru_cache(maxsize=4096)
def moments(text: str) -> tuple[Moment, ...]:
    """Return all dates with year and month in a text, in its order."""
    if not _HAS_YEAR.search(text):
        return ()
    found = [moment for m in _YEAR_LAST.finditer(text) if (moment := _year_last(m))]
    taken = {moment.end for moment in found}  # the `2024 - 04` of `29.12.2024 - 04.01.2025` is no month
    found += [_to_its_end(m, text) for m in _NUMERIC.finditer(text) if m.start() + 4 not in taken]
    found += [Moment(int(m[1]), int(m[2]), m.start(), m.end()) for m in _COMPACT.finditer(text)]
    if _LETTER.search(text):
        found += _named(text)
    begun = [_from_its_start(moment, text) for moment in found]
    return tuple(sorted(begun, key=lambda moment: (moment.start, -moment.end)))


def _named(text: str) -> list[Moment]:
    """Return the dates whose months have names, and the weeks."""
    found = [Moment(int(m[2]), _number(m[1]), m.start(), m.end()) for m in _NAMED.finditer(text)]
    found += [Moment(int(m[2]), _number(m[1]), m.start(), m.end()) for m in _DAY_FIRST.finditer(text)]
    found += [Moment(int(m[1]), _number(m[2]), m.start(), m.end()) for m in _YEAR_FIRST.finditer(text)]
    found += [
        Moment(int(month[:4]), int(month[5:]), *m.span())
        for m in _ISO_WEEK.finditer(text)
        if (month := _week(m[1], m[2]))
    ]
    return found


def _year_last(match: re.Match[str]) -> Moment | None:
    """Return the month of `04.01.2025` (day first), `12/25/2023` (month first, as between slashes) or `03/2024`."""
    numbers = [int(match[3])] if not match[1] else [int(match[1]), int(match[3])]
    month = numbers[0] if match[2] == "/" and numbers[0] <= 12 else numbers[-1]
    return Moment(int(match[4]), month, *match.span()) if 1 <= month <= 12 else None


def _to_its_end(match: re.Match[str], text: str) -> Moment:
    """Return the month of a day, or of the day without a year that a range goes on to (`2024/12/30-01/05`)."""
    year, month = int(match[1]), int(match[2])
    ending = _ENDING.match(text, match.end()) if match[3] else None
    if not ending:
        return Moment(year, month, *match.span())
    return Moment(year + (int(ending[1]) < month), int(ending[1]), match.start(), ending.end())


def _from_its_start(moment: Moment, text: str) -> Moment:
    """Let a moment begin with the day without a year that a range began on (`Dec 30 - Jan 5, 2025`)."""
    begun = _BEGUN.search(text, max(0, moment.start - _LONGEST_DAY), moment.start)
    return replace(moment, start=begun.start()) if begun else moment


def _week(year: str, number: str) -> str | None:
    """Return the month in which an ISO week ends (its Sunday)."""
    try:
        last = date.fromisocalendar(int(year), int(number), 7)
    except ValueError:
        return None
    return f"{last.year:04}-{last.month:02}"


def period_heading(text: str) -> Moment | None:
    """Return the month or year that a heading names, if that is all it says; a range counts for where it ends."""
    if len(text) > 80:
        return None
    if only := _ONLY_YEAR.match(text):
        return Moment(int(only[1]), 0, 0, len(text))
    if short := _SHORT_MONTH.match(text):
        return Moment(2000 + int(short[1]), int(short[2]), 0, len(text))
    found = moments(text)
    if not found:
        bare = _ONLY_YEAR.match(_AROUND.sub(" ", text)) if _HAS_YEAR.search(text) else None
        return Moment(int(bare[1]), 0, 0, len(text)) if bare else None
    rest = text
    for moment in reversed(found):
        rest = rest[: moment.start] + " " + rest[moment.end :]
    rest = _AROUND.sub(" ", rest)
    return found[-1] if sum(map(str.isalpha, rest)) <= 2 else None


def month_heading(text: str) -> int:
    """Return the number of the month that a heading names without its year (`8月`, `March`), else 0."""
    found = _ONLY_MONTH.match(text)
    if not found:
        return 0
    return _number(found[1]) if found[1] else int(found[2])


def days_heading(text: str, year: int) -> Moment | None:
    """Return the month in which a range of days without a year ends (`0310-0314`, `12.30 - 1.3`)."""
    found = _SHORT_RANGE.search(text) or _DAYS.search(text) or _NAMED_DAYS.search(text)
    if not found or sum(map(str.isalpha, _AROUND.sub("", text[: found.start()] + text[found.end() :]))) > 2:
        return None
    first = _month(found[1])
    start, end = (first, int(found[2])), (_month(found[3]) if found[3] else first, int(found[4]))
    if end >= start:
        return Moment(year, end[0], *found.span())
    return Moment(year + _crosses(year, start), end[0], *found.span())


_YEARLESS = re.compile(
    rf"(?<![\d./-])(?:({_MONTH})\s*{_DAY}|{_DAY}\s+({_MONTH})|(\d{{1,2}})\s*[./月월-]\s*(\d{{1,2}}))(?![\d./-])",
    re.IGNORECASE,
)


def month_in(text: str, year: int, *, day_first: bool) -> str | None:
    """Return the month of a day without a year (`29/03`, `Mar 29`, `3月29日`) that stands under a year."""
    found = _YEARLESS.search(text)
    if not found:
        return None
    month = _number(found[1] or found[2]) if found[1] or found[2] else int(found[4 if day_first else 3])
    return f"{year:04}-{month:02}" if 1 <= month <= 12 else None


def _month(told: str) -> int:
    return int(told) if told.isdigit() else _number(told)


def _crosses(year: int, start: tuple[int, int]) -> int:
    """Return 1 if a range over New Year began in this year, 0 if it ended in it: weeks begin on Sunday or Monday."""
    try:
        began = date(year, *start)
    except ValueError:
        return 0
    return 1 if (began + timedelta(days=1)).weekday() <= 1 else 0


def period_of_path(file: str) -> str | None:
    """Return the month that a path names: in the file's name, else over its folders (`2021/07/…`)."""
    parts = [part for part in re.split(r"[\\/]", file) if part]
    if not parts:
        return None
    parts[-1] = re.sub(r"\.\w{1,8}$", "", parts[-1])
    year = 0
    month: str | None = None
    for part in parts:
        if named := _ONLY_YEAR.match(part):
            year, month = int(named[1]), None
        elif found := [m for m in moments(part) if m.start == 0 or m.end == len(part)]:
            month = found[-1].text
        elif (named := period_heading(part)) and named.text:
            year, month = named.year, named.text
        elif year and month is None:
            month = _within(part, year)
    return month


_WEEK = re.compile(r"(?i)(?:week|wk|w)[-_ ]?(\d{1,2})|第?\s?(\d{1,2})[-_ ]?(?:[周週주]차?|week|wk)")


def _within(part: str, year: int) -> str | None:
    if number := month_heading(part):
        return f"{year:04}-{number:02}"
    if ranged := days_heading(part, year):
        return ranged.text
    if (week := _WEEK.fullmatch(part)) and (named := _week(f"{year}", week[1] or week[2])):
        return named
    found = re.match(r"(0[1-9]|1[0-2])(?:[-_]?(0[1-9]|[12]\d|3[01]))?(?=$|[-_ ])", part)
    return f"{year:04}-{found[1]}" if found else None


_LONE_YEAR = re.compile(rf"(?<![\d./-]){_YEAR}(?![\d/-]|\.\d)")


def lone_year(text: str) -> int:
    """Return the year that a text names among other words, 0 if it names none or several."""
    found = {int(year) for year in _LONE_YEAR.findall(text)} if _HAS_YEAR.search(text) else set[int]()
    return found.pop() if len(found) == 1 else 0


_ARXIV_MONTH = re.compile(
    r"(\d\d)(0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/(\d\d)(0[1-9]|1[0-2])\d{3}", re.IGNORECASE
)


def arxiv_month(identifier: str) -> str | None:
    """Return the month in an arXiv id, which is that of the first submission (arxiv.org/help/arxiv_identifier)."""
    found = _ARXIV_MONTH.fullmatch(identifier)
    if not found:
        return None
    if found[1]:
        return f"20{found[1]}-{found[2]}" if int(found[1]) >= 7 else None
    return f"{'19' if int(found[3]) >= 91 else '20'}{found[3]}-{found[4]}"


_SUBMITTED = re.compile(
    r"(?i)\b(?:submitted(?:\s+on)?|submission\s+received|received|published|date)\b\s*:?\s*(.{4,40})"
)


def submitted(text: str) -> str | None:
    """Return the month of `[Submitted on 17 Sep 2024 (v1), …]` and its like."""
    found = _SUBMITTED.search(text) if _HAS_YEAR.search(text) else None
    dates = moments(found[1]) if found else ()
    return dates[0].text if dates else None


_GLUED = re.compile(
    r"\s*[（(\[【]\s*([^()（）\[\]]{4,24}?)\s*[)）\]】]?\s*$|^\s*[（(\[【]\s*([^()（）\[\]]{4,14}?)\s*[)）\]】]\s*"
)


_BY_WHOM = re.compile(r"[\s.,;*|/-]*(?:[A-Z][\w&.-]*[\s.,;*|/-]*){0,2}")
"""What may stand beside a date behind a title: whose the paper is in a word or two (`2018.12, OpenAI`)."""


def split_date(title: str) -> tuple[str, str | None]:
    """Take a date or a year in brackets off the end or the front of a title, also where the bracket is not closed."""
    if not _HAS_YEAR.search(title):
        return title, None
    found = _GLUED.search(title)
    inside = (found[1] or found[2]) if found else None
    if not found or not inside:
        return title, None
    if _ONLY_YEAR.match(inside):
        return (title[: found.start()] + title[found.end() :]).strip(), None
    dates = moments(inside)
    if not dates or not (_BY_WHOM.fullmatch(inside[: dates[0].start]) and _BY_WHOM.fullmatch(inside[dates[-1].end :])):
        return title, None
    return (title[: found.start()] + title[found.end() :]).strip(), dates[0].text


def split_period(heading: str) -> tuple[str, Moment] | None:
    """Take a month off the front or the end of a heading that says something else too (`2024-03: Memory`)."""
    found = moments(heading)
    if not found:
        return None
    first, last = found[0], found[-1]
    if not heading[: first.start].strip(" ([（【第"):
        return heading[last.end :].strip(" )]）】:：-–—,|日"), last
    if not heading[last.end :].strip(" )]）】日"):
        return heading[: first.start].strip(" ([（【:：-–—,|"), last
    return None
