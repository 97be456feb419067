"""What the place of a gathering says about its welcome facts, where the host said nothing."""

from idobata.gatherings.models import Gathering
from idobata.gatherings.states import VenueKind
from idobata.places.access_facts import as_welcome_facts


def place_answers(gathering: Gathering) -> dict[str, bool]:
    """Welcome facts the gathering has from its place, by slug. What the host answered is not among them: the host's word counts."""
    if gathering.venue_kind != VenueKind.PLACE or gathering.place is None:
        return {}
    of_place = as_welcome_facts(gathering.place.access_facts)
    return {slug: is_yes for slug, is_yes in of_place.items() if slug not in gathering.facts}
