"""Class 34: sessions and mailed links. SecureDrop's race test, Nextcloud GHSA-gv5w-8q25-785v; abuse cases A24 to A28."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.actions import CONFIRM_POST, SIGN_IN, make_link, sign_in_by_link
from idobata.accounts.models import Person, SessionRow
from idobata.gatherings.claiming_actions import claim_draft
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import confirm_post, save_draft
from idobata.kernel.actor import ANONYMOUS
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, make_settings, new_client, press, running, together, token_on

HANAKO = "hanako@example.com"
PLANTED = "planted-by-mallory-planted-by-mallory-12345"


def written_by_nobody_known(town: Town) -> tuple[str, str]:
    """A draft by somebody without an account, and the secret of its mailed link."""
    with transaction():
        row = save_draft(ANONYMOUS, town.values(), HANAKO, town.settings)
        return row.public_id, make_link(CONFIRM_POST, HANAKO, timedelta(hours=1), row.public_id)


def test_a_link_pressed_twice_at_once_confirms_once(town: Town, app: Flask, settings: Settings) -> None:
    """On both databases: to send it and to keep it, four times at the same moment."""
    public_id, token = written_by_nobody_known(town)

    def press_once(keep: bool) -> bool:
        with transaction():
            return (claim_draft(token) if keep else confirm_post(token, settings)) is not None

    done = together(app, *(lambda keep=keep: press_once(keep) for keep in (True, False, True, False)))
    assert sorted(done) == [False, False, False, True]
    db.session.rollback()
    acts = list(
        db.session.scalars(select(Deed.act).where(Deed.thing_id == public_id, Deed.act.in_(["gathering.claimed", "gathering.submitted"])))
    )
    assert len(acts) == 1
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_no_link_opens_a_door_it_was_not_made_for(town: Town, settings: Settings) -> None:
    town.person(HANAKO)
    _public_id, confirms = written_by_nobody_known(town)
    with transaction():
        signs_in = make_link(SIGN_IN, HANAKO, timedelta(hours=1), browser_hash="b" * 64)
    with transaction():
        assert sign_in_by_link(confirms, "b" * 64) is None
        assert confirm_post(signs_in, settings) is None
        assert claim_draft(signs_in) is None
        assert sign_in_by_link(signs_in, "b" * 64) is not None, "and none of that used it up"


def test_a_link_shows_nothing_of_the_draft_after_it_was_used(town: Town, client: InspectingClient) -> None:
    public_id, token = written_by_nobody_known(town)
    title = db.session.scalars(select(Gathering.title).where(Gathering.public_id == public_id)).one()
    assert title in client.get(f"/post/confirm/{token}").text
    assert press(client, f"/post/confirm/{token}").status_code == 303
    stranger = new_client(client.application)
    for path in (f"/post/confirm/{token}", f"/post/confirm/{token}/again"):
        answer = stranger.get(path) if path.endswith(token) else press(stranger, path, at="/post")
        assert answer.status_code == 410
        assert title not in answer.text
        assert HANAKO not in answer.text


@pytest.fixture
def over_https(sqlite_database_url: str, tmp_path: Path, monday: object) -> Iterator[Flask]:
    """The demo as if it were reached by https."""
    plain = make_settings(sqlite_database_url, tmp_path)
    yield from running(replace(plain, machine=replace(plain.machine, base_url="https://idobata.example.jp")))


def test_the_secret_of_a_session_is_ours_and_new_each_time(over_https: Flask) -> None:
    with over_https.app_context():
        town = Town(over_https.extensions["idobata_settings"])
        town.person(HANAKO)
    secrets = set()
    for _ in range(3):
        client = new_client(over_https)
        token = token_on(client.get("/sign-in"))
        client.set_cookie("__Host-idobata", PLANTED, secure=True)
        answer = client.post("/-/sign-in", data={"csrf_token": token, "email": HANAKO}, base_url="https://idobata.example.jp")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-idobata=")
        words = {word.strip().lower() for word in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
        assert not any(word.startswith("domain") for word in words)
        found = re.match(r"__Host-idobata=([\w-]{43});", cookie)
        assert found
        secrets.add(found[1])
    assert len(secrets) == 3
    assert PLANTED not in secrets
    with over_https.app_context():
        hashes = set(db.session.scalars(select(SessionRow.token_hash)))
        assert len(hashes) == 3
        assert not hashes & secrets


def test_a_letter_to_a_mailbox_holds_no_second_recipient(town: Town, client: InspectingClient, work: Callable[[], int]) -> None:
    for email in (
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "<a@example.com>",
        '"a,b"@example.com',
        "a@b@example.com",
    ):
        assert press(client, "/sign-in", email=email).status_code == 422, email
    work()
    assert list(db.session.scalars(select(TrayMail))) == []
