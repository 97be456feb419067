"""The form a municipal list of facilities comes in: which header means what.

推奨データセット「公共施設一覧」 has 24 columns, told as data in `config/opendata/`; cities add their own, and newer lists name some otherwise. A list is
known by its header; order, width of letters, brackets and spaces do not matter, and columns that are not known are passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_
from idobata.opendata.profile_files import PROFILE_FOLDER, Column, fold_header, read_profiles
from idobata.places.access_facts import ACCESS_FACTS


class Told(StrEnum):
    """What a column of the list tells."""

    SOURCE = "source"
    NUMBER = "number"
    PREFECTURE = "prefecture"
    CITY = "city"
    NAME = "name"
    KANA = "kana"
    NICKNAME = "nickname"
    POI = "poi"
    ADDRESS = "address"
    BUILDING = "building"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    PHONE = "phone"
    EXTENSION = "extension"
    CORPORATION = "corporation"
    OWNER = "owner"
    WEEKDAYS = "weekdays"
    OPENS = "opens"
    CLOSES = "closes"
    HOURS = "hours"
    BODY = "body"
    ACCESS = "access"
    URL = "url"
    REMARKS = "remarks"
    AREA = "area"
    WAY = "way"
    PARKING = "parking"


PLACE_PROFILES = read_profiles(PROFILE_FOLDER, "places", Told)
FACILITIES = next(one for one in PLACE_PROFILES if one.name == "recommended").columns
# What cities append, as far as it helps.
_ADDED = (Column("区", Told.AREA, also=("地区",)), Column("アクセス方法", Told.WAY), Column("駐車場情報", Told.PARKING))
# Below this, two or three common words in a row of prose could be taken for a header.
_FEWEST_COLUMNS = 4
_OF_EVENTS = "開始日"


@dataclass(frozen=True, slots=True)
class PlaceLayout:
    """A recognised header: where in a row each column stands, and each column that asks one access question."""

    columns: Mapping[Told, int]
    access: Mapping[str, int]

    def values(self, cells: Sequence[str]) -> dict[Told, str]:
        """The cells of one row by meaning, as typed; what the row or the file does not have is empty."""
        return {told: _cell(cells, self.columns.get(told)) for told in Told}

    def answers(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of the access columns, as typed, by the slug of their question."""
        return {slug: _cell(cells, at) for slug, at in self.access.items()}


def recognise_places(header: Sequence[str]) -> PlaceLayout:
    """The layout a header row stands for. Raises `Invalid` when it is no header of a list of facilities."""
    folded = [fold_header(cell) for cell in header]
    columns: dict[Told, int] = {}
    # The first form counts where two know a header; a newer one adds what it calls otherwise.
    known = (*FACILITIES, *(column for profile in PLACE_PROFILES for column in profile.columns), *_ADDED)
    for column in known:
        for name in (column.header, *column.also):
            if column.tells not in columns and (key := fold_header(name)) in folded:
                columns[column.tells] = folded.index(key)
    if fold_header(_OF_EVENTS) in folded:
        raise Invalid(Problem("file", N_("イベント一覧のようです。「import-events」で取りこんでください。")))
    if Told.NAME not in columns or len(columns) < _FEWEST_COLUMNS:
        raise Invalid(
            Problem("file", N_("公共施設一覧の見出しが見つかりません。「名称」や「住所」などの見出しが並ぶCSVを選んでください。"))
        )
    access = {fact.slug: folded.index(key) for fact in ACCESS_FACTS if (key := fold_header(fact.field)) in folded}
    return PlaceLayout(columns, access)


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""
