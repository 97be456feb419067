"""Errors as pages: in plain Japanese, with the right status, and with nothing of the inside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import abort
from flask.testing import FlaskClient

from idobata.kernel.errors import NotAllowed, NotFound
from idobata.kernel.settings import Settings
from idobata.web.errors import WORDS
from idobata.web.guards import public
from tests.harness.inspecting_client import InspectingClient, inspect
from tests.harness.site import Town, make_settings, press, running, token_on

SECRET = "a-secret-in-the-message"


def broken(name: str) -> None:
    """What a view may run into."""
    match name:
        case "not-found":
            raise NotFound
        case "not-allowed":
            raise NotAllowed
        case "deep":
            broken("deep")
        case "letters":
            "\ud800".encode()
        case "bug":
            raise ZeroDivisionError(SECRET)
        case _:
            abort(int(name))


@pytest.fixture
def breaking(sqlite_database_url: str, tmp_path: Path, monday: object) -> Iterator[FlaskClient]:
    """The site with one page that breaks in every way."""
    for app in running(make_settings(sqlite_database_url, tmp_path)):

        @app.get("/break/<name>")
        @public
        def _break(name: str) -> str:
            broken(name)
            return ""

        app.test_client_class = FlaskClient
        yield app.test_client()


@pytest.mark.parametrize(
    "name, status",
    [
        *[(str(status), status) for status in WORDS],
        ("not-found", 404),
        ("not-allowed", 404),
        ("deep", 400),
        ("letters", 400),
        ("bug", 500),
        ("418", 418),
        ("501", 501),
    ],
)
def test_each_error_is_a_page_in_plain_words(breaking: FlaskClient, name: str, status: int) -> None:
    page = breaking.get(f"/break/{name}")
    text = page.get_data(as_text=True)
    assert page.status_code == status
    assert inspect(text) == []
    assert 'lang="ja"' in text
    assert WORDS.get(status, WORDS[400] if status < 500 else WORDS[500])[0] in text
    assert not any(word in text for word in (SECRET, "Traceback", "Error", "site-packages", "/idobata/", ".py", "werkzeug"))
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    if status == 429:
        assert int(page.headers["Retry-After"]) > 0


def test_an_error_in_english_stays_english(breaking: FlaskClient) -> None:
    text = breaking.get("/break/404?lang=en").get_data(as_text=True)
    assert 'lang="en"' in text
    assert WORDS[404][0] not in text


def test_a_wrong_method_says_which_ones_there_are(client: InspectingClient) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_too_big_is_413(client: InspectingClient) -> None:
    assert client.post("/post", data={"title": "あ" * 1_000_000}).status_code == 413


HOSTILE_IDS = (
    "x",
    "0" * 12,
    "abcdefghjkm",
    "../../etc/passwd",
    "%00",
    "%ff%fe",
    "%",
    "%zz",
    "%ed%a0%80",
    "..%2f",
    "'",
    "あ",
    "a" * 1900,
    "%0a",
    "<x>",
    "1e309",
    "-1",
)


def test_bad_ids_are_not_found_and_break_nothing(town: Town, client: InspectingClient) -> None:
    row = town.published()
    for bad in HOSTILE_IDS:
        for path in (
            f"/gatherings/{bad}", f"/gatherings/{row.public_id}/{bad}", f"/groups/{bad}", f"/places/{bad}", f"/districts/{bad}", f"/calendar/{bad}",
            f"/sign-in/{bad}", f"/post/confirm/{bad}", f"/my/{bad}", f"/desk/{bad}", f"/static/{bad}", f"/-/mail/{bad}", f"/gatherings/{bad}.ics", f"/{bad}",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code in (303, 308, 400, 404, 410), (path, answer.status_code)


@pytest.mark.parametrize(
    "day", ["2026-12-06", "2026-02-30", "0000-00-00", "99999-01-01", "2026-12-5", "20261205", "2026-W49-6", "9999-12-31", "0001-01-01"]
)
def test_a_day_that_is_none_of_its_dates_is_not_found(town: Town, client: InspectingClient, day: str) -> None:
    row = town.published()
    answer = client.get(f"/gatherings/{row.public_id}/{day}", follow_redirects=True)
    expected = 200 if day in ("20261205", "2026-W49-6") else 404
    assert answer.status_code == expected


HOSTILE_VALUES = (
    "%00",
    "%ff",
    "%ed%a0%80",
    "%",
    "%E3%81",
    "'",
    '"><script>alert(1)</script>',
    "𠮷" * 90,
    "a" * 900,
    "-1",
    "1e309",
    "٣",
    "NaN",
    "{{7*7}}",
    "%0d%0aX: y",
    "\\",
)


@pytest.mark.parametrize("path", ["/gatherings", "/calendar", "/gatherings.rss", "/gatherings.ics", "/districts/minato", "/groups", "/"])
def test_whatever_stands_in_a_query_the_page_comes(town: Town, client: InspectingClient, path: str) -> None:
    town.published()
    names = (
        "q",
        "when",
        "from",
        "to",
        "district",
        "category",
        "weekday",
        "time",
        "fact",
        "free",
        "group",
        "place",
        "page",
        "lang",
        "limit",
        "then",
        "x",
    )
    for value in HOSTILE_VALUES:
        answer = client.get(path + "?" + "&".join(f"{name}={value}" for name in names))
        assert answer.status_code in (200, 400), (path, value, answer.status_code)
        assert answer.mimetype == "text/calendar" or b"<script>alert" not in answer.data


def test_an_unknown_filter_is_ignored_and_a_broken_one_is_said(town: Town, client: InspectingClient) -> None:
    row = town.published()
    plain, ignored = client.get("/gatherings"), client.get("/gatherings?utm_source=mail&foo=bar")
    broken_value = client.get("/gatherings?weekday=9&from=gestern")
    assert plain.data == ignored.data
    assert broken_value.status_code == 200
    assert row.title in broken_value.get_data(as_text=True)
    assert broken_value.get_data(as_text=True) != plain.get_data(as_text=True)


def test_hostile_words_in_a_form_break_nothing(town: Town, client: InspectingClient, settings: Settings) -> None:
    token = token_on(client.get("/post"))
    for value in (
        "\x00",
        "\ud800".encode("utf-8", "surrogatepass"),
        b"\xff\xfe",
        "あ" * 10_000,
        "A" + "\u0301" * 500,
        "\u202e逆",
        "[" * 3000,
    ):
        answer = client.post(
            "/post", data={"csrf_token": token, "title": value, "summary": value, "email": value, "day": value, "starts": value}
        )
        assert answer.status_code in (400, 422), value
    assert press(client, "/sign-in", email="\u202e").status_code == 422
