"""From the cards of a date and its gathering to an entry of a feed: title, line, HTML and the facts for machines."""

from datetime import datetime

from markupsafe import Markup

from idobata.feeds.entry import EntryEvent, FeedEntry, Reuse
from idobata.feeds.titles import one_line, post_title
from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.kernel.japanese_dates import day_words, span_words
from idobata.kernel.settings import OpenData
from idobata.kernel.words import N_, Translate

_WIDE_BRACKETS = str.maketrans("<>", "＜＞")


class Composer:
    """Writes entries in one language. `terms` are those under which words are used that their poster has freed."""

    def __init__(self, language: str, translate: Translate, terms: OpenData) -> None:
        self.language = language
        self._ = translate
        self.terms = terms
        self.colon = ": " if language == "en" else "："

    def entry(
        self,
        occurrence: OccurrenceCard,
        gathering: GatheringCard,
        *,
        guid: str,
        link: str,
        calendar_url: str,
        said_at: datetime,
        changed_at: datetime,
    ) -> FeedEntry:
        """The entry of one date. Whoever has something else to say of it replaces the title."""
        tags = (occurrence.category_name, occurrence.district_name, *(fact.words for fact in occurrence.facts))
        return FeedEntry(
            guid=guid,
            link=link,
            said_at=said_at,
            changed_at=max(said_at, changed_at),
            title=post_title(occurrence, self._, self.language),
            line=self.line(occurrence, gathering),
            html=str(self.html(occurrence, gathering, link)),
            tags=tuple(dict.fromkeys(tag for tag in map(one_line, tags) if tag)),
            author=one_line(occurrence.host_name),
            event=event_of(occurrence, gathering, calendar_url),
            reuse=self.reuse(gathering),
        )

    def line(self, occurrence: OccurrenceCard, gathering: GatheringCard) -> str:
        """One plain line: the state, when, where, what it costs, whether to sign up, what it is."""
        place = occurrence.place_name
        if place and occurrence.district_name and occurrence.district_name not in place:
            place = f"{place}（{occurrence.district_name}）" if self.language == "ja" else f"{place} ({occurrence.district_name})"
        parts = (
            occurrence.state_words,
            occurrence.state_note,
            span_words(occurrence, self.language),
            place,
            gathering.fee_words,
            gathering.signup_words,
            gathering.summary,
        )
        line = " / ".join(part for part in map(one_line, parts) if part)
        # Many readers take a description for HTML; signs that can't open a tag are safe with all of them.
        return line.translate(_WIDE_BRACKETS)

    def html(self, occurrence: OccurrenceCard, gathering: GatheringCard, link: str) -> Markup:
        """What a feed reader shows: the state first, then the facts, the words of the host, and the way to the page."""
        parts: list[Markup] = []
        if occurrence.state_words:
            said = [one_line(occurrence.state_words), one_line(occurrence.state_note)]
            parts.append(Markup("<p><strong>{}</strong></p>").format(self.colon.join(part for part in said if part)))
        if gathering.recent_changes:
            changes = [
                f"{one.words} {one.before}→{one.after}" if one.before or one.after else one.words for one in gathering.recent_changes
            ]
            parts.append(Markup("<p>{}</p>").format(" / ".join(one_line(words) for words in changes)))
        lines = [
            Markup("<li>{}{}{}</li>").format(label, self.colon, one_line(words))
            for label, words in self._facts(occurrence, gathering)
            if one_line(words)
        ]
        parts += [
            Markup("<p>{}</p>").format(one_line(gathering.summary)),
            Markup("<ul>{}</ul>").format(Markup("").join(lines)),
            gathering.body_html,
            Markup('<p><a href="{}">{}</a></p>').format(link, self._(N_("くわしく見る"))),
        ]
        return Markup("\n").join(part for part in parts if part)

    def reuse(self, gathering: GatheringCard) -> Reuse:
        """What the poster has said about using the words beyond the site."""
        if not gathering.reuse_text:
            return Reuse(words=self._(N_("この文章をほかで使うときは、主催の方に聞いてください")))
        words = f"{self._(N_('この文章は、出典をつけて再利用できます'))}{self.colon}{self.terms.licence} {self.terms.licence_url}"
        return Reuse(words=words, licence=self.terms.licence, licence_url=self.terms.licence_url)

    def _facts(self, occurrence: OccurrenceCard, gathering: GatheringCard) -> list[tuple[str, str]]:
        facts: list[tuple[str, str]] = [(self._(N_("いつ")), span_words(occurrence, self.language, year=True))]
        if occurrence.moved_from is not None:
            facts.append((self._(N_("もとの日")), day_words(occurrence.moved_from, self.language)))
        where = [occurrence.place_name]
        if gathering.place is not None:
            where.append(gathering.place.address)
        return facts + [
            (self._(N_("くり返し")), occurrence.rhythm),
            (self._(N_("どこで")), " ".join(part for part in where if part)),
            (self._(N_("参加費")), gathering.fee_words),
            (self._(N_("申し込み")), gathering.signup_words),
            (self._(N_("持ち物")), gathering.bring),
            (self._(N_("雨のとき")), gathering.rain),
            (self._(N_("主催")), occurrence.host_name),
        ]


def event_of(occurrence: OccurrenceCard, gathering: GatheringCard, calendar_url: str) -> EntryEvent:
    """When and where a date is, for machines."""
    end = occurrence.last_day if occurrence.all_day else occurrence.ends_at if occurrence.end_known else None
    place = gathering.place
    return EntryEvent(
        gathering_id=gathering.public_id,
        start=occurrence.day if occurrence.all_day else occurrence.starts_at,
        end=end,
        timezone=str(occurrence.starts_at.tzinfo),
        state=occurrence.state,
        note=one_line(occurrence.state_note),
        moved_from=occurrence.moved_from,
        place=one_line(occurrence.place_name),
        address=one_line(place.address) if place is not None else "",
        district=one_line(occurrence.district_name),
        latitude=place.latitude if place is not None else None,
        longitude=place.longitude if place is not None else None,
        online=occurrence.online,
        organizer=one_line(occurrence.host_name),
        category=occurrence.category_slug,
        kind=one_line(occurrence.category_name),
        is_free=occurrence.is_free,
        fee=one_line(gathering.fee_words),
        signup=one_line(gathering.signup_words),
        first_step=occurrence.first_step,
        calendar_url=calendar_url,
    )
