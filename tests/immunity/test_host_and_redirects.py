"""Classes 5 and 6: open redirects and forged hosts. Indico CVE-2021-30185, Mastodon CVE-2026-33868, Werkzeug CVE-2020-28724."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, new_client, signed_in, token_on

FORGED = (
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "//evil.example"},
    {"Forwarded": "host=evil.example;proto=https", "X-Original-URL": "//evil.example/", "X-Rewrite-URL": "//evil.example/"},
)
ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2Fevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "https://evil.example/my",
    "／／evil.example",
    "javascript:alert(1)",
    "/my?x=https://evil.example",
    "/my/../../evil.example",
    "\x00/my",
    "@evil.example",
    "/sign-out",
)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Addresses do not depend on the database."""
    return sqlite_database_url


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_host_stands_on_no_page_and_poisons_none_for_others(town: Town, app: Flask, forged: dict[str, str]) -> None:
    row = town.published()
    mine = signed_in(app, town.person())
    paths = [
        "/",
        "/gatherings",
        f"/gatherings/{row.public_id}",
        "/gatherings.rss",
        "/feeds/new.rss",
        "/gatherings.ics",
        "/calendar",
        "/nowhere",
    ]
    for path in [*paths, *(f"{path}?lang=en" for path in paths)]:
        for visitor in (new_client(app), mine):
            visitor.get(path, headers=forged)
        answer = new_client(app).get(path)
        assert "evil.example" not in f"{answer.headers}{answer.text}", path


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_host_stands_in_no_letter(town: Town, client: InspectingClient, work: Callable[[], int], forged: dict[str, str]) -> None:
    town.person("hanako@example.com")
    token = token_on(client.get("/sign-in"))
    assert client.post("/sign-in", data={"csrf_token": token, "email": "hanako@example.com"}, headers=forged).status_code == 303
    work()
    text = db.session.scalars(select(TrayMail.text)).one()
    assert "http://127.0.0.1:8000/sign-in/" in text
    assert "evil.example" not in text


@pytest.mark.parametrize("then", ELSEWHERE)
def test_after_signing_in_nobody_is_led_elsewhere(town: Town, app: Flask, then: str) -> None:
    town.person("hanako@example.com")
    reader = new_client(app)
    token = token_on(reader.get("/sign-in"))
    assert reader.post("/-/sign-in", data={"csrf_token": token, "email": "hanako@example.com", "then": then}).location == "/my"


@pytest.mark.parametrize("then", ELSEWHERE)
def test_somebody_signed_in_already_is_not_led_elsewhere_either(town: Town, app: Flask, then: str) -> None:
    assert signed_in(app, town.person()).get("/sign-in", query_string={"then": then}).location == "/my"


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/my", "/%2Fevil.example/..", "//evil.example/%2e%2e", "/my//", "//my", "/gatherings//"]
)
def test_a_path_that_is_put_right_stays_on_this_site(town: Town, app: Flask, path: str) -> None:
    for visitor in (new_client(app), signed_in(app, town.person())):
        answer = visitor.get(path)
        assert urlsplit(answer.location or "").netloc in ("", "127.0.0.1:8000", "localhost"), answer.location
        assert 'href="//' not in answer.text
