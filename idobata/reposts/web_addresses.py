"""Where a text holds web addresses, as X and Mastodon find them. Both count an address as a fixed number of letters.

Written from the rules of twitter-text 3 and Mastodon's config/initializers/twitter_regex.rb. Instead of a list of all endings that
exist, an address with http may have any; one without is sure only for countries and the common endings.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import regex
from babel import Locale

ADDRESS = 23
"""Letters an address counts for, however long it is: X's `transformedURLLength`, Mastodon's `characters_reserved_per_url`."""

_COMMON_IN_A_ROW = (
    "com net org info biz name pro edu gov mil int mobi jobs tel travel museum coop aero asia cat xyz app dev page web shop store "
    "site online blog link live news cloud tech work works club cafe events event party fun community city town tokyo osaka kyoto "
    "nagoya yokohama okinawa ryukyu earth life world today design art music photo school academy center care family kids house "
    "garden farm fish green eco"
)
_COMMON = frozenset(_COMMON_IN_A_ROW.split())
_COUNTRIES = frozenset(
    code.lower() for code in map(str, Locale("en").territories) if len(code) == 2 and code not in ("ZZ", "XA", "XB", "XK", "QO", "EZ")
)
_KNOWN = _COMMON | _COUNTRIES | {"uk"}
# Set aside by RFC 2606 and RFC 6761 and by habit, and files: never hosts of the public net, so no network links them.
_NEVER_IN_A_ROW = (
    "test example invalid localhost local internal lan home corp jpg jpeg png gif webp pdf txt html htm doc docx xls xlsx ppt pptx csv"
)
_NEVER = frozenset(_NEVER_IN_A_ROW.split())

_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u04ff"
_PATH_LETTER = rf"[a-z{_CYRILLIC}0-9!*';:=+,.$/%#\[\]\u2013_~@|&{_LATIN}\-]"
_PATH_END = rf"[+a-z{_CYRILLIC}0-9=_#/{_LATIN}\-]"
_IN_BRACKETS = rf"\({_PATH_LETTER}+\)"
_PATH = rf"(?:/(?:(?:{_PATH_LETTER}|{_IN_BRACKETS})*(?:{_PATH_END}|{_IN_BRACKETS}))?)?"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|\-]*[a-z0-9_&=#/\-])?"
_LABEL = rf"[\p{{L}}\p{{M}}\p{{N}}{_LATIN}](?:[\p{{L}}\p{{M}}\p{{N}}_{_LATIN}\-]*[\p{{L}}\p{{M}}\p{{N}}{_LATIN}])?"
_ASCII_LABEL = rf"[a-z0-9{_LATIN}](?:[a-z0-9_{_LATIN}\-]*[a-z0-9{_LATIN}])?"
_TOP = r"(?:xn--[a-z0-9\-]+|[a-z]{2,24}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Arabic}\p{Cyrillic}]{2,24})"

_WITH_HTTP = regex.compile(
    rf"(?<![a-z0-9@＠$#＃])https?://(?P<host>(?:{_LABEL}\.)+(?P<top>{_TOP}))(?![a-z0-9@])(?P<rest>(?::[0-9]+)?{_PATH}{_QUERY})",
    regex.IGNORECASE,
)
_BARE, _BARE_AND_KNOWN = (
    regex.compile(
        rf"(?<![a-z0-9@＠$#＃_./\-])(?P<host>(?:{_ASCII_LABEL}\.)+(?P<top>{top}))(?![a-z0-9@＠])(?P<rest>(?::[0-9]+)?{_PATH}{_QUERY})",
        regex.IGNORECASE,
    )
    for top in ("[a-z]{2,24}", "|".join(sorted(_KNOWN, key=len, reverse=True)))
)
# What Mastodon takes for the rest of an address behind the host: letters of every script.
_MASTODON_REST = regex.compile(
    r"""(?::[0-9]+)?(?:/(?:[^\s<>()?]*[^\s()?!*"'「」<>;:=,.$%\[\]~&|@])?)?(?:\?[^\s<>"]*[a-z0-9_&=#/\-\u00a0-\ud7ff\uf900-\uffef])?""",
    regex.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """An address from `start` to `end` of a text. Not `sure`: without http, and with an ending that may not exist."""

    start: int
    end: int
    sure: bool = True


def is_known_ending(top: str) -> bool:
    """True for the endings of hosts that people know to be addresses also without http: of countries, and the common ones."""
    return top.lower() in _KNOWN


def addresses_on_x(text: str) -> Iterator[Found]:
    """The addresses X links in `text`, from left to right."""
    place = 0
    ways = (_WITH_HTTP, _BARE_AND_KNOWN, _BARE)
    found_ones = [(found.start(), way, found) for way, pattern in enumerate(ways) for found in pattern.finditer(text)]
    for start, way, found in sorted(found_ones, key=lambda one: one[:2]):
        if start < place or found["top"].lower() in _NEVER:
            continue
        place = found.end()
        yield Found(start, place, sure=ways[way] is not _BARE)


def addresses_on_mastodon(text: str) -> Iterator[Found]:
    """The addresses Mastodon links in `text`: only those with http, and their paths may hold letters of every script."""
    place = 0
    for found in _WITH_HTTP.finditer(text):
        if found.start() < place or found["top"].lower() in _NEVER:
            continue
        rest = _MASTODON_REST.match(text, found.end("host"))
        place = rest.end() if rest else found.end("host")
        yield Found(found.start(), place)
