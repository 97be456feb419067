"""A mark in words: for the staff's list and for its own page."""

from dataclasses import dataclass

from flask_babel import gettext as _

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.kernel import clock
from idobata.kernel.japanese_dates import ago_words, day_words, span_words
from idobata.kernel.settings import Settings
from idobata.web.pages import current_language, sentence
from idobata.welcome.mark import CONSENT_WORDS, HOW_WORDS, LAPSE_WORDS, STATE_WORDS, Consent, How, Lapse, MarkState
from idobata.welcome.models import WelcomeMark
from idobata.welcome.part_words import PART_WORDS
from idobata.welcome.sheet import choice_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkWords:
    """Where a mark stands, in words. `lapsed` says why it left the town's pages, with what changed."""

    state: str
    state_words: str
    since: str
    lapsed: str
    criteria: tuple[str, ...]
    how: str
    department: str
    by: str
    assessed: str
    review: str
    reason: str
    consent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRow:
    """One mark in the list. `date` is its next date as a hand-over sheet names it; empty when none is left."""

    public_id: str
    title: str
    when: str
    where: str
    checked: str
    notes: int
    date: str
    mark: MarkWords


def mark_words(mark: WelcomeMark, settings: Settings) -> MarkWords:
    """A mark in the reader's language."""
    language, zone = current_language(), settings.city.zone
    lapsed = ""
    if mark.lapsed_for:
        parts = "、".join(dict.fromkeys(sentence(PART_WORDS[part]) for part in mark.changed_parts if part in PART_WORDS))
        lapsed = sentence(LAPSE_WORDS[Lapse(mark.lapsed_for)]) + (f"（{parts}）" if parts else "")
    consent = ""
    if mark.consent_at is not None:
        day = day_words(mark.consent_at.astimezone(zone).date(), language)
        how = Consent(mark.consent_how)
        if how is Consent.LINK:
            consent = _("%(day)s、主催がメールのリンクから同意しました", day=day)
        else:
            way = sentence(CONSENT_WORDS[how])
            consent = _("%(day)s、主催が%(way)s同意しました（聞いた人：%(who)sさん）", day=day, way=way, who=mark.consent_by)
    return MarkWords(
        state=mark.state,
        state_words=sentence(STATE_WORDS[MarkState(mark.state)]),
        since=ago_words(mark.state_at, clock.now(), language),
        lapsed=lapsed,
        criteria=tuple(one.text for one in settings.criteria if one.code in mark.criteria),
        how=sentence(HOW_WORDS[How(mark.how)]),
        department=mark.department,
        by=mark.by_label,
        assessed=day_words(mark.assessed_at.astimezone(zone).date(), language),
        review=day_words(mark.review_on, language),
        reason=mark.reason,
        consent=consent,
    )


def mark_rows(marks: list[WelcomeMark], notes: dict[int, int], settings: Settings) -> list[tuple[MarkState, str, list[MarkRow]]]:
    """Marks under the words of their state, in the order they came."""
    groups: dict[MarkState, list[MarkRow]] = {}
    for mark in marks:
        groups.setdefault(MarkState(mark.state), []).append(_row(mark, notes, settings))
    return [(state, sentence(STATE_WORDS[state]), rows) for state, rows in groups.items()]


def _row(mark: WelcomeMark, notes: dict[int, int], settings: Settings) -> MarkRow:
    card = Cards(settings, current_language(), sentence).gathering(mark.gathering)
    next_one = next((one for one in card.upcoming if one.state != OccurrenceState.CANCELLED), None)
    return MarkRow(
        public_id=card.public_id,
        title=card.title,
        when=span_words(next_one, current_language()) if next_one else _("これからの日はありません"),
        where="・".join(part for part in (card.place.name if card.place else "", card.district_name) if part),
        checked=_("最終確認：%(day)s", day=day_words(card.checked_at.date(), current_language())) if card.checked_at else "",
        notes=notes.get(mark.gathering_id, 0),
        date=str(choice_of(next_one)) if next_one and card.publication == Publication.PUBLISHED else "",
        mark=mark_words(mark, settings),
    )
