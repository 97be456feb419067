"""Finding groups, and who may act for them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from idobata.accounts.models import Person
from idobata.groups.models import Group, GroupCategory, GroupInvitation, Membership
from idobata.groups.roles import LEAD
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import NotFound
from idobata.store.database import db


def group_by_slug(slug: str) -> Group | None:
    """The group with this slug."""
    return db.session.scalar(select(Group).where(Group.slug == slug))


def group_by_public_id(public_id: str) -> Group | None:
    """The group with this public id."""
    return db.session.scalar(select(Group).where(Group.public_id == public_id))


def groups_by_name(limit: int, offset: int = 0, *, district: str = "", category: str = "") -> list[Group]:
    """Groups that are still there, in the order of their names; those of one district or on one shelf only, when asked."""
    wanted = _asked(select(Group).where(Group.ended_at.is_(None)), district, category)
    return list(db.session.scalars(wanted.order_by(Group.name, Group.id).limit(limit).offset(offset)))


def categories_of(groups: Iterable[Group]) -> dict[int, tuple[str, ...]]:
    """The shelves of each group, by its inner id; a group without one is left out."""
    ids = [group.id for group in groups]
    found: dict[int, tuple[str, ...]] = {}
    rows = select(GroupCategory).where(GroupCategory.group_id.in_(ids)).order_by(GroupCategory.category)
    for row in db.session.scalars(rows) if ids else ():
        found[row.group_id] = (*found.get(row.group_id, ()), row.category)
    return found


def groups_of(actor: Actor) -> list[Group]:
    """The groups an actor may post for. One that has ended is nobody's any more."""
    if actor.person_id is None:
        return []
    own = select(Membership.group_id).where(Membership.person_id == actor.person_id)
    return list(db.session.scalars(select(Group).where(Group.id.in_(own), Group.ended_at.is_(None)).order_by(Group.name)))


def role_in(actor: Actor, group_id: int) -> str | None:
    """The actor's role in a group; None for no member, and for a group that has ended."""
    if actor.person_id is None:
        return None
    return db.session.scalar(
        select(Membership.role)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.group_id == group_id, Membership.person_id == actor.person_id, Group.ended_at.is_(None))
    )


def members_of(group: Group) -> list[Membership]:
    """Members in the order they joined, leads first."""
    rows = select(Membership).where(Membership.group_id == group.id).order_by(Membership.joined_at, Membership.person_id)
    return sorted(db.session.scalars(rows), key=lambda one: one.role != LEAD)


def group_for_member(actor: Actor, slug: str) -> tuple[Group, Membership]:
    """A group and the actor's own membership; NotFound for whoever is no member, as for a group that is not there."""
    found = db.session.execute(
        select(Group, Membership)
        .join(Membership, Membership.group_id == Group.id)
        .where(Group.slug == slug, Membership.person_id == actor.person_id, Group.ended_at.is_(None))
    ).first()
    if found is None or actor.person_id is None:
        raise NotFound
    return found[0], found[1]


def invitation_is_open() -> ColumnElement[bool]:
    """The condition that an invitation can be used: nobody has, it was not taken back, its week is not over, and whoever made it could
    still make it: the city, or a lead who leads the group now and was not suspended."""
    leads = (
        select(Membership.person_id)
        .where(
            Membership.group_id == GroupInvitation.group_id,
            Membership.person_id == GroupInvitation.inviter_id,
            Membership.role == LEAD,
        )
        .exists()
    )
    suspended = select(Person.id).where(Person.id == GroupInvitation.inviter_id, Person.suspended_at.is_not(None)).exists()
    return and_(
        GroupInvitation.used_at.is_(None),
        GroupInvitation.revoked_at.is_(None),
        GroupInvitation.ends_at > clock.now(),
        or_(GroupInvitation.by_city, leads),
        ~suspended,
    )


def named_alike(key: str, *, but: int | None = None) -> Group | None:
    """A group that is still there and whose name looks like this key."""
    rows = select(Group).where(Group.folded_name == key, Group.ended_at.is_(None)).order_by(Group.id)
    return next((one for one in db.session.scalars(rows) if one.id != but), None)


def checks_end_between(first: date, last: date) -> Select[Group]:
    """Groups whose check ends on one of these days."""
    return select(Group).where(Group.ended_at.is_(None), Group.checked_until.between(first, last))


def _asked(query: Select[Group], district: str, category: str) -> Select[Group]:
    if district:
        query = query.where(Group.district == district)
    if category:
        query = query.where(Group.id.in_(select(GroupCategory.group_id).where(GroupCategory.category == category)))
    return query
