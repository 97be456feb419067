"""The feeds for machines that post by themselves: each thing is said once, when it is news, and leaves when it is no longer true."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import feedparser

from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, confirm_date, mark_full, move_date, restore_date
from idobata.gatherings.models import Occurrence
from idobata.gatherings.news_actions import forget_old_news
from idobata.gatherings.news_models import GatheringNews
from idobata.gatherings.posting_actions import change, withdraw
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.gatherings.version_actions import keep_waiting
from idobata.gatherings.version_queries import picture_of
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.feeds.feed_town import FRESH_UNTIL, NOW, Town
from tests.harness.plans import plans, reads_all_of

SATURDAYS = Schedule(rhythm=Rhythm.WEEKLY, first_day=date(2026, 11, 21), starts=time(10), ends=time(12), weekdays=(5,))
ONCE = Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(13), ends=time(15))
VALUES = GatheringValues(
    title="井戸端パーティー",
    summary="おしゃべりの会です。",
    host_name="みどり会",
    schedule=SATURDAYS,
    place=PlaceWords(name="中央公民館", address="北町1-2-3", latitude=35.1, longitude=139.5),
)
REMINDER, CHANGES, DIGEST = "/feeds/reminder.rss", "/feeds/changes.rss", "/feeds/digest.rss"
FIRST = date(2026, 11, 21)


def entries(town: Town, path: str) -> list[Any]:
    """A feed as a reader understands it; its dates are unique and fall."""
    response = town.reader.get(path)
    assert response.status_code == 200
    feed = feedparser.parse(response.data)
    assert not feed.bozo, feed.bozo_exception
    moments = [item.published_parsed for item in feed.entries]
    assert all(later > earlier for later, earlier in pairwise(moments))
    assert len({item.id for item in feed.entries}) == len(feed.entries)
    return list(feed.entries)


def titles(town: Town, path: str) -> list[str]:
    return [item.title for item in entries(town, path)]


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in the city."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


@contextmanager
def later(moment: datetime) -> Iterator[None]:
    with clock.hold(moment):
        db.session.expire_all()
        yield


def do(act: Any, *values: Any) -> None:
    with transaction():
        act(SYSTEM, *values)


def test_a_date_is_reminded_of_from_the_evening_before_until_it_begins(town: Town) -> None:
    town.publish(VALUES)
    with later(at(20, 17, 59)):
        assert entries(town, REMINDER) == []
        assert town.reader.get(REMINDER).headers[FRESH_UNTIL] == at(20, 18).isoformat()
    with later(at(20, 18)):
        (item,) = entries(town, REMINDER)
        assert item.title == "【あした】11/21(土) 10:00 井戸端パーティー @中央公民館"
        assert item.published_parsed[:5] == (2026, 11, 20, 9, 0)
        first = item.id
    with later(at(21, 9, 59)):
        (item,) = entries(town, REMINDER)
        assert item.title.startswith("【きょう】11/21(土)")
        assert item.id == first
        assert town.reader.get(REMINDER).headers[FRESH_UNTIL] == at(21, 10).isoformat()
    with later(at(21, 10)):
        assert entries(town, REMINDER) == []
    with later(at(27, 20)):
        (item,) = entries(town, REMINDER)
        assert item.id != first, "each date has a reminder of its own"


def test_a_cancelled_date_is_never_reminded_of_and_one_that_is_moved_is_on_its_new_eve(town: Town) -> None:
    gathering = town.publish(VALUES)
    with later(at(20, 19)):
        before = entries(town, REMINDER)[0].id
        do(move_date, gathering, FIRST, NewTime(day=date(2026, 11, 25), starts=time(10), ends=time(12)), "", town.settings)
        assert entries(town, REMINDER) == []
    with later(at(24, 19)):
        (item,) = entries(town, REMINDER)
        assert item.title == "【あした】【変更】11/25(水) 10:00 井戸端パーティー @中央公民館"
        assert item.id != before
        do(cancel_date, gathering, FIRST, "", town.settings)
        assert entries(town, REMINDER) == []


def test_what_joins_after_the_hour_is_newer_than_what_was_there(town: Town) -> None:
    town.publish(VALUES)
    late = town.publish(replace(VALUES, title="あとから"), published_at=at(20, 20))
    with later(at(20, 21)):
        first, second = entries(town, REMINDER)
        assert "あとから" in first.title
        assert first.published_parsed[3:5] == (11, 0)
        assert second.published_parsed[3:5] == (9, 0)
        with transaction():
            withdraw(SYSTEM, late)
        assert len(entries(town, REMINDER)) == 1


def test_all_day_and_long_ones_are_reminded_of_on_their_first_eve(town: Town) -> None:
    three_days = Schedule(rhythm=Rhythm.ONCE, first_day=FIRST, starts=None, ends=None, span_days=2)
    town.publish(replace(VALUES, schedule=three_days, title="作品展"))
    with later(at(20, 18)):
        (item,) = entries(town, REMINDER)
        assert item.title == "【あした】11/21(土)〜11/23(月) 作品展 @中央公民館"
    with later(at(21, 15)):
        assert titles(town, REMINDER) == ["【きょう】11/21(土)〜11/23(月) 作品展 @中央公民館"]
    with later(at(21, 18)):
        assert len(entries(town, REMINDER)) == 1
    with later(at(22, 0)):
        assert entries(town, REMINDER) == []


def test_a_cancellation_just_before_it_begins_is_told_at_once(town: Town) -> None:
    gathering = town.publish(VALUES)
    with later(at(21, 9, 58)):
        assert entries(town, CHANGES) == []
        do(cancel_date, gathering, FIRST, "台風のため", town.settings)
        (item,) = entries(town, CHANGES)
        assert item.title == "【中止】11/21(土) 10:00 井戸端パーティー @中央公民館（台風のため）"
        assert item.summary.startswith("中止になりました：台風のため / ")
        assert item.published_parsed[:5] == (2026, 11, 21, 0, 58)
        assert item.link == f"https://idobata.example/gatherings/{gathering.public_id}/2026-11-21"
    with later(at(22, 11, 59)):
        assert len(entries(town, CHANGES)) == 1
    with later(at(22, 12)):
        assert entries(town, CHANGES) == [], "a day after it would have ended nobody needs to hear of it"


def test_a_moved_date_says_from_when_to_when(town: Town) -> None:
    gathering = town.publish(VALUES)
    do(move_date, gathering, FIRST, NewTime(day=date(2026, 11, 22), starts=time(14), ends=time(16)), "", town.settings)
    (item,) = entries(town, CHANGES)
    assert item.title == "【変更】11/22(日) 14:00 井戸端パーティー @中央公民館（もとは11/21(土) 10:00）"
    assert "日時が変わりました 11/21(土) 10:00 → 11/22(日) 14:00" in item.summary
    assert "<strong>日時が変わりました" in item.content[0].value


def test_each_change_is_an_entry_of_its_own_and_what_is_no_longer_true_leaves(town: Town) -> None:
    gathering = town.publish(VALUES)
    do(cancel_date, gathering, FIRST, "", town.settings)
    (off,) = entries(town, CHANGES)
    with later(NOW + timedelta(minutes=10)):
        do(restore_date, gathering, FIRST, town.settings)
        (back,) = entries(town, CHANGES)
        assert back.title == "【変更】11/21(土) 10:00 井戸端パーティー @中央公民館（中止ではなくなりました）"
        assert back.id != off.id
    with later(NOW + timedelta(minutes=20)):
        do(mark_full, gathering, FIRST, "", town.settings)
        (full,) = entries(town, CHANGES)
        assert full.title == "【満員】11/21(土) 10:00 井戸端パーティー @中央公民館"
    with later(NOW + timedelta(minutes=30)):
        do(restore_date, gathering, FIRST, town.settings)
        assert titles(town, CHANGES) == ["【変更】11/21(土) 10:00 井戸端パーティー @中央公民館（空きができました）"]
    with later(NOW + timedelta(minutes=40)):
        do(confirm_date, gathering, FIRST, "", town.settings)
        assert titles(town, CHANGES)[0].endswith("（空きができました）"), "surely on is no change to be told"
        do(add_date, gathering, NewTime(day=date(2026, 11, 23), starts=time(9), ends=time(10)), "", town.settings)
        assert titles(town, CHANGES)[0] == "【追加】11/23(月) 9:00 井戸端パーティー @中央公民館"


def test_a_change_of_the_gathering_says_what_it_was_and_what_it_is(town: Town) -> None:
    gathering = town.publish(VALUES)
    with later(NOW + timedelta(minutes=5)):
        do(change, gathering, replace(VALUES, schedule=replace(SATURDAYS, starts=time(13), ends=time(15))), town.settings)
        (time_changed,) = entries(town, CHANGES)
        assert time_changed.title == "【変更】11/21(土) 13:00 井戸端パーティー @中央公民館（時間 10:00→13:00）"
        assert "時間が変わりました 10:00 → 13:00" in time_changed.summary
        assert time_changed.link == f"https://idobata.example/gatherings/{gathering.public_id}"
    moved = replace(VALUES, schedule=replace(SATURDAYS, starts=time(13), ends=time(15)), place=PlaceWords(name="西会館"))
    with later(NOW + timedelta(minutes=15)):
        do(change, gathering, moved, town.settings)
        place_changed, still = entries(town, CHANGES)
        assert place_changed.title == "【変更】11/21(土) 13:00 井戸端パーティー @西会館（場所 中央公民館→西会館）"
        assert still.id == time_changed.id
    with later(NOW + timedelta(minutes=25)):
        do(change, gathering, replace(moved, schedule=replace(SATURDAYS, starts=time(14), ends=time(16))), town.settings)
        again, place_still = entries(town, CHANGES)
        assert again.title.endswith("（時間 13:00→14:00）")
        assert place_still.id == place_changed.id, "of two changes of the time only the later one is told"
    with later(NOW + timedelta(minutes=35)):
        do(change, gathering, replace(moved, summary="ちがう言葉です。"), town.settings)
        assert "ちがう言葉" not in " ".join(titles(town, CHANGES))


def test_what_waits_for_the_desk_or_was_taken_down_is_not_told(town: Town) -> None:
    gathering = town.publish(VALUES)
    with transaction():
        wanted = picture_of(gathering) | {"title": "待っている名前"}
        keep_waiting(SYSTEM, gathering, wanted, {}, town.settings)
    assert entries(town, CHANGES) == []
    do(change, gathering, replace(VALUES, title="新しい名前"), town.settings)
    do(cancel_date, gathering, FIRST, "", town.settings)
    assert len(entries(town, CHANGES)) == 2
    with transaction():
        withdraw(SYSTEM, gathering)
    assert entries(town, CHANGES) == []


def test_a_change_is_told_for_two_weeks_and_then_forgotten(town: Town) -> None:
    gathering = town.publish(VALUES)
    do(change, gathering, replace(VALUES, title="新しい名前"), town.settings)
    with later(NOW + timedelta(days=14)):
        assert titles(town, CHANGES) == ["【変更】12/5(土) 10:00 新しい名前 @中央公民館（名前 井戸端パーティー→新しい名前）"]
    with later(NOW + timedelta(days=15)):
        assert entries(town, CHANGES) == []
        forget_old_news()
        assert db.session.query(GatheringNews).count() == 1
    with later(NOW + timedelta(days=17)):
        forget_old_news()
        assert db.session.query(GatheringNews).count() == 0


def test_filters_and_limits_hold(town: Town) -> None:
    north = town.publish(replace(VALUES, district="kitamachi", category="eat", title="北の会"))
    south = town.publish(replace(VALUES, district="minato", category="make", title="港の会"))
    for one in (north, south):
        do(cancel_date, one, FIRST, "", town.settings)
    assert len(entries(town, CHANGES)) == 2
    assert len(entries(town, f"{CHANGES}?limit=1")) == 1
    assert [title[-12:] for title in titles(town, f"{CHANGES}?district=kitamachi")] == [titles(town, f"{CHANGES}?category=eat")[0][-12:]]
    assert "北の会" in titles(town, f"{CHANGES}?district=kitamachi")[0]
    with later(at(27, 19)):
        assert len(entries(town, REMINDER)) == 2
        assert ["港の会" in title for title in titles(town, f"{REMINDER}?district=minato")] == [True]
        assert len(entries(town, f"{REMINDER}?limit=1")) == 1
    with later(at(26, 17)):
        (item,) = entries(town, f"{DIGEST}?category=make")
        assert "港の会" in item.content[0].value
        assert "北の会" not in item.content[0].value
        assert item.id != entries(town, DIGEST)[0].id


def test_the_digest_comes_out_once_a_week_and_stays_as_it_was(town: Town) -> None:
    gathering = town.publish(VALUES)
    with later(at(26, 16, 59)):
        assert [item.title for item in entries(town, DIGEST)] == []
        assert town.reader.get(DIGEST).headers[FRESH_UNTIL] == at(26, 17).isoformat()
    with later(at(26, 17)):
        (item,) = entries(town, DIGEST)
        assert item.title == "この週末の井戸端 11/28(土)〜11/29(日)：1件"
        assert item.published_parsed[:5] == (2026, 11, 26, 8, 0)
        assert item.link == "https://idobata.example/gatherings?from=2026-11-28&to=2026-11-29"
        assert "10:00 井戸端パーティー @中央公民館" in item.content[0].value
    town.publish(replace(VALUES, title="金曜に加わった会"), published_at=at(27, 9))
    with later(at(27, 10)):
        do(cancel_date, gathering, date(2026, 12, 5), "", town.settings)
        assert [(one.id, one.title, one.content) for one in entries(town, DIGEST)] == [(item.id, item.title, item.content)]
        do(cancel_date, gathering, date(2026, 11, 28), "", town.settings)
        (told,) = entries(town, DIGEST)
        assert "【中止】10:00 井戸端パーティー" in told.content[0].value, "it was announced, so it is told to be off"
    with later(at(3, 17, month=12)):
        newer, older = entries(town, DIGEST)
        assert newer.title == "この週末の井戸端 12/5(土)〜12/6(日)：1件"
        assert "金曜に加わった会" in newer.content[0].value, "what was cancelled before is left out, what joined is in"
        assert older.id == told.id
        assert older.content == told.content
    with later(at(4, 9, month=12)):
        with transaction():
            withdraw(SYSTEM, gathering)
        assert [one.id for one in entries(town, DIGEST)] == [newer.id], "what was taken down leaves"


def test_the_digest_tells_of_the_welcome_mark_under_the_citys_own_name(town: Town) -> None:
    gathering = town.publish(VALUES)
    with transaction():
        gathering.first_step = True
        for row in db.session.query(Occurrence):
            row.first_step = True
    with later(at(26, 18)):
        weekend, first_step = entries(town, DIGEST)
        assert first_step.title == f"{town.settings.city.welcome_label} 11/27(金)〜12/3(木)：1件"
        assert first_step.link == "https://idobata.example/first-step?from=2026-11-27&to=2026-12-03"
        assert weekend.title.startswith("この週末の井戸端")


def test_english_feeds_speak_english(town: Town) -> None:
    gathering = town.publish(VALUES)
    do(move_date, gathering, FIRST, NewTime(day=date(2026, 11, 22), starts=time(14), ends=time(16)), "", town.settings)
    assert titles(town, f"{CHANGES}?lang=en") == ["[Changed] Sun 22 Nov 14:00 井戸端パーティー @中央公民館 (was Sat 21 Nov 10:00)"]
    with later(at(21, 19)):
        assert titles(town, f"{REMINDER}?lang=en") == ["[Tomorrow] [Changed] Sun 22 Nov 14:00 井戸端パーティー @中央公民館"]
    with later(at(26, 17)):
        assert titles(town, f"{DIGEST}?lang=en") == ["This weekend Sat 28 Nov – Sun 29 Nov (1)"]


def test_equal_content_is_equal_bytes(town: Town) -> None:
    gathering = town.publish(VALUES)
    with later(at(26, 18)):
        do(cancel_date, gathering, date(2026, 11, 28), "", town.settings)
        tags = {path: town.reader.get(path).headers["ETag"] for path in (REMINDER, CHANGES, DIGEST)}
    with later(at(26, 19)):
        for path, tag in tags.items():
            assert town.reader.get(path, headers={"If-None-Match": tag}).status_code == 304, path


def test_no_feed_reads_a_whole_town(town: Town) -> None:
    gathering = town.publish(replace(VALUES, district="kitamachi", category="eat"))
    with later(at(26, 18)):
        do(cancel_date, gathering, date(2026, 12, 5), "", town.settings)
        do(change, gathering, replace(VALUES, title="新しい名前", district="kitamachi", category="eat"), town.settings)
        for path in ("/feeds/new.rss", REMINDER, CHANGES, DIGEST):
            for query in ("", "?district=kitamachi&category=eat", "?group=midori"):
                with plans() as told:
                    assert town.reader.get(path + query).status_code == 200
                assert told
                whole = [plan for plan in told for table in ("occurrences", "gatherings", "gathering_news") if reads_all_of(plan, table)]
                assert whole == [], path + query
