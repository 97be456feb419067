"""Passwords: hashed slowly, compared in the same time, and refused where they are soon guessed."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from idobata.accounts.password_rules import COMMON, OF_THE_CITY, TOO_LONG, TOO_SHORT, problem_of, words_of
from idobata.accounts.passwords import hash_of, is_outdated, is_right
from tests.harness.site import make_settings

GOOD = "駅前の 青い鯉のぼり"


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_of(GOOD)


def problem(password: str, tmp_path: Path, *own: str) -> str | None:
    found = problem_of(password, make_settings("sqlite:////nowhere/x", tmp_path), *own)
    return found.sentence if found else None


def test_the_right_one_is_right_and_every_other_wrong(kept: str) -> None:
    assert kept.startswith("$argon2id$")
    assert is_right(kept, GOOD)
    for wrong in ("", GOOD[:-1], GOOD + " ", GOOD.replace("青", "赤"), GOOD + "x" * 300, "\x00", "\ud800"[:0]):
        assert not is_right(kept, wrong)
    assert not is_right(None, GOOD)
    assert not is_right("no hash at all", GOOD)


def test_full_and_half_width_are_one_and_nothing_is_cut_off(kept: str) -> None:
    assert is_right(hash_of("ＡＢｃｄ１２３４ー"), "ABcd1234ー")
    long = "あ" * 200
    hashed = hash_of(long)
    assert is_right(hashed, long)
    assert not is_right(hashed, "あ" * 199)
    assert not is_right(hashed, "あ" * 201)


def test_nobody_costs_the_same_work_as_somebody(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash of the same strength each, whoever it is: a stopwatch would measure the machine's other work."""
    tried: list[Parameters] = []
    real = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        tried.append(extract_parameters(hashed))
        return real(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for one in (kept, None):
        assert not is_right(one, "not this one")
        assert not is_right(one, "far too long " * 100)
    assert len(tried) == 4
    assert {(one.memory_cost, one.time_cost, one.parallelism, one.hash_len) for one in tried} == {(65536, 3, 4, 32)}


def test_no_more_than_two_are_hashed_at_once(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, lock, two = 0, 0, threading.Lock(), threading.Barrier(2)

    def slow(self: PasswordHasher, hashed: str, password: str) -> bool:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        two.wait(30)  # one alone would wait in vain
        time.sleep(0.02)
        with lock:
            busy -= 1
        return True

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: is_right(kept, GOOD), range(8)))
    assert most == 2


def test_a_weaker_hash_of_old_is_known_as_such(kept: str) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    assert is_right(weak, GOOD)
    assert is_outdated(weak)
    assert not is_outdated(kept)


@pytest.mark.parametrize(
    "password, why",
    [
        ("", TOO_SHORT),
        ("abcdefg", TOO_SHORT),
        ("１２３４５６７", TOO_SHORT),
        ("x" * 201, TOO_LONG),
        ("password", COMMON),
        ("Password1!", COMMON),
        ("ｐａｓｓｗｏｒｄ", COMMON),
        ("12345678", COMMON),
        ("iloveyou1", COMMON),
        ("ああああああああああ", COMMON),
        ("汐坂市20261", OF_THE_CITY),
        ("Shiosaka2026", OF_THE_CITY),
        ("SHIOSAKA-shiosaka-1", OF_THE_CITY),
        ("いどばたパーティー", OF_THE_CITY),
        ("井戸端パーティー1", OF_THE_CITY),
        ("Idobata!2026", OF_THE_CITY),
        ("きたまち12345", OF_THE_CITY),
        ("hanako1234567", OF_THE_CITY),
        (GOOD, None),
        ("shiosaka-kujira-no-shippo", None),
        ("correct horse battery staple", None),
        (" 8つの空白 ☂ ", None),
    ],
)
def test_what_is_soon_guessed_is_refused_with_a_reason(password: str, why: str | None, tmp_path: Path) -> None:
    assert problem(password, tmp_path, "hanako@example.com", "浜田 京子") == why


def test_the_words_of_the_city_come_from_its_settings(tmp_path: Path) -> None:
    words = words_of(make_settings("sqlite:////nowhere/x", tmp_path))
    assert {"汐坂", "shiosaka", "きたまち", "idobata"} <= words
    assert not any(len(word) < 2 for word in words)
