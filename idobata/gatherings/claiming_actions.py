"""A mailed link proves an address. Here it brings a poster to her draft without sending it yet, or is mailed anew."""

from idobata.accounts.actions import CONFIRM_POST, use_link
from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import ask_to_confirm, poster_behind
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.states import Publication
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.deeds import record


def claim_draft(token: str) -> tuple[Person, Gathering] | None:
    """Take a mailed link and make the draft behind it the person's own; it stays a draft. None when the link can't be used."""
    link = use_link(CONFIRM_POST, token)
    gathering = None if link is None else gathering_by_public_id(link.subject_id or "")
    if link is None or gathering is None:
        return None
    person = poster_behind(link.email, gathering)
    if person is None:
        return None
    gathering.poster_id = person.id
    record(Actor(label=person.name, person_id=person.id), "gathering.claimed", "gathering", gathering.public_id)
    return person, gathering


def ask_again(gathering: Gathering, settings: Settings) -> bool:
    """Mail a new link for a draft that still waits for its poster. False when it waits no more."""
    if gathering.poster_id is not None or gathering.publication != Publication.DRAFT:
        return False
    ask_to_confirm(gathering, settings)
    return True
