"""A lead goes quiet: asked, then the members, then the city; each once, and a sign of life ends it. On both databases."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import MailLink, Person
from idobata.accounts.queries import actor_of
from idobata.accounts.session_actions import begin_session
from idobata.groups.actions import add_group, add_member, end_group
from idobata.groups.desk_queries import without_lead
from idobata.groups.member_actions import invite, join, remove_member
from idobata.groups.models import Group, GroupSuccession, Membership
from idobata.groups.my_queries import group_asked_by, stage_of
from idobata.groups.queries import role_in
from idobata.groups.roles import EDITOR, LEAD
from idobata.groups.succession import PATIENCE, Stage
from idobata.groups.succession_actions import (
    hand_to_city,
    look_after_leads,
    mark_alive,
    name_lead,
    note_signs_of_life,
    still_going,
    take_lead,
)
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.errors import NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town, together

YEAR = timedelta(days=366)


@pytest.fixture
def quiet(town: Town) -> Group:
    """A group with a lead and two editors, all unheard of for more than a year."""
    town.staff()
    with transaction(), clock.hold(MONDAY - YEAR):
        group = add_group(SYSTEM, "hana", "花係", "花を見ます。", None, [], find_or_make_person("lead@example.com", "小松"))
        add_member(group, find_or_make_person("one@example.com", "久保"), EDITOR)
        add_member(group, find_or_make_person("two@example.com", "野口"), EDITOR)
    return group


def mails() -> list[tuple[str, str]]:
    """To whom and about what, in the order they were written."""
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [(row.payload["to"], row.payload["subject"].partition("】")[2]) for row in rows]


def look(settings: Settings, days: float = 0) -> int:
    with clock.hold(MONDAY + timedelta(days=days)):
        return look_after_leads(settings)


def actor(email: str) -> Actor:
    return actor_of(db.session.scalars(select(Person).where(Person.email == email)).one())


def link_in(number: int) -> str:
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id)).all()
    found = re.search(r"/groups/still/([\w-]+)", rows[number].payload["text"])
    assert found
    return found[1]


def test_the_lead_then_the_members_then_the_city_are_asked_once_each(quiet: Group, settings: Settings) -> None:
    assert [look(settings), look(settings), look(settings, 27)] == [1, 0, 0]
    assert mails() == [("lead@example.com", "「花係」は、まだ続いていますか？")]
    assert [look(settings, 28), look(settings, 28), look(settings, 55)] == [1, 0, 0]
    assert mails()[1:] == [(f"{who}@example.com", "「花係」の代表を引き受けてくださいませんか") for who in ("one", "two")]
    assert without_lead() == []
    assert [look(settings, 56), look(settings, 400)] == [1, 0]
    assert [group.slug for group, _row in without_lead()] == ["hana"]
    assert len(mails()) == 3


def test_two_workers_at_once_ask_once(quiet: Group, app: Flask, settings: Settings) -> None:
    assert sorted(together(app, lambda: look_after_leads(settings), lambda: look_after_leads(settings))) == [0, 1]
    assert len(mails()) == 1


def test_the_lead_answers_with_one_press_and_the_link_is_used_up(quiet: Group, settings: Settings) -> None:
    look(settings)
    token = link_in(0)
    assert token not in str(db.session.scalars(select(MailLink.token_hash)).all())
    for _ in range(2):
        assert group_asked_by(token) is not None
    with transaction():
        assert still_going(token) is not None
        assert still_going(token) is None
    assert stage_of(quiet) is Stage.NONE
    assert [look(settings), look(settings, 300), look(settings, 366)] == [0, 0, 1]


def test_the_answer_still_counts_when_the_city_has_been_asked(quiet: Group, settings: Settings) -> None:
    for days in (0, 28, 56):
        look(settings, days)
    with transaction(), clock.hold(MONDAY + timedelta(days=70)):
        assert still_going(link_in(0)) is not None
    assert without_lead() == []


@pytest.mark.parametrize("end", ["removed", "suspended", "ended"])
def test_a_lead_who_is_none_any_more_has_a_dead_link(quiet: Group, settings: Settings, end: str) -> None:
    look(settings)
    token = link_in(0)
    lead = db.session.scalars(select(Membership).where(Membership.role == LEAD)).one()
    with transaction():
        if end == "removed":
            db.session.execute(update(Membership).where(Membership.role == EDITOR).values(role=LEAD))
            db.session.expire_all()
            remove_member(actor("one@example.com"), quiet, lead.public_id, settings)
        elif end == "suspended":
            lead.person.suspended_at = clock.now()
        else:
            end_group(actor("lead@example.com"), quiet, settings)
    with transaction():
        assert still_going(token) is None


def test_whoever_presses_first_takes_over_and_the_old_lead_stays_as_editor(quiet: Group, settings: Settings) -> None:
    look(settings)
    with pytest.raises(WrongState), transaction():
        take_lead(actor("one@example.com"), quiet, settings)
    look(settings, 28)
    with transaction():
        take_lead(actor("one@example.com"), quiet, settings)
    with pytest.raises(WrongState), transaction():
        take_lead(actor("two@example.com"), quiet, settings)
    assert {email: role_in(actor(f"{email}@example.com"), quiet.id) for email in ("lead", "one", "two")} == {
        "lead": EDITOR,
        "one": LEAD,
        "two": EDITOR,
    }
    assert mails()[-1] == ("lead@example.com", "「花係」の代表が代わりました")
    with transaction():
        assert still_going(link_in(0)) is None


def test_of_two_who_press_at_the_same_moment_one_takes_over(quiet: Group, app: Flask, settings: Settings) -> None:
    look(settings)
    look(settings, 28)

    def press(email: str) -> str:
        try:
            with transaction():
                take_lead(actor(email), db.session.scalars(select(Group)).one(), settings)
        except WrongState:
            return "late"
        return "lead"

    assert sorted(together(app, lambda: press("one@example.com"), lambda: press("two@example.com"))) == ["late", "lead"]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Membership).where(Membership.role == LEAD)) == 1


def test_nobody_from_outside_takes_over(quiet: Group, town: Town, settings: Settings) -> None:
    look(settings)
    look(settings, 28)
    for stranger in (town.person("stranger@example.com"), town.staff()):
        with pytest.raises(NotAllowed), transaction():
            take_lead(stranger, quiet, settings)


def test_the_desk_names_a_member_or_invites_somebody_new(quiet: Group, town: Town, settings: Settings) -> None:
    for days in (0, 28, 56):
        look(settings, days)
    editor, stranger = town.staff(), town.person("new@example.com", "あたらしい")
    with pytest.raises(NotAllowed), transaction():
        name_lead(stranger, quiet, "x", settings)
    with pytest.raises(NotAllowed), transaction():
        invite(stranger, quiet, LEAD, "", settings)
    with transaction():
        token = invite(editor, quiet, LEAD, "new@example.com", settings)
    assert mails()[-1] == ("new@example.com", "団体への招待がとどいています")
    assert without_lead()
    with transaction():
        assert join(stranger, token, "あたらしい", settings) is not None
    assert without_lead() == []
    assert role_in(actor("lead@example.com"), quiet.id) == EDITOR
    one = db.session.scalars(select(Membership.public_id).join(Person).where(Person.email == "one@example.com")).one()
    with transaction():
        name_lead(editor, quiet, one, settings)
    assert role_in(actor("one@example.com"), quiet.id) == LEAD


def test_without_other_members_the_city_is_asked_next(quiet: Group, settings: Settings) -> None:
    with transaction():
        for row in db.session.scalars(select(Membership).where(Membership.role == EDITOR)):
            db.session.delete(row)
    look(settings)
    look(settings, 28)
    assert stage_of(quiet) is Stage.CITY


def test_a_group_whose_lead_is_gone_asks_the_members_at_once(quiet: Group, settings: Settings) -> None:
    with transaction():
        db.session.delete(db.session.scalars(select(Membership).where(Membership.role == LEAD)).one())
    look(settings)
    assert stage_of(quiet) is Stage.MEMBERS
    with transaction():
        hand_to_city(quiet)
    assert stage_of(quiet) is Stage.CITY


def test_signing_in_and_doing_something_here_are_signs_of_life(quiet: Group, town: Town, settings: Settings) -> None:
    lead = db.session.scalars(select(Membership).where(Membership.role == LEAD)).one()
    before = lead.alive_at
    note_signs_of_life()
    assert db.session.scalars(select(Membership.alive_at).where(Membership.role == LEAD)).one() == before
    with transaction(), clock.hold(MONDAY - timedelta(days=30)):
        begin_session(lead.person, settings.policy)
    note_signs_of_life()
    assert db.session.scalars(select(Membership.alive_at).where(Membership.role == LEAD)).one() == MONDAY - timedelta(days=30)
    with transaction(), clock.hold(MONDAY - timedelta(days=5)):
        record(actor("lead@example.com"), "gathering.changed", "gathering", "x")
    note_signs_of_life()
    assert db.session.scalars(select(Membership.alive_at).where(Membership.role == LEAD)).one() == MONDAY - timedelta(days=5)
    assert look(settings) == 0


def test_one_lively_lead_of_two_is_enough(quiet: Group, settings: Settings) -> None:
    with transaction():
        second = db.session.scalars(select(Membership).join(Person).where(Person.email == "one@example.com")).one()
        second.role, second.alive_at = LEAD, clock.now()
    assert look(settings) == 0


def test_a_lead_who_comes_back_while_others_are_asked_keeps_the_lead(quiet: Group, settings: Settings) -> None:
    look(settings)
    look(settings, 28)
    with clock.hold(MONDAY + timedelta(days=30)):
        with transaction():
            begin_session(db.session.scalars(select(Person).where(Person.email == "lead@example.com")).one(), settings.policy)
        note_signs_of_life()
        assert look_after_leads(settings) == 1
    assert stage_of(quiet) is Stage.NONE
    with pytest.raises(WrongState), transaction():
        take_lead(actor("one@example.com"), quiet, settings)
    assert db.session.scalars(select(Deed.act).where(Deed.act.like("group.succession%")).order_by(Deed.id)).all() == [
        "group.succession_leads",
        "group.succession_members",
        "group.succession_none",
    ]


def test_groups_that_ended_or_never_had_a_member_are_left_alone(quiet: Group, settings: Settings) -> None:
    with transaction():
        end_group(actor("lead@example.com"), quiet, settings)
        db.session.add(
            Group(
                slug="x", name="x", folded_name="x", words="", district=None, links=[], created_at=MONDAY - YEAR, updated_at=MONDAY - YEAR
            )
        )
    assert look(settings) == 0
    assert db.session.scalars(select(GroupSuccession)).all() == []


def test_patience_is_four_weeks_and_marking_alive_is_for_everybody(quiet: Group) -> None:
    assert timedelta(weeks=4) == PATIENCE
    with transaction():
        mark_alive(quiet, MONDAY)
    assert set(db.session.scalars(select(Membership.alive_at))) == {MONDAY}


def test_a_moment_of_the_clock_is_no_day_too_early(quiet: Group, settings: Settings) -> None:
    edge: datetime = MONDAY - timedelta(days=365)
    with transaction():
        mark_alive(quiet, edge + timedelta(days=1))
    assert look(settings) == 0
    with transaction():
        mark_alive(quiet, edge)
    assert look(settings) == 1
