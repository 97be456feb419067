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
    """What stands on the sheet in any case, for its height. `going` are the pieces of one row, none of which is broken if it can be helped."""

    title: str
    when: str
    where: str
    going: tuple[str, ...]
    address: str


def fit(parts: Sequence[tuple[Must, Sequence[Piece]]], office: str, *, with_ruby: bool) -> list[tuple[Piece, ...]]:
    """For each date the pieces there is room for, in the order given. `office` is the line at the foot."""
    number = len(parts)
    sizes = SIZES[number]
    # Everybody learns where the door is, if only in a line; what is left goes by rank.
    left = room_left(parts, office, with_ruby=with_ruby)
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


def room_left(parts: Sequence[tuple[Must, Sequence[Piece]]], office: str, *, with_ruby: bool) -> float:
    """Millimetres that are left when everything stands there that must, the way through the door in one line. Below zero it does not fit."""
    number = len(parts)
    sizes = SIZES[number]
    doors = [_in_a_line(piece, sizes) for _must, pieces in parts for piece in pieces if piece.rank is Rank.DOOR]
    taken = sum(_needed(must, sizes, with_ruby) + _GAP for must, _pieces in parts)
    taken += sum(height(door, number, with_ruby=with_ruby) for door in doors)
    return PAGE_HEIGHT - _HEAD - _foot(office, with_ruby) - taken


def height(piece: Piece, number: int, *, with_ruby: bool) -> float:
    """Millimetres a piece takes on a sheet with so many dates."""
    if piece.rank is Rank.SKETCH:
        return _SKETCH.get(number, math.inf)
    sizes = SIZES[number]
    if piece.facts:
        # Each fact stands in a frame of its own.
        return _rows(piece.facts, sizes.body, frame=1.0, gap=0.6) * (_line(sizes.body, with_ruby) + 1.6) + 1
    # The words stand beside their heading, all of them.
    beside = PAGE_WIDTH - (_length(piece.heading) + 0.8) * sizes.body * _MM
    return lines(piece.words, sizes.body, beside) * _line(sizes.body, ruby=False) + (_extra(sizes.body) if with_ruby else 0)


def lines(words: str, points: float, width: float = PAGE_WIDTH) -> int:
    """How many lines words take at this size."""
    return max(1, math.ceil(_length(words) / (width / (points * _MM) - 1)))


def line_holds(points: float) -> int:
    """Full letters that surely stand in one line of this size."""
    return math.floor(PAGE_WIDTH / (points * _MM) - 1)


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
    # The readings of a date are wider than its figures.
    found += lines(must.when + "　" * 3 * ruby, sizes.when) * _line(sizes.when, ruby)
    found += lines(must.where, sizes.where) * _line(sizes.where, ruby)
    found += _rows(must.going, sizes.body, frame=0.5, gap=1.0) * (_line(sizes.body, ruby) + 1) + 2
    return found + lines(must.address, sizes.body) * _line(sizes.body, ruby=False)


def _rows(items: Sequence[str], points: float, *, frame: float, gap: float) -> int:
    """How many lines things take that stand side by side and go to the next line as a whole. `frame` and `gap` in full letters."""
    room = PAGE_WIDTH / (points * _MM) - 0.5
    found, used = 0, math.inf
    for item in items:
        length = _length(item) + frame
        if used + gap + length <= room:
            used += gap + length
        else:
            found += max(1, math.ceil(length / (room - 0.5)))
            used = length if length <= room else math.inf
    return max(found, 1)


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
