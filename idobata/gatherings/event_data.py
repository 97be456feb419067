"""A gathering as data for machines that read pages (schema.org Event), and as words to pass on.

The fields are those of Google's documentation of Event: name, startDate, location and location.address must be there. What nobody told us is
left out, never guessed. Nothing is read but a card, which holds no private field.
"""

from datetime import date, timedelta

from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.gatherings.place_data import postal_address, venue_data
from idobata.gatherings.schedule_data import schedule_data
from idobata.gatherings.states import OccurrenceState
from idobata.kernel.addresses import Addresses, in_language
from idobata.kernel.japanese_dates import clock_words, short_day, span_words
from idobata.kernel.settings import Settings

SCHEMA = "https://schema.org"


def event_data(card: GatheringCard, settings: Settings, addresses: Addresses, language: str = "ja") -> dict[str, object] | None:
    """schema.org Event for the date the page leads with; None when no date is left."""
    lead = card.next_one
    if lead is None:
        return None
    page = event_address(card, lead, addresses, language)
    data: dict[str, object] = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": card.title,
        "description": card.summary,
        "url": page,
        "startDate": lead.day.isoformat() if lead.all_day else lead.starts_at.isoformat(),
    }
    if lead.end_known:
        data["endDate"] = (lead.ends_at - timedelta(days=1)).date().isoformat() if lead.all_day else lead.ends_at.isoformat()
    data |= _status(card, lead)
    data |= {
        "eventAttendanceMode": f"{SCHEMA}/{_mode(card, lead)}",
        "location": _location(card, lead, page, settings, addresses),
        "inLanguage": language,
        "organizer": _organizer(card, addresses, language),
    }
    if card.is_free or card.is_paid:
        data["isAccessibleForFree"] = card.is_free
    if offer := _offer(card, lead, page):
        data["offers"] = offer
    if card.schedule is not None and (rhythm := schedule_data(card.schedule, settings.city.zone)):
        data["eventSchedule"] = rhythm
    return data


def event_address(card: GatheringCard, one: OccurrenceCard, addresses: Addresses, language: str = "ja") -> str:
    """The one page of a date: its own, or the gathering's where that is the only date it ever has."""
    if card.has_one_date:
        return in_language(addresses.gathering(card.public_id), language)
    return in_language(addresses.occurrence(card.public_id, one.moved_from or one.day), language)


def share_words(card: GatheringCard, settings: Settings, addresses: Addresses) -> str:
    """One line to pass on: date, time, title, place, address of the page, the city's hashtag."""
    lead = card.next_one
    parts = [card.title]
    if lead is not None:
        when = short_day(lead.day) if lead.all_day else f"{short_day(lead.day)} {clock_words(lead.starts_at.time())}"
        prefix = "【中止】" if lead.state == "cancelled" else ""
        parts = [f"{prefix}{when} {card.title}" + (f" @{lead.place_name}" if lead.place_name else "")]
    return "\n".join([*parts, addresses.gathering(card.public_id), settings.city.hashtag])


def glance_words(card: GatheringCard, language: str = "ja") -> str:
    """When, where and what in one line, for those who see a link and nothing of its page."""
    lead = card.next_one
    if lead is None:
        return card.summary
    when = span_words(lead, language)
    return " / ".join(part for part in (when, lead.place_name, card.summary) if part)


def _status(card: GatheringCard, lead: OccurrenceCard) -> dict[str, object]:
    if lead.state == OccurrenceState.CANCELLED:
        return {"eventStatus": f"{SCHEMA}/EventCancelled"}
    found: list[str] = []
    before: date | None = None
    # A date that was moved and is full now is still not when it was announced for.
    if lead.state == OccurrenceState.MOVED or lead.moved_from is not None:
        found.append(f"{SCHEMA}/EventRescheduled")
        before = lead.announced_at or lead.moved_from
    if card.went_online and lead.online and card.place is None:
        found.append(f"{SCHEMA}/EventMovedOnline")
    status: dict[str, object] = {"eventStatus": found[0] if len(found) == 1 else found or f"{SCHEMA}/EventScheduled"}
    return status | ({"previousStartDate": before.isoformat()} if before not in (None, lead.starts_at) else {})


def _mode(card: GatheringCard, lead: OccurrenceCard) -> str:
    if lead.online:
        return "MixedEventAttendanceMode" if card.place is not None or card.place_note else "OnlineEventAttendanceMode"
    return "OfflineEventAttendanceMode"


def _location(card: GatheringCard, lead: OccurrenceCard, page: str, settings: Settings, addresses: Addresses) -> object:
    # The address of the room, where the host gave it to everybody; else the page that says how to get in.
    room = {"@type": "VirtualLocation", "url": card.online_url or page} if lead.online else None
    if card.place is not None:
        venue = venue_data(card.place, settings, addresses)
    elif room is not None and not card.place_note:
        return room
    else:
        # Somebody's home, or a place nobody named: the area is all there is to say.
        venue = {"@type": "Place", "name": lead.place_name or settings.city.name, "address": postal_address("", settings)}
    return [venue, room] if room else venue


def _organizer(card: GatheringCard, addresses: Addresses, language: str) -> dict[str, str]:
    if card.group is not None:
        return {"@type": "Organization", "name": card.group.name, "url": in_language(addresses.group(card.group.slug), language)}
    host = {"@type": "Person", "name": card.host_name}
    own = next((line.value for line in card.contact if line.kind == "url"), "")
    return host | {"url": own} if own else host


def _offer(card: GatheringCard, lead: OccurrenceCard, page: str) -> dict[str, object] | None:
    """What coming costs, and whether there is room. None for a date that is off, and where neither is known."""
    is_full = lead.state == OccurrenceState.FULL
    if lead.state == OccurrenceState.CANCELLED or (card.price is None and not is_full):
        return None
    offer: dict[str, object] = {
        "@type": "Offer",
        "availability": f"{SCHEMA}/{'SoldOut' if is_full else 'InStock'}",
        "url": page,
        "validFrom": card.published_at.replace(microsecond=0).isoformat(),
    }
    return offer | ({"price": card.price, "priceCurrency": "JPY"} if card.price is not None else {})
