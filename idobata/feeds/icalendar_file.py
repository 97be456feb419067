"""Calendar files (RFC 5545 and 7986). icalendar is used here and nowhere else.

How a series is told, so that every calendar program shows exactly the dates that the site has:

* The rule goes out as RRULE, from its first date that is still kept. Days that fit it and are not held are EXDATE.
* A date that was cancelled, filled or moved is an event of its own behind the same UID with RECURRENCE-ID. A cancelled one is
  never an EXDATE: people who saved the date must see that it was cancelled.
* A date outside the rule is an event with a UID of its own.

There is no ORGANIZER: it must be a mail address, and with one some programs offer to answer an invitation. There is no METHOD
either, since nobody is invited.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vText

from idobata.feeds.titles import marked, one_line
from idobata.gatherings.cards import GatheringCard
from idobata.gatherings.recurrence import last_day, skipped_days, slot_on
from idobata.gatherings.rrule import RulePart, to_rrule
from idobata.gatherings.schedule import Rhythm, Schedule, Slot
from idobata.gatherings.states import STATE_WORDS, OccurrenceState
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.japanese_dates import day_words
from idobata.kernel.text import clean_url, printable
from idobata.kernel.words import N_, Translate

log = logging.getLogger(__name__)

LONGEST_DESCRIPTION = 4000
# A rule without an end runs on behind the last date we made; days off must be told there, too.
DAYS_OFF_AHEAD = timedelta(days=366)

_END = b"END:VCALENDAR\r\n"
# No summer time since 1951, so this never changes; the library's own adds a remark about 2038.
_TOKYO = (
    b"BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZNAME:JST\r\n"
    b"TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarHead:
    """What a calendar says of itself. `host` makes the UIDs; both addresses are absolute."""

    name: str
    description: str
    page_url: str
    self_url: str
    host: str
    zone: ZoneInfo
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDate:
    """One date as it is stored; `day` is the day it was announced for."""

    day: date
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    end_known: bool
    state: str
    note: str
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSeries:
    """A gathering with its dates of one stretch of time.

    `schedule` None: only these dates are meant and no rule (somebody asked for Sundays only). `made_until` is the day up to
    which `dates` are complete. `body` is the host's longer text, empty where a short calendar is wanted.
    """

    gathering: GatheringCard
    url: str
    body: str
    schedule: Schedule | None
    made_until: date | None
    sequence: int
    changed_at: datetime
    dates: tuple[CalendarDate, ...]


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """How a series is told: its rule from `first` on with the days it leaves out, its changed dates, and those outside the rule."""

    rule: dict[str, RulePart] | None
    first: Slot | None
    left_out: tuple[date, ...]
    changed: tuple[tuple[Slot, CalendarDate], ...]
    single: tuple[CalendarDate, ...]


def to_ical(head: CalendarHead, series: Iterable[CalendarSeries], translate: Translate) -> bytes:
    """The calendar. Equal input gives equal bytes. A gathering that cannot be written is left out and logged."""
    written = _head(head)
    if not written.endswith(_END):
        raise AssertionError("the library writes calendars otherwise than it did")
    parts = [written.removesuffix(_END), time_zone(head.zone)]
    for one in series:
        try:
            parts.append(b"".join(event.to_ical() for event in _events(one, head, translate)))
        except Exception as error:
            # The id and the kind of error; an error's own words may quote what somebody typed.
            log.warning("left gathering %s out of a calendar: %s", one.gathering.public_id, type(error).__name__)
    return b"".join([*parts, _END])


def time_zone(zone: ZoneInfo) -> bytes:
    """The VTIMEZONE of a city's zone."""
    return _TOKYO if zone.key == "Asia/Tokyo" else bytes(Timezone.from_tzinfo(zone, zone.key).to_ical())


