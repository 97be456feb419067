"""Classes 22, 23, 24 and 30: too much, too deep, too slow, too far. Werkzeug CVE-2023-25577, Flask CVE-2018-1000656, bleach CVE-2020-6817."""

import gzip
import json
from pathlib import Path
from time import process_time
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

from idobata.gatherings.posting_forms import PostingForm
from idobata.kernel.settings import Settings
from idobata.store.backup import FORMAT, BackupError, restore_backup
from idobata.store.migrating import revision
from idobata.tables import metadata
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, new_client, signed_in, token_on

ORDINARY = "application/x-www-form-urlencoded"
# Seconds of this process's own time. No measure of speed: a quadratic step on so much text would take minutes.
PATIENCE = 20.0


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Nothing of this reaches a database."""
    return sqlite_database_url


@pytest.mark.parametrize("pair", ["a&", "a=&", "ab=%FF&", "csrf_token=x&"])
@pytest.mark.parametrize("path", ["/my/23456789abcd/edit", "/post", "/sign-in", "/desk/23456789abcd/return"])
def test_a_form_of_a_million_fields_is_refused_before_it_is_read(town: Town, client: InspectingClient, path: str, pair: str) -> None:
    """Given back to somebody who was signed out, two megabytes of them became a page of forty."""
    began = process_time()
    answer = client.post(path, data=pair * (1_900_000 // len(pair)), content_type=ORDINARY)
    assert answer.status_code == 413
    assert len(answer.data) < 20_000
    assert process_time() - began < PATIENCE


def test_a_form_of_many_parts_is_refused_too(town: Town, client: InspectingClient) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    for body in (part * 400 + "--x--", "\r" * 1_900_000, "--x\r\n" + "\r" * 1_900_000, "--x" * 600_000):
        began = process_time()
        assert client.post("/post", data=body, content_type="multipart/form-data; boundary=x").status_code in (400, 413, 422)
        assert process_time() - began < PATIENCE


def test_the_largest_form_of_ours_has_room(town: Town, app: Flask) -> None:
    mine = signed_in(app, town.person())
    data = {f"field{number}": "x" for number in range(290)}
    assert mine.post("/post", data={**data, "csrf_token": token_on(mine.get("/post")), "do": "back"}).status_code == 200


@pytest.mark.parametrize("body", ["[" * 3000, '{"a":' * 3000, "9" * 5000, '"' * 3000, "NaN"])
def test_a_body_that_is_no_form_is_refused_calmly(town: Town, app: Flask, body: str) -> None:
    staff = signed_in(app, town.staff())
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()):
            path = rule.rule.replace("<public_id>", "2" * 12).replace("<day>", "2026-12-05").replace("<token>", "x")
            assert staff.post(path, data=body, content_type="application/json").status_code in (400, 403, 404, 410, 413, 415, 422)


SLOW = (
    "a" * 100_000,
    "\u3000" * 33_000,
    "(" * 100_000,
    "1/1 " * 25_000,
    "https://" + "a." * 50_000,
    "https://a.example/" + "(" * 50_000 + ")" * 40_000,
    "x@" + "a." * 50_000,
    '"' * 50_000 + "@a.example",
    "e\u0301\u0301" * 20_000,
    "👩\u200d" * 14_000,
    "\ufdfa" * 30_000,
    "・\n" * 25_000,
)


@pytest.mark.parametrize("typed", SLOW, ids=range(len(SLOW)))
def test_no_field_makes_the_form_slow(app: Flask, settings: Settings, typed: str) -> None:
    with app.test_request_context("/post", method="POST"):
        names = [field.name for field in PostingForm(settings)]
    client = new_client(app)
    token = token_on(client.get("/post"))
    body = f"csrf_token={quote(token)}&do=preview&"
    for some in (names[:20], names[20:40], names[40:]):
        began = process_time()
        answer = client.post("/post", data=body + "&".join(f"{name}={quote(typed[:4000])}" for name in some), content_type=ORDINARY)
        assert answer.status_code in (413, 422)
        assert process_time() - began < PATIENCE
    for name in ("title", "body", "more_dates", "email", "contact_url"):
        began = process_time()
        assert client.post("/post", data=f"{body}{name}={quote(typed)}", content_type=ORDINARY).status_code == 422
        assert process_time() - began < PATIENCE, name


FAR = (
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "%c0%ae%c0%ae/etc/passwd",
    "..%5c..%5cidobata.sqlite3",
    "%00",
    "x%00.css",
    "x%0d%0aSet-Cookie:%20a=b",
    "%f0%9f%98%80",
    "%ed%a0%80",
    "99999999999999999999",
    "-1",
    "1e400",
    "%D9%A1%D9%A2",
    "a" * 1500,
    "%7B%7B7*7%7D%7D",
    "'%20OR%201=1--",
    "9999-12-31",
    "0001-01-01",
    "2026-12-05T00:00",
)


@pytest.mark.parametrize("part", FAR, ids=range(len(FAR)))
def test_no_part_of_an_address_reaches_a_file_or_breaks_a_page(town: Town, app: Flask, part: str) -> None:
    row = town.published()
    visitors = (new_client(app), signed_in(app, town.staff()))
    rules: list[Rule] = [rule for rule in app.url_map.iter_rules() if rule.arguments and "GET" in (rule.methods or set())]
    for rule in rules:
        for argument in rule.arguments - set(rule.defaults or {}):
            path = rule.rule
            for name in rule.arguments:
                for written in (f"<{name}>", f"<path:{name}>", f"<int:{name}>"):
                    path = path.replace(written, part if name == argument else row.public_id)
            for visitor in visitors:
                answer = visitor.get(path)
                assert answer.status_code in (301, 303, 308, 400, 404, 410), path
                assert "root:" not in answer.text
                assert "Set-Cookie" not in answer.headers
                assert answer.headers["X-Content-Type-Options"] == "nosniff", path
                # JSON is UTF-8 by its own standard.
                assert answer.content_type.endswith(("charset=utf-8", "json")), path


@pytest.mark.parametrize(
    "row", ["[" * 100_000, '["people", [1]]', '["people", "x"]', "5", '["people", {"nope": 1}]', " " * 5_000_000, '["nothing", {}]']
)
def test_a_file_that_only_looks_like_a_backup_changes_nothing(town: Town, settings: Settings, tmp_path: Path, row: str) -> None:
    town.published()
    before = everything()
    head = {"format": FORMAT, "revision": revision(settings.machine.database_url)}
    file = tmp_path / "backup"
    for text in (f"{json.dumps(head)}\n{row}\n", f"{row}\n"):
        file.write_bytes(gzip.compress(text.encode()))
        with pytest.raises(BackupError):
            restore_backup(settings, metadata(), file, lambda _words: None)
        assert everything() == before
