"""From rows to the series of calendars, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from idobata.feeds.icalendar_file import CalendarDate, CalendarSeries
from idobata.feeds.leaving_out import each
from idobata.feeds.wanted import Reader
from idobata.gatherings.card_queries import Cards, public_gathering, was_withdrawn
from idobata.gatherings.date_actions import part_of_day
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import IS_CANCELLED, find_dates, load
from idobata.gatherings.list_queries import conditions as wishes_of
from idobata.gatherings.list_queries import date_conditions as date_wishes
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.recurrence import slot_on
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import VenueKind
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.store.database import db

# A phone that was off over a holiday must still learn of a cancellation, whatever the city has set for its lists.
KEPT_AT_LEAST = 30
_PICKED = (Rhythm.ONCE.value, Rhythm.DATES.value)


@dataclass(frozen=True, slots=True)
class CalendarList:
    """Series, when the newest of them changed (None without any), and until when the list is true."""

    series: tuple[CalendarSeries, ...]
    changed_at: datetime | None
    turns_at: datetime


class WordCards(Cards):
    """Cards, and the few words of them that a calendar needs: making 200 whole cards for a list of dates would be most of its cost."""

    def fee(self, gathering: Gathering) -> str:
        """What it costs, in words."""
        return self._fee(gathering)

    def signup(self, gathering: Gathering) -> str:
        """Whether one signs up, in words."""
        return self._signup(gathering)

    def place_name(self, gathering: Gathering) -> str:
        """Where it is as a list says it; of a private home only the area."""
        return self._place_name(gathering)

    def category_name(self, gathering: Gathering) -> str:
        """The category in the reader's language; empty when there is none."""
        return self._named(self.settings.category(gathering.category or ""))


