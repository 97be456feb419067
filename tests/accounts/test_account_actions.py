"""People, their mailed links and their roles."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.actions import (
    CONFIRM_POST,
    SIGN_IN,
    ask_to_sign_in,
    find_or_make_person,
    forget_old_links,
    give_role,
    make_link,
    sign_in_by_link,
    use_link,
)
from idobata.accounts.models import MailLink, Person, SessionRow
from idobata.accounts.queries import actor_of, link_is_open, staff_people
from idobata.accounts.session_actions import begin_session, person_of_session
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, together

HALF_AN_HOUR = timedelta(minutes=30)
BROWSER = "b" * 64


def a_link(purpose: str = SIGN_IN, email: str = "hanako@example.com") -> str:
    with transaction(public=False):
        return make_link(purpose, email, HALF_AN_HOUR, "abcdefghjkmn", browser_hash=BROWSER)


def use(purpose: str, token: str) -> bool:
    with transaction(public=False):
        return use_link(purpose, token) is not None


def test_a_link_works_once(store: Flask) -> None:
    token = a_link()
    assert [use(SIGN_IN, token), use(SIGN_IN, token)] == [True, False]


def test_a_link_pressed_twice_at_the_same_moment_works_once(store: Flask) -> None:
    for _ in range(3):
        token = a_link()
        assert sorted(together(store, *[lambda token=token: use(SIGN_IN, token)] * 3)) == [False, False, True]  # type: ignore[misc]


def test_a_link_works_until_its_end_and_not_a_second_longer(store: Flask, monday: datetime) -> None:
    early, late = a_link(), a_link()
    with clock.hold(monday + HALF_AN_HOUR - timedelta(seconds=1)):
        assert link_is_open(SIGN_IN, early)
        assert use(SIGN_IN, early)
    with clock.hold(monday + HALF_AN_HOUR):
        assert not link_is_open(SIGN_IN, late)
        assert not use(SIGN_IN, late)


def test_a_link_is_for_one_purpose_only(store: Flask) -> None:
    token = a_link(CONFIRM_POST)
    assert not use(SIGN_IN, token)
    assert use(CONFIRM_POST, token)


def test_a_made_up_link_opens_nothing(store: Flask) -> None:
    a_link()
    for token in ["", "wrong", "あ" * 43, "a" * 10_000, "\x00", "%00", "' OR 1=1"]:
        assert not link_is_open(SIGN_IN, token)
        assert not use(SIGN_IN, token)


def test_looking_at_a_link_uses_nothing_up(store: Flask) -> None:
    token = a_link()
    assert [link_is_open(SIGN_IN, token) for _ in range(3)] == [True] * 3
    assert use(SIGN_IN, token)


def test_the_secret_itself_is_not_in_the_database(store: Flask) -> None:
    token = a_link()
    row = db.session.scalars(select(MailLink)).one()
    assert all(token not in str(getattr(row, column.key)) for column in MailLink.__table__.columns)


def test_somebody_known_is_mailed_a_link_and_a_stranger_is_not(town: Town, settings: Settings) -> None:
    town.person("hanako@example.com")
    with transaction(public=False):
        ask_to_sign_in("hanako@example.com", settings, BROWSER)
        ask_to_sign_in("stranger@example.com", settings, BROWSER)
    assert [row.payload["to"] for row in db.session.scalars(select(OutboxRow))] == ["hanako@example.com"]
    assert [row.email for row in db.session.scalars(select(MailLink))] == ["hanako@example.com"]


def test_somebody_suspended_gets_no_mail_and_an_old_link_opens_nothing(town: Town, settings: Settings) -> None:
    actor = town.person("hanako@example.com")
    token = a_link()
    with transaction():
        db.session.get_one(Person, actor.person_id).suspended_at = clock.now()
        ask_to_sign_in("hanako@example.com", settings, BROWSER)
        assert sign_in_by_link(token, BROWSER) is None
    assert db.session.scalar(select(OutboxRow.id)) is None


def test_a_known_person_keeps_the_name_she_chose(store: Flask) -> None:
    with transaction():
        first = find_or_make_person("hanako@example.com", "はなこ")
    with transaction():
        again = find_or_make_person("hanako@example.com", "みなと将棋会")
        assert (again.id, again.name) == (first.id, "はなこ")


def test_two_first_posts_from_one_mailbox_at_the_same_moment_make_one_person(store: Flask) -> None:
    def act(address: str) -> int:
        with transaction():
            return find_or_make_person(address, "はなこ").id

    for number in range(4):
        made = together(store, *[lambda address=f"{number}@example.com": act(address)] * 3)  # type: ignore[misc]
        assert len(set(made)) == 1
    assert db.session.scalar(select(func.count(Person.id))) == 4


def test_a_role_is_given_once_with_a_deed_and_ends_open_sessions(town: Town, settings: Settings) -> None:
    resident = town.person("hanako@example.com")
    with transaction():
        secret, _ = begin_session(db.session.get_one(Person, resident.person_id), settings.policy)
    assert person_of_session(secret, settings.policy) is not None
    with transaction():
        give_role(SYSTEM, "hanako@example.com", Role.EDITOR)
    assert person_of_session(secret, settings.policy) is None, "a resident's long session must not become a member of staff's"
    assert [deed.detail for deed in db.session.scalars(select(Deed))] == [{"role": "editor"}]
    with transaction():
        kept, _ = begin_session(db.session.get_one(Person, resident.person_id), settings.policy)
        give_role(SYSTEM, "hanako@example.com", Role.EDITOR)
    assert person_of_session(kept, settings.policy) is not None, "nothing changed, so nobody is thrown out"
    assert [person.email for person in staff_people()] == ["hanako@example.com"]


@pytest.mark.parametrize(
    "roles, may",
    [(set(), False), ({Role.EDITOR}, True), ({Role.ADMIN}, True), ({Role.WELFARE}, False), ({Role.APPROVER, Role.EDITOR}, True)],
)
def test_only_editors_and_administrators_may_edit_for_the_city(store: Flask, roles: set[Role], may: bool) -> None:
    with transaction():
        person = find_or_make_person("x@city.example.com")
        for role in roles:
            give_role(SYSTEM, "x@city.example.com", role)
    assert actor_of(person).may_edit() is may
    assert actor_of(person).is_staff is bool(roles)


def test_what_has_ended_is_forgotten_after_a_day_and_what_lives_stays(town: Town, settings: Settings, monday: datetime) -> None:
    actor = town.person()
    a_link()
    with transaction():
        person = db.session.get_one(Person, actor.person_id)
        begin_session(person, settings.policy)
    with clock.hold(monday + timedelta(days=1)):
        a_link()
        forget_old_links()
        assert db.session.scalar(select(func.count(MailLink.id))) == 2
    with clock.hold(monday + timedelta(days=1, hours=1)):
        forget_old_links()
        assert db.session.scalar(select(func.count(MailLink.id))) == 1
        assert db.session.scalar(select(func.count(SessionRow.id))) == 1
    with clock.hold(monday + timedelta(days=settings.policy.resident_days + 2)):
        forget_old_links()
        assert db.session.scalar(select(func.count(SessionRow.id))) == 0
