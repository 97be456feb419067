"""What changes with a place: the search words, districts, facts and calendars of its gatherings; and two entries that become one.

The gatherings' own words are never touched.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import joinedload

from idobata.gatherings.date_actions import spread
from idobata.gatherings.fact_actions import place_changed
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import index
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.places.actions import (
    ADDED,
    CHANGED,
    CHECKED,
    FILLED,
    MERGED,
    add_place,
    point_to,
    record_place,
    said_fields,
    set_checked,
    write_place,
)
from idobata.places.models import MergedPlace, Place
from idobata.places.queries import is_merged, values_of
from idobata.places.values import CHECKED_BY_HAND, FIELDS, PlaceValues, filled_from, problems
from idobata.store.database import db

# A calendar entry says these of a place; when one changes, calendars must take the entry anew.
_IN_CALENDARS = frozenset({"name", "address", "latitude", "longitude"})
# These are among the words one can search for.
_SEARCHED = frozenset({"name", "kana", "district"})
# Characters of a text that the log keeps: enough to see what became of it.
_LOGGED = 300

MERGED_ALREADY = N_("この場所は、もうほかの場所にまとめてあります。")
CHANGED_MEANWHILE = N_("読んでいるあいだに、場所の内容が変わりました。いまの内容を読んでから、もういちど押してください。")


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do. `after` is what the kept entry says then, `taken` names what it takes from the other.

    `differs` are fields where both say something and the kept one wins: (name, kept, left out). `gatherings` and `dates` move.
    """

    keep: Place
    gone: Place
    after: PlaceValues
    taken: tuple[str, ...]
    differs: tuple[tuple[str, object, object], ...]
    gatherings: int
    dates: int


def register_place_by_hand(actor: Actor, values: PlaceValues, how: str, settings: Settings) -> Place:
    """Add a place that an editor has made sure of. Raises NotAllowed, Invalid naming every problem."""
    _may_edit(actor)
    if found := [*problems(values, settings), *_how_problems(how)]:
        raise Invalid(*found)
    place = add_place(values, checked=True, how=how)
    record_place(actor, ADDED, place, how=how, by_hand=said_fields(values))
    return place


def change_place(actor: Actor, place: Place, values: PlaceValues, settings: Settings, *, seen: str | None = None) -> frozenset[str]:
    """Change what the register says of a place; returns the names of the changed fields. `seen` is the `place_version` that was read.

    Raises NotAllowed, Invalid naming every problem, WrongState when it was merged or changed meanwhile.
    """
    _may_edit(actor)
    _take_up(place)
    _stands_as_seen(place, seen)
    if found := problems(values, settings):
        raise Invalid(*found)
    return apply_values(actor, place, values, settings, act=CHANGED)


def apply_values(actor: Actor, place: Place, values: PlaceValues, settings: Settings, *, act: str) -> frozenset[str]:
    """Write values that the rules have passed, bring the gatherings in line and write the deed. Nothing changed: nothing is written."""
    before = place.district
    changed = write_place(place, values)
    if changed:
        _bring_in_line(place, before, frozenset(changed), settings)
        shown = {name: [_words(old), _words(new)] for name, (old, new) in sorted(changed.items())}
        # Degrees go together, and people know them as one thing.
        fields = {"point" if name in ("latitude", "longitude") else name for name in changed}
        record_place(actor, act, place, fields=sorted(fields), changes=shown)
    return frozenset(changed)


def check_place(actor: Actor, place: Place, how: str, *, seen: str | None = None) -> None:
    """Say that somebody made sure of the entry. Raises NotAllowed, Invalid for an unknown way, WrongState like `change_place`."""
    _may_edit(actor)
    _take_up(place)
    _stands_as_seen(place, seen)
    if found := _how_problems(how):
        raise Invalid(*found)
    set_checked(place, how)
    record_place(actor, CHECKED, place, how=how)


def plan_merge(keep: Place, gone: Place) -> MergePlan:
    """What a merge would do; writes nothing. Raises WrongState for an entry with itself or one that was merged already."""
    if keep.id == gone.id:
        raise WrongState(N_("同じ場所どうしは、まとめられません。"))
    if is_merged(keep) or is_merged(gone):
        raise WrongState(MERGED_ALREADY)
    mine, theirs = values_of(keep), values_of(gone)
    after, taken = filled_from(mine, theirs)
    differs = tuple(
        (name, getattr(mine, name), getattr(theirs, name))
        for name in FIELDS
        if name not in ("latitude", "longitude", "access_facts")
        and getattr(theirs, name)
        and getattr(mine, name)
        and getattr(mine, name) != getattr(theirs, name)
    )
    moved = Gathering.place_id == gone.id
    dates = (
        select(func.count(Occurrence.id))
        .join(Gathering, Gathering.id == Occurrence.gathering_id)
        .where(moved, Occurrence.ends_at > clock.now())
    )
    return MergePlan(
        keep,
        gone,
        after,
        taken,
        differs,
        db.session.scalar(select(func.count(Gathering.id)).where(moved)) or 0,
        db.session.scalar(dates) or 0,
    )


