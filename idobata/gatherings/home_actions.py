"""Keeping where exactly somebody's home is, no longer than it is needed."""

from datetime import timedelta

from sqlalchemy import or_, select

from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.homes import Telling
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.proxy_models import ProxyPost, SpokenCode
from idobata.gatherings.states import Publication, VenueKind
from idobata.gatherings.values import GatheringValues
from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.transaction import transaction

# After the last date nobody has to find the way any more.
KEPT = timedelta(days=30)
BATCH = 200


def write_home(gathering: Gathering, values: GatheringValues) -> frozenset[str]:
    """Put down what the host says about her home, or drop it when people meet elsewhere now; returns the names of the changed values."""
    row = db.session.get(PrivateHome, gathering.id)
    if values.venue_kind is not VenueKind.PRIVATE:
        if row is not None:
            db.session.delete(row)
        return frozenset()
    known = (Telling(row.told_to), row.exact_place) if row else (Telling.ASKED, "")
    told = known[0] if values.place_told is None else values.place_told
    exact = known[1] if values.exact_place is None else values.exact_place
    if row is None:
        row = PrivateHome(gathering_id=gathering.id)
        db.session.add(row)
    row.told_to, row.exact_place = told.value, exact
    return frozenset(name for name, was, now in (("place_told", known[0], told), ("exact_place", known[1], exact)) if was != now)


def forget_homes_and_hosts() -> int:
    """Erase exact places, and how to reach hosts for whom staff typed, `KEPT` after the last date; returns of how many gatherings."""
    before = clock.now() - KEPT
    dates = select(Occurrence.id).where(Occurrence.gathering_id == Gathering.id)
    # One that begins beyond the horizon has no dates yet.
    has_begun = or_(dates.exists(), Gathering.publication.in_((Publication.DRAFT.value, Publication.WITHDRAWN.value)))
    is_over = ~dates.where(Occurrence.ends_at > before).exists()
    holds = or_(
        PrivateHome.exact_place != "",
        ProxyPost.host_phone != "",
        ProxyPost.host_address != "",
        ProxyPost.host_email != "",
        SpokenCode.code_hash != "",
    )
    with transaction(public=False):
        found = db.session.execute(
            select(Gathering.id)
            .outerjoin(PrivateHome, PrivateHome.gathering_id == Gathering.id)
            .outerjoin(ProxyPost, ProxyPost.gathering_id == Gathering.id)
            .outerjoin(SpokenCode, SpokenCode.gathering_id == Gathering.id)
            .where(holds, is_over, has_begun, Gathering.updated_at < before)
            .limit(BATCH)
        ).scalars()
        ids = list(found)
        for gathering_id in ids:
            if home := db.session.get(PrivateHome, gathering_id):
                home.exact_place = ""
            if proxy := db.session.get(ProxyPost, gathering_id):
                proxy.host_phone = proxy.host_address = proxy.host_email = ""
            if code := db.session.get(SpokenCode, gathering_id):
                db.session.delete(code)
    return len(ids)
