"""Second factors on both databases: each code works once, however many hands hold it (A28)."""

from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.actions import give_role
from idobata.accounts.models import Person, PersonRole, SessionRow
from idobata.accounts.passkeys import KnownKey
from idobata.accounts.people_actions import LAST_ADMINISTRATOR, appoint, dismiss
from idobata.accounts.people_queries import colleagues, person_by_public_id
from idobata.accounts.proof_models import CodeApp, Passkey, RecoveryCode
from idobata.accounts.second_actions import (
    add_code_app,
    add_passkey,
    keep_challenge,
    make_recovery_codes,
    pass_by_code,
    pass_by_passkey,
    remove_code_app,
    remove_passkey,
    reset_second,
    take_challenge,
)
from idobata.accounts.second_queries import second_of
from idobata.accounts.session_actions import begin_session, find_session, renew_session
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor, Role
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, everything, together

SECRET = pyotp.random_base32()
KEY = KnownKey("a-credential", "a-public-key", 0)


@pytest.fixture
def admin(town: Town) -> Actor:
    return town.staff(Role.ADMIN)


def code(at: datetime | None = None) -> str:
    return pyotp.TOTP(SECRET).at(at or clock.now())


def with_app(actor: Actor, settings: Settings) -> list[str]:
    with transaction(public=False):
        add_code_app(actor, SECRET, 0, settings)
        return make_recovery_codes(actor, settings)


def passed(actor: Actor, typed: str, settings: Settings) -> bool:
    with transaction(public=False):
        return pass_by_code(actor, typed, settings)


def mails() -> list[str]:
    db.session.rollback()
    return [str(row.payload["subject"]) for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))]


def test_a_code_of_the_app_counts_once(admin: Actor, settings: Settings, monday: datetime) -> None:
    with_app(admin, settings)
    assert [passed(admin, code(), settings) for _ in range(2)] == [True, False]
    with clock.hold(monday + timedelta(seconds=30)):
        assert passed(admin, code(monday), settings) is False
        assert passed(admin, code(), settings) is True


def test_a_code_typed_in_three_browsers_at_once_lets_one_in(app: Flask, admin: Actor, settings: Settings) -> None:
    paper = with_app(admin, settings)
    assert sorted(together(app, *[lambda: passed(admin, code(), settings)] * 3)) == [False, False, True]
    assert sorted(together(app, *[lambda: passed(admin, paper[0], settings)] * 3)) == [False, False, True]


def test_a_code_from_the_paper_counts_once_and_is_told(admin: Actor, settings: Settings) -> None:
    paper = with_app(admin, settings)
    assert passed(admin, paper[3].upper(), settings)
    assert not passed(admin, paper[3], settings)
    assert second_of(int(admin.person_id or 0)).codes_left == 9
    assert any("予備の番号が使われました" in subject for subject in mails())
    with transaction(public=False):
        fresh = make_recovery_codes(admin, settings)
    assert not passed(admin, paper[4], settings), "new codes end the old ones"
    assert passed(admin, fresh[0], settings)


def test_codes_of_one_person_are_nothing_in_the_hands_of_another(town: Town, admin: Actor, settings: Settings) -> None:
    paper = with_app(admin, settings)
    editor = town.staff(Role.EDITOR)
    with transaction(public=False):
        add_code_app(editor, pyotp.random_base32(), 0, settings)
    assert not passed(editor, paper[0], settings)
    assert not passed(editor, code(), settings)


def test_neither_secret_nor_code_can_be_read_in_the_database(admin: Actor, settings: Settings) -> None:
    paper = with_app(admin, settings)
    written = str(everything()["code_apps"]) + str(everything()["recovery_codes"]) + str(everything()["deeds"])
    for secret in (SECRET, *paper, *(one.replace("-", "") for one in paper)):
        assert secret not in written


def test_with_another_key_of_the_site_the_app_is_wrong_and_nothing_breaks(admin: Actor, settings: Settings) -> None:
    with_app(admin, settings)
    with transaction(public=False):
        db.session.get_one(CodeApp, admin.person_id).sealed = "gAAAAA of another key"
    assert not passed(admin, code(), settings)


def test_the_last_factor_of_staff_stays(admin: Actor, settings: Settings) -> None:
    with_app(admin, settings)
    with pytest.raises(WrongState), transaction(public=False):
        remove_code_app(admin, settings, session_id=0)
    with transaction(public=False):
        add_passkey(admin, KEY, "ノートパソコン", settings)
    with transaction(public=False):
        remove_code_app(admin, settings, session_id=0)
    [key] = second_of(int(admin.person_id or 0)).passkeys
    with pytest.raises(WrongState), transaction(public=False):
        remove_passkey(admin, key.public_id, settings, session_id=0)
    assert db.session.scalar(select(Passkey.id)) is not None


def test_a_passkey_belongs_to_one_person(town: Town, admin: Actor, settings: Settings) -> None:
    editor = town.staff(Role.EDITOR)
    with transaction(public=False):
        add_passkey(admin, KEY, "鍵", settings)
    with pytest.raises(WrongState), transaction(public=False):
        add_passkey(editor, KEY, "鍵", settings)
    with transaction(public=False):
        assert not pass_by_passkey(editor, KEY)
        assert pass_by_passkey(admin, KnownKey(KEY.credential_id, KEY.public_key, 7))
    assert db.session.scalars(select(Passkey.sign_count)).one() == 7
    [key] = second_of(int(admin.person_id or 0)).passkeys
    with pytest.raises(NotFound), transaction(public=False):
        remove_passkey(editor, key.public_id, settings, session_id=0)


