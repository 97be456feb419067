"""What leaves the house as open data, row by row: however big the town is, only a handful is in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self, TypeAlias

from sqlalchemy import ColumnElement, Select, select, tuple_

from idobata.gatherings.list_queries import load
from idobata.gatherings.models import Gathering, Occurrence
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.opendata.event_record import EventRecord
from idobata.opendata.record_queries import RecordMaker
from idobata.places.models import Place
from idobata.places.queries import stands
from idobata.store.database import db

HANDFUL = 500


@dataclass(frozen=True, slots=True)
class Window:
    """The days a list speaks of, both ends included. A rhythm becomes one row for each date in it."""

    first: date
    last: date

    @classmethod
    def usual(cls, settings: Settings) -> Self:
        """The window of the data sets: from some days ago to some days ahead."""
        today = clock.today(settings.city.zone)
        return cls(today - timedelta(days=settings.opendata.days_back), today + timedelta(days=settings.opendata.days_ahead))

    def moments(self, settings: Settings) -> tuple[datetime, datetime]:
        """Its beginning and its end."""
        begin, end = (datetime.combine(day, time(), settings.city.zone) for day in (self.first, self.last + timedelta(days=1)))
        return begin, end


def event_records(settings: Settings, window: Window) -> Iterator[EventRecord]:
    """The dates of all published gatherings whose words are free, in the order they take place.

    One that nobody has answered for lately is left out: open data that is old does more harm than none. Between two handfuls the session lets
    go of what it holds.
    """
    begin, end = window.moments(settings)
    maker = RecordMaker(settings)
    for asked in (_running(begin), _coming(begin, end)):
        after: tuple[object, ...] | None = None
        while rows := db.session.execute(_next(asked, after)).all():
            for row in load([one.id for one in rows]):
                yield maker.record(row)
            after = tuple(rows[-1])[:-1]
            db.session.expunge_all()


def place_rows(settings: Settings) -> Iterator[Place]:
    """The places of the register that the city has made sure of, by name. What somebody typed into a post is no data of the city's."""
    del settings
    after: tuple[str, int] | None = None
    while True:
        query = select(Place).where(Place.checked_at.is_not(None), stands())
        if after is not None:
            query = query.where(tuple_(Place.name, Place.id) > after)
        rows = db.session.scalars(query.order_by(Place.name, Place.id).limit(HANDFUL)).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].name, rows[-1].id
        db.session.expunge_all()


# The same rows stand in the same order wherever they lie, so that files can be compared.
_ORDER = (Occurrence.list_at, Gathering.public_id, Occurrence.day)
_Dates: TypeAlias = Select[datetime, str, date, int]


def _next(asked: _Dates, after: tuple[object, ...] | None) -> _Dates:
    # The moment alone as well: by that the database finds the place in its index.
    behind = [] if after is None else [Occurrence.list_at >= after[0], tuple_(*_ORDER) > tuple_(*after)]
    return asked.where(*behind).order_by(*_ORDER).limit(HANDFUL)


def _of_free_words(*conditions: ColumnElement[bool]) -> _Dates:
    free = (Gathering.reuse_text.is_(True), Occurrence.listed.is_(True), Occurrence.unconfirmed.is_(False))
    return select(*_ORDER, Occurrence.id).join(Gathering, Gathering.id == Occurrence.gathering_id).where(*free, *conditions)


def _running(begin: datetime) -> _Dates:
    # They stand in lists at their beginning, so those that began before the window are asked for by themselves.
    return _of_free_words(Occurrence.is_long.is_(True), Occurrence.ends_at > begin, Occurrence.list_at <= begin)


def _coming(begin: datetime, end: datetime) -> _Dates:
    return _of_free_words(Occurrence.list_at > begin, Occurrence.starts_at < end)
