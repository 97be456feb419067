"""The register of places: one entry for one place, however its name is typed."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.gatherings.place_queries import suggestions
from idobata.places.actions import add_place, find_or_note
from idobata.places.models import Place
from idobata.places.queries import place_by_public_id
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.transaction import transaction


def note(name: str, **more: object) -> Place:
    with transaction():
        return find_or_note(PlaceValues(name=name, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["第一公民館", "第１公民館", " 第一 公民館 ", "第1公民館"])
def test_a_place_typed_otherwise_is_the_same_place(store: Flask, typed: str) -> None:
    first = note("第一公民館")
    assert note(typed).id == first.id
    assert place_by_public_id(first.public_id) is first


def test_a_place_nobody_knows_becomes_an_unchecked_entry(store: Flask) -> None:
    place = note("コインランドリー うみねこ", district="minato")
    assert place.checked_at is None
    assert suggestions("うみねこ") == []


def test_same_name_in_another_district_is_another_place(store: Flask) -> None:
    here, there = note("中央公園", district="minato"), note("中央公園", district="kawabe")
    assert here.id != there.id
    assert note("中央公園", district="kawabe").id == there.id
    assert note("中央公園").id in (here.id, there.id)


def test_what_is_empty_is_filled_and_what_is_there_stays(store: Flask) -> None:
    place = note("みどり公民館", address="北町1-2-3")
    note("みどり公民館", address="うその町9", access="バス停から3分", latitude=32.75, longitude=129.87)
    assert (place.address, place.access, place.latitude, place.longitude) == ("北町1-2-3", "バス停から3分", 32.75, 129.87)
    note("みどり公民館", latitude=1.0, longitude=1.0)
    assert place.latitude == 32.75


def test_half_a_position_is_no_position(store: Flask) -> None:
    place = note("みどり公民館")
    note("みどり公民館", latitude=32.75)
    assert (place.latitude, place.longitude) == (None, None)


def test_a_checked_entry_is_preferred_to_an_unchecked_twin(store: Flask) -> None:
    with transaction():
        add_place(PlaceValues(name="みどり公民館"))
        checked = add_place(PlaceValues(name="みどり公民館", district="kitamachi"), checked=True)
    assert note("みどり公民館").id == checked.id


def test_a_name_of_signs_only_does_not_match_every_other_such_name(store: Flask) -> None:
    """Folded, 「☆」 and 「！？」 are both empty; they are two places all the same."""
    assert note("☆").id != note("！？").id
    assert note("☆").id == note("☆").id
    assert db.session.scalar(select(func.count(Place.id))) == 2


def test_a_name_of_letters_that_unfold_to_many_fits_the_register(store: Flask) -> None:
    """「㍿」 is one letter and folds to four; PostgreSQL refuses what is longer than its column."""
    long = "㍿" * 80
    assert note(long).id == note(long).id
