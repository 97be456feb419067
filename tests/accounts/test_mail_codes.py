"""Six digits, however they are typed."""

import pytest

from idobata.accounts.mail_codes import code_hash, new_code, read_code, shown

KEY = "a key of the tests"


@pytest.mark.parametrize("typed", ["012345", " 012 345 ", "０１２３４５", "012-345", "０１２　３４５", "012345\n"])
def test_it_may_be_typed_as_one_likes(typed: str) -> None:
    assert read_code(typed) == "012345"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "①②③④⑤⑥x", "٠١٢٣٤٥", "0x12345", "1" * 100_000, "\x00" * 6])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


def test_a_code_keeps_its_zeros_and_what_is_shown_can_be_typed() -> None:
    codes = [new_code() for _ in range(300)]
    assert {len(code) for code in codes} == {6}
    assert len(set(codes)) > 250
    assert [read_code(shown(code)) for code in codes] == codes


def test_the_hash_needs_the_key_and_belongs_to_one_browser() -> None:
    hashes = {code_hash(key, browser, code) for key in (KEY, "other") for browser in ("a", "b") for code in ("123456", "123457")}
    assert len(hashes) == 8
    assert not any("12345" in one for one in hashes)
