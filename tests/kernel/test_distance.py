"""Distances: right on the ground, and a box that leaves nothing out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.distance import box_around, metres_between


def test_a_tenth_of_a_degree_of_latitude_is_eleven_kilometres() -> None:
    assert metres_between((35.0, 139.0), (35.1, 139.0)) == pytest.approx(11_119, abs=2)


@given(st.floats(-80, 80), st.floats(-170, 170), st.floats(-0.002, 0.002), st.floats(-0.002, 0.002))
def test_the_box_leaves_nothing_near_outside(latitude: float, longitude: float, up: float, aside: float) -> None:
    there = (latitude + up, longitude + aside)
    south, north, west, east = box_around(latitude, longitude, 300.0)
    inside = south <= there[0] <= north and west <= there[1] <= east
    assert inside or metres_between((latitude, longitude), there) > 299.9
