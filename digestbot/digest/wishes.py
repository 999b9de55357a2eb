"""What people write for a day, an hour, a zone: understood generously, or refused with a sentence that helps."""

import difflib
import re
from functools import lru_cache
from typing import get_args
from zoneinfo import available_timezones

from digestbot.errors import ChannelError
from digestbot.models import Schedule, Weekday

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_CHINESE = "一二三四五六日"
_LONGEST_QUOTE = 60
_NOT_PLACES = {"localtime", "posixrules", "Factory"}


def parse_schedule(day: str, time: str, timezone: str) -> Schedule:
    """Return the schedule that three texts mean. Raises ChannelError."""
    return Schedule(parse_day(day), parse_time(time), parse_timezone(timezone))


def parse_day(text: str) -> Weekday:
    """Return the weekday that a text means: a name, its beginning from two letters on, or 周一 and 星期一.

    Raises ChannelError.
    """
    wish = text.strip().casefold()
    for day, chinese in zip(WEEKDAYS, _CHINESE, strict=True):
        names = {f"{week}{chinese}" for week in ("周", "星期", "礼拜")}
        if wish in names or (len(wish) > 1 and day.startswith(wish)):
            return day
    if wish in {"周天", "星期天", "礼拜天"}:
        return "sunday"
    raise ChannelError(f"{quoted(text)} is not a weekday; write one of {', '.join(d.capitalize() for d in WEEKDAYS)}")


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


def quoted(text: str) -> str:
    """Return what a person wrote for a sentence about it: in quotation marks, on one line, cut if it is long."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= _LONGEST_QUOTE else f"“{line[:_LONGEST_QUOTE]}…”"


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
