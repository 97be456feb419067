"""Invitations and members, on both databases: used once, ended in time, and never left without a lead."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import Person
from idobata.groups.actions import add_group, add_member, end_group
from idobata.groups.member_actions import MOST_OPEN, forget_old_invitations, give_group_role, invite, join, leave, remove_member, revoke
from idobata.groups.models import Group, GroupInvitation, Membership
from idobata.groups.my_queries import invitation_behind, open_invitations
from idobata.groups.queries import role_in
from idobata.groups.roles import EDITOR, LEAD
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.errors import NotAllowed, NotFound, WrongState
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town, together


@pytest.fixture
def group(town: Town) -> Group:
    """A group with a lead and an editor."""
    with transaction():
        made = add_group(SYSTEM, "minato", "みなと会", "x", None, [], find_or_make_person("lead@example.com", "はなこ"))
        add_member(made, find_or_make_person("editor@example.com", "じろう"), EDITOR)
    return made


@pytest.fixture
def lead(town: Town, group: Group) -> Actor:
    """Its lead."""
    return town.person("lead@example.com")


def new_link(town: Town, actor: Actor, group: Group, role: str = EDITOR, email: str = "") -> str:
    with transaction():
        return invite(actor, group, role, email, town.settings)


def take(town: Town, actor: Actor, token: str) -> bool:
    with transaction():
        return join(actor, token, "よびな", town.settings) is not None


def id_of(email: str) -> str:
    return db.session.scalars(select(Membership.public_id).join(Person).where(Person.email == email)).one()


def test_of_many_who_hold_the_same_link_one_gets_in(town: Town, app: Flask, group: Group, lead: Actor) -> None:
    token = new_link(town, lead, group)
    people = [town.person(f"p{number}@example.com") for number in range(4)]
    assert sorted(together(app, *(lambda who=who: take(town, who, token) for who in people))) == [False, False, False, True]  # type: ignore[misc]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 3


@pytest.mark.parametrize(("days", "open_"), [(6.99, True), (7, False), (30, False)])
def test_a_link_lasts_a_week(town: Town, group: Group, lead: Actor, days: float, open_: bool) -> None:
    token = new_link(town, lead, group)
    with clock.hold(MONDAY + timedelta(days=days)):
        assert (invitation_behind(token) is not None) is open_
        assert take(town, town.person(), token) is open_


def test_a_link_dies_with_its_group_with_a_removal_and_with_the_leaving_of_who_made_it(town: Town, group: Group, lead: Actor) -> None:
    second = town.person("second@example.com")
    assert take(town, second, new_link(town, lead, group, LEAD))
    hers, others = new_link(town, second, group), new_link(town, lead, group)
    with transaction():
        leave(second, group)
    assert invitation_behind(hers) is None
    assert invitation_behind(others) is not None
    with transaction():
        remove_member(lead, group, id_of("editor@example.com"), town.settings)
    assert invitation_behind(others) is None
    last = new_link(town, lead, group)
    with transaction():
        end_group(lead, group, town.settings)
    assert not take(town, town.person(), last)


def test_a_member_keeps_what_she_is_and_leaves_the_link_for_another(town: Town, group: Group, lead: Actor) -> None:
    editor = town.person("editor@example.com")
    as_editor, as_lead = new_link(town, lead, group), new_link(town, lead, group, LEAD)
    assert take(town, lead, as_editor)
    assert take(town, editor, as_editor)
    assert (role_in(lead, group.id), role_in(editor, group.id)) == (LEAD, EDITOR)
    assert take(town, editor, as_lead)
    assert role_in(editor, group.id) == LEAD
    assert take(town, town.person("new@example.com"), as_editor)


def test_no_way_leaves_a_group_without_a_lead(town: Town, group: Group, lead: Actor) -> None:
    with pytest.raises(WrongState), transaction():
        leave(lead, group)
    with pytest.raises(WrongState), transaction():
        give_group_role(lead, group, id_of("lead@example.com"), EDITOR)
    with pytest.raises(WrongState), transaction():
        remove_member(town.staff(), group, id_of("lead@example.com"), town.settings)
    assert role_in(lead, group.id) == LEAD


def test_two_leads_who_leave_at_the_same_moment_do_not_both_go(town: Town, app: Flask, group: Group, lead: Actor) -> None:
    editor = town.person("editor@example.com")
    with transaction():
        give_group_role(lead, group, id_of("editor@example.com"), LEAD)

    def go(who: Actor) -> str:
        try:
            with transaction():
                leave(who, db.session.scalars(select(Group)).one())
        except WrongState:
            return "stays"
        return "went"

    assert sorted(together(app, lambda: go(lead), lambda: go(editor))) == ["stays", "went"]


def test_editors_and_strangers_decide_nothing(town: Town, group: Group) -> None:
    editor, stranger = town.person("editor@example.com"), town.person("stranger@example.com")
    for who in (editor, stranger):
        for act in (
            lambda who=who: invite(who, group, EDITOR, "", town.settings),
            lambda who=who: revoke(who, group, "x"),
            lambda who=who: give_group_role(who, group, id_of("editor@example.com"), LEAD),
            lambda who=who: remove_member(who, group, id_of("lead@example.com"), town.settings),
            lambda who=who: end_group(who, group, town.settings),
        ):
            with pytest.raises(NotAllowed), transaction():
                act()
    with pytest.raises(NotAllowed), transaction():
        leave(stranger, group)


def test_a_role_nobody_knows_is_given_to_nobody(town: Town, group: Group, lead: Actor) -> None:
    for role in ("owner", "", "LEAD"):
        with pytest.raises(NotFound), transaction():
            give_group_role(lead, group, id_of("editor@example.com"), role)
        with pytest.raises(NotFound), transaction():
            invite(lead, group, role, "", town.settings)


def test_open_invitations_do_not_pile_up_and_old_ones_are_forgotten_with_their_addresses(town: Town, group: Group, lead: Actor) -> None:
    for number in range(MOST_OPEN):
        new_link(town, lead, group, email=f"canary{number}@example.com" if number < 2 else "")
    with pytest.raises(WrongState):
        new_link(town, lead, group)
    assert len(open_invitations(group)) == MOST_OPEN
    assert not any("canary" in repr(row) for row in open_invitations(group))
    with clock.hold(MONDAY + timedelta(days=36)):
        assert forget_old_invitations() == 0
    with clock.hold(MONDAY + timedelta(days=38)):
        assert forget_old_invitations() == MOST_OPEN
    assert db.session.scalars(select(GroupInvitation)).all() == []
