"""Reading the log of deeds: all of it, or what was done by somebody, to something, of one kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from idobata.accounts.models import Person
from idobata.desk.queries import COUNT_LIMIT, DEEDS_PER_PAGE, DeedPage
from idobata.kernel.ids import is_public_id
from idobata.store.database import db
from idobata.store.deeds import Deed

THINGS = ("gathering", "person", "group", "place", "sweep")
MOST_IN_FILE = 100_000
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is asked of the log. Empty means: all. `thing_id` is a public id, `act` the code of an act, `who` a person's public id or the
    name that stands in the log.
    """

    thing_id: str = ""
    act: str = ""
    who: str = ""


def log_page(asked: LogFilter, page: int) -> DeedPage:
    """A page of the log, the latest first. A page beyond the last is answered with the last."""
    query = _wanted(asked)
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Deed.id).limit(COUNT_LIMIT).subquery())) or 0
    page = max(1, min(page, -(-total // DEEDS_PER_PAGE)))
    rows = db.session.scalars(query.order_by(Deed.at.desc(), Deed.id.desc()).offset((page - 1) * DEEDS_PER_PAGE).limit(DEEDS_PER_PAGE))
    return DeedPage(tuple(rows), total, page, DEEDS_PER_PAGE)


def log_rows(asked: LogFilter) -> Iterator[Deed]:
    """The deeds for a file, the latest first, at most `MOST_IN_FILE`."""
    query, last, left = _wanted(asked), None, MOST_IN_FILE
    while left > 0:
        batch = query.order_by(Deed.id.desc()).limit(min(_BATCH, left))
        rows = db.session.scalars(batch if last is None else batch.where(Deed.id < last)).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last, left = rows[-1].id, left - len(rows)


def _wanted(asked: LogFilter) -> Select[Deed]:
    query = select(Deed)
    if asked.thing_id:
        # The index begins with the kind of thing.
        query = query.where(Deed.thing.in_(THINGS), Deed.thing_id == asked.thing_id)
    if asked.act:
        query = query.where(Deed.act == asked.act)
    if asked.who:
        person = db.session.scalar(select(Person.id).where(Person.public_id == asked.who)) if is_public_id(asked.who) else None
        query = query.where(Deed.actor_id == person) if person is not None else query.where(Deed.actor_label == asked.who)
    return query
