"""Gives every commit that changed something public the next number, and writes that number on what changed.

It runs as the last thing before a commit and begins by locking one row, so commits are numbered in the order in which they become visible:
whoever has seen a number has seen all before it, and asks next time only for what is greater. Nothing here knows who changed what, or why;
the notes come from triggers of the database.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from idobata.api.models import HEAD, DateMark, MarkHead, PublicMark, PublicNote
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import Publication, VenueKind
from idobata.groups.models import Group
from idobata.kernel import clock
from idobata.places.models import Place
from idobata.places.queries import stands
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.store.types import UTCDateTime

# Both are written so that no index can begin with them: SQLite would rather walk all that is public than the few that were noted.
_PUBLISHED = func.coalesce(Gathering.publication, "") == Publication.PUBLISHED.value
_LISTED = func.coalesce(Occurrence.listed, False).is_(True)
# What a note may say changed: a gathering itself, one of its dates, a place, what takes place at a place, a group.
GATHERING, DATE, PLACE, VENUE, GROUP = NOTES = ("gathering", "date", "place", "venue", "group")


def number_changes() -> None:
    """Turn the notes of the running transaction into marks. Without a note it asks one cheap question and does nothing."""
    db.session.flush()
    if db.session.scalar(select(PublicNote.id).limit(1)) is None:
        return
    _do(update(MarkHead).where(MarkHead.id == HEAD).values(number=MarkHead.number + 1))
    number = db.session.scalar(select(MarkHead.number).where(MarkHead.id == HEAD))
    if number is None:
        raise RuntimeError("the row that counts public changes is missing")
    _spread_to_gatherings()
    _mark_gatherings(number)
    _mark_dates(number)
    _mark_places(number)
    _mark_groups(number)
    if not _is_used(number):
        # A place that nobody can read, for one: not even a number may tell that something hidden changed.
        _do(update(MarkHead).where(MarkHead.id == HEAD).values(number=MarkHead.number - 1))
    _do(delete(PublicNote))


def begin_anew() -> None:
    """After a restore: numbers given out before mean nothing any more, and whoever keeps a copy has to fetch all of it again."""
    with transaction():
        _do(delete(PublicNote))
        _do(update(MarkHead).values(epoch=secrets.token_hex(8)))


def _noted(*kinds: str) -> Select[int]:
    return select(PublicNote.row_id).where(PublicNote.kind.in_(kinds))


def _spread_to_gatherings() -> None:
    """What a gathering says of its place and its group changes with them."""
    for kind, of in ((PLACE, Gathering.place_id), (GROUP, Gathering.group_id)):
        touched = select(literal(GATHERING), Gathering.id).where(of.in_(_noted(kind)), _PUBLISHED)
        _do(insert(PublicNote).from_select(["kind", "row_id"], touched))


def _mark_gatherings(number: int) -> None:
    is_shown = select(Gathering.id).where(Gathering.id == PublicMark.row_id, Gathering.public_id == PublicMark.thing, _PUBLISHED).exists()
    _hide(GATHERING, _noted(GATHERING), is_shown, number)
    rows = select(literal(GATHERING), Gathering.public_id, Gathering.id, *_stamp(number))
    _show(rows.where(_PUBLISHED, Gathering.id.in_(_noted(GATHERING))))


def _mark_dates(number: int) -> None:
    with_its_gathering = and_(PublicMark.kind == GATHERING, PublicMark.row_id == Occurrence.gathering_id)
    is_shown = (
        select(Occurrence.id)
        .join(PublicMark, with_its_gathering)
        .where(
            Occurrence.id == DateMark.occurrence_id,
            Occurrence.day == DateMark.day,
            _LISTED,
            PublicMark.id == DateMark.mark_id,
        )
        .exists()
    )
    marked = select(PublicMark.id).where(PublicMark.kind == GATHERING, PublicMark.number == number)
    for touched in (DateMark.occurrence_id.in_(_noted(DATE)), DateMark.mark_id.in_(marked)):
        gone = update(DateMark).where(DateMark.occurrence_id.is_not(None), touched, ~is_shown)
        _do(gone.values(occurrence_id=None, number=number, at=clock.now()))
    rows = select(PublicMark.id, Occurrence.day, Occurrence.id, *_stamp(number)).join(PublicMark, with_its_gathering).where(_LISTED)
    noted_date = aliased(Occurrence)
    theirs = select(noted_date.gathering_id).where(noted_date.id.in_(_noted(DATE)))
    # Each begins with the marks of the few gatherings it is about, for the same reason as above.
    for these in (
        and_(PublicMark.row_id.in_(theirs), Occurrence.id.in_(_noted(DATE))),
        PublicMark.row_id.in_(_noted(GATHERING)),
    ):
        _put(DateMark, ["mark_id", "day", "occurrence_id", "number", "at"], rows.where(these), "mark_id", "day")
    # A gathering tells its dates, so it has changed too; its other dates have not.
    with_dates = select(DateMark.mark_id).where(DateMark.number == number)
    changed = update(PublicMark).where(PublicMark.row_id.is_not(None), PublicMark.number < number, PublicMark.id.in_(with_dates))
    _do(changed.values(number=number, at=clock.now()))


def _mark_places(number: int) -> None:
    takes_place = select(Gathering.id).where(Gathering.place_id == Place.id, _PUBLISHED, Gathering.venue_kind == VenueKind.PLACE.value)
    readable = and_(stands(), or_(Place.checked_at.is_not(None), takes_place.exists()))
    is_shown = select(Place.id).where(Place.id == PublicMark.row_id, Place.public_id == PublicMark.thing, readable).exists()
    _hide(PLACE, _noted(PLACE, VENUE), is_shown, number)
    rows = select(literal(PLACE), Place.public_id, Place.id, *_stamp(number)).where(readable)
    _show(rows.where(Place.id.in_(_noted(PLACE))))
    # Another gathering there changes nothing about a place, unless it is the first.
    _show(rows.where(Place.id.in_(_noted(VENUE))), where=PublicMark.row_id.is_(None))


def _mark_groups(number: int) -> None:
    is_shown = select(Group.id).where(Group.id == PublicMark.row_id, Group.slug == PublicMark.thing).exists()
    _hide(GROUP, _noted(GROUP), is_shown, number)
    _show(select(literal(GROUP), Group.slug, Group.id, *_stamp(number)).where(Group.id.in_(_noted(GROUP))))


def _hide(kind: str, noted: Select[int], is_shown: ColumnElement[bool], number: int) -> None:
    gone = update(PublicMark).where(PublicMark.kind == kind, PublicMark.row_id.in_(noted), ~is_shown)
    _do(gone.values(row_id=None, number=number, at=clock.now()))


def _show(rows: Select[Any], where: ColumnElement[bool] | None = None) -> None:
    _put(PublicMark, ["kind", "thing", "row_id", "number", "at"], rows, "kind", "thing", where=where)


def _put(
    table: type[PublicMark | DateMark], columns: Sequence[str], rows: Select[Any], *key: str, where: ColumnElement[bool] | None = None
) -> None:
    """Insert what is new and write the new number on what is known."""
    make = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made = make(table).from_select(list(columns), rows)
    put = made.on_conflict_do_update(
        index_elements=list(key), set_={one: made.excluded[one] for one in columns if one not in key}, where=where
    )
    _do(put)


def _do(statement: Executable) -> None:
    # Nothing of these tables is ever in the session's memory.
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _is_used(number: int) -> bool:
    kinds = PublicMark.kind.in_((GATHERING, PLACE, GROUP))
    marked = select(PublicMark.id).where(kinds, PublicMark.number == number).exists()
    return bool(db.session.scalar(select(or_(marked, select(DateMark.id).where(DateMark.number == number).exists()))))


def _stamp(number: int) -> tuple[ColumnElement[int], ColumnElement[Any]]:
    return literal(number), literal(clock.now(), UTCDateTime())
