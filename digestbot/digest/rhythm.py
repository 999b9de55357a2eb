"""On which days digests come: as people write it, in English or Chinese, and as it is told to them."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple, get_args

from digestbot.errors import ChannelError
from digestbot.models import Schedule, Weekday

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
MOST_WEEKS = 52
"""The longest time between two digests of a rhythm that counts weeks."""

_LONGEST = 200  # characters; all days of a rhythm in full words are under 100
_LONGEST_QUOTE = 60
_LIKE = "Monday, mon and thu, weekdays, daily, every 2 weeks on Monday or first Monday of the month"


class Rhythm(NamedTuple):
    """The days of a schedule without hour and zone; see `Schedule`. `since` may be open still ("")."""

    days: tuple[Weekday, ...]
    weeks: int = 1
    since: str = ""
    nth: int = 0


def parse_rhythm(text: str) -> Rhythm:
    """Return the rhythm that a text means. Raises ChannelError."""
    if len(text) > _LONGEST:
        raise _unknown(text)
    wish = " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" ,.;。、")
    wish, since = _since(text, wish)
    rhythm = _monthly(text, wish) or _every_weeks(text, wish) or Rhythm(_days(text, wish))
    if since and rhythm.weeks == 1:
        raise ChannelError(f"{quoted(text)}: only a rhythm like every 2 weeks on Monday is counted from a date")
    return rhythm._replace(since=since)


def parse_day(text: str) -> str:
    """Return the rhythm that a text means in its own words, which mean the same again. Raises ChannelError."""
    return words(parse_rhythm(text))


def in_words(schedule: Schedule) -> str:
    """Say when a schedule's digests come, without the zone: "Every 2 weeks on Friday 18:00"."""
    return f"{words(Rhythm(schedule.days, schedule.weeks, nth=schedule.nth))} {schedule.time}"


def words(rhythm: Rhythm) -> str:
    """Say on which days digests come: "Mondays and Thursdays", "First Monday of the month"."""
    names = [day.capitalize() for day in rhythm.days]
    if rhythm.nth:
        return f"{_ORDINALS[rhythm.nth]} {_listed(names)} of the month"
    span = "Monday to Friday" if rhythm.days == WEEKDAYS[:5] else ""
    if rhythm.weeks > 1:
        span = "Monday to Sunday" if rhythm.days == WEEKDAYS else span
        begun = f" from {rhythm.since}" if rhythm.since else ""
        return f"Every {rhythm.weeks} weeks on {span or _listed(names)}{begun}"
    span = "Every day" if rhythm.days == WEEKDAYS else span
    return span or _listed([f"{name}s" for name in names])


