import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestbot.digest import in_words, parse_day
from digestbot.digest.rhythm import MOST_WEEKS, WEEKDAYS, Rhythm, parse_rhythm, words
from digestbot.errors import ChannelError
from digestbot.models import Schedule

SAID = {
    "Mondays": ["Monday", " mon ", "MONDAYS", "周一", "每周一", "每周周一", "星期一", "每个周一", "weekly Mon"],
    "Tuesdays": ["TU", "tues", "every Tuesday", "every week on Tuesday", "每星期二", "Ｔｕｅ"],
    "Wednesdays": ["周三", "礼拜三", "weds"],
    "Thursdays": ["thurs", "Thu."],
    "Saturdays": ["星期六"],
    "Sundays": ["周日", "星期天", "周天"],
    "Mondays and Thursdays": [
        "Monday and Thursday", "mon, thu", "thu+mon", "mon thu", "周一、周四", "周一和周四", "每周一、四", "周一四",
        "every Monday and every Thursday", "Mon. & Thurs.", "thu, mon, thu", "周一，周四",
    ],
    "Mondays, Wednesdays and Fridays": ["周一三五", "每周一、三、五", "mon/wed/fri"],
    "Monday to Friday": [
        "weekdays", "Every weekday", "mon-fri", "Monday – Friday", "monday through friday", "工作日", "每个工作日",
        "周一到周五", "周一至五", "working days",
    ],
    "Saturdays and Sundays": ["weekend", "周末", "sat to sun"],
    "Mondays, Fridays, Saturdays and Sundays": ["Friday to Monday"],
    "Every day": ["daily", "every day", "Everyday", "每天", "每日", "Monday to Sunday", "周一到周日"],
    "Every 2 weeks on Monday": [
        "every 2 weeks on Monday", "every two weeks on Mondays", "every other week on Monday", "biweekly Monday",
        "bi-weekly, Monday", "fortnightly on Monday", "every fortnight on Monday", "Mondays, every 2 weeks",
        "every other Monday", "每两周周一", "每2周周一", "每二周的周一", "隔周周一", "每隔一周周一", "双周周一",
        "every second week on mon",        "Monday fortnightly",
    ],
    "Every 2 weeks on Friday": ["every other Friday", "隔周周五", "隔周的周五"],
    "Every 3 weeks on Tuesday and Friday": ["every 3 weeks on tue, fri", "every three weeks, tue+fri", "每三周周二五"],
    "Every 23 weeks on Wednesday": ["每二十三周周三"],
    "Every 10 weeks on Wednesday": ["每十周周三", "every ten weeks on wed"],
    "Every 52 weeks on Wednesday": ["every 52 weeks on wed", "每五十二星期星期三"],
    "Every 2 weeks on Monday to Friday": ["biweekly on weekdays"],
    "Every 2 weeks on Monday to Sunday": ["every 2 weeks daily"],
    "Every 2 weeks on Monday from 2026-03-02": [
        "every 2 weeks on Monday from 2026-03-02", "every other Monday, starting from 2026-03-02",
        "隔周周一，从2026-03-02开始",
        "biweekly Monday since 2026-03-02",
    ],
    "First Monday of the month": [
        "first Monday", "1st Monday of the month", "the first Monday of every month", "monthly on the first Monday",
        "every first Monday", "First Mondays of each month", "每月第一个周一", "每个月的第1个星期一", "第一个周一",
        "first mon monthly",
    ],
    "Second Monday of the month": ["every second Monday of the month", "2nd Mon", "每月第二个周一"],
    "Third Wednesday of the month": ["third Wednesday", "每月第三个周三"],
    "Fourth Wednesday of the month": ["4th wed in the month", "每月第四个周三"],
    "Last Friday of the month": ["last Friday of the month", "every last Friday", "每月最后一个周五", "最后一个周五"],
    "First Monday and Thursday of the month": ["first Monday and Thursday", "每月第一个周一、周四"],
}  # fmt: skip


@pytest.mark.parametrize(("said", "text"), [(said, text) for said, texts in SAID.items() for text in (said, *texts)])
def test_what_people_write_is_understood(said: str, text: str) -> None:
    assert parse_day(text) == said


