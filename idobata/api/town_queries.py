"""Gatherings and their dates, for copying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from idobata.api.composing import Composer, occurrence_id
from idobata.api.cursors import BadCursor, Following
from idobata.api.marking_actions import GATHERING
from idobata.api.models import DateMark, PublicMark
from idobata.api.objects import Gathering, Occurrence
from idobata.api.paging_queries import ROW_ID, Mark, Stretch, changed_at, changes_of, is_after
from idobata.gatherings import models
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import about_gathering, conditions, date_conditions, load
from idobata.kernel import clock
from idobata.kernel.ids import is_public_id
from idobata.store.database import db
from idobata.store.id_lists import among

# As many gatherings as one answer looks at when only some are wanted; with few of them an answer may hold less than was asked for.
LOOKED_AT = 2000
# Where it is compared with an id, an empty one is never meant.
DATE_ROW_ID = cast("ColumnElement[int]", DateMark.occurrence_id.expression)


@dataclass(frozen=True, slots=True)
class Gatherings:
    """Published gatherings. Filters that speak of days want a date that answers them; the others are about the gathering itself."""

    cards: Cards
    composer: Composer
    filters: Filters
    kind: str = "gathering"

    def stretch(self, after: str, limit: int) -> Stretch:
        """By public id."""
        wishes, few = self._wishes()
        if wishes is None:
            return Stretch((), "", last=True)
        there = select(PublicMark).where(PublicMark.kind == GATHERING, PublicMark.thing > after, PublicMark.row_id.is_not(None))
        rows = there.with_only_columns(PublicMark.thing, PublicMark.row_id).where(*wishes)
        edge: str | None = None
        if wishes and not few:
            edge = db.session.scalar(there.with_only_columns(PublicMark.thing).order_by(PublicMark.thing).offset(LOOKED_AT).limit(1))
            rows = rows.where(PublicMark.thing <= edge) if edge else rows
        found = list(db.session.execute(rows.order_by(PublicMark.thing).limit(limit + 1)))
        shown = found[:limit]
        if len(found) > limit:
            return _stretch(shown, shown[-1][0], last=False)
        return _stretch(shown, edge or "", last=edge is None)

    def changes(self, after: Following, limit: int) -> list[Mark]:
        """By number."""
        return _in_zone(changes_of(GATHERING, after, limit), self.cards)

    def wanted(self, ids: Sequence[int]) -> set[int]:
        """Those the filters want."""
        wishes, _few = self._wishes()
        if wishes is None or not ids:
            return set()
        rows = select(PublicMark.row_id).where(PublicMark.kind == GATHERING, among(list(ids), ROW_ID), *wishes)
        return {one for one in db.session.scalars(rows) if one is not None}

    def objects(self, ids: Sequence[int]) -> Mapping[int, Gathering]:
        """With their dates, in as many questions for a hundred as for one."""
        if not ids:
            return {}
        rows = db.session.scalars(
            select(models.Gathering)
            .where(among(list(ids), models.Gathering.id.expression))
            .options(joinedload(models.Gathering.place), joinedload(models.Gathering.group))
        ).all()
        coming = (
            select(models.Occurrence)
            .where(among(list(ids), models.Occurrence.gathering_id.expression), models.Occurrence.ends_at > clock.now())
            .order_by(models.Occurrence.starts_at, models.Occurrence.id)
        )
        dates: dict[int, list[models.Occurrence]] = {}
        for one in db.session.scalars(coming):
            dates.setdefault(one.gathering_id, []).append(one)
        at = changed_at(GATHERING, ids)
        return {row.id: self._object(row, dates.get(row.id, []), at[row.id]) for row in rows if row.id in at}

    def _object(self, row: models.Gathering, dates: list[models.Occurrence], at: datetime) -> Gathering:
        coming = tuple(self.cards.occurrence(one) for one in dates)
        card = self.cards.compose(row, next_one=None, upcoming=(), past_count=0)
        return self.composer.gathering(card, coming, at)

    def _wishes(self) -> tuple[list[ColumnElement[bool]] | None, bool]:
        filters, row = self.filters, ROW_ID
        about = about_gathering(filters, row)
        if about is None:
            return None, False
        wishes = list(about.conditions)
        itself = [models.Gathering.district == filters.district] if filters.district else []
        itself += [models.Gathering.category == filters.category] if filters.category else []
        itself += [models.Gathering.first_step.is_(True)] if filters.first_step else []
        if itself:
            wishes.append(select(models.Gathering.id).where(models.Gathering.id == row, *itself).exists())
        dated = [*date_conditions(filters, models.Occurrence), *_within(filters, self.cards)] if _speaks_of_days(filters) else []
        if dated:
            # So written, SQLite looks at this gathering's dates, and not for each gathering at all that is listed.
            listed = func.coalesce(models.Occurrence.listed, False).is_(True)
            wishes.append(select(models.Occurrence.id).where(models.Occurrence.gathering_id == row, listed, *dated).exists())
        return wishes, about.few or bool(filters.group or filters.place)


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Dates that are not over, or those from the day that was asked for. All filters of a list."""

    cards: Cards
    composer: Composer
    filters: Filters
    kind: str = "date"

    def stretch(self, after: str, limit: int) -> Stretch:
        """By time: first those of several days that have begun, then all others."""
        wishes = conditions(self.filters, self.cards.settings)
        if wishes is None:
            return Stretch((), "", last=True)
        key = _TimeKey.read(after)
        begin = _begin(self.filters, self.cards)
        within = _within(self.filters, self.cards)
        # By a name of its own: the filters ask the table of gatherings by themselves.
        its = aliased(models.Gathering)
        rows = select(models.Occurrence.id, models.Occurrence.list_at, its.public_id, models.Occurrence.day)
        rows = rows.join(its, its.id == models.Occurrence.gathering_id).where(*within)
        found: list[tuple[str, int]] = []
        if not key.coming:
            running = rows.where(models.Occurrence.is_long.is_(True), models.Occurrence.list_at <= begin)
            # Those are few in any town and have an index of their own; the state of being listed must not lead SQLite to another.
            found = key.read_on(running.where(models.Occurrence.listed.is_(True), *wishes[1:]), limit + 1, coming=False)
            key = replace(key, at=None, coming=True)
        if len(found) <= limit:
            found += key.read_on(rows.where(models.Occurrence.list_at > begin, *wishes), limit + 1 - len(found), coming=True)
        shown = found[:limit]
        return _stretch(shown, shown[-1][0] if shown else "", last=len(found) <= limit)

    def changes(self, after: Following, limit: int) -> list[Mark]:
        """By number."""
        rows = (
            select(DateMark.number, DateMark.id, PublicMark.thing, DateMark.day, DateMark.occurrence_id, DateMark.at)
            .join(PublicMark, PublicMark.id == DateMark.mark_id)
            .where(is_after(after, DateMark.number.expression, DateMark.id.expression))
            .order_by(DateMark.number, DateMark.id)
            .limit(limit)
        )
        found = [
            Mark(number, mark, occurrence_id(thing, day), row_id, at) for number, mark, thing, day, row_id, at in db.session.execute(rows)
        ]
        return _in_zone(found, self.cards)

    def wanted(self, ids: Sequence[int]) -> set[int]:
        """Those the filters want."""
        wishes = conditions(self.filters, self.cards.settings)
        if wishes is None or not ids:
            return set()
        mine = among(list(ids), models.Occurrence.id.expression)
        return set(db.session.scalars(select(models.Occurrence.id).where(mine, *_within(self.filters, self.cards), *wishes)))

    def objects(self, ids: Sequence[int]) -> Mapping[int, Occurrence]:
        """With what they say of their gatherings."""
        rows = select(DateMark.occurrence_id, DateMark.at).where(among(list(ids), DATE_ROW_ID))
        at = {one: moment for one, moment in db.session.execute(rows) if one is not None} if ids else {}
        return {row.id: self.composer.occurrence(self.cards.occurrence(row), at[row.id]) for row in load(list(ids)) if row.id in at}