def quoted(text: str) -> str:
    """Return what a person wrote for a sentence about it: in quotation marks, on one line, cut if it is long."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= _LONGEST_QUOTE else f"“{line[:_LONGEST_QUOTE]}…”"


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _unknown(text: str) -> ChannelError:
    return ChannelError(f"{quoted(text)} is not a weekday or a rhythm of them; write one like {_LIKE}")


_ORDINALS = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", -1: "Last"}
_CHINESE = "一二三四五六日"
_DIGITS = "一二三四五六七八九"
_WEEK = "(?:周|星期|礼拜)"
_NTH = {
    **{word.casefold(): nth for nth, word in _ORDINALS.items()},
    **{form: nth for nth, word in enumerate(("1st", "2nd", "3rd", "4th"), 1) for form in (word, word[0])},
    **{form: nth for nth, form in enumerate(_DIGITS[:4], 1)},
    "最后一": -1,
}

_FROM = re.compile(
    r"[ ,]*(?:从|自|(?:starting |beginning )?(?:from|since)) ?([0-9]{4}-[0-9]{2}-[0-9]{2}) ?(?:开始|起)?$"
)
_MONTHLY = re.compile(
    r"(?P<month>(?:monthly|(?:every|each) month)(?:,? on|,)? )?(?:on )?(?:(?P<every>every|each) )?(?:the )?"
    r"(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) (?!weeks?\b)"
    r"(?P<days>.*?)(?P<of>,? (?:(?:(?:of|in) )?(?:the|each|every|a) month|monthly))?"
)
_MONTHLY_CHINESE = re.compile(r"(?:每个?月)?的?(?:第(?P<nth>[一二三四1-4])|(?P<last>最后一))个(?P<days>.*)")
_COUNT = (
    rf"(?:every (?:other|second) week|(?:every )?fortnight(?:ly)?|bi-?weekly|每?隔一?个?{_WEEK}|双周)"
    r"|(?P<one>weekly|(?:every|each) week)|(?:every|each) (?P<n>[0-9]+|[a-z]+) weeks?"
    rf"|每(?P<chinese>[0-9]+|[两{_DIGITS}十]+)个?{_WEEK}"
)
_COUNT_FIRST = re.compile(
    rf"(?:{_COUNT}|(?P<other>every other(?! week)))(?:[ ,]+on|的)?(?:[ ,]+|(?<=[周期拜的])|$)(?P<days>.*)"
)
_COUNT_LAST = re.compile(rf"(?P<days>.+?)[ ,]+(?:{_COUNT})")


def _since(text: str, wish: str) -> tuple[str, str]:
    """Take the date from which weeks are counted off the end."""
    found = _FROM.search(wish)
    if found is None:
        return wish, ""
    try:
        counted = date.fromisoformat(found[1])
    except ValueError:
        counted = date.min
    if not 2000 <= counted.year < 2100:
        raise ChannelError(f"{quoted(text)}: {found[1]} is no date to count weeks from; write one like 2026-03-02")
    return wish[: found.start()], found[1]


def _monthly(text: str, wish: str) -> Rhythm | None:
    """Read "first Monday of the month"; only named days, because the first weekdays of a month are heard as one day."""
    found = _MONTHLY.fullmatch(wish)
    if found is not None:
        nth, days = _NTH[found["nth"]], _days(text, found["days"], plain=True)
        if found["every"] and nth > 1 and not (found["month"] or found["of"]):
            said = _ORDINALS[nth].lower()
            raise ChannelError(
                f"{quoted(text)} can mean two things; write every {nth} weeks on Monday or {said} Monday of the month"
            )
        return Rhythm(days, nth=nth)
    found = _MONTHLY_CHINESE.fullmatch(wish)
    return found and Rhythm(_days(text, found["days"], plain=True), nth=_NTH[found["nth"] or found["last"]])


def _every_weeks(text: str, wish: str) -> Rhythm | None:
    """Read "every 2 weeks on Monday" and "Mondays, every 2 weeks"."""
    found = _COUNT_FIRST.fullmatch(wish) or _COUNT_LAST.fullmatch(wish)
    if found is None:
        return None
    named = found.groupdict()
    number = named["n"] or named["chinese"]
    weeks = _numbers().get(number.lstrip("0") or "0", 0) if number else 1 if named["one"] else 2
    if number and not weeks:
        raise ChannelError(f"{quoted(text)}: weeks are counted from 1 to {MOST_WEEKS}, as in every 2 weeks on Monday")
    if not named["days"]:
        raise ChannelError(f"{quoted(text)} needs a weekday; write one like every {max(weeks, 2)} weeks on Monday")
    return Rhythm(_days(text, named["days"], plain=bool(named.get("other"))), weeks)


_SETS = {
    **dict.fromkeys(("daily", "everyday", "每天", "每日", "天天"), range(7)),
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "工作日", "每个工作日"), range(5)),
    **dict.fromkeys(("weekend", "weekends", "周末", "每周末", "每个周末"), range(5, 7)),
}
_WHOLE = {"every day": "daily", "each day": "daily", "working days": "weekdays", "business days": "weekdays"}
_TO = re.compile(r" ?(?:[-–—~到至]|(?<![a-z])(?:to|through|thru)(?![a-z])) ?")
_BETWEEN = re.compile(r"(?:[ ,、;+&/和与及]|(?<![a-z])and(?![a-z]))+")
_FILLERS = {"", "on", "every", "each"}
_EACH = re.compile(rf"每个?(?:{_WEEK}(?={_WEEK}))?")
_RUN = re.compile(rf"{_WEEK}([{_CHINESE}天]+)")


def _days(text: str, wish: str, *, plain: bool = False) -> tuple[Weekday, ...]:
    """Return the days of a list, in week order; `plain` without ranges and words for several."""
    found: set[int] = set()
    bare = False
    for part in _BETWEEN.split(_TO.sub("-", _WHOLE.get(wish, wish))):
        if part in _FILLERS:
            continue
        days = _part(part, bare=bare)
        if not days or (plain and (part in _SETS or "-" in part)):
            raise _unknown(text)
        bare = bare or _RUN.search(part) is not None
        found.update(days)
    if not found:
        raise _unknown(text)
    return tuple(day for number, day in enumerate(WEEKDAYS) if number in found)


def _part(part: str, *, bare: bool) -> list[int]:
    """Return the days of one part of a list: a day, a word for several, a range, 周一三五; `bare` 三 is one as well."""
    if part in _SETS:
        return list(_SETS[part])
    first, to, last = part.partition("-")
    begin = _named(first, bare=bare)
    if not to:
        return begin
    end = _named(last, bare=_RUN.search(first) is not None)
    if len(begin) != 1 or len(end) != 1 or begin == end:
        return []
    return [day % 7 for day in range(begin[0], begin[0] + (end[0] - begin[0]) % 7 + 1)]


def _named(name: str, *, bare: bool) -> list[int]:
    run = _RUN.fullmatch(_EACH.sub("", name, count=1) if name.startswith("每") else name)
    chinese = run[1] if run else name if bare else ""
    if chinese and all(sign in f"{_CHINESE}天" for sign in chinese):
        return [6 if sign == "天" else _CHINESE.index(sign) for sign in chinese]
    name = name.removesuffix(".")
    begun = {name, name.removesuffix("s")} if len(name) > 3 else {name}
    return [n for n, day in enumerate(WEEKDAYS) if len(name) > 1 and any(day.startswith(b) for b in begun)]


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    """Return the numbers of weeks by how they are written."""
    english = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    numbers = {str(n): n for n in range(1, MOST_WEEKS + 1)} | {word: n for n, word in enumerate(english, 1)}
    for n in range(1, MOST_WEEKS + 1):
        tens, ones = divmod(n, 10)
        ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十"
        numbers[ten + (_DIGITS[ones - 1] if ones else "")] = n
    return numbers | {"两": 2}
