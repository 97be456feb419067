"""Rhythms as one says them."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.schedule import Rhythm, Schedule

SATURDAY = date(2026, 12, 5)


def schedule(rhythm: Rhythm, **more: Any) -> Schedule:
    values: dict[str, Any] = {"rhythm": rhythm, "first_day": SATURDAY, "starts": time(10), "ends": time(12)}
    return Schedule(**(values | more))


@pytest.mark.parametrize(
    "one, japanese, english",
    [
        (
            schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(2, 4), skip_holidays=True),
            "毎月第2・第4土曜日（祝日は休み）",
            "On the 2nd and 4th Saturday of every month (not on public holidays)",
        ),
        (
            schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(6,), nths=(-1,), skip_obon=True, skip_new_year=True),
            "毎月最後の日曜日（お盆と年末年始は休み）",
            "On the last Sunday of every month (not during Obon or New Year)",
        ),
        (
            schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(1, 3), nths=(1, 3)),
            "毎月第1・第3の火・木曜日",
            "On the 1st and 3rd Tuesday and Thursday of every month",
        ),
        (
            schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(2, -1)),
            "毎月第2土曜日と最後の土曜日",
            "On the 2nd and last Saturday of every month",
        ),
        (schedule(Rhythm.WEEKLY, weekdays=(1, 3)), "毎週火・木曜日", "Every Tuesday and Thursday"),
        (schedule(Rhythm.WEEKLY, weekdays=(0, 1, 2)), "毎週月・火・水曜日", "Every Monday, Tuesday and Wednesday"),
        (
            schedule(Rhythm.WEEKLY, weekdays=(0, 1, 2, 3, 4), skip_holidays=True, skip_obon=True, skip_new_year=True),
            "毎週月〜金曜日（祝日・お盆・年末年始は休み）",
            "Every Monday, Tuesday, Wednesday, Thursday and Friday (not on public holidays or during Obon or New Year)",
        ),
        (schedule(Rhythm.WEEKLY, weekdays=(0, 1, 2, 4)), "毎週月・火・水・金曜日", "Every Monday, Tuesday, Wednesday and Friday"),
        (schedule(Rhythm.WEEKLY, weekdays=tuple(range(7))), "毎日", "Every day"),
        (schedule(Rhythm.WEEKLY, weekdays=(5,), count=6), "毎週土曜日・全6回", "Every Saturday, 6 times"),
        (schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2027, 3, 28)), "毎週土曜日（3月28日まで）", "Every Saturday (until 28 Mar)"),
        (
            schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2028, 3, 28), skip_holidays=True),
            "毎週土曜日（2028年3月28日まで、祝日は休み）",
            "Every Saturday (until 28 Mar 2028, not on public holidays)",
        ),
        (schedule(Rhythm.FORTNIGHTLY, weekdays=(2,)), "2週ごとの水曜日", "Every other Wednesday"),
        (schedule(Rhythm.MONTHLY_DATE, month_days=(1, 15)), "毎月1日・15日", "On the 1st and 15th of every month"),
        (
            schedule(Rhythm.MONTHLY_DATE, month_days=(2, 3, 11, 22)),
            "毎月2日・3日・11日・22日",
            "On the 2nd, 3rd, 11th and 22nd of every month",
        ),
        (
            schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(2,), span_days=1),
            "毎月第2土曜日から2日間",
            "On the 2nd Saturday of every month, for 2 days",
        ),
        (schedule(Rhythm.ONCE), "12月5日（土）", "Sat, 5 Dec"),
        (schedule(Rhythm.ONCE, span_days=2), "12月5日（土）〜7日（月）", "Sat, 5 Dec – Mon, 7 Dec"),
        (schedule(Rhythm.DATES), "12月5日（土）", "Sat, 5 Dec"),
        (schedule(Rhythm.DATES, dates=(date(2026, 12, 12), date(2027, 1, 9))), "12月5日、12日、1月9日", "5 Dec, 12 Dec, 9 Jan"),
        (
            schedule(Rhythm.DATES, dates=(date(2026, 12, 12), date(2027, 12, 5), date(2027, 12, 6))),
            "2026年12月5日、12日、2027年12月5日、6日",
            "5 Dec 2026, 12 Dec 2026, 5 Dec 2027, 6 Dec 2027",
        ),
    ],
)
def test_a_rhythm_is_said_as_one_would_say_it(one: Schedule, japanese: str, english: str) -> None:
    assert rhythm_words(one) == japanese
    assert rhythm_words(one, "en") == english


def test_many_picked_days_are_said_by_their_number() -> None:
    weekly = schedule(Rhythm.DATES, dates=tuple(SATURDAY + timedelta(weeks=n) for n in range(30)))
    words = rhythm_words(weekly)
    assert words.startswith("12月5日、12日、19日、26日、1月2日")
    assert words.endswith("、ほか20日")
    assert rhythm_words(weekly, "en").endswith(" and 20 more")


def test_the_hosts_own_words_are_not_mixed_in() -> None:
    assert rhythm_words(schedule(Rhythm.WEEKLY, weekdays=(5,), note="雨の日は中止")) == "毎週土曜日"


def test_what_does_not_steer_picked_days_is_not_said_of_them() -> None:
    assert rhythm_words(schedule(Rhythm.ONCE, skip_holidays=True, count=3, until=date(2027, 1, 1))) == "12月5日（土）"


@pytest.mark.parametrize("rhythm", [Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY_DATE, Rhythm.MONTHLY_WEEKDAY])
def test_a_rule_that_is_not_finished_yet_says_nothing(rhythm: Rhythm) -> None:
    assert rhythm_words(schedule(rhythm, count=6)) == ""
    assert rhythm_words(schedule(rhythm, count=6), "en") == ""


numbers = st.lists(st.integers(-3, 40), max_size=8).map(tuple)
days = st.dates()


@given(
    st.builds(
        Schedule,
        rhythm=st.sampled_from(Rhythm),
        first_day=days,
        starts=st.none(),
        ends=st.none(),
        span_days=st.integers(-5, 10**12),
        weekdays=numbers,
        nths=numbers,
        month_days=numbers,
        dates=st.lists(days).map(tuple),
        until=st.none() | days,
        count=st.none() | st.integers(-5, 500),
    ),
    st.sampled_from(["ja", "en"]),
)
def test_a_preview_of_a_form_that_still_has_mistakes_does_not_break(one: Schedule, language: str) -> None:
    assert isinstance(rhythm_words(one, language), str)
