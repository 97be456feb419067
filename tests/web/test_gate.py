"""The gate: nothing is written by a request that does not come from our own page with that page's token."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from idobata.kernel.actor import Role
from idobata.web.gate import FOR_MACHINES
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, everything, new_client, press, signed_in, token_on


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


HANAKO = "hanako@example.com"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def unsafe_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) & UNSAFE]


def path_of(rule: Rule, public_id: str) -> str:
    """An address that fits the rule and names a real gathering where it can."""
    known = {"public_id": public_id, "day": days_from_monday(5).isoformat(), "token": "a-token", "slug": "minato"}
    return re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda match: known.get(match[1], "1"), rule.rule)


def test_no_unsafe_address_writes_without_a_token(town: Town, app: Flask) -> None:
    """All of them, found by walking the routes: a new one is in this test the moment it exists."""
    hanako = town.person(HANAKO)
    row = town.published(hanako)
    editor = town.staff(Role.ADMIN)
    browsers = {"nobody": new_client(app), "the poster": signed_in(app, hanako), "an editor": signed_in(app, editor)}
    before = everything()
    rules = unsafe_rules(app)
    assert len(rules) > 10
    form = {"email": HANAKO, "title": "x", "do": "send", "code": "other", "note": "x", "then": "/"}
    for rule in rules:
        for who, browser in browsers.items():
            for token in (None, "", "made-up", "あ"):
                data = form if token is None else {**form, "csrf_token": token}
                for method in (rule.methods or set()) & UNSAFE:
                    answer = browser.open(path_of(rule, row.public_id), method=method, data=data)
                    # A form whose words are kept says 422; a page that is not for this person 404, a link that has ended 410, nothing to decide 409.
                    allowed = (403, 404, 409, 410, 422)
                    if getattr(app.view_functions[rule.endpoint], FOR_MACHINES, False):
                        # Programs have no token; this is no request of theirs.
                        allowed = (400, 403)
                    assert answer.status_code in allowed, (who, rule.rule, answer.status_code)
                    assert everything() == before, (who, rule.rule)


def test_a_request_from_another_site_is_refused_even_with_a_token(town: Town, app: Flask) -> None:
    hanako = town.person(HANAKO)
    row = town.published(hanako)
    browser = signed_in(app, hanako)
    token = token_on(browser.get(f"/my/{row.public_id}"))
    path = f"/my/{row.public_id}/withdraw"
    before = everything()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": "https://127.0.0.1:8000"},
    ):
        assert browser.post(path, data={"csrf_token": token}, headers=headers).status_code == 403, headers
    assert everything() == before
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}
    assert browser.post(path, data={"csrf_token": token}, headers=own).status_code == 303


def test_a_token_is_for_its_own_browser(town: Town, app: Flask) -> None:
    hanako = town.person(HANAKO)
    row = town.published(hanako)
    path = f"/my/{row.public_id}/withdraw"
    readers, others = token_on(new_client(app).get("/sign-in")), token_on(signed_in(app, town.person("o@example.com")).get("/my"))
    browser = signed_in(app, hanako)
    for foreign in (readers, others):
        assert browser.post(path, data={"csrf_token": foreign}).status_code == 403
    assert press(browser, path).status_code == 303


def test_a_reader_never_gets_a_cookie_and_pages_are_the_same_for_everybody(town: Town, client: InspectingClient) -> None:
    row = town.published()
    for path in (
        "/",
        "/gatherings",
        f"/gatherings/{row.public_id}",
        "/calendar",
        "/groups",
        "/about",
        "/post",
        "/sign-in",
        "/nothing",
        "/health",
    ):
        answer = client.get(path, headers={"Cookie": "other=1"})
        assert "Set-Cookie" not in answer.headers, path
    assert client.get("/").headers["Cache-Control"] == "public, no-cache"


def test_pages_of_somebody_signed_in_are_kept_nowhere(town: Town, app: Flask) -> None:
    browser = signed_in(app, town.person(HANAKO))
    for path in ("/", "/gatherings", "/my", "/post"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path


def test_a_made_up_session_is_a_reader_without_one(town: Town, client: InspectingClient) -> None:
    town.published()
    for value in ("made-up", "x" * 5000, "%00", "あ".encode().decode("latin-1")):
        cookie = {"Cookie": f"idobata={value}"}
        assert client.get("/gatherings", headers=cookie).status_code == 200
        assert client.get("/my", headers=cookie).status_code == 303
        assert client.get("/desk", headers=cookie).status_code == 303


def test_every_answer_carries_the_safety_headers(town: Town, client: InspectingClient) -> None:
    for path in ("/", "/gatherings", "/nothing", "/sign-in", "/health", "/gatherings.rss"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "Server" not in headers or "Werkzeug" not in headers["Server"]
