"""From rows to the entries of feeds and the series of calendars, in a fixed number of queries."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from idobata.feeds.icalendar_file import CalendarDate, CalendarSeries
from idobata.feeds.rss import FeedEntry
from idobata.gatherings.card_queries import Cards, public_gathering, was_withdrawn
from idobata.gatherings.date_actions import part_of_day
from idobata.gatherings.filters import Filters, When
from idobata.gatherings.list_queries import IS_CANCELLED, find_dates, load
from idobata.gatherings.list_queries import conditions as wishes_of
from idobata.gatherings.list_queries import date_conditions as date_wishes
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.recurrence import slot_on
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import OccurrenceState, Publication, VenueKind
from idobata.kernel import clock
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.store.database import db

log = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")

# Among so many that joined last a feed of new gatherings looks for those that fit: the cost must not grow with the town.
NEWEST = 2000
HANDFUL = 250
# How far back the date before this one is looked for; a gathering that meets more rarely is news by itself.
LOOK_BACK = timedelta(days=400)
_PICKED = (Rhythm.ONCE.value, Rhythm.DATES.value)


@dataclass(frozen=True, slots=True)
class RssList:
    """Entries, when the newest of them changed (None without any), and until when the list is true."""

    entries: tuple[FeedEntry, ...]
    changed_at: datetime | None
    turns_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarList:
    """Series, when the newest of them changed (None without any), and until when the list is true."""

    series: tuple[CalendarSeries, ...]
    changed_at: datetime | None
    turns_at: datetime


class FeedCards(Cards):
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


class FeedMaker:
    """Makes feeds for one site and one language; `host` stands in ids that never change."""

    def __init__(self, settings: Settings, cards: FeedCards, addresses: Addresses, host: str) -> None:
        self.settings = settings
        self.cards = cards
        self.addresses = addresses
        self.host = host
        self.zone = settings.city.zone

    def coming(self, filters: Filters, limit: int) -> RssList:
        """The list as a page shows it: each gathering once with its next date, and a cancelled one beside it."""
        found = find_dates(filters, self.settings, size=limit, only_confirmed=True)
        dates_before = self._dates_before({row.gathering_id for row in found.rows}, filters)

        def entry(row: Occurrence) -> FeedEntry:
            moments = [self._shown_since(row, filters), row.gathering.published_at or row.gathering.created_at, row.changed_at]
            # A date becomes the next one when the one before it is over or is cancelled: that is when it is news.
            if row.list_at > clock.now() and row.gathering_id in dates_before:
                moments.append(dates_before[row.gathering_id])
            moments += [
                other.changed_at
                for other in found.rows
                if other.gathering_id == row.gathering_id and other.state == OccurrenceState.CANCELLED and other.list_at < row.list_at
            ]
            return self._entry(row, f"gathering/{row.gathering.public_id}/{row.day.isoformat()}", max(m for m in moments if m))

        return self._rss(found.rows, entry, found.turns_at)

    def joined(self, filters: Filters, limit: int) -> RssList:
        """Gatherings that joined last, each once for ever, with their next date that takes place."""
        wishes = wishes_of(filters, self.settings)
        turns_at = clock.next_midnight(self.zone)
        if wishes is None:
            return RssList((), None, turns_at)
        now = clock.now()
        # What nobody has confirmed lately leaves the feeds; its own page and calendar stay.
        fitting = [Occurrence.state != OccurrenceState.CANCELLED.value, Occurrence.unconfirmed.is_(False), *wishes]
        first, last = filters.days(now.astimezone(self.zone).date())
        fitting.append(Occurrence.ends_at > max(now, self._at(first)))
        if last is not None:
            fitting.append(Occurrence.starts_at < self._at(last + timedelta(days=1)))
        gathering = aliased(Gathering)
        next_date = (
            select(Occurrence.id)
            .where(Occurrence.gathering_id == gathering.id, *fitting)
            .order_by(Occurrence.list_at)
            .limit(1)
            .correlate(gathering)
            .scalar_subquery()
        )
        newest = list(
            db.session.scalars(
                select(Gathering.id)
                .where(Gathering.publication == Publication.PUBLISHED.value)
                .order_by(Gathering.published_at.desc(), Gathering.id.desc())
                .limit(NEWEST)
            )
        )
        ids: list[int] = []
        # A few hundred at a time: nearly always the first ones are enough.
        for begin in range(0, len(newest), HANDFUL):
            some = newest[begin : begin + HANDFUL]
            dates = {row[0]: row[1] for row in db.session.execute(select(gathering.id, next_date).where(gathering.id.in_(some)))}
            ids += [dates[one] for one in some if dates.get(one) is not None]
            if len(ids) >= limit:
                break
        rows = load(ids[:limit])

        def entry(row: Occurrence) -> FeedEntry:
            said_at = row.gathering.published_at or row.gathering.created_at
            return self._entry(row, f"gathering/{row.gathering.public_id}/new", said_at)

        # An entry shows another date as soon as its own is over.
        return self._rss(rows, entry, min([turns_at, *(row.ends_at for row in rows if row.ends_at > now)]))

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
        made = _each(
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

    def _rss(self, rows: Iterable[Occurrence], entry: Callable[[Occurrence], FeedEntry], turns_at: datetime) -> RssList:
        entries = tuple(_each(rows, entry, lambda row: row.gathering.public_id))
        moments = [moment for one in entries for moment in (one.said_at, one.occurrence.updated_at)]
        return RssList(entries, max(moments, default=None), turns_at)

    def _entry(self, row: Occurrence, name: str, said_at: datetime) -> FeedEntry:
        return FeedEntry(
            guid=f"tag:{self.host},2026:{name}",
            link=self.addresses.occurrence(row.gathering.public_id, row.day),
            said_at=said_at,
            occurrence=self.cards.occurrence(row),
            gathering=self.cards.compose(row.gathering, next_one=None, upcoming=(), past_count=0),
        )

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
                        Occurrence.list_at > self._at(today - timedelta(days=self.settings.policy.cancelled_keep_days)),
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

    def _dates_before(self, gathering_ids: set[int], filters: Filters) -> dict[int, datetime]:
        """When the last date of each gathering was over that fitted the same filters."""
        now = clock.now()
        rows = db.session.execute(
            select(Occurrence.gathering_id, func.max(Occurrence.list_at))
            .where(
                Occurrence.gathering_id.in_(gathering_ids),
                Occurrence.list_at <= now,
                Occurrence.list_at > now - LOOK_BACK,
                Occurrence.state != OccurrenceState.CANCELLED.value,
                *date_wishes(filters, Occurrence),
            )
            .group_by(Occurrence.gathering_id)
        )
        return {row[0]: row[1] for row in rows}

    def _shown_since(self, row: Occurrence, filters: Filters) -> datetime | None:
        """When a date came into a list of today's, tomorrow's, this week's … dates; None for all other lists."""
        if filters.when is None:
            return None
        day = row.starts_at.astimezone(self.zone).date()
        return self._at(_enters(filters.when, day))

    def _kept_since(self) -> date:
        """The first day of calendars. It moves once a month only, so that a series does not begin otherwise every day."""
        kept = clock.today(self.zone) - timedelta(days=self.settings.policy.cancelled_keep_days)
        return kept.replace(day=1)

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


def _enters(when: When, day: date) -> date:
    """The first day on which a word means `day`, too."""
    monday = day - timedelta(days=day.weekday())
    return {"today": day, "tomorrow": day - timedelta(days=1), "weekend": monday, "week": monday, "month": day.replace(day=1)}[when]


def _each(rows: Iterable[T], make: Callable[[T], R], name: Callable[[T], str]) -> list[R]:
    """What `make` makes of each row; a row it cannot make anything of is left out and logged, and the others stand."""
    made: list[R] = []
    for row in rows:
        try:
            made.append(make(row))
        except Exception as error:
            log.warning("left gathering %s out of a feed: %s", name(row), type(error).__name__)
    return made
