"""Classes 33, 36, 38 and 40: secrets and inner words in pages and logs. FAB CVE-2023-34110, Gancio fd23c242, Mobilizon 1.0.3, ethibox #136."""

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from idobata.kernel.errors import WrongState
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import SettingsError, read
from idobata.store.database import db
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, make_settings, new_client, press, running, token_on

SECRET = "kanaria-secret-kanaria-secret-kanaria"
ADDRESS = "kanaria@example.com"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What an error says is looked at where it is easiest to make one."""
    return sqlite_database_url


@pytest.fixture
def production(sqlite_database_url: str, tmp_path: Path, monday: object) -> Iterator[Flask]:
    """A site as a city runs it, over https."""
    plain = make_settings(sqlite_database_url, tmp_path)
    yield from running(replace(plain, machine=replace(plain.machine, demo=False, base_url="https://idobata.example.jp")))


class Broken:
    """Raises one error after the other."""

    def __init__(self) -> None:
        self.error: BaseException = RuntimeError(SECRET)

    def __call__(self) -> str:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(f"{SECRET} /srv/idobata.sqlite3"),
        KeyError(SECRET),
        ValueError(SECRET),
        RecursionError(SECRET),
        UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
        MemoryError(SECRET),
        OverflowError(SECRET),
        TimeoutError(SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_page_says_nothing_of_what_went_wrong(app: Flask, error: BaseException) -> None:
    broken = Broken()
    broken.error = error
    app.add_url_rule("/about/broken", "broken", broken)
    answer = FlaskClient(app, app.response_class).get("/about/broken", headers={"X-Secret": SECRET})
    assert answer.status_code in (400, 500)
    said = f"{answer.headers}{answer.text}"
    for word in (SECRET, "Traceback", "sqlite", "psycopg", "Error", "/srv", "werkzeug", "python", str(Path(__file__).parents[2])):
        assert word.lower() not in said.lower(), word
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_sentence_for_a_person_is_escaped_like_any_other(app: Flask) -> None:
    broken = Broken()
    broken.error = WrongState("<script>%(x)s %s</script>")
    app.add_url_rule("/about/broken", "broken", broken)
    assert "<script>%" not in FlaskClient(app, app.response_class).get("/about/broken").text


@pytest.mark.parametrize("table", ["outbox", "mail_links", "sessions", "gatherings", "people", "rate_counts"])
def test_a_broken_database_writes_no_address_word_or_secret_link_into_the_log(
    town: Town, app: Flask, work: Callable[[], int], table: str, caplog: pytest.LogCaptureFixture
) -> None:
    town.person(ADDRESS)
    client = FlaskClient(app, app.response_class)
    token = token_on(client.get("/post"))
    db.session.execute(text(f"DROP TABLE {table}"))
    db.session.commit()
    form = {"csrf_token": token, "email": ADDRESS, "contact_phone": SECRET[:30], "title": SECRET, "summary": SECRET, "host_name": "会"}
    form |= {
        "day": "2026-12-05",
        "starts": "10:00",
        "rhythm": "once",
        "venue_kind": "place",
        "place_name": "x",
        "fee_kind": "free",
        "do": "send",
    }
    with caplog.at_level(logging.DEBUG):
        client.post("/sign-in", data=form)
        client.post("/post", data=form)
        client.get("/my", headers={"Cookie": f"idobata={SECRET}"})
        client.get(f"/sign-in/{SECRET}")
        client.post(f"/post/confirm/{SECRET}", data={"csrf_token": token})
        try:
            work()
        except Exception:
            logging.getLogger("idobata").exception("the worker stumbled")
    said = caplog.text + "".join("".join(traceback.format_exception(*one.exc_info)) for one in caplog.records if one.exc_info)
    for word in (SECRET[:30], ADDRESS):
        assert word not in said


def test_nothing_a_stranger_sends_is_written_into_the_log(town: Town, client: InspectingClient, caplog: pytest.LogCaptureFixture) -> None:
    evil = "x\n2026-12-05 ERROR forged\x1b[31m"
    with caplog.at_level(logging.INFO, logger="idobata"):
        press(client, "/sign-in", email=evil)
        client.get("/gatherings", query_string={"q": evil, "fact": evil}, headers={"User-Agent": "forged"})
        client.post("/post", data={"do": evil, "title": evil})
        client.get("/x%0aforged")
    assert "forged" not in caplog.text


def test_the_machines_secrets_stand_in_no_repr(settings: Settings) -> None:
    machine = replace(
        settings.machine, secret_key=SECRET, smtp_url=f"smtp://a:{SECRET}@b", database_url=f"postgresql://a:{SECRET}@b", redis_url=SECRET
    )
    assert SECRET not in f"{machine} {machine!r} {replace(settings, machine=machine)!r}"


def test_in_production_the_demos_doors_are_not_there(production: Flask) -> None:
    assert not [rule.rule for rule in production.url_map.iter_rules() if rule.rule.startswith("/-")]
    client = new_client(production)
    for path in ("/-/mail", "/-/mail/1", "/-/patterns", "/-/sign-in"):
        assert client.get(path).status_code == 404
    token = token_on(client.get("/sign-in"))
    answer = client.post("/-/sign-in", data={"csrf_token": token, "email": "editor@city.shiosaka.example"})
    assert answer.status_code in (403, 404)
    assert "Set-Cookie" not in answer.headers
    page = client.get("/sign-in").text
    assert "/-/" not in page
    assert "editor@" not in page


def test_in_production_every_answer_asks_for_https(production: Flask) -> None:
    for path in ("/", "/gatherings.rss", "/nothing", "/sign-in"):
        assert "max-age=" in new_client(production).get(path).headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x" * 31),
        ("SECRET_KEY", ""),
        ("NOW", "2026-12-05T10:00:00+09:00"),
        ("BASE_URL", "http://idobata.example.jp"),
        ("BASE_URL", ""),
    ],
)
def test_production_does_not_start_on_what_is_for_demos_and_repeats_no_value(tmp_path: Path, name: str, value: str) -> None:
    environ = {"IDOBATA_DATA": str(tmp_path), "IDOBATA_SECRET_KEY": SECRET, "IDOBATA_BASE_URL": "https://idobata.example.jp"}
    read("demo", environ, config_folder(), demo=False, production=True)
    with pytest.raises(SettingsError) as refused:
        read("demo", environ | {f"IDOBATA_{name}": value}, config_folder(), demo=False, production=True)
    assert name in str(refused.value)
    assert SECRET not in str(refused.value)
    assert "x" * 31 not in str(refused.value)
