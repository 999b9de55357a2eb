"""Dates in entries and titles: `2024-04` from the ways that people write one."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1950, 2099  # a number outside is no year of a paper or a note

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LETTER = re.compile(r"[^\W\d_]")
_SEEN = re.compile("|".join(_NAMES), re.IGNORECASE)  # a text without one of them names no month
HAS_YEAR = re.compile(r"19\d\d|20\d\d")
"""A year: a text without one is spared all other searches."""
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
"""The name of a month, in full or short."""
_YEAR = r"(?:19|20)\d\d"
_SEP = r"\s*[-/._年년]\s*"

_NUMERIC = re.compile(
    rf"(?<!\d)({_YEAR}){_SEP}(0?[1-9]|1[0-2])(?:\s*[-/._月월]\s*(0?[1-9]|[12]\d|3[01]))?(?!\d)\s*[月월日일]?"
)
_COMPACT = re.compile(rf"(?<!\d)({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)")
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DAY_AND_YEAR = rf"{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|{_DAY}\s+{MONTH},?\s+{_YEAR}|{MONTH}\s+{_DAY},?\s+{_YEAR}"
"""A day with its year, as most people write it."""
TO = r"\s*(?:[-~–—至到]|to)\s*"
"""What joins the ends of a range."""
_NAMED = re.compile(
    rf"\b({MONTH})\s*(?:{_DAY}(?:{TO}{_DAY})?(?:\s*,?\s+|[.,]|\s*[)）][\s,–-]*)|,?[\s-]*)({_YEAR})\b", re.IGNORECASE
)
_DAY_FIRST = re.compile(rf"\b{_DAY}(?:{TO}{_DAY})?\s+({MONTH})\s*,?\s*({_YEAR})\b", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"(?<![\w./-])(?:(\d{{1,2}})([./-]))?(\d{{1,2}})[./-]({_YEAR})(?![./-]?\d)")
_BEGUN = re.compile(
    rf"\b(?:{MONTH}\s*{_DAY}|{_DAY}\s+{MONTH}|(?:0?[1-9]|1[0-2])[./](?:0?[1-9]|[12]\d|3[01])){TO}$", re.IGNORECASE
)
_LONGEST_DAY = 40  # characters of a day without a year, with what joins it to the end of its range
_ENDING = re.compile(rf"{TO}(0?[1-9]|1[0-2])\s*[./月-]\s*(?:0?[1-9]|[12]\d|3[01])(?!\d)\s*日?")
_YEAR_FIRST = re.compile(rf"\b({_YEAR})\s*[-/,._]?\s*({MONTH})(?!\w)", re.IGNORECASE)
_ISO_WEEK = re.compile(rf"\b({_YEAR})(?:[-_ ]?W(?:eek)?[-_ ]?|\s?年\s?第\s?)(\d{{1,2}})(?![\dA-Za-z])", re.IGNORECASE)
_SEASON = r"(?:spring|summer|fall|autumn|winter)"
_ONLY_YEAR = re.compile(rf"^\s*(?:{_SEASON}\s*,?\s*)?({_YEAR})\s*[年년]?\s*(?:,?\s*{_SEASON})?\s*$", re.IGNORECASE)


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


def month_number(name: str) -> int:
    """Return the number of a month that goes by its name."""
    return _NAMES.index(name[:3].lower()) + 1


@lru_cache(maxsize=4096)
def moments(text: str) -> tuple[Moment, ...]:
    """Return all dates with year and month in a text, in its order."""
    if not HAS_YEAR.search(text):
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
    found: list[Moment] = []
    if _SEEN.search(text):
        found += [Moment(int(m[2]), month_number(m[1]), m.start(), m.end()) for m in _NAMED.finditer(text)]
        found += [Moment(int(m[2]), month_number(m[1]), m.start(), m.end()) for m in _DAY_FIRST.finditer(text)]
        found += [Moment(int(m[1]), month_number(m[2]), m.start(), m.end()) for m in _YEAR_FIRST.finditer(text)]
    found += [
        Moment(int(month[:4]), int(month[5:]), *m.span())
        for m in _ISO_WEEK.finditer(text)
        if (month := month_of_week(m[1], m[2]))
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


def month_of_week(year: str, number: str) -> str | None:
    """Return the month in which an ISO week ends (its Sunday)."""
    try:
        last = date.fromisocalendar(int(year), int(number), 7)
    except ValueError:
        return None
    return f"{last.year:04}-{last.month:02}"


_YEARLESS = re.compile(
    rf"(?<![\d./-])(?:({MONTH})\s*{_DAY}|{_DAY}\s+({MONTH})|(\d{{1,2}})\s*[./月월-]\s*(\d{{1,2}}))(?![\d./-])",
    re.IGNORECASE,
)


def month_in(text: str, year: int, *, day_first: bool) -> str | None:
    """Return the month of a day without a year (`29/03`, `Mar 29`, `3月29日`) that stands under a year."""
    found = _YEARLESS.search(text)
    if not found:
        return None
    month = month_number(found[1] or found[2]) if found[1] or found[2] else int(found[4 if day_first else 3])
    return f"{year:04}-{month:02}" if 1 <= month <= 12 else None


def year_alone(text: str) -> int:
    """Return the year that is all a text says, perhaps with its season, else 0."""
    found = _ONLY_YEAR.match(text)
    return int(found[1]) if found else 0


_LONE_YEAR = re.compile(rf"(?<![\d./-]){_YEAR}(?![\d/-]|\.\d)")


def lone_year(text: str) -> int:
    """Return the year that a text names among other words, 0 if it names none or several."""
    found = {int(year) for year in _LONE_YEAR.findall(text)} if HAS_YEAR.search(text) else set[int]()
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
    found = _SUBMITTED.search(text) if HAS_YEAR.search(text) else None
    dates = moments(found[1]) if found else ()
    return dates[0].text if dates else None


_GLUED = re.compile(
    r"\s*[（(\[【]\s*([^()（）\[\]]{4,24}?)\s*[)）\]】]?\s*$|^\s*[（(\[【]\s*([^()（）\[\]]{4,14}?)\s*[)）\]】]\s*"
)


_BY_WHOM = re.compile(r"[\s.,;*|/-]*(?:(?:[A-Z][\w&.-]*|[\u4e00-\u9fff]{1,8})[\s.,;*|/-]*){0,2}")
"""What may stand beside a date behind a title: whose the paper is in a word or two (`2018.12, OpenAI`), or what."""
_YEAR_AND_KIND = re.compile(r"(?:19|20)\d\d年?[\u4e00-\u9fff]{1,8}")
"""`2024综述`."""
_BARE_BEHIND = re.compile(r"(?<=\S)\s+((?:19|20)\d\d[-/.](?:0[1-9]|1[0-2])(?:[-/.][0-3]?\d)?)\s*$")
_BARE_BEFORE = re.compile(r"(?:(?:19|20)\d\d\s+[-–—]\s+|[12]\d\.(?:0[1-9]|1[0-2])\s?[:：]\s+)(?=\S)")
"""A year and a dash, or the year and month of reading, before a title: `2022 - `, `19.07: `."""


def split_date(title: str) -> tuple[str, str | None]:
    """Take a date or a year off the end or the front of a title, in brackets or not, also if these are not closed."""
    if title[:1].isdigit() and (before := _BARE_BEFORE.match(title)):
        title = title[before.end() :]
    if not HAS_YEAR.search(title):
        return title, None
    if title[-1:].isdigit() and (behind := _BARE_BEHIND.search(title)):
        return title[: behind.start()], moments(behind[1])[0].text
    found = _GLUED.search(title)
    inside = (found[1] or found[2]) if found else None
    if not found or not inside:
        return title, None
    if year_alone(inside) or _YEAR_AND_KIND.fullmatch(inside):
        return (title[: found.start()] + title[found.end() :]).strip(), None
    dates = moments(inside)
    if not dates or not (_BY_WHOM.fullmatch(inside[: dates[0].start]) and _BY_WHOM.fullmatch(inside[dates[-1].end :])):
        return title, None
    return (title[: found.start()] + title[found.end() :]).strip(), dates[0].text
