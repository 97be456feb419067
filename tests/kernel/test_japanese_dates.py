"""Days and times as one says them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.japanese_dates import (
    ago_words,
    clock_words,
    day_words,
    days_words,
    era_year,
    hours_words,
    relative_words,
    short_day,
    span_words,
    time_words,
    weekday_letter,
    weekday_name,
)

TOKYO = ZoneInfo("Asia/Tokyo")
SATURDAY = date(2026, 12, 5)


@dataclass(frozen=True)
class Meeting:
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    end_known: bool = True


def meeting(start: str, end: str, *, all_day: bool = False, end_known: bool = True) -> Meeting:
    return Meeting(
        datetime.fromisoformat(start).replace(tzinfo=TOKYO), datetime.fromisoformat(end).replace(tzinfo=TOKYO), all_day, end_known
    )


def test_a_day_is_said_with_its_weekday_and_with_the_year_when_asked() -> None:
    assert day_words(SATURDAY) == "12月5日（土）"
    assert day_words(SATURDAY, year=True) == "2026年12月5日（土）"
    assert short_day(SATURDAY) == "12/5(土)"
    assert weekday_letter(SATURDAY) == "土"
    assert weekday_name(5) == "土曜日"


def test_a_day_in_english() -> None:
    assert day_words(SATURDAY, "en") == "Sat, 5 Dec"
    assert day_words(SATURDAY, "en", year=True) == "Sat, 5 Dec 2026"
    assert short_day(SATURDAY, "en") == "Sat 5 Dec"
    assert weekday_letter(SATURDAY, "en") == "Sat"
    assert weekday_name(0, "en") == "Monday"


def test_an_unknown_language_is_answered_in_japanese() -> None:
    assert day_words(SATURDAY, "fr") == "12月5日（土）"


def test_the_seven_letters_follow_the_calendar() -> None:
    assert "".join(weekday_letter(date(2026, 12, 7) + timedelta(days=n)) for n in range(7)) == "月火水木金土日"


@pytest.mark.parametrize(
    "day, words",
    [
        (date(2026, 12, 5), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1926, 12, 24), "大正15年"),
        (date(1912, 7, 29), "明治45年"),
        (date(1872, 12, 31), "1872年"),
    ],
)
def test_the_era_turns_on_the_right_day(day: date, words: str) -> None:
    assert era_year(day) == words


@pytest.mark.parametrize(
    "at, words, clock",
    [
        (time(10), "午前10時", "10:00"),
        (time(13, 30), "午後1時30分", "13:30"),
        (time(12), "正午", "12:00"),
        (time(12, 5), "午後0時5分", "12:05"),
        (time(0), "午前0時", "0:00"),
        (time(9, 5), "午前9時5分", "9:05"),
        (time(23, 59), "午後11時59分", "23:59"),
    ],
)
def test_a_time_is_said_in_halves_of_the_day(at: time, words: str, clock: str) -> None:
    assert time_words(at) == words
    assert clock_words(at) == clock
    assert time_words(at, "en") == clock


@given(st.times(), st.times())
def test_two_different_minutes_are_never_said_alike(one: time, other: time) -> None:
    same = (one.hour, one.minute) == (other.hour, other.minute)
    assert (time_words(one) == time_words(other)) is same


@pytest.mark.parametrize(
    "span, japanese, english",
    [
        (meeting("2026-12-05 10:00", "2026-12-05 12:00"), "12月5日（土）午前10時〜正午", "Sat, 5 Dec, 10:00–12:00"),
        (meeting("2026-12-05 13:00", "2026-12-05 15:30"), "12月5日（土）午後1時〜3時30分", "Sat, 5 Dec, 13:00–15:30"),
        (meeting("2026-12-05 09:30", "2026-12-05 11:00"), "12月5日（土）午前9時30分〜11時", "Sat, 5 Dec, 9:30–11:00"),
        (meeting("2026-12-05 10:00", "2026-12-05 14:00"), "12月5日（土）午前10時〜午後2時", "Sat, 5 Dec, 10:00–14:00"),
        (meeting("2026-12-05 12:00", "2026-12-05 14:00"), "12月5日（土）正午〜午後2時", "Sat, 5 Dec, 12:00–14:00"),
        (meeting("2026-12-05 22:00", "2026-12-06 02:00"), "12月5日（土）午後10時〜翌日午前2時", "Sat, 5 Dec, 22:00–2:00 (next day)"),
        (meeting("2026-12-05 20:00", "2026-12-06 00:00"), "12月5日（土）午後8時〜翌日午前0時", "Sat, 5 Dec, 20:00–0:00 (next day)"),
        (meeting("2026-12-05 10:00", "2026-12-05 12:00", end_known=False), "12月5日（土）午前10時から", "Sat, 5 Dec, from 10:00"),
        (meeting("2026-12-05 23:00", "2026-12-06 01:00", end_known=False), "12月5日（土）午後11時から", "Sat, 5 Dec, from 23:00"),
        (meeting("2026-12-05", "2026-12-06", all_day=True), "12月5日（土）", "Sat, 5 Dec"),
        (meeting("2026-12-05", "2026-12-08", all_day=True), "12月5日（土）〜7日（月）", "Sat, 5 Dec – Mon, 7 Dec"),
        (meeting("2026-12-30", "2027-01-03", all_day=True), "12月30日（水）〜1月2日（土）", "Wed, 30 Dec – Sat, 2 Jan"),
        (
            meeting("2026-12-05 10:00", "2026-12-07 16:00"),
            "12月5日（土）午前10時〜7日（月）午後4時",
            "Sat, 5 Dec, 10:00 – Mon, 7 Dec, 16:00",
        ),
        (
            meeting("2026-12-05 10:00", "2026-12-07 12:00", end_known=False),
            "12月5日（土）午前10時〜7日（月）",
            "Sat, 5 Dec, 10:00 – Mon, 7 Dec",
        ),
    ],
)
def test_a_meeting_is_said_as_one_would_say_it(span: Meeting, japanese: str, english: str) -> None:
    assert span_words(span) == japanese
    assert span_words(span, "en") == english


def test_the_year_is_said_once_and_again_only_when_it_changes() -> None:
    assert span_words(meeting("2026-12-05", "2026-12-08", all_day=True), year=True) == "2026年12月5日（土）〜7日（月）"
    assert span_words(meeting("2026-12-05", "2027-02-01", all_day=True), year=True) == "2026年12月5日（土）〜2027年1月31日（日）"
    assert days_words(date(2026, 11, 30), date(2026, 12, 5), year=True) == "2026年11月30日（月）〜12月5日（土）"


def test_moments_kept_in_utc_are_said_in_the_citys_zone() -> None:
    kept = Meeting(datetime(2026, 12, 4, 22, tzinfo=UTC), datetime(2026, 12, 5, 1, tzinfo=UTC))
    assert span_words(kept, zone=TOKYO) == "12月5日（土）午前7時〜10時"
    assert hours_words(kept, zone=TOKYO) == "午前7時〜10時"


def test_hours_alone_are_empty_where_they_would_mislead() -> None:
    assert hours_words(meeting("2026-12-05 13:00", "2026-12-05 15:00")) == "午後1時〜3時"
    assert hours_words(meeting("2026-12-05", "2026-12-06", all_day=True)) == ""
    assert hours_words(meeting("2026-12-05 10:00", "2026-12-07 16:00")) == ""


def test_near_days_have_their_own_words() -> None:
    near = [relative_words(SATURDAY + timedelta(days=n), SATURDAY) for n in (-1, 0, 1, 2, 3)]
    assert near == [None, "きょう", "あした", "あさって", None]
    assert relative_words(SATURDAY, SATURDAY, "en") == "Today"
    assert relative_words(SATURDAY + timedelta(days=1), SATURDAY, "en") == "Tomorrow"
    assert relative_words(date(2027, 1, 1), date(2026, 12, 31)) == "あした"


@pytest.mark.parametrize(
    "passed, japanese, english",
    [
        (timedelta(seconds=59), "たった今", "just now"),
        (timedelta(hours=-2), "たった今", "just now"),
        (timedelta(minutes=1), "1分前", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59分前", "59 minutes ago"),
        (timedelta(hours=1), "1時間前", "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23時間前", "23 hours ago"),
        (timedelta(days=3, hours=5), "3日前", "3 days ago"),
        (timedelta(days=30), "30日前", "30 days ago"),
        (timedelta(days=31), "1か月前", "1 month ago"),
        (timedelta(days=364), "11か月前", "11 months ago"),
        (timedelta(days=365), "1年前", "1 year ago"),
        (timedelta(days=800), "2年前", "2 years ago"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(passed: timedelta, japanese: str, english: str) -> None:
    now = datetime(2026, 12, 5, 3, tzinfo=UTC)
    assert ago_words(now - passed, now) == japanese
    assert ago_words((now - passed).astimezone(TOKYO), now, "en") == english
