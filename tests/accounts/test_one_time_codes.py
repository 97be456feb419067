"""Codes of an app: right for a minute and a half, used once, typed as one likes."""

from datetime import UTC, datetime

import pyotp
import pytest

from idobata.accounts.one_time_codes import app_address, matching_step, picture_of, secret_for, spelled

KEY = "a key of the tests"
SECRET = secret_for(KEY, "a session")
NOW = datetime(2026, 11, 30, 0, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code(steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(STEP + steps)


@pytest.mark.parametrize("steps, right", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_go_one_step_wrong_and_no_more(steps: int, right: bool) -> None:
    assert (matching_step(SECRET, code(steps), NOW) is not None) is right


def test_no_step_counts_twice_nor_one_before_it() -> None:
    used = matching_step(SECRET, code(), NOW)
    assert used == STEP
    assert matching_step(SECRET, code(), NOW, used) is None
    assert matching_step(SECRET, code(-1), NOW, used) is None
    assert matching_step(SECRET, code(1), NOW, used) == STEP + 1


def test_it_may_be_typed_in_full_width_and_with_a_space() -> None:
    digits = code()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    assert matching_step(SECRET, f" {digits[:3]} {digits[3:]} ", NOW) == STEP
    assert matching_step(SECRET, wide, NOW) == STEP


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "x" * 100_000, "\x00" * 6, "-00001"])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert matching_step(SECRET, typed, NOW) is None


def test_the_offered_secret_is_the_same_in_a_session_and_another_in_each_other_one() -> None:
    assert secret_for(KEY, "a session") == SECRET
    assert len({SECRET, secret_for(KEY, "another"), secret_for("other key", "a session")}) == 3
    assert len(SECRET) == 32


def test_an_app_reads_the_address_and_a_person_the_letters() -> None:
    address = app_address(SECRET, "ながさき：井戸端", "hanako@example.com")
    read = pyotp.parse_uri(address)
    assert read.secret == SECRET
    assert spelled(SECRET).replace(" ", "") == SECRET
    picture = picture_of(address)
    assert picture.startswith("<svg")
    assert "style=" not in picture
    assert "<script" not in picture
