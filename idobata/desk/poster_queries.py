"""What the desk reads of one person: her posts, and what she did."""

from sqlalchemy import func, select

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.store.database import db
from idobata.store.deeds import Deed

POSTS_SHOWN = 100
DEEDS_SHOWN = 50


def person_of_desk(public_id: str) -> Person:
    """The person with this id. Raises NotFound."""
    found = db.session.scalar(select(Person).where(Person.public_id == public_id)) if is_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def posts_of(person: Person) -> list[Gathering]:
    """What she has sent, what is published first; drafts nobody has sent are hers alone."""
    rank = (Gathering.publication == Publication.PUBLISHED.value).desc()
    return list(
        db.session.scalars(
            select(Gathering)
            .where(Gathering.poster_id == person.id, Gathering.submitted_at.is_not(None))
            .order_by(rank, Gathering.id.desc())
            .limit(POSTS_SHOWN)
        )
    )


def counts_of(person: Person) -> dict[str, int]:
    """How many of her posts are in which state of publication."""
    rows = db.session.execute(
        select(Gathering.publication, func.count()).where(Gathering.poster_id == person.id).group_by(Gathering.publication)
    )
    return dict(rows.all())


def deeds_of(person: Person) -> list[Deed]:
    """What she did and what was done to her, the latest first."""
    about_her = (Deed.thing == "person") & (Deed.thing_id == person.public_id)
    return list(
        db.session.scalars(select(Deed).where((Deed.actor_id == person.id) | about_her).order_by(Deed.id.desc()).limit(DEEDS_SHOWN))
    )
