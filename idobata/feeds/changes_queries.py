"""Which public changes are still told, each once: of one date, or of all that a gathering says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from idobata.feeds.change_words import Happened, Moment, what_happened
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import conditions, load, of_few
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.news_models import GatheringNews
from idobata.gatherings.states import OccurrenceState
from idobata.gatherings.told_changes import TOLD_FOR, Told
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.id_lists import among

# Among so many latest changes of the town those are looked for that fit: the cost must not grow with the town.
NEWEST = 2000
HANDFUL = 250
NEWS_ID = GatheringNews.id.expression
# A date that is over is told a day longer, for machines that ask once a day.
TOLD_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `row` is the date to which something `happened`, or the next one of a gathering of which parts are `told`."""

    news: GatheringNews
    row: Occurrence
    happened: tuple[Happened, ...]
    told: Told


@dataclass(frozen=True, slots=True)
class Changes:
    """What is told, the newest first, and until when this is all of it."""

    found: tuple[Change, ...]
    turns_at: datetime


def changes(filters: Filters, settings: Settings, limit: int) -> Changes:
    """The latest changes. Of two changes of one date or one part only the later one is told: what it said before is no longer true.

    What was taken down, or is waiting for the desk, is not told: its dates are not listed, and no news was noted.
    """
    zone, now = settings.city.zone, clock.now()
    turns = [clock.next_midnight(zone)]
    wishes = conditions(filters, settings)
    found: list[Change] = []
    if wishes is not None:
        search = _Search(filters, wishes, settings, now)
        seen: set[tuple[int, object]] = set()
        for some in _handfuls(search.since):
            found += search.told(some, seen)
            if len(found) >= limit:
                break
    found = found[:limit]
    for one in found:
        turns.append(one.row.ends_at + (TOLD_AFTER if one.news.day else timedelta()))
    return Changes(tuple(found), min(one for one in turns if one > now))


class _Search:
    def __init__(self, filters: Filters, wishes: list[ColumnElement[bool]], settings: Settings, now: datetime) -> None:
        self.now = now
        zone = settings.city.zone
        today = now.astimezone(zone).date()
        first, last = filters.days(today)

        def at(day: date) -> datetime:
            return datetime.combine(day, time(), zone)

        # By days, as the pages do it: what was new on a day is told to the end of the day two weeks later.
        self.since = at(today - TOLD_FOR)
        days: list[ColumnElement[bool]] = []
        if first > today or filters.when is not None:
            days.append(Occurrence.ends_at > at(first))
        if last is not None:
            days.append(Occurrence.starts_at < at(last + timedelta(days=1)))
        self.wishes = [*of_few(wishes), *days]

    def told(self, some: Sequence[GatheringNews], seen: set[tuple[int, object]]) -> list[Change]:
        """Those of `some` that are told. `seen` remembers what a later change has already said."""
        dates = self._dates([one for one in some if one.day is not None])
        coming = self._next_dates({one.gathering_id for one in some if one.day is None})
        rows = {row.id: row for row in load(list({*dates.values(), *coming.values()}))}
        found: list[Change] = []
        for one in some:
            if one.day is not None:
                change = self._of_date(one, rows.get(dates.get(one.id, 0)), seen)
            else:
                change = self._of_words(one, rows.get(coming.get(one.gathering_id, 0)), seen)
            if change is not None:
                found.append(change)
        return found

    def _of_date(self, news: GatheringNews, row: Occurrence | None, seen: set[tuple[int, object]]) -> Change | None:
        if row is None or (news.gathering_id, news.day) in seen:
            return None
        was = Moment(news.state_before, news.starts_before, news.all_day_before)
        happened = what_happened(was, Moment(row.state, row.starts_at, row.all_day))
        if not happened:
            return None
        seen.add((news.gathering_id, news.day))
        return Change(news, row, happened, [])

    def _of_words(self, news: GatheringNews, row: Occurrence | None, seen: set[tuple[int, object]]) -> Change | None:
        if row is None:
            return None
        told = [one for one in news.told if (news.gathering_id, one["part"]) not in seen]
        seen |= {(news.gathering_id, one["part"]) for one in told}
        return Change(news, row, (), told) if told else None

    def _dates(self, news: Sequence[GatheringNews]) -> dict[int, int]:
        """The date that each of the news is about, by the inner ids of both, where it fits what is asked for."""
        if not news:
            return {}
        of_it = and_(Occurrence.gathering_id == GatheringNews.gathering_id, Occurrence.day == GatheringNews.day)
        fitting = (*self.wishes, Occurrence.ends_at > self.now - TOLD_AFTER)
        asked = select(GatheringNews.id, Occurrence.id).join(Occurrence, of_it).where(among([one.id for one in news], NEWS_ID), *fitting)
        return {row[0]: row[1] for row in db.session.execute(asked)}

    def _next_dates(self, gathering_ids: set[int]) -> dict[int, int]:
        if not gathering_ids:
            return {}
        gathering = aliased(Gathering)
        next_date = (
            select(Occurrence.id)
            .where(
                Occurrence.gathering_id == gathering.id,
                Occurrence.state != OccurrenceState.CANCELLED.value,
                Occurrence.ends_at > self.now,
                *self.wishes,
            )
            .order_by(Occurrence.list_at)
            .limit(1)
            .correlate(gathering)
            .scalar_subquery()
        )
        rows = db.session.execute(select(gathering.id, next_date).where(gathering.id.in_(gathering_ids)))
        return {gathering_id: one for gathering_id, one in rows if one is not None}


def _handfuls(since: datetime) -> Iterator[Sequence[GatheringNews]]:
    """The latest news, a few hundred at a time: nearly always the first ones are enough."""
    for offset in range(0, NEWEST, HANDFUL):
        some = db.session.scalars(
            select(GatheringNews)
            .where(GatheringNews.at >= since)
            .order_by(GatheringNews.at.desc(), GatheringNews.id.desc())
            .offset(offset)
            .limit(HANDFUL)
        ).all()
        if some:
            yield some
        if len(some) < HANDFUL:
            return
