"""From the first words to the editors' queue, and every change the host makes afterwards."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import Person
from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, move_date
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.posting_actions import ask_to_confirm, change, confirm_post, save_draft, submit, withdraw
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import OccurrenceState, Publication, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.groups.actions import add_group, add_member
from idobata.groups.roles import EDITOR
from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS, SYSTEM, Actor
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.tokens import parse_query
from idobata.places.models import Place
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, everything, once, trusting, weekly

HANAKO = "hanako@example.com"


def post(values: GatheringValues, settings: Settings, email: str = HANAKO) -> Gathering:
    """What somebody without an account does."""
    with transaction():
        row = save_draft(ANONYMOUS, values, email, settings)
        ask_to_confirm(row, settings)
        return row


@pytest.fixture
def mailed(work: Callable[[], int]) -> Callable[[], str]:
    """The secret in the last mail that was sent."""

    def secret() -> str:
        work()
        text = db.session.scalars(select(TrayMail.text).order_by(TrayMail.id.desc()).limit(1)).one()
        found = re.search(r"/post/confirm/(\S+)", text)
        assert found
        return found[1]

    return secret


def confirm(token: str, settings: Settings) -> tuple[Person, Gathering] | None:
    with transaction():
        return confirm_post(token, settings)


def edit(actor: Actor, row: Gathering, values: GatheringValues, settings: Settings) -> frozenset[str]:
    with transaction():
        return change(actor, row, values, trusting(settings))


def days(row: Gathering) -> list[date]:
    return list(db.session.scalars(select(Occurrence.day).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day)))


def listed(row: Gathering) -> set[bool]:
    return set(db.session.scalars(select(Occurrence.listed).where(Occurrence.gathering_id == row.id)))


def deeds(row: Gathering) -> list[str]:
    return list(db.session.scalars(select(Deed.act).where(Deed.thing_id == row.public_id).order_by(Deed.id)))


def test_a_post_is_confirmed_by_the_mailed_link_and_waits_at_the_desk(town: Town, settings: Settings, mailed: Callable[[], str]) -> None:
    row = post(town.values(host_name="みなと将棋会"), settings)
    assert (row.publication, row.poster_id, listed(row)) == (Publication.DRAFT, None, {False})
    taken = confirm(mailed(), settings)
    assert taken is not None
    assert taken[1].id == row.id
    assert (taken[0].email, taken[0].name) == (HANAKO, "みなと将棋会")
    db.session.expire_all()
    assert (row.publication, row.poster_id, row.submitted_at) == (Publication.IN_REVIEW, taken[0].id, clock.now())
    assert listed(row) == {False}, "nobody sees it before an editor did"
    assert deeds(row) == ["gathering.drafted", "gathering.submitted"]


def test_the_letter_to_an_unproved_address_holds_none_of_the_posters_words(town: Town, settings: Settings, work: Callable[[], int]) -> None:
    """Otherwise the form would be a way to mail any text to any stranger."""
    post(town.values(title="BUY NOW", summary="https://spam.example", host_name="spammer"), settings, "victim@example.com")
    work()
    mail = db.session.scalars(select(TrayMail)).one()
    assert not any(word in mail.subject + mail.text for word in ("BUY", "spam"))


def test_a_link_confirms_once_and_made_up_or_old_ones_never(
    town: Town, settings: Settings, mailed: Callable[[], str], monday: datetime
) -> None:
    first = post(town.values(), settings)
    token = mailed()
    assert confirm("made-up", settings) is None
    assert confirm(token, settings) is not None
    with transaction():
        withdraw(SYSTEM, first)
    assert confirm(token, settings) is None
    assert first.publication == Publication.WITHDRAWN, "an old mail opened again brings nothing back"
    second = post(town.values(), settings)
    token = mailed()
    with clock.hold(monday + timedelta(hours=settings.policy.confirm_link_hours)):
        assert confirm(token, settings) is None
    assert second.publication == Publication.DRAFT


def test_a_link_to_a_draft_that_is_gone_and_a_link_of_a_suspended_poster_open_nothing(
    town: Town, settings: Settings, mailed: Callable[[], str]
) -> None:
    post(town.values(), settings)
    token = mailed()
    with transaction():
        db.session.delete(db.session.scalars(select(Gathering)).one())
    assert confirm(token, settings) is None
    row = post(town.values(), settings)
    token = mailed()
    with transaction():
        find_or_make_person(HANAKO).suspended_at = clock.now()
    assert confirm(token, settings) is None
    assert row.publication == Publication.DRAFT


def test_where_the_city_confirms_afterwards_a_confirmed_post_is_up_at_once_as_new_and_seen_at_the_desk(
    town: Town, settings: Settings, mailed: Callable[[], str], work: Callable[[], int]
) -> None:
    open_city = replace(settings, policy=replace(settings.policy, confirm_before_publishing=False))
    town.published(town.person(HANAKO))
    work()
    row = post(town.values(), open_city)
    assert confirm(mailed(), open_city) is not None
    assert (row.publication, listed(row)) == (Publication.PUBLISHED, {True})
    assert row.published_at == clock.now()
    assert row.host_changed_at == clock.now()
    work()
    assert "掲載しました" in db.session.scalars(select(TrayMail.subject).order_by(TrayMail.id.desc()).limit(1)).one()


def test_what_the_rules_refuse_is_named_all_at_once_and_nothing_is_written(town: Town, settings: Settings) -> None:
    before = everything()
    values = town.values(title="", host_name="", place=PlaceWords(), district="atlantis", category="war", facts={"magic": True})
    with pytest.raises(Invalid) as refused, transaction():
        save_draft(ANONYMOUS, values, HANAKO, settings)
    assert {problem.field for problem in refused.value.problems} == {"title", "host_name", "place_name", "district", "category", "facts"}
    assert everything() == before


def test_a_past_date_is_refused_with_a_sentence(town: Town, settings: Settings) -> None:
    with pytest.raises(Invalid, match="もう過ぎています"), transaction():
        save_draft(ANONYMOUS, town.values(schedule=once(days_from_monday(-1))), HANAKO, settings)


def test_everything_allowed_fits_into_the_columns(town: Town, settings: Settings) -> None:
    """SQLite does not mind; PostgreSQL refuses a letter too many in the middle of somebody's post."""
    full = {name: "㍿" * limit for name, limit in LIMITS.items() if name in GatheringValues.__dataclass_fields__}
    place = PlaceWords(name="㍿" * LIMITS["place_name"], address="㍿" * LIMITS["place_address"])
    values = town.values(place=place, fee_yen=10**8, **full)
    row = post(values, settings)
    with transaction():
        cancel_date(SYSTEM, row, days_from_monday(5), "㍿" * LIMITS["note"], settings)
    assert row.body == "㍿" * LIMITS["body"]
    assert "language" in full


