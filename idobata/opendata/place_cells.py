"""A place of the register as the cells of a row in any form, and back."""

from collections.abc import Mapping, Sequence

from idobata.kernel.ids import is_public_id
from idobata.kernel.settings import Settings
from idobata.opendata.cells import read_degrees
from idobata.opendata.event_record import split_address
from idobata.opendata.place_profiles import PLACE_PROFILES, Told
from idobata.opendata.profile_files import Column, Profile
from idobata.opendata.written_cells import Value, read_text, write_cell
from idobata.places.access_facts import ACCESS_FACTS
from idobata.places.values import PlaceValues

_NOT = "：無"
_NOTE = "備考："
_LINES = {"access": "行きかた", "landmark": "目印", "parking": "駐車場", "district": "地区"}
_FORMS = {column.tells: column.format for profile in PLACE_PROFILES for column in profile.columns}
_LABELS = {label: field for field, label in _LINES.items()}


def place_cells(public_id: str, page: str, values: PlaceValues, profile: Profile[Told], settings: Settings) -> list[str]:
    """The cells of one row, in the order of the form."""
    city = settings.city
    parts = split_address(values.address, city.prefecture, city.name)
    district = settings.district(values.district or "")
    told: dict[Told, Value] = {
        Told.SOURCE: city.code,
        Told.NUMBER: public_id,
        Told.PREFECTURE: city.prefecture,
        Told.CITY: city.name,
        Told.NAME: values.name,
        Told.KANA: _katakana(values.kana),
        Told.ADDRESS: f"{parts.prefecture}{parts.city}{parts.town}{parts.block}" if values.address else "",
        Told.LATITUDE: values.latitude,
        Told.LONGITUDE: values.longitude,
        Told.PHONE: values.phone,
        Told.HOURS: values.opening,
        Told.BODY: _lines(values, district.name if district else ""),
        Told.ACCESS: _access(values),
        Told.URL: values.url,
        Told.REMARKS: page,
        Told.AREA: district.name if district else "",
        Told.WAY: values.access,
        Told.PARKING: values.parking,
    }
    return [column.value if column.format == "fixed" else write_cell(told.get(column.tells), column.format) for column in profile.columns]


def through_a_row(public_id: str, values: PlaceValues, columns: Sequence[Told], settings: Settings) -> PlaceValues:
    """The values as they come back from a row with these columns: a form holds less than the register knows."""
    form = Profile("", "", "", "", tuple(Column(told.value, told, _FORMS.get(told, "line")) for told in columns))
    cells = dict(zip(columns, place_cells(public_id, "", values, form, settings), strict=True))
    return read_own_place({told: cells.get(told, "") for told in Told}, settings)


def is_own_number(number: str) -> bool:
    """True for a number that an Idobata site gave: a list of another kind numbers with digits."""
    return is_public_id(number) and not number.isdigit()


def read_own_place(typed: Mapping[Told, str], settings: Settings) -> PlaceValues:
    """The values that `place_cells` made a row of."""
    told = {meaning: read_text(cell, _FORMS.get(meaning, "line")).strip() for meaning, cell in typed.items()}
    said = {_LABELS[label]: words for label, words in _labelled(told[Told.BODY]).items()}
    latitude, longitude, _odd = read_degrees(told[Told.LATITUDE], told[Told.LONGITUDE])
    facts, note = _read_access(told[Told.ACCESS])
    area = told[Told.AREA] or said.get("district", "")
    return PlaceValues(
        name=told[Told.NAME],
        kana=told[Told.KANA],
        address=told[Told.ADDRESS],
        district=next((one.slug for one in settings.districts if one.name == area), None),
        latitude=latitude,
        longitude=longitude,
        phone=told[Told.PHONE],
        url=told[Told.URL],
        access=told[Told.WAY] or said.get("access", ""),
        landmark=said.get("landmark", ""),
        parking=told[Told.PARKING] or said.get("parking", ""),
        opening=told[Told.HOURS],
        access_facts=facts,
        access_note=note,
    )


def _lines(values: PlaceValues, district: str) -> str:
    said = {"access": values.access, "landmark": values.landmark, "parking": values.parking, "district": district}
    return "\n".join(f"{_LINES[field]}：{words}" for field, words in said.items() if words)


def _labelled(text: str) -> dict[str, str]:
    """Lines by their label; a line without one goes on with the line before."""
    found: dict[str, str] = {}
    label = ""
    for line in text.split("\n"):
        name, colon, words = line.partition("：")
        if colon and name in _LABELS and name not in found:
            label, found[name] = name, words
        elif label:
            found[label] = f"{found[label]}\n{line}"
    return found


def _access(values: PlaceValues) -> tuple[str, ...]:
    words = [
        fact.field if values.access_facts[fact.slug] else f"{fact.field}{_NOT}" for fact in ACCESS_FACTS if fact.slug in values.access_facts
    ]
    return (*words, *([f"{_NOTE}{values.access_note}"] if values.access_note else []))


def _read_access(cell: str) -> tuple[dict[str, bool], str]:
    listed, found, note = cell.partition(_NOTE)
    slugs = {fact.field: fact.slug for fact in ACCESS_FACTS}
    words = [word for word in listed.split(";") if word]
    facts = {slugs[word.removesuffix(_NOT)]: not word.endswith(_NOT) for word in words if word.removesuffix(_NOT) in slugs}
    return facts, read_text(note, "text") if found else ""


def _katakana(kana: str) -> str:
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in kana)
