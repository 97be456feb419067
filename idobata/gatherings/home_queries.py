"""Reading what is kept of somebody's home. `exact_place` is for its host and the desk alone."""

from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.homes import Telling
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import VenueKind
from idobata.store.database import db


def home_of(gathering: Gathering) -> PrivateHome | None:
    """The row of a gathering at somebody's home; None for every other."""
    if gathering.venue_kind != VenueKind.PRIVATE or gathering.id is None:
        return None
    return db.session.get(PrivateHome, gathering.id)


def telling_of(gathering: Gathering) -> Telling:
    """Whom the host tells where exactly it is."""
    home = home_of(gathering)
    return Telling(home.told_to) if home else Telling.ASKED
