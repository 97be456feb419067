"""Twins: what an editor is warned of, and what not."""

from datetime import date
from typing import Any

from idobata.desk.twins import Sighting, are_near, are_twins

SATURDAY, SUNDAY = date(2026, 12, 5), date(2026, 12, 6)
HALL = (35.3150, 139.3100)


def seen(title: str = "土曜の朝のおにぎり会", **more: Any) -> Sighting:
    plain: dict[str, Any] = {
        "days": frozenset({SATURDAY}),
        "place_id": 1,
        "place_name": "北町公民館",
        "latitude": HALL[0],
        "longitude": HALL[1],
    }
    return Sighting(title=title, **(plain | more))


def test_the_same_post_sent_twice_is_a_twin() -> None:
    assert are_twins(seen(), seen("土曜の朝の、おにぎり会"))


def test_another_day_is_no_twin() -> None:
    assert not are_twins(seen(), seen(days=frozenset({SUNDAY})))


def test_one_shared_day_of_many_is_enough() -> None:
    assert are_twins(seen(days=frozenset({SATURDAY, SUNDAY})), seen(days=frozenset({SUNDAY})))


def test_another_title_at_the_same_place_and_day_is_no_twin() -> None:
    assert not are_twins(seen(), seen("刺し子のふきんを、ちくちく"))


def test_a_place_typed_in_otherwise_is_near() -> None:
    typed = seen(place_id=2, place_name="北町 公民館", latitude=None, longitude=None)
    assert are_near(seen(), typed)


def test_the_house_next_door_is_near_and_one_400_metres_away_is_not() -> None:
    next_door = seen(place_id=2, place_name="北町集会所", latitude=HALL[0] + 0.0020, longitude=HALL[1])
    far = seen(place_id=3, place_name="北町集会所", latitude=HALL[0] + 0.0036, longitude=HALL[1])
    assert are_near(seen(), next_door)
    assert not are_near(seen(), far)


def test_two_places_of_which_nothing_is_known_are_not_near() -> None:
    one = seen(place_id=2, place_name="うら庭", latitude=None, longitude=None)
    other = seen(place_id=3, place_name="川の土手", latitude=None, longitude=None)
    assert not are_near(one, other)


def test_online_gatherings_are_near_each_other_but_not_near_a_hall() -> None:
    online = seen(place_id=None, place_name="", latitude=None, longitude=None, online=True)
    assert are_near(online, online)
    assert not are_near(online, seen())
    assert not are_near(online, seen(online=True))


def test_homes_in_the_same_area_are_near() -> None:
    home = seen(place_id=None, place_name="北町の商店街のちかく", latitude=None, longitude=None)
    assert are_near(home, home)
    assert not are_near(home, seen(place_id=None, place_name="港のあたり", latitude=None, longitude=None))
