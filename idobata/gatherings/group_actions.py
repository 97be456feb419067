"""What a change in a group means for its gatherings."""

from sqlalchemy import select, update

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import index
from idobata.groups.models import Group
from idobata.kernel.settings import Settings
from idobata.store.database import db


def hand_over_posts(group: Group, from_person_id: int, to_person_id: int) -> None:
    """What somebody posted for a group stays with the group when she goes: from now on another member stands for it."""
    email = db.session.get_one(Person, to_person_id).email
    db.session.execute(
        update(Gathering)
        .where(Gathering.group_id == group.id, Gathering.poster_id == from_person_id)
        .values(poster_id=to_person_id, poster_email=email)
    )


def follow_new_name(group: Group, settings: Settings) -> None:
    """Let the search find a group's gatherings by its new name."""
    for row in db.session.scalars(select(Gathering).where(Gathering.group_id == group.id)):
        index(row, settings)
