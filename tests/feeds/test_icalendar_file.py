"""Calendar files, read back with other people's parsers and compared with the dates that the site has."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from idobata.feeds.icalendar_file import CalendarDate, CalendarHead, CalendarSeries, fold, to_ical
from idobata.gatherings.recurrence import slots
from idobata.gatherings.schedule import LAST, Rhythm, Schedule, Slot
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.words import in_japanese

TOKYO = ZoneInfo("Asia/Tokyo")
BEGINS = date(2026, 10, 1)
TODAY = date(2026, 11, 20)
MADE_UNTIL = date(2027, 5, 23)
CHANGED_AT = datetime(2026, 11, 18, 1, 2, 3, 456_789, tzinfo=UTC)
HEAD = CalendarHead(
    name="しおさか井戸端パーティー：北町",
    description="ふらっと行ける集まり",
    page_url="https://idobata.example/gatherings?district=kitamachi",
    self_url="https://idobata.example/gatherings.ics?district=kitamachi",
    host="idobata.example",
    zone=TOKYO,
    language="ja",
    licence_url="https://licences.example/by/4.0",
)
SATURDAYS = Schedule(rhythm=Rhythm.WEEKLY, first_day=date(2026, 9, 1), starts=time(10), ends=time(12), weekdays=(5,))
SERIES = CalendarSeries(
    public_id="abcdefghjkmn",
    url="https://idobata.example/gatherings/abcdefghjkmn",
    title="朝のおにぎりと将棋",
    summary="おにぎりを食べながら将棋をさします。",
    body="",
    fee_words="無料",
    signup_words="申し込みはいりません",
    bring="",
    rain="",
    host_name="みどり会",
    category_name="食べる",
    location="中央公民館 北町1-2-3",
    latitude=35.123456789,
    longitude=139.5,
    online_url="",
    schedule=SATURDAYS,
    begins=BEGINS,
    as_ruled_from=TODAY,
    made_until=MADE_UNTIL,
    sequence=3,
    published_at=datetime(2026, 9, 1, tzinfo=UTC),
    changed_at=CHANGED_AT,
    reuse_text=False,
    dates=(),
)


def stored(slot: Slot, *, state: str = "planned", note: str = "", sequence: int = 0) -> CalendarDate:
    """A date as the database keeps it."""
    return CalendarDate(
        day=slot.day,
        starts_at=slot.starts_at.astimezone(UTC),
        ends_at=slot.ends_at.astimezone(UTC),
        all_day=slot.all_day,
        end_known=slot.end_known,
        state=state,
        note=note,
        sequence=sequence,
        changed_at=CHANGED_AT,
    )


def series_of(schedule: Schedule, changed: Iterable[CalendarDate] = (), **more: Any) -> CalendarSeries:
    """The series as the queries hand it over: all past dates of the stretch, of the coming ones only the touched."""
    by_day = {one.day: one for one in changed}
    first = date.min if not schedule.repeats else BEGINS
    for slot in slots(schedule, TOKYO, first, MADE_UNTIL, JAPANESE_HOLIDAYS):
        if slot.day < TODAY or not schedule.repeats:
            by_day.setdefault(slot.day, stored(slot))
    return replace(SERIES, schedule=schedule, dates=tuple(by_day[day] for day in sorted(by_day)), **more)


def written(*series: CalendarSeries) -> icalendar.Calendar:
    """The calendar as another program reads it."""
    return icalendar.Calendar.from_ical(to_ical(HEAD, series, in_japanese))


def events(*series: CalendarSeries) -> list[Any]:
    """All events as they are written."""
    return list(written(*series).walk("VEVENT"))


def shown(series: CalendarSeries, first: date = BEGINS, last: date = MADE_UNTIL) -> list[Any]:
    """The dates that a calendar program shows, in order."""
    found = recurring_ical_events.of(written(series)).between(first, last + timedelta(days=1))
    return sorted(found, key=lambda event: (str(event.start), str(event["SUMMARY"])))


def starts(series: CalendarSeries, **between: date) -> list[Any]:
    """When the shown dates begin."""
    return [event.start for event in shown(series, **between)]


def slot_on(schedule: Schedule, day: date) -> Slot:
    """The one meeting of a day."""
    return slots(schedule, TOKYO, day, day, JAPANESE_HOLIDAYS)[0]


def test_a_calendar_says_what_it_is_and_when_to_come_back() -> None:
    text = to_ical(HEAD, [SERIES], in_japanese).decode()
    calendar = written(SERIES)
    assert calendar["VERSION"] == "2.0"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == HEAD.name
    assert calendar["X-WR-TIMEZONE"] == "Asia/Tokyo"
    assert calendar["SOURCE"] == HEAD.self_url
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert "X-PUBLISHED-TTL:PT1H\r\n" in text
    assert "METHOD" not in text


def test_nobody_is_invited_and_nobody_becomes_busy() -> None:
    text = to_ical(HEAD, [SERIES], in_japanese).decode()
    assert "ORGANIZER" not in text
    assert "ATTENDEE" not in text
    assert "mailto" not in text
    assert "TRANSP:TRANSPARENT" in text


def test_an_empty_calendar_is_a_valid_one() -> None:
    calendar = written()
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]


def test_a_weekly_gathering_is_one_event_with_a_rule() -> None:
    found = events(series_of(SATURDAYS))
    assert len(found) == 1
    event = found[0]
    assert event["UID"] == "abcdefghjkmn@idobata.example"
    assert event["SUMMARY"] == SERIES.title
    assert event.start == datetime(2026, 10, 3, 10, tzinfo=TOKYO)
    assert event.end == datetime(2026, 10, 3, 12, tzinfo=TOKYO)
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert event["SEQUENCE"] == 3
    assert event["LOCATION"] == "中央公民館 北町1-2-3"
    assert event["GEO"].to_ical() == "35.123457;139.5"
    assert event["CATEGORIES"].to_ical().decode() == "食べる"
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == CHANGED_AT.replace(microsecond=0)
    assert event["URL"] == SERIES.url
    for expected in (SERIES.summary, "参加費：無料", "主催：みどり会", SERIES.url):
        assert expected in str(event["DESCRIPTION"])


RHYTHMS = [
    SATURDAYS,
    replace(SATURDAYS, weekdays=(0, 2, 5)),
    replace(SATURDAYS, rhythm=Rhythm.FORTNIGHTLY),
    replace(SATURDAYS, rhythm=Rhythm.FORTNIGHTLY, weekdays=(0, 6), first_day=date(2026, 9, 2)),
    replace(SATURDAYS, rhythm=Rhythm.MONTHLY_WEEKDAY, nths=(2, 4)),
    replace(SATURDAYS, rhythm=Rhythm.MONTHLY_WEEKDAY, nths=(5, LAST), weekdays=(1, 5)),
    replace(SATURDAYS, rhythm=Rhythm.MONTHLY_DATE, month_days=(1, 15, 31)),
    replace(SATURDAYS, until=date(2027, 1, 15)),
    replace(SATURDAYS, count=12),
    replace(SATURDAYS, count=12, skip_holidays=True, weekdays=(0,)),
    replace(SATURDAYS, skip_holidays=True, skip_new_year=True, skip_obon=True, weekdays=(0, 3, 4)),
    replace(SATURDAYS, starts=time(22), ends=time(1, 30)),
    replace(SATURDAYS, starts=None, ends=None),
    replace(SATURDAYS, starts=None, ends=None, until=date(2027, 1, 16)),
    replace(SATURDAYS, rhythm=Rhythm.MONTHLY_DATE, month_days=(10,), span_days=2),
    replace(SATURDAYS, rhythm=Rhythm.MONTHLY_DATE, month_days=(10,), starts=None, ends=None, span_days=2),
    replace(SATURDAYS, ends=None),
    replace(SATURDAYS, first_day=date(2026, 12, 24)),
]


@pytest.mark.parametrize(
    "schedule", RHYTHMS, ids=lambda one: f"{one.rhythm}-{one.weekdays}-{one.month_days}-{one.starts}-{one.count}-{one.until}"
)
def test_a_calendar_program_shows_exactly_the_dates_of_the_site(schedule: Schedule) -> None:
    expected = slots(schedule, TOKYO, BEGINS, MADE_UNTIL, JAPANESE_HOLIDAYS)
    found = shown(series_of(schedule))
    assert [event.start for event in found] == [slot.starts_at.date() if slot.all_day else slot.starts_at for slot in expected]
    for event, slot in zip(found, expected, strict=True):
        if slot.all_day:
            assert event.end == slot.ends_at.date()
        elif slot.end_known:
            assert event.end == slot.ends_at
        else:
            assert event.end == event.start  # no length at all: nobody said how long


def test_days_off_stay_off_beyond_what_is_made() -> None:
    fridays = replace(SATURDAYS, weekdays=(4,), skip_new_year=True)
    found = starts(series_of(fridays), first=date(2028, 12, 20), last=date(2028, 12, 31))
    assert [one.date() for one in found] == [date(2028, 12, 22)]


def test_a_cancelled_date_stays_and_says_so() -> None:
    slot = slot_on(SATURDAYS, date(2026, 12, 5))
    series = series_of(SATURDAYS, [stored(slot, state="cancelled", note="雨のため", sequence=1)])
    rule, override = events(series)
    assert "EXDATE" not in rule
    assert override["UID"] == rule["UID"]
    assert override["RECURRENCE-ID"].dt == slot.starts_at
    assert override["STATUS"] == "CANCELLED"
    assert override["SUMMARY"] == "【中止】朝のおにぎりと将棋"
    assert override["SEQUENCE"] > rule["SEQUENCE"]
    assert override["DESCRIPTION"].startswith("中止：雨のため\n\n")
    assert override["URL"].endswith("/gatherings/abcdefghjkmn/2026-12-05")
    on_the_day = shown(series, first=date(2026, 12, 5), last=date(2026, 12, 5))
    assert [str(event["STATUS"]) for event in on_the_day] == ["CANCELLED"]


def test_a_cancelled_first_date_of_a_series_stays_too() -> None:
    slot = slot_on(SATURDAYS, date(2026, 10, 3))
    found = shown(series_of(SATURDAYS, [stored(slot, state="cancelled")]), last=date(2026, 10, 10))
    assert [str(event["STATUS"]) for event in found] == ["CANCELLED", "CONFIRMED"]


def test_a_full_date_says_so_and_takes_place() -> None:
    slot = slot_on(SATURDAYS, date(2026, 12, 5))
    _rule, override = events(series_of(SATURDAYS, [stored(slot, state="full")]))
    assert (override["SUMMARY"], override["STATUS"]) == ("【満員】朝のおにぎりと将棋", "CONFIRMED")


def test_a_moved_date_leaves_its_old_day() -> None:
    slot = slot_on(SATURDAYS, date(2026, 12, 5))
    moved = replace(
        stored(slot, state="moved"),
        starts_at=slot.starts_at + timedelta(days=1, hours=3),
        ends_at=slot.ends_at + timedelta(days=1, hours=3),
    )
    series = series_of(SATURDAYS, [moved])
    found = shown(series, first=date(2026, 12, 5), last=date(2026, 12, 6))
    assert [(event.start, str(event["SUMMARY"])) for event in found] == [
        (datetime(2026, 12, 6, 13, tzinfo=TOKYO), "【変更】朝のおにぎりと将棋")
    ]
    assert "もとの日：12月5日（土）" in found[0]["DESCRIPTION"]


def test_a_date_that_somebody_added_is_an_event_of_its_own() -> None:
    added = stored(Slot(date(2026, 12, 8), datetime(2026, 12, 8, 18, tzinfo=TOKYO), datetime(2026, 12, 8, 20, tzinfo=TOKYO), False, True))
    rule, own = events(series_of(SATURDAYS, [added]))
    assert own["UID"] == "abcdefghjkmn-20261208@idobata.example"
    assert own["UID"] != rule["UID"]
    assert "RECURRENCE-ID" not in own
    assert own.start == datetime(2026, 12, 8, 18, tzinfo=TOKYO)


def test_a_date_added_on_a_day_off_takes_place() -> None:
    schedule = replace(SATURDAYS, weekdays=(3,), skip_new_year=True)
    new_year = date(2026, 12, 31)
    added = stored(
        Slot(new_year, datetime(2026, 12, 31, 10, tzinfo=TOKYO), datetime(2026, 12, 31, 12, tzinfo=TOKYO), all_day=False, end_known=True)
    )
    assert starts(series_of(schedule, [added]), first=new_year, last=new_year) == [datetime(2026, 12, 31, 10, tzinfo=TOKYO)]


def test_a_touched_date_far_ahead_hides_no_earlier_one() -> None:
    slot = slot_on(SATURDAYS, date(2027, 3, 6))
    schedule = replace(SATURDAYS, first_day=date(2026, 12, 1))
    expected = [one.starts_at for one in slots(schedule, TOKYO, BEGINS, MADE_UNTIL, JAPANESE_HOLIDAYS)]
    assert starts(series_of(schedule, [stored(slot, state="full")])) == expected


def test_a_past_that_the_rule_would_tell_otherwise_is_told_as_it_was() -> None:
    """The host changed from Sundays to Saturdays in November: what was, was on Sundays."""
    sundays = [stored(slot_on(replace(SATURDAYS, weekdays=(6,)), date(2026, 11, day))) for day in (1, 8, 15)]
    series = replace(SERIES, dates=tuple(sundays))
    found = [one.date() for one in starts(series, last=date(2026, 11, 30))]
    assert found == [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15), date(2026, 11, 21), date(2026, 11, 28)]


def test_a_series_that_is_over_tells_its_last_dates() -> None:
    schedule = replace(SATURDAYS, until=date(2026, 11, 7))
    assert [one.date() for one in starts(series_of(schedule))][-1] == date(2026, 11, 7)


def test_a_single_gathering_keeps_its_uid_when_it_is_put_off() -> None:
    once = Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(10), ends=time(12))
    (event,) = events(series_of(once))
    assert event["UID"] == "abcdefghjkmn@idobata.example"
    slot = slot_on(once, date(2026, 12, 5))
    moved = replace(
        stored(slot, state="moved", sequence=1), starts_at=slot.starts_at + timedelta(days=7), ends_at=slot.ends_at + timedelta(days=7)
    )
    (after,) = events(series_of(once, [moved]))
    assert after["UID"] == event["UID"]
    assert after["SEQUENCE"] > event["SEQUENCE"]
    assert after.start == datetime(2026, 12, 12, 10, tzinfo=TOKYO)


def test_picked_dates_have_a_uid_each() -> None:
    picked = Schedule(rhythm=Rhythm.DATES, first_day=date(2026, 12, 5), dates=(date(2026, 12, 9),), starts=time(10), ends=None)
    found = events(series_of(picked))
    assert [str(event["UID"]) for event in found] == ["abcdefghjkmn-20261205@idobata.example", "abcdefghjkmn-20261209@idobata.example"]
    assert all("DTEND" not in event and "RRULE" not in event for event in found)


def test_asked_for_certain_dates_no_rule_tells_of_others() -> None:
    one = stored(slot_on(SATURDAYS, date(2026, 12, 5)))
    found = events(replace(SERIES, schedule=None, dates=(one,)))
    assert [event.start for event in found] == [datetime(2026, 12, 5, 10, tzinfo=TOKYO)]
    assert "RRULE" not in found[0]


def test_an_online_gathering_has_its_door_in_the_calendar() -> None:
    (event,) = events(series_of(SATURDAYS, online_url="https://meet.example/おちゃ?x=1"))
    conference = event["CONFERENCE"]
    assert str(conference).startswith("https://meet.example/")
    assert conference.params["FEATURE"] == "VIDEO"


def test_who_may_use_the_words_is_said_of_every_event() -> None:
    cancelled = stored(slot_on(SATURDAYS, date(2026, 12, 5)), state="cancelled")
    asked = events(series_of(SATURDAYS, [cancelled]))
    assert [str(one["X-IDOBATA-REUSE"]) for one in asked] == ["NO", "NO"]
    assert all("LINK" not in one for one in asked)
    free = events(series_of(SATURDAYS, [cancelled], reuse_text=True))
    assert [str(one["LINK"]) for one in free] == ["https://licences.example/by/4.0"] * 2
    assert free[0]["LINK"].params["LINKREL"] == "license"
    assert all("X-IDOBATA-REUSE" not in one for one in free)


def test_an_address_that_is_none_is_left_out() -> None:
    (event,) = events(series_of(SATURDAYS, online_url="javascript:alert(1)"))
    assert "CONFERENCE" not in event


def test_equal_input_gives_equal_bytes() -> None:
    cancelled = stored(slot_on(SATURDAYS, date(2026, 12, 5)), state="cancelled")
    assert to_ical(HEAD, [series_of(SATURDAYS, [cancelled])], in_japanese) == to_ical(
        HEAD, [series_of(SATURDAYS, [cancelled])], in_japanese
    )


def test_the_passing_of_a_day_changes_nothing() -> None:
    """What was a date to come yesterday is a stored past date today: the file stays the same, so nobody fetches it anew."""
    before = series_of(SATURDAYS, as_ruled_from=TODAY)
    later = TODAY + timedelta(days=9)
    past = tuple(stored(one) for one in slots(SATURDAYS, TOKYO, BEGINS, later - timedelta(days=1), JAPANESE_HOLIDAYS))
    after = replace(before, as_ruled_from=later, dates=past)
    assert to_ical(HEAD, [after], in_japanese) == to_ical(HEAD, [before], in_japanese)


def test_other_cities_have_their_own_zone() -> None:
    berlin = replace(HEAD, zone=ZoneInfo("Europe/Berlin"))
    calendar = icalendar.Calendar.from_ical(to_ical(berlin, [SERIES], in_japanese))
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


HOSTILE = [
    "a\r\nATTENDEE:mailto:x@evil.example",
    "a\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil",
    "a\rBEGIN:VALARM",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "\\n\\,\\;;,:\"^n^'",
    "\\" * 200,
    "\x00\x01\x1b\x7f\x9f",
    "\ufffe\uffff\ufeff",
    "\ud800",
    "👨‍👩‍👧‍👦" * 30,
    "𠮷" * 100,
    "\u202eabc\u2066",
    "あ" * 5000,
    ";VALUE=URI:https://evil.example",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_a_property_of_its_own(hostile: str) -> None:
    clean = to_ical(HEAD, [series_of(SATURDAYS, online_url="https://meet.example/")], in_japanese)
    bad = series_of(
        SATURDAYS,
        title=hostile,
        summary=hostile,
        body=hostile,
        fee_words=hostile,
        signup_words=hostile,
        bring=hostile,
        host_name=hostile,
        category_name=f"食{hostile}",
        location=f"館{hostile}",
        online_url=f"https://meet.example/{hostile}",
    )
    dirty = to_ical(replace(HEAD, name=hostile, description=hostile), [bad], in_japanese)
    names = [[sorted(part) for part in icalendar.Calendar.from_ical(text).walk()] for text in (clean, dirty)]
    for part, expected in zip(names[1], names[0], strict=True):
        assert set(part) <= set(expected)
        assert set(expected) - set(part) <= {"CONFERENCE"}
    for line in dirty.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_folded_lines_are_short_whole_and_unfold_again(text: str) -> None:
    folded = fold(text)
    assert folded.endswith(b"\r\n")
    pieces = folded[:-2].split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert "".join(piece.decode()[bool(place) :] for place, piece in enumerate(pieces)) == text


def test_an_escape_is_never_cut() -> None:
    for before in range(60, 80):
        for piece in fold("x" * before + "\\n\\\\" * 60)[:-2].split(b"\r\n"):
            slashes = len(piece) - len(piece.rstrip(b"\\"))
            assert slashes % 2 == 0


def test_one_poisoned_gathering_never_takes_the_calendar_down(caplog: pytest.LogCaptureFixture) -> None:
    poisoned = replace(SERIES, public_id="poisonpoison", title=None, bring="秘密")  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        found = events(series_of(SATURDAYS), poisoned, replace(series_of(SATURDAYS), public_id="zzzzzzzzzzzz"))
    assert [str(event["UID"])[:12] for event in found] == ["abcdefghjkmn", "zzzzzzzzzzzz"]
    assert "poisonpoison" in caplog.text
    assert "秘密" not in caplog.text


def test_an_english_calendar_marks_in_english() -> None:
    english = {"【中止】": "[Cancelled]", "中止": "Cancelled", "参加費": "Fee"}
    cancelled = stored(slot_on(SATURDAYS, date(2026, 12, 5)), state="cancelled")
    text = to_ical(replace(HEAD, language="en"), [series_of(SATURDAYS, [cancelled])], lambda words: english.get(words, words))
    override = list(icalendar.Calendar.from_ical(text).walk("VEVENT"))[1]
    assert override["SUMMARY"] == "[Cancelled] 朝のおにぎりと将棋"
    assert "Fee: 無料" in str(override["DESCRIPTION"])


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.dates(date(2026, 8, 1), date(2027, 3, 31))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Rhythms as the form allows them."""
    starts_at = draw(st.none() | times)
    return Schedule(
        rhythm=draw(st.sampled_from(list(Rhythm))),
        first_day=draw(days),
        starts=starts_at,
        ends=draw(st.none() | times) if starts_at else None,
        weekdays=tuple(draw(st.sets(st.integers(0, 6), min_size=1, max_size=3))),
        nths=tuple(draw(st.sets(st.sampled_from([1, 2, 3, 4, 5, LAST]), min_size=1, max_size=2))),
        month_days=tuple(draw(st.sets(st.integers(1, 31), min_size=1, max_size=3))),
        dates=tuple(draw(st.sets(days, max_size=4))),
        until=draw(st.none() | days),
        count=draw(st.none() | st.integers(1, 40)),
        skip_holidays=draw(st.booleans()),
        skip_obon=draw(st.booleans()),
        skip_new_year=draw(st.booleans()),
    )


