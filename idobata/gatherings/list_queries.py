"""Lists of dates: what is on, filtered, a page at a time. The cost follows the page, not the size of the town."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select
from sqlalchemy.orm import aliased, joinedload

from idobata.gatherings.filters import LAST_PAGE, Filters
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.rare_queries import those_with
from idobata.gatherings.states import FeeKind, OccurrenceState, SignupKind
from idobata.groups.models import Group
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.kernel.tokens import parse_query
from idobata.places.queries import place_by_public_id
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.id_lists import among

# Beyond this a list says "300 or more": counting on would cost more the bigger the town is.
COUNT_LIMIT = 300
# These two facts are asked in the form itself; the gathering's own columns know them.
FREE, NO_SIGNUP = "free", "no-signup"
# Written out and not bound: only so may a database use the index that holds the cancelled dates.
IS_CANCELLED = Occurrence.state == literal_column("'cancelled'")
# As many dates of one day as a calendar counts.
DAY_LIMIT = 100
LONGEST_SHORT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of dates in the order of a list. `total` stops at `COUNT_LIMIT`. `turns_at` is when this page stops being true.

    `counted` are the ids of the dates that were counted, those of all pages.
    """

    rows: tuple[Occurrence, ...]
    total: int
    page: int
    pages: int
    running: int
    turns_at: datetime
    counted: tuple[int, ...] = ()


