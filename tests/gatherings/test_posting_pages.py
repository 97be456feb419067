"""Posting as a person lives it: form, preview, mail, button; and everything that can go wrong on the way."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from idobata.gatherings.models import Gathering, Occurrence
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY

PLAIN = {
    "day": "2026-12-05",
    "starts": "10:00",
    "ends": "12:00",
    "rhythm": "once",
    "venue_kind": "place",
    "place_name": "みどり公民館",
    "title": "朝のおにぎりと将棋",
    "summary": "おにぎりを食べて、将棋をさします。",
    "fee_kind": "free",
    "host_name": "朝ごはんの会",
    "pledge": "y",
    "email": "hanako@example.com",
}


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def post(client: InspectingClient, do: str, **changes: Any) -> TestResponse:
    """What a browser sends from the form."""
    token = token_of(client.get("/post"))
    typed = {**PLAIN, "csrf_token": token, "do": do, **changes}
    return client.post("/post", data=MultiDict([(k, v) for k, v in typed.items() if v is not None]))


def letters(app: Flask) -> list[str]:
    """The texts of the mails that arrived, oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(TrayMail.text).order_by(TrayMail.id)))


def link_in(text: str) -> str:
    found = re.search(r"/post/confirm/[\w-]+", text)
    assert found
    return found[0]


def count(app: Flask, model: Any = Gathering) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def only(app: Flask) -> Gathering:
    with app.app_context():
        return db.session.scalars(select(Gathering)).one()


def test_a_post_goes_from_the_form_to_the_editors_by_one_mailed_button(
    client: InspectingClient, app: Flask, work: Callable[[], int]
) -> None:
    sent = post(client, "send", rhythm="weekly")
    assert (sent.status_code, sent.location) == (303, "/post/sent")
    assert "Set-Cookie" not in sent.headers
    assert "メールを見てください" in client.get("/post/sent").text
    assert only(app).publication == "draft"

    work()
    link = link_in(letters(app)[0])
    assert PLAIN["title"] not in letters(app)[0]
    # A mail scanner opens every link, twice.
    assert client.head(link).status_code == client.get(link).status_code == 200
    assert only(app).publication == "draft"

    taken = client.post(link, data={"csrf_token": token_of(client.get(link)), "do": "send"})
    assert taken.status_code == 303
    assert taken.location == f"/my/{only(app).public_id}?done=confirmed"
    assert only(app).publication == "in_review"
    mine = client.get(taken.location)
    assert "メールアドレスをたしかめました" in mine.text
    assert "確認を待っています" in mine.text
    assert count(app, Occurrence) > 20


def test_a_link_works_once_and_says_kindly_how_to_go_on(client: InspectingClient, app: Flask, work: Callable[[], int]) -> None:
    post(client, "send")
    work()
    link = link_in(letters(app)[0])
    token = token_of(client.get(link))
    client.post(link, data={"csrf_token": token})
    again = app.test_client()
    assert again.post(link, data={"csrf_token": token}).status_code == 410
    ended = again.get(link)
    assert ended.status_code == 410
    assert "マイページに入る" in ended.text
    assert again.get("/post/confirm/never-was").status_code == 410


def test_who_comes_too_late_gets_a_new_link_at_the_same_address(client: InspectingClient, app: Flask, work: Callable[[], int]) -> None:
    post(client, "send")
    work()
    old = link_in(letters(app)[0])
    clock.fix(MONDAY + timedelta(hours=50))
    ended = client.get(old)
    assert ended.status_code == 410
    assert client.post(old, data={"csrf_token": token_of(ended)}).status_code == 410
    assert only(app).publication == "draft"
    assert client.post(f"{old}/again", data={"csrf_token": token_of(ended)}).status_code == 303
    work()
    new = link_in(letters(app)[-1])
    assert new != old
    assert client.post(new, data={"csrf_token": token_of(client.get(new))}).status_code == 303
    assert only(app).publication == "in_review"
    # The old link cannot be used to mail anybody any more.
    assert client.post(f"{old}/again", data={"csrf_token": token_of(ended)}).status_code in (403, 410)


def test_somebody_may_keep_a_draft_and_go_on_later(client: InspectingClient, app: Flask, work: Callable[[], int]) -> None:
    assert post(client, "draft").location == "/post/sent"
    work()
    link = link_in(letters(app)[0])
    kept = client.post(link, data={"csrf_token": token_of(client.get(link)), "do": "keep"})
    assert kept.location.endswith("?done=kept")
    assert only(app).publication == "draft"
    page = client.get(kept.location)
    assert "まだ市にとどいていません" in page.text
    client.post(f"/my/{only(app).public_id}/submit", data={"csrf_token": token_of(page)})
    assert only(app).publication == "in_review"


def test_the_preview_is_the_real_page_and_keeps_nothing(client: InspectingClient, app: Flask) -> None:
    page = post(
        client, "preview", rhythm="monthly_weekday", body="まず、お茶をいれます。\n・おはし\n・お茶わん", **{"facts-just-watch": "yes"}
    )
    assert page.status_code == 200
    for words in (
        "まだ、だれにも見えていません",
        PLAIN["title"],
        "毎月第1土曜日",
        "みどり公民館",
        "見るだけOK",
        "お茶わん",
        "hanako@example.com",
    ):
        assert words in page.text
    assert (count(app), count(app, Occurrence), count(app, Place)) == (0, 0, 0)

    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    back = client.post("/post", data={**carried, "do": "back"})
    assert back.status_code == 200
    assert 'value="朝のおにぎりと将棋"' in back.text
    assert client.post("/post", data={**carried, "do": "send"}).status_code == 303
    row = only(app)
    assert row.title == PLAIN["title"]
    assert row.body.splitlines()[-1] == "・お茶わん"


