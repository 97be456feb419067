"""Codes on paper."""

import pytest

from idobata.accounts.recovery_codes import HOW_MANY, new_codes, read_recovery_code, read_secret, readable_secret, recovery_hash


def test_ten_different_codes_that_can_be_read_back() -> None:
    codes = new_codes()
    assert len(set(codes)) == HOW_MANY
    for code in codes:
        plain = code.replace("-", "")
        assert read_recovery_code(code) == read_recovery_code(f" {code.upper()} ") == read_recovery_code(plain) == plain
        assert not set(code) & set("01oil")


@pytest.mark.parametrize("typed", ["", "abcde", "abcde-fghjk-m", "00000-00000", "あいうえおかきくけこ", "x" * 100_000])
def test_what_is_none_is_none(typed: str) -> None:
    assert read_recovery_code(typed) is None
    assert read_secret(typed) is None


def test_a_hash_belongs_to_one_person_and_one_key() -> None:
    assert len({recovery_hash(key, person, "abcde-fghjk") for key in ("a", "b") for person in (1, 2)}) == 4
    assert recovery_hash("a", 1, "abcde-fghjk") == recovery_hash("a", 1, "abcdefghjk")


def test_the_secret_of_the_console_is_long_and_readable() -> None:
    secrets = {readable_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(read_secret(one.upper()) == one.replace("-", "") for one in secrets)
    assert all(len(one.replace("-", "")) == 20 for one in secrets)