def find_dates(
    filters: Filters,
    settings: Settings,
    *,
    size: int | None = None,
    only_confirmed: bool = False,
    more: Sequence[ColumnElement[bool]] = (),
    few: bool = False,
) -> Found:
    """Dates that are still to come or under way, each gathering once with its next date.

    First those of several days that have begun, then the others by time, on each day those last that nobody has confirmed lately.
    A cancelled next date is shown beside the one after it: people must learn of both. `only_confirmed` leaves out the unconfirmed.
    `more` are further conditions on an `Occurrence`; `few` says that they name few gatherings, so that one begins with those.
    """
    size = size or settings.policy.list_page_size
    now = clock.now()
    window = _Window.of(filters, settings, now)
    wishes = conditions(filters, settings)
    if wishes is None:
        return Found((), 0, 1, 1, 0, clock.next_midnight(settings.city.zone))
    if only_confirmed:
        wishes.append(Occurrence.unconfirmed.is_(False))
    wishes += more
    if few:
        wishes[0] = _is_listed(few=True)
    running = _running(window, wishes)
    coming = _coming(window, filters, wishes)
    # One look gives both the page and the count: as many as a list counts, in its order.
    ids = list(db.session.scalars(running.order_by(Occurrence.unconfirmed, Occurrence.ends_at, Occurrence.id).limit(COUNT_LIMIT)))
    running_total = len(ids)
    in_order = coming.order_by(Occurrence.list_at, Occurrence.gathering_id)
    ends: list[datetime] = []
    for one, unconfirmed, ends_at in db.session.execute(
        in_order.with_only_columns(Occurrence.id, Occurrence.unconfirmed, Occurrence.ends_at).limit(COUNT_LIMIT - running_total)
    ):
        ids.append(one)
        # It stands at the end of its day and leaves before that.
        ends += [ends_at] if unconfirmed else []
    total = len(ids)
    pages = max(1, -(-total // size))
    page = min(filters.page, LAST_PAGE if total == COUNT_LIMIT else pages)
    offset = (page - 1) * size
    if offset + size > total and total == COUNT_LIMIT:
        shown = list(db.session.scalars(in_order.offset(offset - running_total).limit(size)))
    else:
        shown = ids[offset : offset + size]
    rows = load(shown)
    # The first of either kind is the first to leave its place, and then all pages behind it shift.
    firsts = {*ids[:1], *ids[running_total : running_total + 1]} - set(shown)
    return Found(rows, total, page, pages, running_total, _turn(rows + load(list(firsts)), settings, now, ends), tuple(ids))


def count_wishes(found: Found) -> dict[str, int]:
    """How many of the found dates have each welcome fact, and are `free`, `no_signup`, `online`: what one more wish would leave.

    Only the counted dates are looked at, so a big town costs no more; where `total` is `COUNT_LIMIT` there are at least so many.
    """
    if not found.counted:
        return {}
    shown = among(found.counted, Occurrence.id.expression)
    facts = (
        select(GatheringFact.fact, func.count())
        .join(Occurrence, Occurrence.gathering_id == GatheringFact.gathering_id)
        .where(shown, GatheringFact.is_yes.is_(True))
        .group_by(GatheringFact.fact)
    )
    counts: dict[str, int] = {str(fact): int(number) for fact, number in db.session.execute(facts)}
    flags = {
        "free": Gathering.fee_kind == FeeKind.FREE.value,
        "no_signup": Gathering.signup_kind == SignupKind.NONE.value,
        "online": Gathering.is_online.is_(True),
    }
    sums = [func.sum(case((condition, 1), else_=0)) for condition in flags.values()]
    row = db.session.execute(
        select(*sums).select_from(Occurrence).join(Gathering, Gathering.id == Occurrence.gathering_id).where(shown)
    ).one()
    return counts | {name: int(number or 0) for name, number in zip(flags, row, strict=True)}


def load(ids: list[int]) -> tuple[Occurrence, ...]:
    """Date rows in the order of `ids`, with everything a card needs, in a fixed number of queries."""
    if not ids:
        return ()
    rows = db.session.scalars(
        select(Occurrence)
        .where(Occurrence.id.in_(ids))
        .options(
            joinedload(Occurrence.gathering).joinedload(Gathering.place),
            joinedload(Occurrence.gathering).joinedload(Gathering.group),
        )
    )
    by_id = {row.id: row for row in rows}
    return tuple(by_id[one] for one in ids if one in by_id)


def count_dates(filters: Filters, settings: Settings, most: int = 100) -> int:
    """How many gatherings a list would show, counted up to `most`."""
    now = clock.now()
    wishes = conditions(filters, settings)
    if wishes is None:
        return 0
    window = _Window.of(filters, settings, now)
    return min(most, _count(_running(window, wishes), most) + _count(_coming(window, filters, wishes), most))


@dataclass(frozen=True, slots=True)
class DayDates:
    """The first dates of a day in order, and how many there are, counted up to `DAY_LIMIT`."""

    ids: tuple[int, ...]
    count: int


def dates_by_day(
    first: date, last: date, filters: Filters, settings: Settings, per_day: int
) -> tuple[dict[date, DayDates], tuple[Occurrence, ...]]:
    """For a calendar: the listed dates that begin on each day from `first` to `last`, past ones too, and those of several days.

    Each day is asked by itself and stops at `DAY_LIMIT`: a full month of a big town costs no more than one of a small one.
    """
    wishes = conditions(filters, settings)
    if wishes is None:
        return {}, ()
    days: dict[date, DayDates] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        begin, end = _at(day, settings), _at(day + timedelta(days=1), settings)
        ids = db.session.scalars(
            select(Occurrence.id)
            .where(
                *wishes,
                Occurrence.is_long.is_(False),
                Occurrence.starts_at >= begin,
                Occurrence.starts_at < end,
                Occurrence.list_at > begin,
                Occurrence.list_at < end + LONGEST_SHORT,
            )
            .order_by(Occurrence.list_at, Occurrence.gathering_id)
            .limit(DAY_LIMIT)
        ).all()
        days[day] = DayDates(tuple(ids[:per_day]), len(ids))
    long_ids = db.session.scalars(
        select(Occurrence.id)
        .where(
            *wishes,
            Occurrence.is_long.is_(True),
            Occurrence.ends_at > _at(first, settings),
            Occurrence.starts_at < _at(last + timedelta(days=1), settings),
        )
        .order_by(Occurrence.ends_at)
        .limit(DAY_LIMIT)
    )
    return days, load(list(long_ids))


def newest(limit: int) -> tuple[Occurrence, ...]:
    """The next dates of the gatherings that joined last."""
    now = clock.now()
    fresh = select(Gathering.id).where(Gathering.publication == "published").order_by(Gathering.published_at.desc()).limit(limit * 3)
    rows: list[int] = []
    for gathering_id in db.session.scalars(fresh):
        found = db.session.scalar(
            select(Occurrence.id)
            .where(Occurrence.gathering_id == gathering_id, Occurrence.ends_at > now, Occurrence.state != OccurrenceState.CANCELLED.value)
            .order_by(Occurrence.list_at)
            .limit(1)
        )
        if found is not None:
            rows.append(found)
        if len(rows) == limit:
            break
    return load(rows)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A wider question that has answers: the filters, how many, and which filter was let go."""

    filters: Filters
    count: int
    dropped: str


def alternatives(filters: Filters, settings: Settings) -> tuple[Alternative, ...]:
    """For an empty list: what would be found if one wish were dropped, at most four, most telling first."""
    found: list[Alternative] = []
    empty = Filters()
    for name in (
        "district",
        "when",
        "last",
        "part",
        "weekday",
        "facts",
        "category",
        "free",
        "no_signup",
        "online",
        "q",
        "first",
        "first_step",
    ):
        if getattr(filters, name) == getattr(empty, name):
            continue
        wider = replace(filters, page=1, **{name: getattr(empty, name)})
        if count := count_dates(wider, settings):
            found.append(Alternative(wider, count, name))
        if len(found) == 4:
            break
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Window:
    """The moments between which a list looks. `after` is now, or the beginning of a past day that was asked for."""

    after: datetime
    before: datetime | None

    @classmethod
    def of(cls, filters: Filters, settings: Settings, now: datetime) -> "_Window":
        today = now.astimezone(settings.city.zone).date()
        first, last = filters.days(today)
        begin = _at(first, settings)
        after = now if first == today else begin
        return cls(after, _at(last + timedelta(days=1), settings) if last else None)


def _running(window: _Window, wishes: list[ColumnElement[bool]]) -> Select[int]:
    """Dates of several days that began before the window and are not over."""
    # Those are few in any town, so they are always found by their own index, and then asked for the rest.
    return (
        select(Occurrence.id)
        .where(Occurrence.listed.is_(True), *wishes[1:])
        .where(
            Occurrence.is_long.is_(True),
            Occurrence.ends_at > window.after,
            Occurrence.starts_at <= window.after,
            Occurrence.state != OccurrenceState.CANCELLED.value,
        )
    )


def _coming(window: _Window, filters: Filters, wishes: list[ColumnElement[bool]]) -> Select[int]:
    # The second condition only matters for the unconfirmed, which stand in a list longer than they last.
    query = select(Occurrence.id).where(*wishes).where(Occurrence.list_at > window.after, Occurrence.ends_at > window.after)
    if window.before is not None:
        query = query.where(Occurrence.list_at < window.before + LONGEST_SHORT, Occurrence.starts_at < window.before)
    earlier = aliased(Occurrence)
    return query.where(
        ~select(earlier.id)
        .where(
            earlier.gathering_id == Occurrence.gathering_id,
            earlier.list_at > window.after,
            earlier.ends_at > window.after,
            earlier.list_at < Occurrence.list_at,
            earlier.state != OccurrenceState.CANCELLED.value,
            *date_conditions(filters, earlier),
        )
        .exists()
    )


def date_conditions(filters: Filters, dates: type[Occurrence]) -> list[ColumnElement[bool]]:
    """The wishes that tell one date of a gathering from another: "the next one on a Sunday" must not be hidden by a Saturday."""
    wishes: list[ColumnElement[bool]] = []
    if filters.weekday is not None:
        wishes.append(dates.weekday == filters.weekday)
    if filters.part:
        wishes.append(dates.part == filters.part)
    return wishes


def conditions(filters: Filters, settings: Settings) -> list[ColumnElement[bool]] | None:
    """The filters as conditions on a listed date; None when they can match nothing."""
    wishes: list[ColumnElement[bool]] = []
    few = bool(filters.group or filters.place or filters.first_step)
    if filters.first_step:
        wishes.append(Occurrence.first_step.is_(True))
    if filters.district:
        wishes.append(Occurrence.district == filters.district)
    if filters.category:
        wishes.append(Occurrence.category == filters.category)
    wishes += date_conditions(filters, Occurrence)
    about = about_gathering(filters, Occurrence.gathering_id.expression)
    if about is None:
        return None
    wishes += about.conditions
    few = few or about.few
    # Where only few gatherings are meant, SQLite must not walk through all that is listed; it then begins with those few.
    wishes.insert(0, _is_listed(few=few))
    return wishes


@dataclass(frozen=True, slots=True)
class AboutGathering:
    """Conditions on a gathering's inner id; `few`: one that only few gatherings answer is among them."""

    conditions: tuple[ColumnElement[bool], ...]
    few: bool


def about_gathering(filters: Filters, gathering_id: ColumnElement[int]) -> AboutGathering | None:
    """The filters that are about a gathering itself and that its dates do not repeat; None when they can match nothing."""
    wishes: list[ColumnElement[bool]] = []
    few = False
    facts = [one for one in filters.facts if one not in (FREE, NO_SIGNUP)]
    having = None
    if not (filters.group or filters.place or filters.first_step or filters.q):
        having = those_with(facts, online=filters.online, district=filters.district, category=filters.category, most=COUNT_LIMIT)
    about: list[ColumnElement[bool]] = []
    if filters.free or FREE in filters.facts:
        about.append(Gathering.fee_kind == FeeKind.FREE.value)
    if filters.online and having is None:
        about.append(Gathering.is_online.is_(True))
    if filters.no_signup or NO_SIGNUP in filters.facts:
        about.append(Gathering.signup_kind == SignupKind.NONE.value)
    if about:
        wishes.append(select(Gathering.id).where(Gathering.id == gathering_id, *about).exists())
    if having is not None:
        wishes.append(gathering_id.in_(having))
        few, facts = True, []
    for slug in facts:
        wishes.append(
            select(GatheringFact.fact)
            .where(GatheringFact.gathering_id == gathering_id, GatheringFact.fact == slug, GatheringFact.is_yes.is_(True))
            .exists()
        )
    if filters.group:
        wishes.append(gathering_id.in_(select(Gathering.id).join(Group, Group.id == Gathering.group_id).where(Group.slug == filters.group)))
    if filters.place:
        # An old entry that was merged stands for the one it was merged into.
        place = place_by_public_id(filters.place)
        if place is None:
            return None
        wishes.append(gathering_id.in_(select(Gathering.id).where(Gathering.place_id == place.id)))
    if filters.q:
        holding = search_index.holding(parse_query(filters.q), gathering_id)
        if holding is None:
            return None
        wishes.append(holding.condition)
        few = few or holding.rare
    return AboutGathering(tuple(wishes), few)


def of_few(wishes: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """The same conditions for a question that names its gatherings: SQLite must begin with those, and not with all that is listed."""
    return [_is_listed(few=True), *wishes[1:]]


def _is_listed(*, few: bool) -> ColumnElement[bool]:
    return func.coalesce(Occurrence.listed, False).is_(True) if few else Occurrence.listed.is_(True)


def _count(query: Select[int], most: int = COUNT_LIMIT) -> int:
    return db.session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0


def _at(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time(), settings.city.zone).astimezone(UTC)


def _turn(rows: tuple[Occurrence, ...], settings: Settings, now: datetime, ends: list[datetime]) -> datetime:
    """When a page changes by itself: one of these begins or ends, or the day turns."""
    moments = [moment for row in rows for moment in (row.starts_at, row.ends_at)] + ends
    return min([*(moment for moment in moments if moment > now), clock.next_midnight(settings.city.zone)])
