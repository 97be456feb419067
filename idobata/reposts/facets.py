"""What of a text is an address or a hashtag on Bluesky: there the sender says it, by bytes, or nothing can be pressed."""

from dataclasses import dataclass

import regex

from idobata.reposts.web_addresses import is_known_ending

_ADDRESS = regex.compile(
    r"(?:^|(?<=[\s(]))(?:https?://\S+|(?P<host>[a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)", regex.IGNORECASE | regex.MULTILINE
)
# A tag is what lies between spaces behind the mark, if a letter is among it; none of these is ever part of one.
_NOTHING = r"\s\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_HASHTAG = regex.compile(rf"(?:^|(?<=\s))[#＃](?!\ufe0f)(?P<tag>[^{_NOTHING}]*[^\d\p{{P}}{_NOTHING}][^{_NOTHING}]*)")
_CLOSING = regex.compile(r"\p{P}+$")
LONGEST_TAG = 64
"""Units of UTF-16."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Bytes `start` to `end` (exclusive) of the text in UTF-8 lead to `uri`, or stand for the hashtag `tag`. One of both is empty."""

    start: int
    end: int
    uri: str = ""
    tag: str = ""


def facets(text: str) -> tuple[Facet, ...]:
    """Addresses, then hashtags, as Bluesky's own library finds them (app.bsky.richtext.facet)."""
    return (*_addresses(text), *_hashtags(text))


def _addresses(text: str) -> list[Facet]:
    found = []
    for match in _ADDRESS.finditer(text):
        shown = match.group()
        if match["host"] and not is_known_ending(match["host"].rpartition(".")[2]):
            continue
        if shown[-1] in ".,;:!?":
            shown = shown[:-1]
        if shown[-1] == ")" and "(" not in shown:
            shown = shown[:-1]
        start = _bytes(text[: match.start()])
        found.append(Facet(start, start + _bytes(shown), uri=f"https://{shown}" if match["host"] else shown))
    return found


def _hashtags(text: str) -> list[Facet]:
    found = []
    for match in _HASHTAG.finditer(text):
        tag = _CLOSING.sub("", match["tag"])
        if tag and len(tag.encode("utf-16-le")) // 2 <= LONGEST_TAG:
            start = _bytes(text[: match.start()])
            found.append(Facet(start, start + _bytes(match.group()[0] + tag), tag=tag))
    return found


def _bytes(text: str) -> int:
    return len(text.encode())
