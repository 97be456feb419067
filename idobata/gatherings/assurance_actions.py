"""Somebody made sure of a gathering: it goes on, something changed, it rests, it has ended. Each writes an assurance and a deed."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from idobata.gatherings.date_actions import may_change
from idobata.gatherings.freshness import LONGEST_PAUSE, Method, Outcome
from idobata.gatherings.freshness_models import Assurance, Freshness
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.standing_actions import PAUSE_NOTE, freshness_of, rest, settle
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, Problem, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import LABEL_LENGTH, record

# The host's own word, as the page shows it beside 「中止」.
END_NOTE = "終わりました"
# For so long the dates of a gathering that has ended are still told as cancelled; what lies behind is taken away.
TOLD_FOR = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Heard:
    """How somebody made sure, and a word for staff (cleaned, may be empty)."""

    method: Method
    note: str = ""


def goes_on(actor: Actor, gathering: Gathering, heard: Heard) -> None:
    """It goes on as the page says. Raises NotAllowed, WrongState when the town cannot see it."""
    fresh = _take_up(actor, gathering)
    fresh.paused_until = None
    _assure(actor, gathering, fresh, heard, Outcome.STILL)


def has_changed(actor: Actor, gathering: Gathering, heard: Heard) -> None:
    """It goes on, but something on the page is no longer right; the note says what. Raises Invalid without a note, else like `goes_on`."""
    if not heard.note:
        raise Invalid(Problem("note", N_("どこが変わったかを、ひとこと書いてください。")))
    fresh = _take_up(actor, gathering)
    _assure(actor, gathering, fresh, heard, Outcome.CHANGED)


def rests(actor: Actor, gathering: Gathering, until: date | None, heard: Heard, settings: Settings) -> None:
    """It rests up to a day, itself included: the dates in between are cancelled. Raises Invalid for a day that cannot be, else like `goes_on`."""
    zone = settings.city.zone
    today = clock.today(zone)
    if until is None:
        raise Invalid(Problem("until", N_("いつまで休むかを書いてください。")))
    if until < today:
        raise Invalid(Problem("until", N_("この日はもう過ぎています。これからの日を書いてください。")))
    if until > today + LONGEST_PAUSE:
        raise Invalid(Problem("until", N_("お休みは1年先までにしてください。もっと長くなるときは「終わりました」をえらんでください。")))
    fresh = _take_up(actor, gathering)
    rest(gathering, _midnight_after(until, zone), PAUSE_NOTE)
    gathering.sequence += 1
    fresh.paused_until = until
    _assure(actor, gathering, fresh, heard, Outcome.PAUSED, day=until.isoformat())


def has_ended(actor: Actor, gathering: Gathering, heard: Heard, settings: Settings) -> None:
    """It has ended: no date after today. Those of the next weeks stay as cancelled, so that calendars hear of it. Raises like `goes_on`."""
    zone = settings.city.zone
    today = clock.today(zone)
    fresh = _take_up(actor, gathering)
    _cancel_after(gathering, today, zone)
    gathering.sequence += 1
    fresh.ended_on, fresh.paused_until = today, None
    _assure(actor, gathering, fresh, heard, Outcome.ENDED)


def _take_up(actor: Actor, gathering: Gathering) -> Freshness:
    if not actor.is_staff:
        may_change(actor, gathering)
    # Two may press at once (a host in her mail, staff on the phone): the second waits and reads what the first one left.
    db.session.scalar(select(Gathering).where(Gathering.id == gathering.id).with_for_update().execution_options(populate_existing=True))
    if gathering.publication != Publication.PUBLISHED:
        raise WrongState(N_("この集まりは、いまはのせていません。"))
    return freshness_of(gathering)


def _assure(actor: Actor, gathering: Gathering, fresh: Freshness, heard: Heard, outcome: Outcome, **detail: object) -> None:
    now = clock.now()
    settle(fresh, gathering)
    if outcome is not Outcome.ENDED:
        fresh.ended_on = None
    gathering.checked_at = now
    db.session.add(
        Assurance(
            gathering_id=gathering.id,
            at=now,
            person_id=actor.person_id,
            who_label=actor.label[:LABEL_LENGTH],
            method=heard.method.value,
            outcome=outcome.value,
            note=heard.note,
        )
    )
    record(actor, f"assurance.{outcome.value}", "gathering", gathering.public_id, how=heard.method.value, **detail)


def _cancel_after(gathering: Gathering, today: date, zone: ZoneInfo) -> None:
    schedule = Schedule.from_json(gathering.schedule)
    later = (Occurrence.gathering_id == gathering.id, Occurrence.starts_at >= _midnight_after(today, zone))
    days = sorted(db.session.scalars(select(Occurrence.day).where(*later)))
    # However far away it is, the next date is told as cancelled; of a rule those after it only for some weeks.
    last = max(today + TOLD_FOR, days[0]) if days else today
    if schedule.repeats:
        db.session.execute(delete(Occurrence).where(*later, Occurrence.day > last))
        # Calendars keep the rule up to the last date that is told as cancelled: only so do they cross those dates out.
        told = max([today, *(day for day in days if day <= last)])
        gathering.schedule = replace(schedule, until=max(told, schedule.first_day), count=None).to_json()
    rest(gathering, None, END_NOTE, begins_from=_midnight_after(today, zone))


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)
