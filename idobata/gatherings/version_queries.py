"""Reading versions: the picture of a row, the one that is live, and the one its host is waiting for."""

from collections.abc import Iterable

from sqlalchemy import select

from idobata.gatherings.models import Gathering
from idobata.gatherings.significance import Picture
from idobata.gatherings.states import Publication, VenueKind
from idobata.gatherings.version_models import GatheringVersion, VersionState
from idobata.gatherings.version_values import SAME_NAME, merge, public_contact
from idobata.store.database import db

_OPEN = (VersionState.WAITING.value, VersionState.RETURNED.value)


def picture_of(gathering: Gathering) -> Picture:
    """What a row says to readers, as plain values."""
    at_place = gathering.venue_kind == VenueKind.PLACE and gathering.place is not None
    return {
        **{name: getattr(gathering, name) for name in SAME_NAME},
        # The area of a home is public, and only where people meet at one.
        "area_words": gathering.area_words if gathering.venue_kind == VenueKind.PRIVATE else "",
        "group": {"slug": gathering.group.slug, "name": gathering.group.name} if gathering.group else None,
        "place": {"public_id": gathering.place.public_id, "name": gathering.place.name} if at_place and gathering.place else None,
        "contact": public_contact(gathering),
        "facts": dict(gathering.facts),
        "first_visit": dict(gathering.first_visit),
        "schedule": dict(gathering.schedule),
    }


def live_version(gathering: Gathering) -> GatheringVersion | None:
    """The version the town reads, or read last; None while nothing was ever changed."""
    return _one(gathering, (VersionState.LIVE.value,))


def waiting_version(gathering: Gathering) -> GatheringVersion | None:
    """The change that waits for the desk. None also when the gathering is not public: then all of it waits, or none."""
    if gathering.publication != Publication.PUBLISHED:
        return None
    return _one(gathering, (VersionState.WAITING.value,))


def open_version(gathering: Gathering) -> GatheringVersion | None:
    """What the host sent and did not get yet: it waits, or came back with a question."""
    return _one(gathering, _OPEN)


def open_versions(gatherings: Iterable[Gathering]) -> dict[int, str]:
    """The state of the open version of each gathering that has one, by the gathering's inner id."""
    ids = [one.id for one in gatherings]
    if not ids:
        return {}
    query = select(GatheringVersion.gathering_id, GatheringVersion.state)
    rows = db.session.execute(query.where(GatheringVersion.gathering_id.in_(ids), GatheringVersion.state.in_(_OPEN)))
    return {row[0]: row[1] for row in rows}


def versions_of(gathering: Gathering, limit: int = 100) -> list[GatheringVersion]:
    """All versions, the latest first."""
    query = select(GatheringVersion).where(GatheringVersion.gathering_id == gathering.id)
    return list(db.session.scalars(query.order_by(GatheringVersion.number.desc()).limit(limit)))


def base_of(version: GatheringVersion) -> Picture:
    """What was public when a change was sent."""
    of_it = GatheringVersion.gathering_id == version.gathering_id
    return db.session.scalars(select(GatheringVersion).where(of_it, GatheringVersion.number == version.base_number)).one().values


def would_be(gathering: Gathering, version: GatheringVersion) -> Picture:
    """What the gathering would say if this change were put onto what it says now."""
    return merge(base_of(version), version.values, picture_of(gathering))


def _one(gathering: Gathering, states: tuple[str, ...]) -> GatheringVersion | None:
    query = select(GatheringVersion).where(GatheringVersion.gathering_id == gathering.id, GatheringVersion.state.in_(states))
    return db.session.scalar(query.order_by(GatheringVersion.number.desc()).limit(1))