def plan(series: CalendarSeries, zone: ZoneInfo) -> SeriesPlan:
    """Reconcile what the rule says with the dates there are; what programs will show is then exactly those dates."""
    schedule = series.schedule
    by_day = {one.day: one for one in series.dates}
    if schedule is None or not schedule.repeats or not by_day:
        return SeriesPlan(None, None, (), (), series.dates)
    end = max([*by_day, *([series.made_until] if series.made_until else [])])
    days = list(takewhile(lambda day: day <= end, schedule.meeting_days(JAPANESE_HOLIDAYS, min(by_day))))
    held = [day for day in days if day in by_day]
    if not held:
        return SeriesPlan(None, None, (), (), series.dates)
    first = held[0]
    off = skipped_days(schedule, first, _later(end, DAYS_OFF_AHEAD), JAPANESE_HOLIDAYS)
    left_out = sorted({*(day for day in days if day > first and day not in by_day), *off})
    changed = [(slot, by_day[slot.day]) for slot in (slot_on(schedule, day, zone) for day in held) if _differs(slot, by_day[slot.day])]
    in_rule = set(held)
    single = tuple(one for one in series.dates if one.day not in in_rule)
    return SeriesPlan(_rule(schedule, zone), slot_on(schedule, first, zone), tuple(left_out), tuple(changed), single)


def describe(series: CalendarSeries, translate: Translate, language: str, *, state: str = "", note: str = "") -> str:
    """What a calendar program shows when one opens a date: the state first, then the facts, the words of the host, the page."""
    card = series.gathering
    colon = ": " if language == "en" else "："
    said = colon.join(part for part in (state, one_line(note)) if part)
    facts = [
        (translate(N_("参加費")), card.fee_words),
        (translate(N_("申し込み")), card.signup_words),
        (translate(N_("持ち物")), card.bring),
        (translate(N_("雨のとき")), card.rain),
        (translate(N_("主催")), card.host_name),
    ]
    blocks = [
        said,
        one_line(card.summary),
        "\n".join(f"{label}{colon}{one_line(words)}" for label, words in facts if one_line(words)),
        printable(series.body).strip(),
    ]
    text = "\n\n".join(block for block in blocks if block)
    if len(text) > LONGEST_DESCRIPTION:
        text = text[: LONGEST_DESCRIPTION - 1] + "…"
    return f"{text}\n\n{series.url}"


def _head(head: CalendarHead) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Idobata//Idobata//{head.language.upper()}")
    # The library knows these three by no type and would write their line breaks as they are.
    calendar.add("name", vText(one_line(head.name)))
    calendar.add("x-wr-calname", vText(one_line(head.name)))
    calendar.add("x-wr-caldesc", vText(one_line(head.description)))
    calendar.add("x-wr-timezone", head.zone.key)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    # As text: a timedelta would be written as 1:00:00 here.
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("url", head.page_url)
    calendar.add("source", head.self_url, parameters={"VALUE": "URI"})
    return bytes(calendar.to_ical())


def _events(series: CalendarSeries, head: CalendarHead, translate: Translate) -> Iterator[Event]:
    told = plan(series, head.zone)
    uid = series.gathering.public_id
    if told.first is not None and told.rule is not None:
        yield _series_event(series, told.first, told.rule, told.left_out, head, translate)
    for slot, one in told.changed:
        event = _date_event(series, one, f"{uid}@{head.host}", head, translate)
        event.add("recurrence-id", _moment(slot, head.zone))
        yield event
    for one in told.single:
        # A gathering that meets once keeps its UID when it is moved to another day, and when it becomes a series.
        alone = series.schedule is not None and series.schedule.rhythm is Rhythm.ONCE and one.day == series.schedule.first_day
        yield _date_event(series, one, f"{uid}@{head.host}" if alone else f"{uid}-{one.day:%Y%m%d}@{head.host}", head, translate)


def _series_event(
    series: CalendarSeries, first: Slot, rule: dict[str, RulePart], left_out: tuple[date, ...], head: CalendarHead, translate: Translate
) -> Event:
    event = _common(series, f"{series.gathering.public_id}@{head.host}", series.sequence, series.changed_at)
    event.add("summary", one_line(series.gathering.title))
    event.add("description", describe(series, translate, head.language))
    _add_times(event, first, head.zone)
    event.add("rrule", rule)
    if left_out and series.schedule is not None:
        event.add("exdate", [_moment(slot_on(series.schedule, day, head.zone), head.zone) for day in left_out])
    event.add("url", series.url)
    event.add("status", "CONFIRMED")
    _add_place(event, series.gathering, translate)
    return event


