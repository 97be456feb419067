"""What the worker does about reposts by itself."""

from datetime import timedelta

from idobata.outside.worker import Chore
from idobata.reposts.actions import fall_back


def chores() -> list[Chore]:
    """What was approved and is not true any more becomes a draft. Pages and senders look for themselves as well."""
    return [Chore("reposts fall back", timedelta(minutes=1), fall_back)]
