"""Feeds as machines fetch them, on both databases: what happens in the town reaches all of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import feedparser
import icalendar
import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import event

from idobata.feeds import calendar_queries, entry_queries
from idobata.feeds.json_feed import SCHEMA
from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, make_dates, mark_full, move_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import change, withdraw
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.groups.models import Group
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.text import fold_name
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.rooms import SETTINGS
from tests.feeds.feed_town import FRESH_UNTIL, NOW, Town

SATURDAYS = Schedule(rhythm=Rhythm.WEEKLY, first_day=date(2026, 11, 21), starts=time(10), ends=time(12), weekdays=(5,))
ONCE = Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(13), ends=time(15))
VALUES = GatheringValues(
    title="井戸端パーティー",
    summary="おしゃべりの会です。",
    host_name="みどり会",
    schedule=SATURDAYS,
    place=PlaceWords(name="中央公民館", address="北町1-2-3", latitude=35.1, longitude=139.5),
)
LISTS = ("/gatherings.rss", "/gatherings.atom", "/gatherings.json", "/gatherings.ics", "/calendar.ics", "/feeds/new.rss")
FORM = Draft202012Validator(json.loads(SCHEMA))
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json", "ics": "text/calendar"}


def rss(town: Town, path: str = "/gatherings.rss") -> Any:
    """A feed as a reader understands it."""
    response = town.reader.get(path)
    assert response.status_code == 200
    feed = feedparser.parse(response.data)
    assert not feed.bozo, feed.bozo_exception
    return feed


def json_feed(town: Town, path: str = "/gatherings.json") -> Any:
    """A JSON feed that has the promised form."""
    feed = json.loads(town.reader.get(path).data)
    FORM.validate(feed)
    return feed


def titles(town: Town, path: str = "/gatherings.rss") -> list[str]:
    """What is in a feed."""
    return [item.title for item in rss(town, path).entries]


def calendar(town: Town, path: str = "/gatherings.ics") -> list[Any]:
    """The events of a calendar."""
    response = town.reader.get(path)
    assert response.status_code == 200
    return list(icalendar.Calendar.from_ical(response.data).walk("VEVENT"))


def summaries(town: Town, path: str = "/gatherings.ics") -> list[str]:
    """What is in a calendar."""
    return sorted(str(one["SUMMARY"]) for one in calendar(town, path))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", LISTS)
def test_every_feed_is_for_everybody_and_can_be_kept(town: Town, path: str) -> None:
    town.publish(VALUES)
    response = town.reader.get(path)
    assert response.content_type == f"{TYPES[path.rpartition('.')[2]]}; charset=utf-8"
    itself = path.replace("/calendar", "/gatherings")
    assert response.headers["Link"] == f'<https://idobata.example{itself}>; rel="self", <https://idobata.example/hub>; rel="hub"'
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in response.headers
    assert response.headers.get("Access-Control-Allow-Origin") == ("*" if path.endswith(("ics", "json")) else None)
    assert response.last_modified == NOW
    etag, weak = response.get_etag()
    assert etag
    assert weak is False


@pytest.mark.parametrize("path", LISTS)
def test_who_has_the_newest_is_told_so_until_something_changes(town: Town, path: str) -> None:
    gathering = town.publish(VALUES)
    etag = town.reader.get(path).headers["ETag"]
    with clock.hold(NOW + timedelta(minutes=30)):
        again = town.reader.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        with transaction():
            change(SYSTEM, gathering, replace(VALUES, title="夕方の井戸端パーティー"), town.settings)
        assert town.reader.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_the_form_of_the_json_feeds_is_served_where_they_say(town: Town) -> None:
    town.publish(VALUES)
    about = json_feed(town)["_event"]["about"]
    response = town.reader.get(about.removeprefix("https://idobata.example"))
    assert response.data == SCHEMA
    assert response.content_type.startswith("application/schema+json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_date_alone_never_hides_a_change(town: Town) -> None:
    town.publish(VALUES)
    response = town.reader.get("/gatherings.rss", headers={"If-Modified-Since": "Fri, 20 Nov 2026 00:00:00 GMT"})
    assert response.status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_head_answers_without_a_body(town: Town, path: str) -> None:
    town.publish(VALUES)
    head, get = town.reader.head(path), town.reader.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]


def test_a_series_stands_in_a_feed_once_with_its_next_date(town: Town) -> None:
    gathering = town.publish(VALUES)
    item = rss(town).entries[0]
    assert titles(town) == ["11/21(土) 10:00 井戸端パーティー @中央公民館"]
    assert item.id == f"tag:idobata.example,2026:gathering/{gathering.public_id}/2026-11-21"
    assert item.link == f"https://idobata.example/gatherings/{gathering.public_id}/2026-11-21"


def test_a_next_date_is_news_when_the_one_before_is_over(town: Town) -> None:
    town.publish(VALUES)
    town.publish(replace(VALUES, title="将棋", schedule=replace(SATURDAYS, weekdays=(6,))))
    before = rss(town).entries
    with clock.hold(NOW + timedelta(days=1, hours=4)):
        after = rss(town).entries
    assert after[0].title.startswith("11/28(土)")
    assert after[0].published == "Sat, 21 Nov 2026 03:00:00 +0000"
    assert after[0].published_parsed > max(item.published_parsed for item in before)
    assert after[1].id == next(item.id for item in before if "将棋" in item.title)


def test_a_cancelled_date_reaches_every_feed(town: Town) -> None:
    gathering = town.publish(VALUES)
    with clock.hold(NOW + timedelta(hours=1)):
        with transaction():
            cancel_date(SYSTEM, gathering, date(2026, 11, 21), "雨のため", town.settings)
        assert titles(town) == ["【中止】11/21(土) 10:00 井戸端パーティー @中央公民館", "11/28(土) 10:00 井戸端パーティー @中央公民館"]
        cancelled = next(item for item in rss(town).entries if item.title.startswith("【中止】"))
        assert cancelled.summary.startswith("中止 / 雨のため / ")
        assert cancelled.id.endswith("/2026-11-21")
        for path in ("/gatherings.ics", "/calendar.ics", f"/gatherings/{gathering.public_id}.ics"):
            rule, override = calendar(town, path)
            assert rule["STATUS"] == "CONFIRMED"
            assert (override["STATUS"], override["SUMMARY"]) == ("CANCELLED", "【中止】井戸端パーティー")
            assert override["UID"] == rule["UID"]
    with clock.hold(NOW + timedelta(days=2)):
        assert titles(town) == ["11/28(土) 10:00 井戸端パーティー @中央公民館"]


def test_a_cancelled_single_gathering_stays_cancelled_in_calendars_for_a_month(town: Town) -> None:
    gathering = town.publish(replace(VALUES, schedule=ONCE))
    with transaction():
        cancel_date(SYSTEM, gathering, ONCE.first_day, "", town.settings)
    with clock.hold(datetime(2026, 12, 30, tzinfo=town.settings.city.zone)):
        assert titles(town) == []
        assert summaries(town) == ["【中止】井戸端パーティー"]
        assert summaries(town, "/gatherings.ics?free=1") == ["【中止】井戸端パーティー"]
        assert summaries(town, "/gatherings.ics?online=1") == []
    with clock.hold(datetime(2027, 1, 10, tzinfo=town.settings.city.zone)):
        assert summaries(town) == []


def test_a_cancellation_stays_in_calendars_for_a_month_even_where_lists_forget_it_sooner(town: Town) -> None:
    short = replace(town.settings, policy=replace(town.settings.policy, cancelled_keep_days=1))
    town.app.extensions[SETTINGS] = short
    gathering = town.publish(replace(VALUES, schedule=ONCE))
    with transaction():
        cancel_date(SYSTEM, gathering, ONCE.first_day, "", short)
    with clock.hold(datetime(2026, 12, 30, tzinfo=short.city.zone)):
        assert summaries(town) == ["【中止】井戸端パーティー"]


def test_the_words_somebody_has_freed_are_marked_in_every_format(town: Town) -> None:
    town.publish(replace(VALUES, title="みんなの会", reuse_text=True))
    terms = town.settings.opendata
    assert terms.licence in rss(town).entries[0].rights
    assert terms.licence in rss(town, "/gatherings.atom").entries[0].rights
    assert json_feed(town)["items"][0]["_event"]["reuse"]["licence_url"] == terms.licence_url
    assert str(calendar(town)[0]["LINK"]) == terms.licence_url


def test_full_moved_and_added_dates_are_told(town: Town) -> None:
    gathering = town.publish(VALUES)
    with transaction():
        mark_full(SYSTEM, gathering, date(2026, 11, 21), "", town.settings)
        move_date(SYSTEM, gathering, date(2026, 11, 28), NewTime(day=date(2026, 11, 29), starts=time(14), ends=time(16)), "", town.settings)
        add_date(SYSTEM, gathering, NewTime(day=date(2026, 12, 1), starts=None, ends=None), "", town.settings)
    assert titles(town) == ["【満員】11/21(土) 10:00 井戸端パーティー @中央公民館"]
    assert summaries(town) == ["【変更】井戸端パーティー", "【満員】井戸端パーティー", "井戸端パーティー", "井戸端パーティー"]
    with clock.hold(NOW + timedelta(days=2)):
        item = rss(town).entries[0]
        assert item.title == "【変更】11/29(日) 14:00 井戸端パーティー @中央公民館"
        assert item.id.endswith("/2026-11-28")


def test_a_changed_rhythm_changes_the_calendar_and_keeps_what_was(town: Town) -> None:
    gathering = town.publish(
        replace(VALUES, schedule=replace(SATURDAYS, first_day=date(2026, 11, 1))), published_at=NOW - timedelta(days=19)
    )
    with transaction():
        change(SYSTEM, gathering, replace(VALUES, schedule=replace(SATURDAYS, first_day=date(2026, 11, 1), weekdays=(6,))), town.settings)
    found = {str(one["UID"]).partition("@")[0]: one for one in calendar(town)}
    taken_away = {f"{gathering.public_id}-2026{day}" for day in ("1121", "1128", "1205", "1212", "1219")}
    assert set(found) == {gathering.public_id, *(f"{gathering.public_id}-202611{day}" for day in ("07", "14")), *taken_away}
    assert {str(found[uid]["STATUS"]) for uid in taken_away} == {"CANCELLED"}
    assert found[gathering.public_id]["RRULE"]["BYDAY"] == ["SU"]
    assert found[gathering.public_id].start.date() == date(2026, 11, 22)


def test_what_is_not_published_is_in_no_feed(town: Town) -> None:
    gathering = town.publish(VALUES)
    with transaction():
        withdraw(SYSTEM, gathering)
    for path in LISTS:
        assert "井戸端パーティー @" not in town.reader.get(path).text
        assert gathering.public_id not in town.reader.get(path).text


def test_a_gathering_taken_down_empties_the_calendars_that_follow_it(town: Town) -> None:
    gathering = town.publish(replace(VALUES, title="ひみつの会"))
    path = f"/gatherings/{gathering.public_id}.ics"
    assert summaries(town, path) == ["ひみつの会"]
    with transaction():
        withdraw(SYSTEM, gathering)
    assert calendar(town, path) == []
    assert "ひみつの会" not in town.reader.get(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/gatherings/abcdefghjkmn.ics",
        "/gatherings/x.ics",
        "/gatherings/%00.ics",
        "/groups/nobody.rss",
        "/groups/nobody.ics",
        "/places/abcdefghjkmn.rss",
        "/places/..%2f.ics",
        "/districts/nowhere.rss",
        "/groups/nobody.atom",
        "/districts/nowhere.json",
        "/districts/nowhere.ics",
    ],
)
def test_what_there_is_not_is_not_found(town: Town, path: str) -> None:
    assert town.reader.get(path).status_code == 404


def test_a_draft_looks_like_nothing(town: Town) -> None:
    gathering = town.publish(VALUES)
    with transaction():
        gathering.publication, gathering.published_at = "draft", None
    assert town.reader.get(f"/gatherings/{gathering.public_id}.ics").status_code == 404


def test_whatever_shows_the_list_has_the_twins_of_the_list_at_its_own_address(town: Town) -> None:
    for suffix in ("rss", "atom", "json", "ics", "csv"):
        assert town.reader.get(f"/map.{suffix}?free=1").data == town.reader.get(f"/gatherings.{suffix}?free=1").data


def test_a_month_has_twins_with_its_own_dates(town: Town) -> None:
    town.publish(VALUES)
    assert titles(town, "/calendar/2026-12.rss") == ["12/5(土) 10:00 井戸端パーティー @中央公民館"]
    assert [one.start.date() for one in calendar(town, "/calendar/2026-12.ics")] == [date(2026, 12, day) for day in (5, 12, 19, 26)]
    assert rss(town, "/calendar/2026-12.rss").feed.link.endswith("/calendar/2026-12")
    assert titles(town, "/calendar/2026-12.rss?weekday=6") == []
    assert titles(town, "/calendar/2026-12.rss?from=2026-11-01") == titles(town, "/calendar/2026-12.rss"), "its own days win"
    for month in ("2026-13", "2026-1", "0000-01", "next", "２０２６-12"):
        assert town.reader.get(f"/calendar/{month}.rss").status_code == 404
    for month in ("0001-01", "9999-12"):
        assert town.reader.get(f"/calendar/{month}.ics").status_code == 200


def test_the_filters_of_the_list_work_in_its_twins(town: Town) -> None:
    town.publish(replace(VALUES, title="無料の会"))
    town.publish(replace(VALUES, title="申込の会", signup_kind=SignupKind.REQUIRED, signup_words="電話で"))
    town.publish(replace(VALUES, title="日曜の会", schedule=replace(SATURDAYS, weekdays=(6,))))
    assert len(titles(town)) == 3
    assert len(titles(town, "/gatherings.rss?no_signup=1")) == 2
    assert titles(town, "/gatherings.rss?weekday=6") == ["11/22(日) 10:00 日曜の会 @中央公民館"]
    assert set(summaries(town, "/gatherings.ics?weekday=6")) == {"日曜の会"}
    assert len(titles(town, "/gatherings.rss?q=申込")) == 1
    assert summaries(town, "/gatherings.ics?q=申込") == ["申込の会"]
    assert len(titles(town, "/feeds/new.rss?no_signup=1&weekday=5")) == 1
    assert len(titles(town, "/gatherings.rss?limit=1")) == 1
    assert len(titles(town, "/gatherings.rss?unknown=1&from=tomorrow&limit=0")) == 3


def test_asked_for_certain_days_a_calendar_holds_only_those(town: Town) -> None:
    town.publish(VALUES)
    found = calendar(town, "/gatherings.ics?from=2026-12-01&to=2026-12-14")
    assert [one.start.date() for one in found] == [date(2026, 12, 5), date(2026, 12, 12)]
    assert all("RRULE" not in one for one in found)


def test_a_calendar_of_one_weekday_tells_rules_where_they_fit(town: Town) -> None:
    town.publish(replace(VALUES, title="土曜だけ"))
    town.publish(replace(VALUES, title="土日", schedule=replace(SATURDAYS, weekdays=(5, 6))))
    found = calendar(town, "/gatherings.ics?weekday=5")
    assert [str(one["SUMMARY"]) for one in found if "RRULE" in one] == ["土曜だけ"]
    both = [one for one in found if one["SUMMARY"] == "土日"]
    assert len(both) > 20
    assert {one.start.weekday() for one in both} == {5}
    assert ["RRULE" in one for one in calendar(town, "/gatherings.ics?weekday=5&time=morning&q=だけ")] == [True]
    assert calendar(town, "/gatherings.ics?time=evening") == []


def test_a_feed_says_what_it_holds(town: Town) -> None:
    feed = rss(town, "/gatherings.rss?free=1&district=" + town.settings.districts[0].slug).feed
    name = town.settings.districts[0].name
    assert feed.title == f"{town.settings.city.site_name}：{name}・無料"
    assert feed.link == f"https://idobata.example/gatherings?district={town.settings.districts[0].slug}&free=1"
    assert rss(town).feed.title == town.settings.city.site_name


def test_groups_places_and_districts_have_their_own(town: Town) -> None:
    district = town.settings.districts[0]
    with transaction():
        group = Group(slug="midori", name="みどり会", folded_name=fold_name("みどり会"), created_at=NOW, updated_at=NOW)
        db.session.add(group)
    ours = town.publish(replace(VALUES, title="わたしたちの会", district=district.slug))
    with transaction():
        ours.group_id = group.id
    town.publish(replace(VALUES, title="よその会", place=PlaceWords(name="南公民館")))
    assert ours.place is not None
    for page in (f"/groups/{group.slug}", f"/places/{ours.place.public_id}", f"/districts/{district.slug}"):
        assert titles(town, f"{page}.rss") == ["11/21(土) 10:00 わたしたちの会 @中央公民館"]
        assert summaries(town, f"{page}.ics") == ["わたしたちの会"]
        feed = rss(town, f"{page}.rss").feed
        assert feed.link == f"https://idobata.example{page}"
        assert [link.href for link in feed.links if link.rel == "self"] == [f"https://idobata.example{page}.rss"]
        assert titles(town, f"{page}.atom") == titles(town, f"{page}.rss")
        assert [item["title"] for item in json_feed(town, f"{page}.json")["items"]] == titles(town, f"{page}.rss")
    assert rss(town, "/groups/midori.rss").feed.title.endswith("：みどり会")
    assert titles(town, "/groups/midori.rss?group=other") == ["11/21(土) 10:00 わたしたちの会 @中央公民館"]


def test_new_gatherings_are_told_once_and_the_newest_first(town: Town) -> None:
    first = town.publish(replace(VALUES, title="一つ目"), published_at=NOW - timedelta(days=3))
    town.publish(replace(VALUES, title="二つ目"), published_at=NOW - timedelta(days=1))
    before = rss(town, "/feeds/new.rss").entries
    assert [item.title[-len("二つ目 @中央公民館") :] for item in before] == ["二つ目 @中央公民館", "一つ目 @中央公民館"]
    assert before[1].id == f"tag:idobata.example,2026:gathering/{first.public_id}/new"
    assert before[1].published == "Tue, 17 Nov 2026 00:00:00 +0000"
    with clock.hold(NOW + timedelta(days=8)):
        after = rss(town, "/feeds/new.rss").entries
    assert [(item.id, item.published) for item in after] == [(item.id, item.published) for item in before]
    assert after[0].title != before[0].title


def test_a_new_gathering_whose_next_date_is_cancelled_is_told_with_the_one_after(town: Town) -> None:
    gathering = town.publish(VALUES)
    with transaction():
        cancel_date(SYSTEM, gathering, date(2026, 11, 21), "", town.settings)
    assert titles(town, "/feeds/new.rss") == ["11/28(土) 10:00 井戸端パーティー @中央公民館"]


def test_a_new_gathering_is_found_behind_hundreds_that_do_not_fit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_queries, "HANDFUL", 2)
    town.publish(replace(VALUES, title="日曜の会", schedule=replace(SATURDAYS, weekdays=(6,))), published_at=NOW - timedelta(days=1))
    for number in range(5):
        town.publish(replace(VALUES, title=f"会{number}"))
    assert titles(town, "/feeds/new.rss?weekday=6") == ["11/22(日) 10:00 日曜の会 @中央公民館"]
    assert len(titles(town, "/feeds/new.rss?limit=4")) == 4


def test_todays_list_is_news_from_midnight_on(town: Town) -> None:
    """A machine that posts what is on today sees each date as new on its own morning, whenever it was announced."""
    town.publish(VALUES, published_at=NOW - timedelta(days=30))
    with clock.hold(datetime(2026, 11, 28, 0, tzinfo=UTC)):
        (item,) = rss(town, "/gatherings.rss?when=today").entries
        (week,) = rss(town, "/gatherings.rss?when=week").entries
    assert item.title == "11/28(土) 10:00 井戸端パーティー @中央公民館"
    assert item.published == "Fri, 27 Nov 2026 15:00:00 +0000"
    assert week.published == "Sun, 22 Nov 2026 15:00:00 +0000"


def test_moments_of_a_whole_import_fall_second_by_second(town: Town) -> None:
    for number in range(12):
        town.publish(replace(VALUES, title=f"会{number}"))
    for path in ("/gatherings.rss", "/feeds/new.rss"):
        moments = [item.published_parsed for item in rss(town, path).entries]
        assert len(moments) == 12
        assert all(later > earlier for later, earlier in pairwise(moments))


def test_the_same_town_gives_the_same_bytes_a_minute_later(town: Town) -> None:
    for number in range(3):
        town.publish(replace(VALUES, title=f"会{number}"))
    for path in LISTS:
        before = town.reader.get(path).data
        with clock.hold(NOW + timedelta(minutes=1)):
            assert town.reader.get(path).data == before


def test_the_calendar_of_a_series_is_the_same_the_next_day(town: Town) -> None:
    gathering = town.publish(replace(VALUES, schedule=replace(SATURDAYS, first_day=date(2026, 11, 1), skip_holidays=True)))
    paths = ("/gatherings.ics", f"/gatherings/{gathering.public_id}.ics")
    before = [town.reader.get(path).data for path in paths]
    with clock.hold(NOW + timedelta(days=3)):
        with transaction():
            make_dates(gathering, town.settings)
        assert [town.reader.get(path).data for path in paths] == before


def test_english_is_kept_in_every_address_of_a_feed(town: Town) -> None:
    town.publish(VALUES)
    feed = rss(town, "/gatherings.rss?lang=en").feed
    assert feed.language == "en"
    assert feed.title == town.settings.city.english_site_name
    assert feed.link.endswith("/gatherings?lang=en")


def test_a_private_home_is_told_by_its_area_only(town: Town) -> None:
    home = replace(VALUES, venue_kind=VenueKind.PRIVATE, area_words="北町のあたり")
    gathering = town.publish(home)
    assert titles(town) == ["11/21(土) 10:00 井戸端パーティー @北町のあたり"]
    (found,) = calendar(town, f"/gatherings/{gathering.public_id}.ics")
    assert found["LOCATION"] == "北町のあたり"
    assert "GEO" not in found


def test_nothing_private_is_in_any_feed(town: Town) -> None:
    private = replace(
        VALUES,
        contact_name="秘密の名前",
        contact_phone="090-0000-0001",
        contact_email="canary@example.com",
        contact_url="https://canary.example/",
    )
    gathering = town.publish(private)
    with transaction():
        gathering.return_words = "内部の言葉"
    for path in (*LISTS, f"/gatherings/{gathering.public_id}.ics"):
        text = town.reader.get(path).text.replace("\r\n ", "")
        for secret in ("秘密の名前", "090-0000-0001", "canary", "host@example.com", "内部の言葉"):
            assert secret not in text


def test_one_broken_row_leaves_the_others_standing(town: Town) -> None:
    town.publish(replace(VALUES, title="よい会"))
    broken = town.publish(replace(VALUES, title="こわれた会"))
    with transaction():
        broken.schedule = {"rhythm": "weekly", "first_day": "broken"}
    assert titles(town) == ["11/21(土) 10:00 よい会 @中央公民館"]
    assert summaries(town) == ["よい会"]
    assert titles(town, "/feeds/new.rss") == ["11/21(土) 10:00 よい会 @中央公民館"]


@pytest.mark.parametrize("path", [*LISTS, "/gatherings.rss?q=会&free=1", "/gatherings.ics?weekday=5"])
def test_the_number_of_questions_to_the_database_does_not_grow(town: Town, path: str) -> None:
    town.publish(replace(VALUES, title="会"))
    assert _statements(town, path) <= 12
    few = _statements(town, path)
    for number in range(8):
        one = town.publish(replace(VALUES, title=f"会{number}", place=PlaceWords(name=f"公民館{number}")))
        with transaction():
            cancel_date(SYSTEM, one, date(2026, 11, 28), "", town.settings)
    assert _statements(town, path) == few


def test_dates_to_come_that_nobody_touched_are_not_even_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering = town.publish(VALUES)
    read: list[int] = []
    real = calendar_queries.CalendarMaker._dates

    def noted(self: Any, *more: Any) -> Any:
        found = real(self, *more)
        read.append(sum(len(dates) for dates in found.values()))
        return found

    monkeypatch.setattr(calendar_queries.CalendarMaker, "_dates", noted)
    assert db.session.query(Occurrence).filter_by(gathering_id=gathering.id).count() > 20
    assert len(calendar(town)) == 1
    assert read == [0], "a rule says where they are"


def test_kept_pages_turn_when_the_list_does(town: Town) -> None:
    town.publish(VALUES)
    assert _fresh_until(town, "/gatherings.rss") == "2026-11-20T15:00:00+00:00"  # midnight in Japan
    with clock.hold(datetime(2026, 11, 21, 0, 30, tzinfo=UTC)):
        assert _fresh_until(town, "/gatherings.rss") == "2026-11-21T01:00:00+00:00"
        assert _fresh_until(town, "/feeds/new.rss") == "2026-11-21T03:00:00+00:00"
        assert _fresh_until(town, "/gatherings.ics") == "2026-11-21T01:00:00+00:00"


def _fresh_until(town: Town, path: str) -> str:
    return town.reader.get(path).headers[FRESH_UNTIL]


def _statements(town: Town, path: str) -> int:
    db.session.remove()
    with counted() as seen:
        assert town.reader.get(path).status_code == 200
    return len([one for one in seen if one.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_every_word_of_a_gathering_is_said_as_it_was_typed(town: Town) -> None:
    gathering: Gathering = town.publish(replace(VALUES, title="<b>お茶</b> & 将棋", body="1行目\n\n・リスト"))
    assert rss(town).entries[0].title == "11/21(土) 10:00 <b>お茶</b> & 将棋 @中央公民館"
    assert "<ul><li>リスト</li></ul>" in rss(town).entries[0].content[0].value
    (found,) = calendar(town, f"/gatherings/{gathering.public_id}.ics")
    assert found["SUMMARY"] == "<b>お茶</b> & 将棋"
    assert "1行目\n\n・リスト" in found["DESCRIPTION"]
