"""Class 9: requests that another site makes somebody's browser send. Flask-Security-Too CVE-2021-21241, pretix CVE-2023-27891."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.harness.site import Town, days_from_monday, everything, new_client, signed_in, token_on

FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
)
WORDS = "かなりあの言葉"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Who sent a request does not depend on the database."""
    return sqlite_database_url


def posting_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}]


def path_of(rule: Rule, public_id: str) -> str:
    known = {"public_id": public_id, "day": days_from_monday(5).isoformat()}
    return re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda found: known.get(found[1], "x"), rule.rule)


def test_no_address_takes_anything_from_another_site_or_gives_its_words_back(town: Town, app: Flask) -> None:
    row = town.waiting(town.staff())
    staff = signed_in(app, town.staff())
    right = token_on(staff.get("/post"))
    reader = new_client(app)
    visitors = ((staff, right), (reader, token_on(reader.get("/post"))))
    before = everything()
    rules = posting_rules(app)
    assert len(rules) > 20
    for rule in rules:
        path = path_of(rule, row.public_id)
        for headers in FOREIGN:
            for visitor, token in visitors:
                answer = visitor.post(
                    path, data={"csrf_token": token, "title": WORDS, "return-words": WORDS, "note": WORDS}, headers=headers
                )
                assert answer.status_code == 403, (path, headers)
                assert WORDS not in answer.text, "our own form must not be filled in by others"
    assert everything() == before


def test_no_address_takes_anything_without_the_token_of_this_very_person(town: Town, app: Flask) -> None:
    row = town.waiting(town.staff())
    staff = signed_in(app, town.staff())
    tokens = ["", "x", token_on(new_client(app).get("/post")), token_on(signed_in(app, town.person()).get("/post"))]
    before = everything()
    for rule in posting_rules(app):
        for token in tokens:
            answer = staff.post(path_of(rule, row.public_id), data={"csrf_token": token, "do": "send", "title": "x"})
            # Whoever has no such thing is told so before anything is looked at.
            assert answer.status_code in (403, 404, 409, 410, 422), rule.rule
        for content_type in ("text/plain", "application/json", "multipart/form-data"):
            answer = staff.post(path_of(rule, row.public_id), data=b'{"csrf_token": "x"}', content_type=content_type)
            assert answer.status_code in (400, 403, 404, 409, 410, 422), rule.rule
    assert everything() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_do_nothing_and_echo_nothing(town: Town, app: Flask, method: str) -> None:
    staff = signed_in(app, town.staff())
    row = town.waiting()
    before = everything()
    for path in ("/", "/post", f"/desk/{row.public_id}/publish", f"/my/{row.public_id}"):
        answer = staff.open(path, method=method, headers={"X-Canary": WORDS.encode().hex(), "X-HTTP-Method-Override": "POST"})
        assert answer.status_code in (403, 405)
        assert WORDS.encode().hex() not in answer.text
    assert everything() == before
