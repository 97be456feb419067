"""Reading groups."""

from sqlalchemy import select

from idobata.groups.models import Group, Membership
from idobata.kernel.actor import Actor
from idobata.store.database import db


def group_by_slug(slug: str) -> Group | None:
    """The group with this slug."""
    return db.session.scalar(select(Group).where(Group.slug == slug))


def groups_by_name(limit: int, offset: int = 0) -> list[Group]:
    """Groups in the order of their names."""
    return list(db.session.scalars(select(Group).order_by(Group.name, Group.id).limit(limit).offset(offset)))


def groups_of(actor: Actor) -> list[Group]:
    """The groups an actor may post for."""
    if actor.person_id is None:
        return []
    own = select(Membership.group_id).where(Membership.person_id == actor.person_id)
    return list(db.session.scalars(select(Group).where(Group.id.in_(own)).order_by(Group.name)))
