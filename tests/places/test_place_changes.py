"""A place changes, and two entries become one: what follows them, and what nobody touches. On both databases."""

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.place_actions import (
    CHANGED_MEANWHILE,
    MERGED_ALREADY,
    change_place,
    check_place,
    merge_places,
    merge_version,
    place_version,
    plan_merge,
    register_place_by_hand,
)
from idobata.gatherings.place_queries import public_place, suggestions
from idobata.gatherings.posting_actions import change
from idobata.gatherings.values import PlaceWords
from idobata.kernel.actor import Role
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from idobata.places.actions import add_place, find_or_note, find_or_note_typed
from idobata.places.models import MergedPlace, Place
from idobata.places.queries import kept, place_by_public_id, register_place, values_of
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import after_public_change, transaction
from tests.harness.site import Town, days_from_monday, together, weekly


def added(name: str, *, checked: bool = True, **more: object) -> Place:
    with transaction():
        return add_place(PlaceValues(name=name, **more), checked=checked, how="visit")  # type: ignore[arg-type]


def at(place: Place) -> PlaceWords:
    return PlaceWords(public_id=place.public_id, name=place.name)


def merged(town: Town, keep: Place, gone: Place) -> None:
    with transaction():
        merge_places(town.staff(), keep, gone, town.settings)


def found(q: str, town: Town) -> set[str]:
    return {row.gathering.title for row in find_dates(Filters(q=q), town.settings).rows}


def test_a_new_name_reaches_search_and_calendars_and_leaves_the_hosts_words_alone(town: Town) -> None:
    place = added("みどり公民館", district="kitamachi")
    shown = town.published(place=at(place), title="朝の会", body="みどり公民館で待っています。")
    draft = town.draft(place=at(place))
    before = (shown.sequence, draft.sequence, shown.title, shown.body, shown.updated_at)
    turned: list[int] = []
    after_public_change(db.engine, lambda: turned.append(1))
    with transaction():
        names = change_place(
            town.staff(), place, PlaceValues(name="わかば会館", kana="わかばかいかん", district="kitamachi"), town.settings
        )
    assert names == {"name", "kana"}
    assert found("わかば", town) == {"朝の会"}
    assert found("みどり公民館", town) == {"朝の会"}, "the host's own sentence still says so"
    assert (shown.sequence, draft.sequence, shown.title, shown.body, shown.updated_at) == (before[0] + 1, *before[1:])
    assert turned == [1]


def test_what_calendars_do_not_say_leaves_them_alone_and_nothing_new_writes_nothing(town: Town) -> None:
    place = added("みどり公民館")
    shown = town.published(place=at(place))
    before, deeds = shown.sequence, len(db.session.scalars(select(Deed)).all())
    with transaction():
        assert change_place(town.staff(), place, values_of(place), town.settings) == frozenset()
    assert len(db.session.scalars(select(Deed)).all()) == deeds
    with transaction():
        change_place(
            town.staff(), place, PlaceValues(name="みどり公民館", landmark="赤い屋根", access_facts={"wheelchair": True}), town.settings
        )
    assert shown.sequence == before
    assert place.access_facts == {"wheelchair": True}


def test_the_district_follows_the_place_unless_the_host_chose_another(town: Town) -> None:
    place = added("みどり公民館", district="kitamachi")
    follows = town.published(place=at(place), district="")
    own = town.published(place=at(place), district="minato")
    with transaction():
        change_place(town.staff(), place, PlaceValues(name="みどり公民館", district="kawabe"), town.settings)
    assert (follows.district, own.district) == ("kawabe", "minato")
    dates = select(Occurrence.district).where(Occurrence.gathering_id == follows.id).distinct()
    assert db.session.scalars(dates).all() == ["kawabe"]


def test_the_deed_tells_before_and_after(town: Town) -> None:
    place = added("みどり公民館")
    with transaction():
        change_place(town.staff(), place, PlaceValues(name="みどり公民館", phone="1", latitude=35.3, longitude=139.3), town.settings)
        check_place(town.staff(), place, "phone")
    deeds = db.session.scalars(select(Deed).where(Deed.thing == "place").order_by(Deed.id)).all()
    assert [(deed.act, deed.thing_id) for deed in deeds] == [("place.changed", place.public_id), ("place.checked", place.public_id)]
    assert deeds[0].detail["fields"] == ["phone", "point"]
    assert deeds[0].detail["changes"]["phone"] == ["", "1"]
    assert (place.checked_how, deeds[1].detail["how"]) == ("phone", "phone")


