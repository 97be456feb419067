"""How long a text is for a channel, exactly as the channel itself counts."""

import unicodedata
from dataclasses import dataclass
from math import ceil

import regex

from idobata.reposts.channels import ChannelKind, Limits
from idobata.reposts.web_addresses import ADDRESS, addresses_on_mastodon, addresses_on_x

_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")
_HASHTAG = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}_&/#＃])[#＃](?![\ufe0f\u20e3])(?=[\p{N}_・]*[\p{L}\p{M}])[\p{L}\p{M}\p{N}_・]++(?![#＃]|://)"
)
_MASTODON_MENTION = regex.compile(r"(?<![=/\w])(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+\w", regex.IGNORECASE | regex.ASCII)
# Configuration v3 of X: what counts as one; everything else is two.
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_HEAVY = 2
_TEXT_LOOK = "\ufe0e"
_READING = regex.compile(r"(?<=\p{Han})（[\p{Hiragana}ー・ 　]+）")
# Marks that may not begin a row of print; they hang at the end of the one before.
_HANGING = frozenset("、。，．,.」』）】〉》!?！？ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々")


@dataclass(frozen=True, slots=True)
class Count:
    """What a text takes of a channel. `used` and `limit` are in the channel's unit; `limit` 0: as long as one likes.

    `bytes` is None where bytes do not matter, `hashtags` where the channel does not limit them. `over`: something of it is too much.
    """

    used: int
    limit: int
    over: bool
    bytes: int | None = None
    bytes_limit: int | None = None
    hashtags: int | None = None
    hashtags_limit: int | None = None

    @property
    def left(self) -> int:
        """How much room is left, in the channel's unit; negative when there is too much."""
        return self.limit - self.used


def count(kind: ChannelKind, text: str, limits: Limits) -> Count:
    """Count `text` as the channel does. Line breaks count once, however a browser sends them."""
    text = plain_breaks(text)
    used = _used(kind, text, limits)
    size = len(text.encode("utf-8", "surrogatepass")) if limits.bytes else None
    tags = len(hashtags_in(text)) if limits.hashtags else None
    over = bool(limits.most) and used > limits.most
    over = over or (size or 0) > limits.bytes or (tags or 0) > limits.hashtags
    return Count(used, limits.most, over, size, limits.bytes or None, tags, limits.hashtags or None)


def plain_breaks(text: str) -> str:
    """`text` with line breaks as LF: a form sends CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def graphemes(text: str) -> list[str]:
    """What a reader takes for single letters: a family of four is one, a kanji with its variant too."""
    found: list[str] = _GRAPHEME.findall(text)
    return found


def hashtags_in(text: str) -> list[str]:
    """The hashtags X and Instagram find in `text`, with their mark."""
    return [found.group() for found in _HASHTAG.finditer(text)]


def weighted(text: str) -> int:
    """Length on X, configuration v3: Latin letters 1, others 2, an emoji 2 whatever it is made of, an address 23.

    Where it is not sure that X links something it counts what is more.
    """
    text = unicodedata.normalize("NFC", plain_breaks(text))
    used, place = 0, 0
    for found in addresses_on_x(text):
        used += _letters_weight(text[place : found.start])
        used += ADDRESS if found.sure else max(ADDRESS, _letters_weight(text[found.start : found.end]))
        place = found.end
    return used + _letters_weight(text[place:])


def utf16_units(text: str) -> int:
    """Units of UTF-16: LINE and JavaScript count them."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def mastodon_letters(text: str) -> int:
    """Letters as Mastodon counts: an address with http 23, of a mention of somebody elsewhere only the name."""
    kept: list[str] = []
    place = 0
    for found in addresses_on_mastodon(text):
        kept += [text[place : found.start], "x" * ADDRESS]
        place = found.end
    kept.append(text[place:])
    return len(graphemes(_MASTODON_MENTION.sub(r"\1", "".join(kept))))


def threads_letters(text: str) -> int:
    """Letters as Threads counts: an emoji is as many as it has bytes in UTF-8."""
    return sum(len(one.encode("utf-8", "surrogatepass")) if _EMOJI.search(one) else len(one) for one in graphemes(text))


def rows(text: str, letters: int) -> int:
    """Rows of print of `letters` full-width letters each; half-width ones take half. A mark that closes hangs at the end of its row."""
    if not text:
        return 0
    return sum(_rows_of_paragraph(paragraph, letters * 2) for paragraph in text.split("\n"))


def seconds(text: str, letters_a_minute: int) -> int:
    """How long it takes to read `text` aloud. Breaks, spaces and readings in brackets cost nothing: 「中央公民館（ちゅうおうこうみんかん）」 is five letters."""
    return ceil(sum(1 for one in graphemes(_READING.sub("", text)) if not one.isspace()) * 60 / letters_a_minute)


def _used(kind: ChannelKind, text: str, limits: Limits) -> int:
    match kind:
        case ChannelKind.X:
            return weighted(text)
        case ChannelKind.MASTODON:
            return mastodon_letters(text)
        case ChannelKind.THREADS:
            return threads_letters(text)
        case ChannelKind.LINE | ChannelKind.FACEBOOK | ChannelKind.INSTAGRAM:
            return utf16_units(text)
        case ChannelKind.KOHO:
            return rows(text, limits.line)
        case ChannelKind.ANNOUNCEMENT:
            return seconds(text, limits.line)
        case _:
            return len(graphemes(text))


def _letters_weight(text: str) -> int:
    return sum(_HEAVY if _is_emoji(one) else sum(map(_weight, one)) for one in graphemes(text))


def _is_emoji(grapheme: str) -> bool:
    # © and ® alone are letters.
    return _TEXT_LOOK not in grapheme and _EMOJI.search(grapheme) is not None and (len(grapheme) > 1 or _weight(grapheme) == _HEAVY)


def _weight(letter: str) -> int:
    return 1 if any(first <= ord(letter) <= last for first, last in _LIGHT) else _HEAVY


def _rows_of_paragraph(paragraph: str, halves: int) -> int:
    full, taken = 1, 0
    for letter in graphemes(paragraph):
        wide = 1 if unicodedata.east_asian_width(letter[0]) in ("Na", "H", "N") else 2
        if taken + wide > halves and letter not in _HANGING:
            full, taken = full + 1, 0
        taken += wide
    return full
