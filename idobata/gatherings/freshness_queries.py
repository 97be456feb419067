"""Reading freshness: who is to be asked, what a host has not answered yet, and who made sure last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

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

STILL = "still"


@dataclass(frozen=True, slots=True)
class Watched:
    """A gathering that has not been heard of for long, as a row of plain values: its inner id, its host's address (may be empty), its watch."""

    gathering_id: int
    address: str
    watch: Watch


@dataclass(frozen=True, slots=True)
class Sureness:
    """What a page says about freshness: how somebody made sure last, whether that is long ago, and on which day the end was told."""

    method: Method | None
    is_unconfirmed: bool
    ended_on: date | None


def host_address() -> ColumnElement[str]:
    """The mail address of a gathering's host, in a query that joins `ProxyPost`.

    Of a group that goes on: the poster while she is a member, else a lead. Else the poster's own, else the one staff were told.
    """
    member = select(Person.email).join(Membership, Membership.person_id == Person.id).where(Membership.group_id == Gathering.group_id)
    poster = member.where(Person.id == Gathering.poster_id).correlate(Gathering).scalar_subquery()
    lead = member.with_only_columns(func.min(Person.email)).where(Membership.role == LEAD).correlate(Gathering).scalar_subquery()
    goes_on = select(Group.id).where(Group.id == Gathering.group_id, Group.ended_at.is_(None)).exists()
    alone = func.coalesce(func.nullif(Gathering.poster_email, ""), ProxyPost.host_email, "")
    return case((goes_on, func.coalesce(poster, lead, "")), else_=alone)


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


def watched(
    settings: Settings, *, address: str | None = None, among: Collection[int] | None = None, ahead: timedelta = timedelta()
) -> list[Watched]:
    """Published gatherings with dates to come that nobody has answered for during `ask_every_days`; `ahead` looks as far into the future.

    With `address` only those of that host, with `among` only those of these inner ids.
    """
    cutoff = clock.now() + ahead - timedelta(days=settings.policy.ask_every_days)
    query = (
        select(
            Gathering.id,
            host_address().label("address"),
            last_sign().label("sign"),
            Freshness.lively_at,
            Freshness.mails,
            Freshness.mailed_at,
            Freshness.paused_until,
        )
        .outerjoin(Freshness, Freshness.gathering_id == Gathering.id)
        .outerjoin(ProxyPost, ProxyPost.gathering_id == Gathering.id)
        .where(
            Gathering.publication == Publication.PUBLISHED.value,
            last_sign() <= cutoff,
            or_(Freshness.lively_at.is_(None), Freshness.lively_at <= cutoff),
            Freshness.unconfirmed_at.is_(None),
            has_dates_to_come(),
        )
        .order_by(Gathering.id)
    )
    if address is not None:
        query = query.where(host_address() == address)
    if among is not None:
        query = query.where(Gathering.id.in_(among))
    return [Watched(row.id, row.address, _watch(row)) for row in db.session.execute(query)]


def asked_of(address: str) -> list[Gathering]:
    """What this host was asked about and has not answered yet, in the order of titles."""
    query = (
        select(Gathering)
        .join(Freshness, Freshness.gathering_id == Gathering.id)
        .outerjoin(ProxyPost, ProxyPost.gathering_id == Gathering.id)
        .where(
            Freshness.asked_at.is_not(None),
            Gathering.publication == Publication.PUBLISHED.value,
            host_address() == address,
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


def _watch(row: Any) -> Watch:
    sign: datetime = row.sign
    return Watch(
        last_sign=max(sign, row.lively_at) if row.lively_at else sign,
        has_address=bool(row.address),
        mails=row.mails or 0,
        mailed_at=row.mailed_at,
        paused_until=row.paused_until,
    )
