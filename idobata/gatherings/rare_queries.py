"""Whether a wish is so rare that a list begins with the gatherings that fulfil it, instead of walking through its dates in order.

A walk stops at a page full, so it is quick for what many gatherings have. For what hardly any has, or for two wishes that hardly any has
together, it would go through the whole town.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import aliased

from idobata.gatherings.models import Gathering, GatheringFact
from idobata.gatherings.states import Publication
from idobata.store.database import db

# How many of the newest gatherings are asked how frequent a wish is: about a millisecond's work.
SAMPLE = 256
# What one step costs against the others: a date walked past, a gathering that might have it all, and one that has, with all its dates.
_WALKED, _TRIED, _FOUND = 3, 2, 7
# Dates to come for each gathering there ever was, as towns have them: most gatherings are over, and the others meet again and again.
_DATES = 3


@dataclass(frozen=True, slots=True)
class Shares:
    """Of the gatherings of a town: the share that has each wish (in their order), all of them, and all of them `within` an area or category.

    `area` is the share of that area or category itself. None of a sample is no proof that there is none, so no share is 0.
    """

    each: tuple[float, ...]
    together: float
    within: float
    area: float


def begins_with_few(shares: Shares, town: int, most: int) -> bool:
    """True when a list of at most `most` dates is made sooner from the gatherings that have the rarest wish, in a town of `town` gatherings."""
    few = town * (min(shares.each) * _TRIED + shares.within * _FOUND)
    # Where fewer fit than a walk stops at it goes on to the last date.
    to_the_end = town * shares.within < 4 * most
    walk = (town * shares.area * _DATES if to_the_end else most / shares.together) * _WALKED
    return few < walk


def those_with(facts: Sequence[str], *, online: bool, district: str, category: str, most: int) -> Select[int] | None:
    """The inner ids of the gatherings that have all these welcome facts and are `online`, if that is wished.

    None where a walk through the dates (of a district or category, if one is wished, too) is quicker, and where neither facts nor online is
    wished. `most` is the number of dates at which a walk stops.
    """
    wishes: list[ColumnElement[bool]] = [_has(slug) for slug in facts]
    if online:
        wishes.append(Gathering.is_online.is_(True))
    if not wishes:
        return None
    area = [column == value for column, value in ((Gathering.district, district), (Gathering.category, category)) if value]
    shares = _sample(wishes, area)
    if shares is None or not begins_with_few(shares, db.session.scalar(select(func.max(Gathering.id))) or 0, most):
        return None
    rarest = shares.each.index(min(shares.each))
    others = [wish for place, wish in enumerate(wishes) if place != rarest]
    if rarest == len(facts):
        # Said so and not as a condition on all: only so is the small index of those online read.
        return select(Gathering.id).where(Gathering.is_online.is_(True), *others)
    fact = select(GatheringFact.gathering_id).where(GatheringFact.fact == facts[rarest], GatheringFact.is_yes.is_(True))
    return fact.join(Gathering, Gathering.id == GatheringFact.gathering_id).where(*others) if others else fact


def _has(slug: str) -> ColumnElement[bool]:
    has = aliased(GatheringFact)
    return select(has.fact).where(has.gathering_id == Gathering.id, has.fact == slug, has.is_yes.is_(True)).exists()


def _sample(wishes: Sequence[ColumnElement[bool]], area: Sequence[ColumnElement[bool]]) -> Shares | None:
    """The shares among the newest published gatherings; None in an empty town."""
    newest = (
        select(Gathering.id)
        .where(Gathering.publication == Publication.PUBLISHED.value)
        .order_by(Gathering.published_at.desc())
        .limit(SAMPLE)
        .subquery()
    )
    counted = [*wishes, and_(true(), *wishes), and_(true(), *wishes, *area), and_(true(), *area)]
    sums = [func.coalesce(func.sum(case((wish, 1), else_=0)), 0) for wish in counted]
    row = db.session.execute(select(func.count(), *sums).select_from(newest).join(Gathering, Gathering.id == newest.c.id)).one()
    size, *numbers = (int(one) for one in row)
    if not size:
        return None
    *each, together, within, of_area = (max(number, 0.5) / size for number in numbers)
    return Shares(tuple(each), together, within, of_area)