def _date_event(series: CalendarSeries, one: CalendarDate, uid: str, head: CalendarHead, translate: Translate) -> Event:
    cancelled = one.state == OccurrenceState.CANCELLED
    # Never below the sequence of the series: some programs would take the change for an old one.
    event = _common(series, uid, series.sequence + one.sequence, max(series.changed_at, one.changed_at))
    event.add("summary", marked(one_line(series.gathering.title), one.state, translate))
    event.add("description", describe(series, translate, head.language, state=_state_words(one, head, translate), note=one.note))
    _add_times(event, one, head.zone)
    event.add("url", f"{series.url}/{one.day.isoformat()}")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    _add_place(event, series.gathering, translate)
    return event


def _common(series: CalendarSeries, uid: str, sequence: int, changed_at: datetime) -> Event:
    event = Event()
    moment = changed_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", uid)
    # When it was last changed, not when it was written: equal content must be equal bytes.
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("created", series.gathering.published_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", sequence)
    # Somebody else's gathering in my calendar does not make me busy.
    event.add("transp", "TRANSPARENT")
    return event


def _add_times(event: Event, span: Slot | CalendarDate, zone: ZoneInfo) -> None:
    event.add("dtstart", _moment(span, zone))
    if span.all_day:
        # Midnight after the last day, which is what an exclusive DTEND wants.
        event.add("dtend", span.ends_at.astimezone(zone).date())
    elif span.end_known:
        event.add("dtend", span.ends_at.astimezone(zone))


def _add_place(event: Event, card: GatheringCard, translate: Translate) -> None:
    if card.category_name:
        event.add("categories", [one_line(card.category_name)])
    place = card.place
    if place is not None:
        event.add("location", one_line(f"{place.name} {place.address}"))
        if place.latitude is not None and place.longitude is not None:
            event.add("geo", (round(place.latitude, 6), round(place.longitude, 6)))
    elif card.place_note:
        event.add("location", one_line(card.place_note))
    elif card.online_url:
        event.add("location", translate(N_("オンライン")))
    if card.online_url:
        try:
            address = clean_url(card.online_url)
        except ValueError:
            return
        label = translate(N_("オンライン"))
        event.add("conference", address, parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": label})


def _moment(span: Slot | CalendarDate, zone: ZoneInfo) -> date | datetime:
    local = span.starts_at.astimezone(zone)
    return local.date() if span.all_day else local


def _state_words(one: CalendarDate, head: CalendarHead, translate: Translate) -> str:
    if one.state == OccurrenceState.PLANNED:
        return ""
    words = translate(STATE_WORDS[OccurrenceState(one.state)])
    if one.starts_at.astimezone(head.zone).date() == one.day:
        return words
    before = translate(N_("もとの日")) + (": " if head.language == "en" else "：") + day_words(one.day, head.language)
    return f"{words} ({before})" if head.language == "en" else f"{words}（{before}）"


def _rule(schedule: Schedule, zone: ZoneInfo) -> dict[str, RulePart] | None:
    if schedule.count is not None:
        # The series may begin later here than it did, so "six times" would be counted from the wrong day: say the last day.
        schedule = replace(schedule, count=None, until=last_day(schedule, JAPANESE_HOLIDAYS))
    return to_rrule(schedule, zone)


def _differs(slot: Slot, one: CalendarDate) -> bool:
    return (
        one.state not in (OccurrenceState.PLANNED, OccurrenceState.CONFIRMED)
        or bool(one.note)
        or (slot.all_day, slot.end_known) != (one.all_day, one.end_known)
        or slot.starts_at != one.starts_at
        or slot.ends_at != one.ends_at
    )


def _later(day: date, by: timedelta) -> date:
    return day + by if day <= date.max - by else date.max
