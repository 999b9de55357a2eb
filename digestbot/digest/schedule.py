"""When digests are due: slots, and the clockwork that asks once a minute. The only importer of APScheduler."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs] -- it has none
from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs] -- it has none

from digestbot.models import Schedule, Slot

_LARGEST_SHIFT = timedelta(days=2)
"""More than any zone ever jumped (Samoa left out a day in 2011) or lies from UTC."""


def next_slot(schedule: Schedule, after: datetime) -> Slot:
    """Return the first slot whose moment is later than `after`.

    A local hour that daylight saving skips moves by the gap (Berlin 02:30 is 03:30 that day); one that it repeats
    is meant once, the first time. Both hold wherever in the gap or the repetition `after` lies.
    """
    return next(slot for slot in _slots(schedule, after) if slot.at > after)


def latest_slot(schedule: Schedule, after: datetime, now: datetime) -> Slot | None:
    """Return the last slot later than `after` that has come by `now`, None if none has."""
    latest = None
    for slot in _slots(schedule, after):
        if slot.at > now:
            return latest
        if slot.at > after:
            latest = slot
    return latest  # pragma: no cover -- a weekly schedule does not end


def _slots(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Yield slots in order, from some before `after` on.

    CronTrigger walks the calendar of wall clocks, for which its zone is UTC, where no hour is skipped or repeated:
    with the schedule's own zone it fires twice in a repeated hour, and drops a skipped one when asked within the gap.
    `fold=0` makes a moment of a wall clock's time as PEP 495 has it: the first of two, the gap's length later for none.
    """
    zone = ZoneInfo(schedule.timezone)
    trigger = _trigger(schedule)
    wall = after.astimezone(zone).replace(tzinfo=UTC) - _LARGEST_SHIFT
    while True:
        wall = cast("datetime", trigger.get_next_fire_time(None, wall))
        local = wall.replace(tzinfo=zone, fold=0)
        yield Slot(f"{wall:%Y-%m-%dT%H:%M}", local.astimezone(UTC))
        wall += timedelta(minutes=1)


@lru_cache(maxsize=1024)
def _trigger(schedule: Schedule) -> Any:
    hour, minute = schedule.time.split(":")
    return CronTrigger(day_of_week=schedule.day[:3], hour=int(hour), minute=int(minute), timezone=UTC)


def every_minute(job: Callable[[], Awaitable[None]]) -> Any:
    """Return a scheduler, not started yet, that runs a job at its start and at every full minute.

    A run that comes late is made all the same, several missed ones as one. A second run may begin while one lasts.
    """
    scheduler: Any = AsyncIOScheduler(timezone=UTC)
    lenient = {"misfire_grace_time": None, "coalesce": True, "max_instances": 2}
    scheduler.add_job(job, CronTrigger(second=0, timezone=UTC), **lenient)
    scheduler.add_job(job, **lenient)
    return scheduler
