"""Numbers of public changes: what readers see changes one, what they do not see changes none, and commits are numbered as they become visible."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Column, Connection, Date, Float, Integer, select, text

from idobata.accounts.actions import find_or_make_person
from idobata.api.marking_actions import begin_anew
from idobata.api.models import DateMark, MarkHead, PublicMark, PublicNote
from idobata.desk.actions import publish
from idobata.gatherings.date_actions import NewTime, cancel_date, move_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group, set_categories
from idobata.groups.models import Group
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.moderation.holding_actions import hide, restore
from idobata.places.actions import point_to
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.store.types import UTCDateTime
from tests.harness.plans import plans, reads_all_of
from tests.harness.site import Town, days_from_monday, weekly

SATURDAY = days_from_monday(5)
NEXT = SATURDAY + timedelta(days=7)
Marks = dict[str, tuple[bool, int]]
# Not public, or public only in part: each of these has its own condition in the triggers, or none.
BESIDE = {
    Gathering: {
        "id",
        "public_id",
        "poster_id",
        "poster_email",
        "materialised_until",
        "sequence",
        "created_at",
        "updated_at",
        "submitted_at",
        "host_changed_at",
        "return_code",
        "return_words",
        "source_key",
        "source_digest",
    },
    Occurrence: {"id", "gathering_id", "added", "touched", "sequence", "changed_at"},
    Place: {"id", "public_id", "folded_name", "folded_kana", "source_key", "source_digest", "created_at", "updated_at"},
    Group: {"id", "public_id", "folded_name", "created_at", "updated_at"},
}


def marks() -> Marks:
    """Every mark: whether it can be read now, and its number."""
    db.session.rollback()
    found: Marks = {f"{one.kind} {one.thing}": (one.row_id is not None, one.number) for one in db.session.scalars(select(PublicMark))}
    dated = select(PublicMark.thing, DateMark.day, DateMark.occurrence_id, DateMark.number).join(
        DateMark, DateMark.mark_id == PublicMark.id
    )
    return found | {f"date {thing} {day}": (row is not None, number) for thing, day, row, number in db.session.execute(dated)}


def head() -> int:
    return db.session.scalars(select(MarkHead.number)).one()


@contextmanager
def only(*changed: str, gone: tuple[str, ...] = ()) -> Iterator[None]:
    """What a block changes: exactly these marks, in one commit; those in `gone` can't be read any more."""
    before, number = marks(), head()
    with transaction():
        yield
    after = marks()
    assert {name for name, one in after.items() if before.get(name) != one} == {*changed, *gone}
    assert {name for name in (*changed, *gone) if after[name][0]} == set(changed)
    assert {after[name][1] for name in (*changed, *gone)} == ({number + 1} if changed or gone else set())
    assert db.session.scalars(select(PublicNote)).all() == []


def names(row: Gathering, *days: object) -> tuple[str, ...]:
    return (f"gathering {row.public_id}", *(f"date {row.public_id} {day}" for day in days))


def place_of(row: Gathering) -> str:
    assert row.place is not None
    return f"place {row.place.public_id}"


def test_a_gathering_comes_with_its_dates_and_its_place_and_leaves_with_them(town: Town, settings: Settings) -> None:
    row, editor = town.waiting(schedule=weekly(SATURDAY, count=2)), town.staff()
    assert marks() == {}
    everything = (*names(row, SATURDAY, NEXT), place_of(row))
    with only(*everything):
        publish(editor, row, settings)
    with only(gone=everything):
        hide(editor, row, settings.rules[0].code, "", settings)
    with only(*everything):
        restore(editor, row, settings)
    with only(gone=everything):
        db.session.delete(row)


def test_a_change_of_the_gathering_changes_its_dates_too_and_one_of_a_date_the_gathering(town: Town, settings: Settings) -> None:
    row, editor = town.published(schedule=weekly(SATURDAY, count=2)), town.staff()
    with only(*names(row, NEXT)):
        cancel_date(editor, row, NEXT, "", settings)
    with only(*names(row, SATURDAY)):
        move_date(editor, row, SATURDAY, NewTime(day=SATURDAY, starts=time(13), ends=time(15)), "", settings)
    with only(*names(row, SATURDAY, NEXT)):
        row.title = "別の名前"
    with only(*names(row, SATURDAY, NEXT)):
        row.facts = {"free": True}
    # A date that the schedule takes away is gone for good; the place saw nothing of all this.
    with only(f"gathering {row.public_id}", gone=(f"date {row.public_id} {NEXT}",)):
        db.session.delete(db.session.scalars(select(Occurrence).where(Occurrence.day == NEXT)).one())


def test_what_no_reader_sees_changes_no_number(town: Town, settings: Settings) -> None:
    row = town.published(contact_phone="000-111-2222")
    with only():
        row.contact_phone, row.contact_name, row.poster_email = "000-333-4444", "はなこ", "other@example.com"
        row.return_words, row.host_changed_at, row.materialised_until = "内緒", row.created_at, NEXT
    with only(*names(row, SATURDAY)):
        row.contact_phone_public = True
    with only(*names(row, SATURDAY)):
        row.contact_phone = "000-555-6666"
    with only(*names(row, SATURDAY)):
        row.contact_phone_public = False
    draft = town.draft(town.person("other@example.com"), place=PlaceWords(name="だれかの家"), title="まだ書きかけ")
    number = head()
    with only():
        draft.title = "もっと書いた"
        assert draft.place is not None
        draft.place.address = "北町9-9-9"
    assert head() == number


