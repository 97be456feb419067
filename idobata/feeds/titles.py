"""Titles that stand on their own: many machines pass on the title of an entry and nothing else."""

from collections.abc import Iterable
from functools import lru_cache

from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.states import OccurrenceState
from idobata.kernel.japanese_dates import clock_words, short_day
from idobata.kernel.text import printable
from idobata.kernel.words import N_, Translate

SHORT = 300
"""Letters up to which a text is remembered as one line."""
_STATE_MARKS: dict[str, str] = {
    OccurrenceState.CANCELLED: N_("【中止】"),
    OccurrenceState.MOVED: N_("【変更】"),
    OccurrenceState.FULL: N_("【満員】"),
}


def one_line(text: str) -> str:
    """`text` as one line that no reader of a feed can stumble over: nothing invisible, no line break. Never fails."""
    return _short_line(str(text)) if len(text) <= SHORT else _line(text)


# Names of places, hosts and categories stand in entry after entry, and every letter has to be looked at: a fifth of what a feed costs.
@lru_cache(maxsize=4096)
def _short_line(text: str) -> str:
    return _line(text)


def _line(text: str) -> str:
    return " ".join(part.strip() for part in printable(text).split("\n") if part.strip())


def post_title(card: OccurrenceCard, translate: Translate, language: str = "ja") -> str:
    """「12/5(土) 13:00 井戸端パーティー @中央公民館」, with 【中止】, 【変更】 or 【満員】 in front when there is something to say."""
    when = short_day(card.day, language)
    if not card.all_day:
        when += f" {clock_words(card.starts_at.time())}"
    if card.last_day > card.day:
        when += f"〜{short_day(card.last_day, language)}" if language == "ja" else f" – {short_day(card.last_day, language)}"
    place = one_line(card.place_name)
    words = f"{when} {one_line(card.title)}" + (f" @{place}" if place else "")
    return marked(words, card.state, translate)


def marked(title: str, state: str, translate: Translate) -> str:
    """A title with the mark of a state in front: a cancelled date must be seen where there is room for one line only."""
    mark = _STATE_MARKS.get(state)
    if mark is None:
        return title
    words = translate(mark)
    # 【中止】 closes itself; a word of another script needs a space behind it.
    return f"{words}{title}" if words.endswith("】") else f"{words} {title}"


def feed_title(name: str, wishes: Iterable[str], language: str = "ja") -> str:
    """「しおさか井戸端パーティー：北町・無料」: the site, and what of it this feed holds."""
    chosen = [one_line(wish) for wish in wishes if one_line(wish)]
    if not chosen:
        return one_line(name)
    return f"{one_line(name)}: {', '.join(chosen)}" if language == "en" else f"{one_line(name)}：{'・'.join(chosen)}"
