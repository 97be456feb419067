"""Tiles and boxes: the numbers are those every tile server uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.maps.tile_grid import box_around, tile_at


@pytest.mark.parametrize(
    "latitude, longitude, z, spot",
    [(35.681236, 139.767125, 14, (14552, 6451)), (0, 0, 1, (1, 1)), (85.2, -180, 3, (0, 0)), (-89, 180, 3, (7, 7))],
)
def test_a_point_lies_in_the_tile_that_is_published_for_it(latitude: float, longitude: float, z: int, spot: tuple[int, int]) -> None:
    assert tile_at(latitude, longitude, z) == spot


def test_a_box_reaches_as_far_as_it_says() -> None:
    box = box_around(35, 139, 20)
    assert box.holds(35.17, 139)
    assert not box.holds(35.19, 139)
    assert box.holds(35, 139.21)
    assert not box.holds(35, 139.23)


@given(st.floats(20, 46), st.floats(122, 154), st.integers(5, 20), st.floats(-0.09, 0.09), st.floats(-0.09, 0.09))
def test_the_tile_of_every_point_in_the_box_touches_it(latitude: float, longitude: float, z: int, up: float, aside: float) -> None:
    box = box_around(latitude, longitude, 20)
    assert box.touches(z, *tile_at(latitude + up, longitude + aside, z))


def test_tiles_beside_the_box_do_not_touch_it() -> None:
    box = box_around(35.315, 139.31, 20)
    left, top = tile_at(box.north, box.west, 14)
    right, bottom = tile_at(box.south, box.east, 14)
    assert box.touches(14, left, top)
    assert not any(box.touches(14, x, y) for x, y in ((left - 1, top), (right + 1, bottom), (left, top - 1), (right, bottom + 1)))
