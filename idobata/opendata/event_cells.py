"""A date of a gathering as the cells of a row in any form, and back."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from idobata.gatherings.states import FeeKind, OccurrenceState, SignupKind, VenueKind
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.ids import ALPHABET, ID_LENGTH
from idobata.kernel.words import N_
from idobata.opendata.cells import read_clock, read_day, read_degrees
from idobata.opendata.event_record import EventRecord, SplitAddress, split_address
from idobata.opendata.profile_files import Profile
from idobata.opendata.profiles import Layout, Meaning
from idobata.opendata.prose import read_fee
from idobata.opendata.remark_lines import STATES, read_crowd, read_facts, read_remarks, remarks_of, small_words
from idobata.opendata.written_cells import CALLED_OFF, Value, read_text, write_cell

OWN_NUMBER = re.compile(rf"([{ALPHABET}]{{{ID_LENGTH}}})-(\d{{8}})")
ONLY_AREA = "（くわしい場所は主催の方にたずねてください）"
ONLINE = "オンライン"
_BETWEEN_NOTES = " ／ "
_PARAGRAPH = "\n\n"
_SIGNUP: dict[SignupKind, str] = {
    SignupKind.OPTIONAL: "申込不要（先に知らせてください）",
    SignupKind.NONE: "申込不要",
    SignupKind.REQUIRED: "要申込",
}


def _place(record: EventRecord) -> str:
    if record.venue is VenueKind.PRIVATE:
        return f"{record.place}{ONLY_AREA}"
    return ONLINE if record.venue is VenueKind.ONLINE else record.place


def _fee(record: EventRecord) -> int | None:
    if record.fee_kind is FeeKind.FREE:
        return 0
    return record.fee_yen if record.fee_kind is FeeKind.PAID and record.fee_yen else None


def _signup(record: EventRecord) -> str:
    return "。".join(part for part in (_SIGNUP.get(record.signup_kind, ""), record.signup_words) if part)


def _about_times(record: EventRecord) -> str:
    return _BETWEEN_NOTES.join(part for part in (record.about_times, record.note) if part)


# Everything a column may tell of a date. What is not here is told by remarks, or by nobody: the cell stays empty.
_TELLS: dict[Meaning, Callable[[EventRecord], Value]] = {
    Meaning.SOURCE: lambda one: one.source,
    Meaning.NUMBER: lambda one: one.number,
    Meaning.ID: lambda one: one.number,
    Meaning.PUBLISHER: lambda one: one.publisher,
    Meaning.TITLE: lambda one: one.title,
    Meaning.OUTLINE: lambda one: one.summary,
    Meaning.BODY: lambda one: _PARAGRAPH.join(part for part in (one.summary, one.body) if part),
    Meaning.URL: lambda one: one.page,
    Meaning.FIRST_DAY: lambda one: one.first_day,
    Meaning.LAST_DAY: lambda one: one.last_day,
    Meaning.STARTS: lambda one: one.starts,
    Meaning.ENDS: lambda one: one.ends,
    Meaning.DATE_REMARKS: _about_times,
    Meaning.PLACE: _place,
    Meaning.LATITUDE: lambda one: one.latitude,
    Meaning.LONGITUDE: lambda one: one.longitude,
    Meaning.HOST: lambda one: one.host,
    Meaning.FEE: _fee,
    Meaning.FEE_DETAILS: lambda one: one.fee_words,
    Meaning.FREE: lambda one: one.fee_kind is FeeKind.FREE,
    Meaning.SIGNUP: _signup,
    Meaning.ACCESS: lambda one: one.access,
    Meaning.CONTACT: lambda one: one.contact_name,
    Meaning.PHONE: lambda one: one.contact_phone,
    Meaning.LICENCE: lambda one: one.licence,
    Meaning.UPDATED: lambda one: one.updated_at,
}


def cells_of(record: EventRecord, profile: Profile[Meaning]) -> list[str]:
    """The cells of one row, in the order of the form."""
    told: dict[Meaning, Value] = {**_address(record, profile), **small_words(record), Meaning.REMARKS: remarks_of(record, profile.told)}
    told |= {meaning: tell(record) for meaning, tell in _TELLS.items()}
    told[Meaning.ONLINE] = record.online or record.venue is VenueKind.ONLINE
    cells: list[str] = []
    for column in profile.columns:
        cell = column.value if column.format == "fixed" else write_cell(told.get(column.tells), column.format)
        is_off = column.format == "called_off" and record.state is OccurrenceState.CANCELLED
        cells.append(f"{CALLED_OFF}{cell}" if is_off else cell)
    return cells


def _address(record: EventRecord, profile: Profile[Meaning]) -> dict[Meaning, Value]:
    """The address as the form asks for it. A home has none; who publishes the list stands in the form's own columns for that."""
    parts = split_address(record.address, record.prefecture, record.publisher)
    if not record.address and record.venue is not VenueKind.PRIVATE:
        # Nobody said where in the city; a home is told by its area, and that lies in it.
        parts = SplitAddress("", "", "", "")
    whole = parts.prefecture + parts.city + parts.town + parts.block if record.address else ""
    told: dict[Meaning, Value] = {Meaning.ADDRESS: whole, Meaning.FULL_ADDRESS: whole}
    if Meaning.TOWN not in profile.told:
        return told | {Meaning.PREFECTURE: record.prefecture, Meaning.CITY: record.publisher}
    return told | {Meaning.PREFECTURE: parts.prefecture, Meaning.CITY: parts.city, Meaning.TOWN: parts.town, Meaning.BLOCK: parts.block}


