"""Writing places. What else changes with a place (dates, search, calendars) is told in `gatherings/place_actions.py`."""

from collections.abc import Mapping

from sqlalchemy import update

from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.text import fold_name
from idobata.places.access_facts import known_answers
from idobata.places.models import FOLDED_LENGTH, MergedPlace, Place
from idobata.places.queries import folded_key, is_merged, kept, named_alike, values_of
from idobata.places.values import FIELDS, PlaceValues, filled_from
from idobata.store.database import db
from idobata.store.deeds import record

ADDED = "place.added"
CHANGED = "place.changed"
CHECKED = "place.checked"
IMPORTED = "place.imported"
FILLED = "place.filled"
MERGED = "place.merged"


def find_or_note(values: PlaceValues) -> Place:
    """The place with this name (kana width, spaces and signs aside); a new unchecked entry when there is none.

    What the city has checked is left as it is; an unchecked entry takes on what it does not know yet. So only for words the city
    answers for: for a resident's there is `find_or_note_typed`.
    """
    alike = named_alike(values.name, values.district)
    if not alike:
        return add_place(values)
    place = kept(alike[0])
    if place.checked_at is None:
        fill(place, values)
    return place


def find_or_note_typed(values: PlaceValues) -> Place:
    """The same for what a resident typed. Nobody has read that yet, so it never adds a word to an entry that others share, and an
    unchecked entry is taken for the same place only when it says just as much: somebody else's words are not put on her page either.
    A name that an editor has merged stands for the entry it was merged into.
    """
    for one in named_alike(values.name, values.district):
        if one.checked_at is not None or is_merged(one) or _says_the_same(one, values):
            return kept(one)
    return add_place(values)


def add_place(values: PlaceValues, *, checked: bool = False, how: str = "") -> Place:
    """A new entry in the register. `how` is a key of `places.values.CHECKED_HOW`."""
    now = clock.now()
    place = Place(checked_at=now if checked else None, checked_how=how if checked else "", created_at=now, updated_at=now)
    _write(place, {name: getattr(values, name) for name in FIELDS})
    db.session.add(place)
    db.session.flush()
    return place


def write_place(place: Place, values: PlaceValues) -> dict[str, tuple[object, object]]:
    """Put values into an entry; returns what changed, by field, as (before, after)."""
    before = values_of(place)
    values_by_name = {name: getattr(values, name) for name in FIELDS} | {"access_facts": known_answers(values.access_facts)}
    changed = {name: (getattr(before, name), value) for name, value in values_by_name.items() if getattr(before, name) != value}
    if changed:
        _write(place, {name: after for name, (_before, after) in changed.items()})
        place.updated_at = clock.now()
        db.session.flush()
    return changed


def fill(place: Place, values: PlaceValues) -> tuple[str, ...]:
    """Let an entry take on what it does not know yet; returns the names of what it learnt."""
    better, names = filled_from(values_of(place), values)
    if names:
        write_place(place, better)
    return names


def set_checked(place: Place, how: str) -> None:
    """Write down that somebody made sure of the entry just now."""
    place.checked_at = clock.now()
    place.checked_how = how


def point_to(place: Place, into: Place) -> None:
    """Turn an entry into a pointer to another. Whatever pointed to it now points there as well, its number in a list too."""
    db.session.execute(update(MergedPlace).where(MergedPlace.into_id == place.id).values(into_id=into.id))
    db.session.add(MergedPlace(place_id=place.id, into_id=into.id, merged_at=clock.now()))
    now = clock.now()
    place.updated_at = now
    into.updated_at = now
    if into.source_key is None and place.source_key is not None:
        key, digest, place.source_key, place.source_digest = place.source_key, place.source_digest, None, None
        # No two entries may have one key, not even for a moment.
        db.session.flush()
        into.source_key, into.source_digest = key, digest
    db.session.flush()


def said_fields(values: PlaceValues) -> list[str]:
    """The names of what values say something about ("point" for the degrees)."""
    names = {"point" if name in ("latitude", "longitude") else name for name in FIELDS if getattr(values, name) not in ("", None, {})}
    return sorted(names)


def record_place(actor: Actor, act: str, place: Place, **detail: object) -> None:
    """Write a deed about a place."""
    record(actor, act, "place", place.public_id, name=place.name, **detail)


# All that a place page says besides the name and the city's own district.
_SAID = ("kana", "address", "latitude", "longitude", "phone", "url", "access", "landmark", "parking", "opening", "access_note")


def _says_the_same(place: Place, values: PlaceValues) -> bool:
    return not place.access_facts and all(getattr(place, name) == getattr(values, name) for name in _SAID)


def _write(place: Place, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(place, name, dict(value) if isinstance(value, Mapping) else value)
    if "name" in values:
        place.folded_name = folded_key(place.name)
    if "kana" in values:
        place.folded_kana = fold_name(place.kana)[:FOLDED_LENGTH]
