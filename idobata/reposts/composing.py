"""A text for a channel, made from the city's template. Date, place and address always stay; what is too long loses other words first."""

import re
from collections.abc import Callable, Mapping

from idobata.kernel.settings import Channel
from idobata.reposts.channels import ChannelKind, limits_of
from idobata.reposts.counting import count, graphemes

CUT = "…"
SHORTEST = 10
"""Letters; fewer of what it is about say nothing, so the line goes as a whole."""
_PLACE = re.compile(r"\{(\w+)\}")


def compose(channel: Channel, words: Mapping[str, str]) -> str:
    """The text for `channel`, within its limits where that can be: what it is about is shortened first, the title last.

    Where dates, places and addresses alone are too much, the text is too long, and the count says so.
    """
    words = {**words, "tags": _fewer_tags(words["tags"], channel.hashtags)}
    kind, limits = ChannelKind(channel.kind), limits_of(channel)

    def fits(text: str) -> bool:
        return not count(kind, text, limits).over

    about, title = words["words"], words["title"]

    def with_about(kept: str) -> str:
        return filled(channel.template, {**words, "words": kept})

    def with_title(kept: str) -> str:
        return filled(channel.template, {**words, "words": "", "title": kept})

    text = with_about(about)
    if fits(text):
        return text
    kept = _longest(about, SHORTEST, lambda one: fits(with_about(one)))
    if fits(with_about(kept)):
        return with_about(kept)
    if kind is ChannelKind.ANNOUNCEMENT:
        # Nobody can read half a name aloud: whoever reads it is told that it is long.
        return with_about("")
    return with_title(_longest(title, 1, lambda one: fits(with_title(one))) or title)


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its places filled in, without the lines in which nothing could be, and without gaps where they were."""
    lines = [_PLACE.sub(lambda found: words[found[1]], line).rstrip() for line in template.split("\n") if _says_something(line, words)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _says_something(line: str, words: Mapping[str, str]) -> bool:
    places = _PLACE.findall(line)
    return not places or any(words[place] for place in places)


def _fewer_tags(tags: str, most: int) -> str:
    return " ".join(tags.split(" ")[:most]) if most else tags


def _longest(text: str, least: int, fits: Callable[[str], bool]) -> str:
    """The longest beginning of `text` with … that fits, of at least `least` letters; `text` itself where it does; empty where none does."""
    if fits(text):
        return text
    letters = graphemes(text)
    # From the whole downwards it fits at some point and then always: the widest step that still fits is found by halving.
    low, high = 0, len(letters)
    while low < high - 1:
        middle = (low + high) // 2
        if fits(_cut(letters, middle)):
            low = middle
        else:
            high = middle
    return _cut(letters, low) if low >= least else ""


def _cut(letters: list[str], kept: int) -> str:
    return "".join(letters[:kept]).rstrip("、。，．, 　") + CUT
