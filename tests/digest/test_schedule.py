import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs] -- it has none
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.digest import WEEKDAYS, latest_slot, next_slot
from digestbot.digest.schedule import begun, every_minute
from digestbot.models import Schedule, Slot, Weekday
from tests.digest.walked import walk


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(days: str, time: str, timezone: str, weeks: int = 1, since: str = "", nth: int = 0) -> Schedule:
    named: tuple[Weekday, ...] = WEEKDAYS if days == "daily" else tuple(d for d in WEEKDAYS if d in days.split())
    return Schedule(named, time, timezone, weeks, since, nth)


def slot(local: str, at: str) -> Slot:
    return Slot(local, moment(at))


BERLIN = on("sunday", "02:30", "Europe/Berlin")

CASES = {
    "an ordinary week": (
        on("monday", "09:00", "Europe/Berlin"), "2026-01-07T12:00", "2026-01-12T09:00", "2026-01-12T08:00",
    ),
    "the slot's own moment is past": (
        on("monday", "09:00", "UTC"), "2026-01-12T09:00", "2026-01-19T09:00", "2026-01-19T09:00",
    ),
    "a second before": (
        on("monday", "09:00", "UTC"), "2026-01-12T08:59:59", "2026-01-12T09:00", "2026-01-12T09:00",
    ),
    "Monday there is Sunday in UTC": (
        on("monday", "06:00", "Asia/Shanghai"), "2026-01-11T12:00", "2026-01-12T06:00", "2026-01-11T22:00",
    ),
    "Berlin skips 02:30": (BERLIN, "2026-03-28T12:00", "2026-03-29T02:30", "2026-03-29T01:30"),
    "asked within the skipped hour's place": (BERLIN, "2026-03-29T01:10", "2026-03-29T02:30", "2026-03-29T01:30"),
    "after the skipped hour": (BERLIN, "2026-03-29T01:30", "2026-04-05T02:30", "2026-04-05T00:30"),
    "Berlin repeats 02:30, the first counts": (BERLIN, "2026-10-24T12:00", "2026-10-25T02:30", "2026-10-25T00:30"),
    "asked between the first and the second": (BERLIN, "2026-10-25T01:00", "2026-11-01T02:30", "2026-11-01T01:30"),
    "the hour stays local over the change": (
        on("monday", "09:00", "Europe/Berlin"), "2026-03-23T09:00", "2026-03-30T09:00", "2026-03-30T07:00",
    ),
    "São Paulo skipped midnight": (
        on("sunday", "00:00", "America/Sao_Paulo"), "2018-11-03T12:00", "2018-11-04T00:00", "2018-11-04T03:00",
    ),
    "São Paulo repeated 23:30": (
        on("saturday", "23:30", "America/Sao_Paulo"), "2018-02-17T12:00", "2018-02-17T23:30", "2018-02-18T01:30",
    ),
    "Samoa left out the Friday": (
        on("friday", "09:00", "Pacific/Apia"), "2011-12-29T12:00", "2011-12-30T09:00", "2011-12-30T19:00",
    ),
    "Samoa's Saturday after it": (
        on("saturday", "09:00", "Pacific/Apia"), "2011-12-29T12:00", "2011-12-31T09:00", "2011-12-30T19:00",
    ),
    "Lord Howe skips half an hour": (
        on("sunday", "02:15", "Australia/Lord_Howe"), "2026-10-03T12:00", "2026-10-04T02:15", "2026-10-03T15:45",
    ),
    "Lord Howe repeats half an hour": (
        on("sunday", "01:45", "Australia/Lord_Howe"), "2026-04-04T12:00", "2026-04-05T01:45", "2026-04-04T14:45",
    ),
    "a leap day": (
        on("tuesday", "09:00", "UTC"), "2028-02-28T12:00", "2028-02-29T09:00", "2028-02-29T09:00",
    ),
    "over the end of a year": (
        on("friday", "23:59", "America/New_York"), "2026-12-27T00:00", "2027-01-01T23:59", "2027-01-02T04:59",
    ),
    "the next of several days": (
        on("monday thursday", "09:00", "UTC"), "2026-03-02T09:00", "2026-03-05T09:00", "2026-03-05T09:00",
    ),
    "over the weekend": (
        on("monday tuesday wednesday thursday friday", "09:00", "Asia/Tokyo"),
        "2026-03-06T00:00", "2026-03-09T09:00", "2026-03-09T00:00",
    ),
    "every day, the day that is 23 hours long": (
        on("daily", "02:30", "Europe/Berlin"), "2026-03-28T02:00", "2026-03-29T02:30", "2026-03-29T01:30",
    ),
    "every day, asked in the gap's hour": (
        on("daily", "02:30", "Europe/Berlin"), "2026-03-29T01:10", "2026-03-29T02:30", "2026-03-29T01:30",
    ),
    "every day, asked after the gap": (
        on("daily", "02:30", "Europe/Berlin"), "2026-03-29T01:30", "2026-03-30T02:30", "2026-03-30T00:30",
    ),
    "every day, asked between the first and the second 02:30": (
        on("daily", "02:30", "Europe/Berlin"), "2026-10-25T00:30", "2026-10-26T02:30", "2026-10-26T01:30",
    ),
    "Dublin's winter time is the one that is saved": (
        on("sunday", "01:30", "Europe/Dublin"), "2026-10-24T12:00", "2026-10-25T01:30", "2026-10-25T00:30",
    ),
    "Samoa's Friday, every day": (
        on("daily", "09:00", "Pacific/Apia"), "2011-12-29T19:00", "2011-12-30T09:00", "2011-12-30T19:00",
    ),
    "Samoa's Saturday is the same moment": (
        on("daily", "09:00", "Pacific/Apia"), "2011-12-30T19:00", "2012-01-01T09:00", "2011-12-31T19:00",
    ),
    "Kiritimati is a day ahead": (
        on("monday", "00:00", "Pacific/Kiritimati"), "2026-03-01T09:59", "2026-03-02T00:00", "2026-03-01T10:00",
    ),
    "every two weeks": (
        on("monday", "09:00", "UTC", 2, "2026-03-02"), "2026-03-02T09:00", "2026-03-16T09:00", "2026-03-16T09:00",
    ),
    "every two weeks, on its week's second day": (
        on("monday thursday", "09:00", "UTC", 2, "2026-03-05"),
        "2026-03-05T09:00", "2026-03-16T09:00", "2026-03-16T09:00",
    ),
    "no day before the one that it is counted from": (
        on("monday thursday", "09:00", "UTC", 2, "2026-03-05"),
        "2026-03-01T09:00", "2026-03-05T09:00", "2026-03-05T09:00",
    ),
    "Sunday is its week's last day": (
        on("sunday", "09:00", "UTC", 2, "2026-03-02"), "2026-03-02T09:00", "2026-03-08T09:00", "2026-03-08T09:00",
    ),
    "every two weeks over a year of 53": (
        on("monday", "09:00", "UTC", 2, "2026-03-09"), "2026-12-28T09:00", "2027-01-11T09:00", "2027-01-11T09:00",
    ),
    "every two weeks into the 53rd": (
        on("thursday", "09:00", "UTC", 2, "2020-01-02"), "2020-12-17T09:00", "2020-12-31T09:00", "2020-12-31T09:00",
    ),
    "every two weeks, where it is Monday already": (
        on("monday", "00:30", "Asia/Tokyo", 2, "2026-03-02"),
        "2026-03-01T15:30", "2026-03-16T00:30", "2026-03-15T15:30",
    ),
    "every two weeks over the change of the hour": (
        on("sunday", "02:30", "Europe/Berlin", 2, "2026-03-15"),
        "2026-03-15T01:30", "2026-03-29T02:30", "2026-03-29T01:30",
    ),
    "every 52 weeks": (
        on("friday", "09:00", "UTC", 52, "2026-03-06"), "2026-03-06T09:00", "2027-03-05T09:00", "2027-03-05T09:00",
    ),
    "the first Monday": (
        on("monday", "09:00", "UTC", nth=1), "2026-03-02T09:00", "2026-04-06T09:00", "2026-04-06T09:00",
    ),
    "the first Monday over the change of the hour": (
        on("monday", "09:00", "Europe/Berlin", nth=1), "2026-03-02T08:00", "2026-04-06T09:00", "2026-04-06T07:00",
    ),
    "the first Sunday is the change of the hour": (
        on("sunday", "02:30", "America/New_York", nth=1), "2026-10-20T12:00", "2026-11-01T02:30", "2026-11-01T07:30",
    ),
    "the second Sunday is skipped": (
        on("sunday", "02:30", "America/New_York", nth=2), "2026-03-01T12:00", "2026-03-08T02:30", "2026-03-08T07:30",
    ),
    "the last Sunday is skipped": (
        on("sunday", "02:30", "Europe/Berlin", nth=-1), "2026-03-01T12:00", "2026-03-29T02:30", "2026-03-29T01:30",
    ),
    "the last Sunday is repeated": (
        on("sunday", "02:30", "Europe/Berlin", nth=-1), "2026-10-01T12:00", "2026-10-25T02:30", "2026-10-25T00:30",
    ),
    "asked between the last Sunday's two": (
        on("sunday", "02:30", "Europe/Berlin", nth=-1), "2026-10-25T01:00", "2026-11-29T02:30", "2026-11-29T01:30",
    ),
    "the fourth is not the last": (
        on("monday", "09:00", "UTC", nth=4), "2026-03-01T00:00", "2026-03-23T09:00", "2026-03-23T09:00",
    ),
    "the last is the fifth": (
        on("monday", "09:00", "UTC", nth=-1), "2026-03-01T00:00", "2026-03-30T09:00", "2026-03-30T09:00",
    ),
    "the third": (
        on("wednesday", "09:00", "UTC", nth=3), "2026-04-15T09:00", "2026-05-20T09:00", "2026-05-20T09:00",
    ),
    "the last Tuesday is a leap day": (
        on("tuesday", "09:00", "UTC", nth=-1), "2028-02-28T12:00", "2028-02-29T09:00", "2028-02-29T09:00",
    ),
    "of the first ones, whichever comes": (
        on("monday friday", "09:00", "UTC", nth=1), "2026-05-01T09:00", "2026-05-04T09:00", "2026-05-04T09:00",
    ),
    "the last Thursday of a year": (
        on("thursday", "23:59", "America/St_Johns", nth=-1),
        "2026-12-27T00:00", "2026-12-31T23:59", "2027-01-01T03:29",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("schedule", "after", "local", "at"), CASES.values(), ids=CASES)
def test_the_next_slot(schedule: Schedule, after: str, local: str, at: str) -> None:
    assert next_slot(schedule, moment(after)) == slot(local, at)


def test_the_latest_of_the_slots_that_were_missed() -> None:
    schedule = on("monday", "09:00", "Europe/Berlin")
    after = moment("2026-03-01T00:00")
    assert latest_slot(schedule, after, moment("2026-03-30T12:00")) == slot("2026-03-30T09:00", "2026-03-30T07:00")
    assert latest_slot(schedule, after, moment("2026-03-30T07:00")) == slot("2026-03-30T09:00", "2026-03-30T07:00")
    assert latest_slot(schedule, after, moment("2026-03-30T06:59")) == slot("2026-03-23T09:00", "2026-03-23T08:00")
    assert latest_slot(schedule, after, moment("2026-03-02T07:59")) is None
    assert latest_slot(schedule, moment("2026-03-30T07:00"), moment("2026-04-05T00:00")) is None


def test_of_two_slots_at_one_moment_the_first_is_the_latest() -> None:
    skipped = slot("2011-12-30T09:00", "2011-12-30T19:00")
    assert latest_slot(on("daily", "09:00", "Pacific/Apia"), moment("2011-12-28T00:00"), skipped.at) == skipped


ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    days = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
    weeks = draw(st.sampled_from([1, 1, 2, 3, 5]))
    return Schedule(
        days=tuple(day for day in WEEKDAYS if day in days),
        time=f"{draw(st.times()):%H:%M}",
        timezone=draw(st.sampled_from(ZONES)),
        weeks=weeks,
        since=draw(st.dates(date(2006, 1, 1), date(2009, 1, 1))).isoformat() if weeks > 1 else "",
        nth=draw(st.sampled_from([0, 0, 1, 2, 3, 4, -1])) if weeks == 1 else 0,
    )


@settings(max_examples=200, print_blob=True)
@given(
    schedules(),
    st.datetimes(datetime(2007, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- hypothesis wants naive bounds
)
def test_slots_are_the_days_of_the_calendar_in_every_zone(schedule: Schedule, start: datetime) -> None:
    walked = walk(schedule, start - timedelta(days=4), start + timedelta(days=150))
    expected = [s for s in walked if s.at > start][:8]
    slots: list[Slot] = []
    for _ in expected:
        slots.append(next_slot(schedule, slots[-1].at if slots else start))
    assert slots == expected
    for number, each in enumerate(slots):
        assert latest_slot(schedule, start, each.at) == each
        assert latest_slot(schedule, start, each.at - timedelta(seconds=1)) == (slots[number - 1] if number else None)


def test_a_year_of_downtime_is_not_walked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    fire: Any = vars(CronTrigger)["get_next_fire_time"]

    def counted(self: Any, *args: Any) -> Any:
        asked.append(args)
        return fire(self, *args)

    monkeypatch.setattr(CronTrigger, "get_next_fire_time", counted)
    start, now = moment("2025-03-01T00:00"), moment("2026-03-01T00:00")
    for schedule in (
        on("daily", "09:00", "UTC"),
        on("daily", "09:00", "UTC", nth=2),
        on("daily", "09:00", "UTC", 2, "2020-03-02"),
        on("sunday", "09:00", "UTC", 52, "2020-03-02"),
    ):
        asked.clear()
        assert latest_slot(schedule, start, now) is not None
        assert len(asked) < 30
        asked.clear()
        next_slot(schedule, now)
        assert len(asked) < 8


def test_weeks_are_counted_from_the_first_slot_after_now() -> None:
    biweekly = on("monday thursday", "09:00", "Asia/Tokyo", 2)
    assert begun(biweekly, None, moment("2026-03-03T00:00")).since == "2026-03-05"
    assert begun(biweekly, None, moment("2026-03-01T23:59")).since == "2026-03-02"
    assert begun(biweekly, None, moment("2026-03-02T00:00")).since == "2026-03-05"


def test_weeks_are_counted_from_the_date_there() -> None:
    biweekly = on("monday", "00:30", "Asia/Tokyo", 2)
    assert begun(biweekly, None, moment("2026-02-28T00:00")).since == "2026-03-02"


def test_weeks_go_on_when_the_same_days_are_set_up_again() -> None:
    now = moment("2026-03-11T00:00")
    before = on("monday", "09:00", "UTC", 2, "2026-03-02")
    assert begun(on("monday", "18:00", "Asia/Tokyo", 2), before, now).since == "2026-03-02"
    assert begun(on("monday", "09:00", "UTC", 3), before, now).since == "2026-03-16"
    assert begun(on("tuesday", "09:00", "UTC", 2), before, now).since == "2026-03-17"
    assert begun(on("monday", "09:00", "UTC", 2, "2026-03-09"), before, now).since == "2026-03-09"
    assert begun(on("monday", "09:00", "UTC", 2), on("monday", "09:00", "UTC"), now).since == "2026-03-16"
    assert begun(on("monday", "09:00", "UTC"), before, now) == on("monday", "09:00", "UTC")


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
