"""A gathering as data for machines that read pages (schema.org Event), and as words to pass on."""

from datetime import timedelta

from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.kernel.addresses import Addresses
from idobata.kernel.japanese_dates import clock_words, short_day
from idobata.kernel.settings import Settings

_STATUS = {"cancelled": "EventCancelled", "moved": "EventRescheduled"}


def event_data(card: GatheringCard, settings: Settings, addresses: Addresses) -> dict[str, object] | None:
    """schema.org Event for the date the page leads with; None when no date is left."""
    lead = card.next_one
    if lead is None:
        return None
    place = _location(card, lead, settings)
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": card.title,
        "description": card.summary,
        "url": addresses.occurrence(card.public_id, lead.moved_from or lead.day),
        "startDate": lead.day.isoformat() if lead.all_day else lead.starts_at.isoformat(),
        "eventStatus": f"https://schema.org/{_STATUS.get(lead.state, 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{_mode(card, lead)}",
        "location": place,
        "isAccessibleForFree": card.is_free,
        "inLanguage": "ja",
        "organizer": _organizer(card, addresses),
    }
    if lead.end_known:
        data["endDate"] = (lead.ends_at - timedelta(days=1)).date().isoformat() if lead.all_day else lead.ends_at.isoformat()
    if lead.moved_from is not None:
        data["previousStartDate"] = lead.moved_from.isoformat()
    if card.is_free:
        data["offers"] = {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "JPY",
            "availability": f"https://schema.org/{'SoldOut' if lead.state == 'full' else 'InStock'}",
            "url": addresses.gathering(card.public_id),
            "validFrom": card.published_at.isoformat(),
        }
    return data


def share_words(card: GatheringCard, settings: Settings, addresses: Addresses) -> str:
    """One line to pass on: date, time, title, place, address of the page, the city's hashtag."""
    lead = card.next_one
    parts = [card.title]
    if lead is not None:
        when = short_day(lead.day) if lead.all_day else f"{short_day(lead.day)} {clock_words(lead.starts_at.time())}"
        prefix = "【中止】" if lead.state == "cancelled" else ""
        parts = [f"{prefix}{when} {card.title}" + (f" @{lead.place_name}" if lead.place_name else "")]
    return "\n".join([*parts, addresses.gathering(card.public_id), settings.city.hashtag])


def _mode(card: GatheringCard, lead: OccurrenceCard) -> str:
    if lead.online:
        return "MixedEventAttendanceMode" if card.place is not None else "OnlineEventAttendanceMode"
    return "OfflineEventAttendanceMode"


def _location(card: GatheringCard, lead: OccurrenceCard, settings: Settings) -> object:
    online = {"@type": "VirtualLocation", "url": card.online_url} if lead.online and card.online_url else None
    if card.place is None:
        if lead.online:
            return online or {"@type": "VirtualLocation", "name": lead.place_name}
        region = {
            "@type": "PostalAddress",
            "addressCountry": "JP",
            "addressRegion": settings.city.prefecture,
            "addressLocality": settings.city.name,
        }
        return {"@type": "Place", "name": lead.place_name or settings.city.name, "address": region}
    address = {
        "@type": "PostalAddress",
        "addressCountry": "JP",
        "addressRegion": settings.city.prefecture,
        "addressLocality": settings.city.name,
    }
    if card.place.address:
        address["streetAddress"] = card.place.address
    place: dict[str, object] = {"@type": "Place", "name": card.place.name, "address": address}
    if card.place.latitude is not None and card.place.longitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": card.place.latitude, "longitude": card.place.longitude}
    return [place, online] if online else place


def _organizer(card: GatheringCard, addresses: Addresses) -> dict[str, str]:
    if card.group is not None:
        return {"@type": "Organization", "name": card.group.name, "url": addresses.group(card.group.slug)}
    return {"@type": "Person", "name": card.host_name}
