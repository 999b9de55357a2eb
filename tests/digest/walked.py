"""Slots found without the project's code: every day of the calendar is looked at, with PEP 495's rules for its hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digestbot.models import Schedule, Slot

NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def walk(schedule: Schedule, start: datetime, end: datetime) -> list[Slot]:
    """The slots later than `start` and not later than `end`, in order; of two at one moment the first."""
    zone = ZoneInfo(schedule.timezone)
    hour = time.fromisoformat(schedule.time)
    day = start.astimezone(zone).date() - timedelta(days=3)
    found: dict[datetime, str] = {}
    while day <= end.astimezone(zone).date() + timedelta(days=3):
        if is_meant(schedule, day):
            at = moment_of(datetime.combine(day, hour), zone)
            found.setdefault(at, f"{day}T{schedule.time}")
        day += timedelta(days=1)
    return [Slot(local, at) for at, local in sorted(found.items()) if start < at <= end]


def is_meant(schedule: Schedule, day: date) -> bool:
    if NAMES[day.weekday()] not in schedule.days:
        return False
    if schedule.weeks > 1:
        since = date.fromisoformat(schedule.since)
        weeks = (day - timedelta(days=day.weekday()) - (since - timedelta(days=since.weekday()))).days // 7
        return day >= since and weeks % schedule.weeks == 0
    if schedule.nth == -1:
        return (day + timedelta(days=7)).month != day.month
    return schedule.nth in (0, (day.day + 6) // 7)


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which a wall clock there shows this, or that of the offset before the gap that skips it."""
    offsets = {local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    shown = [(local - offset).replace(tzinfo=UTC) for offset in offsets if offset is not None]
    real = [at for at in shown if at.astimezone(zone).replace(tzinfo=None) == local]
    return min(real) if real else max(shown)
