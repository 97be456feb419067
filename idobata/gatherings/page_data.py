"""Pages around a gathering for machines that read them (schema.org): lists, groups, places, the site itself."""

from collections.abc import Iterable

from idobata.gatherings.cards import OccurrenceCard, PlaceCard
from idobata.gatherings.place_data import amenities, postal_address, venue_data
from idobata.groups.cards import GroupPage
from idobata.kernel.addresses import Addresses, in_language
from idobata.kernel.markup import plain_summary
from idobata.kernel.settings import Settings

SCHEMA = "https://schema.org"
_DESCRIPTION = 300


def list_data(
    cards: Iterable[OccurrenceCard], addresses: Addresses, language: str, *, first: int = 1, total: int | None = None
) -> dict[str, object] | None:
    """schema.org ItemList of the dates a page shows; None for an empty one.

    `first` is the place of the first card in the whole list, `total` how many the whole list has, where that was counted to the end.
    """
    items: dict[str, str] = {}
    for card in cards:
        items.setdefault(in_language(addresses.occurrence(card.gathering_id, card.moved_from or card.day), language), card.title)
    if not items:
        return None
    data: dict[str, object] = {"@context": SCHEMA, "@type": "ItemList", "itemListOrder": f"{SCHEMA}/ItemListOrderAscending"}
    if total is not None:
        data["numberOfItems"] = total
    data["itemListElement"] = [
        {"@type": "ListItem", "position": place, "url": page, "name": title} for place, (page, title) in enumerate(items.items(), first)
    ]
    return data


def group_data(group: GroupPage, settings: Settings, addresses: Addresses, language: str) -> dict[str, object]:
    """schema.org Organization of a group's page."""
    data: dict[str, object] = {
        "@context": SCHEMA,
        "@type": "Organization",
        "name": group.name,
        "url": in_language(addresses.group(group.slug), language),
        "areaServed": {"@type": "Place", "name": group.district_name or settings.city.name, "address": postal_address("", settings)},
    }
    if group.kana:
        data["alternateName"] = group.kana
    if words := plain_summary(group.words, _DESCRIPTION):
        data["description"] = words
    if group.links:
        data["sameAs"] = list(group.links)
    if group.ended is not None:
        data["dissolutionDate"] = group.ended.isoformat()
    return data


def place_data(
    place: PlaceCard,
    settings: Settings,
    addresses: Addresses,
    *,
    phone: str = "",
    website: str = "",
    there: Iterable[str] = (),
    not_there: Iterable[str] = (),
) -> dict[str, object]:
    """schema.org Place of a place's page. `there` and `not_there` are access facts in words."""
    data: dict[str, object] = {"@context": SCHEMA} | venue_data(place, settings, addresses)
    if phone:
        data["telephone"] = phone
    if website:
        data["sameAs"] = website
    if found := amenities(there, not_there):
        data["amenityFeature"] = found
    return data


def site_data(settings: Settings, addresses: Addresses, language: str) -> dict[str, object]:
    """schema.org WebSite: what this site is called, and whose it is."""
    city = settings.city
    names = (city.english_site_name, city.site_name) if language == "en" else (city.site_name, city.english_site_name)
    publisher = {"@type": "GovernmentOrganization", "name": city.english_name if language == "en" else city.name}
    return {
        "@context": SCHEMA,
        "@type": "WebSite",
        "name": names[0],
        "alternateName": names[1],
        "url": in_language(addresses.home(), language),
        "inLanguage": language,
        "publisher": publisher | ({"url": settings.contact.url} if settings.contact.url else {}),
    }
