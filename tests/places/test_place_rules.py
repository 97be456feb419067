"""What the register takes, what twins are, and what an entry learns from another."""

from pathlib import Path

import pytest

from idobata.desk.place_forms import PlaceForm
from idobata.kernel.settings import Settings
from idobata.places.access_facts import ACCESS_FACTS, SLUGS, as_welcome_facts, known_answers
from idobata.places.twins import Sketch, may_be_one_place
from idobata.places.values import LIMITS, PlaceValues, filled_from, problems
from tests.harness.site import make_settings

HALL = (35.3150, 139.3100)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("city")
    return make_settings(f"sqlite:///{folder}/idobata.sqlite3", folder)


def test_the_vocabulary_is_the_official_one_and_each_question_stands_once(city: Settings) -> None:
    assert len(ACCESS_FACTS) == 18, "eighteen questions, and a nineteenth field for remarks"
    assert len({fact.slug for fact in ACCESS_FACTS}) == len({fact.field for fact in ACCESS_FACTS}) == 18
    assert {fact.welcome for fact in ACCESS_FACTS if fact.welcome} <= {fact.slug for fact in city.facts}


def test_answers_of_no_question_are_left_out_and_what_is_unknown_stays_unknown() -> None:
    assert known_answers({"wheelchair": False, "parachute": True}) == {"wheelchair": False}
    assert as_welcome_facts({"wheelchair": False, "food": True}) == {"wheelchair": False}
    assert as_welcome_facts({}) == {}


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"name": ""}, "name"),
        ({"district": "atlantis"}, "district"),
        ({"latitude": 35.3}, "latitude"),
        ({"latitude": 139.3, "longitude": 35.3}, "latitude"),
        ({"latitude": 48.85, "longitude": 2.35}, "latitude"),
        ({"access_facts": {"parachute": True}}, "access_facts"),
        *(({name: "あ" * (limit + 1)}, name) for name, limit in LIMITS.items()),
    ],
)
def test_what_the_register_refuses_it_says_beside_the_field(city: Settings, changes: dict[str, object], field: str) -> None:
    values = PlaceValues(**{"name": "みどり公民館"} | changes)  # type: ignore[arg-type]
    assert [problem.field for problem in problems(values, city)] == [field]


def test_a_whole_entry_is_taken(city: Settings) -> None:
    values = PlaceValues(
        name="みどり公民館", district="kitamachi", latitude=HALL[0], longitude=HALL[1], access_facts=dict.fromkeys(SLUGS, True)
    )
    assert problems(values, city) == []


def test_every_problem_of_the_rules_has_a_field_in_the_form() -> None:
    fields = {*LIMITS, "district", "latitude", "access_facts", "how"}
    assert fields <= set(PlaceForm()._fields)


def place(name: str, district: str | None = "kitamachi", at: tuple[float, float] | None = None) -> Sketch:
    return Sketch(name=name, district=district, latitude=at[0] if at else None, longitude=at[1] if at else None)


@pytest.mark.parametrize(
    "one, other, twins",
    [
        (place("第一公民館"), place("第１ 公民館"), True),
        (place("中央公園"), place("中央公園", "minato"), False),
        (place("中央公園"), place("中央公園", None), True),
        (place("北町公民館", at=HALL), place("北町公民館 和室", at=(HALL[0] + 0.0003, HALL[1])), True),
        (place("北町公民館", at=HALL), place("北町公民館 和室", at=(HALL[0] + 0.0007, HALL[1])), False),
        (place("北町公民館", at=HALL), place("喫茶ふね", at=HALL), False),
        (place("北町公民館"), place("北町公民館 和室"), False),
        (place("☆"), place("！？"), False),
    ],
)
def test_what_looks_like_one_place(one: Sketch, other: Sketch, twins: bool) -> None:
    assert may_be_one_place(one, other) is twins
    assert may_be_one_place(other, one) is twins


def test_only_what_is_empty_is_taken_from_the_other() -> None:
    keep = PlaceValues(name="公民館", phone="1", access_facts={"wheelchair": False})
    other = PlaceValues(
        name="こうみんかん", phone="2", kana="こうみんかん", latitude=35.3, longitude=139.3, access_facts={"wheelchair": True, "food": True}
    )
    after, taken = filled_from(keep, other)
    assert set(taken) == {"kana", "point", "access_facts"}
    assert (after.name, after.phone, after.kana, after.latitude) == ("公民館", "1", "こうみんかん", 35.3)
    assert after.access_facts == {"wheelchair": False, "food": True}
    assert filled_from(after, other) == (after, ())
