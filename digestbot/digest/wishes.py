"""What people write for a day, an hour, a zone: understood generously, or refused with a sentence that helps."""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import available_timezones

from digestbot.digest.rhythm import MOST_WEEKS, WEEKDAYS, Rhythm, parse_rhythm, quoted, words
from digestbot.errors import ChannelError
from digestbot.models import Schedule

_NOT_PLACES = {"localtime", "posixrules", "Factory"}


def parse_schedule(day: str, time: str, timezone: str) -> Schedule:
    """Return the schedule that three texts mean; one that counts weeks may lack its beginning, see `begun`.

    Raises ChannelError.
    """
    days, weeks, since, nth = parse_rhythm(day)
    return Schedule(days, parse_time(time), parse_timezone(timezone), weeks, since, nth)


def parse_time(text: str) -> str:
    """Return a time of day as `HH:MM`; `9:05` and full-width colons do. Raises ChannelError."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip().replace("：", ":"), re.ASCII)
    if found is None:
        raise ChannelError(f"{quoted(text)} is not a time of day; write one from 00:00 to 23:59")
    return f"{int(found[1]):02}:{found[2]}"


def parse_timezone(text: str) -> str:
    """Return the IANA zone that a text names, in any case, with blanks for underscores. Raises ChannelError."""
    zone = _zones().get(_folded(text))
    if zone is not None:
        return zone
    near = zones_like(text, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else "write one like Europe/Berlin or Asia/Shanghai"
    raise ChannelError(f"{quoted(text)} is not a time zone; {hint}")


def zones_like(text: str, limit: int = 25) -> tuple[str, ...]:
    """Return the IANA zones that a text may mean, likeliest first; some common ones before anything was typed."""
    wish, zones = _folded(text), _zones()
    if not wish:
        return _COMMON[:limit]
    begins = [zone for folded, zone in zones.items() if any(p.startswith(wish) for p in (folded, _city(folded)))]
    holds = [zone for folded, zone in zones.items() if wish in folded]
    cities = {_city(folded): zone for folded, zone in zones.items()}
    near = [cities[city] for city in difflib.get_close_matches(_city(wish), cities, n=limit, cutoff=0.7)]
    near += [zones[folded] for folded in difflib.get_close_matches(wish, zones, n=limit, cutoff=0.7)]
    return tuple(dict.fromkeys((*begins, *holds, *near)))[:limit]


def days_like(typed: str, limit: int = 25) -> tuple[str, ...]:
    """Return rhythms that a text may mean or become, the weekdays first; what it means as it stands before all."""
    try:
        meant = [words(parse_rhythm(typed))]
    except ChannelError:
        meant = []
    wish = " ".join(typed.casefold().split())
    number = re.search(r"\b[0-9]{1,2}\b", wish)
    weeks = int(number[0]) if number else 2
    known = [*_known(weeks if 1 < weeks <= MOST_WEEKS else 2), *(_known_chinese() if wish else ())]
    found = [said for said, also in known if _begins(wish, f"{said} {also}".casefold())]
    return tuple(dict.fromkeys((*meant, *found)))[:limit]


def _begins(wish: str, text: str) -> bool:
    """Tell whether the wish is in a text from the beginning of one of its words on; Chinese has no beginnings."""
    return f" {wish}" in f" {text}" or (not wish.isascii() and wish in text)


def _known(weeks: int) -> Iterator[tuple[str, str]]:
    """Yield rhythms, each with other words for it."""
    for day in WEEKDAYS:
        yield words(Rhythm((day,))), f"every {day} weekly on {day}"
    yield words(Rhythm(WEEKDAYS)), "daily"
    yield words(Rhythm(WEEKDAYS[:5])), "weekdays workdays"
    for day in WEEKDAYS:
        also = f"biweekly {day} bi-weekly {day} fortnightly {day} every other {day}" if weeks == 2 else ""
        yield words(Rhythm((day,), weeks)), also
    for nth, ordinal in ((1, "1st"), (-1, ""), (2, "2nd"), (3, "3rd"), (4, "4th")):
        for day in WEEKDAYS:
            said = words(Rhythm((day,), nth=nth))
            yield said, f"monthly {said} {ordinal} {day}"


def _known_chinese() -> Iterator[tuple[str, str]]:
    for each, also in (("每周", ""), ("每两周周", "隔周"), ("每月第一个周", ""), ("每月最后一个周", "")):
        for day in "一二三四五六日":
            yield f"{each}{day}", f"{also}周{day} 星期{day}" if also else f"星期{day}"
        if each == "每周":
            yield "每天", "每日"
            yield "工作日", "周一到周五"


_COMMON = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Australia/Sydney",
)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {_folded(zone): zone for zone in sorted(available_timezones() - _NOT_PLACES)}


def _folded(text: str) -> str:
    return re.sub(r"[\s_]+", "_", text.strip()).casefold()


def _city(folded: str) -> str:
    return folded.rpartition("/")[2]