def test_what_the_words_stand_for() -> None:
    assert parse_rhythm("周一三五") == Rhythm(("monday", "wednesday", "friday"))
    assert parse_rhythm("weekdays") == Rhythm(WEEKDAYS[:5])
    assert parse_rhythm("daily") == Rhythm(WEEKDAYS)
    assert parse_rhythm("fri-mon") == Rhythm(("monday", "friday", "saturday", "sunday"))
    assert parse_rhythm("隔周周五") == Rhythm(("friday",), weeks=2)
    assert parse_rhythm("biweekly mon from 2026-03-02") == Rhythm(("monday",), weeks=2, since="2026-03-02")
    for text, nth in (("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1)):
        assert parse_rhythm(f"{text} sunday") == Rhythm(("sunday",), nth=nth)


def test_a_schedule_in_words() -> None:
    assert in_words(Schedule(("monday",), "09:00", "UTC")) == "Mondays 09:00"
    biweekly = Schedule(("friday",), "18:00", "UTC", weeks=2, since="2026-03-06")
    assert in_words(biweekly) == "Every 2 weeks on Friday 18:00"
    assert in_words(Schedule(("monday",), "09:00", "UTC", nth=1)) == "First Monday of the month 09:00"


@pytest.mark.parametrize(
    "text",
    [
        "", "m", "t", "s", "1", "周", "周八", "一", "tomorrow", "someday", "day", "and", "monday 09:00", "mondayy",
        "every other day", "every 3 days", "monthly", "first and third Monday", "first weekday of the month",
        "last day of the month", "fifth Monday", "5th Monday", "first Monday to Friday", "first weekend",
        "每月第一个工作日", "每月第五个周一", "Monday to Monday", "Monday to", "to Friday", "every other weekday",
        "每隔两周周一", "每两周一", "not Monday", "except Monday", "2026-03-02", "\x00", "\ud800", "周一到", "x" * 6000,
        "monday " * 1000,
    ],
)  # fmt: skip
def test_what_is_no_rhythm_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(
        ChannelError, match=r"is not a weekday or .*; write one like Monday, .*first Monday of the month"
    ):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("every 53 weeks on Monday", "weeks are counted from 1 to 52"),
        ("every 0 weeks on Monday", "weeks are counted from 1 to 52"),
        ("每六十周周一", "weeks are counted from 1 to 52"),
        (f"every {'9' * 150} weeks on Monday", "weeks are counted from 1 to 52"),
        ("fortnightly", "needs a weekday; write one like every 2 weeks on Monday"),
        ("every 3 weeks", "needs a weekday; write one like every 3 weeks on Monday"),
        ("每两周", "needs a weekday"),
        ("every second Monday", "write every 2 weeks on Monday or second Monday of the month"),
        ("every third Monday", "write every 3 weeks on Monday or third Monday of the month"),
        ("every Monday from 2026-03-02", "only a rhythm like every 2 weeks on Monday is counted from a date"),
        ("first Monday from 2026-03-02", "only a rhythm like every 2 weeks on Monday is counted from a date"),
        ("every 2 weeks on Monday from 2026-02-30", "2026-02-30 is no date to count weeks from"),
        ("every 2 weeks on Monday from 9999-12-31", "9999-12-31 is no date to count weeks from"),
        ("every 2 weeks on Monday from 0000-00-00", "0000-00-00 is no date to count weeks from"),
    ],
)
def test_what_is_nearly_a_rhythm_is_told_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(ChannelError, match=told) as error:
        parse_day(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 250


PIECES = [
    *(
        "monday",
        "mon",
        "tue",
        "thursdays",
        "fri",
        "sunday",
        "周一",
        "周三五",
        "星期天",
        "一",
        "weekdays",
        "weekend",
        "daily",
    ),
    *(
        "every",
        "each",
        "other",
        "2",
        "two",
        "60",
        "week",
        "weeks",
        "day",
        "on",
        "the",
        "first",
        "second",
        "3rd",
        "last",
    ),
    *(
        "of",
        "month",
        "monthly",
        "biweekly",
        "fortnightly",
        "weekly",
        "每",
        "每月",
        "每两周",
        "隔周",
        "第一个",
        "最后一个",
    ),
    *(
        "from",
        "2026-03-02",
        "2026-02-30",
        "从",
        "to",
        "-",
        "到",
        "and",
        "&",
        ",",
        "、",
        ".",
        "和",
        "工作日",
        "周末",
        "１st",
    ),
]


@settings(max_examples=1500, print_blob=True)
@given(
    st.one_of(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join),
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join),
        st.text(max_size=40),
        st.tuples(st.text(min_size=1, max_size=3), st.integers(1, 3000)).map(lambda each: (each[0] * each[1])[:6000]),
    )
)
def test_what_is_understood_means_the_same_in_its_own_words(text: str) -> None:
    try:
        rhythm = parse_rhythm(text)
    except ChannelError:
        return
    assert parse_rhythm(words(rhythm)) == rhythm
    assert parse_day(words(rhythm)) == words(rhythm)


@given(
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.one_of(
        st.tuples(st.integers(1, MOST_WEEKS), st.just(0)), st.tuples(st.just(1), st.sampled_from([1, 2, 3, 4, -1]))
    ),
    st.sampled_from(["", "2026-03-02"]),
)
def test_every_rhythm_has_words(days: set[str], weeks_nth: tuple[int, int], since: str) -> None:
    weeks, nth = weeks_nth
    rhythm = Rhythm(tuple(d for d in WEEKDAYS if d in days), weeks, since if weeks > 1 else "", nth)
    assert parse_rhythm(words(rhythm)) == rhythm
    assert len(words(rhythm)) <= 100


@pytest.mark.parametrize(
    "unit", ["every ", "first ", "from ", ",", " ", "周", "周一", "每", "mon,", "1", "and ", "- ", "ﷺ", "a"]
)
def test_long_texts_are_refused_at_once(unit: str) -> None:
    for text in ((unit * 6000)[:6000], (unit * 200)[:200], ("every 2 weeks on " + unit * 200)[:200]):
        begun = time.perf_counter()
        for _ in range(10):
            try:
                parse_rhythm(text)
            except ChannelError:
                continue
        assert time.perf_counter() - begun < 0.5