def test_a_gathering_is_found_by_its_public_words_and_by_nothing_private(town: Town, settings: Settings) -> None:
    row = town.published(
        town.person("posteraddress@example.com"),
        contact_name="窓口たろう",
        contact_email="kakushi@example.com",
        contact_phone="090-0000-1111",
        body="やぐらのまわり",
        audience="だれでも",
        bring="うわばき",
    )

    def finds(words: str) -> bool:
        matching = search_index.matching(parse_query(words))
        return matching is not None and row.id in set(db.session.scalars(matching))

    assert all(map(finds, ("将棋", "やぐら", "うわばき", "みどり公民館", "みなと将棋会", "北町", "食べる")))
    assert not any(map(finds, ("posteraddress", "kakushi", "窓口", "0000", row.public_id)))


def test_a_change_is_named_stamped_and_seen_at_the_desk(town: Town, settings: Settings, monday: datetime) -> None:
    hanako = town.person(HANAKO)
    values = town.values(facts={"drop-in": True})
    with transaction():
        row = save_draft(hanako, values, HANAKO, settings)
        submit(hanako, row, settings)
    assert row.host_changed_at is None
    with transaction():
        row.publication = Publication.PUBLISHED
    later = monday + timedelta(hours=1)
    with clock.hold(later):
        assert edit(hanako, row, values, settings) == frozenset()
        assert (row.updated_at, row.host_changed_at) == (monday, None)
        assert edit(hanako, row, replace(values, bring="座布団", facts={"drop-in": False}), settings) == {"bring", "facts"}
        assert (row.updated_at, row.host_changed_at) == (later, later)
    assert deeds(row)[-1] == "gathering.changed"
    assert db.session.scalars(select(GatheringFact.is_yes)).all() == [False]


