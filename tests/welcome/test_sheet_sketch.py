"""The sketch of the way: north is up, what is near is on it, words never stand on words."""

import pytest

from idobata.welcome.sheet_sketch import LETTER, WIDTH, Point, sketch

HERE = Point("みどり公民館", 35.3136, 139.3125)
METRE = 1 / 111_320


def at(name: str, north: float, east: float) -> Point:
    return Point(name, HERE.latitude + north * METRE, HERE.longitude + east * METRE / 0.816)


def test_north_is_up_and_east_is_right() -> None:
    drawing = sketch(HERE, [at("北の店", 300, 0), at("東の店", 0, 400), at("南西の店", -200, -300)], 440)
    assert drawing is not None
    marks = {mark.name: mark for mark in drawing.marks}
    assert marks["北の店"].y < drawing.here.y
    assert marks["東の店"].x > drawing.here.x
    assert marks["南西の店"].y > drawing.here.y
    assert marks["南西の店"].x < drawing.here.x
    assert drawing.minutes in (2, 3, 5, 10)


@pytest.mark.parametrize("around", [[], [Point("遠い駅", 35.5, 139.3)], [Point("同じ建物", HERE.latitude, HERE.longitude)]])
def test_without_anything_known_near_there_is_no_sketch(around: list[Point]) -> None:
    assert sketch(HERE, around, 440) is None


def test_everything_stays_inside_and_no_name_covers_another() -> None:
    around = [at(f"とても長い名前のお店{number}"[:12], 80 * number - 200, 120 * number - 400) for number in range(8)]
    drawing = sketch(HERE, around, 340)
    assert drawing is not None
    boxes = []
    for mark in (drawing.here, *drawing.marks):
        start = mark.text_x if mark.anchor == "start" else mark.text_x - len(mark.name) * LETTER
        assert start >= 0
        assert start + len(mark.name) * LETTER <= WIDTH
        assert LETTER / 2 <= mark.y <= drawing.height - LETTER / 2
        boxes.append((start, mark.y, start + len(mark.name) * LETTER))
    for number, (left, y, right) in enumerate(boxes):
        for other_left, other_y, other_right in boxes[number + 1 :]:
            assert right < other_left or other_right < left or abs(y - other_y) >= LETTER