def test_a_reset_takes_everything_ends_sessions_and_is_told(town: Town, admin: Actor, settings: Settings) -> None:
    editor = town.staff(Role.EDITOR)
    with_app(editor, settings)
    with transaction(public=False):
        add_passkey(editor, KEY, "鍵", settings)
        person = db.session.get_one(Person, editor.person_id)
        secret, _ = begin_session(person, settings.policy, second_passed=True)
        reset_second(admin, person, settings)
    assert find_session(secret, settings.policy) is None
    assert not second_of(int(editor.person_id or 0)).is_there
    assert db.session.scalar(select(RecoveryCode.id)) is None
    assert "second.reset" in set(db.session.scalars(select(Deed.act)))
    assert any("はじめからにしました" in subject for subject in mails())


def test_what_was_asked_is_answered_once_and_soon_and_for_its_purpose(town: Town, settings: Settings, monday: datetime) -> None:
    with transaction(public=False):
        begin_session(db.session.get_one(Person, town.staff().person_id), settings.policy)
    session = db.session.scalars(select(SessionRow.id)).one()

    def take(purpose: str) -> str | None:
        with transaction(public=False):
            return take_challenge(session, purpose)

    def keep() -> None:
        with transaction(public=False):
            keep_challenge(session, "add", "a question")

    keep()
    assert [take("prove"), take("add"), take("add")] == [None, "a question", None]
    keep()
    with clock.hold(monday + timedelta(minutes=5)):
        assert take("add") is None
    assert take("add") is None


def test_the_secret_of_a_session_is_new_when_it_may_do_more(town: Town, settings: Settings) -> None:
    with transaction(public=False):
        old, ends_at = begin_session(db.session.get_one(Person, town.staff().person_id), settings.policy)
    found = find_session(old, settings.policy)
    assert found is not None
    assert (found.owes_second, found.actor.roles) == (True, frozenset())
    with transaction(public=False):
        renewed = renew_session(found.id, second_passed=True)
    assert renewed is not None
    assert renewed[1] == ends_at, "the day does not begin anew"
    assert find_session(old, settings.policy) is None
    again = find_session(renewed[0], settings.policy)
    assert again is not None
    assert (again.owes_second, again.actor.roles) == (False, frozenset({Role.EDITOR}))
    with transaction(public=False):
        db.session.delete(db.session.get_one(SessionRow, found.id))
    with transaction(public=False):
        assert renew_session(found.id, second_passed=True) is None, "an ended session does not come back"


# Roles


def person(actor: Actor) -> Person:
    return db.session.get_one(Person, actor.person_id, populate_existing=True)


def test_a_role_is_given_once_and_told_to_its_holder(admin: Actor, settings: Settings) -> None:
    with transaction(public=False):
        assert appoint(admin, "new@city.example.com", Role.WELFARE, settings)
    with transaction(public=False):
        assert not appoint(admin, "new@city.example.com", Role.WELFARE, settings)
    assert [subject for subject in mails() if "役割" in subject] == ["【しおさか井戸端パーティー】役割のお知らせ"]
    assert {card.email: card.roles for card in colleagues()}["new@city.example.com"] == (Role.WELFARE,)


def test_taking_the_last_role_away_makes_a_resident(town: Town, admin: Actor, settings: Settings) -> None:
    editor = town.staff(Role.EDITOR)
    with_app(editor, settings)
    with transaction(public=False):
        secret, _ = begin_session(person(editor), settings.policy, second_passed=True)
    with transaction(public=False):
        dismiss(admin, person(editor), Role.EDITOR, settings)
    assert find_session(secret, settings.policy) is None
    assert db.session.scalar(select(CodeApp.person_id)) is None, "what nobody needs is not kept"
    assert [deed.detail for deed in db.session.scalars(select(Deed).where(Deed.act == "role.taken"))] == [{"role": "editor"}]
    with pytest.raises(NotFound), transaction(public=False):
        dismiss(admin, person(editor), Role.EDITOR, settings)


def test_the_last_administrator_stays(town: Town, admin: Actor, settings: Settings) -> None:
    other = town.staff(Role.ADMIN, "other@city.example.com")
    with transaction():
        person(other).suspended_at = clock.now()
    with pytest.raises(WrongState) as told, transaction(public=False):
        dismiss(admin, person(admin), Role.ADMIN, settings)
    assert told.value.sentence == LAST_ADMINISTRATOR
    with transaction():
        person(other).suspended_at = None
    with transaction(public=False):
        dismiss(admin, person(admin), Role.ADMIN, settings)


def test_two_administrators_who_dismiss_each_other_at_once_do_not_both_succeed(app: Flask, town: Town, settings: Settings) -> None:
    for number in range(3):
        names = [f"{letter}{number}@city.example.com" for letter in "ab"]
        with transaction():
            for row in db.session.scalars(select(PersonRole)):
                db.session.delete(row)
        with transaction():
            ids = [give_role(SYSTEM, name, Role.ADMIN).public_id for name in names]

        def act(public_id: str) -> bool:
            try:
                with transaction(public=False):
                    found = person_by_public_id(public_id)
                    assert found is not None
                    dismiss(SYSTEM, found, Role.ADMIN, settings)
                    return True
            except WrongState:
                return False

        assert sorted(together(app, *[lambda public_id=public_id: act(public_id) for public_id in ids])) == [False, True]  # type: ignore[misc]
        db.session.rollback()
