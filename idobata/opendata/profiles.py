"""The forms a municipal event list comes in, as data: which header means what.

Two are known by their exact headers: 推奨データセット「イベント一覧」 (32 columns) and the Base-Registry/GIF form (50 columns).
A file is recognised by its header. Order, width of letters, brackets and spaces do not matter; columns that are not known
are passed over, since cities add their own.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_


class Meaning(StrEnum):
    """What a column tells. The value is also the field name of a `Problem`."""

    SOURCE = "source"
    NUMBER = "number"
    PREFECTURE = "prefecture"
    CITY = "city"
    TITLE = "title"
    KANA = "kana"
    ENGLISH = "english"
    NICKNAME = "nickname"
    SUBTITLE = "subtitle"
    OUTLINE = "outline"
    BODY = "body"
    PARTS = "parts"
    CATEGORY = "category"
    URL = "url"
    IMAGE = "image"
    STATE = "state"
    INDUSTRY = "industry"
    STAGE = "stage"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    STARTS = "starts"
    ENDS = "ends"
    DATE_REMARKS = "date_remarks"
    PLACE = "place"
    MEETING_POINT = "meeting_point"
    POSTCODE = "postcode"
    ADDRESS = "address"
    TOWN = "town"
    BLOCK = "block"
    BUILDING = "building"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    HOST = "host"
    CO_HOST = "co_host"
    OTHER_HOSTS = "other_hosts"
    AUDIENCE = "audience"
    CAPACITY = "capacity"
    FEE = "fee"
    FEE_DETAILS = "fee_details"
    LANGUAGES = "languages"
    DEADLINE_DAY = "deadline_day"
    DEADLINE_TIME = "deadline_time"
    SIGNUP = "signup"
    ACCESS = "access"
    PARKING = "parking"
    BICYCLES = "bicycles"
    CONTACT = "contact"
    PHONE = "phone"
    EXTENSION = "extension"
    EMAIL = "email"
    REMARKS = "remarks"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its official header, what it tells, and other headers seen for it."""

    header: str
    meaning: Meaning
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A form of the list: `name` for commands, `label` for people, the columns in their official order."""

    name: str
    label: str
    columns: tuple[Column, ...]

    def header_of(self, meaning: Meaning) -> str:
        """The official header of a column; empty when the form has none."""
        return next((column.header for column in self.columns if column.meaning is meaning), "")


RECOMMENDED = Profile(
    "recommended",
    N_("推奨データセット「イベント一覧」（32列）"),
    (
        Column("都道府県コード又は市区町村コード", Meaning.SOURCE, ("全国地方公共団体コード", "市区町村コード")),
        Column("NO", Meaning.NUMBER),
        Column("都道府県名", Meaning.PREFECTURE),
        Column("市区町村名", Meaning.CITY),
        Column("イベント名", Meaning.TITLE),
        Column("イベント名_カナ", Meaning.KANA),
        Column("イベント名_英語", Meaning.ENGLISH),
        Column("開始日", Meaning.FIRST_DAY),
        Column("終了日", Meaning.LAST_DAY),
        Column("開始時間", Meaning.STARTS, ("開始時刻",)),
        Column("終了時間", Meaning.ENDS, ("終了時刻",)),
        Column("開始日時特記事項", Meaning.DATE_REMARKS),
        Column("説明", Meaning.BODY),
        Column("料金(基本)", Meaning.FEE),
        Column("料金(詳細)", Meaning.FEE_DETAILS),
        Column("連絡先名称", Meaning.CONTACT),
        Column("連絡先電話番号", Meaning.PHONE),
        Column("連絡先内線番号", Meaning.EXTENSION),
        Column("主催者", Meaning.HOST),
        Column("場所名称", Meaning.PLACE),
        Column("住所", Meaning.ADDRESS),
        Column("方書", Meaning.BUILDING),
        Column("緯度", Meaning.LATITUDE),
        Column("経度", Meaning.LONGITUDE),
        Column("アクセス方法", Meaning.ACCESS),
        Column("駐車場情報", Meaning.PARKING),
        Column("定員", Meaning.CAPACITY),
        Column("参加申込終了日", Meaning.DEADLINE_DAY),
        Column("参加申込終了時間", Meaning.DEADLINE_TIME),
        Column("参加申込方法", Meaning.SIGNUP),
        Column("URL", Meaning.URL),
        Column("備考", Meaning.REMARKS),
    ),
)

GIF = Profile(
    "gif",
    N_("GIF（ベース・レジストリ）の「イベント一覧」（50列）"),
    (
        Column("NO", Meaning.NUMBER),
        Column("都道府県コード又は市区町村コード", Meaning.SOURCE, ("全国地方公共団体コード", "市区町村コード")),
        Column("名称", Meaning.TITLE),
        Column("名称(カナ)", Meaning.KANA),
        Column("名称(英字)", Meaning.ENGLISH),
        Column("名称(通称)", Meaning.NICKNAME),
        Column("サブタイトル", Meaning.SUBTITLE),
        Column("概要", Meaning.OUTLINE),
        Column("説明", Meaning.BODY),
        Column("サブイベント", Meaning.PARTS),
        Column("イベント種類", Meaning.CATEGORY),
        Column("URL", Meaning.URL),
        Column("画像URL", Meaning.IMAGE),
        Column("状態", Meaning.STATE),
        Column("対象となる産業", Meaning.INDUSTRY),
        Column("ステージ", Meaning.STAGE),
        Column("開始日", Meaning.FIRST_DAY),
        Column("終了日", Meaning.LAST_DAY),
        Column("開始時刻", Meaning.STARTS, ("開始時間",)),
        Column("終了時刻", Meaning.ENDS, ("終了時間",)),
        Column("日時備考", Meaning.DATE_REMARKS),
        Column("場所名称", Meaning.PLACE),
        Column("集合場所", Meaning.MEETING_POINT),
        Column("郵便番号", Meaning.POSTCODE),
        Column("住所都道府県", Meaning.PREFECTURE),
        Column("住所市区町村", Meaning.CITY),
        Column("住所町名", Meaning.TOWN),
        Column("住所丁目以下", Meaning.BLOCK),
        Column("建物名等", Meaning.BUILDING),
        Column("緯度", Meaning.LATITUDE),
        Column("経度", Meaning.LONGITUDE),
        Column("主催団体", Meaning.HOST),
        Column("共催団体", Meaning.CO_HOST),
        Column("その他関係団体", Meaning.OTHER_HOSTS),
        Column("対象者", Meaning.AUDIENCE),
        Column("定員", Meaning.CAPACITY),
        Column("料金(基本)", Meaning.FEE),
        Column("料金(詳細)", Meaning.FEE_DETAILS),
        Column("外国語対応", Meaning.LANGUAGES),
        Column("申込期限日", Meaning.DEADLINE_DAY),
        Column("申込期限時刻", Meaning.DEADLINE_TIME),
        Column("申込方法", Meaning.SIGNUP),
        Column("アクセス方法", Meaning.ACCESS),
        Column("駐車場情報", Meaning.PARKING),
        Column("駐輪場情報", Meaning.BICYCLES),
        Column("連絡先名称", Meaning.CONTACT),
        Column("連絡先電話番号", Meaning.PHONE),
        Column("連絡先内線番号", Meaning.EXTENSION),
        Column("連絡先メールアドレス", Meaning.EMAIL),
        Column("備考", Meaning.REMARKS),
    ),
)

PROFILES = (RECOMMENDED, GIF)

# What cities append to either form, as far as it helps.
_ADDED = (Column("カテゴリー", Meaning.CATEGORY, ("カテゴリ",)), Column("区", Meaning.AREA, ("地区",)))
_REQUIRED = (Meaning.TITLE, Meaning.FIRST_DAY)
# Below this, two or three common words in a row of prose could be taken for a header.
_FEWEST_COLUMNS = 6
_FEWEST_TO_NAME = 3
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised header: where in a row each meaning stands."""

    profile: Profile
    places: Mapping[Meaning, int]

    def values(self, cells: Sequence[str]) -> dict[Meaning, str]:
        """The cells of one row by meaning, as typed; what the row or the file does not have is empty."""
        return {meaning: cells[at] if (at := self.places.get(meaning)) is not None and at < len(cells) else "" for meaning in Meaning}