@given(schedules(), st.data())
def test_whatever_the_rhythm_and_the_changes_programs_show_the_dates_of_the_site(schedule: Schedule, data: st.DataObject) -> None:
    planned = slots(schedule, TOKYO, date.min if not schedule.repeats else BEGINS, MADE_UNTIL, JAPANESE_HOLIDAYS)
    touched = data.draw(st.lists(st.sampled_from(planned), unique_by=lambda slot: slot.day, max_size=4)) if planned else []
    changed: dict[date, CalendarDate] = {}
    for slot in touched:
        state = data.draw(st.sampled_from(["cancelled", "full", "moved", "confirmed"]))
        one = stored(slot, state=state, sequence=1)
        if state == "moved" and not slot.all_day:
            way = timedelta(hours=data.draw(st.integers(-30, 30)))
            one = replace(one, starts_at=one.starts_at + way, ends_at=one.ends_at + way)
        changed[slot.day] = one
    every = {slot.day: stored(slot) for slot in planned} | changed
    expected = sorted(
        (
            str(one.starts_at.astimezone(TOKYO).date() if one.all_day else one.starts_at.astimezone(TOKYO)),
            "CANCELLED" if one.state == "cancelled" else "CONFIRMED",
        )
        for one in every.values()
    )
    # Moved dates may leave the stretch that is looked at by a day or two.
    first = min([BEGINS, *(slot.day for slot in planned)]) - timedelta(days=3)
    found = shown(series_of(schedule, changed.values()), first=first, last=MADE_UNTIL + timedelta(days=3))
    beyond = slots(schedule, TOKYO, MADE_UNTIL + timedelta(days=1), MADE_UNTIL + timedelta(days=5), JAPANESE_HOLIDAYS)
    behind = {str(slot.starts_at.date() if slot.all_day else slot.starts_at) for slot in beyond} if schedule.repeats else set()
    assert sorted((str(event.start), str(event["STATUS"])) for event in found if str(event.start) not in behind) == expected
