"""The page behind the mail: a host answers with one press and without signing in, about what she was asked and nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.gatherings.asking_actions import ask_hosts, mark_unconfirmed
from idobata.gatherings.freshness_models import Assurance
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, days_from_monday, everything, press, token_on, weekly

SATURDAY = days_from_monday(5)
LATER = MONDAY + timedelta(days=91)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def link(town: Town, settings: Settings) -> str:
    """A host with two gatherings was asked three months later; the path in her mail."""
    host = town.person("hanako@example.com")
    for title in ("朝のおにぎり", "夕方の将棋"):
        town.published(host, title=title, schedule=weekly(SATURDAY), contact_phone="090-1111-2222")
    town.published(town.person("taro@example.com"), title="川のそうじ", schedule=weekly(SATURDAY))
    clock.fix(LATER)
    ask_hosts(settings)
    return path_mailed_to("hanako@example.com")


def path_mailed_to(address: str) -> str:
    for row in db.session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())):
        found = re.search(r"/still/[\w-]+", row.payload.get("text", ""))
        if found and row.payload["to"] == address:
            return found[0]
    raise AssertionError(f"no mail to {address}")


def row_of(title: str) -> Gathering:
    db.session.rollback()
    return db.session.scalars(select(Gathering).where(Gathering.title == title)).one()


def plain(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"<[^>]+>", "", page)


def outcomes(title: str) -> list[str]:
    row = row_of(title)
    return list(db.session.scalars(select(Assurance.outcome).where(Assurance.gathering_id == row.id)))


def test_looking_changes_nothing_and_shows_only_what_she_was_asked(client: InspectingClient, link: str) -> None:
    before = everything()
    page = client.get(link)
    words = page.get_data(as_text=True)
    assert "朝のおにぎり" in words
    assert "夕方の将棋" in words
    for private in ("川のそうじ", "hanako@example.com", "090-1111-2222"):
        assert private not in words
    assert "Set-Cookie" not in page.headers
    assert "no-store" in page.headers["Cache-Control"] or "private" in page.headers["Cache-Control"]
    assert everything() == before


def test_one_press_says_that_it_goes_on_and_the_page_says_when(client: InspectingClient, link: str) -> None:
    row = row_of("朝のおにぎり")
    answer = press(client, link, do="still", about=row.public_id)
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "「続けています」と受けとりました" in page
    assert "夕方の将棋" in page
    assert 'value="' + row.public_id not in page
    assert outcomes("朝のおにぎり") == ["still"]
    assert outcomes("夕方の将棋") == []
    assert "最終確認：3月1日（月）（主催からの返事で）" in plain(client.get(f"/gatherings/{row.public_id}").get_data(as_text=True))
    # A second press of the same button, from an old tab.
    again = press(client, link, do="still", about=row.public_id)
    assert "もういただいています" in client.get(again.location).get_data(as_text=True)
    assert outcomes("朝のおにぎり") == ["still"]


def test_a_check_of_another_year_says_its_year(client: InspectingClient, link: str, monday: datetime) -> None:
    """Without it a check of long ago would look like one of this year."""
    row = row_of("朝のおにぎり")
    press(client, link, do="all")
    clock.fix(datetime(2028, 1, 3, 10, tzinfo=UTC))
    words = plain(client.get(f"/gatherings/{row.public_id}").get_data(as_text=True))
    assert "最終確認：2027年3月1日（月）" in words
    assert "最後に直した日：2026年11月30日（月）" in words
    clock.fix(monday)


def test_all_go_on_with_one_press_and_the_link_is_thanked_for_later(client: InspectingClient, link: str) -> None:
    press(client, link, do="all")
    assert outcomes("朝のおにぎり") == outcomes("夕方の将棋") == ["still"]
    assert outcomes("川のそうじ") == []
    assert "ありがとうございました" in client.get(link).get_data(as_text=True)


def test_a_rest_needs_a_day_and_keeps_what_was_typed(client: InspectingClient, link: str) -> None:
    row = row_of("朝のおにぎり")
    wrong = press(client, link, do="paused", about=row.public_id, until="2020-01-01")
    assert wrong.status_code == 422
    assert "この日はもう過ぎています" in wrong.get_data(as_text=True)
    assert 'value="2020-01-01"' in wrong.get_data(as_text=True)
    assert press(client, link, do="paused", about=row.public_id, until="いつか").status_code == 422
    assert outcomes("朝のおにぎり") == []
    assert press(client, link, do="paused", about=row.public_id, until="2027-03-20").status_code == 303
    shown = plain(client.get(f"/gatherings/{row.public_id}").get_data(as_text=True))
    assert "3月6日（土）は中止になりました" in shown
    assert "お休み" in shown
    assert "次は、3月27日（土）" in shown


def test_an_end_is_said_on_the_page_and_the_page_stays(client: InspectingClient, link: str) -> None:
    row = row_of("朝のおにぎり")
    press(client, link, do="ended", about=row.public_id)
    shown = client.get(f"/gatherings/{row.public_id}")
    assert shown.status_code == 200
    assert "この集まりは終わりました" in shown.get_data(as_text=True)
    assert "STATUS:CANCELLED" in client.get(f"/gatherings/{row.public_id}.ics").get_data(as_text=True)


def test_what_she_was_not_asked_about_cannot_be_answered(client: InspectingClient, link: str, town: Town) -> None:
    other, mine = row_of("川のそうじ"), row_of("朝のおにぎり")
    token = token_on(client.get(link))
    for data in (
        {"do": "ended", "about": other.public_id},
        {"do": "ended", "about": "abcdefghjkmn"},
        {"do": "ended", "about": ""},
        {"do": "still"},
    ):
        answer = client.post(link, data={"csrf_token": token, **data})
        assert answer.status_code == 303
        assert answer.location.endswith("done=before")
    assert client.post(link, data={"csrf_token": token, "do": "publish", "about": mine.public_id}).status_code == 422
    assert client.post(link, data={"do": "still", "about": mine.public_id}).status_code == 403, "without a token"
    assert outcomes("川のそうじ") == outcomes("朝のおにぎり") == []


def test_what_left_the_board_meanwhile_is_no_longer_asked_about(client: InspectingClient, link: str, town: Town) -> None:
    row = row_of("朝のおにぎり")
    with transaction():
        withdraw(town.person("hanako@example.com"), row)
    assert "朝のおにぎり" not in client.get(link).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/still/x", "/still/" + "a" * 43, "/still/%E3%81%82"])
def test_a_link_nobody_mailed_opens_nothing(client: InspectingClient, link: str, path: str) -> None:
    assert client.get(path).status_code == 410
    token = token_on(client.get(link))
    assert client.post(path, data={"csrf_token": token, "do": "all"}).status_code == 410
    assert outcomes("朝のおにぎり") == []


def test_the_link_lasts_thirty_days_and_not_a_sign_in_link_does_it(client: InspectingClient, link: str) -> None:
    with clock.hold(LATER + timedelta(days=29, hours=23)):
        assert client.get(link).status_code == 200
    with clock.hold(LATER + timedelta(days=30, minutes=1)):
        assert client.get(link).status_code == 410
    assert client.get(link.replace("/still/", "/sign-in/")).status_code == 410
    assert client.get(link.replace("/still/", "/post/confirm/")).status_code == 410


def test_unconfirmed_is_said_in_the_list_and_on_the_page_and_leaves_the_feeds(
    client: InspectingClient, app: Flask, town: Town, settings: Settings
) -> None:
    row = town.published(title="だれも答えない会", schedule=weekly(SATURDAY))
    town.published(town.person("taro@example.com"), title="答えた会", schedule=weekly(SATURDAY))
    with transaction():
        row.poster_email, row.checked_at = "", MONDAY - timedelta(days=200)
    mark_unconfirmed(settings)
    listed = client.get("/gatherings").get_data(as_text=True)
    assert listed.count("最近の確認がとれていません") == 1
    assert listed.index("答えた会") < listed.index("だれも答えない会")
    shown = client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert "しばらく確認できていません" in shown
    for feed in ("/gatherings.rss", "/gatherings.ics", "/feeds/new.rss", "/districts/kitamachi.rss", "/districts/kitamachi.ics"):
        words = client.get(feed).get_data(as_text=True)
        assert "答えた会" in words, feed
        assert "だれも答えない会" not in words, feed
    assert "だれも答えない会" in client.get(f"/gatherings/{row.public_id}.ics").get_data(as_text=True)
    with transaction():
        dates = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id)).all()
    assert all(one.unconfirmed for one in dates)


def test_in_english_too(client: InspectingClient, link: str, monday: datetime) -> None:
    assert "Is it still going on?" in client.get(link + "?lang=en").get_data(as_text=True)
