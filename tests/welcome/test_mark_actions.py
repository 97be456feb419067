"""Assess, ask, agree, take back, lapse, look again: each step on both databases, and what the town sees after it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from idobata.accounts.models import MailLink
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import change, withdraw
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from idobata.welcome.letters import consent_words, version_of
from idobata.welcome.mark import Consent, How, MarkState
from idobata.welcome.mark_actions import (
    REASON_LIMIT,
    Assessment,
    answer_by_link,
    ask_consent,
    end_mark,
    lapse_what_no_longer_holds,
    note_mark,
    record_consent,
    renew_mark,
    withdraw_consent,
)
from idobata.welcome.queries import count_by_state, mark_of, marks, open_answer
from tests.harness.site import Town, days_from_monday, once, weekly

FOUND = Assessment(criteria=("alone_is_fine", "just_watching"), how=How.VISIT, reason="だまって座っていられます")
SATURDAY = days_from_monday(5)


@pytest.fixture
def social(town: Town) -> Actor:
    return town.staff(Role.WELFARE)


@pytest.fixture
def row(town: Town) -> Gathering:
    return town.published(schedule=weekly(SATURDAY, count=30), facts={"leave-early": True, "come-alone": False})


def in_the_list(settings: Settings) -> int:
    return find_dates(Filters(first_step=True), settings).total


def state_of(row: Gathering) -> str:
    mark = mark_of(row)
    assert mark is not None
    return mark.state


def link_in_the_mail(town: Town) -> str:
    letters = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id.desc()))
    text = next(one.payload["text"] for one in letters if "/first-step/answer/" in one.payload["text"])
    return str(text.split("/first-step/answer/")[1].split()[0])


def marked(town: Town, social: Actor, row: Gathering) -> None:
    with transaction():
        note_mark(social, row, FOUND, town.settings)
        record_consent(social, row, Consent.PHONE, town.settings)


def test_nothing_is_public_before_the_host_agreed(town: Town, social: Actor, row: Gathering, settings: Settings) -> None:
    with transaction():
        note_mark(social, row, FOUND, settings)
    assert (state_of(row), row.first_step, in_the_list(settings)) == ("noted", False, 0)
    with transaction():
        ask_consent(social, row, settings)
    assert (state_of(row), row.first_step, in_the_list(settings)) == ("asked", False, 0)
    token = link_in_the_mail(town)
    assert open_answer(token) is not None
    with transaction():
        assert answer_by_link(token, yes=True, settings=settings) is not None
    mark = mark_of(row)
    assert mark is not None
    assert (mark.state, mark.consent_how, mark.consent_by) == ("marked", "link", row.host_name)
    assert mark.consent_version == version_of(consent_words(settings.city, row.title, FOUND.reason))
    assert (row.first_step, row.first_step_words, in_the_list(settings)) == (True, FOUND.reason, 1)
    assert all(db.session.scalars(select(Occurrence.first_step).where(Occurrence.gathering_id == row.id)))
    with transaction():
        assert answer_by_link(token, yes=False, settings=settings) is None, "a link answers once"
    assert row.first_step


def test_a_no_is_a_no(town: Town, social: Actor, row: Gathering, settings: Settings) -> None:
    with transaction():
        note_mark(social, row, FOUND, settings)
        ask_consent(social, row, settings)
    token = link_in_the_mail(town)
    with transaction():
        answer_by_link(token, yes=False, settings=settings)
    assert (state_of(row), row.first_step) == ("declined", False)
    for act in (lambda: ask_consent(social, row, settings), lambda: record_consent(social, row, Consent.PAPER, settings)):
        with pytest.raises(WrongState), transaction():
            act()
    assert open_answer(token) is None


def test_an_ended_link_answers_nothing(town: Town, social: Actor, row: Gathering, settings: Settings, monday: datetime) -> None:
    with transaction():
        note_mark(social, row, FOUND, settings)
        ask_consent(social, row, settings)
    token = link_in_the_mail(town)
    with clock.hold(monday + timedelta(days=31)):
        assert open_answer(token) is None
        with transaction():
            assert answer_by_link(token, yes=True, settings=settings) is None
    assert not row.first_step
    assert db.session.scalars(select(MailLink.token_hash)).first() != token, "only its hash is kept"


def test_a_host_takes_it_back_with_one_press_and_it_is_gone_everywhere_at_once(town: Town, social: Actor, settings: Settings) -> None:
    host = town.person()
    row = town.published(host, schedule=weekly(SATURDAY, count=4))
    marked(town, social, row)
    assert in_the_list(settings) == 1
    with pytest.raises(NotAllowed), transaction():
        withdraw_consent(town.person("stranger@example.com"), row)
    with transaction():
        withdraw_consent(host, row)
    assert (state_of(row), row.first_step, row.first_step_words, in_the_list(settings)) == ("declined", False, "", 0)
    assert not any(db.session.scalars(select(Occurrence.first_step).where(Occurrence.gathering_id == row.id)))


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"schedule": weekly(SATURDAY, count=30, starts=time(9))}, ["time"]),
        ({"title": "べつの集まり"}, ["title"]),
        ({"facts": {"come-alone": False}}, ["facts"]),
        ({"facts": {"leave-early": False, "come-alone": False}}, ["facts"]),
    ],
)
def test_a_mark_lapses_when_what_was_assessed_is_no_longer_so(
    town: Town, social: Actor, row: Gathering, settings: Settings, changes: dict[str, object], parts: list[str]
) -> None:
    marked(town, social, row)
    plain = {"title": row.title, "schedule": weekly(SATURDAY, count=30), "facts": {"leave-early": True, "come-alone": False}}
    with transaction():
        change(town.staff(), row, town.values(**(plain | changes)), settings)
    assert lapse_what_no_longer_holds(settings) == 1
    mark = mark_of(row)
    assert mark is not None
    assert (mark.state, mark.lapsed_for, mark.changed_parts) == ("recheck", "changed", parts)
    assert (row.first_step, in_the_list(settings)) == (False, 0)
    assert lapse_what_no_longer_holds(settings) == 0
    with transaction():
        renew_mark(social, row, FOUND, settings)
    assert (state_of(row), row.first_step) == ("marked", True)
    assert lapse_what_no_longer_holds(settings) == 0


@pytest.mark.parametrize(
    "changes", [{"summary": "すこし書きなおしました。"}, {"facts": {"leave-early": True, "come-alone": True}}, {"body": "くわしく"}]
)
def test_small_changes_and_new_kindness_leave_it(
    town: Town, social: Actor, row: Gathering, settings: Settings, changes: dict[str, object]
) -> None:
    marked(town, social, row)
    plain = {"title": row.title, "schedule": weekly(SATURDAY, count=30), "facts": {"leave-early": True, "come-alone": False}}
    with transaction():
        change(town.staff(), row, town.values(**(plain | changes)), settings)
        cancel_date(town.staff(), row, SATURDAY, "雨", settings)
    assert lapse_what_no_longer_holds(settings) == 0
    assert row.first_step


def test_it_lapses_on_the_day_after_its_review_day(town: Town, social: Actor, row: Gathering, settings: Settings, monday: datetime) -> None:
    marked(town, social, row)
    days = settings.policy.mark_review_days
    with clock.hold(monday + timedelta(days=days)):
        assert lapse_what_no_longer_holds(settings) == 0
    with clock.hold(monday + timedelta(days=days + 1)):
        assert lapse_what_no_longer_holds(settings) == 1
        mark = mark_of(row)
        assert mark is not None
        assert mark.lapsed_for == "review"


def test_it_lapses_when_the_host_stops_answering_or_the_page_is_gone(town: Town, social: Actor, settings: Settings) -> None:
    host = town.person()
    silent, gone = town.published(host), town.published(host)
    marked(town, social, silent)
    marked(town, social, gone)
    with transaction():
        known = db.session.get(Freshness, silent.id) or Freshness(gathering_id=silent.id)
        known.unconfirmed_at = clock.now()
        db.session.add(known)
        withdraw(host, gone)
    assert lapse_what_no_longer_holds(settings) == 2
    reasons = {mark.gathering.public_id: mark.lapsed_for for mark in marks(MarkState.RECHECK)}
    assert reasons == {silent.public_id: "unchecked", gone.public_id: "not_published"}


def test_a_yes_to_something_that_changed_meanwhile_is_looked_at_again_first(
    town: Town, social: Actor, row: Gathering, settings: Settings
) -> None:
    with transaction():
        note_mark(social, row, FOUND, settings)
        ask_consent(social, row, settings)
        change(town.staff(), row, town.values(title="べつの集まり", schedule=once(SATURDAY)), settings)
    token = link_in_the_mail(town)
    with transaction():
        answer_by_link(token, yes=True, settings=settings)
    assert (state_of(row), row.first_step) == ("recheck", False)


def test_other_public_words_need_another_yes(town: Town, social: Actor, row: Gathering, settings: Settings) -> None:
    marked(town, social, row)
    other = Assessment(criteria=FOUND.criteria, how=How.PHONE, reason="だれでも歓迎です")
    with pytest.raises(WrongState), transaction():
        renew_mark(social, row, other, settings)
    assert row.first_step_words == FOUND.reason


def test_only_staff_for_it_may_and_every_problem_is_named(town: Town, social: Actor, row: Gathering, settings: Settings) -> None:
    for nobody in (town.person(), town.staff(Role.EDITOR), town.staff(Role.APPROVER)):
        with pytest.raises(NotAllowed), transaction():
            note_mark(nobody, row, FOUND, settings)
    wrong = Assessment(criteria=("unknown",), how=How.VISIT, reason="あ" * (REASON_LIMIT + 1), review_on=days_from_monday(0))
    with pytest.raises(Invalid) as error, transaction():
        note_mark(social, row, wrong, settings)
    assert [problem.field for problem in error.value.problems] == ["criteria", "reason", "review_on"]
    assert mark_of(row) is None
    with pytest.raises(WrongState), transaction():
        ask_consent(social, row, settings)


def test_the_log_tells_each_step_and_the_counts_follow(town: Town, social: Actor, row: Gathering, settings: Settings) -> None:
    marked(town, social, row)
    with transaction():
        end_mark(social, row, settings)
    acts = list(db.session.scalars(select(Deed.act).where(Deed.act.like("mark.%")).order_by(Deed.id)))
    assert acts == ["mark.noted", "mark.agreed", "mark.ended"]
    assert {state for state, number in count_by_state().items() if number} == {MarkState.ENDED}
    assert [one.gathering.id for one in marks()] == [row.id]


def test_the_worker_does_it_within_a_minute(town: Town, social: Actor, row: Gathering, settings: Settings, work: Callable[[], int]) -> None:
    marked(town, social, row)
    with transaction():
        change(town.staff(), row, town.values(title="べつの集まり", schedule=once(SATURDAY)), settings)
    work()
    db.session.expire_all()
    assert not row.first_step
