"""The staff finder: dates that fit a question, what staff know of each, and what is near when little fits. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, literal_column, select

from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import Found, count_wishes, find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import Publication, VenueKind
from idobata.kernel import clock
from idobata.kernel.distance import metres_between
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.places.near_queries import Point, district_middles, ids_around, point_of
from idobata.places.queries import place_by_public_id
from idobata.store.database import db
from idobata.store.id_lists import among
from idobata.welcome.find import FREE, NO_SIGNUP, MarkWish, Wishes
from idobata.welcome.mark import MarkState
from idobata.welcome.models import WelcomeMark
from idobata.welcome.queries import note_counts

# With fewer than this the finder looks around.
ENOUGH = 3
NEARBY = 6
NEIGHBOURS = 3
WIDER_DAYS = 28
# So many gatherings are looked at one by one. More are so frequent that a page is full before many days were walked through.
FEW = 3_000
# Written out and not bound: only so may a database use what it knows of the states.
_GOES_AHEAD = Occurrence.state != literal_column("'cancelled'")
_ON_THE_LIST = (MarkState.NOTED, MarkState.ASKED, MarkState.RECHECK)


@dataclass(frozen=True, slots=True)
class Origin:
    """From where the way is counted: a place, or (without one) the middle of a district."""

    point: Point
    place: Place | None
    district: str


@dataclass(frozen=True, slots=True)
class Near:
    """A date that fits when one looks a little further: into neighbouring districts, and more days."""

    row: Occurrence
    other_area: bool
    other_days: bool


@dataclass(frozen=True, slots=True)
class StaffFound:
    """A page of the finder. `counts` says what one more fact would leave; `marks` and `notes` are by the gathering's inner id."""

    found: Found
    counts: dict[str, int]
    origin: Origin | None
    nearby: tuple[Near, ...]
    marks: dict[int, MarkState]
    notes: dict[int, int]

    @property
    def rows(self) -> tuple[Occurrence, ...]:
        """The dates in their order."""
        return self.found.rows

    @property
    def noted(self) -> tuple[Gathering, ...]:
        """The gatherings of this page about which colleagues have noted something."""
        every = (*self.found.rows, *(one.row for one in self.nearby))
        return tuple(row.gathering for row in every if row.gathering_id in self.notes)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question made ready: filters, the conditions beyond them, and whether those name few gatherings."""

    filters: Filters
    more: tuple[ColumnElement[bool], ...]
    few: bool


def find_for_staff(wishes: Wishes, settings: Settings) -> StaffFound:
    """Dates that take place, each gathering once with its next one, in the order of time. Marked or not, they stand alike."""
    origin = _origin(wishes)
    question = _question(wishes, origin)
    found = find_dates(question.filters, settings, more=question.more, few=question.few)
    counts = count_wishes(found)
    # Two facts are asked in the posting form itself and stand in columns of their own.
    counts[NO_SIGNUP] = counts.pop("no_signup", 0)
    counts.setdefault(FREE, 0)
    nearby = _nearby(wishes, origin, found, settings) if found.total < ENOUGH and found.page == 1 else ()
    gatherings = [row.gathering for row in (*found.rows, *(one.row for one in nearby))]
    return StaffFound(found, counts, origin, nearby, _states(gatherings), note_counts(gatherings, clock.today(settings.city.zone)))


def _origin(wishes: Wishes) -> Origin | None:
    if wishes.filters.place:
        place = place_by_public_id(wishes.filters.place)
        point = point_of(place) if place is not None else None
        return Origin(point, place, "") if point is not None else None
    if not wishes.filters.district:
        return None
    middle = district_middles().get(wishes.filters.district)
    return Origin(middle, None, wishes.filters.district) if middle is not None else None


def _question(wishes: Wishes, origin: Origin | None) -> _Question:
    filters, more, few = wishes.filters, [_GOES_AHEAD], False
    if wishes.km and origin is not None and origin.place is not None:
        ids = ids_around(origin.point, float(wishes.km) * 1000)
        at_them = (
            select(Gathering.id)
            .join(Place, Place.id == Gathering.place_id)
            .where(among(ids, Place.id.expression), Gathering.venue_kind == VenueKind.PLACE.value)
        )
        near = db.session.scalars(at_them.limit(FEW + 1)).all()
        if len(near) <= FEW:
            more.append(among(near, Occurrence.gathering_id.expression))
            few = True
        else:
            more.append(at_them.where(Gathering.id == Occurrence.gathering_id).exists())
        filters = replace(filters, place="")
    if wishes.mark is MarkWish.MARKED:
        filters = replace(filters, first_step=True)
    elif wishes.mark is MarkWish.LISTED:
        listed = select(WelcomeMark.gathering_id).where(WelcomeMark.state.in_([one.value for one in _ON_THE_LIST]))
        more.append(Occurrence.gathering_id.in_(listed))
        few = True
    elif wishes.mark is MarkWish.NEW:
        more.append(~select(WelcomeMark.gathering_id).where(WelcomeMark.gathering_id == Occurrence.gathering_id).exists())
    if wishes.checked is not None:
        since = clock.now() - timedelta(days=wishes.checked)
        lately = _checked_since(since)
        if lately is not None:
            more.append(among(lately, Occurrence.gathering_id.expression))
            few = True
        else:
            # Compared and not asked for: a database that made a join of it would begin with all gatherings.
            checked = select(Gathering.checked_at).where(Gathering.id == Occurrence.gathering_id)
            more.append(checked.scalar_subquery() >= since)
    return _Question(filters, tuple(more), few)


def _checked_since(since: datetime) -> list[int] | None:
    """The inner ids of the published gatherings somebody made sure of since then, where those are few; None where they are many."""
    checked = select(Gathering.id).where(Gathering.publication == Publication.PUBLISHED.value, Gathering.checked_at >= since)
    ids = list(db.session.scalars(checked.limit(FEW + 1)))
    return ids if len(ids) <= FEW else None


def _nearby(wishes: Wishes, origin: Origin | None, found: Found, settings: Settings) -> tuple[Near, ...]:
    """First the same days in the neighbouring districts, then more days in the same area, then both."""
    today = clock.today(settings.city.zone)
    area = _wider_area(wishes, origin)
    days = _wider_days(wishes, today)
    steps = [(area, True, False), (days, False, True), (_wider_area(days, origin) if days is not None else None, True, True)]
    known = {row.gathering_id for row in found.rows}
    near: list[Near] = []
    for step, other_area, other_days in steps:
        if step is None:
            continue
        districts = _neighbours(wishes, origin) if other_area else ()
        question = _question(step, origin if step.km else None)
        more = (*question.more, Occurrence.district.in_(districts)) if districts else question.more
        for row in find_dates(question.filters, settings, size=NEARBY + len(known), more=more, few=question.few).rows:
            if row.gathering_id not in known and len(near) < NEARBY:
                known.add(row.gathering_id)
                near.append(Near(row, other_area, other_days))
        if len(found.rows) + len(near) >= ENOUGH:
            break
    return tuple(near)


def _wider_area(wishes: Wishes, origin: Origin | None) -> Wishes | None:
    if not wishes.filters.district and not wishes.filters.place:
        return None
    return replace(wishes.but(district="", place=""), km="")


def _wider_days(wishes: Wishes, today: date) -> Wishes | None:
    if wishes.filters.last is None:
        return None
    return wishes.but(last=max(wishes.filters.last, (wishes.filters.first or today) + timedelta(days=WIDER_DAYS)))


def _neighbours(wishes: Wishes, origin: Origin | None) -> tuple[str, ...]:
    """The districts that lie nearest, nearest first; none where nobody knows where they lie: then one looks in the whole town."""
    if origin is None:
        return ()
    middles = district_middles()
    middles.pop(origin.district, None)
    return tuple(sorted(middles, key=lambda one: metres_between(origin.point, middles[one]))[:NEIGHBOURS])


def _states(gatherings: Sequence[Gathering]) -> dict[int, MarkState]:
    ids = [one.id for one in gatherings]
    rows = db.session.execute(select(WelcomeMark.gathering_id, WelcomeMark.state).where(WelcomeMark.gathering_id.in_(ids)))
    return {gathering_id: MarkState(state) for gathering_id, state in rows}