def is_own(layout: Layout, cells: list[str] | tuple[str, ...]) -> bool:
    """True for a row that an Idobata site has written: its number says so."""
    return OWN_NUMBER.fullmatch(_number(layout.values(cells))) is not None


def read_own(layout: Layout, cells: list[str] | tuple[str, ...]) -> EventRecord:
    """The record that `cells_of` made a row of. `note` still holds all that is said of the times (`event_groups` sorts it).

    Raises `Invalid` for a row that somebody has broken since.
    """
    forms = {column.tells: column.format for column in layout.profile.columns}
    typed = layout.values(cells)
    told = {meaning: read_text(cell, forms.get(meaning, "line")).strip() for meaning, cell in typed.items()}
    number = OWN_NUMBER.fullmatch(_number(typed))
    day = read_day(number[2]) if number else None
    if number is None or day is None:
        raise Invalid(Problem(Meaning.NUMBER, N_("番号を読みとれません。")))
    small, visit = read_remarks(told[Meaning.REMARKS])
    told |= {meaning: words for meaning, words in small.items() if not told.get(meaning)}
    title = told[Meaning.TITLE]
    is_off = title.startswith(CALLED_OFF)
    summary, body = _summary_and_body(told[Meaning.OUTLINE], told[Meaning.BODY])
    first = _day(told, Meaning.FIRST_DAY)
    starts, ends = read_clock(told[Meaning.STARTS]), read_clock(told[Meaning.ENDS])
    latitude, longitude, _odd = read_degrees(told[Meaning.LATITUDE], told[Meaning.LONGITUDE])
    return EventRecord(
        public_id=number[1],
        day=day,
        title=title.removeprefix(CALLED_OFF),
        summary=summary,
        body=body,
        first_day=first,
        last_day=max(first, _day(told, Meaning.LAST_DAY)) if told[Meaning.LAST_DAY] else first,
        page=told[Meaning.URL],
        source=told[Meaning.SOURCE],
        state=OccurrenceState.CANCELLED if is_off else _state(told[Meaning.STATE]),
        note=told[Meaning.DATE_REMARKS],
        starts=starts.at if starts else None,
        ends=ends.at if ends else None,
        latitude=latitude,
        longitude=longitude,
        access=told[Meaning.ACCESS],
        parking=told[Meaning.PARKING],
        online=bool(told[Meaning.ONLINE]),
        host=told[Meaning.HOST],
        category=told[Meaning.CATEGORY],
        district=told[Meaning.AREA],
        audience=told[Meaning.AUDIENCE],
        bring=told[Meaning.BRING],
        rain=told[Meaning.RAIN],
        language=told[Meaning.LANGUAGES],
        crowd=read_crowd(told[Meaning.CROWD]),
        facts=read_facts(told),
        first_visit=visit,
        contact_name=told[Meaning.CONTACT],
        contact_phone=told[Meaning.PHONE],
        homepage=told[Meaning.HOMEPAGE],
        **_where(told, in_parts=Meaning.TOWN in layout.places),
        **_read_fee(told[Meaning.FEE], told[Meaning.FEE_DETAILS]),
        **_read_signup(told[Meaning.SIGNUP]),
    )


