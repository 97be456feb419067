"""Which dates are due to be reminded of: those of tomorrow from the evening on, and those of today until they begin."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from idobata.feeds.change_words import reminder_title
from idobata.feeds.entry import EntryList, FeedEntry
from idobata.feeds.entry_queries import EntryMaker
from idobata.feeds.leaving_out import each
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import LONGEST_SHORT, conditions, load
from idobata.gatherings.models import Occurrence
from idobata.gatherings.states import OccurrenceState
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db


@dataclass(frozen=True, slots=True)
class Reminder:
    """A date, the day it really is on, since when it is news, and whether that day has come."""

    row: Occurrence
    day: date
    said_at: datetime
    is_today: bool


@dataclass(frozen=True, slots=True)
class Reminders:
    """What is due, and until when this is all of it."""

    found: tuple[Reminder, ...]
    turns_at: datetime


def reminders(filters: Filters, settings: Settings, limit: int) -> Reminders:
    """Dates that are not cancelled and begin today or, from the hour of the setting on, tomorrow; of each day the first `limit`.

    One that has begun leaves; one of all day leaves when its first day is over.
    """
    zone, now = settings.city.zone, clock.now()
    today = now.astimezone(zone).date()

    def at(day: date, hour: int = 0) -> datetime:
        return datetime.combine(day, time(hour), zone)

    def due(day: date) -> datetime:
        return at(day - timedelta(days=1), settings.policy.reminder_hour)

    tomorrow = today + timedelta(days=1)
    turns = [clock.next_midnight(zone), due(tomorrow)]
    wanted = [day for day in (today, tomorrow) if due(day) <= now and _is_asked_for(day, filters, today)]
    found: list[Reminder] = []
    for day in wanted:
        for row in _rows(day, filters, settings, limit, at):
            if day == today and not row.all_day and row.starts_at <= now:
                continue
            if day == today and not row.all_day:
                turns.append(row.starts_at)
            joined = row.gathering.published_at or row.gathering.created_at
            # A date that was changed after its hour of reminding is reminded of as it is now.
            found.append(Reminder(row, day, max(due(day), joined, row.changed_at), day == today))
    return Reminders(tuple(found), min(one for one in turns if one > now))


def _is_asked_for(day: date, filters: Filters, today: date) -> bool:
    first, last = filters.days(today)
    return first <= day and (last is None or day <= last)


def _rows(day: date, filters: Filters, settings: Settings, limit: int, at: Callable[[date], datetime]) -> tuple[Occurrence, ...]:
    wishes = conditions(filters, settings)
    if wishes is None:
        return ()
    begin, end = at(day), at(day + timedelta(days=1))
    ids = db.session.scalars(
        select(Occurrence.id)
        .where(
            *wishes,
            Occurrence.state != OccurrenceState.CANCELLED.value,
            Occurrence.unconfirmed.is_(False),
            Occurrence.starts_at >= begin,
            Occurrence.starts_at < end,
            # The same once more for the index of lists, which stands in the order of ends.
            Occurrence.list_at >= begin,
            Occurrence.list_at < end + LONGEST_SHORT,
        )
        .order_by(Occurrence.list_at, Occurrence.gathering_id)
        .limit(limit)
    )
    return load(list(ids))


def reminder_entries(maker: EntryMaker, filters: Filters, limit: int) -> EntryList:
    """The feed of reminders: each date once, as the day it is really on asks for it. A date that is moved is reminded of anew."""
    found = reminders(filters, maker.settings, limit)

    def entry(one: Reminder) -> FeedEntry:
        name = f"gathering/{one.row.gathering.public_id}/{one.row.day.isoformat()}/reminder/{one.day.isoformat()}"
        plain = maker.entry(one.row, name, one.said_at)
        title = reminder_title(maker.cards.occurrence(one.row), is_today=one.is_today, language=maker.language, translate=maker.translate)
        return replace(plain, title=title)

    return EntryList.of(each(found.found, entry, lambda one: one.row.gathering.public_id), found.turns_at)
