"""The one door between what people type and HTML. nh3 and bleach are used here and nowhere else.

Typed text is plain: every character of it is escaped, and what becomes markup (paragraphs, line breaks, lists, links) is
written by us. bleach makes the links, nh3's allow-list then sees the whole, so that a mistake in one does not open the house.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import nh3
from bleach.linkifier import Linker
from markupsafe import Markup, escape

from idobata.kernel.text import clean_url, printable

TAGS = frozenset(("p", "br", "ul", "ol", "li", "a"))
LINK_REL = "nofollow ugc noopener noreferrer"

# What a careful parser may be asked to do for one text; the addresses beyond stay readable letters.
MAX_LINKS = 50
MAX_AMPERSANDS = 20

# Japanese puts no space behind an address, so it ends at the first letter that is not ASCII.
_URL = re.compile(r"https?://[!#-;=?-Z\[\]_a-z~%]+", re.IGNORECASE)
_BULLET = re.compile(r"[ \u3000]*(?:[・•●][ \u3000]*|[-*][ \u3000]+)(?=\S)")
_NUMBER = re.compile(r"[ \u3000]*([0-9０-９]{1,3})(?:[.．][ \u3000]*(?![0-9０-９])|[)）][ \u3000]*)(?=\S)")
_MAY_BEGIN_LIST = re.compile(r"[ \u3000]*[・•●*0-9０-９-]")
_PAIRS = {")": "(", "]": "["}


def to_html(plain: str) -> Markup:
    """Typed text as safe HTML: paragraphs, line breaks, lists of ・ - * • or 1. 2. 3., and http(s) links. Linear in its length."""
    text = printable(plain)
    urls = [_without_tail(found[0]) for found in _URL.finditer(text)]
    links = iter(_links(urls))
    # Every address is one token in the order of the text, so line by line they come out in the same order again.
    html = "".join(_paragraph(lines, lambda line: _with_links(line, links)) for lines in _paragraphs(text))
    return Markup(_allow(html))


def clean(html: str) -> Markup:
    """Foreign HTML reduced to the tags of `TAGS` with checked links, bare addresses made clickable. Cleaning twice changes nothing.

    For text of at most some thousand characters: the second pass is a slow, careful parser.
    """
    before = printable(html)
    for _ in range(4):
        after = _allow(_LINKER.linkify(_allow(before)))
        if after == before:
            return Markup(after)
        before = after
    # Markup that keeps changing under the two parsers is no markup anybody wrote: show it as letters.
    return Markup(_allow(str(escape(before))))


def plain_summary(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, cut behind a sentence or a phrase and closed with 「…」."""
    line = " ".join(part.strip(" \u3000") for part in printable(text).split("\n") if part.strip(" \u3000"))
    if len(line) <= limit:
        return line
    window = line[: max(limit - 1, 0)]
    enough = len(window) // 2
    for pattern in (r"[。！？!?][」』）)]?", r"[、，,・ \u3000]"):
        ends = [found.end() for found in re.finditer(pattern, window)]
        if ends and ends[-1] >= enough:
            return window[: ends[-1]].rstrip("、，,・ \u3000") + "…"
    # A cut inside a joined picture or before a mark would change the letter.
    while window and not _may_part(window[-1], line[len(window)]):
        window = window[:-1]
    return window.rstrip() + "…" if limit > 0 else ""


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip(" \u3000"):
            lines.append(line.rstrip(" \u3000"))
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _paragraph(lines: list[str], write: Callable[[str], str]) -> str:
    """One block of lines: its lists as lists, what stands before, between and behind them as paragraphs."""
    out: list[str] = []
    plain: list[str] = []
    place = 0
    while place < len(lines):
        tag, items = _list_at(lines, place) if _MAY_BEGIN_LIST.match(lines[place]) else ("", [])
        if not items:
            plain.append(write(lines[place]))
            place += 1
            continue
        if plain:
            out.append(f"<p>{'<br>'.join(plain)}</p>")
            plain = []
        out.append(f"<{tag}>{''.join(f'<li>{write(item)}</li>' for item in items)}</{tag}>")
        place += len(items)
    if plain:
        out.append(f"<p>{'<br>'.join(plain)}</p>")
    return "".join(out)


def _list_at(lines: list[str], start: int) -> tuple[str, list[str]]:
    """The list that begins with this line: its tag and its items without their marks; no items when there is none."""
    items = list(_items(lines, start, _is_bullet))
    if items:
        return "ul", items
    items = list(_items(lines, start, _is_next_number))
    return "ol", items if len(items) > 1 else []


def _items(lines: list[str], start: int, mark_of: Callable[[str, int], re.Match[str] | None]) -> Iterator[str]:
    for place in range(start, len(lines)):
        mark = mark_of(lines[place], place - start)
        if mark is None:
            return
        yield lines[place][mark.end() :]


def _is_bullet(line: str, _before: int) -> re.Match[str] | None:
    return _BULLET.match(line)


def _is_next_number(line: str, before: int) -> re.Match[str] | None:
    # 「12. 」 in the middle of a text is a number, not the start of a list.
    mark = _NUMBER.match(line)
    return mark if mark is not None and int(mark[1]) == before + 1 else None


def _with_links(line: str, links: Iterator[str]) -> str:
    out: list[str] = []
    end = 0
    for found in _URL.finditer(line):
        typed = _without_tail(found[0])
        out += [str(escape(line[end : found.start()])), next(links)]
        end = found.start() + len(typed)
    return "".join([*out, str(escape(line[end:]))])


def _without_tail(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    counts = {letter: url.count(letter) for letter in "()[]"}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in _PAIRS:
            if counts[last] <= counts[_PAIRS[last]]:
                break
            counts[last] -= 1
        elif last not in ".,;:!?'*":
            break
        end -= 1
    return url[:end]


def _links(urls: list[str]) -> list[str]:
    """Each address as a link, or escaped where it is none. One call for all of them: a parser costs more to start than to run."""
    letters = [str(escape(url)) for url in urls]
    chosen = [place for place, url in enumerate(urls) if url.count("&") <= MAX_AMPERSANDS][:MAX_LINKS]
    made = _LINKER.linkify("\n".join(letters[place] for place in chosen)).split("\n") if chosen else []
    if len(made) == len(chosen):
        for place, link in zip(chosen, made, strict=True):
            letters[place] = link
    return letters


def _link_or_none(attributes: MutableMapping[tuple[str | None, str], str], new: bool = False, /) -> Any:
    """bleach asks this for each link: None makes it plain text again (its types forget that)."""
    try:
        href = clean_url(attributes.get((None, "href"), ""))
    except ValueError:
        return None
    # nh3 has taken away every other attribute before, and none are made here.
    attributes[None, "href"] = href
    attributes[None, "rel"] = LINK_REL
    return attributes


def _checked_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) != ("a", "href"):
        return value
    # nh3 takes "javascript\u200b:" and "//host" for relative addresses; only whole http(s) addresses pass here.
    try:
        return clean_url(value)
    except ValueError:
        return None


def _allow(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        attribute_filter=_checked_attribute,
        url_schemes={"http", "https"},
        link_rel=LINK_REL,
    )


def _may_part(before: str, after: str) -> bool:
    joined = "\u200d\ufe0e\ufe0f\u20e3"
    return before != "\u200d" and after not in joined and not ("\u0300" <= after <= "\u036f" or "\U0001f3fb" <= after <= "\U0001f3ff")


_LINKER = Linker(callbacks=[_link_or_none], url_re=_URL, parse_email=False, recognized_tags=TAGS)