def merge_places(actor: Actor, keep: Place, gone: Place, settings: Settings, *, seen: str | None = None) -> MergePlan:
    """Make one of two entries: gatherings move, what was empty is filled, and the old entry stays as a pointer.

    `seen` is the `merge_version` of the dry run. Raises NotAllowed, WrongState like `plan_merge` or when either changed since.
    """
    _may_edit(actor)
    for place in sorted((keep, gone), key=lambda one: one.id):
        _take_up(place)
    plan = plan_merge(keep, gone)
    if seen is not None and seen != merge_version(plan):
        raise WrongState(CHANGED_MEANWHILE)
    moved = list(db.session.scalars(select(Gathering.id).where(Gathering.place_id == gone.id)))
    old_district, fields = gone.district, _difference(values_of(gone), plan.after)
    by_hand = said_fields(values_of(keep)) if keep.checked_at is not None and keep.source_key is None else []
    apply_values(actor, keep, plan.after, settings, act=FILLED)
    db.session.execute(update(Gathering).where(Gathering.id.in_(moved)).values(place_id=keep.id))
    point_to(gone, keep)
    _bring_in_line(keep, old_district, fields, settings, only=moved)
    told = {"into": keep.public_id, "gatherings": plan.gatherings, "fields": list(plan.taken)}
    record_place(actor, MERGED, keep, role="kept", gone=gone.public_id, by_hand=by_hand, **told)
    record_place(actor, MERGED, gone, role="gone", **told)
    return plan


def place_version(place: Place) -> str:
    """A mark of what an entry says now. It travels with the page, so that nobody overwrites words she never read."""
    said = (place.id, values_of(place), place.checked_at)
    return hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()[:20]


def merge_version(plan: MergePlan) -> str:
    """A mark of what a dry run showed."""
    return f"{place_version(plan.keep)}-{place_version(plan.gone)}-{plan.gatherings}"


def _may_edit(actor: Actor) -> None:
    if not actor.may_edit():
        raise NotAllowed


def _take_up(place: Place) -> None:
    # Two editors may press at once: the second waits here and then reads what the first one left.
    # (A lock that lets others go on pointing to the place: a host who changes her gathering meanwhile must not wait in a ring.)
    taken = select(Place).where(Place.id == place.id).with_for_update(key_share=True)
    db.session.scalar(taken.execution_options(populate_existing=True))


def _stands_as_seen(place: Place, seen: str | None) -> None:
    if is_merged(place):
        raise WrongState(MERGED_ALREADY)
    if seen is not None and seen != place_version(place):
        raise WrongState(CHANGED_MEANWHILE)


def _how_problems(how: str) -> list[Problem]:
    return [] if how in CHECKED_BY_HAND else [Problem("how", N_("どうやってたしかめたかをえらんでください。"))]


def _difference(before: PlaceValues, after: PlaceValues) -> frozenset[str]:
    return frozenset(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def _bring_in_line(
    place: Place, old_district: str | None, changed: frozenset[str], settings: Settings, *, only: list[int] | None = None
) -> None:
    """After a change of `place`: districts that followed it, sequence numbers for calendars, words for search."""
    mine: list[ColumnElement[bool]] = [Gathering.place_id == place.id]
    if only is not None:
        mine.append(Gathering.id.in_(only))
    if "district" in changed and place.district:
        followed = (
            Gathering.district.is_(None) if old_district is None else or_(Gathering.district.is_(None), Gathering.district == old_district)
        )
        rows = list(db.session.scalars(select(Gathering).where(*mine, followed)))
        for row in rows:
            row.district = place.district
            spread(row)
    if changed & _IN_CALENDARS:
        shown = Gathering.publication == Publication.PUBLISHED.value
        db.session.execute(update(Gathering).where(*mine, shown).values(sequence=Gathering.sequence + 1))
    if "access_facts" in changed:
        db.session.flush()
        # Locked, so that a host who answers at the same moment is waited for, and her word counts.
        theirs = select(Gathering).where(*mine).order_by(Gathering.id).with_for_update(of=Gathering, key_share=True)
        with_place = theirs.options(joinedload(Gathering.place)).execution_options(populate_existing=True)
        place_changed(db.session.scalars(with_place))
    if changed & _SEARCHED:
        db.session.flush()
        words = select(Gathering).where(*mine).options(joinedload(Gathering.place), joinedload(Gathering.group))
        for row in db.session.scalars(words.execution_options(populate_existing=True)):
            index(row, settings)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return "、".join(f"{slug}={'yes' if answer else 'no'}" for slug, answer in sorted(value.items()))[:_LOGGED]
    return "" if value is None else str(value)[:_LOGGED]


def drop_unused_places(*which: ColumnElement[bool]) -> int:
    """Delete such of these places as were only typed and are named by no gathering; returns how many. An old address that leads to
    another place goes on leading there."""
    gone = db.session.execute(
        delete(Place).where(
            *which,
            Place.checked_at.is_(None),
            ~exists().where(Gathering.place_id == Place.id),
            ~exists().where(or_(MergedPlace.place_id == Place.id, MergedPlace.into_id == Place.id)),
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
