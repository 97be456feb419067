"""The same calendars in programs that others wrote: vobject (as in many servers) and ical.js (as in Thunderbird)."""

from dataclasses import replace
from datetime import date, datetime, time
from itertools import takewhile

import pytest
import vobject

from idobata.feeds.icalendar_file import CalendarSeries, to_ical
from idobata.gatherings.schedule import LAST, Rhythm, Schedule
from idobata.kernel.words import in_japanese
from tests.feeds.entries import CONTROLS
from tests.feeds.test_icalendar_file import HEAD, MADE_UNTIL, SATURDAYS, SERIES, TODAY, series_of, shown, stored
from tests.feeds.test_icalendar_file import slot_on as slot
from tests.harness.npm_peers import ReadCalendar

MOVED = stored(slot(SATURDAYS, date(2026, 12, 12)), state="moved", sequence=1)
SERIES_OF_ALL_KINDS = [
    series_of(
        SATURDAYS,
        [
            stored(slot(SATURDAYS, date(2026, 12, 5)), state="cancelled", note="雨のため", sequence=1),
            replace(MOVED, starts_at=MOVED.starts_at.replace(hour=5), ends_at=MOVED.ends_at.replace(hour=7)),
            stored(slot(SATURDAYS, date(2026, 12, 19)), state="full", sequence=1),
        ],
    ),
    series_of(replace(SATURDAYS, skip_holidays=True, skip_new_year=True, starts=None, ends=None)),
    series_of(
        Schedule(rhythm=Rhythm.MONTHLY_WEEKDAY, first_day=date(2026, 9, 1), starts=time(19), ends=None, weekdays=(2,), nths=(2, LAST))
    ),
    series_of(Schedule(rhythm=Rhythm.MONTHLY_DATE, first_day=date(2026, 9, 1), starts=time(9), ends=time(10), month_days=(31,))),
    series_of(Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(22), ends=time(1))),
]


def plain(moment: date) -> str:
    """A day or a moment as ical.js writes it."""
    return moment.replace(tzinfo=None).isoformat() if isinstance(moment, datetime) else moment.isoformat()


@pytest.mark.parametrize("series", SERIES_OF_ALL_KINDS)
def test_ical_js_shows_the_same_dates_with_the_same_words(series: CalendarSeries, read_with_ical_js: ReadCalendar) -> None:
    found = read_with_ical_js(to_ical(HEAD, [series], in_japanese), TODAY, MADE_UNTIL)
    expected = shown(series, first=TODAY)
    assert len(expected) > 0
    assert sorted((one["start"], one["summary"], one["status"]) for one in found) == sorted(
        (plain(event.start), str(event["SUMMARY"]), str(event["STATUS"])) for event in expected
    )
    assert {one["location"] for one in found} == {"中央公民館 北町1-2-3"}


@pytest.mark.parametrize("series", SERIES_OF_ALL_KINDS)
def test_vobject_reads_every_event_and_writes_it_back(series: CalendarSeries) -> None:
    calendar = vobject.readOne(to_ical(HEAD, [series], in_japanese).decode())
    rule = calendar.vevent_list[0]
    assert rule.uid.value == "abcdefghjkmn@idobata.example"
    assert rule.summary.value == SERIES.title
    again = vobject.readOne(calendar.serialize())
    assert [one.status.value for one in again.vevent_list] == [one.status.value for one in calendar.vevent_list]
    if rule.getrruleset() is not None:
        days = takewhile(lambda day: day <= MADE_UNTIL, (moment.date() for moment in rule.getrruleset()))
        assert sum(day >= TODAY for day in days) == len(shown(series, first=TODAY))


def test_hostile_words_stay_words_everywhere(read_with_ical_js: ReadCalendar) -> None:
    hostile = f'前{CONTROLS}\r\nBEGIN:VEVENT\r\nUID:evil\r\n;,:\\n"]]>👨‍👩‍👧‍👦' + "あ" * 10_000
    words = ("title", "summary", "body", "fee_words", "signup_words", "bring", "rain", "host_name", "category_name", "location")
    poisoned = replace(series_of(SATURDAYS), public_id="pppppppppppp", **dict.fromkeys(words, hostile))
    written = to_ical(HEAD, [series_of(SATURDAYS), poisoned], in_japanese)
    shown_by_js = read_with_ical_js(written, TODAY, MADE_UNTIL)
    assert {one["uid"][:12] for one in shown_by_js} == {"abcdefghjkmn", "pppppppppppp"}
    alone = read_with_ical_js(to_ical(HEAD, [series_of(SATURDAYS)], in_japanese), TODAY, MADE_UNTIL)
    assert [one for one in shown_by_js if one["uid"].startswith("abc")] == alone
    assert {one.uid.value[:12] for one in vobject.readOne(written.decode()).vevent_list} == {"abcdefghjkmn", "pppppppppppp"}
