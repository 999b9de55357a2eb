"""What headings and paths say of a period: the month or year that everything below them is from."""

import re
from datetime import date, timedelta

from digestbot.parsing.terms.dates import HAS_YEAR, MONTH, TO, Moment, moments, month_number, month_of_week, year_alone

_ONLY_MONTH = re.compile(rf"^\s*(?:({MONTH})|(0?[1-9]|1[0-2])\s*[月월])\s*$", re.IGNORECASE)
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
    rf"(?<!\d)(0?[1-9]|1[0-2])\s*[./月-]\s*(0?[1-9]|[12]\d|3[01])日?{TO}"
    r"(0?[1-9]|1[0-2])\s*[./月-]\s*(0?[1-9]|[12]\d|3[01])日?(?!\d)"
)
_NAMED_DAYS = re.compile(
    rf"\b({MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?{TO}(?:({MONTH})\s*)?(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)",
    re.IGNORECASE,
)


def period_heading(text: str) -> Moment | None:
    """Return the month or year that a heading names, if that is all it says; a range counts for where it ends."""
    if len(text) > 80:
        return None
    if year := year_alone(text):
        return Moment(year, 0, 0, len(text))
    if short := _SHORT_MONTH.match(text):
        return Moment(2000 + int(short[1]), int(short[2]), 0, len(text))
    found = moments(text)
    if not found:
        bare = year_alone(_AROUND.sub(" ", text)) if HAS_YEAR.search(text) else 0
        return Moment(bare, 0, 0, len(text)) if bare else None
    rest = text
    for moment in reversed(found):
        rest = rest[: moment.start] + " " + rest[moment.end :]
    rest = _AROUND.sub(" ", rest)
    return found[-1] if sum(map(str.isalpha, rest)) <= 2 else None


_SHORT_DAY = re.compile(r"([\[(（【]?)(\d\d)([-./])((?:0?[1-9]|1[0-2])\3(?:0?[1-9]|[12]\d|3[01]))(?!\d)")


def with_year(heading: str, year: int) -> str:
    """Return a heading that begins with a day of the year above it in two digits (`[22-03-04] …`) with all four."""
    found = _SHORT_DAY.match(heading)
    return f"{found[1]}{year}{heading[found.start(3) :]}" if found and int(found[2]) == year % 100 else heading


def month_heading(text: str) -> int:
    """Return the number of the month that a heading names without its year (`8月`, `March`), else 0."""
    found = _ONLY_MONTH.match(text)
    if not found:
        return 0
    return month_number(found[1]) if found[1] else int(found[2])


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


def _month(told: str) -> int:
    return int(told) if told.isdigit() else month_number(told)


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
        if alone := year_alone(part):
            year, month = alone, None
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
    if (week := _WEEK.fullmatch(part)) and (named := month_of_week(f"{year}", week[1] or week[2])):
        return named
    found = re.match(r"(0[1-9]|1[0-2])(?:[-_]?(0[1-9]|[12]\d|3[01]))?(?=$|[-_ ])", part)
    return f"{year:04}-{found[1]}" if found else None


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
