"""Whose a group's gathering is, and to whom its letters go. On both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.desk.actions import publish, return_post
from idobata.gatherings.date_actions import cancel_date, may_change
from idobata.gatherings.host_queries import host_addresses, is_host, may_part_with
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change, withdraw
from idobata.groups.actions import add_group, add_member, end_group
from idobata.groups.member_actions import leave
from idobata.groups.models import Group, Membership
from idobata.groups.roles import EDITOR, LEAD
from idobata.kernel.actor import ANONYMOUS, SYSTEM, Actor
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday


@pytest.fixture
def group(town: Town) -> Group:
    """A group with two leads and two editors."""
    with transaction():
        made = add_group(SYSTEM, "minato", "みなと会", "みなとで会います。", None, [], find_or_make_person("lead@example.com"))
        add_member(made, find_or_make_person("second@example.com"), LEAD)
        add_member(made, find_or_make_person("typist@example.com"), EDITOR)
        add_member(made, find_or_make_person("other@example.com"), EDITOR)
    return made


@pytest.fixture
def people(town: Town, group: Group) -> dict[str, Actor]:
    """Everybody of the story by name."""
    return {name: town.person(f"{name}@example.com") for name in ("lead", "second", "typist", "other", "stranger")}


@pytest.fixture(autouse=True)
def trusting(town: Town) -> None:
    """In this city every change shows at once."""
    town.settings = replace(town.settings, policy=replace(town.settings.policy, trusted_after_posts=0))


def recipients() -> list[str]:
    return [row.payload["to"] for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))]


def test_members_are_hosts_and_only_leads_and_the_poster_part_with_it(town: Town, people: dict[str, Actor]) -> None:
    row = town.published(people["typist"], group_slug="minato")
    assert {name for name, who in people.items() if is_host(who, row)} == {"lead", "second", "typist", "other"}
    assert {name for name, who in people.items() if may_part_with(who, row)} == {"lead", "second", "typist"}
    assert not is_host(ANONYMOUS, row)
    with pytest.raises(WrongState), transaction():
        withdraw(people["other"], row)
    with transaction():
        cancel_date(people["other"], row, days_from_monday(5), "", town.settings)


def test_a_gathering_without_a_group_is_its_poster_s_alone(town: Town, people: dict[str, Actor]) -> None:
    row = town.published(people["typist"])
    assert {name for name, who in people.items() if is_host(who, row)} == {"typist"}
    assert host_addresses(row) == ["typist@example.com"]


def test_letters_go_to_the_poster_and_the_leads_each_in_one_of_her_own(town: Town, people: dict[str, Actor]) -> None:
    row = town.waiting(people["typist"], group_slug="minato")
    assert recipients() == ["typist@example.com", "lead@example.com", "second@example.com"]
    with transaction():
        return_post(town.staff(), row, town.settings.rules[0].code, "", town.settings)
    assert recipients()[3:] == ["typist@example.com", "lead@example.com", "second@example.com"]
    for mail in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail")):
        assert "@" not in mail.payload["text"]
        assert "," not in mail.payload["to"]


def test_a_lead_who_posts_gets_one_letter(town: Town, people: dict[str, Actor]) -> None:
    town.waiting(people["lead"], group_slug="minato")
    assert recipients() == ["lead@example.com", "second@example.com"]


def test_who_has_left_gets_no_letter_and_has_no_say(town: Town, group: Group, people: dict[str, Actor]) -> None:
    row = town.waiting(people["typist"], group_slug="minato")
    with transaction():
        leave(people["typist"], group)
    with pytest.raises(NotAllowed):
        may_change(people["typist"], row)
    before = len(recipients())
    with transaction():
        publish(town.staff(), row, town.settings)
    assert recipients()[before:] == ["lead@example.com", "second@example.com"]


def test_an_ended_group_leaves_its_gatherings_to_their_posters(town: Town, group: Group, people: dict[str, Actor]) -> None:
    row = town.published(people["typist"], group_slug="minato")
    with transaction():
        end_group(people["lead"], group, town.settings)
    assert {name for name, who in people.items() if is_host(who, row)} == {"typist"}
    assert host_addresses(row) == ["typist@example.com"]
    with transaction():
        change(people["typist"], row, town.values(title="あとの名前", group_slug="minato"), town.settings)
    assert row.group_id == group.id
    with pytest.raises(Invalid), transaction():
        change(people["typist"], town.draft(people["typist"]), town.values(group_slug="minato"), town.settings)


def test_a_gathering_moves_between_groups_only_with_whoever_may_part_with_it(town: Town, people: dict[str, Actor]) -> None:
    with transaction():
        add_group(SYSTEM, "hoka", "ほかの会", "x", None, [], find_or_make_person("other@example.com"))
        add_group(SYSTEM, "yoso", "よその会", "x", None, [], find_or_make_person("stranger@example.com"))
    row = town.published(people["typist"], group_slug="minato")
    for slug in ("hoka", ""):
        with pytest.raises(Invalid), transaction():
            change(people["other"], row, town.values(group_slug=slug), town.settings)
    with pytest.raises(NotAllowed), transaction():
        change(people["stranger"], row, town.values(group_slug="yoso"), town.settings)
    with pytest.raises(NotAllowed), transaction():
        change(people["lead"], row, town.values(group_slug="yoso"), town.settings)
    assert db.session.scalars(select(Gathering.group_id)).one() == db.session.scalars(select(Group.id).where(Group.slug == "minato")).one()
    with transaction():
        change(people["typist"], row, town.values(group_slug=""), town.settings)
    assert row.group_id is None


def test_roles_are_read_anew_each_time(town: Town, group: Group, people: dict[str, Actor]) -> None:
    row = town.published(people["typist"], group_slug="minato")
    assert is_host(people["other"], row)
    with transaction():
        db.session.delete(db.session.get_one(Membership, (group.id, people["other"].person_id)))
    assert not is_host(people["other"], row)
