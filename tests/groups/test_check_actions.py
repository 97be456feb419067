"""The city checks groups; the check shows with its dates, lapses by itself and is reminded of once. On both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.desk.actions import return_post
from idobata.gatherings.host_queries import may_publish_at_once
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.groups.actions import add_group, add_member
from idobata.groups.check_actions import check_group, remind_of_checks, take_check_back
from idobata.groups.desk_queries import checks_of, desk_groups, ending_soon
from idobata.groups.models import Group, GroupCheckRow
from idobata.groups.roles import EDITOR
from idobata.groups.standing import Standing, standing_of
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import Invalid, NotAllowed, NotFound
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town

TODAY = MONDAY.date()


@pytest.fixture
def group(town: Town) -> Group:
    """A group with a lead and an editor."""
    with transaction():
        made = add_group(SYSTEM, "minato", "みなと会", "みなとで会います。", None, [], find_or_make_person("hanako@example.com", "はなこ"))
        add_member(made, find_or_make_person("jiro@example.com", "じろう"), EDITOR)
    return made


def check(town: Town, group: Group, on: date = TODAY, *what: str) -> date:
    with transaction():
        return check_group(town.staff(), group, what or ("contact", "visit"), on, "電話でうかがった", town.settings)


def test_a_check_holds_for_a_year_and_then_lapses_by_itself(town: Town, group: Group) -> None:
    assert check(town, group) == date(2027, 11, 30)
    assert standing_of(group.checked_until, date(2027, 11, 30)) is Standing.CHECKED
    assert standing_of(group.checked_until, date(2027, 12, 1)) is Standing.LAPSED
    [row] = checks_of(group)
    assert (row.what, row.checked_by, row.note) == (["contact", "visit"], "editorさん", "電話でうかがった")


def test_the_city_chooses_how_long_a_check_holds(town: Town, group: Group) -> None:
    short = replace(town.settings, policy=replace(town.settings.policy, group_check_months=3))
    with transaction():
        assert check_group(town.staff(), group, ("contact",), TODAY, "", short) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("on", "what", "field"),
    [
        (TODAY + timedelta(days=1), ("contact",), "on"),
        (TODAY - timedelta(days=400), ("contact",), "on"),
        (TODAY, (), "what"),
        (TODAY, ("contact", "nothing-of-ours"), "what"),
    ],
)
def test_a_check_that_says_nothing_or_lies_wrong_is_refused(town: Town, group: Group, on: date, what: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as caught, transaction():
        check_group(town.staff(), group, what, on, "", town.settings)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert db.session.scalars(select(GroupCheckRow)).all() == []


def test_nobody_but_an_editor_of_the_city_checks(town: Town, group: Group) -> None:
    for actor in (town.person("hanako@example.com"), town.person("stranger@example.com")):
        with pytest.raises(NotAllowed), transaction():
            check_group(actor, group, ("contact",), TODAY, "", town.settings)
        with pytest.raises(NotAllowed), transaction():
            take_check_back(actor, group, town.settings)


def test_a_check_that_was_taken_back_holds_no_more_and_stays_in_the_history(town: Town, group: Group) -> None:
    check(town, group)
    with transaction():
        take_check_back(town.staff(), group, town.settings)
    assert standing_of(group.checked_until, TODAY) is Standing.LAPSED
    assert [row.taken_back_on for row in checks_of(group)] == [TODAY]
    with pytest.raises(NotFound), transaction():
        take_check_back(town.staff(), group, town.settings)
    check(town, group)
    assert standing_of(group.checked_until, TODAY) is Standing.CHECKED
    assert len(checks_of(group)) == 2


def test_leads_are_reminded_once_in_the_last_month(town: Town, group: Group, settings: Settings) -> None:
    check(town, group)
    for days, done in ((334, 0), (335, 1), (336, 0), (365, 0), (366, 0)):
        with clock.hold(MONDAY + timedelta(days=days)):
            assert remind_of_checks(settings) == done, days
    mails = [row.payload for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))]
    assert [mail["to"] for mail in mails] == ["hanako@example.com"]
    assert "2027年11月30日" in mails[0]["text"]


def test_the_desk_finds_groups_by_standing_name_and_reading(town: Town, group: Group) -> None:
    with transaction():
        for slug, name in (("kita", "北の会"), ("higashi", "東の会")):
            add_group(SYSTEM, slug, name, "x", None, [], find_or_make_person("hanako@example.com"))
    check(town, group)
    kita = db.session.scalars(select(Group).where(Group.slug == "kita")).one()
    check(town, kita, TODAY - timedelta(days=350))

    def slugs(standing: str, words: str = "", today: date = TODAY) -> list[str]:
        return sorted(row.slug for row in desk_groups(standing, words, today, 1).rows)

    assert slugs("") == ["higashi", "kita", "minato"]
    assert slugs("registered") == ["higashi"]
    assert slugs("checked") == ["kita", "minato"]
    assert slugs("soon") == ["kita"] == [row.slug for row in ending_soon(TODAY)]
    assert slugs("lapsed", today=TODAY + timedelta(days=40)) == ["kita"]
    assert slugs("", "みなと 会") == ["minato"]
    assert slugs("", "%") == []
    assert desk_groups("", "", TODAY, 999).page == 1


def test_a_checked_group_publishes_at_once_where_the_city_says_so_and_the_desk_reads_it_afterwards(town: Town, group: Group) -> None:
    jiro, stranger = town.person("jiro@example.com"), town.person("stranger@example.com")
    off = replace(town.settings, policy=replace(town.settings.policy, checked_groups_publish_at_once=False))

    def sent(settings: Settings) -> Gathering:
        with transaction():
            row = save_draft(jiro, town.values(group_slug="minato"), "", settings)
            submit(jiro, row, settings)
        return row

    assert sent(town.settings).publication == "in_review"
    check(town, group)
    assert sent(off).publication == "in_review"
    row = sent(town.settings)
    assert (row.publication, row.host_changed_at is not None) == ("published", True)
    assert not may_publish_at_once(stranger, row, town.settings)
    assert not may_publish_at_once(jiro, town.draft(jiro), town.settings)
    with clock.hold(MONDAY + timedelta(days=366)):
        assert not may_publish_at_once(jiro, row, town.settings)


def test_what_the_desk_gave_back_is_read_again_whoever_sends_it(town: Town, group: Group) -> None:
    check(town, group)
    jiro = town.person("jiro@example.com")
    off = replace(town.settings, policy=replace(town.settings.policy, checked_groups_publish_at_once=False))
    with transaction():
        row = save_draft(jiro, town.values(group_slug="minato"), "", off)
        submit(jiro, row, off)
        return_post(town.staff(), row, off.rules[0].code, "", off)
    with transaction():
        submit(jiro, row, town.settings)
    assert row.publication == "in_review"