def test_a_place_renamed_and_a_group_renamed_change_what_stands_there_and_in_its_name(town: Town, settings: Settings) -> None:
    with transaction():
        lead = find_or_make_person("hanako@example.com")
        group = add_group(SYSTEM, "minato-kai", "みなと会", "会います。", None, [], lead)
    mine, other = town.published(), town.published(place=PlaceWords(name="べつの公民館"))
    with only(*names(mine, SATURDAY)):
        mine.group_id = group.id
    with only("group minato-kai", *names(mine, SATURDAY)):
        group.name = "みなと仲間"
    with only("group minato-kai", *names(mine, SATURDAY)):
        set_categories(group, ["eat"])
    with only("group minato", *names(mine, SATURDAY), gone=("group minato-kai",)):
        group.slug = "minato"
    assert mine.place is not None
    assert other.place is not None
    with only(place_of(mine), *names(mine, SATURDAY)):
        mine.place.address = "1-2-3"
    with only(*names(other, SATURDAY), gone=(place_of(other),)):
        other.venue_kind = VenueKind.PRIVATE.value
    with only(place_of(other), *names(other, SATURDAY)):
        other.place.checked_at = other.created_at
        other.venue_kind = VenueKind.PLACE.value
    with only(*names(other, SATURDAY), gone=(place_of(other),)):
        point_to(other.place, mine.place)


@pytest.mark.parametrize("model", BESIDE)
def test_every_public_column_has_its_trigger(town: Town, model: type[Gathering | Occurrence | Place | Group]) -> None:
    row = town.published(contact_phone="000-111-2222", contact_email="a@example.com", contact_url="https://example.com/")
    with transaction():
        row.contact_phone_public = row.contact_email_public = row.contact_url_public = True
        group = Group(slug="minato", name="みなと会", folded_name="x", created_at=row.created_at, updated_at=row.created_at)
        db.session.add_all([group, Place(name="べつ", folded_name="べつ", created_at=row.created_at, updated_at=row.created_at)])
    # What decides whether a row can be read at all comes last: after it nothing of the row is public.
    for column in sorted(model.__table__.columns, key=lambda one: one.name in ("publication", "listed")):
        if column.name not in ("id", "public_id", "gathering_id", "poster_id"):
            before = head()
            with transaction():
                _touch(db.session.connection(), column)
            assert head() == (before if column.name in BESIDE[model] else before + 1), column


def _touch(connection: Connection, column: Column[Any]) -> None:
    """Another value than before, in one row or in all."""
    which = " WHERE id = 1" if column.unique or column.name in ("day", "slug") else ""
    match column.type:
        case Boolean():
            value = f"NOT {column.name}"
        case Integer() | Float():
            value = (
                "2"
                if column.foreign_keys and column.name == "place_id"
                else "1"
                if column.foreign_keys
                else f"COALESCE({column.name}, 0) + 1"
            )
        case Date():
            value = "'2031-01-01'"
        case UTCDateTime():
            value = "'2031-01-01 00:00:00.000000'"
        case JSON():
            value = "'{\"a\": true}'"
        case _:
            value = "'zz'"
    connection.exec_driver_sql(f"UPDATE {column.table.name} SET {column.name} = {value}{which}")


def test_a_change_costs_what_it_changes_and_not_what_the_town_is_big(town: Town, settings: Settings) -> None:
    row = town.published()
    assert row.place is not None
    with plans("INSERT", "UPDATE", "DELETE") as told:
        with transaction():
            db.session.add(Place(name="べつ", folded_name="べつ", created_at=row.created_at, updated_at=row.created_at))
            row.place.name = "あたらしい名前"
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
    assert len(told) > 10
    tables = ("gatherings", "occurrences", "places", "groups", "public_marks", "date_marks")
    assert [plan for plan in told if any(reads_all_of(plan, table, wide=("publication", "kind")) for table in tables)] == []


def test_whoever_has_seen_a_number_has_seen_all_before_it(town: Town, app: Flask, database_url: str) -> None:
    """Two commits under way at once: the one that began to write first and ends last gets the greater number."""
    if database_url.startswith("sqlite"):
        return  # one writer at a time: there the second waits for the first
    early, late = town.published().id, town.published(place=PlaceWords(name="べつの公民館")).id
    written, other_done = threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context():
            with transaction():
                db.session.execute(text("UPDATE gatherings SET title = '先に書く' WHERE id = :id"), {"id": early})
                written.set()
                other_done.wait(60)
            db.session.remove()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(60)
    with transaction():
        db.session.execute(text("UPDATE gatherings SET title = '先に終わる' WHERE id = :id"), {"id": late})
    seen = head()
    other_done.set()
    thread.join()
    db.session.rollback()
    numbers = dict(db.session.execute(select(PublicMark.row_id, PublicMark.number).where(PublicMark.kind == "gathering")).all())
    assert numbers[late] == seen < numbers[early]


def test_after_a_restore_old_numbers_mean_nothing(town: Town) -> None:
    epoch = db.session.scalars(select(MarkHead.epoch)).one()
    begin_anew()
    assert db.session.scalars(select(MarkHead.epoch)).one() != epoch
