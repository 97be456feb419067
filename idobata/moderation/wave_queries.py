"""Reading what waves are told by: waiting posts of people whom the town has never read."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.gatherings.trace_models import PostLink, PostTrace
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.moderation.models import Hold, Sweep
from idobata.moderation.waves import Waiting, marks
from idobata.store.database import db

MOST_LOOKED_AT = 5000
SHOWN = 60
_CHUNK = 500


def newcomers_waiting(until: int | None = None) -> list[Waiting]:
    """The waiting posts of people the town has never read, oldest first; with `until` none that came after this inner id."""
    before = aliased(Gathering)
    known = select(before.id).where(before.poster_id == Gathering.poster_id, before.published_at.is_not(None)).exists()
    query = (
        select(Gathering.id, Gathering.title, Gathering.summary, Gathering.poster_email, PostTrace.network)
        .outerjoin(PostTrace, PostTrace.gathering_id == Gathering.id)
        .where(
            Gathering.publication == Publication.IN_REVIEW.value,
            Gathering.published_at.is_(None),
            Gathering.source_key.is_(None),
            or_(Gathering.poster_id.is_(None), ~known),
        )
        .order_by(Gathering.id)
        .limit(MOST_LOOKED_AT)
    )
    rows = db.session.execute(query if until is None else query.where(Gathering.id <= until)).all()
    links = _links([row.id for row in rows])
    return [
        Waiting(
            id=row.id,
            title=row.title,
            summary=row.summary,
            email=row.poster_email,
            network=row.network or "",
            links=frozenset(links[row.id]),
        )
        for row in rows
    ]


def wave_marks() -> dict[int, int]:
    """For each waiting post of a newcomer how many look like it, by inner id."""
    return marks(newcomers_waiting())


def some_of(ids: Iterable[int]) -> list[Gathering]:
    """The first few gatherings of a wave, oldest first."""
    return list(db.session.scalars(select(Gathering).where(Gathering.id.in_(sorted(ids)[:SHOWN])).order_by(Gathering.id)))


def ids_of(public_ids: Collection[str]) -> set[int]:
    """Inner ids by public ones; what is no id of ours is left out."""
    return set(db.session.scalars(select(Gathering.id).where(Gathering.public_id.in_([one for one in public_ids if is_public_id(one)]))))


def recent_sweeps(person_id: int | None = None, limit: int = 10) -> list[Sweep]:
    """The latest sweeps, all or those of one person's posts."""
    query = select(Sweep).order_by(Sweep.id.desc()).limit(limit)
    return list(db.session.scalars(query if person_id is None else query.where(Sweep.person_id == person_id)))


def sweep_by_public_id(public_id: str) -> Sweep:
    """The sweep with this id. Raises NotFound."""
    found = db.session.scalar(select(Sweep).where(Sweep.public_id == public_id)) if is_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def swept(sweep: Sweep, limit: int = 200) -> list[Gathering]:
    """What a sweep took, oldest first."""
    query = select(Gathering).join(Hold, Hold.gathering_id == Gathering.id).where(Hold.sweep_id == sweep.id)
    return list(db.session.scalars(query.order_by(Gathering.id).limit(limit)))


def _links(ids: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for at in range(0, len(ids), _CHUNK):
        rows = db.session.execute(select(PostLink.gathering_id, PostLink.link).where(PostLink.gathering_id.in_(ids[at : at + _CHUNK])))
        for gathering_id, link in rows:
            found[gathering_id].add(link)
    return found
