"""Writing places."""

from dataclasses import dataclass

from sqlalchemy import select

from idobata.kernel import clock
from idobata.kernel.text import fold_name
from idobata.places.models import FOLDED_LENGTH, Place
from idobata.store.database import db


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceValues:
    """What is known of a place. Degrees are WGS 84."""

    name: str
    kana: str = ""
    address: str = ""
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    url: str = ""
    access: str = ""
    landmark: str = ""
    parking: str = ""


def find_or_note(values: PlaceValues) -> Place:
    """The place with this name (kana width, spaces and signs aside); a new unchecked entry when there is none.

    What the city has checked is left as it is; an unchecked entry takes on what it does not know yet. So only for words the city
    answers for: for a resident's there is `find_or_note_typed`.
    """
    place = next(iter(_named_alike(values)), None)
    if place is None:
        return add_place(values)
    if place.checked_at is None:
        _fill(place, values)
    return place


def find_or_note_typed(values: PlaceValues) -> Place:
    """The same for what a resident typed. Nobody has read that yet, so it never adds a word to an entry that others share, and an
    unchecked entry is taken for the same place only when it says just as much: somebody else's words are not put on her page either.
    """
    alike = _named_alike(values)
    known = next((one for one in alike if one.checked_at is not None or _says_the_same(one, values)), None)
    return known or add_place(values)


def add_place(values: PlaceValues, *, checked: bool = False) -> Place:
    """A new entry in the register."""
    now = clock.now()
    place = Place(
        name=values.name,
        kana=values.kana,
        folded_name=folded_key(values.name),
        address=values.address,
        district=values.district,
        latitude=values.latitude,
        longitude=values.longitude,
        phone=values.phone,
        url=values.url,
        access=values.access,
        landmark=values.landmark,
        parking=values.parking,
        checked_at=now if checked else None,
        created_at=now,
        updated_at=now,
    )
    db.session.add(place)
    db.session.flush()
    return place


def folded_key(name: str) -> str:
    """What twins of a name have in common. A name of signs alone is its own key; some letters unfold to many, so the key is cut."""
    return (fold_name(name) or name)[:FOLDED_LENGTH]


# All that a place page says besides the name and the city's own district.
_SAID = ("kana", "address", "latitude", "longitude", "phone", "url", "access", "landmark", "parking")


def _named_alike(values: PlaceValues) -> list[Place]:
    """Places of this name that may be in this district, checked ones first."""
    rows = select(Place).where(Place.folded_name == folded_key(values.name)).order_by(Place.checked_at.is_(None), Place.id)
    return [one for one in db.session.scalars(rows) if not values.district or not one.district or one.district == values.district]


def _says_the_same(place: Place, values: PlaceValues) -> bool:
    return all(getattr(place, name) == getattr(values, name) for name in _SAID)


def _fill(place: Place, values: PlaceValues) -> None:
    changed = False
    for name in ("kana", "address", "district", "phone", "url", "access", "landmark", "parking"):
        if not getattr(place, name) and getattr(values, name):
            setattr(place, name, getattr(values, name))
            changed = True
    if place.latitude is None and values.latitude is not None and values.longitude is not None:
        place.latitude, place.longitude = values.latitude, values.longitude
        changed = True
    if changed:
        place.updated_at = clock.now()
