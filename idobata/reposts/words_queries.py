"""The texts of one public gathering for every channel the city uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import GatheringCard
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.states import Publication
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Channel, Settings
from idobata.kernel.words import SOURCE, in_japanese
from idobata.reposts.channels import ChannelKind
from idobata.reposts.composing import compose
from idobata.reposts.wording import words_of


@dataclass(frozen=True, slots=True)
class Draft:
    """A text the city might send to one channel."""

    kind: ChannelKind
    channel: Channel
    text: str


@dataclass(frozen=True, slots=True)
class PublicWords:
    """A public gathering as its page shows it, and what a template may say of it."""

    card: GatheringCard
    words: Mapping[str, str]


def public_words(public_id: str, settings: Settings, addresses: Addresses, day: date | None = None) -> PublicWords:
    """What may be told of a gathering elsewhere, about its date on `day` or the next. NotFound unless everybody can see it."""
    row = gathering_by_public_id(public_id)
    if row is None or row.publication != Publication.PUBLISHED:
        raise NotFound
    card = Cards(settings, SOURCE, in_japanese).gathering(row, day)
    # A gathering at somebody's home has no place on its card, so no reading of one either.
    kana = row.place.kana if card.place and row.place else ""
    return PublicWords(card, words_of(card, settings, addresses, place_kana=kana))


def drafts(told: PublicWords, settings: Settings) -> tuple[Draft, ...]:
    """One text for each channel of the city, in the order of its settings."""
    return tuple(Draft(ChannelKind(channel.kind), channel, compose(channel, told.words)) for channel in settings.channels)
