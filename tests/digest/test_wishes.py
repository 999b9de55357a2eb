import pytest

from digestbot.digest import parse_day, parse_schedule, parse_time, parse_timezone, zones_like
from digestbot.errors import ChannelError
from digestbot.models import Schedule


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Monday", "monday"),
        (" mon ", "monday"),
        ("TU", "tuesday"),
        ("thurs", "thursday"),
        ("周三", "wednesday"),
        ("星期六", "saturday"),
        ("周日", "sunday"),
        ("星期天", "sunday"),
    ],
)
def test_a_day_is_understood(text: str, day: str) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize("text", ["", "m", "mondays", "daily", "1", "周八", "tomorrow"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ChannelError, match=r"not a weekday; write one of Monday, .*Sunday"):
        parse_day(text)


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


def test_a_whole_schedule() -> None:
    assert parse_schedule("mon", "9:00", "asia/tokyo") == Schedule("monday", "09:00", "Asia/Tokyo")
