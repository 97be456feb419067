"""RSS 2.0. feedgen is used here and in `event_extension.py` only; its faults are worked around here and said where they are."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from feedgen.feed import FeedGenerator
from markupsafe import Markup

from idobata.feeds.event_extension import EventEntryExtension, EventExtension
from idobata.feeds.titles import one_line, post_title
from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.kernel.japanese_dates import day_words, span_words
from idobata.kernel.words import N_, Translate

log = logging.getLogger(__name__)

CHECK_AGAIN_AFTER = 60
"""Minutes after which a reader may ask again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What a feed says of itself. Both addresses are absolute; `page_url` is the list that people read."""

    title: str
    description: str
    page_url: str
    self_url: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. `guid` never changes, `link` may. `said_at` is when this was news: a stored moment, never the present one."""

    guid: str
    link: str
    said_at: datetime
    occurrence: OccurrenceCard
    gathering: GatheringCard


def to_rss(head: FeedHead, entries: Iterable[FeedEntry], translate: Translate) -> bytes:
    """The feed, newest entry first. Equal input gives equal bytes. An entry that cannot be written is left out and logged."""
    translate = cache(translate)  # the same few words for every entry
    feed = FeedGenerator()
    feed.register_extension("ev", EventExtension, EventEntryExtension)
    feed.load_extension("dc")
    feed.load_extension("geo")
    # Both must be there, or there is no feed at all.
    title = one_line(head.title) or head.page_url
    feed.title(title)
    feed.description(one_line(head.description) or title)
    # Only the last link of all becomes the channel's, and feedgen does not ask what it is for: the page comes last.
    feed.link(href=head.self_url, rel="self", type="application/rss+xml")
    feed.link(href=head.page_url, rel="alternate")
    feed.language(head.language)
    feed.ttl(CHECK_AGAIN_AFTER)
    feed.generator("Idobata")
    # feedgen stamps the moment of writing, so that no two answers would be equal, and has no way to say no.
    feed._FeedGenerator__rss_lastBuildDate = None
    for entry, said_at in falling(entries):
        item = feed.add_entry(order="append")
        try:
            _fill(item, entry, said_at, head.language, translate)
            # feedgen would find out only when the whole feed is written, and then give nothing at all.
            item.rss_entry()
        except Exception as error:
            feed.remove_entry(item)
            # The guid and the kind of error; an error's own words may quote what somebody typed.
            log.warning("left %s out of a feed: %s", entry.guid, type(error).__name__)
            continue
        feed.ev.changed_at = feed.ev.changed_at or said_at
    rss: bytes = feed.rss_str()
    return rss


def falling(entries: Iterable[FeedEntry]) -> Iterator[tuple[FeedEntry, datetime]]:
    """Entries from the newest to the oldest with moments that fall by at least a second each.

    Automatic posters remember the last moment they saw and skip what is not later; 300 gatherings of one import share theirs.
    An entry is never said to be newer than it is.
    """
    last: datetime | None = None
    for entry in sorted(entries, key=lambda one: (-one.said_at.timestamp(), one.guid)):
        moment = entry.said_at.astimezone(UTC).replace(microsecond=0)
        if last is not None and moment >= last:
            moment = last - timedelta(seconds=1)
        last = moment
        yield entry, moment


_WIDE_BRACKETS = str.maketrans("<>", "＜＞")


def entry_line(occurrence: OccurrenceCard, gathering: GatheringCard, language: str) -> str:
    """One plain line: the state, when, where, what it costs, whether to sign up, what it is."""
    place = occurrence.place_name
    if place and occurrence.district_name and occurrence.district_name not in place:
        place = f"{place}（{occurrence.district_name}）" if language == "ja" else f"{place} ({occurrence.district_name})"
    parts = (
        occurrence.state_words,
        occurrence.state_note,
        span_words(occurrence, language),
        place,
        gathering.fee_words,
        gathering.signup_words,
        gathering.summary,
    )
    line = " / ".join(one_line(part) for part in parts if one_line(part))
    # Many readers take a description for HTML; signs that can't open a tag are safe with all of them.
    return line.translate(_WIDE_BRACKETS)


def entry_html(occurrence: OccurrenceCard, gathering: GatheringCard, link: str, translate: Translate, language: str) -> Markup:
    """What a feed reader shows: the state first, then the facts, the words of the host, and the way to the page."""
    facts: list[tuple[str, str]] = [(translate(N_("いつ")), span_words(occurrence, language, year=True))]
    if occurrence.moved_from is not None:
        facts.append((translate(N_("もとの日")), day_words(occurrence.moved_from, language)))
    where = [occurrence.place_name]
    if gathering.place is not None:
        where.append(gathering.place.address)
    facts += [
        (translate(N_("くり返し")), occurrence.rhythm),
        (translate(N_("どこで")), " ".join(part for part in where if part)),
        (translate(N_("参加費")), gathering.fee_words),
        (translate(N_("申し込み")), gathering.signup_words),
        (translate(N_("持ち物")), gathering.bring),
        (translate(N_("雨のとき")), gathering.rain),
        (translate(N_("主催")), occurrence.host_name),
    ]
    colon = ": " if language == "en" else "："
    lines = [Markup("<li>{}{}{}</li>").format(label, colon, one_line(words)) for label, words in facts if one_line(words)]
    parts: list[Markup] = []
    if occurrence.state_words:
        said = [one_line(occurrence.state_words), one_line(occurrence.state_note)]
        parts.append(Markup("<p><strong>{}</strong></p>").format(colon.join(part for part in said if part)))
    if gathering.recent_changes:
        changes = [f"{one.words} {one.before}→{one.after}" if one.before or one.after else one.words for one in gathering.recent_changes]
        parts.append(Markup("<p>{}</p>").format(" / ".join(one_line(words) for words in changes)))
    parts += [
        Markup("<p>{}</p>").format(one_line(gathering.summary)),
        Markup("<ul>{}</ul>").format(Markup("").join(lines)),
        gathering.body_html,
        Markup('<p><a href="{}">{}</a></p>').format(link, translate(N_("くわしく見る"))),
    ]
    return Markup("\n").join(part for part in parts if part)


def _fill(item: Any, entry: FeedEntry, said_at: datetime, language: str, translate: Translate) -> None:
    occurrence, gathering = entry.occurrence, entry.gathering
    item.title(post_title(occurrence, translate, language))
    item.link(href=entry.link)
    item.guid(entry.guid, permalink=False)
    item.description(entry_line(occurrence, gathering, language))
    # Escaped text and not CDATA, which cannot hold "]]>".
    item.content(str(entry_html(occurrence, gathering, entry.link, translate, language)))
    category, host = one_line(occurrence.category_name), one_line(occurrence.host_name)
    if category:
        item.category(term=category)
    if host:
        # RSS's own author is an e-mail address; nobody's belongs here.
        item.dc.dc_creator(host)
    event = item.ev
    event.published_at = said_at
    event.start = occurrence.day if occurrence.all_day else occurrence.starts_at
    if occurrence.all_day:
        event.end = occurrence.last_day
    elif occurrence.end_known:
        event.end = occurrence.ends_at
    address = gathering.place.address if gathering.place is not None else ""
    event.location = one_line(f"{occurrence.place_name} {address}")
    event.organizer, event.kind = host, category
    place = gathering.place
    if place is not None and place.latitude is not None and place.longitude is not None:
        item.geo.point(f"{place.latitude:.6f} {place.longitude:.6f}")
