"""What the worker does for moderation: reports end with their case."""

from datetime import timedelta

from idobata.kernel.settings import Settings
from idobata.moderation.report_actions import forget_old_cases
from idobata.outside.worker import Chore


def chores(settings: Settings) -> list[Chore]:
    """Cases that were closed long ago, with everything in them."""
    return [Chore("forget old reports", timedelta(hours=6), lambda: forget_old_cases(settings))]
