"""From the words of a list to a gathering's values: nothing invented, nothing lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from idobata.gatherings.schedule import Rhythm
from idobata.gatherings.states import VenueKind
from idobata.kernel.settings import Settings
from idobata.opendata.event_file import ReadResult
from idobata.opendata.event_groups import EventGroup
from idobata.opendata.import_values import ImportValues, import_values
from tests.harness.site import make_settings

TODAY = date(2026, 11, 23)
Read = Callable[..., ReadResult]
Values = Callable[..., ImportValues]


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    return make_settings(f"sqlite:///{tmp_path}/idobata.sqlite3", tmp_path)


@pytest.fixture
def values(read: Read, city: Settings) -> Values:
    def of(*rows: dict[str, str]) -> ImportValues:
        return import_values(read(*rows).groups[0], city, TODAY)

    return of


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("子育て・教育", "children"),
        ("健康・福祉、スポーツ", "move"),
        ("文化・芸術", "learn"),
        ("音楽", "make"),
        ("催事・観光", "other"),
        ("ボランティア・子ども", "volunteer"),
        ("未確認飛行物体", ""),
        ("", ""),
    ],
)
def test_kinds_of_events_become_the_citys_own_categories(values: Values, kind: str, slug: str) -> None:
    assert values({"イベント種類": kind}).values.category == slug


def test_a_category_the_city_does_not_have_gives_way_to_the_next_or_to_none(read: Read, city: Settings) -> None:
    small = replace(city, categories=tuple(one for one in city.categories if one.slug == "learn"))
    (group,) = read({"イベント種類": "子育て・教育"}).groups
    assert import_values(group, small, TODAY).values.category == "learn"
    (group,) = read({"イベント種類": "健康・福祉、スポーツ"}).groups
    assert import_values(group, small, TODAY).values.category == ""


@pytest.mark.parametrize(
    ("street", "slug"),
    [
        ("北町1-2", "kitamachi"),
        ("大字北町1-2", "kitamachi"),
        ("港3丁目", "minato"),
        ("空港通り3丁目", ""),
        ("中央1-1", ""),
        ("北町・坂の上", ""),
    ],
)
def test_a_district_is_known_only_when_the_address_names_exactly_one(values: Values, street: str, slug: str) -> None:
    found = values({"住所都道府県": "みなも県", "住所市区町村": "汐坂市", "住所町名": street})
    assert found.values.district == slug


def test_a_street_of_the_same_name_in_another_town_is_no_district_of_ours(values: Values) -> None:
    assert values({"住所都道府県": "東京都", "住所市区町村": "狛江市", "住所町名": "北町1-2"}).values.district == ""


def test_most_dates_give_the_schedule_its_hours(values: Values) -> None:
    rows = [{"開始日": day, "終了日": day} for day in ("2026-12-05", "2026-12-12")]
    found = values({"開始日": "2026-12-01", "終了日": "2026-12-01", "開始時刻": "18:00", "終了時刻": "19:00"}, *rows)
    assert found.values.schedule.rhythm is Rhythm.DATES
    assert found.values.schedule.starts is not None
    assert found.values.schedule.starts.hour == 10
    assert [one.starts.hour for one in found.dates if one.starts] == [18, 10, 10]


def test_of_very_many_dates_the_coming_hundred_are_used_and_the_rest_is_counted(values: Values) -> None:
    days = [(TODAY + timedelta(days=at - 20)).isoformat() for at in range(150)]
    found = values(*({"開始日": day, "終了日": day} for day in days))
    assert len(found.dates) == 100
    assert found.dates[0].day == TODAY
    assert found.left_out == 50


def test_of_many_dates_mostly_over_the_last_ones_fill_the_hundred(values: Values) -> None:
    days = [(TODAY + timedelta(days=at - 140)).isoformat() for at in range(150)]
    found = values(*({"開始日": day, "終了日": day} for day in days))
    assert (len(found.dates), found.dates[-1].day) == (100, TODAY + timedelta(days=9))
    assert [one.day for one in found.dates] == sorted(one.day for one in found.dates)


def test_no_place_but_a_street_is_a_place_one_can_go_to(values: Values) -> None:
    found = values({"集合場所": "", "住所町名": "和泉本町1-1-5"}).values
    assert (found.venue_kind, found.place.name) == (VenueKind.PLACE, "狛江市和泉本町1-1-5")


def test_a_deadline_is_told_once(values: Values) -> None:
    told = values({"申込方法": "電話で", "申込期限日": "2026-12-01"}).values.signup_words
    assert told == "電話で（締切 12月1日）"
    said = values({"申込方法": "12月1日までに電話で", "申込期限日": "2026-12-01"}).values.signup_words
    assert said.count("12月1日") == 1


def test_a_free_event_without_sign_up_has_no_invented_facts(values: Values) -> None:
    found = values({"料金(基本)": "0", "申込方法": "申込不要"}).values
    assert (found.fee_kind, found.signup_kind, dict(found.facts)) == ("free", "none", {})


def test_phone_numbers_go_in_as_far_as_they_fit(read: Read, city: Settings) -> None:
    group: EventGroup = replace(read({}).groups[0], contact_phone=("03-3488-4414", "03-3430-1111 内線2345", "03-3430-2222 夜間"))
    assert import_values(group, city, TODAY).values.contact_phone == "03-3488-4414、03-3430-1111 内線2345"


def test_the_fingerprint_sees_a_change_of_a_single_date(values: Values) -> None:
    one = values({"開始日": "2026-12-05", "終了日": "2026-12-05"})
    same = values({"開始日": "2026-12-05", "終了日": "2026-12-05", "NO": "0000000099"})
    other = values({"開始日": "2026-12-05", "終了日": "2026-12-05", "名称": "【中止】絵本の会"})
    assert one.digest("x") == same.digest("x")
    assert one.digest("x") != other.digest("x")