def test_what_an_editor_mends_needs_no_second_look(town: Town, settings: Settings) -> None:
    row = town.published()
    values = town.values(title=row.title, bring="座布団")
    assert "bring" in edit(town.staff(), row, values, settings)
    assert row.host_changed_at is None


def test_only_the_poster_members_of_the_group_and_editors_may_change_it(town: Town, settings: Settings) -> None:
    hanako, stranger, member = town.person(HANAKO), town.person("stranger@example.com"), town.person("member@example.com")
    with transaction():
        group = add_group(SYSTEM, "minato-shogi", "みなと将棋会", "", None, [], find_or_make_person(HANAKO))
        add_member(group, find_or_make_person("member@example.com"), EDITOR)
    row = town.published(hanako, group_slug="minato-shogi")
    values = town.values(group_slug="minato-shogi", bring="座布団")
    before = everything()
    for nobody in (stranger, ANONYMOUS, Actor(label="x", person_id=None, email=HANAKO)):
        for act in (
            lambda nobody=nobody: change(nobody, row, values, settings),
            lambda nobody=nobody: withdraw(nobody, row),
            lambda nobody=nobody: submit(nobody, row, settings),
            lambda nobody=nobody: cancel_date(nobody, row, days_from_monday(5), "", settings),
            lambda nobody=nobody: move_date(
                nobody, row, days_from_monday(5), NewTime(day=days_from_monday(6), starts=None, ends=None), "", settings
            ),
            lambda nobody=nobody: add_date(nobody, row, NewTime(day=days_from_monday(6), starts=None, ends=None), "", settings),
        ):
            with pytest.raises(NotAllowed), transaction():
                act()
    assert everything() == before
    assert "bring" in edit(member, row, values, settings)
    with transaction():
        cancel_date(member, row, days_from_monday(5), "", settings)


def test_nobody_posts_in_the_name_of_a_group_of_others(town: Town, settings: Settings) -> None:
    stranger = town.person("stranger@example.com")
    with transaction():
        add_group(SYSTEM, "minato-shogi", "みなと将棋会", "", None, [], find_or_make_person(HANAKO))
    with pytest.raises(NotAllowed), transaction():
        save_draft(stranger, town.values(group_slug="minato-shogi"), "", settings)
    with pytest.raises(NotAllowed), transaction():
        save_draft(ANONYMOUS, town.values(group_slug="minato-shogi"), HANAKO, settings)
    with pytest.raises(Invalid), transaction():
        save_draft(stranger, town.values(group_slug="no-such-group"), "", settings)
    assert db.session.scalar(select(func.count(Gathering.id))) == 0


def test_somebody_elses_home_shows_its_area_and_leaves_no_place(town: Town) -> None:
    row = town.published(
        venue_kind=VenueKind.PRIVATE, place=PlaceWords(name="はなこの家", address="北町1-2-3"), area_words="北町の商店街のちかく"
    )
    assert (row.place_id, row.area_words) == (None, "北町の商店街のちかく")
    assert db.session.scalar(select(Place.id)) is None


def test_the_district_of_a_known_place_is_taken_over_when_none_was_said(town: Town) -> None:
    town.published(place=PlaceWords(name="みどり公民館"), district="minato")
    row = town.published(place=PlaceWords(name="みどり公民館"), district="")
    assert row.district == "minato"
    assert set(db.session.scalars(select(Occurrence.district))) == {"minato"}


def test_sending_twice_is_refused_and_withdrawing_twice_is_harmless(town: Town, settings: Settings) -> None:
    hanako = town.person(HANAKO)
    row = town.waiting(hanako)
    with pytest.raises(WrongState), transaction():
        submit(hanako, row, settings)
    for _ in range(2):
        with transaction():
            withdraw(hanako, row)
    assert deeds(row).count("gathering.withdrawn") == 1
    with transaction():
        submit(hanako, row, settings)
    assert row.publication == Publication.IN_REVIEW


def test_withdrawing_takes_all_dates_out_of_the_lists_and_keeps_them(town: Town) -> None:
    row = town.published(schedule=weekly(days_from_monday(5), count=4))
    assert listed(row) == {True}
    with transaction():
        withdraw(SYSTEM, row)
    assert listed(row) == {False}
    assert len(days(row)) == 4
    assert db.session.scalars(select(Occurrence.state)).all() == ["planned"] * 4, "publication is not what happens on a day"


