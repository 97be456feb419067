"""The main job from end to end: a resident posts, the city confirms, everybody sees it, and one date that is cancelled reaches everybody at once."""

import io
from dataclasses import dataclass
from datetime import date, timedelta

import feedparser
import icalendar
import pytest
import recurring_ical_events
from playwright.sync_api import Page, expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, Post, begin_to_post, confirm_by_mail, expect_filled, press, publish, sign_in
from tests.journeys.visitors import DESK, PHONE, Visitors

TUESDAY = date(2026, 12, 1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reader finds about a gathering in every place where it is told."""

    home: str
    listed: str
    month: str
    search: str
    page: str
    feed: str
    calendar: dict[date, str]
    town_calendar: dict[date, str]


def look_everywhere(reader: Page, public_id: str, title: str) -> Seen:
    """Read the gathering everywhere, by the addresses that the pages themselves offer."""
    reader.goto("/")
    home = _card(reader, title)
    feed_address = reader.locator('link[rel="alternate"][type="application/rss+xml"]').first.get_attribute("href")
    town_address = reader.locator('link[rel="alternate"][type="text/calendar"]').first.get_attribute("href")
    reader.goto("/gatherings?when=tomorrow")
    listed = _card(reader, title)
    reader.goto("/calendar/2026-12")
    month = " / ".join(one.inner_text() for one in reader.locator("main li", has=reader.get_by_role("link", name=title)).all())
    reader.goto("/")
    reader.get_by_role("searchbox").fill("湯のみ")
    reader.get_by_role("searchbox").press("Enter")
    reader.wait_for_url("**/gatherings?**")
    search = _card(reader, title)
    page = ""
    calendar: dict[date, str] = {}
    if search:
        reader.get_by_role("link", name=title).first.click()
        expect(reader.locator("h1")).to_have_text(title)
        page = reader.locator("main").inner_text()
        address = reader.get_by_role("link", name="カレンダーに入れる", exact=True).get_attribute("href")
        assert address
        calendar = _dates(reader.request.get(address).body(), public_id)
    assert feed_address
    assert town_address
    feed = feedparser.parse(io.BytesIO(reader.request.get(feed_address).body()))
    assert not feed.bozo, feed.get("bozo_exception")
    return Seen(
        home,
        listed,
        month,
        search,
        page,
        feed=" / ".join(entry.title for entry in feed.entries if public_id in entry.link),
        calendar=calendar,
        town_calendar=_dates(reader.request.get(town_address).body(), public_id),
    )


def _card(reader: Page, title: str) -> str:
    cards = reader.locator("article", has=reader.get_by_role("link", name=title))
    return cards.first.inner_text() if cards.count() else ""


def _dates(file: bytes, public_id: str) -> dict[date, str]:
    """The dates of a gathering in a calendar file up to the end of the year, each with its status, as a phone would show them."""
    events = recurring_ical_events.of(icalendar.Calendar.from_ical(file)).between(TUESDAY, date(2026, 12, 31))
    return {one["DTSTART"].dt.date(): str(one.get("STATUS", "")) for one in events if public_id in str(one.get("URL", one["UID"]))}


@pytest.mark.parametrize(
    ("width", "javascript"),
    [pytest.param(PHONE, True, id="on a phone"), pytest.param(DESK, False, id="on a wide screen without JavaScript")],
)
def test_a_weekly_gathering_from_the_first_word_to_a_cancelled_date(
    visitors: Visitors, served_site: ServedSite, width: int, javascript: bool
) -> None:
    post = Post(title="湯のみと文庫本の朝" if javascript else "湯のみと画集の朝", email=f"yunomi{width}@example.com")
    host = visitors.person(width, javascript=javascript)
    editor = visitors.person(width, javascript=javascript)
    reader = visitors.reader(width, javascript=javascript)

    begin_to_post(host, post)
    press(host, "どう見えるか見てみる")
    expect(host.get_by_text("これは見本です。")).to_be_visible()
    expect(host.locator("h1")).to_have_text(post.title)
    expect(host.locator("main")).to_contain_text("毎週火曜")
    press(host, "もどって直す")
    expect_filled(host, post)
    press(host, "確認に出す")
    expect(host.locator("h1")).to_have_text("あと、ひと押しです。メールを見てください")
    assert host.context.cookies() == []
    press(host, "デモのメール受け箱を開く")
    public_id = confirm_by_mail(host, served_site)
    expect(host.get_by_text("確認を待っています")).to_be_visible()

    # Nobody else sees it before the city has read it; and the reader's pages are kept ready from now on.
    nothing = Seen("", "", "", "", "", "", {}, {})
    assert look_everywhere(reader, public_id, post.title) == nothing

    sign_in(editor, EDITOR)
    publish(editor, post.title)

    tuesdays = [TUESDAY + timedelta(weeks=number) for number in range(5)]
    seen = look_everywhere(reader, public_id, post.title)
    for where in (seen.home, seen.listed, seen.search):
        assert post.title in where
        assert "6:00" in where
    assert seen.month.count(post.title) == len(tuesdays)
    assert "12月1日（火）" in seen.page
    assert "毎週火曜" in seen.page
    assert "12/1(火)" in seen.feed
    assert list(seen.calendar) == tuesdays
    assert "CANCELLED" not in seen.calendar.values()
    assert seen.town_calendar == seen.calendar
    assert "中止" not in "".join((seen.home, seen.listed, seen.month, seen.search, seen.page, seen.feed))

    host.goto("/my")
    host.get_by_role("link", name=post.title).click()
    press(host, "この日を中止にする")
    expect(host.get_by_text("この日を中止にしました")).to_be_visible()

    after = look_everywhere(reader, public_id, post.title)
    assert "中止" in after.home
    assert "中止" in after.listed
    assert after.month.count("中止") == 1
    assert after.month.count(post.title) == len(tuesdays)
    assert "12月1日（火）は中止になりました" in after.page
    assert "次は、12月8日（火）" in after.page
    assert "【中止】" in after.feed
    assert after.feed.count("【中止】") == 1
    assert after.calendar == {**seen.calendar, TUESDAY: "CANCELLED"}
    assert after.town_calendar == after.calendar
