"""A gathering that comes back in a list that was written here: what the list says of it, beside what it says now."""

from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from idobata.gatherings.models import Gathering, Occurrence
from idobata.kernel.settings import Settings
from idobata.opendata.event_cells import cells_of, read_own
from idobata.opendata.event_groups import EventGroup
from idobata.opendata.event_record import EventRecord
from idobata.opendata.profiles import Layout
from idobata.opendata.record_queries import RecordMaker
from idobata.store.database import db

# What a row says about itself and not about the gathering.
_ASIDE = frozenset({"page", "source", "updated_at"})
# Names of fields as reports know them; what is not here is called the same.
_AS_VALUES = {
    **dict.fromkeys(("first_day", "last_day", "starts", "ends", "state", "note", "day"), "schedule"),
    **dict.fromkeys(("venue", "address", "latitude", "longitude", "access"), "place"),
    "host": "host_name",
    "homepage": "contact_url",
}


def kept_at_home(row: Gathering, group: EventGroup, settings: Settings) -> tuple[str, ...]:
    """The names of the values about which the list says something else than the site does. Empty: there is no difference."""
    if group.told is None:
        return ()
    layout, maker = group.told.layout, RecordMaker(settings)
    dates = select(Occurrence).where(Occurrence.gathering_id == row.id).options(joinedload(Occurrence.gathering))
    now = {one.day: one for one in db.session.scalars(dates)}
    found: dict[str, None] = {}
    for record in group.told.records:
        date = now.get(record.day)
        if date is None:
            found["schedule"] = None
            continue
        for name in _differences(record, _through(maker.record(date), layout)):
            found[_AS_VALUES.get(name, name)] = None
    return tuple(found)


def _through(record: EventRecord, layout: Layout) -> EventRecord:
    """The record as it comes back from a row: a form holds less than the database knows."""
    by_header = dict(zip((column.tells for column in layout.profile.columns), cells_of(record, layout.profile), strict=True))
    cells = [""] * (max(layout.places.values()) + 1)
    for meaning, place in layout.places.items():
        cells[place] = by_header.get(meaning, "")
    return read_own(layout, cells)


def _differences(one: EventRecord, other: EventRecord) -> list[str]:
    return [part.name for part in fields(EventRecord) if part.name not in _ASIDE and getattr(one, part.name) != getattr(other, part.name)]
