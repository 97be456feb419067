"""When its time has come, the worker lets go of it, and of nothing else."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Role
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.privacy.leaving import SOMEBODY
from idobata.privacy.retention_actions import (
    forget_contacts,
    forget_log_names,
    forget_quiet_people,
    forget_tray,
    forget_unused_places,
)
from idobata.store.database import db
from idobata.store.deeds import Deed, verify
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from idobata.welcome.mark import Consent, How
from idobata.welcome.mark_actions import Assessment, note_mark, record_consent
from idobata.welcome.queries import mark_of
from tests.harness.site import MONDAY, Town, days_from_monday, once, weekly
from tests.privacy.test_erasing import SONG

CONTACT = {
    "contact_name": SONG,
    "contact_phone": SONG,
    "contact_email": f"{SONG}@example.com",
    "contact_url": f"https://{SONG}.example/",
    "contact_phone_public": True,
}


@pytest.fixture
def later(monday: datetime) -> Iterator[None]:
    """Puts the clock back after a test that moved it."""
    yield
    clock.fix(MONDAY)


def move(days: int) -> None:
    """Let days pass."""
    db.session.rollback()
    clock.fix(MONDAY + timedelta(days=days))


def again(row: Gathering) -> Gathering:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Gathering, row.id)


def contact_of(row: Gathering) -> str:
    row = again(row)
    return row.contact_name + row.contact_phone + row.contact_email + row.contact_url


def test_a_contact_goes_a_year_after_the_last_date(town: Town, settings: Settings, later: None) -> None:
    person = town.person()
    over = town.published(person, schedule=once(days_from_monday(5)), **CONTACT)
    going_on = town.published(person, schedule=weekly(days_from_monday(5)), **CONTACT)
    days = settings.policy.contact_keep_days
    move(5 + days - 1)
    assert forget_contacts(settings) == 0
    assert SONG in contact_of(over)
    move(5 + days + 1)
    with transaction():
        again(going_on).updated_at = clock.now()
    assert forget_contacts(settings) == 1
    assert contact_of(over) == ""
    assert not again(over).contact_phone_public
    assert again(over).title, "the town keeps what was"
    assert SONG in contact_of(going_on)
    assert forget_contacts(settings) == 0


def test_how_to_speak_to_a_group_goes_a_year_after_its_end(town: Town, settings: Settings, later: None) -> None:
    with transaction():
        ended, going_on = (
            add_group(SYSTEM, slug, slug, "", None, [], db.session.get_one(Person, town.person().person_id)) for slug in ("a", "b")
        )
        ended.contact_hint = going_on.contact_hint = f"{SONG}まで"
        ended.ended_at = clock.now()
    for days, left in ((settings.policy.contact_keep_days, 2), (settings.policy.contact_keep_days + 1, 1)):
        move(days)
        forget_contacts(settings)
        assert [row.contact_hint for row in (ended, going_on)].count(f"{SONG}まで") == left
    assert ended.contact_hint == ""


def test_a_mark_goes_with_it_and_keeps_no_second_copy_of_the_contact(town: Town, settings: Settings, later: None) -> None:
    """What the mark was given for says how to reach the host; a review day far ahead does not keep it."""
    social, days = town.staff(Role.WELFARE), settings.policy.contact_keep_days
    over = town.published(town.person(), schedule=once(days_from_monday(5)), **CONTACT)
    with transaction():
        note_mark(social, over, Assessment(criteria=("alone_is_fine",), how=How.VISIT, review_on=days_from_monday(350)), settings)
        record_consent(social, over, Consent.PHONE, settings)
    mark = mark_of(over)
    assert mark is not None
    assert SONG in str(mark.picture)
    move(5 + days + 1)
    assert forget_contacts(settings) == 1
    assert mark_of(over) is None
    assert not again(over).first_step
    assert forget_contacts(settings) == 0


def test_a_post_that_was_never_shown_goes_as_a_whole(town: Town, settings: Settings, later: None) -> None:
    waiting = town.waiting(town.person(), schedule=once(days_from_monday(5)), **CONTACT).public_id
    move(5 + settings.policy.contact_keep_days + 1)
    assert forget_contacts(settings) == 1
    assert db.session.scalars(select(Gathering.id).where(Gathering.public_id == waiting)).all() == []


def test_somebody_who_gave_no_sign_for_years_is_forgotten(town: Town, settings: Settings, later: None) -> None:
    quiet, _group_lead, _editor = town.person("quiet@example.com", SONG), town.person("lead@example.com"), town.staff(Role.EDITOR)
    busy = town.person("busy@example.com", "いそがしい")
    theirs = town.published(quiet, schedule=once(days_from_monday(5)), host_name=SONG)
    ours = town.published(busy, schedule=once(days_from_monday(5)))
    with transaction():
        lead = db.session.scalars(select(Person).where(Person.email == "lead@example.com")).one()
        add_group(SYSTEM, "minato", "みなと会", "", None, [], lead)
    move(settings.policy.person_keep_days - 1)
    assert forget_quiet_people(settings) == 0
    move(settings.policy.person_keep_days + 6)
    with transaction():
        again(ours).updated_at = clock.now()
    assert forget_quiet_people(settings) == 1
    left = set(db.session.scalars(select(Person.email)))
    assert left == {"lead@example.com", "editor@city.example.com", "busy@example.com"}
    assert (again(theirs).host_name, again(theirs).poster_id) == (SOMEBODY, None)
    assert again(theirs).title != "", "the town keeps what was"


def test_a_place_that_was_only_typed_goes_when_nothing_is_there(town: Town, settings: Settings, later: None) -> None:
    used = town.published(place=PlaceWords(name="使う場所"))
    draft = town.draft(place=PlaceWords(name="花子の家", address=SONG))
    move(settings.policy.draft_keep_days + 1)
    assert forget_unused_places(settings) == 0
    with transaction():
        db.session.delete(again(draft))
    assert forget_unused_places(settings) == 1
    assert db.session.scalars(select(Place.id)).all() == [used.place_id]


def test_the_log_forgets_who_it_was_and_still_holds(town: Town, settings: Settings, later: None) -> None:
    old = town.published(town.person(name=SONG))
    move(settings.policy.log_names_keep_days + 1)
    new = town.draft(town.person("new@example.com", "新しい人"), schedule=once(clock.now().date() + timedelta(days=9)))
    assert forget_log_names(settings) > 0
    deeds = db.session.scalars(select(Deed)).all()
    assert {(deed.actor_label, str(deed.detail)) for deed in deeds if deed.thing_id == old.public_id} == {("", "{}")}
    assert [deed.actor_label for deed in deeds if deed.thing_id == new.public_id] == ["新しい人"]
    assert verify().broken_id is None
    assert forget_log_names(settings) == 0


def test_the_tray_is_emptied(town: Town, settings: Settings, later: None) -> None:
    with transaction():
        db.session.add(TrayMail(at=clock.now(), recipient="a@example.com", subject="s", text="t"))
    move(29)
    assert forget_tray(settings) == 0
    move(31)
    assert forget_tray(settings) == 1
