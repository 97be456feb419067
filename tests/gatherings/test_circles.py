"""Who is asked together."""

from idobata.gatherings.circles import circles


def test_those_who_share_somebody_even_through_others_make_one_circle() -> None:
    assert circles({1: ["a"], 2: ["b"], 3: ["a", "c"], 4: ["c", "d"], 5: [], 6: ["e"]}) == [[2], [1, 3, 4], [6]]


def test_two_circles_become_one_when_something_joins_them_late() -> None:
    assert circles({1: ["a"], 2: ["b"], 3: ["c"], 9: ["a", "b"], 10: ["b", "a"]}) == [[3], [1, 2, 9, 10]]


def test_nobody_to_write_to_makes_no_circle() -> None:
    assert circles({1: [], 2: []}) == []
