"""Rows that an Idobata site wrote, into gatherings: their numbers say which belong together, so nothing is guessed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import OccurrenceState, VenueKind
from idobata.opendata.event_cells import sort_notes
from idobata.opendata.event_groups import DatedTime, EventGroup, OwnRows
from idobata.opendata.event_record import EventRecord
from idobata.opendata.profiles import Layout
from idobata.opendata.prose import shorten

_Numbered = tuple[int, EventRecord]


def group_own(layout: Layout, rows: Iterable[_Numbered]) -> list[EventGroup]:
    """One gathering for each id, in the order of the file. The rows come with the line they begin on."""
    found: dict[tuple[str, str], list[_Numbered]] = defaultdict(list)
    for line, record in rows:
        found[record.source, record.public_id].append((line, record))
    return [_group(layout, sorted(numbered, key=_by_date)) for numbered in found.values()]


def _by_date(numbered: _Numbered) -> date:
    return numbered[1].day


def _group(layout: Layout, rows: Sequence[_Numbered]) -> EventGroup:
    records = tuple(record for _line, record in rows)
    about, notes = sort_notes([record.note for record in records])
    first = records[0]
    days = {record.day: _date(line, record, note) for (line, record), note in zip(rows, notes, strict=True)}
    return EventGroup(
        key=f"{first.source}:{first.public_id}",
        other_keys=(),
        source=first.source,
        numbers=tuple(record.number for record in records),
        title=first.title,
        kana="",
        summary=first.summary,
        body=first.body,
        host_name=first.host,
        place_name=first.place,
        online=first.venue is VenueKind.ONLINE,
        address=first.address,
        building="",
        latitude=first.latitude,
        longitude=first.longitude,
        access=first.access,
        parking=first.parking,
        category_words=(first.category,),
        area=first.district,
        fee_kind=first.fee_kind,
        fee_yen=first.fee_yen,
        fee_text=first.fee_words,
        signup_kind=first.signup_kind,
        signup_text=first.signup_words,
        deadline=None,
        capacity_text="",
        audience=first.audience,
        contact_name=first.contact_name,
        contact_phone=(first.contact_phone,) if first.contact_phone else (),
        contact_email="",
        url=first.homepage,
        rhythm_note=about,
        dates=tuple(days[day] for day in sorted(days)),
        warnings=(),
        told=OwnRows(layout, records, shorten(about, LIMITS["note"])),
    )


def _date(line: int, record: EventRecord, note: str) -> DatedTime:
    return DatedTime(
        day=record.day,
        last_day=record.last_day,
        starts=record.starts,
        ends=record.ends,
        note=note,
        called_off=record.state is OccurrenceState.CANCELLED,
        line=line,
        number=record.number,
        state=record.state,
        moved_to=record.first_day if record.first_day != record.day else None,
    )
