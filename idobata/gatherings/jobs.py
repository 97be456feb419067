"""The chores of gatherings, for the worker."""

from datetime import timedelta

from idobata.gatherings.upkeep_actions import extend_dates, forget_old_drafts
from idobata.kernel.settings import Settings
from idobata.outside.worker import Chore


def chores(settings: Settings) -> list[Chore]:
    """Dates of the coming months, and drafts nobody confirmed."""
    return [
        Chore("extend dates", timedelta(hours=1), lambda: extend_dates(settings)),
        Chore("forget old drafts", timedelta(hours=6), lambda: forget_old_drafts(settings)),
    ]
