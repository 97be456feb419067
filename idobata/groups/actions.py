"""Writing groups."""

from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.groups.models import FOLDED_LENGTH, Group, Membership
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.text import fold_name
from idobata.store.database import db
from idobata.store.deeds import record

LEAD = "lead"
EDITOR = "editor"


def add_group(actor: Actor, slug: str, name: str, words: str, district: str | None, links: list[str], lead: Person) -> Group:
    """A new group with its first lead."""
    now = clock.now()
    group = Group(
        slug=slug,
        name=name,
        folded_name=fold_name(name)[:FOLDED_LENGTH],
        words=words,
        district=district,
        links=links,
        created_at=now,
        updated_at=now,
    )
    db.session.add(group)
    db.session.flush()
    add_member(group, lead, LEAD)
    record(actor, "group.added", "group", group.public_id)
    return group


def add_member(group: Group, person: Person, role: str) -> None:
    """Let a person post for a group."""
    known = db.session.scalar(select(Membership).where(Membership.group_id == group.id, Membership.person_id == person.id))
    if known is None:
        db.session.add(Membership(group_id=group.id, person_id=person.id, role=role, joined_at=clock.now()))
