"""When digests are due: slots, and the clockwork that asks once a minute. The only importer of APScheduler."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
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
    lately = max(after, now - _longest_wait(schedule) - _LARGEST_SHIFT)  # or a year of daily slots were walked through
    latest = None
    for slot in _slots(schedule, lately):
        if slot.at > now:
            return latest
        if slot.at > after:
            latest = slot
    return latest  # pragma: no cover -- a schedule does not end


def begun(schedule: Schedule, before: Schedule | None, now: datetime) -> Schedule:
    """Return a schedule with the date from which it counts weeks, if it does and names none.

    That is the one of the schedule before it, if that has the same days and weeks: what is set up again goes on in the
    weeks it had. Otherwise it is the date of the first slot after `now`.
    """
    if schedule.weeks == 1 or schedule.since:
        return schedule
    if before is not None and (before.days, before.weeks) == (schedule.days, schedule.weeks):
        return replace(schedule, since=before.since)
    return replace(schedule, since=next_slot(replace(schedule, weeks=1), now).local[:10])


def _longest_wait(schedule: Schedule) -> timedelta:
    """Return the longest time between two slots on the calendar: weekdays of a month are at most five weeks apart."""
    return timedelta(weeks=5 if schedule.nth else schedule.weeks)


def _slots(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Yield slots in order, from some before `after` on.

    CronTrigger walks the calendar of wall clocks, for which its zone is UTC, where no hour is skipped or repeated:
    with the schedule's own zone it fires twice in a repeated hour, and drops a skipped one when asked within the gap.
    `fold=0` makes a moment of a wall clock's time as PEP 495 has it: the first of two, the gap's length later for none.
    Of two slots that a skipped day moves to one moment there is the first.
    """
    zone = ZoneInfo(schedule.timezone)
    earliest = after.astimezone(zone).replace(tzinfo=UTC) - _LARGEST_SHIFT
    last = datetime.min.replace(tzinfo=UTC)
    for wall in _walls(schedule, earliest):
        at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if at > last:
            yield Slot(f"{wall:%Y-%m-%dT%H:%M}", at)
            last = at


def _walls(schedule: Schedule, wall: datetime) -> Iterator[datetime]:
    """Yield the wall clock's times of the schedule in order, none before `wall`, as if they were UTC."""
    trigger = _trigger(schedule)
    while True:
        begins = _counted_from(schedule, wall)
        wall = cast("datetime", trigger.get_next_fire_time(None, begins))
        if _counted_from(schedule, wall) == wall:
            yield wall
            wall += timedelta(minutes=1)


def _counted_from(schedule: Schedule, wall: datetime) -> datetime:
    """Return the first moment from `wall` on that lies in a week of the schedule: `wall` itself if it does."""
    if schedule.weeks == 1:
        return wall
    since = datetime.fromisoformat(schedule.since).replace(tzinfo=UTC)
    wall = max(wall, since)
    days = (wall - since).days + since.weekday()
    ahead = -(days // 7) % schedule.weeks
    if not ahead:
        return wall
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=7 * ahead - days % 7)


@lru_cache(maxsize=1024)
def _trigger(schedule: Schedule) -> Any:
    hour, minute = schedule.time.split(":")
    names = [day[:3] for day in schedule.days]
    nth = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", -1: "last"}.get(schedule.nth)
    fields = {"day": ",".join(f"{nth} {name}" for name in names)} if nth else {"day_of_week": ",".join(names)}
    return CronTrigger(**fields, hour=int(hour), minute=int(minute), timezone=UTC)


def every_minute(job: Callable[[], Awaitable[None]]) -> Any:
    """Return a scheduler, not started yet, that runs a job at its start and at every full minute.

    A run that comes late is made all the same, several missed ones as one. A second run may begin while one lasts.
    """
    scheduler: Any = AsyncIOScheduler(timezone=UTC)
    lenient = {"misfire_grace_time": None, "coalesce": True, "max_instances": 2}
    scheduler.add_job(job, CronTrigger(second=0, timezone=UTC), **lenient)
    scheduler.add_job(job, **lenient)
    return scheduler
