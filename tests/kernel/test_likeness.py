"""Names that an editor would call the same, and names that she would not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.likeness import are_alike, likeness


@pytest.mark.parametrize(
    "one, other",
    [
        ("第1回 写真さんぽ", "第１回写真さんぽ"),
        ("ラジオ体操", "らじお体操"),
        ("将棋", "朝のおにぎりと将棋"),
        ("みんなで花だんの手入れ", "みんなで花だんの手いれ"),
        ("☕☕", "☕☕"),
    ],
)
def test_titles_that_an_editor_would_call_the_same(one: str, other: str) -> None:
    assert are_alike(one, other)
    assert are_alike(other, one)


@pytest.mark.parametrize("one, other", [("会", "土曜の朝の会"), ("朝のヨガ", "夜の読書会"), ("☕☕", "🍙🍙"), ("お茶", "茶道")])
def test_titles_that_only_share_a_letter_are_not_the_same(one: str, other: str) -> None:
    assert not are_alike(one, other)
    assert not are_alike(other, one)


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert are_alike(one, other) == are_alike(other, one)
