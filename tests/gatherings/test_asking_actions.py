"""Hosts are asked whether their gatherings still run: one mail for each, nothing twice, and silence has an end that hides nothing."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from idobata.accounts.queries import person_by_email
from idobata.gatherings.asking_actions import ask_hosts, mark_unconfirmed
from idobata.gatherings.assurance_actions import Heard, goes_on
from idobata.gatherings.date_actions import NewTime, cancel_date, move_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.freshness import Method
from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.freshness_queries import addresses_of, asked_of
from idobata.gatherings.host_queries import host_addresses
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.standing_actions import doubt
from idobata.gatherings.upkeep_actions import extend_dates
from idobata.groups.actions import add_group, add_member
from idobata.groups.models import Group, Membership
from idobata.groups.roles import EDITOR, LEAD
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, together, weekly

SATURDAY = days_from_monday(5)


@pytest.fixture
def after(monday: datetime) -> Callable[[float], AbstractContextManager[None]]:
    """Hold the clock some days after the Monday."""
    return lambda days: clock.hold(monday + timedelta(days=days))


def letters() -> list[dict[str, str]]:
    """What was mailed about freshness, the oldest first."""
    db.session.rollback()
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))
    return [dict(row.payload) for row in rows if "/still/" in row.payload.get("text", "")]


def fresh(row: Gathering) -> Freshness | None:
    db.session.rollback()
    return db.session.get(Freshness, row.id)


def unconfirmed(row: Gathering) -> set[bool]:
    db.session.rollback()
    return set(
        db.session.scalars(select(Occurrence.unconfirmed).where(Occurrence.gathering_id == row.id, Occurrence.ends_at > clock.now()))
    )


def test_a_host_gets_one_mail_for_all_that_is_due(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    hanako, taro = town.person("hanako@example.com"), town.person("taro@example.com")
    for title in ("朝のおにぎり", "夕方の将棋"):
        town.published(hanako, title=title, schedule=weekly(SATURDAY))
    town.published(taro, title="川のそうじ", schedule=weekly(SATURDAY))
    with after(89):
        extend_dates(settings)
        assert ask_hosts(settings) == 0
    with after(91):
        assert ask_hosts(settings) == 2
        assert ask_hosts(settings) == 0
        sent = letters()
    assert sorted(one["to"] for one in sent) == ["hanako@example.com", "taro@example.com"]
    hers = next(one for one in sent if one["to"].startswith("hanako"))
    assert "2つの集まり" in hers["subject"]
    assert "・朝のおにぎり\n・夕方の将棋" in hers["text"]
    assert "川のそうじ" not in hers["text"]


def test_only_what_has_dates_to_come_and_is_on_the_board_is_asked_about(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    over = town.published(town.person("a@example.com"), schedule=once(SATURDAY))
    far = town.published(town.person("b@example.com"), schedule=once(days_from_monday(180)))
    gone = town.published(poster := town.person("c@example.com"), schedule=weekly(SATURDAY))
    waits = town.waiting(town.person("d@example.com"), schedule=weekly(SATURDAY))
    ended = town.published(town.person("e@example.com"), schedule=weekly(SATURDAY, count=3))
    with transaction():
        withdraw(poster, gone)
    with after(100):
        assert ask_hosts(settings) == 1
    assert [one["to"] for one in letters()] == ["b@example.com"]
    assert [fresh(one) for one in (over, gone, waits, ended)] == [None] * 4
    assert fresh(far) is not None


def test_what_falls_due_soon_is_asked_along_and_no_host_is_mailed_twice_a_day(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    hanako = town.person("hanako@example.com")
    town.published(hanako, title="早いほう", schedule=weekly(SATURDAY))
    with after(10):
        town.published(hanako, title="おそいほう", schedule=weekly(days_from_monday(12)))
    with after(30):
        town.published(hanako, title="ずっと先", schedule=weekly(days_from_monday(33)))
    with after(90.5):
        assert ask_hosts(settings) == 1
    (sent,) = letters()
    assert "早いほう" in sent["text"]
    assert "おそいほう" in sent["text"]
    assert "ずっと先" not in sent["text"]
    with after(90.9):
        assert ask_hosts(settings) == 0


def test_two_reminders_then_the_word_and_the_page_stays(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    row = town.published(town.person("hanako@example.com"), schedule=weekly(SATURDAY))
    for day, mails in ((91, 1), (95, 1), (101, 2), (111, 3), (115, 3)):
        with after(day):
            extend_dates(settings)
            ask_hosts(settings)
            assert mark_unconfirmed(settings) == 0
            assert len(letters()) == mails, day
    assert "まえにもおたずねしました" in letters()[-1]["text"]
    assert "まえにもおたずねしました" not in letters()[0]["text"]
    with after(121.5):
        assert unconfirmed(row) == {False}
        assert mark_unconfirmed(settings) == 1
        assert mark_unconfirmed(settings) == 0
        assert unconfirmed(row) == {True}
        assert ask_hosts(settings) == 0
        extend_dates(settings)
        assert unconfirmed(row) == {True}, "the dates that are made later, too"
        found = find_dates(Filters(), settings)
        assert [one.gathering_id for one in found.rows] == [row.id], "sunk, but there"
        assert find_dates(Filters(), settings, only_confirmed=True).rows == ()
    assert len(letters()) == 3


def test_an_unconfirmed_gathering_stands_behind_the_others_of_its_day_and_leaves_when_it_is_over(
    town: Town, settings: Settings, monday: datetime
) -> None:
    early = town.published(title="早い", schedule=weekly(SATURDAY))
    late = town.published(title="おそい", schedule=once(SATURDAY, time(15), time(17)))
    sunday = town.published(title="次の日", schedule=once(days_from_monday(6)))
    with transaction():
        doubt(early, settings)
    assert [one.gathering.title for one in find_dates(Filters(), settings).rows] == ["おそい", "早い", "次の日"]
    with clock.hold(datetime(2026, 12, 5, 12, 30, tzinfo=monday.tzinfo)):
        found = find_dates(Filters(), settings)
        assert [(one.gathering.title, one.day) for one in found.rows] == [
            ("おそい", SATURDAY),
            ("次の日", days_from_monday(6)),
            ("早い", days_from_monday(12)),
        ]
    with clock.hold(datetime(2026, 12, 5, 9, 0, tzinfo=monday.tzinfo)):
        # On a page behind it, too, the list must turn when the sunk one is over, before the others of its day.
        assert find_dates(Filters(page=3), settings, size=1).turns_at <= datetime(2026, 12, 5, 12, 0, tzinfo=monday.tzinfo)
    assert {late.id, sunday.id} == {one.gathering_id for one in find_dates(Filters(), settings, only_confirmed=True).rows}


@pytest.mark.parametrize("how", ["answer", "cancel", "move"])
def test_any_sign_of_life_brings_it_back_at_once(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]], how: str
) -> None:
    hanako = town.person("hanako@example.com")
    row = town.published(hanako, schedule=weekly(SATURDAY))
    day = days_from_monday(5 + 7 * 20)
    for number in (91, 102, 113, 124):
        with after(number):
            ask_hosts(settings)
            mark_unconfirmed(settings)
    with after(125):
        assert unconfirmed(row) == {True}
        with transaction():
            cancel_date(SYSTEM, row, day, "会場が休み", settings)
        assert True in unconfirmed(row), "what the city changes says nothing about the host"
        with transaction():
            if how == "answer":
                goes_on(hanako, row, Heard(Method.HOST_TAP))
            elif how == "cancel":
                cancel_date(hanako, row, day + timedelta(days=7), "", settings)
            else:
                move_date(hanako, row, day + timedelta(days=7), NewTime(day=day + timedelta(days=8), starts=None, ends=None), "", settings)
        assert unconfirmed(row) == {False}
        state = fresh(row)
        assert state is not None
        assert (state.asked_at, state.mails, state.unconfirmed_at) == (None, 0, None)
        rows = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id)).all()
        assert all(one.list_at == (one.starts_at if one.is_long else one.ends_at) for one in rows)
        # A check is written down as such; a change of dates is none.
        assert (row.checked_at == clock.now()) == (how == "answer")
        assert ask_hosts(settings) == 0
        assert mark_unconfirmed(settings) == 0


def test_a_gathering_without_an_address_is_not_mailed_but_gets_time_for_a_call(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    row = town.published(schedule=weekly(SATURDAY))
    with transaction():
        row.poster_id, row.poster_email, row.source_key = None, "", "city:1"
    for day, then in ((100, {False}), (119, {False}), (121, {True})):
        with after(day):
            assert ask_hosts(settings) == 0
            mark_unconfirmed(settings)
            assert unconfirmed(row) == then
    assert letters() == []


def test_a_suspended_host_is_not_mailed(town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]) -> None:
    town.published(town.person("hanako@example.com"), schedule=weekly(SATURDAY))
    with transaction():
        person = person_by_email("hanako@example.com")
        assert person is not None
        person.suspended_at = clock.now()
    with after(91):
        assert ask_hosts(settings) == 0


def test_two_workers_at_the_same_moment_mail_a_host_once(town: Town, app: Flask, settings: Settings, monday: datetime) -> None:
    for number in range(3):
        town.published(town.person("hanako@example.com"), title=f"集まり{number}", schedule=weekly(SATURDAY))
    clock.fix(monday + timedelta(days=91))
    together(app, *[lambda: ask_hosts(settings)] * 3)
    assert len(letters()) == 1


def test_a_crash_before_the_mail_is_written_leaves_nothing_of_the_question(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = town.published(town.person("hanako@example.com"), schedule=weekly(SATURDAY))

    def no_post(*_args: object) -> None:
        raise OSError("the disk is full")

    with after(91):
        with monkeypatch.context() as broken:
            broken.setattr("idobata.gatherings.asking_actions.post_letter", no_post)
            with pytest.raises(OSError, match="disk"):
                ask_hosts(settings)
        assert fresh(row) is None
        assert ask_hosts(settings) == 1
    assert len(letters()) == 1


def the_group(*people: tuple[str, str], slug: str = "minato-shogi") -> None:
    """A group with these members; the first of them must be a lead."""
    with transaction():
        made: Group | None = None
        for email, role in people:
            person = person_by_email(email)
            assert person is not None
            if made is None:
                made = add_group(SYSTEM, slug, f"{slug}の会", "駒の音がすきです。", "minato", [], person)
            else:
                add_member(made, person, role)


def test_for_a_group_its_poster_and_all_leads_are_asked_each_in_a_letter_of_her_own(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    hanako, lead, second, other = (town.person(f"{name}@example.com") for name in ("hanako", "lead", "second", "other"))
    the_group(("lead@example.com", LEAD), ("second@example.com", LEAD), ("hanako@example.com", EDITOR), ("other@example.com", EDITOR))
    row = town.published(hanako, title="駒の会", schedule=weekly(SATURDAY), group_slug="minato-shogi")
    town.published(lead, title="川のそうじ", schedule=weekly(SATURDAY))
    with after(91):
        assert ask_hosts(settings) == 3
        assert ask_hosts(settings) == 0
    about = {one["to"]: one for one in letters()}
    assert set(about) == {"hanako@example.com", "lead@example.com", "second@example.com"}
    assert "・川のそうじ\n・駒の会" in about["lead@example.com"]["text"] or "・駒の会\n・川のそうじ" in about["lead@example.com"]["text"]
    for address in ("hanako@example.com", "second@example.com"):
        assert "川のそうじ" not in about[address]["text"], "what is another's alone"
    for one in about.values():
        assert not [address for address in about if address in one["text"] or address in one["subject"]], "nobody reads who else was asked"
    assert len({re.findall(r"/still/\S+", one["text"])[0] for one in about.values()}) == 3
    state = fresh(row)
    assert state is not None
    assert state.mails == 1, "three letters are one question"
    for address in about:
        assert row in asked_of(address)
    assert asked_of("other@example.com") == []
    with transaction():
        goes_on(second, row, Heard(Method.HOST_TAP))
    assert row not in asked_of("hanako@example.com"), "one answer is enough"
    del other


def test_who_left_the_group_is_not_asked_any_more(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    hanako, _lead = town.person("hanako@example.com"), town.person("lead@example.com")
    the_group(("lead@example.com", LEAD), ("hanako@example.com", EDITOR))
    row = town.published(hanako, schedule=weekly(SATURDAY), group_slug="minato-shogi")
    with after(91):
        ask_hosts(settings)
        assert sorted(one["to"] for one in letters()) == ["hanako@example.com", "lead@example.com"]
    with transaction():
        db.session.execute(delete(Membership).where(Membership.person_id == hanako.person_id))
    with after(102):
        assert asked_of("hanako@example.com") == [], "who left has no say in it any more"
        assert asked_of("lead@example.com") == [row]
        ask_hosts(settings)
        assert [one["to"] for one in letters()][2:] == ["lead@example.com"]


def test_what_is_not_due_is_asked_along_only_where_everybody_who_stands_for_it_is_asked_anyway(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    hanako, _lead = town.person("hanako@example.com"), town.person("lead@example.com")
    the_group(("lead@example.com", LEAD), ("hanako@example.com", EDITOR))
    town.published(hanako, title="わたしの会", schedule=weekly(SATURDAY))
    with after(10):
        shared = town.published(hanako, title="みんなの会", schedule=weekly(days_from_monday(12)), group_slug="minato-shogi")
    with after(91):
        assert ask_hosts(settings) == 1
        (sent,) = letters()
        assert (sent["to"], "みんなの会" in sent["text"]) == ("hanako@example.com", False)
        assert fresh(shared) is None, "its lead would never have heard of the question"
    with after(101.5):
        assert ask_hosts(settings) == 2
        assert {one["to"] for one in letters()[1:] if "みんなの会" in one["text"]} == {"hanako@example.com", "lead@example.com"}


def test_a_suspended_lead_is_left_out_and_the_others_are_asked(
    town: Town, settings: Settings, after: Callable[[float], AbstractContextManager[None]]
) -> None:
    hanako, _lead = town.person("hanako@example.com"), town.person("lead@example.com")
    the_group(("lead@example.com", LEAD), ("hanako@example.com", EDITOR))
    town.published(hanako, schedule=weekly(SATURDAY), group_slug="minato-shogi")
    with transaction():
        person = person_by_email("lead@example.com")
        assert person is not None
        person.suspended_at = clock.now()
    with after(91):
        assert ask_hosts(settings) == 1
    assert [one["to"] for one in letters()] == ["hanako@example.com"]


def test_the_question_goes_where_every_other_letter_about_a_gathering_goes(town: Town, settings: Settings) -> None:
    hanako, lead = town.person("hanako@example.com"), town.person("lead@example.com")
    the_group(("lead@example.com", LEAD), ("hanako@example.com", EDITOR))
    the_group(("lead@example.com", LEAD), slug="over")
    rows = [
        town.published(hanako, schedule=weekly(SATURDAY), group_slug="minato-shogi"),
        town.published(lead, schedule=weekly(SATURDAY), group_slug="over"),
        town.published(hanako, schedule=weekly(SATURDAY)),
    ]
    with transaction():
        ended = db.session.scalars(select(Group).where(Group.slug == "over")).one()
        ended.ended_at = clock.now()
    found = addresses_of([row.id for row in rows])
    assert [list(found[row.id]) for row in rows] == [host_addresses(row) for row in rows]
