import asyncio
import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.digest import WEEKDAYS, latest_slot, next_slot
from digestbot.digest.schedule import every_minute
from digestbot.models import Schedule, Slot, Weekday


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot(local: str, at: str) -> Slot:
    return Slot(local, moment(at))


BERLIN = Schedule("sunday", "02:30", "Europe/Berlin")

CASES = {
    "an ordinary week": (
        Schedule("monday", "09:00", "Europe/Berlin"), "2026-01-07T12:00", "2026-01-12T09:00", "2026-01-12T08:00",
    ),
    "the slot's own moment is past": (
        Schedule("monday", "09:00", "UTC"), "2026-01-12T09:00", "2026-01-19T09:00", "2026-01-19T09:00",
    ),
    "a second before": (
        Schedule("monday", "09:00", "UTC"), "2026-01-12T08:59:59", "2026-01-12T09:00", "2026-01-12T09:00",
    ),
    "Monday there is Sunday in UTC": (
        Schedule("monday", "06:00", "Asia/Shanghai"), "2026-01-11T12:00", "2026-01-12T06:00", "2026-01-11T22:00",
    ),
    "Berlin skips 02:30": (BERLIN, "2026-03-28T12:00", "2026-03-29T02:30", "2026-03-29T01:30"),
    "asked within the skipped hour's place": (BERLIN, "2026-03-29T01:10", "2026-03-29T02:30", "2026-03-29T01:30"),
    "after the skipped hour": (BERLIN, "2026-03-29T01:30", "2026-04-05T02:30", "2026-04-05T00:30"),
    "Berlin repeats 02:30, the first counts": (BERLIN, "2026-10-24T12:00", "2026-10-25T02:30", "2026-10-25T00:30"),
    "asked between the first and the second": (BERLIN, "2026-10-25T01:00", "2026-11-01T02:30", "2026-11-01T01:30"),
    "the hour stays local over the change": (
        Schedule("monday", "09:00", "Europe/Berlin"), "2026-03-23T09:00", "2026-03-30T09:00", "2026-03-30T07:00",
    ),
    "São Paulo skipped midnight": (
        Schedule("sunday", "00:00", "America/Sao_Paulo"), "2018-11-03T12:00", "2018-11-04T00:00", "2018-11-04T03:00",
    ),
    "São Paulo repeated 23:30": (
        Schedule("saturday", "23:30", "America/Sao_Paulo"), "2018-02-17T12:00", "2018-02-17T23:30", "2018-02-18T01:30",
    ),
    "Samoa left out the Friday": (
        Schedule("friday", "09:00", "Pacific/Apia"), "2011-12-29T12:00", "2011-12-30T09:00", "2011-12-30T19:00",
    ),
    "Samoa's Saturday after it": (
        Schedule("saturday", "09:00", "Pacific/Apia"), "2011-12-29T12:00", "2011-12-31T09:00", "2011-12-30T19:00",
    ),
    "Lord Howe skips half an hour": (
        Schedule("sunday", "02:15", "Australia/Lord_Howe"), "2026-10-03T12:00", "2026-10-04T02:15", "2026-10-03T15:45",
    ),
    "Lord Howe repeats half an hour": (
        Schedule("sunday", "01:45", "Australia/Lord_Howe"), "2026-04-04T12:00", "2026-04-05T01:45", "2026-04-04T14:45",
    ),
    "a leap day": (
        Schedule("tuesday", "09:00", "UTC"), "2028-02-28T12:00", "2028-02-29T09:00", "2028-02-29T09:00",
    ),
    "over the end of a year": (
        Schedule("friday", "23:59", "America/New_York"), "2026-12-27T00:00", "2027-01-01T23:59", "2027-01-02T04:59",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schedule", "after", "local", "at"), CASES.values(), ids=CASES)
def test_the_next_slot(schedule: Schedule, after: str, local: str, at: str) -> None:
    assert next_slot(schedule, moment(after)) == slot(local, at)


def test_the_latest_of_the_slots_that_were_missed() -> None:
    schedule = Schedule("monday", "09:00", "Europe/Berlin")
    after = moment("2026-03-01T00:00")
    assert latest_slot(schedule, after, moment("2026-03-30T12:00")) == slot("2026-03-30T09:00", "2026-03-30T07:00")
    assert latest_slot(schedule, after, moment("2026-03-30T07:00")) == slot("2026-03-30T09:00", "2026-03-30T07:00")
    assert latest_slot(schedule, after, moment("2026-03-30T06:59")) == slot("2026-03-23T09:00", "2026-03-23T08:00")
    assert latest_slot(schedule, after, moment("2026-03-02T07:59")) is None
    assert latest_slot(schedule, moment("2026-03-30T07:00"), moment("2026-04-05T00:00")) is None


ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@settings(max_examples=150, deadline=None, print_blob=True)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(WEEKDAYS),
    st.times(),
    st.datetimes(datetime(2007, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- hypothesis wants naive bounds
)
def test_each_week_has_one_slot_in_every_zone(zone: str, day: Weekday, hour: time, start: datetime) -> None:
    schedule = Schedule(day, f"{hour:%H:%M}", zone)
    slots: list[Slot] = []
    at = start
    for _ in range(8):
        slots.append(next_slot(schedule, at))
        assert slots[-1].at > at
        at = slots[-1].at
    days = [datetime.fromisoformat(each.local).date() for each in slots]
    assert [b - a for a, b in itertools.pairwise(days)] == [timedelta(days=7)] * 7
    assert {f"{d:%A}".lower() for d in days} == {day}
    assert all(
        abs(s.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - datetime.fromisoformat(s.local)) <= timedelta(days=1)
        for s in slots
    )
    assert latest_slot(schedule, start, slots[-1].at) == slots[-1]


async def test_the_scheduler_runs_its_job_at_its_start() -> None:
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    scheduler = every_minute(job)
    scheduler.start()
    async with asyncio.timeout(5):
        await ran.wait()
    (minute,) = [j for j in scheduler.get_jobs() if "cron" in str(j.trigger)]
    assert str(minute.trigger) == "cron[second='0']"
    assert (minute.misfire_grace_time, minute.coalesce) == (None, True)
    scheduler.shutdown(wait=False)
    await asyncio.sleep(0)
