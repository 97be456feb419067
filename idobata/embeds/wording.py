"""What a list is called above an embed, in a frame's title and on the screen."""

from idobata.embeds.sources import Source
from idobata.gatherings.filters import Filters
from idobata.gatherings.wishes_words import chosen_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_, Translate


def heading_words(name: str, source: Source, filters: Filters, settings: Settings, translate: Translate, language: str) -> str:
    """The heading of a source. `name` is what the source itself is called, empty for the list of everything."""
    if source.is_single:
        return name
    if source.kind in ("groups", "places"):
        return translate(N_("%(name)sの集まり")) % {"name": name}
    wishes = [one.words for one in chosen_words(filters, settings, translate, language)]
    return translate(N_("%(wishes)sの集まり")) % {"wishes": "・".join(wishes)} if wishes else translate(N_("これからの集まり"))
