"""The chores of accounts, for the worker."""

from datetime import timedelta

from idobata.accounts.actions import forget_old_links
from idobata.outside.worker import Chore
from idobata.store.rate_limits import forget_old


def chores() -> list[Chore]:
    """Links and sessions that have ended, and old counts of who did what how often."""
    return [
        Chore("forget old links", timedelta(hours=6), forget_old_links),
        Chore("forget old counts", timedelta(hours=6), forget_old),
    ]
