"""One date of a gathering as open data tells it: public words only, the same from the database and from a file that was written here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from idobata.gatherings.states import FeeKind, OccurrenceState, SignupKind, VenueKind

_PREFECTURE = re.compile(r"(?:東京都|北海道|京都府|大阪府|[^\s\d]{2,3}県)")
_CITY = re.compile(r".+?郡.+?[町村]|.+?市(?!場).{1,4}?区|.+?[市区町村]")
_NUMBERS = re.compile(r"[0-9０-９一二三四五六七八九十]+(?:丁目|番|[-－‐−ー]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One date. Empty text: not said.

    `day` is the date it was first announced for; with `public_id` it names the row for ever. `publisher` and its prefecture are whose list it is.
    `about_times` is what holds of all dates (the rhythm, and prose about it), `note` what is said of this one. `place` is the name of
    the venue, or only the area where `venue` is somebody's home. `facts` maps the names of welcome facts to yes and no, `first_visit` the
    questions of the first visit to answers, `crowd` is a band. `online`: one can take part from home as well.
    """

    public_id: str
    day: date
    title: str
    summary: str
    first_day: date
    last_day: date
    page: str = ""
    source: str = ""
    prefecture: str = ""
    publisher: str = ""
    body: str = ""
    state: OccurrenceState = OccurrenceState.PLANNED
    note: str = ""
    about_times: str = ""
    starts: time | None = None
    ends: time | None = None
    venue: VenueKind = VenueKind.PLACE
    place: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access: str = ""
    parking: str = ""
    online: bool = False
    host: str = ""
    category: str = ""
    district: str = ""
    fee_kind: FeeKind = FeeKind.UNKNOWN
    fee_yen: int | None = None
    fee_words: str = ""
    signup_kind: SignupKind = SignupKind.UNKNOWN
    signup_words: str = ""
    audience: str = ""
    bring: str = ""
    rain: str = ""
    language: str = ""
    crowd: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)
    first_visit: Mapping[str, str] = field(default_factory=dict)
    contact_name: str = ""
    contact_phone: str = ""
    homepage: str = ""
    licence: str = ""
    updated_at: datetime | None = None

    @property
    def number(self) -> str:
        """What names the row for ever."""
        return f"{self.public_id}-{self.day:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class SplitAddress:
    """An address in the parts official lists ask for; together they are the whole."""

    prefecture: str
    city: str
    town: str
    block: str


def split_address(address: str, prefecture: str, city: str) -> SplitAddress:
    """`address` in parts. One that names neither prefecture nor city lies in those given."""
    found = _PREFECTURE.match(address)
    if found:
        rest = address[found.end() :]
        place = city if rest.startswith(city) else (within[0] if (within := _CITY.match(rest)) else "")
        parts = found[0], place, rest[len(place) :]
    else:
        parts = prefecture, city, address.removeprefix(city)
    street = parts[2]
    numbers = _NUMBERS.search(street)
    cut = numbers.start() if numbers else len(street)
    return SplitAddress(parts[0], parts[1], street[:cut].rstrip(), street[cut:])