def test_only_editors_and_only_what_was_read(town: Town) -> None:
    place = added("みどり公民館", checked=False)
    for actor in (town.person(), town.staff(Role.WELFARE), town.staff(Role.APPROVER)):
        for act in (
            lambda who=actor: change_place(who, place, PlaceValues(name="うそ"), town.settings),
            lambda who=actor: check_place(who, place, "visit"),
            lambda who=actor: register_place_by_hand(who, PlaceValues(name="うそ"), "visit", town.settings),
            lambda who=actor: merge_places(who, place, place, town.settings),
        ):
            with pytest.raises(NotAllowed), transaction():
                act()
    editor, seen = town.staff(), place_version(place)
    with transaction():
        change_place(editor, place, PlaceValues(name="みどり公民館", phone="1"), town.settings, seen=seen)
    with pytest.raises(WrongState, match=CHANGED_MEANWHILE), transaction():
        change_place(editor, place, PlaceValues(name="古い名前"), town.settings, seen=seen)
    with pytest.raises(Invalid), transaction():
        check_place(editor, place, "dream")
    with pytest.raises(Invalid), transaction():
        check_place(editor, place, "list")
    assert (place.name, place.phone, place.checked_at) == ("みどり公民館", "1", None)


def test_a_dry_run_says_all_and_writes_nothing_then_the_merge_does_it(town: Town) -> None:
    keep = added("みどり公民館", district="kitamachi", phone="1", access_facts={"wheelchair": True})
    gone = added("緑公民館 和室", checked=False, district="minato", phone="2", address="北町1", access_facts={"food": False})
    moves = town.published(town.staff(), place=at(gone), title="和室の会", district="", schedule=weekly(days_from_monday(5), count=3))
    assert (moves.place_id, moves.district) == (gone.id, "minato")
    stays = town.published(place=at(keep), title="ほかの会")
    before = (moves.sequence, stays.sequence)
    plan = plan_merge(keep, gone)
    assert (plan.gatherings, plan.dates, set(plan.taken)) == (1, 3, {"address", "access_facts"})
    assert {name for name, _mine, _theirs in plan.differs} == {"name", "district", "phone"}
    assert db.session.scalars(select(MergedPlace)).all() == []
    with transaction():
        merge_places(town.staff(), keep, gone, town.settings, seen=merge_version(plan))
    assert db.session.scalars(select(Gathering.title).where(Gathering.place_id == keep.id).order_by(Gathering.title)).all() == [
        "ほかの会",
        "和室の会",
    ]
    assert (keep.name, keep.phone, keep.address, keep.access_facts) == ("みどり公民館", "1", "北町1", {"wheelchair": True, "food": False})
    assert moves.sequence == before[0] + 1
    assert stays.sequence == before[1] + 1, "the address is new for it"
    assert moves.district == "kitamachi"
    assert found("みどり公民館", town) == {"和室の会", "ほかの会"}
    assert public_place(gone.public_id).id == keep.id


def test_nothing_that_points_to_the_old_entry_breaks_through_a_chain(town: Town) -> None:
    a, b, c = added("旧公民館", district="kitamachi"), added("新公民館", district="kitamachi"), added("みどり会館", district="kitamachi")
    merged(town, b, a)
    merged(town, c, b)
    for old in (a, b):
        assert place_by_public_id(old.public_id) is c
        assert kept(old) is c
    pointers = {row.place_id: row.into_id for row in db.session.scalars(select(MergedPlace))}
    assert pointers == {a.id: c.id, b.id: c.id}, "a chain is never longer than one step"
    row = town.published(place=at(c), title="会館の会")
    for public_id in (a.public_id, b.public_id, c.public_id):
        assert [one.gathering.title for one in find_dates(Filters(place=public_id), town.settings).rows] == ["会館の会"]
    with transaction():
        assert find_or_note(PlaceValues(name="旧公民館", district="kitamachi")).id == c.id
        assert find_or_note_typed(PlaceValues(name="旧 公民館")).id == c.id
    assert register_place("新公民館", "kitamachi") is c
    assert [one.id for one in suggestions("公民館")] == []
    # Whoever chose the old entry before the merge, or edits a gathering that has it, is led to the new one.
    posted = town.draft(place=at(a))
    assert posted.place_id == c.id
    with transaction():
        change(town.person(), row, town.values(title="会館の会", place=at(b)), town.settings)
    assert row.place_id == c.id


