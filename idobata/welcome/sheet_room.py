"""What fits on one page of A4 in large type. The paper has a fixed height, so the least important words give way to the others."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

# Millimetres. The page without its margins, as in static/css/ui/sheet.css, which has the same type sizes, too.
PAGE_HEIGHT, PAGE_WIDTH = 277.0, 186.0
_HEAD, _CODE, _LEAST_MEMO, _GAP = 10.0, 40.0, 15.0, 4.5
_FOOT_WIDTH = 144.0
_MM = 0.3528
_LEADING, _RUBY = 1.36, 0.42
# A line of Japanese ends where its rules allow, so it holds a little less than its width.
_NARROW = 0.57
_SKETCH = {1: 46.0, 2: 36.0}


class Rank(IntEnum):
    """What goes first when there is room: what one needs at the door, then the way, then what makes it easy to come."""

    DOOR = 1
    GREETER = 2
    LANDMARK = 3
    FACTS = 4
    MINUTES = 5
    SIGNUP = 6
    ARRIVE = 7
    LEAVING = 8
    WAY = 9
    SKETCH = 10
    TOTAL = 11
    PHOTOS = 12


@dataclass(frozen=True, slots=True)
class Sizes:
    """Type sizes in points."""

    body: float
    title: float
    when: float
    where: float


# By the number of dates on the page.
SIZES: dict[int, Sizes] = {1: Sizes(16, 22, 26, 24), 2: Sizes(14.5, 18, 22, 20), 3: Sizes(14, 16, 20, 20)}


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that may stand on the sheet. `words` are one line or more; of `facts` as many stand there as fit."""

    rank: Rank
    heading: str = ""
    words: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Must:
    """What stands on the sheet in any case, for its height."""

    title: str
    when: str
    where: str
    going: str
    address: str


def fit(parts: Sequence[tuple[Must, Sequence[Piece]]], office: str, *, with_ruby: bool) -> list[tuple[Piece, ...]]:
    """For each date the pieces there is room for, in the order given. `office` is the line at the foot."""
    number = len(parts)
    sizes = SIZES[number]
    left = PAGE_HEIGHT - _HEAD - _foot(office, with_ruby) - sum(_needed(must, sizes, with_ruby) + _GAP for must, _pieces in parts)
    # Everybody learns where the door is, if only in a line; what is left goes by rank.
    kept = sum(
        height(_in_a_line(piece, sizes), number, with_ruby=with_ruby)
        for _must, pieces in parts
        for piece in pieces
        if piece.rank is Rank.DOOR
    )
    left -= kept
    taken: list[dict[int, Piece]] = [{} for _part in parts]
    everything = sorted((piece.rank, part, at) for part, (_must, pieces) in enumerate(parts) for at, piece in enumerate(pieces))
    for rank, part, at in everything:
        piece = parts[part][1][at]
        if rank is Rank.DOOR:
            left += height(_in_a_line(piece, sizes), number, with_ruby=with_ruby)
        for one in _smaller_and_smaller(piece, sizes):
            if (needed := height(one, number, with_ruby=with_ruby)) <= left:
                taken[part][at] = one
                left -= needed
                break
    return [tuple(one[at] for at in sorted(one)) for one in taken]


def height(piece: Piece, number: int, *, with_ruby: bool) -> float:
    """Millimetres a piece takes on a sheet with so many dates."""
    if piece.rank is Rank.SKETCH:
        return _SKETCH.get(number, math.inf)
    sizes = SIZES[number]
    if piece.facts:
        # Each fact stands in a frame of its own.
        words = "　".join(f"{fact}　" for fact in piece.facts)
        return lines(words, sizes.body) * (_line(sizes.body, with_ruby) + 1.6) + 1
    return lines(f"{piece.heading}　{piece.words}", sizes.body) * _line(sizes.body, ruby=False) + (_extra(sizes.body) if with_ruby else 0)


def lines(words: str, points: float, width: float = PAGE_WIDTH) -> int:
    """How many lines words take at this size."""
    return max(1, math.ceil(_length(words) / (width / (points * _MM) - 1)))


def clipped(words: str, limit: int) -> str:
    """Words in one line, at most `limit` full letters of them; three dots say that there is more."""
    words = " ".join(words.split())
    if _length(words) <= limit:
        return words
    kept = ""
    for letter in words:
        if _length(kept + letter) > limit - 1:
            break
        kept += letter
    return kept.rstrip("、。 　") + "…"


def _needed(must: Must, sizes: Sizes, ruby: bool) -> float:
    found = lines(must.title, sizes.title) * sizes.title * _MM * 1.3 + 1
    found += lines(must.when, sizes.when) * _line(sizes.when, ruby)
    found += lines(must.where, sizes.where) * _line(sizes.where, ruby)
    found += lines(must.going, sizes.body) * (_line(sizes.body, ruby) + 1) + 2
    return found + lines(must.address, sizes.body) * _line(sizes.body, ruby=False)


def _foot(office: str, ruby: bool) -> float:
    # Of the two lines beside the code only ours has readings.
    return max(_CODE, _LEAST_MEMO + lines(office, 14, _FOOT_WIDTH) * _line(14, ruby=False) + _line(14, ruby) + 2)


def _smaller_and_smaller(piece: Piece, sizes: Sizes) -> Iterator[Piece]:
    """The piece, then what may stand for it where there is less room."""
    if piece.facts:
        yield from (Piece(piece.rank, facts=piece.facts[:many]) for many in range(len(piece.facts), 0, -1))
        return
    yield piece
    if piece.words:
        yield _in_a_line(piece, sizes)


def _in_a_line(piece: Piece, sizes: Sizes) -> Piece:
    room = PAGE_WIDTH / (sizes.body * _MM) - 1
    return Piece(piece.rank, piece.heading, clipped(piece.words, math.floor(room - _length(piece.heading) - 1)))


def _line(points: float, ruby: bool) -> float:
    return points * _MM * _LEADING + (_extra(points) if ruby else 0)


def _extra(points: float) -> float:
    return points * _MM * _RUBY


def _length(words: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in words)
