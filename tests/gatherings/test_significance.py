"""Which changes matter to somebody who means to come."""

from typing import Any

import pytest

from idobata.gatherings.significance import Part, Picture, significant
from idobata.gatherings.version_values import merge

PLACE = {"public_id": "a" * 12, "name": "みどり公民館"}


def picture(**changes: Any) -> Picture:
    plain = {
        "title": "将棋の朝",
        "summary": "さします。",
        "host_name": "将棋会",
        "group": None,
        "venue_kind": "place",
        "place": PLACE,
        "area_words": "",
        "is_online": False,
        "online_url": "",
        "fee_kind": "free",
        "fee_yen": None,
        "fee_words": "",
        "bring": "",
        "district": "kitamachi",
        "contact": {},
        "schedule": {"rhythm": "weekly", "first_day": "2026-12-05", "weekdays": [5], "starts": "10:00", "ends": "12:00"},
    }
    return plain | changes


def at(**changes: Any) -> dict[str, Any]:
    return {**picture()["schedule"], **changes}


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"title": "将棋の昼"}, {Part.TITLE}),
        ({"schedule": at(starts="13:00", ends="15:00")}, {Part.TIME}),
        ({"schedule": at(ends="12:30")}, {Part.TIME}),
        ({"schedule": at(weekdays=[6])}, {Part.DATE}),
        ({"schedule": at(until="2026-12-31")}, {Part.DATE}),
        ({"schedule": at(weekdays=[6], starts="13:00")}, {Part.DATE, Part.TIME}),
        ({"place": {"public_id": "b" * 12, "name": "北町集会所"}}, {Part.PLACE}),
        ({"place": {"public_id": "b" * 12, "name": "みどり公民館"}}, {Part.PLACE}),
        ({"venue_kind": "private", "place": None, "area_words": "北町"}, {Part.PLACE}),
        ({"venue_kind": "online", "place": None, "is_online": True, "online_url": "https://example.jp/"}, {Part.PLACE, Part.MODE}),
        ({"is_online": True}, {Part.MODE}),
        ({"online_url": "https://example.jp/"}, {Part.MODE}),
        ({"fee_kind": "paid", "fee_words": "300円"}, {Part.FEE}),
        ({"fee_words": "お茶代"}, {Part.FEE}),
        ({"host_name": "だれか"}, {Part.HOST}),
        ({"group": {"slug": "shogi", "name": "将棋同好会"}}, {Part.HOST}),
        ({"summary": "べつの", "bring": "座布団", "district": "minato", "contact": {"phone": "090"}}, set()),
        ({"schedule": at(note="雨のときは次の日")}, set()),
        ({}, set()),
    ],
)
def test_a_change_and_what_is_significant_of_it(changes: dict[str, Any], parts: set[Part]) -> None:
    assert set(significant(picture(), picture(**changes))) == parts
    assert set(significant(picture(**changes), picture())) == parts


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"online_url": "https://example.jp/1", "is_online": True}, {"online_url": "https://example.jp/2", "is_online": True}),
        ({"area_words": "書きかけ"}, {"area_words": ""}),
        ({"group": {"slug": "a", "name": "会"}, "host_name": "田中"}, {"group": {"slug": "a", "name": "会"}, "host_name": "鈴木"}),
    ],
    ids=["another room beside a place", "the area of no home", "a name behind a group"],
)
def test_what_readers_do_not_see_is_no_change_for_them(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert significant(picture(**before), picture(**after)) == ()


def test_the_room_of_an_online_gathering_is_its_place() -> None:
    online = {"venue_kind": "online", "place": None, "is_online": True}
    rooms = (picture(**online, online_url=f"https://example.jp/{number}") for number in (1, 2))
    assert significant(*rooms) == (Part.MODE,)


def test_what_somebody_did_not_touch_stays_as_others_left_it() -> None:
    base, live = picture(), picture(summary="整えました。", title="整えた題")
    sent = picture(title="わたしの題", bring="座布団")
    assert merge(base, sent, live) == picture(summary="整えました。", title="わたしの題", bring="座布団")


def test_a_version_of_before_a_new_question_keeps_the_answer_that_is_live() -> None:
    old = {key: value for key, value in picture().items() if key != "bring"}
    assert merge(old, {**old, "title": "新"}, picture(bring="座布団")) == picture(title="新", bring="座布団")
