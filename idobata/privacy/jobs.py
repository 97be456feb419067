"""What the worker does for privacy: the ends of things, and taking what was deleted out of the files."""

from datetime import timedelta

from idobata.kernel.settings import Settings
from idobata.outside.worker import Chore, Handler
from idobata.privacy.erasing_actions import WIPE, erase_again
from idobata.privacy.retention_actions import (
    forget_contacts,
    forget_log_names,
    forget_quiet_people,
    forget_tray,
    forget_unused_places,
    wipe_files,
)
from idobata.store.outbox import Claimed


def handlers(settings: Settings) -> dict[str, Handler]:
    """After an erasure. A reader in the way makes the row come back later."""
    del settings

    def wipe(row: Claimed) -> None:
        del row
        if not wipe_files():
            raise TimeoutError

    return {WIPE: wipe}


def chores(settings: Settings) -> list[Chore]:
    """The ends that no other feature's chores see to. Wiping comes last: it takes out what the others deleted."""
    often, daily = timedelta(hours=1), timedelta(hours=24)
    return [
        Chore("erase again who came back", often, lambda: erase_again(settings)),
        Chore("forget contacts", daily, lambda: forget_contacts(settings)),
        Chore("forget quiet people", daily, lambda: forget_quiet_people(settings)),
        Chore("forget unused places", daily, lambda: forget_unused_places(settings)),
        Chore("forget names in the log", daily, lambda: forget_log_names(settings)),
        Chore("forget the tray", daily, lambda: forget_tray(settings)),
        Chore("wipe the files", daily, wipe_files),
    ]
