"""Hashtags in the form that every network takes whole: tried on X, Mastodon, Misskey, Bluesky, GoToSocial and Takahē."""

import unicodedata
from collections.abc import Iterable

import regex

LONGEST = 30
"""Letters behind the mark."""
# A point in the middle (・) ends the tag on two of them, closing marks become part of it on others.
_UNSAFE = regex.compile(r"[^\p{L}\p{M}\p{Nd}_ー々]")


def safe_hashtag(words: str) -> str:
    """`words` as a hashtag with a half-width mark: letters, digits, _, ー and 々 alone. Empty when nothing is left that all would take."""
    tag = _UNSAFE.sub("", unicodedata.normalize("NFKC", words))
    tag = "".join(regex.findall(r"\X", tag)[:LONGEST])
    return f"#{tag}" if regex.search(r"\p{L}", tag) else ""


def tag_line(wishes: Iterable[str], most: int) -> str:
    """The hashtags of `wishes` on one line, at most `most`, none twice, with plain spaces between them."""
    tags = dict.fromkeys(tag for tag in map(safe_hashtag, wishes) if tag)
    return " ".join(list(tags)[:most])
