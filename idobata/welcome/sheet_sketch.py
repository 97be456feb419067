"""A simple sketch of the way: the place in the middle, known places around it, north on top. Drawn from our own register, without a map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Metres. Beyond it a known place helps nobody to find the door; nearer it is next door.
REACH, NEXT_DOOR = 900.0, 40.0
MOST = 4
# Units of the drawing: tenths of a millimetre.
WIDTH, LETTER = 1860, 50
_EDGE = 60
_METRES_IN_A_DEGREE = 111_320.0
# Metres a walker makes in a minute, straight ahead on the map: streets bend.
_STRAIGHT = 58.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place by name, in degrees (WGS 84)."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with a name beside it, in units of the drawing; `anchor` is where its words begin or end."""

    name: str
    x: int
    y: int
    text_x: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """The drawing. `here` is the middle. `bar` is the length of a line that takes `minutes` to walk."""

    height: int
    here: Mark
    marks: tuple[Mark, ...]
    bar: int
    minutes: int


def sketch(here: Point, around: Sequence[Point], height: int) -> Sketch | None:
    """The sketch with what is near, nearest first; None when nothing known is near enough to go by."""
    near = sorted((math.hypot(*_metres(here, one)), one.name, one) for one in around)
    near = [one for one in near if NEXT_DOOR <= one[0] <= REACH]
    if not near:
        return None
    offsets = [(one, *_metres(here, one)) for _far, _name, one in near[:MOST]]
    widest = max(max(abs(east) for _one, east, _north in offsets), 150.0)
    highest = max(max(abs(north) for _one, _east, north in offsets), 100.0)
    scale = min((WIDTH / 2 - 5 * LETTER) / widest, (height / 2 - 1.2 * LETTER) / highest)
    at = [(one.name, round(WIDTH / 2 + east * scale), round(height / 2 - north * scale)) for one, east, north in offsets]
    # The name of the place itself goes to the side where it leaves more of the others to be read.
    middles = [_mark(here.name, WIDTH // 2, height // 2, to_the_right=right) for right in (True, False)]
    middle, marks = max(((one, _beside(one, at)) for one in middles), key=lambda found: len(found[1]))
    if not marks:
        return None
    minutes = next((number for number in (10, 5, 3, 2) if number * _STRAIGHT * scale <= WIDTH / 4), 1)
    return Sketch(height, middle, tuple(marks), round(minutes * _STRAIGHT * scale), minutes)


def _metres(here: Point, there: Point) -> tuple[float, float]:
    north = (there.latitude - here.latitude) * _METRES_IN_A_DEGREE
    east = (there.longitude - here.longitude) * _METRES_IN_A_DEGREE * math.cos(math.radians(here.latitude))
    return east, north


def _beside(middle: Mark, at: Sequence[tuple[str, int, int]]) -> list[Mark]:
    """Names where they cover neither the middle nor one another; what finds no room is left out."""
    taken, marks = [_box(middle)], []
    for name, x, y in at:
        for right in (True, False):
            mark = _mark(name, x, y, to_the_right=right)
            left_edge, _top, right_edge, _bottom = _box(mark)
            if left_edge >= _EDGE and right_edge <= WIDTH - _EDGE and not any(_touch(_box(mark), other) for other in taken):
                marks.append(mark)
                taken.append(_box(mark))
                break
    return marks


def _mark(name: str, x: int, y: int, *, to_the_right: bool) -> Mark:
    return Mark(name, x, y, x + 36 if to_the_right else x - 36, "start" if to_the_right else "end")


def _box(mark: Mark) -> tuple[float, float, float, float]:
    length = len(mark.name) * LETTER
    left, right = (mark.x - 24, mark.text_x + length) if mark.anchor == "start" else (mark.text_x - length, mark.x + 24)
    return left, mark.y - 0.7 * LETTER, right, mark.y + 0.7 * LETTER


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
