"""Reading freshness: who is to be asked, what a host has not answered yet, and who made sure last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from idobata.accounts.models import MailLink, Person
from idobata.gatherings.freshness import Method, Watch
from idobata.gatherings.freshness_models import Assurance, Freshness
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.proxy_models import ProxyPost
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.groups.models import Group, Membership
from idobata.groups.roles import LEAD
from idobata.kernel import clock
from idobata.kernel.ids import token_hash
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.id_lists import among

STILL = "still"


@dataclass(frozen=True, slots=True)
class Watched:
    """A gathering that has not been heard of for long, as plain values: its inner id, whom to write to (maybe nobody), its watch."""

    gathering_id: int
    addresses: tuple[str, ...]
    watch: Watch


@dataclass(frozen=True, slots=True)
class Sureness:
    """What a page says about freshness: how somebody made sure last, whether that is long ago, and on which day the end was told."""

    method: Method | None
    is_unconfirmed: bool
    ended_on: date | None


def is_written_to(address: str) -> ColumnElement[bool]:
    """True for gatherings whose letters go to this address too, in a query that joins `ProxyPost`."""
    whom = or_(Membership.role == LEAD, Membership.person_id == Gathering.poster_id)
    member = select(Person.id).join(Membership, Membership.person_id == Person.id).where(Person.email == address, whom)
    of_group = member.where(Membership.group_id == Gathering.group_id).correlate(Gathering).exists()
    return or_(and_(_has_group(), of_group), and_(not_(_has_group()), _alone() == address))


def addresses_of(ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Whom to write to about each of these gatherings, nobody twice; empty where there is nobody.

    Of a group that goes on: the poster while she is a member, and every lead. Else the poster, else whom staff typed it for.
    """
    mine = among(list(ids), Gathering.id.expression)
    members = (
        select(Gathering.id, Person.email)
        .join(Membership, Membership.group_id == Gathering.group_id)
        .join(Person, Person.id == Membership.person_id)
        .where(mine, _has_group(), or_(Membership.role == LEAD, Person.id == Gathering.poster_id))
        .order_by(Gathering.id, case((Person.id == Gathering.poster_id, 0), else_=1), Person.email)
    )
    alone = select(Gathering.id, _alone()).outerjoin(ProxyPost, ProxyPost.gathering_id == Gathering.id).where(mine, not_(_has_group()))
    found: dict[int, tuple[str, ...]] = dict.fromkeys(ids, ())
    for one, address in [*db.session.execute(members), *db.session.execute(alone)]:
        if address:
            found[one] = (*found[one], address)
    return found


def _has_group() -> ColumnElement[bool]:
    return select(Group.id).where(Group.id == Gathering.group_id, Group.ended_at.is_(None)).correlate(Gathering).exists()


def _alone() -> ColumnElement[str]:
    return func.coalesce(func.nullif(Gathering.poster_email, ""), ProxyPost.host_email, "")


def last_sign() -> ColumnElement[datetime]:
    """When a gathering was checked last, or else published."""
    return func.coalesce(Gathering.checked_at, Gathering.published_at, Gathering.created_at)


def has_dates_to_come() -> ColumnElement[bool]:
    """True for a gathering with a date that is not over and not cancelled."""
    return (
        select(Occurrence.id)
        .where(
            Occurrence.gathering_id == Gathering.id,
            Occurrence.ends_at > clock.now(),
            Occurrence.state != OccurrenceState.CANCELLED.value,
        )
        .exists()
    )


def watched(settings: Settings, *, only: Collection[int] | None = None, ahead: timedelta = timedelta()) -> list[Watched]:
    """Published gatherings with dates to come that nobody has answered for during `ask_every_days`; `ahead` looks as far into the future.

    With `only` just those of these inner ids.
    """
    cutoff = clock.now() + ahead - timedelta(days=settings.policy.ask_every_days)
    query = (
        select(
            Gathering.id,
            last_sign().label("sign"),
            Freshness.lively_at,
            Freshness.mails,
            Freshness.mailed_at,
            Freshness.paused_until,
        )
        .outerjoin(Freshness, Freshness.gathering_id == Gathering.id)
        .where(
            Gathering.publication == Publication.PUBLISHED.value,
            last_sign() <= cutoff,
            or_(Freshness.lively_at.is_(None), Freshness.lively_at <= cutoff),
            Freshness.unconfirmed_at.is_(None),
            has_dates_to_come(),
        )
        .order_by(Gathering.id)
    )
    if only is not None:
        query = query.where(among(list(only), Gathering.id.expression))
    rows = db.session.execute(query).all()
    whom = addresses_of([row.id for row in rows])
    return [Watched(row.id, whom[row.id], _watch(row, has_address=bool(whom[row.id]))) for row in rows]


def asked_of(address: str) -> list[Gathering]:
    """What this host was asked about and has not answered yet, in the order of titles."""
    query = (
        select(Gathering)
        .join(Freshness, Freshness.gathering_id == Gathering.id)
        .outerjoin(ProxyPost, ProxyPost.gathering_id == Gathering.id)
        .where(
            Freshness.asked_at.is_not(None),
            Gathering.publication == Publication.PUBLISHED.value,
            is_written_to(address),
        )
        .order_by(Gathering.title, Gathering.id)
    )
    return list(db.session.scalars(query))


def address_of_still_link(token: str) -> str | None:
    """Whose answers a mailed link carries; None when it is unknown or has ended. Looking changes nothing: mail scanners look too."""
    return db.session.scalar(
        select(MailLink.email).where(
            MailLink.token_hash == token_hash(token), MailLink.purpose == STILL, MailLink.ends_at > clock.now(), MailLink.used_at.is_(None)
        )
    )


def sureness_of(gathering: Gathering) -> Sureness:
    """What the gathering's page says about freshness."""
    method = db.session.scalar(
        select(Assurance.method).where(Assurance.gathering_id == gathering.id).order_by(Assurance.at.desc(), Assurance.id.desc()).limit(1)
    )
    fresh = db.session.get(Freshness, gathering.id)
    return Sureness(
        method=Method(method) if method else None,
        is_unconfirmed=fresh is not None and fresh.unconfirmed_at is not None,
        ended_on=fresh.ended_on if fresh else None,
    )


def assurances_of(gathering: Gathering, limit: int = 10) -> list[Assurance]:
    """Who made sure of it, the latest first."""
    query = select(Assurance).where(Assurance.gathering_id == gathering.id)
    return list(db.session.scalars(query.order_by(Assurance.at.desc(), Assurance.id.desc()).limit(limit)))


def _watch(row: Any, *, has_address: bool) -> Watch:
    sign: datetime = row.sign
    return Watch(
        last_sign=max(sign, row.lively_at) if row.lively_at else sign,
        has_address=has_address,
        mails=row.mails or 0,
        mailed_at=row.mailed_at,
        paused_until=row.paused_until,
    )