def test_the_next_dates_are_shown_before_anything_is_sent(client: InspectingClient, app: Flask) -> None:
    page = post(client, "dates", rhythm="weekly", title="", email="")
    assert page.status_code == 200
    for words in ("毎週土曜日", "12月5日（土）午前10時〜正午", "2027年1月2日（土）"):
        assert words in page.text
    assert "もう一度、たしかめてください" not in page.text
    assert post(client, "dates", day="").status_code == 422
    assert count(app) == 0


def test_mistakes_come_back_with_every_word(client: InspectingClient, app: Flask) -> None:
    page = post(client, "send", title="", email="hanako", day="らいしゅう", body="ここは残る", **{"facts-quiet": "no"})
    assert page.status_code == 422
    assert 'href="#title"' in page.text
    assert 'href="#email"' in page.text
    for words in ('value="らいしゅう"', 'value="hanako"', "ここは残る", 'name="facts-quiet" value="no" checked'):
        assert words in page.text
    assert count(app) == 0


def test_a_page_that_was_open_too_long_gives_the_words_back_and_a_new_start(client: InspectingClient, app: Flask) -> None:
    page = post(client, "send", csrf_token="old")
    assert page.status_code == 422
    assert "もういちどボタンを押してください" in page.text
    assert PLAIN["summary"] in page.text
    again = client.post("/post", data={**PLAIN, "do": "send", "csrf_token": token_of(page)})
    assert again.status_code == 303
    assert count(app) == 1


def test_pressing_twice_sends_once(client: InspectingClient, app: Flask, work: Callable[[], int]) -> None:
    assert post(client, "send").status_code == post(client, "send").status_code == 303
    work()
    assert count(app) == 1
    assert len(letters(app)) == 1


def test_too_many_posts_are_asked_to_wait_with_their_words_kept(client: InspectingClient, app: Flask, settings: Settings) -> None:
    most = settings.policy.posts_per_hour_per_address
    for number in range(most):
        assert post(client, "send", email=f"a{number}@example.com").status_code == 303
    page = post(client, "send", email="b@example.com")
    assert page.status_code == 429
    assert PLAIN["summary"] in page.text
    assert count(app) == most


def test_one_mailbox_cannot_be_flooded(client: InspectingClient, app: Flask, settings: Settings, work: Callable[[], int]) -> None:
    most = settings.policy.mails_per_hour_per_mailbox
    answers = [post(client, "send", title=f"集まり{number}").status_code for number in range(most + 2)]
    assert answers == [303] * most + [429] * 2
    work()
    assert len(letters(app)) == most


def test_a_program_that_fills_in_everything_is_turned_away(client: InspectingClient, app: Flask) -> None:
    page = post(client, "send", leave_me_empty="https://example.com")
    assert page.status_code == 429
    assert count(app) == 0
    # A person whose browser filled it in presses again and is through.
    assert 'value="https://example.com"' not in page.text


def test_what_a_stranger_says_about_a_checked_place_changes_nothing_there(client: InspectingClient, app: Flask) -> None:
    with app.app_context():
        now = clock.now()
        db.session.add(Place(name="みどり公民館", folded_name="みどり公民館", checked_at=now, created_at=now, updated_at=now))
        db.session.commit()
    assert post(client, "send", place_address="うその町1", place_access="うその道", district="minato").status_code == 303
    with app.app_context():
        place = db.session.scalars(select(Place)).one()
        assert (place.address, place.access, place.district) == ("", "", None)


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "あ" * 10_000},
        {"title": "\x00\x08\u202e\u200b"},
        {"title": "Z" + "\u0301" * 3000, "day": "9999-12-31"},
        {"day": "0001-01-01", "last_day": "9999-12-31"},
        {"rhythm": "weekly", "count": "9" * 5000},
        {"rhythm": "monthly_date", "month_days": "1 " * 3000},
        {"more_dates": "12/5," * 20_000},
        {"starts": "²²:³³", "day": "²"},
        {"email": "a@" + "b" * 5000},
        {"online_url": "https://" + "a" * 5000},
        {"do": "nothing-we-know", "title": ""},
    ],
)
def test_ugly_input_is_answered_with_a_sentence(client: InspectingClient, app: Flask, typed: dict[str, str]) -> None:
    do = typed.pop("do", "send")
    page = post(client, do, **typed)
    assert page.status_code == 422
    assert "もう一度、たしかめてください" in page.text
    assert count(app) == 0


def test_broken_letters_and_doubled_fields_never_break_the_page(client: InspectingClient, app: Flask) -> None:
    token = token_of(client.get("/post"))
    body = f"csrf_token={token}&do=send&title=%ED%A0%80%00abc&title=zwei&day=%FF%FE&weekdays=1&weekdays=1&rhythm=%F0%9F"
    page = client.post("/post", data=body.encode(), content_type="application/x-www-form-urlencoded")
    assert page.status_code == 422
    assert "abc" in page.text
    assert count(app) == 0


def test_the_form_speaks_english_too(client: InspectingClient) -> None:
    assert client.get("/post?lang=en").status_code == 200
