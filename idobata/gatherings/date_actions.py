"""The dates of a gathering: made from its schedule, then cancelled, moved, filled or added one by one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from idobata.gatherings.host_queries import is_host
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.news_actions import DateBefore, note_date
from idobata.gatherings.queries import occurrence_of
from idobata.gatherings.recurrence import slots
from idobata.gatherings.schedule import Rhythm, Schedule, Slot
from idobata.gatherings.standing_actions import keep_standing, show_life
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record

# A date with a longer span than this has a shelf of its own while it runs.
LONG = timedelta(hours=24)
# What a date says that a new schedule has taken away.
DAY_CHANGED = N_("日にちが変わりました")
# So far ahead people note the dates of a rule one by one; a calendar that follows the rule learns of all the others by itself.
NOTED_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTime:
    """When a date really is: its day, its start and its end. None for `starts` means all day, None for `ends` means not known."""

    day: date
    starts: time | None
    ends: time | None


def make_dates(gathering: Gathering, settings: Settings, *, before: Schedule | None = None) -> None:
    """Bring the date rows in line with the schedule, from today to the horizon.

    The past stays as it was, and so does every date a person touched or added. For an untouched future date the schedule
    decides: it is made, given its new time, or taken away.

    `before` is the schedule that the town could read until now: what it promised and the new one does not keep is not taken
    away in silence. A gathering that meets once is moved, and its date keeps its address; other dates stay as cancelled ones.
    """
    zone = settings.city.zone
    today = clock.today(zone)
    schedule = Schedule.from_json(gathering.schedule)
    horizon = today + timedelta(days=settings.policy.horizon_days)
    until = horizon
    if schedule.rhythm in (Rhythm.ONCE, Rhythm.DATES):
        # Dates somebody wrote down are kept however far away they are.
        until = max([until, schedule.first_day, *schedule.dates])
    new = gathering.materialised_until is None
    known_rows = () if new else db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == gathering.id))
    rows = {row.day: row for row in known_rows}
    if schedule.rhythm is Rhythm.ONCE:
        _keep_the_address(rows, schedule, before, settings)
    # A new gathering may have begun before today (an import, a demo): all of it is made. Later the past is left alone.
    # Where the site was down for longer than the horizon reaches, the days in between are made up for.
    known = min(today, gathering.materialised_until or schedule.first_day)
    begin = known - timedelta(days=schedule.span_days) if rows else schedule.first_day
    wanted = {slot.day: slot for slot in slots(schedule, zone, min(begin, until), until, JAPANESE_HOLIDAYS)}
    # What is over today is the past, too.
    free = {day: row for day, row in rows.items() if day >= begin and not row.touched and row.ends_at > clock.now()}
    for day, row in free.items():
        if day in wanted:
            _bring_back(row)
            set_time(row, wanted[day], settings)
            row.state = (OccurrenceState.PLANNED if row.day == day else OccurrenceState.MOVED).value
    gone = [row for day, row in free.items() if day not in wanted and not row.added and row.state != OccurrenceState.CANCELLED]
    noted = horizon if before is None or not before.repeats else today + NOTED_AHEAD
    told = [row for row in gone if before is not None and row.listed and row.day <= noted and _local_day(row, settings) not in wanted]
    for row in told:
        _take_away(row)
    silent = [row.id for row in gone if row not in told]
    if silent:
        db.session.execute(delete(Occurrence).where(Occurrence.id.in_(silent)))
    gathering.materialised_until = until
    if made := [_new_values(gathering, day, slot, settings) for day, slot in wanted.items() if day not in rows]:
        # Half a year of a weekly gathering in one statement: nobody needs these rows as objects now.
        db.session.execute(insert(Occurrence), made)
    db.session.flush()
    if not new:
        spread(gathering)
        keep_standing(gathering, settings)


def _keep_the_address(rows: dict[date, Occurrence], schedule: Schedule, before: Schedule | None, settings: Settings) -> None:
    """Have the one date of a gathering stand for the day it is on now, so that it is moved and not made a second time."""
    put_off = [row for row in rows.values() if row.state == OccurrenceState.MOVED and not row.touched]
    for row in put_off:
        stands_on = _local_day(row, settings)
        if stands_on != row.day and stands_on not in rows:
            rows[stands_on] = rows.pop(row.day)
    if before is None or before.rhythm is not Rhythm.ONCE or schedule.first_day in rows:
        return
    one = rows.get(before.first_day)
    if one is None or not one.listed or one.added or one.state == OccurrenceState.CANCELLED or one.ends_at <= clock.now():
        return
    # "Full" and "surely on" were said of another day.
    one.touched, one.note = False, ""
    rows[schedule.first_day] = rows.pop(before.first_day)


def _take_away(row: Occurrence) -> None:
    """Cancel a date that the schedule no longer holds. It stays untouched: a schedule that holds it again brings it back."""
    row.state, row.note = OccurrenceState.CANCELLED.value, DAY_CHANGED
    row.sequence += 1
    row.changed_at = clock.now()


def _bring_back(row: Occurrence) -> None:
    if row.state == OccurrenceState.CANCELLED:
        row.note = ""
        row.sequence += 1
        row.changed_at = clock.now()


def spread(gathering: Gathering) -> None:
    """Repeat on all dates what a list needs to know of the gathering."""
    db.session.execute(
        update(Occurrence)
        .where(Occurrence.gathering_id == gathering.id)
        .values(
            listed=gathering.publication == Publication.PUBLISHED,
            district=gathering.district,
            category=gathering.category,
            first_step=gathering.first_step,
        )
    )


def cancel_date(actor: Actor, gathering: Gathering, day: date, note: str, settings: Settings) -> Occurrence:
    """Cancel one date, at once and without asking anybody."""
    return _change_state(actor, gathering, day, OccurrenceState.CANCELLED, note, settings)


def restore_date(actor: Actor, gathering: Gathering, day: date, settings: Settings) -> Occurrence:
    """Take a cancellation or a "full" back."""
    return _change_state(actor, gathering, day, OccurrenceState.PLANNED, "", settings)


def mark_full(actor: Actor, gathering: Gathering, day: date, note: str, settings: Settings) -> Occurrence:
    """Say that no more people fit in on this date."""
    return _change_state(actor, gathering, day, OccurrenceState.FULL, note, settings)


def confirm_date(actor: Actor, gathering: Gathering, day: date, note: str, settings: Settings) -> Occurrence:
    """Say that this date surely takes place."""
    return _change_state(actor, gathering, day, OccurrenceState.CONFIRMED, note, settings)


def move_date(actor: Actor, gathering: Gathering, day: date, to: NewTime, note: str, settings: Settings) -> Occurrence:
    """Move one date to another day or hour. Its address stays that of the day it was announced for."""
    row = _row_to_change(actor, gathering, day)
    _not_over(row)
    slot = _slot(to, settings)
    if slot.ends_at <= clock.now():
        raise Invalid(Problem("day", N_("新しい日にちがもう過ぎています。これからの日にちを書いてください。")))
    before = DateBefore.of(row)
    set_time(row, slot, settings)
    _mark(actor, gathering, row, OccurrenceState.MOVED, note, before)
    keep_standing(gathering, settings)
    return row


def add_date(actor: Actor, gathering: Gathering, to: NewTime, note: str, settings: Settings) -> Occurrence:
    """Add a date the schedule does not hold."""
    may_change(actor, gathering)
    slot = _slot(to, settings)
    if slot.ends_at <= clock.now():
        raise Invalid(Problem("day", N_("この日はもう過ぎています。これからの日にちを書いてください。")))
    taken = Problem("day", N_("この日は、もう予定に入っています。"))
    if occurrence_of(gathering, to.day) is not None:
        raise Invalid(taken)
    row = Occurrence(**_new_values(gathering, to.day, slot, settings) | {"added": True, "touched": True, "note": note})
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # A second press, or another member of the group, at the same moment.
        raise Invalid(taken) from None
    spread(gathering)
    note_date(row, DateBefore())
    _stamp(actor, gathering, "date.added", to.day)
    keep_standing(gathering, settings)
    return row


def may_change(actor: Actor, gathering: Gathering) -> None:
    """Raise NotAllowed unless the actor is its host, edits for the city, or passes on what its host said."""
    if not actor.may_edit() and not is_host(actor, gathering):
        raise NotAllowed


def _change_state(actor: Actor, gathering: Gathering, day: date, state: OccurrenceState, note: str, settings: Settings) -> Occurrence:
    row = _row_to_change(actor, gathering, day)
    _not_over(row)
    if state is OccurrenceState.PLANNED and _was_moved(row, settings):
        state = OccurrenceState.MOVED
    _mark(actor, gathering, row, state, note, DateBefore.of(row))
    return row


def _not_over(row: Occurrence) -> None:
    if row.ends_at <= clock.now():
        raise WrongState(N_("この日はもう終わっています。"))


def _was_moved(row: Occurrence, settings: Settings) -> bool:
    return _local_day(row, settings) != row.day


def _local_day(row: Occurrence, settings: Settings) -> date:
    return row.starts_at.astimezone(settings.city.zone).date()


def _mark(actor: Actor, gathering: Gathering, row: Occurrence, state: OccurrenceState, note: str, before: DateBefore) -> None:
    row.state, row.note, row.touched = state.value, note, True
    row.sequence += 1
    row.changed_at = clock.now()
    note_date(row, before)
    _stamp(actor, gathering, f"date.{state.value}", row.day)


def _stamp(actor: Actor, gathering: Gathering, act: str, day: date) -> None:
    gathering.updated_at = clock.now()
    gathering.sequence += 1
    show_life(actor, gathering)
    record(actor, act, "gathering", gathering.public_id, day=day.isoformat())


def _row_to_change(actor: Actor, gathering: Gathering, day: date) -> Occurrence:
    may_change(actor, gathering)
    row = occurrence_of(gathering, day)
    if row is None:
        raise Invalid(Problem("day", N_("その日の予定は見つかりませんでした。")))
    return row


def _slot(to: NewTime, settings: Settings) -> Slot:
    schedule = Schedule(rhythm=Rhythm.ONCE, first_day=to.day, starts=to.starts, ends=to.ends)
    return slots(schedule, settings.city.zone, to.day, to.day, JAPANESE_HOLIDAYS)[0]


def _new_values(gathering: Gathering, day: date, slot: Slot, settings: Settings) -> dict[str, Any]:
    return {
        "gathering_id": gathering.id,
        "day": day,
        "state": OccurrenceState.PLANNED.value,
        "note": "",
        "sequence": 0,
        "listed": gathering.publication == Publication.PUBLISHED,
        "district": gathering.district,
        "category": gathering.category,
        "first_step": bool(gathering.first_step),
        "changed_at": clock.now(),
        **_time_values(slot, settings),
    }


def set_time(row: Occurrence, slot: Slot, settings: Settings) -> None:
    """Give a date row its time, and everything a list derives from it."""
    values = _time_values(slot, settings)
    if (row.starts_at, row.ends_at) != (values["starts_at"], values["ends_at"]):
        row.sequence += 1
        row.changed_at = clock.now()
    for name, value in values.items():
        setattr(row, name, value)


def _time_values(slot: Slot, settings: Settings) -> dict[str, Any]:
    starts_at, ends_at = slot.starts_at.astimezone(UTC), slot.ends_at.astimezone(UTC)
    is_long = ends_at - starts_at > LONG
    local = slot.starts_at.astimezone(settings.city.zone)
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "list_at": starts_at if is_long else ends_at,
        "all_day": slot.all_day,
        "end_known": slot.end_known,
        "is_long": is_long,
        "weekday": local.weekday(),
        "part": part_of_day(local),
    }


def part_of_day(local: datetime) -> str:
    """morning (to noon), afternoon (to 17:00) or evening, by the start."""
    if local.hour < 12:
        return "morning"
    return "afternoon" if local.hour < 17 else "evening"
