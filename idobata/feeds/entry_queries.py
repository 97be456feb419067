"""From rows to the entries of feeds, in a fixed number of queries."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from idobata.feeds.composing import Composer
from idobata.feeds.entry import EntryList, FeedEntry
from idobata.feeds.leaving_out import each
from idobata.feeds.wanted import Reader
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.filters import Filters, When
from idobata.gatherings.list_queries import conditions as wishes_of
from idobata.gatherings.list_queries import date_conditions as date_wishes
from idobata.gatherings.list_queries import find_dates, load, of_few
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.kernel import clock
from idobata.store.database import db

# Among so many that joined last a feed of new gatherings looks for those that fit: the cost must not grow with the town.
NEWEST = 2000
HANDFUL = 250
# How far back the date before this one is looked for; a gathering that meets more rarely is news by itself.
LOOK_BACK = timedelta(days=400)


class EntryMaker:
    """Makes entries for one reader."""

    def __init__(self, reader: Reader) -> None:
        self.language = reader.language
        self.translate = cache(reader.translate)  # the same few words for every entry
        self.settings = reader.settings
        self.addresses = reader.addresses
        self.host = reader.host
        self.zone = reader.settings.city.zone
        self.cards = Cards(reader.settings, reader.language, reader.translate)
        self.composer = Composer(reader.language, self.translate, reader.settings.opendata)

    def coming(self, filters: Filters, limit: int) -> EntryList:
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
            return self.entry(row, f"gathering/{row.gathering.public_id}/{row.day.isoformat()}", max(m for m in moments if m))

        return self.list_of(found.rows, entry, found.turns_at)

    def joined(self, filters: Filters, limit: int) -> EntryList:
        """Gatherings that joined last, each once for ever, with their next date that takes place."""
        wishes = wishes_of(filters, self.settings)
        turns_at = clock.next_midnight(self.zone)
        if wishes is None:
            return EntryList.of((), turns_at)
        now = clock.now()
        # What nobody has confirmed lately leaves the feeds; its own page and calendar stay.
        fitting = [Occurrence.state != OccurrenceState.CANCELLED.value, Occurrence.unconfirmed.is_(False), *of_few(wishes)]
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
            return self.entry(row, f"gathering/{row.gathering.public_id}/new", said_at)

        # An entry shows another date as soon as its own is over.
        return self.list_of(rows, entry, min([turns_at, *(row.ends_at for row in rows if row.ends_at > now)]))

    def list_of(self, rows: Iterable[Occurrence], entry: Callable[[Occurrence], FeedEntry], turns_at: datetime) -> EntryList:
        """What `entry` makes of each date; one it can make nothing of is left out and logged."""
        return EntryList.of(each(rows, entry, lambda row: row.gathering.public_id), turns_at)

    def entry(self, row: Occurrence, name: str, said_at: datetime) -> FeedEntry:
        """The entry of one date. `name` ends its id, which must never change and never be used for anything else."""
        gathering = row.gathering
        # A new name of the place or the group is a change of the entry, too.
        changed = [thing.updated_at for thing in (gathering, gathering.place, gathering.group) if thing is not None]
        return self.composer.entry(
            self.cards.occurrence(row),
            self.cards.compose(gathering, next_one=None, upcoming=(), past_count=0),
            guid=f"tag:{self.host},2026:{name}",
            link=self.addresses.occurrence(gathering.public_id, row.day),
            calendar_url=self.addresses.calendar_file(gathering.public_id),
            said_at=said_at,
            changed_at=max(changed),
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

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def _enters(when: When, day: date) -> date:
    """The first day on which a word means `day`, too."""
    monday = day - timedelta(days=day.weekday())
    return {"today": day, "tomorrow": day - timedelta(days=1), "weekend": monday, "week": monday, "month": day.replace(day=1)}[when]
