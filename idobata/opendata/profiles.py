"""The forms a municipal event list comes in: which header means what.

Their columns are data, in `config/opendata/`: 推奨データセット「イベント一覧」 (32 columns), the Base-Registry/GIF form (50 columns), and whatever is
put beside them. A file is recognised by its header. Order, width of letters, brackets and spaces do not matter; columns that are
not known are passed over, since cities add their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_
from idobata.opendata.profile_files import PROFILE_FOLDER, Column, Profile, fold_header, read_profiles


class Meaning(StrEnum):
    """What a column tells. The value is also the field name of a `Problem`, and what `tells` of a profile file may say."""

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
    # Told by this site, in no form yet; an official list of tomorrow may ask for them.
    ID = "id"
    PUBLISHER = "publisher"
    FULL_ADDRESS = "full_address"
    HOMEPAGE = "homepage"
    ONLINE = "online"
    FREE = "free"
    CROWD = "crowd"
    FACTS = "facts"
    NO_FACTS = "no_facts"
    BRING = "bring"
    RAIN = "rain"
    LICENCE = "licence"
    UPDATED = "updated"


def read_event_profiles(folder: Path) -> tuple[Profile[Meaning], ...]:
    """The forms of gatherings in a folder of profile files. Raises `ProfileError`."""
    return read_profiles(folder, "gatherings", Meaning)


PROFILES = read_event_profiles(PROFILE_FOLDER)
RECOMMENDED = next(one for one in PROFILES if one.name == "recommended")
GIF = next(one for one in PROFILES if one.name == "base-registry")

# What cities append to either form, as far as it helps.
_ADDED = (Column("カテゴリー", Meaning.CATEGORY, also=("カテゴリ",)), Column("区", Meaning.AREA, also=("地区",)))
_REQUIRED = (Meaning.TITLE, Meaning.FIRST_DAY)
# Below this, two or three common words in a row of prose could be taken for a header.
_FEWEST_COLUMNS = 6
_FEWEST_TO_NAME = 3
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised header: where in a row each meaning stands."""

    profile: Profile[Meaning]
    places: Mapping[Meaning, int]

    def values(self, cells: Sequence[str]) -> dict[Meaning, str]:
        """The cells of one row by meaning, as typed; what the row or the file does not have is empty."""
        return {meaning: cells[at] if (at := self.places.get(meaning)) is not None and at < len(cells) else "" for meaning in Meaning}


def recognise(header: Sequence[str], profiles: Sequence[Profile[Meaning]] = PROFILES) -> Layout:
    """The layout a header row stands for. Raises `Invalid` with the nearest profile and the columns that are missing."""
    folded = [fold_header(cell) for cell in header]
    layouts = [Layout(profile, _places(profile, folded)) for profile in profiles]
    best = max(layouts, key=_likeness)
    if all(meaning in best.places for meaning in _REQUIRED) and len(best.places) >= _FEWEST_COLUMNS:
        return best
    raise Invalid(_explain(best, header))


def _places(profile: Profile[Meaning], folded: Sequence[str]) -> dict[Meaning, int]:
    places: dict[Meaning, int] = {}
    for column in (*profile.columns, *_ADDED):
        for name in (column.header, *column.also):
            if column.tells not in places and (key := fold_header(name)) in folded:
                places[column.tells] = folded.index(key)
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
    lacking = [column.header for column in best.profile.columns if column.tells not in best.places]
    # What one cannot do without stands first; a list of forty names helps nobody.
    needed = [best.profile.header_of(meaning) for meaning in _REQUIRED]
    named = [name for name in needed if name in lacking] or lacking[:_MOST_NAMED]
    sentence = N_("見出しは%(profile)sに近いようですが、次の列が見つかりません：%(missing)s。列の名前をたしかめてください。")
    return Problem("file", sentence, {"profile": best.profile.label, "missing": "、".join(named)})
