"""Tokens: made for one holder, good for a week."""

import time

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from idobata.web.csrf import FIELD, MAX_AGE, CsrfGate

GATE = CsrfGate("secret", "https://city.example")


def request(token: str | None, **headers: str) -> Request:
    data = {} if token is None else {FIELD: token}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(EnvironBuilder(method="POST", data=data, headers=named, base_url="http://10.0.0.7:8000").get_environ())


def test_a_token_passes_for_its_holder_and_nobody_else() -> None:
    token = GATE.token("a" * 64)
    assert GATE.passes(request(token), "a" * 64)
    assert not GATE.passes(request(token), "b" * 64)
    assert not GATE.passes(request(token), "")
    assert not GATE.passes(request(GATE.token("")), "a" * 64)


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "あ", "\x00", "x" * 10_000])
def test_what_is_no_token_does_not_pass(token: str | None) -> None:
    assert not GATE.passes(request(token), "")


def test_a_token_of_another_site_with_another_key_does_not_pass() -> None:
    assert not GATE.passes(request(CsrfGate("other", "https://city.example").token("")), "")


def test_a_post_left_open_over_a_long_weekend_still_passes_and_after_a_week_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    token, made = GATE.token(""), time.time()
    monkeypatch.setattr(time, "time", lambda: made + MAX_AGE - 2)
    assert GATE.passes(request(token), "")
    monkeypatch.setattr(time, "time", lambda: made + MAX_AGE + 2)
    assert not GATE.passes(request(token), "")


def test_behind_a_proxy_both_the_public_and_the_inner_name_are_ours() -> None:
    token = GATE.token("")
    assert GATE.passes(request(token, Origin="https://city.example"), "")
    assert GATE.passes(request(token, Origin="HTTPS://CITY.example"), "")
    assert GATE.passes(request(token, Origin="http://10.0.0.7:8000"), "")
    assert not GATE.passes(request(token, Origin="https://city.example.evil.example"), "")
    assert not GATE.passes(request(token, Origin="https://evil.example"), "")
    assert not GATE.passes(request(token, Origin="null"), "")


def test_what_the_browser_says_of_the_source_counts_first() -> None:
    token = GATE.token("")
    assert GATE.passes(request(token, Sec_Fetch_Site="same-origin"), "")
    assert not GATE.passes(request(token, Sec_Fetch_Site="cross-site", Origin="https://city.example"), "")
