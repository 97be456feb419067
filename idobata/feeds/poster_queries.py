"""The feeds for machines that post by themselves. They never post an edited item again, so each feed says one thing once."""

from collections.abc import Callable
from dataclasses import dataclass

from idobata.feeds.change_entry_queries import change_entries
from idobata.feeds.digest_queries import digest_entries
from idobata.feeds.entry import EntryList
from idobata.feeds.entry_queries import EntryMaker
from idobata.feeds.reminder_queries import reminder_entries
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
    PosterFeed(
        name="reminder",
        title=N_("あしたの集まり"),
        words=N_("前の日の夕方に、開かれる日ごとに一度だけ出ます。中止の日は出ません。"),
        find=reminder_entries,
    ),
    PosterFeed(
        name="changes",
        title=N_("変更と中止"),
        words=N_("変更や中止があるたびに、何がどう変わったかを一度だけ伝えます。"),
        find=change_entries,
    ),
    PosterFeed(
        name="digest",
        title=N_("今週のまとめ"),
        words=N_("週に一度、週末の集まりをまとめて伝えます。"),
        find=digest_entries,
    ),
)
