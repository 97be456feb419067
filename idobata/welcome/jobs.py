"""What the worker does for the welcome mark."""

from datetime import timedelta

from idobata.kernel.settings import Settings
from idobata.outside.worker import Chore
from idobata.welcome.mark_actions import lapse_what_no_longer_holds
from idobata.welcome.note_actions import forget_old_notes


def chores(settings: Settings) -> list[Chore]:
    """A mark that no longer holds is gone from the town within a minute; notes go on their day."""
    return [
        Chore("lapse welcome marks", timedelta(seconds=20), lambda: lapse_what_no_longer_holds(settings)),
        Chore("forget old staff notes", timedelta(hours=6), lambda: forget_old_notes(settings)),
    ]