class CalendarMaker:
    """Makes calendars for one reader."""

    def __init__(self, reader: Reader) -> None:
        self.settings = reader.settings
        self.addresses = reader.addresses
        self.zone = reader.settings.city.zone
        self.cards = WordCards(reader.settings, reader.language, reader.translate)

    def calendar(self, filters: Filters, limit: int) -> CalendarList:
        """The gatherings of a list with all their dates, and those of which a date was cancelled lately.

        Who asks for certain days, weekdays or times of day gets only those dates: as a rule where the whole rule fits (a
        gathering on Sundays in a calendar of Sundays), else one by one.
        """
        found = find_dates(filters, self.settings, size=limit, only_confirmed=True)
        rows = [*found.rows, *self._cancelled_lately(filters, limit)]
        gatherings = list({row.gathering_id: row.gathering for row in rows}.values())
        since = self._kept_since()
        whole = [one for one in gatherings if self._fits_as_a_whole(one, filters)]
        as_rules = {one.id for one in whole}
        parted = [one for one in gatherings if one.id not in as_rules]
        dates = self._dates(whole, since) | self._certain_dates(parted, since, filters)
        made = each(
            gatherings,
            lambda one: self._series(one, dates.get(one.id, []), since, with_rule=one.id in as_rules, with_body=False),
            lambda one: one.public_id,
        )
        # In an order that does not change when a date passes: else every reader would fetch the same calendar anew.
        series = tuple(sorted(made, key=lambda one: one.public_id))
        return self._calendar(series, min(found.turns_at, clock.next_midnight(self.zone)))

    def one_calendar(self, public_id: str) -> CalendarList | None:
        """A gathering as a calendar of its own; None when it was taken down. NotFound when the town never saw it."""
        try:
            gathering = public_gathering(public_id)
        except NotFound:
            if was_withdrawn(public_id):
                return None
            raise
        since = self._kept_since()
        dates = self._dates([gathering], since)
        series = self._series(gathering, dates.get(gathering.id, []), since, with_rule=True, with_body=True)
        return self._calendar((series,), clock.next_midnight(self.zone))

    def _calendar(self, series: tuple[CalendarSeries, ...], turns_at: datetime) -> CalendarList:
        moments = [moment for one in series for moment in (one.changed_at, *(day.changed_at for day in one.dates))]
        return CalendarList(series, max(moments, default=None), turns_at)

    def _series(self, gathering: Gathering, dates: list[CalendarDate], since: date, *, with_rule: bool, with_body: bool) -> CalendarSeries:
        place = gathering.place if gathering.venue_kind == VenueKind.PLACE else None
        # A new name of the place or the group is a change of the event, too.
        related = [thing.updated_at for thing in (gathering.place, gathering.group) if thing is not None]
        return CalendarSeries(
            public_id=gathering.public_id,
            url=self.addresses.gathering(gathering.public_id),
            title=gathering.title,
            summary=gathering.summary,
            body=gathering.body if with_body else "",
            fee_words=self.cards.fee(gathering),
            signup_words=self.cards.signup(gathering),
            bring=gathering.bring,
            rain=gathering.rain,
            host_name=gathering.group.name if gathering.group else gathering.host_name,
            category_name=self.cards.category_name(gathering),
            location=f"{self.cards.place_name(gathering)} {place.address if place else ''}",
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            online_url=gathering.online_url,
            schedule=Schedule.from_json(gathering.schedule) if with_rule else None,
            begins=since,
            as_ruled_from=clock.today(self.zone),
            made_until=gathering.materialised_until,
            sequence=gathering.sequence,
            published_at=gathering.published_at or gathering.created_at,
            changed_at=max([gathering.updated_at, *related]),
            reuse_text=gathering.reuse_text,
            dates=tuple(dates),
        )

    def _fits_as_a_whole(self, gathering: Gathering, filters: Filters) -> bool:
        """True when every date of a gathering fits what was asked for, so that its rule can be told."""
        if _asks_for_certain_days(filters):
            return False
        if filters.weekday is None and not filters.part:
            return True
        try:
            schedule = Schedule.from_json(gathering.schedule)
            first = slot_on(schedule, schedule.first_day, self.zone)
        except Exception:
            return False  # nothing can be made of it, which is said where it is tried
        by_weekday = schedule.rhythm in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY_WEEKDAY)
        on_it = filters.weekday is None or (by_weekday and schedule.weekdays == (filters.weekday,))
        return schedule.repeats and on_it and filters.part in ("", part_of_day(first.starts_at))

    def _dates(self, gatherings: list[Gathering], since: date) -> dict[int, list[CalendarDate]]:
        """The dates of many gatherings in one query.

        Of a rule's dates to come only those that a person touched and those a rule before this one held: the others are where
        the rule says, and need no reading.
        """
        ruled = [one.id for one in gatherings if one.schedule.get("rhythm") not in _PICKED]
        told = or_(Occurrence.touched.is_(True), Occurrence.added.is_(True), IS_CANCELLED, Occurrence.day < clock.today(self.zone))
        recent = and_(Occurrence.list_at > self._at(since), told)
        # Dates that somebody picked one by one are few, and stay.
        return _read_dates(gatherings, or_(recent, Occurrence.gathering_id.not_in(ruled)))

    def _certain_dates(self, gatherings: list[Gathering], since: date, filters: Filters) -> dict[int, list[CalendarDate]]:
        """Only the dates that fit, and those of them that were cancelled lately."""
        first, last = filters.days(clock.today(self.zone))
        fitting = Occurrence.ends_at > self._at(first)
        if not _asks_for_certain_days(filters):
            lately = and_(IS_CANCELLED, Occurrence.list_at > self._at(since))
            fitting = or_(fitting, lately)
        if last is not None:
            fitting = and_(fitting, Occurrence.starts_at < self._at(last + timedelta(days=1)))
        return _read_dates(gatherings, fitting, *date_wishes(filters, Occurrence))

    def _cancelled_lately(self, filters: Filters, limit: int) -> tuple[Occurrence, ...]:
        """Dates that would have been lately: calendars go on saying that they were cancelled, even for the last one of a gathering."""
        wishes = wishes_of(filters, self.settings)
        if wishes is None or _asks_for_certain_days(filters):
            return ()
        today = clock.today(self.zone)
        return load(
            list(
                db.session.scalars(
                    select(Occurrence.id)
                    .where(
                        Occurrence.list_at > self._at(today - self._keeping()),
                        # To the end of today and not to this minute, so that the document turns at midnight only.
                        Occurrence.list_at < self._at(today + timedelta(days=1)),
                        IS_CANCELLED,
                        Occurrence.unconfirmed.is_(False),
                        *wishes,
                    )
                    .order_by(Occurrence.list_at.desc(), Occurrence.gathering_id)
                    .limit(limit)
                )
            )
        )

    def _kept_since(self) -> date:
        """The first day of calendars. It moves once a month only, so that a series does not begin otherwise every day."""
        kept = clock.today(self.zone) - self._keeping()
        return kept.replace(day=1)

    def _keeping(self) -> timedelta:
        return timedelta(days=max(KEPT_AT_LEAST, self.settings.policy.cancelled_keep_days))

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def _asks_for_certain_days(filters: Filters) -> bool:
    return filters.when is not None or filters.first is not None or filters.last is not None


def _read_dates(gatherings: list[Gathering], *wanted: ColumnElement[bool]) -> dict[int, list[CalendarDate]]:
    """Dates as plain values and not as rows of the session: 200 weekly gatherings have 7,000."""
    if not gatherings:
        return {}
    query = (
        select(
            Occurrence.gathering_id,
            Occurrence.day,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.all_day,
            Occurrence.end_known,
            Occurrence.state,
            Occurrence.note,
            Occurrence.sequence,
            Occurrence.changed_at,
        )
        .where(Occurrence.gathering_id.in_([one.id for one in gatherings]), *wanted)
        .order_by(Occurrence.gathering_id, Occurrence.list_at, Occurrence.day)
    )
    found: dict[int, list[CalendarDate]] = {}
    for gathering_id, day, starts_at, ends_at, all_day, end_known, state, note, sequence, changed_at in db.session.execute(query):
        one = CalendarDate(
            day=day,
            starts_at=starts_at,
            ends_at=ends_at,
            all_day=all_day,
            end_known=end_known,
            state=state,
            note=note,
            sequence=sequence,
            changed_at=changed_at,
        )
        found.setdefault(gathering_id, []).append(one)
    return found
