"""A row of a municipal list of facilities into the values of a place, with a word for whatever is odd. Writes nothing."""

import hashlib
from dataclasses import dataclass

from idobata.kernel.csv_file import typed_cell
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.japanese_dates import clock_words
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_line, clean_text, clean_url, fold_name
from idobata.kernel.words import N_
from idobata.opendata.access_words import read_access_words, read_answer
from idobata.opendata.cells import read_clock, read_degrees, read_source
from idobata.opendata.csv_text import CsvRow, read_csv
from idobata.opendata.districts import district_in
from idobata.opendata.place_cells import is_own_number, read_own_place
from idobata.opendata.place_profiles import PlaceLayout, Told, recognise_places
from idobata.opendata.prose import shorten
from idobata.places.values import LIMITS, PlaceValues

# Some tools put a title or a date above the header.
_HEADER_WITHIN = 10
_NO_LIMIT = 100_000
_KEY_LENGTH = 120
_NUMBER_LENGTH = 40


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One facility of a list. `key` is what it is known by when the list comes again: source and number, or source and name.

    `refusal` says why it cannot be used; `notes` what was mended or left out.
    """

    line: int
    number: str
    name: str
    key: str
    values: PlaceValues
    notes: tuple[Problem, ...] = ()
    refusal: Problem | None = None
    own: tuple[Told, ...] | None = None
    """The columns of the file, where an Idobata site wrote the row: it says everything exactly."""

    @property
    def source(self) -> str:
        """The part of the key that all rows of one list share."""
        return self.key.partition(":")[0]

    @property
    def digest(self) -> str:
        """A fingerprint of everything the list says of it, to tell a changed row from an unchanged one."""
        return hashlib.sha256(repr((self.values, sorted(self.values.access_facts.items()))).encode("utf-8", "backslashreplace")).hexdigest()


@dataclass(frozen=True, slots=True)
class PlaceList:
    """A file, read: its encoding as a person knows it, and its rows in order."""

    encoding: str
    rows: tuple[PlaceRow, ...]


def read_places(data: bytes, settings: Settings) -> PlaceList:
    """Every facility of a list. A bad row is refused alone. Raises `Invalid` when the file as a whole cannot be read."""
    text = read_csv(data)
    layout, below = _find_header(text.rows)
    rows: list[PlaceRow] = []
    first_line: dict[str, int] = {}
    for row in below:
        read = _read_row(layout, row, settings)
        if read.refusal is None and (before := first_line.setdefault(read.key, read.line)) != read.line:
            read = _refused(
                read, Problem("number", N_("%(line)s行目と同じ番号か、同じ名前です。どちらかを直してください。"), {"line": before})
            )
        rows.append(read)
    return PlaceList(text.encoding, tuple(rows))


def _find_header(rows: tuple[CsvRow, ...]) -> tuple[PlaceLayout, list[CsvRow]]:
    candidates = rows[:_HEADER_WITHIN]
    for at, row in enumerate(candidates):
        try:
            layout = recognise_places(row.cells)
        except Invalid:
            continue
        # Files that were glued together carry the header again.
        return layout, [other for other in rows[at + 1 :] if other.cells != row.cells]
    return recognise_places(max(candidates, key=lambda row: len(row.cells)).cells), []


def _read_row(layout: PlaceLayout, row: CsvRow, settings: Settings) -> PlaceRow:
    cells = layout.values(row.cells)
    number, name = _line(cells[Told.NUMBER])[:_NUMBER_LENGTH], _line(typed_cell(cells[Told.NAME]))
    source = read_source(cells[Told.SOURCE]) or settings.city.code
    key = f"{source}:{number or fold_name(name) or name}"[:_KEY_LENGTH]
    plain = PlaceRow(row.line, number, shorten(name, LIMITS["name"]), key, PlaceValues(name=name))
    if row.damage is not None:
        return _refused(plain, row.damage)
    if not name:
        return _refused(plain, Problem("name", N_("名称がありません。")))
    if is_own_number(number):
        values = read_own_place(cells, settings)
        return PlaceRow(row.line, number, values.name, key, values, own=tuple(layout.columns))
    notes: list[Problem] = []
    latitude, longitude, odd = read_degrees(cells[Told.LATITUDE], cells[Told.LONGITUDE])
    if odd is not None:
        notes.append(odd)
    address = " ".join(part for part in (_line(cells[Told.ADDRESS]), _line(cells[Told.BUILDING])) if part)
    words = read_access_words(cells[Told.ACCESS])
    own = {slug: answer for slug, cell in layout.answers(row.cells).items() if (answer := read_answer(cell)) is not None}
    values = PlaceValues(
        name=_fit("name", name, notes),
        kana=_fit("kana", _line(cells[Told.KANA]), notes),
        address=_fit("address", address, notes),
        district=district_in(address, _line(cells[Told.AREA]), settings) or None,
        latitude=latitude,
        longitude=longitude,
        phone=_fit("phone", _phone(cells), notes),
        url=_url(cells[Told.URL], notes),
        access=_fit("access", clean_text(cells[Told.WAY], limit=_NO_LIMIT), notes),
        parking=_fit("parking", _line(cells[Told.PARKING]), notes),
        opening=_fit("opening", _opening(cells), notes),
        # A column of its own is an answer to exactly this question; words in a common cell may be read wrongly.
        access_facts=words.answers | own,
        access_note=_fit("access_note", clean_text("、".join(words.rest), limit=_NO_LIMIT), notes),
    )
    return PlaceRow(row.line, number, values.name, key, values, tuple(notes))


def _refused(row: PlaceRow, why: Problem) -> PlaceRow:
    return PlaceRow(row.line, row.number, row.name, row.key, row.values, (), why)


def _line(cell: str) -> str:
    return clean_line(cell, limit=_NO_LIMIT)


def _fit(field: str, words: str, notes: list[Problem]) -> str:
    if len(words) <= LIMITS[field]:
        return words
    notes.append(Problem(field, N_("長い文を%(limit)s文字までに縮めました。"), {"limit": LIMITS[field]}))
    return shorten(words, LIMITS[field])


def _phone(cells: dict[Told, str]) -> str:
    phone, extension = _line(cells[Told.PHONE]), _line(cells[Told.EXTENSION])
    return f"{phone} 内線{extension}" if phone and extension else phone


def _url(cell: str, notes: list[Problem]) -> str:
    words = _line(cell)
    if not words:
        return ""
    try:
        return clean_url(words)
    except ValueError:
        notes.append(Problem("url", N_("ホームページのアドレスを読みとれなかったので、使いませんでした。")))
        return ""


def _opening(cells: dict[Told, str]) -> str:
    opens, closes = _clock(cells[Told.OPENS]), _clock(cells[Told.CLOSES])
    hours = f"{opens}〜{closes}" if opens or closes else ""
    return "、".join(part for part in (_line(cells[Told.WEEKDAYS]).replace(";", "・"), hours, _line(cells[Told.HOURS])) if part)


def _clock(cell: str) -> str:
    read = read_clock(cell)
    if read is None:
        return _line(cell)
    return f"翌{clock_words(read.at)}" if read.next_day and read.at.hour else "24:00" if read.next_day else clock_words(read.at)
