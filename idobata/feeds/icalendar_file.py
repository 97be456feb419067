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
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Parameters, Timezone, vCategory, vGeo, vText, vUri

from idobata.feeds.titles import marked, one_line
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

_END = b"END:VCALENDAR\r\n"
# No summer time since 1951, so this never changes; the library's own adds a remark about 2038.
_TOKYO = (
    b"BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZNAME:JST\r\n"
    b"TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarHead:
    """What a calendar says of itself. `host` makes the UIDs; all addresses are absolute. `licence_url` is the licence of freed words."""

    name: str
    description: str
    page_url: str
    self_url: str
    host: str
    zone: ZoneInfo
    language: str
    licence_url: str


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
    """A gathering with its dates of one stretch of time. Empty text means that nothing was said.

    `schedule` None: only these dates are meant and no rule (somebody asked for Sundays only). A rule is told from `begins` on;
    up to `as_ruled_from` all its dates are in `dates`, from then on only those that a person touched: the others are where the
    rule puts them. `reuse_text`: the host's words may be used beyond the site. `made_until` is the day up to which dates are made. `body` is the host's longer text, left out of lists.
    """

    public_id: str
    url: str
    title: str
    summary: str
    body: str
    fee_words: str
    signup_words: str
    bring: str
    rain: str
    host_name: str
    category_name: str
    location: str
    latitude: float | None
    longitude: float | None
    online_url: str
    schedule: Schedule | None
    begins: date
    as_ruled_from: date
    made_until: date | None
    sequence: int
    published_at: datetime
    changed_at: datetime
    reuse_text: bool
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
    translate = cache(translate)  # the same few words for every gathering
    for one in series:
        try:
            parts.append(b"".join(_written(event) for event in _SeriesWriter(one, head, translate).events()))
        except Exception as error:
            # The id and the kind of error; an error's own words may quote what somebody typed.
            log.warning("left gathering %s out of a calendar: %s", one.public_id, type(error).__name__)
    return b"".join([*parts, _END])


def time_zone(zone: ZoneInfo) -> bytes:
    """The VTIMEZONE of a city's zone."""
    return _TOKYO if zone.key == "Asia/Tokyo" else bytes(Timezone.from_tzinfo(zone, zone.key).to_ical())


def plan(series: CalendarSeries, zone: ZoneInfo) -> SeriesPlan:
    """Reconcile what the rule says with the dates there are; what programs will show is then exactly those dates."""
    schedule = series.schedule
    if schedule is None or not schedule.repeats:
        return SeriesPlan(None, None, (), (), series.dates)
    by_day = {one.day: one for one in series.dates}
    until = max([series.as_ruled_from, *by_day])
    days = list(takewhile(lambda day: day <= until, schedule.meeting_days(JAPANESE_HOLIDAYS, series.begins)))
    told = (day for day in days if day in by_day)
    to_come = schedule.meeting_days(JAPANESE_HOLIDAYS, max(series.begins, series.as_ruled_from))
    first = min((day for day in (next(told, None), next(to_come, None)) if day is not None), default=None)
    if first is None:
        return SeriesPlan(None, None, (), (), series.dates)
    missing = (day for day in days if first < day < series.as_ruled_from and day not in by_day)
    off = _days_off(schedule, first, max(until, series.made_until or until))
    touched = [(slot_on(schedule, day, zone), by_day[day]) for day in days if day in by_day]
    in_rule = set(days)
    return SeriesPlan(
        rule=_rule(schedule, zone),
        first=slot_on(schedule, first, zone),
        left_out=tuple(sorted({*missing, *off})),
        changed=tuple((slot, one) for slot, one in touched if _differs(slot, one)),
        single=tuple(one for one in series.dates if one.day not in in_rule),
    )


def fold(line: str) -> bytes:
    """A line of a calendar in pieces of at most 75 octets, never cut inside a letter or an escape, closed with CRLF.

    The library folds letter by letter, which for Japanese costs more than everything else together.
    """
    raw = line.encode()
    pieces: list[bytes] = []
    start, room = 0, 75
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:
            end -= 1
        piece = raw[start:end]
        if (len(piece) - len(piece.rstrip(b"\\"))) % 2:
            end -= 1
        pieces.append(raw[start:end])
        # The space in front of what goes on counts, too.
        start, room = end, 74
    return b"\r\n ".join([*pieces, raw[start:]]) + b"\r\n"


class _SeriesWriter:
    """Writes one gathering: its rule, its changed dates and those outside the rule."""

    def __init__(self, series: CalendarSeries, head: CalendarHead, translate: Translate) -> None:
        self.series = series
        self.head = head
        self.zone = head.zone
        self._ = translate
        self.colon = ": " if head.language == "en" else "："
        self.title = one_line(series.title)
        self.words = self._words()
        self.created_at = _second(series.published_at)
        self.place = self._place()

    def events(self) -> Iterator[Event]:
        """The events, the series first: some programs want to know it before its changed dates."""
        told = plan(self.series, self.zone)
        uid = f"{self.series.public_id}@{self.head.host}"
        if told.first is not None and told.rule is not None:
            yield self._rule_event(uid, told.first, told.rule, told.left_out)
        for slot, one in told.changed:
            event = self._date_event(uid, one)
            event.add("recurrence-id", _moment(slot, self.zone))
            yield event
        for one in told.single:
            yield self._date_event(uid if self._is_the_only_one(one) else f"{self.series.public_id}-{one.day:%Y%m%d}@{self.head.host}", one)

    def _is_the_only_one(self, one: CalendarDate) -> bool:
        # A gathering that meets once keeps its UID when it is put off to another day, and when it becomes a series.
        schedule = self.series.schedule
        if schedule is None or schedule.rhythm is not Rhythm.ONCE:
            return False
        # Its day may have been mended in the form: the date then stands on the new day and keeps the old one as its address.
        put_off = one.state == OccurrenceState.MOVED and one.starts_at.astimezone(self.zone).date() == schedule.first_day
        return one.day == schedule.first_day or put_off

    def _rule_event(self, uid: str, first: Slot, rule: dict[str, RulePart], left_out: tuple[date, ...]) -> Event:
        series = self.series
        event = self._event(uid, series.sequence, series.changed_at)
        event["summary"] = vText(self.title)
        event["description"] = vText(f"{self.words}\n\n{series.url}")
        event["url"] = vUri(series.url)
        event["status"] = vText("CONFIRMED")
        _add_times(event, first, self.zone)
        event.add("rrule", rule)
        if left_out and series.schedule is not None:
            event.add("exdate", [_moment(slot_on(series.schedule, day, self.zone), self.zone) for day in left_out])
        return event

    def _date_event(self, uid: str, one: CalendarDate) -> Event:
        series = self.series
        # Never below the sequence of the series: some programs would take the change for an old one.
        event = self._event(uid, series.sequence + one.sequence, max(series.changed_at, one.changed_at))
        url = f"{series.url}/{one.day.isoformat()}"
        said = self.colon.join(part for part in (self._state_words(one), one_line(one.note)) if part)
        event["summary"] = vText(marked(self.title, one.state, self._))
        event["description"] = vText("\n\n".join(part for part in (said, self.words, url) if part))
        event["url"] = vUri(url)
        event["status"] = vText("CANCELLED" if one.state == OccurrenceState.CANCELLED else "CONFIRMED")
        _add_times(event, one, self.zone)
        return event

    def _event(self, uid: str, sequence: int, changed_at: datetime) -> Event:
        """What all events of the gathering have in common."""
        event = Event()
        moment = _second(changed_at)
        event["uid"] = vText(uid)
        # When it was last changed, not when it was written: equal content must be equal bytes.
        event.add("dtstamp", moment)
        event.add("last-modified", moment)
        event.add("created", self.created_at)
        event.add("sequence", sequence)
        # Somebody else's gathering in my calendar does not make me busy.
        event["transp"] = vText("TRANSPARENT")
        for name, value in self.place:
            event[name] = value
        if self.series.reuse_text:
            licence = vUri(self.head.licence_url)
            licence.params = Parameters({"LINKREL": "license", "VALUE": "URI"})
            event["link"] = licence
        else:
            # No property says "ask first"; silence would be taken for a yes.
            event["x-idobata-reuse"] = vText("NO")
        return event

    def _place(self) -> list[tuple[str, object]]:
        series = self.series
        found: list[tuple[str, object]] = []
        if category := one_line(series.category_name):
            found.append(("categories", vCategory([category])))
        if location := one_line(series.location):
            found.append(("location", vText(location)))
        if series.latitude is not None and series.longitude is not None:
            found.append(("geo", vGeo((round(series.latitude, 6), round(series.longitude, 6)))))
        if series.online_url:
            try:
                address = vUri(clean_url(series.online_url))
            except ValueError:
                return found
            address.params = Parameters({"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": self._(N_("オンライン"))})
            found.append(("conference", address))
        return found

    def _words(self) -> str:
        """What a program shows when one opens a date: what it is, the facts, the words of the host."""
        series = self.series
        facts = (
            (N_("参加費"), series.fee_words),
            (N_("申し込み"), series.signup_words),
            (N_("持ち物"), series.bring),
            (N_("雨のとき"), series.rain),
            (N_("主催"), series.host_name),
        )
        lines = [f"{self._(label)}{self.colon}{one_line(words)}" for label, words in facts if words]
        text = "\n\n".join(part for part in (one_line(series.summary), "\n".join(lines), printable(series.body).strip()) if part)
        return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1] + "…"

    def _state_words(self, one: CalendarDate) -> str:
        if one.state == OccurrenceState.PLANNED:
            return ""
        words = self._(STATE_WORDS[OccurrenceState(one.state)])
        if one.starts_at.astimezone(self.zone).date() == one.day:
            return words
        before = self._(N_("もとの日")) + self.colon + day_words(one.day, self.head.language)
        return f"{words} ({before})" if self.head.language == "en" else f"{words}（{before}）"


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