def one_occurrence(gathering: models.Gathering, day: date, cards: Cards, composer: Composer) -> Occurrence | None:
    """The date of a gathering that was announced for a day, past ones too."""
    row_id = db.session.scalar(
        select(models.Occurrence.id).where(models.Occurrence.gathering_id == gathering.id, models.Occurrence.day == day)
    )
    return Occurrences(cards, composer, Filters()).objects([row_id]).get(row_id) if row_id is not None else None


@dataclass(frozen=True, slots=True)
class _TimeKey:
    """Where a copy by time stands: `coming` once those that run already are through, then the moment, gathering and day of the last."""

    coming: bool = False
    at: tuple[datetime, str, date] | None = None

    @classmethod
    def read(cls, text: str) -> "_TimeKey":
        if not text:
            return cls()
        parts = text.split("/")
        try:
            if len(parts) != 4 or parts[0] not in ("running", "coming") or not is_public_id(parts[2]):
                raise BadCursor
            return cls(parts[0] == "coming", (datetime.fromisoformat(parts[1]).astimezone(UTC), parts[2], date.fromisoformat(parts[3])))
        except (ValueError, OverflowError):
            raise BadCursor from None

    def read_on(self, rows: Select[int, datetime, str, date], limit: int, *, coming: bool) -> list[tuple[str, int]]:
        one = models.Occurrence
        if self.at is not None:
            moment, public_id, day = self.at
            gathering = db.session.scalar(select(models.Gathering.id).where(models.Gathering.public_id == public_id)) or 0
            # The first condition alone is what an index follows.
            rows = rows.where(one.list_at >= moment, tuple_(one.list_at, one.gathering_id, one.day) > tuple_(moment, gathering, day))
        found = db.session.execute(rows.order_by(one.list_at, one.gathering_id, one.day).limit(limit))
        name = "coming" if coming else "running"
        return [(f"{name}/{at.isoformat()}/{public_id}/{day.isoformat()}", row_id) for row_id, at, public_id, day in found]


def _speaks_of_days(filters: Filters) -> bool:
    return bool(filters.when or filters.first or filters.last or filters.weekday is not None or filters.part)


def _begin(filters: Filters, cards: Cards) -> datetime:
    first, _last = filters.days(clock.today(cards.zone))
    return _midnight(first, cards)


def _within(filters: Filters, cards: Cards) -> list[ColumnElement[bool]]:
    """Dates of the days that are meant; without a wish everything from today on."""
    _first, last = filters.days(clock.today(cards.zone))
    found: list[ColumnElement[bool]] = [models.Occurrence.ends_at > _begin(filters, cards)]
    if last is not None:
        end = _midnight(last + timedelta(days=1), cards)
        # The second says nothing new, but the index of lists is in that order.
        found.append(and_(models.Occurrence.starts_at < end, models.Occurrence.list_at < end + timedelta(hours=24)))
    return found


def _midnight(day: date, cards: Cards) -> datetime:
    return datetime.combine(day, time(), cards.zone).astimezone(UTC)


def _stretch(found: Sequence[tuple[str, int | None]], key: str, *, last: bool) -> Stretch:
    return Stretch(tuple(row_id for _key, row_id in found if row_id is not None), key, last=last)


def _in_zone(marks: list[Mark], cards: Cards) -> list[Mark]:
    return [one.in_zone(cards.zone) for one in marks]
