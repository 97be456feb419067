"""Codes of real municipalities check out, and a slip of a finger does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.municipal_code import check_digit, is_municipal_code

# Assigned codes, from public tables: 長崎市, 茅ヶ崎市, 札幌市, 東京都, 杉並区, 狛江市, 浜松市, 那覇市.
ASSIGNED = ["422011", "142077", "011002", "130001", "131156", "132195", "221309", "472018"]


@pytest.mark.parametrize("code", ASSIGNED)
def test_assigned_codes_are_codes(code: str) -> None:
    assert is_municipal_code(code)


@given(st.integers(0, 99_999))
def test_every_five_digits_have_exactly_one_check_digit(number: int) -> None:
    five = f"{number:05}"
    assert [digit for digit in "0123456789" if is_municipal_code(five + digit)] == [check_digit(five)]


@pytest.mark.parametrize("typed", ["", "42201", "4220111", "４２２０１１", "42201１", "42201a", "422011\n", " 422011", "-22011", "422018"])
def test_what_is_not_six_right_ascii_digits_is_no_code(typed: str) -> None:
    assert not is_municipal_code(typed)


def test_a_check_digit_needs_five_digits() -> None:
    with pytest.raises(ValueError, match="five digits"):
        check_digit("4220")
