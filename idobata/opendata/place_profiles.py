"""The form a municipal list of facilities comes in, as data: which header means what.

推奨データセット「公共施設一覧」 has 24 columns; cities add their own, and newer lists name some otherwise. A list is known by its
header; order, width of letters, brackets and spaces do not matter, and columns that are not known are passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_
from idobata.opendata.profiles import fold_header
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


@dataclass(frozen=True, slots=True)
class PlaceColumn:
    """One column: its official header, what it tells, and other headers seen for it."""

    header: str
    told: Told
    also: tuple[str, ...] = ()


# The 24 columns in their official order.
FACILITIES: tuple[PlaceColumn, ...] = (
    PlaceColumn("都道府県コード又は市区町村コード", Told.SOURCE, ("全国地方公共団体コード", "市区町村コード")),
    PlaceColumn("NO", Told.NUMBER, ("ID",)),
    PlaceColumn("都道府県名", Told.PREFECTURE),
    PlaceColumn("市区町村名", Told.CITY, ("地方公共団体名",)),
    PlaceColumn("名称", Told.NAME, ("施設名", "施設名称")),
    PlaceColumn("名称_カナ", Told.KANA, ("施設名_カナ",)),
    PlaceColumn("名称_通称", Told.NICKNAME),
    PlaceColumn("POIコード", Told.POI),
    PlaceColumn("住所", Told.ADDRESS, ("所在地_連結表記", "所在地")),
    PlaceColumn("方書", Told.BUILDING, ("建物名等(方書)",)),
    PlaceColumn("緯度", Told.LATITUDE),
    PlaceColumn("経度", Told.LONGITUDE),
    PlaceColumn("電話番号", Told.PHONE),
    PlaceColumn("内線番号", Told.EXTENSION),
    PlaceColumn("法人番号", Told.CORPORATION),
    PlaceColumn("団体名", Told.OWNER),
    PlaceColumn("利用可能曜日", Told.WEEKDAYS),
    PlaceColumn("開始時間", Told.OPENS, ("利用可能開始時間", "開始時刻")),
    PlaceColumn("終了時間", Told.CLOSES, ("利用可能終了時間", "終了時刻")),
    PlaceColumn("利用可能日時特記事項", Told.HOURS, ("利用可能時間特記事項",)),
    PlaceColumn("説明", Told.BODY),
    PlaceColumn("バリアフリー情報", Told.ACCESS),
    PlaceColumn("URL", Told.URL),
    PlaceColumn("備考", Told.REMARKS),
)
# What cities append, as far as it helps.
_ADDED = (PlaceColumn("区", Told.AREA, ("地区",)), PlaceColumn("アクセス方法", Told.WAY), PlaceColumn("駐車場情報", Told.PARKING))
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
    for column in (*FACILITIES, *_ADDED):
        for name in (column.header, *column.also):
            if column.told not in columns and (key := fold_header(name)) in folded:
                columns[column.told] = folded.index(key)
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