def _written(event: Event) -> bytes:
    return b"".join(fold(line) for line in event.content_lines() if line)


def _add_times(event: Event, span: Slot | CalendarDate, zone: ZoneInfo) -> None:
    event.add("dtstart", _moment(span, zone))
    if span.all_day:
        # Midnight after the last day, which is what an exclusive DTEND wants.
        event.add("dtend", span.ends_at.astimezone(zone).date())
    elif span.end_known:
        event.add("dtend", span.ends_at.astimezone(zone))


def _moment(span: Slot | CalendarDate, zone: ZoneInfo) -> date | datetime:
    local = span.starts_at.astimezone(zone)
    return local.date() if span.all_day else local


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _rule(schedule: Schedule, zone: ZoneInfo) -> dict[str, RulePart] | None:
    if schedule.count is not None:
        # The series may begin later here than it did, so "six times" would be counted from the wrong day: say the last day.
        schedule = replace(schedule, count=None, until=last_day(schedule, JAPANESE_HOLIDAYS))
    return to_rrule(schedule, zone)


def _days_off(schedule: Schedule, first: date, until: date) -> list[date]:
    """Days off from `first` on. A rule without an end runs on behind the last date we made, so they are told beyond `until`:
    to the end of the year after, so that this changes once a year only.
    """
    if not (schedule.skip_holidays or schedule.skip_obon or schedule.skip_new_year):
        return []
    return skipped_days(schedule, first, date(min(until.year + 1, MAXYEAR), 12, 31), JAPANESE_HOLIDAYS)


def _differs(slot: Slot, one: CalendarDate) -> bool:
    return (
        one.state not in (OccurrenceState.PLANNED, OccurrenceState.CONFIRMED)
        or bool(one.note)
        or (slot.all_day, slot.end_known) != (one.all_day, one.end_known)
        or slot.starts_at != one.starts_at
        or slot.ends_at != one.ends_at
    )