def sort_notes(notes: list[str]) -> tuple[str, list[str]]:
    """What is said of all dates, and what of each one, from cells that say both."""
    head = notes[0].partition(_BETWEEN_NOTES)[0] if notes else ""
    if head and all(note == head or note.startswith(head + _BETWEEN_NOTES) for note in notes):
        return head, [note[len(head) :].removeprefix(_BETWEEN_NOTES) for note in notes]
    return "", notes


def _number(typed: Mapping[Meaning, str]) -> str:
    return (typed[Meaning.NUMBER] or typed[Meaning.ID]).strip()


def _day(told: dict[Meaning, str], meaning: Meaning) -> date:
    day = read_day(told[meaning])
    if day is None:
        raise Invalid(Problem(meaning, N_("「%(typed)s」を日付として読めません。"), {"typed": told[meaning][:30]}))
    return day if not isinstance(day, datetime) else day.date()


def _state(words: str) -> OccurrenceState:
    return next((state for state, said in STATES.items() if said == words), OccurrenceState.PLANNED)


def _summary_and_body(outline: str, text: str) -> tuple[str, str]:
    if not outline:
        summary, _, body = text.partition(_PARAGRAPH)
        return summary, body
    return outline, "" if text == outline else text.removeprefix(outline + _PARAGRAPH)


def _where(told: dict[Meaning, str], *, in_parts: bool) -> dict[str, Any]:
    place = told[Meaning.PLACE]
    if place == ONLINE:
        return {"venue": VenueKind.ONLINE}
    if place.endswith(ONLY_AREA) or not place:
        return {"venue": VenueKind.PRIVATE, "place": place.removesuffix(ONLY_AREA)}
    street = told[Meaning.ADDRESS] or told[Meaning.FULL_ADDRESS]
    if not street and in_parts:
        street = "".join(told[meaning] for meaning in (Meaning.PREFECTURE, Meaning.CITY, Meaning.TOWN, Meaning.BLOCK))
    return {"venue": VenueKind.PLACE, "place": place, "address": street}


def _read_fee(base: str, words: str) -> dict[str, Any]:
    yen = int(base) if base.isascii() and base.isdigit() and len(base) < 8 else None
    if yen == 0:
        return {"fee_kind": FeeKind.FREE, "fee_words": words}
    if yen is not None:
        return {"fee_kind": FeeKind.PAID, "fee_yen": yen, "fee_words": words}
    unclear = not words or read_fee("", words).kind is FeeKind.UNKNOWN
    return {"fee_kind": FeeKind.UNKNOWN if unclear else FeeKind.PAID, "fee_words": words}


def _read_signup(cell: str) -> dict[str, Any]:
    for kind, said in _SIGNUP.items():
        if cell == said or cell.startswith(f"{said}。"):
            return {"signup_kind": kind, "signup_words": cell.removeprefix(said).removeprefix("。")}
    return {"signup_words": cell}
