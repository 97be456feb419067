"""Class 8: a kept page of another person. Flask CVE-2023-30861 and CVE-2026-27205, Indico 3.2.4 (`Vary`)."""

import pytest
from flask import Flask

from idobata.store.database import db
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, new_client, press, signed_in

NAME = "かなりあ花子"
PUBLIC = ("/", "/gatherings", "/gatherings?lang=en", "/calendar", "/about", "/gatherings.rss", "/gatherings.ics")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What is kept does not depend on the database."""
    return sqlite_database_url


def test_the_page_of_somebody_signed_in_is_shown_to_nobody_else_and_the_readers_page_not_to_her(town: Town, app: Flask) -> None:
    row = town.published()
    mine = signed_in(app, town.person("hanako@example.com", NAME))
    for path in (*PUBLIC, f"/gatherings/{row.public_id}"):
        hers_first = mine.get(path)
        readers = new_client(app).get(path)
        hers = mine.get(path, headers={"If-None-Match": readers.headers.get("ETag", "")})
        again = new_client(app).get(path)
        assert NAME not in readers.text, path
        assert "/sign-out" not in readers.text, path
        assert readers.data == again.data, path
        if hers_first.mimetype == "text/html":
            assert "/sign-out" in hers_first.text, path
            # Her browser may not take the reader's page for hers.
            assert (hers.status_code, hers.headers["Cache-Control"]) == (200, "no-store"), path
        mine.get(path)


@pytest.mark.parametrize(
    "cookie",
    ["IDOBATA=x", "idobata=x", 'idobata="x"', "idobata=a; idobata=b", " idobata = x", "x=idobata=1", "idobata=" + "a" * 200, "idobata="],
)
def test_no_invented_cookie_changes_what_others_read(town: Town, app: Flask, cookie: str) -> None:
    before = new_client(app).get("/gatherings").data
    new_client(app).get("/gatherings", headers={"Cookie": cookie})
    after = new_client(app).get("/gatherings")
    assert after.data == before
    assert "Set-Cookie" not in after.headers


def test_two_cookies_of_one_name_open_no_page_without_the_secret(town: Town, app: Flask) -> None:
    mine = signed_in(app, town.person())
    cookie = mine.get_cookie("idobata")
    assert cookie is not None
    for line in (f"idobata=x; idobata={cookie.value}", f"idobata={cookie.value}; idobata=x"):
        answer = new_client(app).get("/my", headers={"Cookie": line})
        assert answer.headers["Cache-Control"] == "no-store"
    assert new_client(app).get("/my", headers={"Cookie": f"IDOBATA={cookie.value}"}).status_code == 303


def test_unkeyed_headers_do_not_shape_the_page_for_everybody(town: Town, app: Flask) -> None:
    plain = {path: new_client(app).get(path).data for path in PUBLIC}
    town.published(title="あたらしい")
    odd = {
        "Accept-Language": "en",
        "Range": "bytes=0-10",
        "If-None-Match": '"x"',
        "If-Modified-Since": "Mon, 30 Nov 2099 00:00:00 GMT",
        "X-HTTP-Method-Override": "POST",
        "Accept": "application/json",
        "User-Agent": "<script>",
        "Authorization": "Basic eA==",
        "Content-Type": "text/evil",
    }
    for path in PUBLIC:
        for name, value in odd.items():
            new_client(app).get(path, headers={name: value})
        new_client(app).head(path)
        answer = new_client(app).get(path)
        assert answer.status_code == 200
        assert len(answer.data) > 500, path
        assert b"&lt;script" not in answer.data
        if path == "/gatherings":
            assert answer.data != plain[path]
            assert '<html lang="ja"' in answer.text


def test_whatever_is_private_or_opened_by_a_link_is_kept_by_nobody(town: Town, app: Flask, client: InspectingClient) -> None:
    public_id = town.waiting().public_id
    mine, desk = signed_in(app, town.person()), signed_in(app, town.staff())
    answers = [mine.get(path) for path in ("/my", f"/my/{public_id}", f"/my/{public_id}/edit", "/post")]
    answers += [desk.get(path) for path in ("/desk", f"/desk/{public_id}", "/desk/log")]
    db.session.rollback()  # the tray of letters does what waits, and that would wait for us to read on
    answers += [
        client.get(path) for path in ("/sign-in", "/sign-in/x", "/post/confirm/x", "/my", "/desk", "/-/mail", f"/gatherings/{public_id}")
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store", answer.request.path
        assert "X-Fresh-Until" not in answer.headers


def test_the_empty_form_is_kept_for_everybody_and_nothing_typed_ever_is(town: Town, app: Flask, client: InspectingClient) -> None:
    empty = client.get("/post")
    assert empty.headers["Cache-Control"] == "public, no-cache"
    typed = press(client, "/post", do="dates", title="だれかの書きかけ")
    assert typed.headers["Cache-Control"] == "no-store"
    assert "だれかの書きかけ" in typed.text
    assert client.get("/post").data == empty.data
    mine = signed_in(app, town.person()).get("/post")
    assert mine.headers["Cache-Control"] == "no-store"
    assert mine.data != empty.data
