"""What may be told of a gathering elsewhere, in finished words: public facts, and what it is about where the poster allows it."""

import re
from collections.abc import Mapping

from idobata.feeds.titles import marked, one_line
from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.gatherings.event_data import event_address
from idobata.gatherings.states import SignupKind
from idobata.kernel.addresses import Addresses
from idobata.kernel.japanese_dates import era_year, month_day, span_words, time_words, weekday_name
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.reposts.hashtags import tag_line

TAGS = 3
"""As many hashtags as a text of the city carries: the town's, the district's, the kind's."""
ONLINE = "オンライン"
# 「@name」 in a title would call somebody in the city's name.
_MENTION = re.compile(r"(?<![A-Za-z0-9_.])([@＠])(?=[A-Za-z0-9_])")


def words_of(card: GatheringCard, settings: Settings, addresses: Addresses, *, place_kana: str = "") -> Mapping[str, str]:
    """The words that a channel's template may have filled in (`settings_rules.CHANNEL_WORDS`), about the date the card leads with.

    Always Japanese. `place_kana` is the reading of the place where the register of places knows it.
    """
    one = card.next_one
    place = _place(card)
    tags = (settings.city.hashtag, card.district_name, "" if card.category_slug == "other" else card.category_name)
    return {
        "mark": marked("", one.state, in_japanese) if one else "",
        "title": _calm(card.title),
        "when": span_words(one) if one else card.rhythm,
        "era_when": _era_when(card, one),
        "spoken_when": _spoken_when(one) if one else card.rhythm,
        "place": place,
        "spoken_place": f"{place}（{place_kana}）" if place_kana and card.place else place,
        "address": f"（{one_line(card.place.address)}）" if card.place and card.place.address else "",
        "host": _calm(card.host_name),
        "audience": _calm(card.audience),
        "words": _calm(card.summary) if card.reuse_text else "",
        "crowd": one_line(card.crowd),
        # What nobody has said is not told: 「まだ聞いていません」 is for those who look at the page.
        "fee": _calm(card.fee_words) if card.is_free or card.is_paid else "",
        "bring": _calm(card.bring),
        "signup": _calm(card.signup_words) if card.signup_kind != SignupKind.UNKNOWN else "",
        "contact": _contact(card, settings),
        "spoken_contact": _spoken_contact(card, settings),
        "url": event_address(card, one, addresses) if one else addresses.gathering(card.public_id),
        "tags": tag_line(tags, TAGS),
        "site": settings.city.site_name,
        "city": settings.city.name,
    }


def spoken_number(phone: str) -> str:
    """A phone number as one reads it out: 「095の822の8888」."""
    return "の".join(re.findall(r"[0-9]+", phone))


def _calm(text: str) -> str:
    return _MENTION.sub(r"\1 ", one_line(text))


def _place(card: GatheringCard) -> str:
    if card.place:
        return one_line(card.place.name)
    return one_line(card.area) or ONLINE


def _era_when(card: GatheringCard, one: OccurrenceCard | None) -> str:
    if one is None:
        return card.rhythm
    return f"{era_year(one.day)}{span_words(one)}" + (f"（{card.rhythm}）" if card.rhythm else "")


def _spoken_when(one: OccurrenceCard) -> str:
    day = f"{month_day(one.day)}、{weekday_name(one.day.weekday())}"
    if one.all_day or one.last_day > one.day:
        return day if one.last_day <= one.day else f"{day}から、{month_day(one.last_day)}、{weekday_name(one.last_day.weekday())}まで"
    begins = f"{day}、{time_words(one.starts_at.time())}から"
    return f"{begins}、{time_words(one.ends_at.time())}まで" if one.end_known and one.ends_at.date() == one.day else begins


def _contact(card: GatheringCard, settings: Settings) -> str:
    told = [one_line(line.value if line.kind == "other" else f"{line.label} {line.value}") for line in card.contact]
    return "、".join(told) or " ".join(
        part for part in (settings.contact.department, settings.contact.phone or settings.contact.email) if part
    )


def _spoken_contact(card: GatheringCard, settings: Settings) -> str:
    phone = next((line.value for line in card.contact if line.kind == "phone"), "")
    who, number = (_calm(card.host_name), phone) if phone else (settings.contact.department, settings.contact.phone)
    return f"{who}、電話、{spoken_number(number)}" if number else who
