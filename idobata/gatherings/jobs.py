"""The chores of gatherings for the worker, and what they hear from others."""

from datetime import timedelta

from idobata.accounts.address_actions import ADDRESS_CHANGED
from idobata.gatherings.asking_actions import ask_hosts, mark_unconfirmed
from idobata.gatherings.home_actions import forget_homes_and_hosts
from idobata.gatherings.news_actions import forget_old_news
from idobata.gatherings.trace_actions import forget_old_traces
from idobata.gatherings.upkeep_actions import extend_dates, follow_address, forget_old_drafts
from idobata.kernel.settings import Settings
from idobata.outside.worker import Chore, Handler
from idobata.store.outbox import Claimed


def handlers() -> dict[str, Handler]:
    """Somebody has a new mail address: letters about her gatherings go there."""

    def follow(row: Claimed) -> None:
        follow_address(int(row.payload["person_id"]))

    return {ADDRESS_CHANGED: follow}


def chores(settings: Settings) -> list[Chore]:
    """Dates of the coming months, drafts nobody confirmed, and whether what is on the board still runs."""
    return [
        Chore("extend dates", timedelta(hours=1), lambda: extend_dates(settings)),
        Chore("forget old traces", timedelta(hours=6), forget_old_traces),
        Chore("forget old drafts", timedelta(hours=6), lambda: forget_old_drafts(settings)),
        Chore("forget old news", timedelta(hours=6), forget_old_news),
        Chore("forget homes and hosts", timedelta(hours=6), forget_homes_and_hosts),
        Chore("ask hosts", timedelta(hours=1), lambda: ask_hosts(settings), slow=True),
        Chore("mark unconfirmed", timedelta(hours=1), lambda: mark_unconfirmed(settings), slow=True),
    ]
