"""What a poster sees of her own: her gatherings with their next dates, one to manage, and the draft behind a mailed link."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from idobata.accounts.actions import CONFIRM_POST
from idobata.accounts.models import MailLink
from idobata.gatherings.date_actions import may_change
from idobata.gatherings.host_queries import is_host
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.queries import gathering_by_public_id, occurrence_of
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.gatherings.values import GatheringValues
from idobata.groups.models import Group
from idobata.groups.queries import groups_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import NotAllowed, NotFound
from idobata.kernel.ids import is_public_id, token_hash
from idobata.places.queries import register_place
from idobata.store.database import db

PER_PAGE = 30
MOST_DATES = 60
# A second press of the same button comes within this time.
JUST_NOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the poster's gatherings, and its next date that takes place."""

    gathering: Gathering
    next_one: Occurrence | None


@dataclass(frozen=True, slots=True)
class MailedLink:
    """A link that confirms a post. `gathering` is None when it is gone."""

    is_open: bool
    was_used: bool
    email: str
    gathering: Gathering | None


def my_gatherings(actor: Actor, page: int = 1) -> tuple[list[Mine], bool]:
    """What the actor posted and what the actor's groups have, last changed first; and whether there is another page."""
    groups = [group.id for group in groups_of(actor)]
    rows = list(
        db.session.scalars(
            select(Gathering)
            .where(or_(Gathering.group_id.in_(groups), and_(Gathering.poster_id == actor.person_id, _is_personal())))
            .options(joinedload(Gathering.place), joinedload(Gathering.group))
            .order_by(Gathering.updated_at.desc(), Gathering.id.desc())
            .limit(PER_PAGE + 1)
            .offset((page - 1) * PER_PAGE)
        )
    )
    return [Mine(row, _next_date(row)) for row in rows[:PER_PAGE]], len(rows) > PER_PAGE


def _is_personal() -> ColumnElement[bool]:
    """No group looks after it, or none any more."""
    ended = select(Group.id).where(Group.ended_at.is_not(None))
    return or_(Gathering.group_id.is_(None), Gathering.group_id.in_(ended))


def one_of_mine(actor: Actor, public_id: str) -> Gathering:
    """A gathering the actor may change; NotFound for any other, whatever the reason."""
    row = None
    if is_public_id(public_id):
        row = db.session.scalar(
            select(Gathering).where(Gathering.public_id == public_id).options(joinedload(Gathering.place), joinedload(Gathering.group))
        )
    if row is None:
        raise NotFound
    try:
        may_change(actor, row)
    except NotAllowed:
        raise NotFound from None
    # What somebody still writes is not the city's to read.
    if row.publication == Publication.DRAFT and row.submitted_at is None and not is_host(actor, row):
        raise NotFound
    return row


def coming_dates(gathering: Gathering) -> list[Occurrence]:
    """The dates that are not over, cancelled ones too, in order."""
    wanted = and_(Occurrence.gathering_id == gathering.id, Occurrence.ends_at > clock.now())
    rows = select(Occurrence).where(wanted).options(joinedload(Occurrence.gathering)).order_by(Occurrence.starts_at).limit(MOST_DATES)
    return list(db.session.scalars(rows))


def past_count(gathering: Gathering) -> int:
    """How many dates are over."""
    query = select(func.count()).where(Occurrence.gathering_id == gathering.id, Occurrence.ends_at <= clock.now())
    return db.session.scalar(query) or 0


def date_of(gathering: Gathering, day: date) -> Occurrence:
    """The date that was announced for `day`; NotFound when there is none."""
    row = occurrence_of(gathering, day)
    if row is None:
        raise NotFound
    return row


def posted_just_now(actor: Actor, email: str, values: GatheringValues) -> Gathering | None:
    """The very same post, sent a moment ago: somebody pressed twice."""
    sender = (
        Gathering.poster_id == actor.person_id if actor.is_known else and_(Gathering.poster_id.is_(None), Gathering.poster_email == email)
    )
    rows = db.session.scalars(
        select(Gathering)
        .where(
            sender,
            Gathering.title == values.title,
            Gathering.created_at > clock.now() - JUST_NOW,
            Gathering.publication != Publication.WITHDRAWN.value,
        )
        .order_by(Gathering.id.desc())
        .limit(5)
    )
    plan = values.schedule.to_json()
    return next((row for row in rows if row.schedule == plan and (row.summary, row.body) == (values.summary, values.body)), None)


def mailed_link(token: str) -> MailedLink | None:
    """What is known of a link that confirms a post. Looking changes nothing: mail scanners look too."""
    link = db.session.scalar(select(MailLink).where(MailLink.token_hash == token_hash(token), MailLink.purpose == CONFIRM_POST))
    if link is None:
        return None
    row = gathering_by_public_id(link.subject_id or "")
    return MailedLink(
        is_open=link.used_at is None and link.ends_at > clock.now(), was_used=link.used_at is not None, email=link.email, gathering=row
    )


def register_place_id(name: str, district: str) -> str:
    """The public id of the register's own place with this name, or nothing.

    A poster's words about such a place must not change what the city has checked.
    """
    found = register_place(name, district)
    return found.public_id if found else ""


def _next_date(gathering: Gathering) -> Occurrence | None:
    return db.session.scalar(
        select(Occurrence)
        .where(
            Occurrence.gathering_id == gathering.id,
            Occurrence.ends_at > clock.now(),
            Occurrence.state != OccurrenceState.CANCELLED.value,
        )
        .order_by(Occurrence.list_at)
        .limit(1)
    )
