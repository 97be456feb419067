"""What is true of dates at this moment."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, tuple_

from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.significance import Part, facet
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.gatherings.version_queries import picture_of
from idobata.kernel import clock
from idobata.reposts.models import Repost
from idobata.reposts.snapshot import Change, Standing, Truth, difference, digest, truths_in
from idobata.store.database import db

Wanted = tuple[Gathering, date]


def truths_of(wanted: Iterable[Wanted]) -> list[Truth]:
    """The truth of each date, in the same order."""
    pairs = list(wanted)
    if not pairs:
        return []
    keys = {(gathering.id, day) for gathering, day in pairs}
    found = db.session.scalars(select(Occurrence).where(tuple_(Occurrence.gathering_id, Occurrence.day).in_(keys)))
    rows = {(row.gathering_id, row.day): row for row in found}
    return [_truth(gathering, day, rows.get((gathering.id, day))) for gathering, day in pairs]


def overtaken(repost: Repost) -> list[tuple[Truth, Change]]:
    """The dates of a proposed or approved repost that are not as they were when it was proposed."""
    now = {(one.gathering, one.day): one for one in truths_of((item.gathering, item.day) for item in repost.items)}
    changed: list[tuple[Truth, Change]] = []
    for before in truths_in(repost.frozen):
        # One that is erased took its line with it.
        current = now.get((before.gathering, before.day))
        change = difference(before, current) if current is not None else Change.WITHDRAWN
        if change is not None:
            changed.append((before, change))
    return changed


def next_day(gathering: Gathering) -> date | None:
    """The day of the next date that takes place; None when none is left."""
    coming = (Occurrence.gathering_id == gathering.id, Occurrence.ends_at > clock.now())
    alive = Occurrence.state != OccurrenceState.CANCELLED.value
    return db.session.scalar(select(Occurrence.day).where(*coming, alive).order_by(Occurrence.starts_at).limit(1))


def has_coming(gathering: Gathering, day: date) -> bool:
    """True when there is such a date and it is not over."""
    of_it = (Occurrence.gathering_id == gathering.id, Occurrence.day == day, Occurrence.ends_at > clock.now())
    return db.session.scalar(select(Occurrence.id).where(*of_it)) is not None


def _truth(gathering: Gathering, day: date, row: Occurrence | None) -> Truth:
    if gathering.publication != Publication.PUBLISHED:
        standing = Standing.WITHDRAWN
    elif row is None or row.state == OccurrenceState.CANCELLED:
        standing = Standing.CANCELLED
    else:
        standing = Standing.ON
    picture = picture_of(gathering)
    return Truth(
        gathering=gathering.public_id,
        day=day.isoformat(),
        standing=standing.value,
        starts=row.starts_at.isoformat() if row else "",
        ends=row.ends_at.isoformat() if row else "",
        all_day=row.all_day if row else False,
        end_known=row.end_known if row else True,
        where=digest([facet(picture, Part.PLACE), facet(picture, Part.MODE)]),
        sequence=gathering.sequence,
    )
