"""What the desk reads of changes that wait."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.gatherings.version_models import GatheringVersion, VersionState
from idobata.store.database import db

SHOWN = 20
COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class WaitingChanges:
    """The changes that wait longest, and how many wait in all (counted up to `COUNT_LIMIT`)."""

    rows: tuple[GatheringVersion, ...]
    total: int

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.total >= COUNT_LIMIT


def waiting_changes() -> WaitingChanges:
    """Changes of published gatherings that wait for a decision, the oldest first."""
    query = (
        select(GatheringVersion)
        .join(GatheringVersion.gathering)
        .where(GatheringVersion.state == VersionState.WAITING.value, Gathering.publication == Publication.PUBLISHED.value)
    )
    loaded = query.options(
        joinedload(GatheringVersion.gathering).joinedload(Gathering.place),
        joinedload(GatheringVersion.gathering).joinedload(Gathering.group),
    )
    rows = db.session.scalars(loaded.order_by(GatheringVersion.made_at, GatheringVersion.id).limit(SHOWN))
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(GatheringVersion.id).limit(COUNT_LIMIT).subquery()))
    return WaitingChanges(tuple(rows), total or 0)