def test_a_merged_name_belongs_to_the_kept_entry_even_while_that_is_unchecked(town: Town) -> None:
    """An editor has said that it is one place; a resident's words are not put on anybody's page for it."""
    keep, gone = added("夕日の丘", checked=False), added("夕日丘", checked=False)
    merged(town, keep, gone)
    with transaction():
        assert find_or_note_typed(PlaceValues(name="夕日丘", access="うその道")).id == keep.id
    assert keep.access == ""


def test_what_cannot_be_merged_is_refused_and_left_as_it_was(town: Town) -> None:
    a, b, c = added("一"), added("二"), added("三")
    with pytest.raises(WrongState), transaction():
        merge_places(town.staff(), a, a, town.settings)
    merged(town, a, b)
    for keep, gone in ((a, b), (b, a), (b, c), (c, b)):
        with pytest.raises(WrongState, match=MERGED_ALREADY), transaction():
            merge_places(town.staff(), keep, gone, town.settings)
    with pytest.raises(WrongState, match=MERGED_ALREADY), transaction():
        change_place(town.staff(), b, PlaceValues(name="四"), town.settings)
    plan = merge_version(plan_merge(a, c))
    with transaction():
        change_place(town.staff(), c, PlaceValues(name="三", phone="9"), town.settings)
    with pytest.raises(WrongState, match=CHANGED_MEANWHILE), transaction():
        merge_places(town.staff(), a, c, town.settings, seen=plan)
    assert place_by_public_id(c.public_id) is c


def test_two_editors_who_merge_at_once_leave_one_direction(town: Town, app: Flask) -> None:
    a, b = added("一"), added("二")
    ids, editor, settings = (a.id, b.id), town.staff(), town.settings

    def merge(keep: int, gone: int) -> str:
        try:
            with transaction():
                merge_places(editor, db.session.get_one(Place, keep), db.session.get_one(Place, gone), settings)
            return "done"
        except WrongState:
            return "too late"

    assert sorted(together(app, lambda: merge(*ids), lambda: merge(*reversed(ids)))) == ["done", "too late"]
    db.session.rollback()
    assert len(db.session.scalars(select(MergedPlace)).all()) == 1


def test_the_town_reads_only_of_places_that_are_checked_or_have_something_published(town: Town) -> None:
    town.draft(place=PlaceWords(name="ひみつの物置"))
    town.waiting(place=PlaceWords(name="ひみつの納屋"))
    town.published(place=PlaceWords(name="みんなの縁側"))
    added("ひみつでない会館", kana="かいかん")
    assert {one.name for one in suggestions("ひみつ")} == {"ひみつでない会館"}
    assert [one.name for one in suggestions("縁側")] == ["みんなの縁側"]
    assert [one.name for one in suggestions("ｶｲｶﾝ")] == ["ひみつでない会館"]
    for typed in ("%", "_", "", "！"):
        assert suggestions(typed) == []
    hidden = db.session.scalars(select(Place).where(Place.name == "ひみつの物置")).one()
    with pytest.raises(NotFound):
        public_place(hidden.public_id)


def test_at_most_eight_are_suggested_checked_ones_first(town: Town) -> None:
    for number in range(12):
        added(f"集会所{number}", kana=f"しゅうかいじょ{number:02}")
    town.published(place=PlaceWords(name="集会所の裏"))
    assert [one.name for one in suggestions("集会所")] == [f"集会所{number}" for number in range(8)]


def test_nobody_can_choose_a_place_that_stands_in_somebody_elses_draft(town: Town) -> None:
    mine = town.draft(place=PlaceWords(name="ひみつの物置"))
    hidden = db.session.scalars(select(Place).where(Place.name == "ひみつの物置")).one()
    with pytest.raises(Invalid) as refused:
        town.draft(town.person("other@example.com"), place=PlaceWords(public_id=hidden.public_id, name="ひみつの物置"))
    assert [problem.field for problem in refused.value.problems] == ["place_name"]
    with transaction():
        change(town.person(), mine, town.values(place=PlaceWords(public_id=hidden.public_id, name="ひみつの物置")), town.settings)
    assert mine.place_id == hidden.id, "whose draft it is keeps it"
