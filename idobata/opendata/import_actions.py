"""Writes what was read from an event list. The same list twice changes nothing; a newer one changes what is new in it.

Who has the last word when a list comes again:

* What the list says goes in, field by field, except the fields a person has changed here since (an editor who tidied the
  title, a host who moved to another hall). Those stay, and the report names them. The deed log knows which they are.
* So it is with single dates: one that a person cancelled, moved or added is left alone. Other coming dates follow the list:
  new ones are made, changed ones changed, and those the list no longer holds go. The past is never rewritten.
* What was taken down or returned here stays down, whatever the list says.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import DataError, IntegrityError

from idobata.gatherings.date_actions import set_time
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.news_actions import DateBefore, note_date
from idobata.gatherings.posting_actions import digest, set_publication, write_values
from idobata.gatherings.recurrence import slot_on
from idobata.gatherings.rules import problems
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.states import FeeKind, OccurrenceState, Publication, SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.gatherings.version_actions import keep_live
from idobata.gatherings.version_queries import picture_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.ids import new_public_id
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.opendata.event_groups import EventGroup
from idobata.opendata.home_queries import kept_at_home
from idobata.opendata.import_report import Imported, Outcome
from idobata.opendata.import_values import ImportValues, Times, import_values
from idobata.store.database import db
from idobata.store.deeds import Deed, record

IMPORTED = "gathering.imported"
_DATE_DEEDS = "date."

# Fields that only make sense together: who changed one of them has decided about all.
_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"venue_kind", "place_id", "area_words", "is_online", "online_url"}),
    frozenset({"fee_kind", "fee_yen", "fee_words"}),
    frozenset({"signup_kind", "signup_words"}),
    frozenset({"contact_phone", "contact_phone_public"}),
    frozenset({"contact_email", "contact_email_public"}),
    frozenset({"contact_url", "contact_url_public"}),
)
# Fields an event list speaks of, as they stand in a row.
_TOLD = (
    "title",
    "summary",
    "body",
    "host_name",
    "area_words",
    "fee_yen",
    "fee_words",
    "signup_words",
    "audience",
    "parking",
    "contact_name",
    "contact_phone",
    "contact_phone_public",
    "contact_email",
    "contact_email_public",
    "contact_url",
    "contact_url_public",
    "reuse_text",
)
_RARELY_TOLD = ("bring", "rain", "language", "facts", "crowd", "first_visit")


def foresee(group: EventGroup, settings: Settings, *, publish: bool) -> Outcome:
    """What `import_group` would do, without writing. Raises `Invalid` with every reason to refuse."""
    plan = _plan(group, settings)
    row = _known(group)
    if row is None:
        _refuse_what_was_erased(group)
        return Outcome.MADE
    if _is_at_home(row, group):
        return Outcome.UNCHANGED
    return Outcome.UNCHANGED if _says_nothing_new(row, group, plan, publish=publish) else Outcome.CHANGED


def kept_here(group: EventGroup, settings: Settings) -> tuple[str, ...]:
    """The names of the values about which a list from here says something else by now than this site, which keeps its own."""
    row = _known(group)
    return kept_at_home(row, group, settings) if row is not None and _is_at_home(row, group) else ()


def import_groups(actor: Actor, groups: list[EventGroup], settings: Settings, *, publish: bool) -> list[Imported]:
    """Write several gatherings in the running transaction. One that cannot be written is refused alone."""
    done: list[Imported] = []
    for group in groups:
        try:
            with db.session.begin_nested():
                done.append(import_group(actor, group, settings, publish=publish))
        except Invalid as refusal:
            done.append(Imported(Outcome.REFUSED, reason=refusal.problems[0]))
        except (IntegrityError, DataError):
            done.append(
                Imported(
                    Outcome.REFUSED, reason=Problem("file", N_("この集まりは、書きこめませんでした。もとのデータでたしかめてください。"))
                )
            )
    return done


def import_group(actor: Actor, group: EventGroup, settings: Settings, *, publish: bool) -> Imported:
    """Write one gathering: published, or waiting at the desk. Raises `Invalid` when a rule refuses it; then nothing is written.

    Past dates are history, not a mistake: a gathering all of whose dates are over is written too. It then counts as
    published on the day of its last date, so that nobody is told of it as news.
    """
    plan = _plan(group, settings)
    row = _known(group)
    if row is None:
        _refuse_what_was_erased(group)
        return _make(actor, group, plan, settings, publish=publish)
    if _is_at_home(row, group):
        return Imported(Outcome.UNCHANGED, kept_at_home(row, group, settings))
    if _says_nothing_new(row, group, plan, publish=publish):
        return Imported(Outcome.UNCHANGED)
    return _change(actor, row, group, plan, settings, publish=publish)


def _plan(group: EventGroup, settings: Settings) -> ImportValues:
    today = clock.today(settings.city.zone)
    plan = import_values(group, settings, today)
    # The rules ask for a date to come; asked on the last day of a list that is over, they let it pass.
    if found := problems(plan.values, settings, min(today, plan.last_day)):
        raise Invalid(*found)
    return plan


def _digest(plan: ImportValues) -> str:
    return plan.digest(digest(plan.values))


def _is_at_home(row: Gathering, group: EventGroup) -> bool:
    """True for a gathering that comes back in a list written here: this site has the last word about it."""
    return group.told is not None and row.source_key != group.key


def _refuse_what_was_erased(group: EventGroup) -> None:
    """Raise `Invalid` for a gathering that was here once and is gone: an old list must not bring back what somebody had erased."""
    if group.told is None:
        return
    if db.session.scalar(select(Deed.id).where(Deed.thing == "gathering", Deed.thing_id == group.told.first.public_id).limit(1)):
        raise Invalid(Problem("number", N_("このサイトにあって、もう消された集まりです。")))


def _known(group: EventGroup) -> Gathering | None:
    if group.told is not None:
        known = db.session.scalar(select(Gathering).where(Gathering.public_id == group.told.first.public_id))
        if known is not None:
            return known
    rows = db.session.scalars(select(Gathering).where(Gathering.source_key.in_([group.key, *group.other_keys]))).all()
    return min(rows, key=lambda row: [group.key, *group.other_keys].index(row.source_key or ""), default=None)


def _says_nothing_new(row: Gathering, group: EventGroup, plan: ImportValues, *, publish: bool) -> bool:
    return row.source_digest == _digest(plan) and row.source_key == group.key and not _to_be_shown(row, publish=publish)


def _to_be_shown(row: Gathering, *, publish: bool) -> bool:
    return publish and row.publication == Publication.IN_REVIEW


def _make(actor: Actor, group: EventGroup, plan: ImportValues, settings: Settings, *, publish: bool) -> Imported:
    now = clock.now()
    row = Gathering(
        # Codes on paper and other people's links lead to the number it has had from the beginning.
        public_id=group.told.first.public_id if group.told else new_public_id(),
        publication=(Publication.PUBLISHED if publish else Publication.IN_REVIEW).value,
        poster_id=None,
        poster_email="",
        created_at=now,
        updated_at=now,
        submitted_at=now,
        sequence=0,
        source_key=group.key,
        source_digest=_digest(plan),
    )
    write_values(actor, row, plan.values, settings)
    _follow_dates(row, plan, settings, by_hand=frozenset(), new=True)
    if publish:
        row.published_at = _shown_since(row, now)
    record(actor, IMPORTED, "gathering", row.public_id, publication=row.publication)
    return Imported(Outcome.MADE)


def _change(actor: Actor, row: Gathering, group: EventGroup, plan: ImportValues, settings: Settings, *, publish: bool) -> Imported:
    hand = _changed_by_hand(row)
    values, kept = _merged(plan.values, row, hand.fields, exact=group.told is not None)
    said_before = picture_of(row) if row.publication == Publication.PUBLISHED else None
    changed = frozenset(write_values(actor, row, values, settings))
    dates_changed = "schedule" not in hand.fields and _follow_dates(row, plan, settings, by_hand=hand.days, new=False)
    row.source_key, row.source_digest = group.key, _digest(plan)
    now = clock.now()
    shown = _to_be_shown(row, publish=publish)
    if shown:
        row.published_at = row.published_at or _shown_since(row, now)
        row.host_changed_at = None
        set_publication(row, Publication.PUBLISHED)
    if not (changed or dates_changed or shown):
        return Imported(Outcome.UNCHANGED, kept)
    if said_before is not None:
        keep_live(actor, row, said_before, settings)
    if dates_changed:
        row.updated_at = now
        row.sequence += 1
    if row.publication == Publication.PUBLISHED and not publish:
        row.host_changed_at = now  # it stays up, and the desk gets to see what is new
    fields = sorted(changed | ({"dates"} if dates_changed else set()))
    record(actor, IMPORTED, "gathering", row.public_id, publication=row.publication, changed=fields)
    return Imported(Outcome.CHANGED, kept)


def _shown_since(row: Gathering, now: datetime) -> datetime:
    dates = db.session.scalars(select(Occurrence.starts_at).where(Occurrence.gathering_id == row.id)).all()
    return min(now, max(dates, default=now))


@dataclass(frozen=True, slots=True)
class _ByHand:
    fields: frozenset[str]
    days: frozenset[date]


def _changed_by_hand(row: Gathering) -> _ByHand:
    """What people have changed since it was first imported, as the deed log tells it."""
    fields: set[str] = set()
    days: set[date] = set()
    deeds = select(Deed).where(Deed.thing == "gathering", Deed.thing_id == row.public_id, Deed.act != IMPORTED)
    for deed in db.session.scalars(deeds):
        fields |= set(deed.detail.get("fields", ()))
        if deed.act.startswith(_DATE_DEEDS) and "day" in deed.detail:
            days.add(date.fromisoformat(deed.detail["day"]))
    for family in _FAMILIES:
        if fields & family:
            fields |= family
    return _ByHand(frozenset(fields), frozenset(days))


def _merged(told: GatheringValues, row: Gathering, by_hand: frozenset[str], *, exact: bool) -> tuple[GatheringValues, tuple[str, ...]]:
    """The list's values with everything the row has that the list cannot know, and with what was changed by hand.

    The second are the names of those changed by hand about which the list says something else. `exact`: an Idobata site wrote the list.
    """
    # Most lists speak of none of these; one that an Idobata site wrote does.
    untold = {name: getattr(row, name) for name in _RARELY_TOLD if not exact or name in by_hand}
    own: dict[str, object] = {"group_slug": row.group.slug if row.group else "", **untold}
    there: dict[str, object] = {name: getattr(row, name) for name in _TOLD if name in by_hand}
    if "schedule" in by_hand:
        there["schedule"] = Schedule.from_json(row.schedule)
    for name in ("district", "category"):
        if name in by_hand:
            there[name] = getattr(row, name) or ""
    if "fee_kind" in by_hand:
        there["fee_kind"] = FeeKind(row.fee_kind)
    if "signup_kind" in by_hand:
        there["signup_kind"] = SignupKind(row.signup_kind)
    if "venue_kind" in by_hand:
        there |= {"venue_kind": VenueKind(row.venue_kind), "is_online": row.is_online, "online_url": row.online_url}
        there["place"] = PlaceWords(public_id=row.place.public_id, name=row.place.name) if row.place else PlaceWords()
    kept = [name for name, value in there.items() if name != "place" and getattr(told, name) != value]
    if isinstance(place := there.get("place"), PlaceWords) and place.name != told.place.name:
        kept.append("place")
    return replace(told, **own, **there), tuple(kept)  # type: ignore[arg-type]


def _follow_dates(row: Gathering, plan: ImportValues, settings: Settings, *, by_hand: frozenset[date], new: bool) -> bool:
    """Give single dates what the schedule cannot say: times of their own, a note, a cancellation. True when anything changed.

    Such a date is marked as touched, so that the schedule leaves it alone; the next list finds it again all the same.
    """
    now = clock.now()
    usual = Times.of_schedule(plan.values.schedule)
    rows = {one.day: one for one in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id))}
    open_rows = {day: one for day, one in rows.items() if new or (one.ends_at > now and day not in by_hand and not one.added)}
    changed = False
    for told in plan.dates:
        one = open_rows.get(told.day)
        if one is None:
            continue
        before, was = (one.starts_at, one.ends_at, one.state, one.note), DateBefore.of(one)
        times = Times.of(told)
        set_time(one, slot_on(times.on(told.begins), told.begins, settings.city.zone), settings)
        wanted = told.state or (OccurrenceState.CANCELLED if told.called_off else OccurrenceState.PLANNED)
        # Most lists only know of cancellations: a date that was filled or moved here stays as it is.
        if one.state != wanted if told.state else told.called_off != (one.state == OccurrenceState.CANCELLED):
            one.state = wanted.value
            one.sequence += 1
        one.note = told.note
        one.touched = (
            one.state != OccurrenceState.PLANNED or times != usual or told.moved_to is not None
            if told.state
            else told.called_off or times != usual
        )
        if (one.starts_at, one.ends_at, one.state, one.note) != before:
            one.changed_at = now
            changed = True
        if new:
            one.sequence = 0
        elif one.state != was.state or one.touched:
            # A time that changed for all dates is told of the gathering, once.
            note_date(one, was)
    told_days = {told.day for told in plan.dates}
    gone = [one.id for day, one in open_rows.items() if day not in told_days and not new]
    if gone:
        db.session.execute(delete(Occurrence).where(Occurrence.id.in_(gone)))
    db.session.flush()
    return changed or bool(gone)
