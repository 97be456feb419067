"""What the desk reads of reports and appeals, and how much waits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.moderation.models import Appeal, ReportCase
from idobata.moderation.reasons import Reason, is_muted
from idobata.moderation.report_actions import unfounded_by
from idobata.store.database import db

MOST = 200
# A host who sends her post again is read anyway; then nothing is left to ask.
_OPEN_APPEAL = (
    Appeal.closed_at.is_(None),
    Gathering.return_code.is_not(None),
    Gathering.publication.in_((Publication.DRAFT.value, Publication.WITHDRAWN.value)),
)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case with its reports counted by reason. `quiet` when all who wrote have reported without cause again and again."""

    case: ReportCase
    reasons: tuple[tuple[Reason, int], ...]
    taken_by: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class OpenAppeal:
    """An open appeal. `refused_by` is the name of who refused, `was_me` that it was the one who is reading."""

    appeal: Appeal
    refused_by: str
    was_me: bool


def open_cases() -> tuple[OpenCase, ...]:
    """What was reported and is not closed, the oldest first; those of false reporters last."""
    rows = db.session.scalars(
        select(ReportCase)
        .where(ReportCase.closed_at.is_(None))
        .options(joinedload(ReportCase.gathering).joinedload(Gathering.place), selectinload(ReportCase.reports))
        .order_by(ReportCase.opened_at, ReportCase.id)
        .limit(MOST)
    ).all()
    unfounded = unfounded_by({report.source for row in rows for report in row.reports})
    names = _names({row.taken_by_id for row in rows})
    cases = [_case(row, unfounded, names) for row in rows]
    return tuple(sorted(cases, key=lambda one: one.quiet))


def open_case(public_id: str) -> OpenCase:
    """The case with this id, open or closed. Raises NotFound."""
    row = (
        db.session.scalar(
            select(ReportCase)
            .where(ReportCase.public_id == public_id)
            .options(joinedload(ReportCase.gathering), selectinload(ReportCase.reports))
        )
        if is_public_id(public_id)
        else None
    )
    if row is None:
        raise NotFound
    return _case(row, unfounded_by({report.source for report in row.reports}), _names({row.taken_by_id}))


def closed_cases(limit: int = 20) -> tuple[ReportCase, ...]:
    """What was closed lately."""
    query = select(ReportCase).where(ReportCase.closed_at.is_not(None)).options(joinedload(ReportCase.gathering))
    return tuple(db.session.scalars(query.order_by(ReportCase.closed_at.desc()).limit(limit)))


def open_appeals(reader_id: int | None) -> tuple[OpenAppeal, ...]:
    """What hosts have asked to be looked at again, the oldest first."""
    rows = db.session.scalars(
        select(Appeal)
        .join(Appeal.gathering)
        .where(*_OPEN_APPEAL)
        .options(contains_eager(Appeal.gathering))
        .order_by(Appeal.at, Appeal.id)
        .limit(MOST)
    ).all()
    names = _names({row.refused_by_id for row in rows})
    return tuple(
        OpenAppeal(row, names.get(row.refused_by_id or 0, ""), row.refused_by_id is not None and row.refused_by_id == reader_id)
        for row in rows
    )


def appeal_by_public_id(public_id: str) -> Appeal:
    """The appeal with this id. Raises NotFound."""
    found = db.session.scalar(select(Appeal).where(Appeal.public_id == public_id)) if is_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def reports_waiting() -> tuple[int, datetime | None]:
    """How many cases are open, and since when the oldest."""
    return _count_and_oldest(select(func.count(), func.min(ReportCase.opened_at)).where(ReportCase.closed_at.is_(None)))


def appeals_waiting() -> tuple[int, datetime | None]:
    """How many appeals are open, and since when the oldest."""
    return _count_and_oldest(select(func.count(), func.min(Appeal.at)).join(Appeal.gathering).where(*_OPEN_APPEAL))


def _count_and_oldest(query: Select[int, datetime]) -> tuple[int, datetime | None]:
    count, oldest = db.session.execute(query).one()
    return int(count), oldest


def _case(row: ReportCase, unfounded: dict[str, int], names: dict[int, str]) -> OpenCase:
    counts = Counter(Reason(report.reason) for report in row.reports)
    return OpenCase(
        case=row,
        reasons=tuple(sorted(counts.items(), key=lambda item: (-item[1], list(Reason).index(item[0])))),
        taken_by=names.get(row.taken_by_id or 0, ""),
        quiet=bool(row.reports) and all(is_muted(unfounded.get(report.source, 0)) for report in row.reports),
    )


def _names(ids: set[int | None]) -> dict[int, str]:
    known = [one for one in ids if one is not None]
    if not known:
        return {}
    return {
        row.id: row.name or row.email
        for row in db.session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(known)))
    }