def test_a_change_of_the_rhythm_keeps_what_a_person_touched_and_what_has_been(town: Town, settings: Settings, monday: datetime) -> None:
    hanako = town.person(HANAKO)
    saturday = days_from_monday(5)
    values = town.values(schedule=weekly(saturday, count=6))
    row = town.published(hanako, schedule=values.schedule, title=values.title)
    week = timedelta(days=7)
    with transaction():
        cancel_date(hanako, row, saturday + week, "雨の予報です", settings)
        move_date(hanako, row, saturday + 2 * week, NewTime(day=saturday + 2 * week, starts=time(15), ends=time(17)), "", settings)
        add_date(hanako, row, NewTime(day=days_from_monday(10), starts=time(10), ends=time(12)), "", settings)
    with clock.hold(monday + timedelta(days=6)):  # Sunday, after the first one
        edit(hanako, row, replace(values, schedule=weekly(days_from_monday(8), 1, starts=time(18), ends=time(20), count=2)), settings)
    kept = {one.day: (one.state, one.starts_at.astimezone(settings.city.zone).hour) for one in db.session.scalars(select(Occurrence))}
    assert kept == {
        saturday: ("planned", 10),
        days_from_monday(8): ("planned", 18),
        days_from_monday(10): ("planned", 10),
        saturday + week: (OccurrenceState.CANCELLED, 10),
        days_from_monday(15): ("planned", 18),
        saturday + 2 * week: (OccurrenceState.MOVED, 15),
        # Announced, and no longer held: told as cancelled.
        saturday + 3 * week: (OccurrenceState.CANCELLED, 10),
        saturday + 4 * week: (OccurrenceState.CANCELLED, 10),
    }


def test_correcting_the_hours_after_todays_meeting_does_not_rewrite_it(town: Town, settings: Settings, monday: datetime) -> None:
    hanako = town.person(HANAKO)
    today = days_from_monday(0)
    values = town.values(schedule=weekly(today, count=2))
    row = town.published(hanako, schedule=values.schedule, title=values.title)
    with clock.hold(monday.replace(hour=20)):
        edit(hanako, row, replace(values, schedule=weekly(today, starts=time(18), ends=time(19), count=2)), settings)
    hours = {one.day: one.starts_at.astimezone(settings.city.zone).hour for one in db.session.scalars(select(Occurrence))}
    assert hours == {today: 10, today + timedelta(days=7): 18}


def test_a_gathering_that_has_begun_can_still_be_mended(town: Town, settings: Settings, monday: datetime) -> None:
    hanako = town.person(HANAKO)
    values = town.values(schedule=weekly(days_from_monday(5)))
    row = town.published(hanako, schedule=values.schedule, title=values.title)
    with clock.hold(monday + timedelta(days=60)):
        assert edit(hanako, row, replace(values, bring="座布団"), settings) == {"bring"}
    assert days(row)[0] == days_from_monday(5)


def test_a_change_of_time_or_place_counts_up_for_calendars_and_a_change_of_words_does_not(town: Town, settings: Settings) -> None:
    hanako = town.person(HANAKO)
    values = town.values()
    row = town.published(hanako, title=values.title)
    before = row.sequence
    edit(hanako, row, replace(values, bring="座布団"), settings)
    assert row.sequence == before
    edit(hanako, row, replace(values, bring="座布団", place=PlaceWords(name="みなと会館")), settings)
    assert row.sequence == before + 1
    edit(
        hanako,
        row,
        replace(values, bring="座布団", place=PlaceWords(name="みなと会館"), schedule=once(days_from_monday(5), time(11))),
        settings,
    )
    assert row.sequence == before + 2


def test_a_posted_letter_tells_the_poster_what_comes_next(town: Town, work: Callable[[], int]) -> None:
    row = town.waiting(town.person(HANAKO), title="朝の将棋")
    work()
    mail = db.session.scalars(select(TrayMail)).one()
    assert mail.recipient == HANAKO
    assert "朝の将棋" in mail.subject
    assert f"/my/{row.public_id}" in mail.text
    assert db.session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.done_at.is_(None))) == 0
