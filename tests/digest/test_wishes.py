import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestbot.digest import days_like, parse_schedule, parse_time, parse_timezone, zones_like
from digestbot.digest.rhythm import WEEKDAYS
from digestbot.errors import ChannelError
from digestbot.models import Schedule


@pytest.mark.parametrize(
    ("text", "time"),
    [("09:00", "09:00"), ("9:05", "09:05"), (" 23:59 ", "23:59"), ("0:00", "00:00"), ("18：30", "18:30")],
)
def test_a_time_is_understood(text: str, time: str) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize(
    "text", ["", "25:00", "24:00", "9", "9:5", "09:60", "9am", "-1:00", "09:00:00", "٠٩:٠٠", "9.30"]
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ChannelError, match="00:00 to 23:59"):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" America/New York ", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_understood(text: str, zone: str) -> None:
    assert parse_timezone(text) == zone


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Shanghai", "Asia/Shanghai"),
        ("Europe/Berlni", "Europe/Berlin"),
        ("Sao Paulo", "America/Sao_Paulo"),
        ("Berlin/Europe", "write one like"),
        ("", "UTC"),
        ("../../etc/passwd", "write one like"),
        ("Factory", "write one like"),
        ("x" * 5000, "write one like"),
    ],
)
def test_a_zone_that_is_none_is_refused_with_those_near(text: str, near: str) -> None:
    with pytest.raises(ChannelError) as caught:
        parse_timezone(text)
    assert near in str(caught.value)
    assert len(str(caught.value)) < 200


def test_zones_are_suggested_while_typing() -> None:
    assert zones_like("shang")[0] == "Asia/Shanghai"
    assert zones_like("europe/b")[0].startswith("Europe/B")
    assert zones_like("")[:2] == ("UTC", "Asia/Shanghai")
    assert len(zones_like("a", 25)) == 25
    assert len(zones_like("a", 3)) == 3


def test_rhythms_are_suggested_while_typing() -> None:
    nothing = days_like("")
    assert nothing[:9] == (*(f"{day.capitalize()}s" for day in WEEKDAYS), "Every day", "Monday to Friday")
    assert len(nothing) == 25
    assert days_like("fri")[:3] == ("Fridays", "Monday to Friday", "Every 2 weeks on Friday")
    assert days_like("every 2")[:2] == ("Every 2 weeks on Monday", "Every 2 weeks on Tuesday")
    assert days_like("Every  3")[0] == "Every 3 weeks on Monday"
    assert days_like("biweekly f") == ("Every 2 weeks on Friday",)
    assert days_like("first")[:2] == ("First Monday of the month", "First Tuesday of the month")
    assert days_like("last fr") == ("Last Friday of the month",)
    assert days_like("daily") == ("Every day",)
    assert days_like("mon, thu")[0] == "Mondays and Thursdays"
    assert days_like("周")[:2] == ("每周一", "每周二")
    assert days_like("隔周周五")[1] == "每两周周五"
    assert days_like("每月")[0] == "每月第一个周一"
    assert days_like("day") == ("Every day",)
    assert days_like("m" * 6000) == ()


@given(
    st.one_of(st.text(max_size=12), st.sampled_from(["mon", "every", "2", "w", "fi", "la", "周", "每两", "t", "50"]))
)
def test_whatever_is_suggested_is_understood(typed: str) -> None:
    offered = days_like(typed)
    assert len(offered) <= 25
    assert len(set(offered)) == len(offered)
    for text in offered:
        assert len(text) <= 100
        parse_schedule(text, "09:00", "UTC")


def test_a_whole_schedule() -> None:
    assert parse_schedule("mon", "9:00", "asia/tokyo") == Schedule(("monday",), "09:00", "Asia/Tokyo")
    assert parse_schedule("every 2 weeks on mon, thu from 2026-03-02", "9:00", "UTC") == Schedule(
        ("monday", "thursday"), "09:00", "UTC", weeks=2, since="2026-03-02"
    )
    assert parse_schedule("last fri of the month", "9:00", "UTC") == Schedule(("friday",), "09:00", "UTC", nth=-1)
