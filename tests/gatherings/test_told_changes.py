"""What readers are told of a change, in words."""

from datetime import date, timedelta
from typing import Any

import pytest

from idobata.gatherings.states import OccurrenceState
from idobata.gatherings.told_changes import card_words, change_lines, tell_readers
from tests.gatherings.test_significance import at, picture

TODAY = date(2026, 11, 30)
PLANNED = OccurrenceState.PLANNED


def said(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    told = tell_readers(None, picture(**before), picture(**after), TODAY)
    return [(one.words, one.before, one.after) for one in change_lines(told, TODAY, "ja", str)]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"schedule": at(starts="13:00", ends="15:00")}, ("時間が変わりました", "10:00", "13:00")),
        ({}, {"schedule": at(starts="13:00", ends="14:00")}, ("時間が変わりました", "10:00〜12:00", "13:00〜14:00")),
        ({}, {"schedule": at(ends=None)}, ("時間が変わりました", "10:00〜12:00", "10:00〜")),
        ({}, {"schedule": at(starts=None, ends=None)}, ("時間が変わりました", "10:00〜12:00", "一日中")),
        ({}, {"schedule": at(weekdays=[6])}, ("日にちが変わりました", "毎週土曜日", "毎週日曜日")),
        ({}, {"schedule": at(first_day="2026-12-12")}, ("日にちが変わりました", "", "")),
        ({}, {"place": {"public_id": "b", "name": "北町集会所"}}, ("場所が変わりました", "みどり公民館", "北町集会所")),
        ({}, {"place": {"public_id": "b", "name": "みどり公民館"}}, ("場所が変わりました", "", "")),
        ({}, {"is_online": True}, ("オンラインでも参加できるようになりました", "", "")),
        ({"is_online": True}, {}, ("オンラインでの参加はなくなりました", "", "")),
        ({}, {"online_url": "https://kanaria.example/"}, ("参加のしかたが変わりました", "", "")),
        ({}, {"fee_kind": "paid", "fee_yen": 1300}, ("かかるお金が変わりました", "無料", "1,300円")),
        ({}, {"fee_kind": "unknown"}, ("かかるお金が変わりました", "無料", "かかるお金は、まだ聞いていません")),
        ({}, {"group": {"slug": "g", "name": "将棋同好会"}}, ("主催が変わりました", "将棋会", "将棋同好会")),
        ({}, {"title": "将棋の昼"}, ("名前が変わりました", "将棋の朝", "将棋の昼")),
    ],
)
def test_each_part_in_words(before: dict[str, Any], after: dict[str, Any], words: tuple[str, str, str]) -> None:
    assert said(before, after) == [words]


def test_going_online_is_said_once() -> None:
    online = {"venue_kind": "online", "place": None, "is_online": True, "online_url": "https://example.jp/"}
    assert said({}, online) == [("場所が変わりました", "みどり公民館", "オンライン")]


def test_a_card_says_what_somebody_must_know_and_only_once() -> None:
    told = tell_readers(None, picture(), picture(schedule=at(starts="13:00"), place={"public_id": "b", "name": "北町"}, title="新"), TODAY)
    assert card_words(told, TODAY, PLANNED, "ja", str) == "時間・場所が変わりました"
    assert card_words(told, TODAY, PLANNED, "en", str) == "時間, 場所が変わりました"
    assert card_words(told, TODAY, OccurrenceState.MOVED, "ja", str) == "場所が変わりました"
    assert card_words(told, TODAY, OccurrenceState.CANCELLED, "ja", str) == ""
    assert card_words(tell_readers(None, picture(), picture(title="新"), TODAY), TODAY, PLANNED, "ja", str) == ""
    assert card_words(None, TODAY, PLANNED, "ja", str) == ""


def test_each_part_is_told_for_fourteen_days_of_its_own() -> None:
    one = picture(title="二つ目")
    told = tell_readers(None, picture(), one, TODAY)
    later = TODAY + timedelta(days=10)
    told = tell_readers(told, one, picture(title="二つ目", bring="座布団", fee_words="お茶代"), later)
    for days, parts in ((14, ["fee", "title"]), (15, ["fee"]), (24, ["fee"]), (25, [])):
        assert [line.part for line in change_lines(told, TODAY + timedelta(days=days), "ja", str)] == parts


def test_what_was_told_long_ago_does_not_come_back_with_a_new_change() -> None:
    told = tell_readers(None, picture(), picture(title="二つ目"), TODAY)
    told = tell_readers(told, picture(title="二つ目"), picture(title="三つ目"), TODAY + timedelta(days=20))
    (line,) = change_lines(told, TODAY + timedelta(days=20), "ja", str)
    assert (line.before, line.after) == ("二つ目", "三つ目")
