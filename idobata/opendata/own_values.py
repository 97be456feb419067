"""From the rows of an Idobata site back to the values its host typed, as far as they are public."""

from typing import Any

from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_url
from idobata.opendata.event_record import EventRecord


def values_of_record(record: EventRecord, settings: Settings) -> dict[str, Any]:
    """The values of a gathering but for its schedule. Names the city does not know (a category, a district, a fact) are left out."""
    place = PlaceWords()
    if record.venue is VenueKind.PLACE:
        place = PlaceWords(
            name=record.place, address=record.address, latitude=record.latitude, longitude=record.longitude, access=record.access
        )
    slugs = {fact.name: fact.slug for fact in settings.facts}
    homepage = _url(record.homepage)
    return {
        "title": record.title,
        "summary": record.summary,
        "body": record.body,
        "host_name": record.host or settings.city.name,
        "venue_kind": record.venue,
        "place": place,
        "area_words": (record.place or record.district or settings.city.name) if record.venue is VenueKind.PRIVATE else "",
        "is_online": record.online or record.venue is VenueKind.ONLINE,
        "district": next((one.slug for one in settings.districts if one.name == record.district), ""),
        "category": next((one.slug for one in settings.categories if one.name == record.category), ""),
        "fee_kind": record.fee_kind,
        "fee_yen": record.fee_yen,
        "fee_words": record.fee_words,
        "signup_kind": record.signup_kind,
        "signup_words": record.signup_words,
        "audience": record.audience,
        "bring": record.bring,
        "rain": record.rain,
        "parking": record.parking,
        "language": record.language,
        "contact_name": record.contact_name,
        "contact_phone": record.contact_phone,
        "contact_phone_public": bool(record.contact_phone),
        "contact_url": homepage,
        "contact_url_public": bool(homepage),
        "facts": {slugs[name]: is_yes for name, is_yes in record.facts.items() if name in slugs},
        "crowd": record.crowd,
        "first_visit": dict(record.first_visit),
        "reuse_text": True,
    }


def _url(words: str) -> str:
    try:
        return clean_url(words) if words else ""
    except ValueError:
        return ""
