"""What a change is called where there is room for one line: 「【変更】12/5(土) 14:00 井戸端パーティー @中央公民館（時間 13:00→14:00）」."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from idobata.feeds.titles import one_line, post_title
from idobata.gatherings.cards import ChangeLine, OccurrenceCard
from idobata.gatherings.significance import Part
from idobata.gatherings.states import OccurrenceState
from idobata.gatherings.told_changes import NAMES
from idobata.kernel.japanese_dates import clock_words, short_day
from idobata.kernel.words import N_, Translate

CHANGED, ADDED, TOMORROW, TODAY = N_("【変更】"), N_("【追加】"), N_("【あした】"), N_("【きょう】")
# In a title there is room for a short reason and for two changes; the entry itself says all of it.
SHORT = 24
SHORT_CHANGE = 40
_FEW = 2
_SHOWN_BY_STATE = (OccurrenceState.CANCELLED, OccurrenceState.FULL)


class Happened(StrEnum):
    """What happened to one date, as far as somebody who means to come must know it."""

    ADDED = "added"
    CANCELLED = "cancelled"
    BACK = "back"
    MOVED = "moved"
    FULL = "full"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date at one moment. `state` is empty for one that was not there yet."""

    state: str
    starts_at: datetime | None
    all_day: bool


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A title that stands on its own, and the change in a sentence."""

    title: str
    sentence: str


def what_happened(was: Moment, now: Moment) -> tuple[Happened, ...]:
    """How a date differs from what it was, the most important first; empty when nobody needs to be told."""
    if not was.state:
        return (Happened.ADDED,) if now.state != OccurrenceState.CANCELLED else ()
    if now.state == OccurrenceState.CANCELLED:
        return (Happened.CANCELLED,) if was.state != OccurrenceState.CANCELLED else ()
    found = [Happened.BACK] if was.state == OccurrenceState.CANCELLED else []
    if (was.starts_at, was.all_day) != (now.starts_at, now.all_day):
        found.append(Happened.MOVED)
    if now.state == OccurrenceState.FULL and was.state != OccurrenceState.FULL:
        found.append(Happened.FULL)
    if was.state == OccurrenceState.FULL and now.state != OccurrenceState.FULL:
        found.append(Happened.ROOM)
    return tuple(found)


def with_mark(mark: str, title: str, translate: Translate) -> str:
    """A title with a mark in front. 【変更】 closes itself; a word of another script needs a space behind it."""
    words = translate(mark)
    return f"{words}{title}" if words.endswith("】") else f"{words} {title}"


def reminder_title(card: OccurrenceCard, *, is_today: bool, language: str, translate: Translate) -> str:
    """「【あした】12/5(土) 13:00 井戸端パーティー @中央公民館」; a full or moved one says that, too."""
    return with_mark(TODAY if is_today else TOMORROW, post_title(card, translate, language), translate)


def date_change(card: OccurrenceCard, was: Moment, happened: Sequence[Happened], language: str, translate: Translate) -> ChangeWords:
    """One date that changed; `was` is in the city's zone, and something has happened."""
    said = [_said(one, card, was, language, translate) for one in happened]
    if card.state in _SHOWN_BY_STATE:
        title = post_title(card, translate, language)
    else:
        title = with_mark(ADDED if happened[0] is Happened.ADDED else CHANGED, _unmarked(card, language, translate), translate)
    details = [in_title for _sentence, in_title in said if in_title]
    return ChangeWords(_with_detail(title, _joined(details, language), language), " / ".join(sentence for sentence, _in_title in said))


def word_change(card: OccurrenceCard, lines: Sequence[ChangeLine], language: str, translate: Translate) -> ChangeWords:
    """What changed of the gathering as a whole, in one line at least; `card` is its next date."""
    sentences = [one_line(f"{line.words} {line.before} → {line.after}" if line.before or line.after else line.words) for line in lines]
    title = with_mark(CHANGED, _unmarked(card, language, translate), translate)
    return ChangeWords(_with_detail(title, _parts(lines, language, translate), language), " / ".join(sentences))


def _said(happened: Happened, card: OccurrenceCard, was: Moment, language: str, translate: Translate) -> tuple[str, str]:
    """The sentence, and what of it stands in the title beside the mark."""
    note = one_line(card.state_note)
    reason = note if len(note) <= SHORT else ""
    match happened:
        case Happened.ADDED:
            return translate(N_("この日が加わりました")), ""
        case Happened.CANCELLED:
            return _and_why(translate(N_("中止になりました")), note, language), reason
        case Happened.FULL:
            return _and_why(translate(N_("満員になりました")), note, language), reason
        case Happened.MOVED:
            before = _moment(was.starts_at or card.starts_at, was.all_day, language)
            after = _moment(card.starts_at, card.all_day, language)
            return f"{translate(N_('日時が変わりました'))} {before} → {after}", translate(N_("もとは%(when)s")) % {"when": before}
        case Happened.BACK:
            words = translate(N_("中止ではなくなりました"))
        case Happened.ROOM:
            words = translate(N_("空きができました"))
    return words, words


def _and_why(words: str, note: str, language: str) -> str:
    return f"{words}{': ' if language == 'en' else '：'}{note}" if note else words


def _joined(words: Sequence[str], language: str) -> str:
    return (", " if language == "en" else "、").join(words)


def _parts(lines: Sequence[ChangeLine], language: str, translate: Translate) -> str:
    """「時間 13:00→14:00」 where that is short, else 「時間・場所が変わりました」."""
    if len(lines) == 1 and not (lines[0].before or lines[0].after):
        return one_line(lines[0].words)
    names = [translate(NAMES[Part(line.part)]) for line in lines]
    if len(lines) <= _FEW and all(line.before or line.after for line in lines):
        told = [f"{name} {one_line(line.before)}→{one_line(line.after)}" for name, line in zip(names, lines, strict=True)]
        words = _joined(told, language)
        if len(words) <= SHORT_CHANGE:
            return words
    return translate(N_("%(parts)sが変わりました")) % {"parts": (", " if language == "en" else "・").join(names)}


def _unmarked(card: OccurrenceCard, language: str, translate: Translate) -> str:
    return post_title(replace(card, state=OccurrenceState.PLANNED.value), translate, language)


def _with_detail(title: str, detail: str, language: str) -> str:
    if not detail:
        return title
    return f"{title} ({detail})" if language == "en" else f"{title}（{detail}）"


def _moment(at: datetime, all_day: bool, language: str) -> str:
    day = short_day(at.date(), language)
    return day if all_day else f"{day} {clock_words(at.time())}"
