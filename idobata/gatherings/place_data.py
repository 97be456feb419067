"""Places for machines that read pages (schema.org Place and PostalAddress)."""

from collections.abc import Iterable

from idobata.gatherings.cards import PlaceCard
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings


def postal_address(street: str, settings: Settings) -> dict[str, str]:
    """schema.org PostalAddress in the city; `street` as somebody wrote it, empty if only the city is known."""
    city = settings.city
    data = {"@type": "PostalAddress", "addressCountry": "JP", "addressRegion": city.prefecture, "addressLocality": city.name}
    # Said once each: people write the prefecture and the city before the street, or leave them out.
    rest = street.removeprefix(city.prefecture).lstrip(" \u3000").removeprefix(city.name).strip(" \u3000")
    return data | ({"streetAddress": rest} if rest else {})


def venue_data(place: PlaceCard, settings: Settings, addresses: Addresses) -> dict[str, object]:
    """schema.org Place of a venue that has a page."""
    data: dict[str, object] = {
        "@type": "Place",
        "name": place.name,
        "url": addresses.place(place.public_id),
        "address": postal_address(place.address, settings),
    }
    if place.latitude is not None and place.longitude is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return data


def amenities(there: Iterable[str], not_there: Iterable[str]) -> list[dict[str, object]]:
    """schema.org LocationFeatureSpecification of what is there and what is not; what nobody asked yet is neither."""
    told = [*((words, True) for words in there), *((words, False) for words in not_there)]
    return [{"@type": "LocationFeatureSpecification", "name": words, "value": value} for words, value in told]