def fold_header(header: str) -> str:
    """A header without width, case, brackets, spaces and signs: 「名称（カナ）」 and "名称_カナ" are the same."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", header)).casefold()


def recognise(header: Sequence[str]) -> Layout:
    """The layout a header row stands for. Raises `Invalid` with the nearest profile and the columns that are missing."""
    folded = [fold_header(cell) for cell in header]
    layouts = [Layout(profile, _places(profile, folded)) for profile in PROFILES]
    best = max(layouts, key=_likeness)
    if all(meaning in best.places for meaning in _REQUIRED) and len(best.places) >= _FEWEST_COLUMNS:
        return best
    raise Invalid(_explain(best, header))


def _places(profile: Profile, folded: Sequence[str]) -> dict[Meaning, int]:
    places: dict[Meaning, int] = {}
    for column in (*profile.columns, *_ADDED):
        for name in (column.header, *column.also):
            if column.meaning not in places and (key := fold_header(name)) in folded:
                places[column.meaning] = folded.index(key)
    return places


def _likeness(layout: Layout) -> tuple[int, int]:
    return sum(meaning in layout.places for meaning in _REQUIRED), len(layout.places)


def _explain(best: Layout, header: Sequence[str]) -> Problem:
    if len(best.places) < _FEWEST_TO_NAME:
        if any(sign in cell for cell in header[:2] for sign in "\t;"):
            return Problem("file", N_("区切りがコンマではないようです。「CSV（コンマ区切り）」で保存しなおしてください。"))
        sentence = N_(
            "イベント一覧の見出しが見つかりません。1行目に「%(title)s」や「%(first_day)s」などの見出しが並ぶCSVを選んでください。"
        )
        names = {meaning.value: RECOMMENDED.header_of(meaning) for meaning in _REQUIRED}
        return Problem("file", sentence, names)
    lacking = [column.header for column in best.profile.columns if column.meaning not in best.places]
    # What one cannot do without stands first; a list of forty names helps nobody.
    needed = [best.profile.header_of(meaning) for meaning in _REQUIRED]
    named = [name for name in needed if name in lacking] or lacking[:_MOST_NAMED]
    sentence = N_("見出しは%(profile)sに近いようですが、次の列が見つかりません：%(missing)s。列の名前をたしかめてください。")
    return Problem("file", sentence, {"profile": best.profile.label, "missing": "、".join(named)})
