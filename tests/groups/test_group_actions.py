"""Groups and who may post for them."""

from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.queries import actor_of
from idobata.groups.actions import add_group, add_member
from idobata.groups.models import Group, Membership
from idobata.groups.queries import group_by_slug, groups_by_name, groups_of
from idobata.groups.roles import EDITOR, LEAD
from idobata.kernel.actor import ANONYMOUS, SYSTEM
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction


def make(slug: str, name: str = "みなと将棋会", lead: str = "lead@example.com") -> Group:
    with transaction():
        return add_group(SYSTEM, slug, name, "駒の音がすきな人の集まりです。", "minato", [], find_or_make_person(lead))


def test_a_new_group_has_a_page_a_lead_and_a_deed(store: Flask) -> None:
    made = make("minato-shogi")
    found = group_by_slug("minato-shogi")
    assert found is made
    assert group_by_slug("minato") is None
    assert db.session.scalars(select(Membership.role)).all() == [LEAD]
    assert db.session.scalars(select(Deed.thing_id)).all() == [made.public_id]


def test_members_may_post_for_their_groups_and_nobody_else_may(store: Flask) -> None:
    first, second = make("first", "い会"), make("second", "あ会")
    with transaction():
        member, other = find_or_make_person("member@example.com"), find_or_make_person("other@example.com")
        add_member(first, member, EDITOR)
        add_member(second, member, EDITOR)
    assert [group.slug for group in groups_of(actor_of(member))] == ["second", "first"]
    assert groups_of(actor_of(other)) == []
    assert groups_of(ANONYMOUS) == []
    assert groups_of(SYSTEM) == []


def test_a_member_added_again_is_a_member_once_with_the_first_role(store: Flask) -> None:
    group = make("minato-shogi")
    with transaction():
        lead = find_or_make_person("lead@example.com")
        add_member(group, lead, EDITOR)
    assert db.session.scalars(select(Membership.role)).all() == [LEAD]


def test_groups_with_the_same_name_are_both_listed_and_pages_add_up(store: Flask) -> None:
    for number in range(5):
        make(f"g{number}", "同じ名前の会")
    pages = [groups_by_name(2, offset) for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert len({group.id for page in pages for group in page}) == 5
    assert db.session.scalar(select(func.count(Group.id))) == 5
