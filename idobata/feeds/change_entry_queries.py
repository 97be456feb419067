"""The feed of changes: 【変更】, 【中止】 and 【追加】, each an entry of its own with what it was and what it is."""

from dataclasses import replace

from markupsafe import Markup

from idobata.feeds.change_words import ChangeWords, Moment, date_change, word_change
from idobata.feeds.changes_queries import Change, changes
from idobata.feeds.entry import EntryList, FeedEntry
from idobata.feeds.entry_queries import EntryMaker
from idobata.feeds.leaving_out import each
from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.filters import Filters
from idobata.gatherings.told_changes import change_lines
from idobata.kernel import clock


def change_entries(maker: EntryMaker, filters: Filters, limit: int) -> EntryList:
    """The latest changes that are still told."""
    found = changes(filters, maker.settings, limit)
    entries = each(found.found, lambda one: _entry(maker, one), lambda one: one.row.gathering.public_id)
    return EntryList.of(entries, found.turns_at)


def _entry(maker: EntryMaker, change: Change) -> FeedEntry:
    news, row = change.news, change.row
    words = _words(maker, change, maker.cards.occurrence(row))
    # Of one date by its own count of changes, of a whole gathering by the number of its version: neither is ever used again.
    of_date = f"/{row.day.isoformat()}" if change.happened else ""
    plain = maker.entry(row, f"gathering/{row.gathering.public_id}{of_date}/change/{news.number}", news.at)
    return replace(
        plain,
        title=words.title,
        line=f"{words.sentence} / {plain.line}",
        html=f"{Markup('<p><strong>{}</strong></p>').format(words.sentence)}\n{plain.html}",
        link=plain.link if change.happened else maker.addresses.gathering(row.gathering.public_id),
    )


def _words(maker: EntryMaker, change: Change, card: OccurrenceCard) -> ChangeWords:
    news = change.news
    if change.happened:
        starts = news.starts_before
        was = Moment(news.state_before, starts.astimezone(maker.zone) if starts else None, news.all_day_before)
        return date_change(card, was, change.happened, maker.language, maker.translate)
    lines = change_lines(change.told, clock.today(maker.zone), maker.language, maker.translate)
    return word_change(card, lines, maker.language, maker.translate)
