"""What a city learns from its listings alone: where and when there is something, and where there is not yet. Nobody is counted here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.id_lists import among
from idobata.welcome.find import FREE, NO_SIGNUP
from idobata.welcome.mark import MarkState
from idobata.welcome.models import WelcomeMark

# Counted is what has a date in these days.
DAYS = 28
# Ages in days: at most 30, 90, 180, and more.
AGES = (30, 90, 180)
NEVER = -1

Hour = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Gatherings with a date in the next four weeks, each counted once in a cell; `marked_only`: those with the welcome mark; `fact`: those
    of which this welcome fact is true, or "" for all.

    `hours` by district, weekday and part of the day; `totals` by district; `facts` by fact and district; `checks` by age of the last
    check (an index into `AGES`, one beyond for older, `NEVER`). The empty district is "none".
    """

    marked_only: bool
    first: date
    last: date
    hours: Mapping[Hour, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    checks: Mapping[int, int] = field(default_factory=dict)
    fact: str = ""


def gaps(settings: Settings, *, marked_only: bool, fact: str = "") -> Gaps:
    """Counts of what takes place from now on for `DAYS` days."""
    zone = settings.city.zone
    today = clock.today(zone)
    last = today + timedelta(days=DAYS - 1)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    meant = [
        Occurrence.first_step.is_(True) if marked_only else Occurrence.listed.is_(True),
        Occurrence.list_at > clock.now(),
        Occurrence.starts_at < end,
        # It stands in a list at its end, a day later at most.
        Occurrence.list_at < end + timedelta(days=1),
        Occurrence.state != literal_column("'cancelled'"),
    ]
    if fact:
        meant.append(_has(fact))
    hours: Counter[Hour] = Counter()
    dates = select(Occurrence.gathering_id, Occurrence.district, Occurrence.weekday, Occurrence.part).where(*meant).distinct()
    where: dict[int, str] = {}
    for gathering_id, district, weekday, part in db.session.execute(dates):
        hours[district or "", weekday, part] += 1
        where[gathering_id] = district or ""
    meeting = among(list(where), Gathering.id.expression)
    return Gaps(marked_only, today, last, hours, Counter(where.values()), _facts(meeting), _checks(meeting), fact)


def marks_by_age() -> dict[tuple[MarkState, int], int]:
    """How many marks are in each state, by how long they have been in it (an index into `AGES`, one beyond for longer)."""
    age = _age(WelcomeMark.state_at)
    rows = db.session.execute(select(WelcomeMark.state, age, func.count()).group_by(WelcomeMark.state, age))
    return {(MarkState(state), int(index)): int(number) for state, index, number in rows}


def _has(fact: str) -> ColumnElement[bool]:
    # These two are asked in the posting form itself.
    if fact == FREE:
        return Occurrence.gathering_id.in_(select(Gathering.id).where(Gathering.fee_kind == FeeKind.FREE.value))
    if fact == NO_SIGNUP:
        return Occurrence.gathering_id.in_(select(Gathering.id).where(Gathering.signup_kind == SignupKind.NONE.value))
    return Occurrence.gathering_id.in_(select(GatheringFact.gathering_id).where(GatheringFact.fact == fact, GatheringFact.is_yes.is_(True)))


def _facts(meant: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    declared = (
        select(GatheringFact.fact, Gathering.district, func.count())
        .join(Gathering, Gathering.id == GatheringFact.gathering_id)
        .where(meant, GatheringFact.is_yes.is_(True), GatheringFact.fact.not_in((FREE, NO_SIGNUP)))
        .group_by(GatheringFact.fact, Gathering.district)
    )
    for fact, district, number in db.session.execute(declared):
        found[fact, district or ""] += int(number)
    # These two are asked in the posting form itself.
    free = func.sum(case((Gathering.fee_kind == FeeKind.FREE.value, 1), else_=0))
    no_signup = func.sum(case((Gathering.signup_kind == SignupKind.NONE.value, 1), else_=0))
    for district, without_fee, without_signup in db.session.execute(
        select(Gathering.district, free, no_signup).where(meant).group_by(Gathering.district)
    ):
        found[FREE, district or ""] += int(without_fee or 0)
        found[NO_SIGNUP, district or ""] += int(without_signup or 0)
    return dict(found)


def _checks(meant: ColumnElement[bool]) -> dict[int, int]:
    age = case((Gathering.checked_at.is_(None), NEVER), else_=_age(Gathering.checked_at))
    return {int(index): int(number) for index, number in db.session.execute(select(age, func.count()).where(meant).group_by(age))}


def _age(moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]) -> ColumnElement[int]:
    now = clock.now()
    return case(*((moment >= now - timedelta(days=days), index) for index, days in enumerate(AGES)), else_=len(AGES))
