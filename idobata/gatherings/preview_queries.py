"""How a gathering would look, and nothing kept of it: it is written, read as a card, and rolled back."""

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import GatheringCard
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import check_change, save_draft, write_values
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.values import GatheringValues
from idobata.kernel.actor import Actor
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.store.transaction import transaction

# Never mailed: the row it stands in is rolled back.
_NOBODY = "preview@localhost.invalid"


class _Undo(Exception):
    """Carries the card out of the transaction that must not be kept."""

    def __init__(self, card: GatheringCard) -> None:
        super().__init__()
        self.card = card


def preview_new(actor: Actor, values: GatheringValues, settings: Settings, cards: Cards) -> GatheringCard:
    """The page's card of what somebody is about to post. Raises what `save_draft` raises."""
    try:
        with transaction(public=False):
            raise _Undo(cards.gathering(save_draft(actor, values, _NOBODY, settings)))
    except _Undo as undo:
        return undo.card


def preview_change(actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings, cards: Cards) -> GatheringCard:
    """The page's card of a gathering as it would be after a change. Raises what `change` raises."""
    public_id = gathering.public_id
    try:
        with transaction(public=False):
            row = gathering_by_public_id(public_id)
            if row is None:
                raise NotFound
            check_change(actor, row, values, settings)
            write_values(actor, row, values, settings)
            raise _Undo(cards.gathering(row))
    except _Undo as undo:
        return undo.card
