"""The info screen: which days, how they are laid out, and what its page says without a script."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from flask import Flask

from idobata.app import may_be_kept
from idobata.embeds.screen_pages import ScreenWishes, days_shown, laid_out, read_screen_wishes
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.list_queries import load
from idobata.gatherings.models import Occurrence
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, days_from_monday, new_client, once, signed_in

TODAY, TOMORROW, SATURDAY, SUNDAY = (days_from_monday(number) for number in (0, 1, 5, 6))


def sheets(html: str) -> list[str]:
    return re.findall(r"<section class=\"sheet\" data-page.*?</section>", html, re.DOTALL)


def titles(html: str) -> list[list[str]]:
    return [[unescape(one) for one in re.findall(r'class="entry__title"[^>]*>([^<]*)', sheet)] for sheet in sheets(html)]


def text(client: InspectingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


# Rules


@pytest.mark.parametrize(
    ("today", "weekend"),
    [
        (date(2026, 11, 30), [date(2026, 12, 5), date(2026, 12, 6)]),  # Monday
        (date(2026, 12, 4), [date(2026, 12, 6)]),  # Friday: Saturday is tomorrow
        (date(2026, 12, 5), []),
        (date(2026, 12, 6), []),
    ],
)
def test_no_day_is_shown_twice(today: date, weekend: list[date]) -> None:
    shown = days_shown(today)
    assert [near for near, _day in shown[:2]] == ["today", "tomorrow"]
    assert [day for near, day in shown if near == "weekend"] == weekend
    assert len({day for _near, day in shown}) == len(shown)


@pytest.fixture
def some_card(town: Town) -> OccurrenceCard:
    town.published()
    [row] = load([db.session.query(Occurrence.id).scalar()])
    return Cards(town.settings, "ja", lambda words, values=None: words % values if values else words).occurrence(row)


@pytest.mark.parametrize(("count", "rows", "sizes"), [(0, 4, []), (4, 4, [4]), (5, 4, [3, 2]), (9, 4, [3, 3, 3]), (3, 2, [2, 1])])
def test_pages_of_a_day_are_filled_evenly_and_lose_nothing(some_card: OccurrenceCard, count: int, rows: int, sizes: list[int]) -> None:
    cards = tuple(replace(some_card, title=str(number)) for number in range(count))
    pages = laid_out("today", TODAY, cards, rows, more=7)
    assert [len(page.cards) for page in pages] == sizes
    assert [card.title for page in pages for card in page.cards] == [card.title for card in cards]
    assert [page.more for page in pages] == [0] * (len(sizes) - 1) + [7] * bool(sizes)


def test_what_cannot_be_used_of_an_address_is_as_if_it_were_not_there() -> None:
    nonsense = [("seconds", "4"), ("qr", "all"), ("turn", "0")]
    assert read_screen_wishes(nonsense) == ScreenWishes()
    assert read_screen_wishes([("seconds", "１５")]) == ScreenWishes()
    wishes = read_screen_wishes([("seconds", "120"), ("qr", "each"), ("turn", "3")])
    assert wishes == ScreenWishes(seconds=120, each=True, turn=3)
    assert wishes.query() == [("seconds", "120"), ("qr", "each")]


# Pages


def test_it_shows_today_tomorrow_and_the_weekend_by_time_and_nothing_of_the_days_between(town: Town, client: InspectingClient) -> None:
    for title, day, starts, ends in (
        ("夜の会", TODAY, 19, 20),
        ("長い会", TODAY, 10, 22),
        ("あしたの会", TOMORROW, 10, 12),
        ("水曜の会", days_from_monday(2), 10, 12),
        ("土曜の会", SATURDAY, 10, 12),
        ("日曜の会", SUNDAY, 10, 12),
    ):
        town.published(title=title, schedule=once(day, time(starts), time(ends)))
    html = text(client, "/screen")
    assert titles(html) == [["長い会", "夜の会"], ["あしたの会"], ["土曜の会"], ["日曜の会"]]
    assert re.findall(r'data-near="(\w+)"', html) == ["today", "tomorrow", "weekend", "weekend"]
    assert "11月30日（月）" in html
    assert "9:00に読みこみました" in html
    assert titles(text(client, "/screen?when=month&from=2026-12-02&to=2026-12-02&page=9")) == titles(html)


def test_an_exhibition_that_is_open_stands_under_today_alone(town: Town, client: InspectingClient) -> None:
    open_days = Schedule(rhythm=Rhythm.ONCE, first_day=TODAY - timedelta(days=1), span_days=7, starts=time(10), ends=time(17))
    clock.fix(MONDAY - timedelta(days=3))
    town.published(title="展示", schedule=open_days)
    clock.fix(MONDAY)
    html = text(client, "/screen")
    assert titles(html) == [["展示"]]
    assert "〜12/6" in html


def test_where_nothing_is_on_it_shows_what_comes_next_and_where_nothing_comes_it_says_so(town: Town, client: InspectingClient) -> None:
    assert "data-empty>" in text(client, "/screen")
    town.published(title="来週の会", schedule=once(days_from_monday(9)))
    html = text(client, "/screen")
    assert titles(html) == [["来週の会"]]
    assert "12/9（水）" in html
    assert "data-empty hidden>" in html


def test_filters_of_the_list_narrow_it_and_stand_in_its_head_and_its_code(town: Town, client: InspectingClient) -> None:
    town.published(title="港の会", district="minato", schedule=once(TODAY, time(19), time(20)))
    town.published(title="北町の会", district="kitamachi", schedule=once(TODAY, time(19), time(20)))
    html = text(client, "/screen?district=minato&lang=en")
    assert titles(html) == [["港の会"]]
    [heading] = re.findall(r'<h1 class="screen__head">([^<]+)</h1>', html)
    assert heading.startswith("Minato")


def test_what_is_cancelled_says_so_and_what_nobody_has_confirmed_is_left_out(town: Town, client: InspectingClient) -> None:
    row = town.published(title="雨の会", schedule=once(SATURDAY))
    unsure = town.published(title="あいまいな会", schedule=once(SATURDAY))
    with transaction():
        cancel_date(town.person(), row, SATURDAY, "台風のため", town.settings)
        for one in db.session.query(Occurrence).filter(Occurrence.gathering_id == unsure.id):
            one.unconfirmed = True
    html = text(client, "/screen")
    assert titles(html) == [["雨の会"]]
    assert "entry--cancelled" in html
    assert "中止" in html
    assert "台風のため" in html


def test_each_date_may_bring_its_own_code(town: Town, client: InspectingClient) -> None:
    for _number in range(3):
        town.published(schedule=once(TODAY, time(19), time(20)))
    html = text(client, "/screen?qr=each")
    assert [len(one) for one in titles(html)] == [2, 1]
    assert html.count('class="qr"') == 3 + 1
    assert text(client, "/screen").count('class="qr"') == 1


def test_without_a_script_the_browser_asks_for_the_next_page_and_begins_again(town: Town, client: InspectingClient) -> None:
    for day in (TODAY, TOMORROW):
        town.published(schedule=once(day, time(19), time(20)))
    first = text(client, "/screen?seconds=20&free=1&category=eat")
    assert '<noscript><meta http-equiv="refresh" content="20; url=/screen?category=eat' in first.replace("free=1&amp;", "")
    for turn, following in ((1, 2), (2, 1), (7, 2)):
        html = text(client, f"/screen?turn={turn}")
        assert f"turn={following}" in html
        assert [" hidden>" in sheet.split("<h2")[0] for sheet in sheets(html)] == [following == 1, following == 2]


def test_it_is_the_same_for_everybody_and_true_for_a_minute(town: Town, app: Flask) -> None:
    town.published(schedule=once(TODAY, time(19), time(20)))
    assert may_be_kept("/screen")
    assert not may_be_kept("/screen/clock")
    readers = new_client(app).get("/screen")
    assert readers.headers["Cache-Control"] == "public, no-cache"
    assert readers.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in readers.headers
    hers = signed_in(app, town.person("hanako@example.com", "かなりあ花子")).get("/screen")
    assert hers.data == readers.data


def test_the_clock_is_the_sites_own_and_is_never_kept(client: InspectingClient) -> None:
    answer = client.get("/screen/clock")
    assert answer.json is not None
    assert datetime.fromisoformat(answer.json["now"]) == MONDAY
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_worker_sees_the_screen_alone(client: InspectingClient) -> None:
    answer = client.get("/screen/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/screen"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Cross-Origin-Resource-Policy" in answer.headers


def test_words_from_strangers_stay_words_on_the_screen(town: Town, client: InspectingClient) -> None:
    town.published(title="<img src=x onerror=alert(1)>", schedule=once(TODAY, time(19), time(20)))
    html = text(client, "/screen?qr=each&q=img")
    assert "<img src=x" not in html
    assert titles(html) == [["<img src=x onerror=alert(1)>"]]
