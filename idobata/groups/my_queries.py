"""What members see of their groups: names and roles, never an address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from idobata.accounts.models import MailLink
from idobata.groups.models import Group, GroupInvitation, GroupSuccession, Membership
from idobata.groups.queries import invitation_is_open
from idobata.groups.succession import Stage
from idobata.groups.succession_actions import STILL
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.ids import token_hash
from idobata.store.database import db


@dataclass(frozen=True, slots=True)
class MyGroup:
    """A group and the role the actor has in it."""

    group: Group
    role: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation nobody has used. `mailed` says whether the site mailed it; where to is nobody's business any more."""

    public_id: str
    role: str
    mailed: bool
    ends_at: datetime


def my_groups(actor: Actor) -> list[MyGroup]:
    """The groups an actor is a member of, by name."""
    rows = db.session.execute(
        select(Group, Membership.role, GroupSuccession.stage)
        .join(Membership, Membership.group_id == Group.id)
        .outerjoin(GroupSuccession, GroupSuccession.group_id == Group.id)
        .where(Membership.person_id == actor.person_id, Group.ended_at.is_(None))
        .order_by(Group.name, Group.id)
    )
    return [MyGroup(group, role, Stage(stage) if stage else Stage.NONE) for group, role, stage in rows]


def stage_of(group: Group) -> Stage:
    """Who is asked at present because the leads are quiet."""
    stage = db.session.scalar(select(GroupSuccession.stage).where(GroupSuccession.group_id == group.id))
    return Stage(stage) if stage else Stage.NONE


def open_invitations(group: Group) -> list[OpenInvitation]:
    """What can still be used, the newest first."""
    rows = db.session.scalars(
        select(GroupInvitation).where(GroupInvitation.group_id == group.id, invitation_is_open()).order_by(GroupInvitation.id.desc())
    )
    return [OpenInvitation(row.public_id, row.role, bool(row.email), row.ends_at) for row in rows]


def invitation_behind(token: str) -> tuple[GroupInvitation, Group] | None:
    """The open invitation with this secret and its group. Looking changes nothing: mail scanners look too."""
    return _open_invitation(GroupInvitation.token_hash == token_hash(token))


def invitation_with_id(public_id: str) -> tuple[GroupInvitation, Group] | None:
    """The same by the invitation's public id."""
    return _open_invitation(GroupInvitation.public_id == public_id)


def group_asked_by(token: str) -> Group | None:
    """The group a lead is asked about by this open link."""
    subject = db.session.scalar(
        select(MailLink.subject_id).where(
            MailLink.token_hash == token_hash(token),
            MailLink.purpose == STILL,
            MailLink.used_at.is_(None),
            MailLink.ends_at > clock.now(),
        )
    )
    if subject is None:
        return None
    return db.session.scalar(select(Group).where(Group.public_id == subject, Group.ended_at.is_(None)))


def _open_invitation(which: ColumnElement[bool]) -> tuple[GroupInvitation, Group] | None:
    found = db.session.execute(
        select(GroupInvitation, Group)
        .join(Group, Group.id == GroupInvitation.group_id)
        .where(which, invitation_is_open(), Group.ended_at.is_(None))
    ).first()
    return (found[0], found[1]) if found else None
