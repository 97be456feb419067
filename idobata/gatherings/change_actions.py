"""What a host does with a change that is on its way."""

from idobata.gatherings.date_actions import may_change
from idobata.gatherings.models import Gathering
from idobata.gatherings.version_actions import close_open
from idobata.gatherings.version_models import VersionState
from idobata.gatherings.version_queries import open_version
from idobata.kernel.actor import Actor
from idobata.store.deeds import record

TAKEN_BACK = "gathering.change_taken_back"


def take_back(actor: Actor, gathering: Gathering) -> bool:
    """Take back what was sent and is still open: the gathering stays as the town reads it. False when there is nothing to take back."""
    may_change(actor, gathering)
    if open_version(gathering) is None:
        return False
    close_open(gathering, VersionState.TAKEN_BACK)
    record(actor, TAKEN_BACK, "gathering", gathering.public_id)
    return True
