"""What the worker does for accounts: sign-in letters, and chores."""

from datetime import timedelta

from idobata.accounts.actions import WISH, ask_to_sign_in, forget_old_links
from idobata.accounts.address_actions import NEW_ADDRESS_WISH, ask_for_new_address
from idobata.kernel.settings import Settings
from idobata.outside.worker import Chore, Handler
from idobata.store.outbox import Claimed, tidy_up
from idobata.store.rate_limits import forget_old
from idobata.store.transaction import transaction


def handlers(settings: Settings) -> dict[str, Handler]:
    """Somebody wants a sign-in link, or another address. Done twice after a crash it mails two links; both work."""

    def write_sign_in_letter(row: Claimed) -> None:
        with transaction(public=False):
            ask_to_sign_in(str(row.payload["email"]), settings, str(row.payload.get("browser", "")), str(row.payload.get("then", "")))

    def write_new_address_letter(row: Claimed) -> None:
        with transaction(public=False):
            ask_for_new_address(int(row.payload["person_id"]), str(row.payload["email"]), settings)

    return {WISH: write_sign_in_letter, NEW_ADDRESS_WISH: write_new_address_letter}


def chores() -> list[Chore]:
    """Links and sessions that have ended, old counts of who did what how often, and letters long done."""
    return [
        Chore("forget old links", timedelta(hours=6), forget_old_links),
        Chore("forget old counts", timedelta(hours=6), forget_old),
        Chore("tidy the outbox", timedelta(hours=6), tidy_up),
    ]
