"""From an event list's gathering to the values a person would have typed. Plain Python: nothing is looked up, nothing is written.

What the list does not say is left empty or unknown; welcome facts are never guessed (free and "no sign-up" follow from fee and sign-up).
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, time

from idobata.gatherings.rules import LIMITS
from idobata.gatherings.schedule import MAX_DATES, Rhythm, Schedule
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.kernel.settings import Settings
from idobata.opendata.districts import district_in
from idobata.opendata.event_groups import DatedTime, EventGroup
from idobata.opendata.own_values import values_of_record
from idobata.opendata.prose import shorten

# What the lists call a kind of event, and the city's categories it may become: the first one the city has. The words are
# looked for in this order, since real ones are put together (「健康・福祉、スポーツ」). What is not here has no category.
_CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ボランティア", ("volunteer",)),
    ("子育て", ("children", "learn")),
    ("子ども", ("children", "learn")),
    ("料理", ("eat", "make")),
    ("スポーツ", ("move",)),
    ("運動", ("move",)),
    ("健康", ("move",)),
    ("音楽", ("make",)),
    ("文化", ("learn",)),
    ("芸術", ("learn",)),
    ("教育", ("learn",)),
    ("セミナー", ("learn",)),
    ("講座", ("learn",)),
    ("講演", ("learn",)),
    ("防災", ("learn",)),
    ("環境", ("learn",)),
    ("仕事", ("learn",)),
    ("催事", ("other",)),
    ("観光", ("other",)),
    ("その他", ("other",)),
)
_PREFECTURE = re.compile(r"^(?:東京都|北海道|京都府|大阪府|.{2,3}県)")
_STREET = re.compile(r"\d|丁目|番地|番")


@dataclass(frozen=True, slots=True)
class Times:
    """When a date begins and ends. As in a schedule: `starts` None is all day, `ends` None is not known."""

    starts: time | None
    ends: time | None
    span_days: int

    @classmethod
    def of(cls, one: DatedTime) -> "Times":
        """The times of one date of a list."""
        return cls(one.starts, one.ends, (one.last_day - one.begins).days)

    @classmethod
    def of_schedule(cls, schedule: Schedule) -> "Times":
        """The times a schedule gives to each of its dates."""
        return cls(schedule.starts, schedule.ends, schedule.span_days)

    def on(self, day: date) -> Schedule:
        """A single meeting on `day` at these times."""
        return Schedule(rhythm=Rhythm.ONCE, first_day=day, starts=self.starts, ends=self.ends, span_days=self.span_days)


@dataclass(frozen=True, slots=True)
class ImportValues:
    """A gathering as it is to be written. `dates` are those that are used, at most 100; `left_out` counts the others.

    The schedule of `values` holds the times most dates share; a date with times of its own has them in `dates`.
    """

    values: GatheringValues
    dates: tuple[DatedTime, ...]
    left_out: int

    @property
    def last_day(self) -> date:
        """The last day of the last date."""
        return max(one.last_day for one in self.dates)

    def digest(self, values_digest: str) -> str:
        """A fingerprint of everything the list says, single dates included. `values_digest` is that of `values`."""
        dates = [
            (one.day, one.last_day, one.starts, one.ends, one.note, one.called_off, *([one.state.value, one.begins] if one.state else []))
            for one in self.dates
        ]
        return hashlib.sha256(f"{values_digest}\n{dates!r}".encode("utf-8", "backslashreplace")).hexdigest()


def import_values(group: EventGroup, settings: Settings, today: date) -> ImportValues:
    """What is written for one gathering of a list."""
    dates = _used_dates(group.dates, today)
    if group.told is not None:
        exact = values_of_record(group.told.first, settings)
        values = GatheringValues(**exact, schedule=_schedule(dates, group.told.about_times))
        return ImportValues(values, dates, len(group.dates) - len(dates))
    venue_kind, place, area = _where(group, settings)
    phone = _phones(group.contact_phone)
    values = GatheringValues(
        title=group.title,
        # A list comes as open data: whoever publishes it has freed its words already.
        reuse_text=True,
        summary=group.summary,
        host_name=group.host_name or settings.city.name,
        schedule=_schedule(dates, group.rhythm_note),
        body=_body(group),
        venue_kind=venue_kind,
        place=place,
        area_words=area,
        is_online=group.online,
        district=district_in(group.address, group.area, settings),
        category=_category(group.category_words, settings),
        fee_kind=group.fee_kind,
        fee_yen=group.fee_yen,
        fee_words=_fee_words(group),
        signup_kind=group.signup_kind,
        signup_words=_signup_words(group),
        audience=group.audience,
        parking=group.parking,
        contact_name=group.contact_name,
        contact_phone=phone,
        contact_phone_public=bool(phone),
        contact_email=group.contact_email,
        contact_email_public=bool(group.contact_email),
        contact_url=group.url,
        contact_url_public=bool(group.url),
    )
    return ImportValues(values, dates, len(group.dates) - len(dates))


def _used_dates(dates: tuple[DatedTime, ...], today: date) -> tuple[DatedTime, ...]:
    if len(dates) <= MAX_DATES:
        return dates
    # A host's form takes 100 dates. The coming ones matter; a later import brings those behind them.
    coming = [one for one in dates if one.last_day >= today][:MAX_DATES]
    past = [one for one in dates if one.last_day < today]
    room = MAX_DATES - len(coming)
    return (*(past[-room:] if room else []), *coming)


def _schedule(dates: tuple[DatedTime, ...], note: str) -> Schedule:
    times = Counter(Times.of(one) for one in dates).most_common(1)[0][0]
    return Schedule(
        rhythm=Rhythm.ONCE if len(dates) == 1 else Rhythm.DATES,
        first_day=dates[0].day,
        dates=tuple(one.day for one in dates[1:]),
        starts=times.starts,
        ends=times.ends,
        span_days=times.span_days,
        note=note,
    )


def _body(group: EventGroup) -> str:
    # There is no field for it, and nobody should come in vain.
    capacity = f"定員：{group.capacity_text}" if group.capacity_text and group.capacity_text not in group.body else ""
    return shorten("\n\n".join(part for part in (group.body, capacity) if part), LIMITS["body"])


def _where(group: EventGroup, settings: Settings) -> tuple[VenueKind, PlaceWords, str]:
    if group.online:
        return VenueKind.ONLINE, PlaceWords(), ""
    street = _PREFECTURE.sub("", group.address)
    # A list without a name of the place may still say the house or the street.
    name = group.place_name or group.building or (street if _STREET.search(street) else "")
    if not name:
        area = group.area or street or settings.city.name
        return VenueKind.PRIVATE, PlaceWords(), shorten(area, LIMITS["area_words"])
    access = [group.building if group.building != name else "", group.access]
    place = PlaceWords(
        name=shorten(name, LIMITS["place_name"]),
        address=group.address,
        latitude=group.latitude,
        longitude=group.longitude,
        access="\n".join(part for part in access if part),
    )
    return VenueKind.PLACE, place, ""


def _category(words: tuple[str, ...], settings: Settings) -> str:
    for name, slugs in _CATEGORIES:
        if any(name in word for word in words):
            return next((slug for slug in slugs if settings.category(slug)), "")
    return ""


def _fee_words(group: EventGroup) -> str:
    # The words stand behind the amount; a page shows the words alone, so they must name it.
    if group.fee_kind is not FeeKind.PAID or group.fee_yen is None or not group.fee_text:
        return shorten(group.fee_text, LIMITS["fee_words"])
    plain = re.search(r"[（()）]", group.fee_text) is None
    words = f"{group.fee_yen:,}円（{group.fee_text}）" if plain else f"{group.fee_yen:,}円、{group.fee_text}"
    return shorten(words, LIMITS["fee_words"])


def _signup_words(group: EventGroup) -> str:
    text = group.signup_text
    if group.signup_kind is not SignupKind.REQUIRED or group.deadline is None or re.search("締め?切|期限|まで", text):
        return text
    deadline = f"（締切 {group.deadline.month}月{group.deadline.day}日）"
    return shorten(text, LIMITS["signup_words"] - len(deadline)) + deadline


def _phones(phones: tuple[str, ...]) -> str:
    kept: list[str] = []
    for phone in phones:
        if len("、".join([*kept, phone])) <= LIMITS["contact_phone"]:
            kept.append(phone)
    return "、".join(kept)
