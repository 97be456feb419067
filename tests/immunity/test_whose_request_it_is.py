"""Classes 7, 10 and 25: limits that can be walked around. pretix CVE-2023-44463, Nextcloud CVE-2021-22915 and its confirmation mails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event, func, select

from idobata.accounts.password_actions import set_password
from idobata.accounts.passwords import hash_of
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.rate_limits import RateCount, mailbox_of, network_of
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, make_settings, new_client, press, running, signed_in, token_on

POST = {
    "do": "send",
    "day": "2026-12-05",
    "starts": "10:00",
    "rhythm": "once",
    "venue_kind": "place",
    "place_name": "みどり公民館",
    "summary": "http://spam.example/ を見てください",
    "fee_kind": "free",
    "host_name": "会",
    "pledge": "y",
}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Counting itself is tested on both databases elsewhere."""
    return sqlite_database_url


@pytest.fixture
def behind_a_proxy(sqlite_database_url: str, tmp_path: Path, monday: object) -> Iterator[Flask]:
    """A site behind one proxy."""
    plain = make_settings(sqlite_database_url, tmp_path)
    yield from running(replace(plain, machine=replace(plain.machine, proxies=1)))


def asked(app: Flask, times: int, headers: Callable[[int], dict[str, str]], address: Callable[[int], str]) -> list[int]:
    client = new_client(app)
    token = token_on(client.get("/sign-in"))
    return [
        client.post(
            "/sign-in",
            data={"csrf_token": token, "email": f"nobody{number}@example.com"},
            headers=headers(number),
            environ_overrides={"REMOTE_ADDR": address(number)},
        ).status_code
        for number in range(times)
    ]


def test_without_a_proxy_nobody_chooses_the_address_that_is_counted(town: Town, app: Flask) -> None:
    headers = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP")
    answers = asked(app, 32, lambda number: dict.fromkeys(headers, f"10.0.0.{number}"), lambda _number: "203.0.113.7")
    assert answers == [303] * 30 + [429] * 2


def test_behind_a_proxy_only_what_the_proxy_says_counts(behind_a_proxy: Flask) -> None:
    answers = asked(behind_a_proxy, 32, lambda number: {"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.7"}, lambda _number: "127.0.0.1")
    assert answers == [303] * 30 + [429] * 2


def test_a_household_with_a_whole_ipv6_network_is_one_source(town: Town, app: Flask) -> None:
    answers = asked(app, 32, lambda _number: {}, lambda number: f"2001:db8:1:2:{number:x}::1")
    assert answers == [303] * 30 + [429] * 2
    assert asked(app, 1, lambda _number: {}, lambda _number: "2001:db8:1:3::1") == [303]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        (None, ""),
        ("unix:", "unix:"),
    ],
)
def test_each_address_stands_for_its_network(address: str | None, counted: str) -> None:
    assert network_of(address) == counted


def test_one_mailbox_is_one_however_its_address_is_written() -> None:
    written = ("hanako@example.com", "Hanako@example.com", "HANAKO@EXAMPLE.COM", "hanako+1@example.com", "hanako+a+b@example.com")
    assert {mailbox_of(one) for one in written} == {"hanako@example.com"}
    assert mailbox_of("+@example.com") != mailbox_of("-@example.com")


def test_a_stranger_cannot_fill_a_mailbox_or_send_it_words(town: Town, app: Flask, settings: Settings, work: Callable[[], int]) -> None:
    client = new_client(app)
    token = token_on(client.get("/post"))
    for number in range(40):
        name = "".join(letter.upper() if number >> place & 1 else letter for place, letter in enumerate("victim"))
        client.post(
            "/post",
            data={**POST, "csrf_token": token, "title": f"spam {number}", "email": f"{name}+{number}@example.com"},
            environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
        )
    work()
    mails = list(db.session.scalars(select(TrayMail)))
    assert len(mails) == settings.policy.mails_per_hour_per_mailbox
    for mail in mails:
        assert "spam" not in mail.subject + mail.text
        assert mail.text.count("http") == 1


def test_who_is_refused_fills_no_table(town: Town, app: Flask) -> None:
    asked(app, 60, lambda _number: {}, lambda _number: "203.0.113.7")
    assert (db.session.scalar(select(func.count()).select_from(RateCount)) or 0) <= 31


def test_known_and_unknown_addresses_cost_the_same_work(town: Town, client: InspectingClient) -> None:
    """A stopwatch tells what the words do not; so the statements are compared, which a busy machine cannot blur."""
    town.person("hanako@example.com")
    press(client, "/sign-in", email="first.of.all@example.com")
    asked = [statements_of(client, "/sign-in", email) for email in ("hanako@example.com", "nobody@example.com")]
    assert any("outbox" in statement for statement in asked[0])
    assert asked[0] == asked[1]


def test_who_changes_her_address_does_not_learn_by_the_clock_whose_another_one_is(town: Town, app: Flask) -> None:
    town.person("hanako@example.com")
    client = signed_in(app, town.person("curious@example.com"))
    press(client, "/my/address", email="first.of.all@example.com")
    asked = [statements_of(client, "/my/address", email) for email in ("hanako@example.com", "nobody@example.com")]
    assert any("outbox" in statement for statement in asked[0])
    assert asked[0] == asked[1]


def test_who_tries_a_password_does_not_learn_by_the_clock_whose_address_it_is(
    town: Town, client: InspectingClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with a password, somebody without one, and nobody: as many statements, and as much hashing."""
    with transaction():
        set_password(town.person("with@example.com"), hash_of("はなと あめと ゆき"), settings, session_id=0)
    town.person("without@example.com")
    hashed: list[str] = []
    real = PasswordHasher.verify

    def counted(hasher: PasswordHasher, kept: str, tried: str) -> bool:
        hashed.append(kept.rsplit("$", 2)[0])
        return bool(real(hasher, kept, tried))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    statements_of(client, "/sign-in/password", "first.of.all@example.com", password="something else")
    hashed.clear()
    asked = [
        statements_of(client, "/sign-in/password", f"{who}@example.com", password="something else") for who in ("with", "without", "nobody")
    ]
    assert asked[0] == asked[1] == asked[2] != []
    assert hashed == [hashed[0]] * 3, "with the same parameters"


def statements_of(client: InspectingClient, path: str, email: str, **more: str) -> list[str]:
    """What the database is asked when a form is sent with this address."""
    seen: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    token = token_on(client.get(path))
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        client.post(path, data={"csrf_token": token, "email": email, **more})
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return seen
