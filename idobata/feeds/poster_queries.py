"""The feeds for machines that post by themselves. They never post an edited item again, so each feed says one thing once."""

from collections.abc import Callable
from dataclasses import dataclass

from idobata.feeds.entry import EntryList
from idobata.feeds.entry_queries import EntryMaker
from idobata.gatherings.filters import Filters
from idobata.kernel.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterFeed:
    """`/feeds/<name>`, in every format that tells entries and with every filter. `page` is what people read.

    `title` says what it holds, `words` when something is added; both are marked sentences.
    """

    name: str
    title: str
    words: str
    find: Callable[[EntryMaker, Filters, int], EntryList]
    page: str = "/gatherings"


POSTER_FEEDS = (
    PosterFeed(
        name="new", title=N_("新しく加わった集まり"), words=N_("集まりが新しく加わるたびに、一度だけ出ます。"), find=EntryMaker.joined
    ),
)
