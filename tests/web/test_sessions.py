"""The session cookie: out of reach of scripts and siblings, and never one of Flask's own."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response, request, session

from idobata.kernel import clock
from idobata.web.sessions import NoFlaskSession, cookie_name, drop_cookie, session_secret, set_cookie

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def words(response: Response) -> set[str]:
    return {word.strip().lower() for word in response.headers["Set-Cookie"].split(";")[1:]}


def test_over_https_no_sibling_host_can_overwrite_it() -> None:
    response = Response()
    name = cookie_name("https://city.example")
    with clock.hold(NOW):
        set_cookie(response, name, "secret", NOW + timedelta(hours=12))
    assert response.headers["Set-Cookie"].startswith("__Host-idobata=secret;")
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=43200"} <= words(response)
    assert not any(word.startswith("domain") for word in words(response))


def test_on_this_machine_without_https_it_works_too() -> None:
    response = Response()
    with clock.hold(NOW):
        set_cookie(response, cookie_name("http://127.0.0.1:8000"), "secret", NOW - timedelta(hours=1))
    assert response.headers["Set-Cookie"].startswith("idobata=secret;")
    assert "secure" not in words(response)
    assert {"httponly", "max-age=0"} <= words(response)


@pytest.mark.parametrize("url", ["https://city.example", "http://127.0.0.1:8000"])
def test_it_is_taken_away_with_the_same_words_it_was_given_with(url: str) -> None:
    response = Response()
    drop_cookie(response, cookie_name(url))
    assert {"httponly", "samesite=lax", "path=/", "max-age=0"} <= words(response)
    assert ("secure" in words(response)) is url.startswith("https")


def test_flask_itself_never_sets_a_cookie() -> None:
    app = Flask("test")
    app.session_interface = NoFlaskSession()

    @app.get("/")
    def _page() -> str:
        session["x"] = 1
        return "x"

    answer = app.test_client().get("/")
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)


def test_a_secret_of_impossible_length_is_none() -> None:
    with Flask("test").test_request_context(headers={"Cookie": "a=" + "x" * 100 + "; b=x; c="}):
        assert [session_secret(name) for name in "abcd"] == [None, "x", None, None]
        assert request.cookies["a"]
