"""The code on a receipt: made without look-alikes, read however somebody types it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.gatherings.spoken_code import LENGTH, new_code, read_code, shown
from idobata.kernel.ids import ALPHABET


def test_a_code_comes_back_from_its_printed_form() -> None:
    code = new_code()
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert read_code(shown(code)) == code
    assert shown("k7m2x9pq") == "K7M2 X9PQ"


def test_codes_differ() -> None:
    assert len({new_code() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "typed", ["k7m2x9pq", "K7M2 X9PQ", " K7M2-X9PQ ", "Ｋ７Ｍ２　Ｘ９ＰＱ", "k 7 m 2 x 9 p q", "K7M2・X9PQ", "K7M2ーX9PQ"]
)
def test_width_case_and_grouping_make_no_difference(typed: str) -> None:
    assert read_code(typed) == "k7m2x9pq"


@pytest.mark.parametrize(
    "typed", ["", "k7m2x9p", "k7m2x9pqr", "k7m2x9p0", "k7m2x9pl", "あいうえおかきく", "k7m2' OR 1=1", "\x00" * 8, "k7m2x9pq" * 10]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@given(st.text(max_size=200))
def test_whatever_is_typed_never_breaks(typed: str) -> None:
    found = read_code(typed)
    assert found is None or (len(found) == LENGTH and set(found) <= set(ALPHABET))
