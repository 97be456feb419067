"""Writes what was read from a list of facilities. The same list twice changes nothing; a newer one changes what is new in it.

Who has the last word when a list comes again:

* An entry is known by source and number, or by its name; one that was merged into another stands for that one.
* What the list says goes in, except the fields a person has changed here since, and what an editor had checked before the first
  import: there the list only fills what is empty. The report names where it says otherwise.
* What the list leaves empty takes nothing away.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from idobata.gatherings.place_actions import apply_values
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.settings import Settings
from idobata.kernel.text import fold_name
from idobata.kernel.words import N_
from idobata.opendata.import_report import Outcome
from idobata.opendata.place_cells import through_a_row
from idobata.opendata.place_rows import PlaceRow
from idobata.places.actions import CHANGED, IMPORTED, add_place, record_place, said_fields, set_checked
from idobata.places.models import Place
from idobata.places.queries import kept, named_alike, values_of
from idobata.places.values import FIELDS, PlaceValues, problems
from idobata.store.database import db
from idobata.store.deeds import Deed

FROM_LIST = "list"


@dataclass(frozen=True, slots=True)
class ImportedPlace:
    """What became of a row. `kept` names the fields where the list says something else than the register, which stays."""

    outcome: Outcome
    kept: tuple[str, ...] = ()
    reason: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    place: Place | None
    values: PlaceValues
    kept: tuple[str, ...] = ()
    merged: bool = False


def foresee_place(row: PlaceRow, settings: Settings) -> ImportedPlace:
    """What `import_place` would do, without writing."""
    if row.refusal is not None:
        return ImportedPlace(Outcome.REFUSED, reason=row.refusal)
    if found := problems(row.values, settings):
        return ImportedPlace(Outcome.REFUSED, reason=found[0])
    if (at_home := _at_home(row)) is not None:
        return ImportedPlace(Outcome.UNCHANGED, _differences(row, at_home, settings))
    plan = _plan(row)
    if plan.place is None:
        return ImportedPlace(Outcome.MADE)
    if plan.merged:
        return ImportedPlace(
            Outcome.UNCHANGED,
            reason=Problem("name", N_("「%(name)s」にまとめた場所なので、そのままにしました。"), {"name": plan.place.name}),
        )
    changes = plan.values != values_of(plan.place) or plan.place.checked_at is None
    return ImportedPlace(Outcome.CHANGED if changes else Outcome.UNCHANGED, plan.kept)


def import_places(actor: Actor, rows: list[PlaceRow], settings: Settings) -> list[ImportedPlace]:
    """Write several places in the running transaction. One that cannot be written is refused alone."""
    done: list[ImportedPlace] = []
    for row in rows:
        try:
            with db.session.begin_nested():
                done.append(import_place(actor, row, settings))
        except (Invalid, IntegrityError, DataError):
            done.append(
                ImportedPlace(
                    Outcome.REFUSED, reason=Problem("file", N_("この場所は、書きこめませんでした。もとのデータでたしかめてください。"))
                )
            )
    return done


def import_place(actor: Actor, row: PlaceRow, settings: Settings) -> ImportedPlace:
    """Write one place; what is imported counts as checked, since the city itself says so."""
    foreseen = foresee_place(row, settings)
    if foreseen.outcome is Outcome.REFUSED or _at_home(row) is not None:
        return foreseen
    plan = _plan(row)
    if plan.place is None:
        place = add_place(row.values, checked=True, how=FROM_LIST)
        if row.own is not None:
            # Printed codes and other people's links lead to the number it has had from the beginning.
            place.public_id = row.number
        place.source_key, place.source_digest = row.key, row.digest
        record_place(actor, IMPORTED, place, how=FROM_LIST)
        return foreseen
    if plan.merged:
        return foreseen
    if plan.place.source_key is None:
        # What an editor had checked by now stays hers whatever later lists say; the log remembers it.
        by_hand = said_fields(values_of(plan.place)) if _was_checked_before_any_list(plan.place) else []
        record_place(actor, IMPORTED, plan.place, by_hand=by_hand)
    apply_values(actor, plan.place, plan.values, settings, act=IMPORTED)
    if plan.place.checked_at is None or (foreseen.outcome is Outcome.CHANGED and plan.place.checked_how == FROM_LIST):
        set_checked(plan.place, FROM_LIST)
    plan.place.source_key, plan.place.source_digest = row.key, row.digest
    return foreseen


def is_news(row: PlaceRow) -> bool:
    """True when a row says something that the register has not been told by this list yet, be it only its number."""
    if _at_home(row) is not None:
        return False
    place = _by_key(row)
    return place is None or place.source_digest != row.digest


def _plan(row: PlaceRow) -> _Plan:
    entry = _by_key(row)
    place = kept(entry) if entry is not None else _by_name(row)
    if place is None:
        return _Plan(None, row.values)
    if entry is not None and entry is not place and place.source_key is not None and place.source_key != row.key:
        # The kept entry stands in the list itself; this row must not write over it.
        return _Plan(place, values_of(place), merged=True)
    values, names = _merged(row.values, place)
    return _Plan(place, values, names)


def _at_home(row: PlaceRow) -> Place | None:
    """The entry that comes back in a list written here: this site has the last word about it."""
    if row.own is None:
        return None
    place = db.session.scalar(select(Place).where(Place.public_id == row.number))
    return place if place is not None and place.source_key != row.key else None


def _differences(row: PlaceRow, place: Place, settings: Settings) -> tuple[str, ...]:
    now = through_a_row(place.public_id, values_of(kept(place)), row.own or (), settings)
    named = {"latitude": "point", "longitude": "point"}
    return tuple(dict.fromkeys(named.get(name, name) for name in FIELDS if getattr(now, name) != getattr(row.values, name)))


def _by_key(row: PlaceRow) -> Place | None:
    return db.session.scalar(select(Place).where(Place.source_key == row.key))


def _by_name(row: PlaceRow) -> Place | None:
    """An entry of this name that no other row of a list stands for, or that had another number in the same list at the same address."""
    for one in named_alike(row.values.name, row.values.district):
        place = kept(one)
        if place.source_key is None:
            return place
        same_list = place.source_key.partition(":")[0] == row.source
        if same_list and place.address and place.address == row.values.address:
            return place
    return None


def _merged(told: PlaceValues, place: Place) -> tuple[PlaceValues, tuple[str, ...]]:
    """The entry with what the list says, and the names of fields where it says otherwise and the register stays as it is."""
    before = values_of(place)
    by_hand = _by_hand(place)
    taken: dict[str, object] = {}
    names: list[str] = []
    for name in FIELDS:
        if name in ("latitude", "longitude", "access_facts"):
            continue
        new, old = getattr(told, name), getattr(before, name)
        # Lists write kana in katakana, people in hiragana: the same reading.
        if not new or new == old or (name == "kana" and fold_name(new) == fold_name(old)):
            continue
        if old and name in by_hand:
            names.append(name)
        else:
            taken[name] = new
    if told.latitude is not None and (told.latitude, told.longitude) != (before.latitude, before.longitude):
        if before.latitude is not None and "point" in by_hand:
            names.append("point")
        else:
            taken |= {"latitude": told.latitude, "longitude": told.longitude}
    facts = dict(before.access_facts)
    for slug, answer in told.access_facts.items():
        if facts.get(slug) is not None and facts[slug] != answer and "access_facts" in by_hand:
            names.append("access_facts")
        else:
            facts[slug] = answer
    if facts != before.access_facts:
        taken["access_facts"] = facts
    return replace(before, **taken), tuple(dict.fromkeys(names))  # type: ignore[arg-type]


def _by_hand(place: Place) -> frozenset[str]:
    """The fields a person has decided about, as the deed log tells it."""
    if _was_checked_before_any_list(place):
        return frozenset(said_fields(values_of(place)))
    found: set[str] = set()
    for deed in db.session.scalars(select(Deed).where(Deed.thing == "place", Deed.thing_id == place.public_id)):
        found |= set(deed.detail.get("by_hand", ()))
        if deed.act == CHANGED:
            found |= set(deed.detail.get("fields", ()))
    return frozenset(found)


def _was_checked_before_any_list(place: Place) -> bool:
    return place.checked_at is not None and place.source_key is None
