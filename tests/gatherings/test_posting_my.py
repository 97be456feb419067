"""My page: what I posted is mine to change, to cancel and to take down; nobody else's is."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.accounts.session_actions import begin_session
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.states import FeeKind
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, once, weekly

SATURDAY = date(2026, 12, 5)


def signed_in(app: Flask, settings: Any, actor: Actor) -> InspectingClient:
    """A browser of this person."""
    with transaction(public=False):
        secret, _ = begin_session(db.session.get_one(Person, actor.person_id), settings.policy)
    client = app.test_client()
    client.set_cookie("idobata", secret)
    assert isinstance(client, InspectingClient)
    return client


def token_of(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    return found[1]


def press(client: InspectingClient, path: str, **typed: Any) -> Any:
    """Press a button of the manage page."""
    token = token_of(client.get("/".join(path.split("/")[:3])).text)
    return client.post(path, data={"csrf_token": token, **typed})


def form_values(client: InspectingClient, path: str) -> dict[str, list[str]]:
    """Everything a browser would send from the filled form."""
    page = client.get(path).text
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input([^>]*)>", page):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in at and not (at.get("type") in ("radio", "checkbox") and " checked" not in tag):
            values.setdefault(at["name"], []).append(at.get("value", ""))
    for tag, words in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", page, re.DOTALL):
        values[dict(re.findall(r'([\w-]+)="([^"]*)"', tag))["name"]] = [words.strip("\r\n")]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        values[name] = [chosen[1] if chosen else ""]
    return values


def state_of(gathering: Gathering, day: date = SATURDAY) -> Occurrence:
    db.session.rollback()
    return db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == gathering.id, Occurrence.day == day)).one()


def test_my_page_lists_what_i_posted_with_its_state_and_next_date(app: Flask, town: Town) -> None:
    hanako, taro = town.person(), town.person("taro@example.com", "たろう")
    town.published(hanako, title="みえる集まり")
    town.waiting(hanako, title="まつ集まり")
    town.published(taro, title="ひとの集まり")
    page = signed_in(app, town.settings, hanako).get("/my").text
    assert "みえる集まり" in page
    assert "掲載中" in page
    assert "確認を待っています" in page
    assert "12月5日（土）" in page
    assert "ひとの集まり" not in page


def test_an_empty_page_invites(app: Flask, town: Town) -> None:
    assert "ひとつ開いてみませんか" in signed_in(app, town.settings, town.person()).get("/my").text


def test_nobody_manages_what_is_not_theirs(app: Flask, town: Town, client: InspectingClient) -> None:
    row = town.published(town.person())
    stranger = signed_in(app, town.settings, town.person("taro@example.com"))
    token = token_of(stranger.get("/post").text)
    paths = ["", "/edit", "/withdraw", "/dates/2026-12-05/move"]
    for path in paths:
        assert stranger.get(f"/my/{row.public_id}{path}").status_code == 404
        assert client.get(f"/my/{row.public_id}{path}").status_code == 303
    for path in [
        "/edit",
        "/withdraw",
        "/submit",
        "/dates",
        *[f"/dates/2026-12-05/{act}" for act in ("cancel", "restore", "full", "confirm", "move")],
    ]:
        assert stranger.post(f"/my/{row.public_id}{path}", data={"csrf_token": token}).status_code == 404
    assert stranger.get("/my/no-such-id").status_code == 404
    assert stranger.get(f"/post?from={row.public_id}").status_code == 404
    assert state_of(row).state == "planned"


def test_one_press_cancels_a_date_everywhere_and_one_press_takes_it_back(app: Flask, town: Town, client: InspectingClient) -> None:
    row = town.published(town.person(), schedule=weekly(SATURDAY))
    mine = signed_in(app, town.settings, town.person())
    done = press(mine, f"/my/{row.public_id}/dates/2026-12-05/cancel", note="台風のため")
    assert (done.status_code, done.location) == (303, f"/my/{row.public_id}?done=cancelled")
    page = mine.get(done.location).text
    assert "この日を中止にしました" in page
    assert "ページにもカレンダーにも、もう出ています" in page
    assert state_of(row).state == "cancelled"
    public = client.get(f"/gatherings/{row.public_id}").text
    assert "中止" in public
    assert "台風のため" in public
    press(mine, f"/my/{row.public_id}/dates/2026-12-05/cancel")  # twice is as good as once
    assert press(mine, f"/my/{row.public_id}/dates/2026-12-05/restore").status_code == 303
    assert state_of(row).state == "planned"
    assert "台風のため" not in client.get(f"/gatherings/{row.public_id}").text


def test_a_date_of_what_nobody_sees_yet_is_not_said_to_be_out(app: Flask, town: Town) -> None:
    row = town.waiting(town.person())
    mine = signed_in(app, town.settings, town.person())
    page = mine.get(press(mine, f"/my/{row.public_id}/dates/2026-12-05/cancel").location).text
    assert "この日を中止にしました" in page
    assert "もう出ています" not in page


def test_a_date_can_be_filled_confirmed_moved_and_added(app: Flask, town: Town) -> None:
    row = town.published(town.person(), schedule=weekly(SATURDAY))
    mine, dates = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/dates"
    assert press(mine, f"{dates}/2026-12-05/full").location.endswith("done=full")
    assert state_of(row).state == "full"
    assert press(mine, f"{dates}/2026-12-05/confirm").location.endswith("done=confirmed_date")
    assert state_of(row).state == "confirmed"
    assert "日時を変える" in mine.get(f"{dates}/2026-12-05/move").text
    assert press(mine, f"{dates}/2026-12-05/move", day="12/6", starts="13時", note="会場の都合").location.endswith("done=moved")
    moved = state_of(row)
    assert moved.state == "moved"
    assert moved.starts_at.isoformat() == "2026-12-06T04:00:00+00:00"
    assert press(mine, dates, day="2026-12-25", starts="18:00", ends="20:00").location.endswith("done=added")
    assert state_of(row, date(2026, 12, 25)).added


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "あした", "starts": "10:00"}, "読みとれません"),
        ({"day": "2026-12-25", "starts": ""}, "何時に始まるか"),
        ({"day": "2026-12-25", "starts": "12:00", "ends": "10:00"}, "始まりより前"),
        ({"day": "2020-01-01", "starts": "12:00"}, "過ぎて"),
        ({"day": "9999-12-31", "all_day": "y"}, "9999年"),
        ({"day": "2026-12-25", "starts": "12:00", "note": "あ" * 300}, "300文字"),
    ],
)
def test_a_new_time_that_cannot_be_comes_back_with_a_sentence(app: Flask, town: Town, typed: dict[str, str], sentence: str) -> None:
    row = town.published(town.person())
    mine = signed_in(app, town.settings, town.person())
    for path in (f"/my/{row.public_id}/dates", f"/my/{row.public_id}/dates/2026-12-05/move"):
        page = press(mine, path, **typed)
        assert page.status_code == 422
        assert sentence in page.text
    assert state_of(row).state == "planned"


def test_a_date_that_is_known_or_over_or_unknown_is_not_touched(app: Flask, town: Town) -> None:
    row = town.published(town.person())
    mine, dates = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/dates"
    assert "もう予定に入っています" in press(mine, dates, day="2026-12-05", starts="10:00").text
    assert press(mine, f"{dates}/2026-12-06/cancel").status_code == 404
    assert press(mine, f"{dates}/yesterday/cancel").status_code == 404
    assert "文字までにしてください" in press(mine, f"{dates}/2026-12-05/cancel", note="あ" * 500).text
    clock.fix(MONDAY + timedelta(days=6))
    over = press(mine, f"{dates}/2026-12-05/cancel")
    assert over.status_code == 422
    assert "もう終わっています" in over.text
    assert state_of(row).state == "planned"


def test_the_filled_form_saved_untouched_changes_nothing(app: Flask, town: Town) -> None:
    row = town.published(
        town.person(),
        schedule=weekly(SATURDAY, 1, 5, until=date(2027, 3, 1), skip_obon=True),
        fee_kind=FeeKind.PAID,
        fee_yen=300,
        facts={"quiet": True, "just-watch": False},
        body="一行目\n\n二行目",
        bring="お茶わん",
        contact_phone="000-000-0000",
    )
    mine, path = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/edit"
    answer = mine.post(path, data={**form_values(mine, path), "do": "save"})
    assert (answer.status_code, answer.location) == (303, f"/my/{row.public_id}?done=same")


def test_the_change_of_somebody_the_city_knows_shows_at_once_and_is_named(app: Flask, town: Town, client: InspectingClient) -> None:
    row, *_others = [town.published(town.person()) for _ in range(town.settings.policy.trusted_after_posts)]
    mine, path = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/edit"
    typed = {**form_values(mine, path), "title": "夜のおにぎり", "bring": "お茶わん"}
    answer = mine.post(path, data={**typed, "do": "save"})
    page = mine.get(answer.location).text
    assert "変わったところ：集まりの名前、持ち物" in page
    assert "夜のおにぎり" in client.get(f"/gatherings/{row.public_id}").text
    # An address with made-up codes says nothing.
    assert "変わったところ" not in mine.get(f"/my/{row.public_id}?done=changed.%3Cb%3E.poster_email").text
    assert mine.get(f"/my/{row.public_id}?done=nonsense").status_code == 200


def test_mistakes_while_changing_keep_the_words_and_the_old_page(app: Flask, town: Town, client: InspectingClient) -> None:
    row = town.published(town.person())
    mine, path = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/edit"
    page = mine.post(path, data={**form_values(mine, path), "title": "", "bring": "のこる", "do": "save"})
    assert page.status_code == 422
    assert "のこる" in page.text
    late = mine.post(path, data={**form_values(mine, path), "title": "おそい", "csrf_token": "old", "do": "save"})
    assert late.status_code == 422
    assert "おそい" in late.text
    preview = mine.post(path, data={**form_values(mine, path), "title": "ためし", "do": "preview"})
    assert preview.status_code == 200
    assert "ためし" in preview.text
    assert row.title in client.get(f"/gatherings/{row.public_id}").text


def test_what_was_taken_down_can_be_sent_again(app: Flask, town: Town, client: InspectingClient) -> None:
    row = town.published(town.person())
    mine, path = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}"
    assert "掲載をやめますか" in mine.get(f"{path}/withdraw").text
    assert client.get(f"/gatherings/{row.public_id}").status_code == 200
    assert press(mine, f"{path}/withdraw").location.endswith("done=withdrawn")
    assert client.get(f"/gatherings/{row.public_id}").status_code == 410
    assert press(mine, f"{path}/submit").location.endswith("done=sent")
    assert "確認を待っています" in mine.get(path).text
    assert press(mine, f"{path}/submit").status_code == 303  # a second press does no harm


def test_what_has_no_date_left_is_mended_before_it_is_sent_again(app: Flask, town: Town) -> None:
    row = town.published(town.person())
    with transaction():
        withdraw(town.person(), db.session.merge(row))
    clock.fix(MONDAY + timedelta(days=60))
    mine = signed_in(app, town.settings, town.person())
    page = press(mine, f"/my/{row.public_id}/submit")
    assert page.status_code == 422
    assert "もう過ぎています" in page.text
    typed = {**form_values(mine, f"/my/{row.public_id}/edit"), "day": "2027-02-06", "do": "send"}
    assert mine.post(f"/my/{row.public_id}/edit", data=typed).location.endswith("done=sent")


def test_a_copy_begins_with_the_next_date_it_would_have(app: Flask, town: Town) -> None:
    single = town.published(town.person(), schedule=once(SATURDAY))
    series = town.published(town.person(), schedule=weekly(date(2026, 11, 28), until=date(2026, 12, 31)))
    mine = signed_in(app, town.settings, town.person())
    copied = form_values(mine, f"/post?from={single.public_id}")
    assert copied["day"] == ["2026-12-12"]
    assert copied["title"] == [single.title]
    copied = form_values(mine, f"/post?from={series.public_id}")
    assert (copied["day"], copied["rhythm"], copied["until"]) == (["2026-12-05"], ["weekly"], [""])
    sent = mine.post("/post", data={**copied, "pledge": "y", "title": "二つめ", "do": "send"})
    assert sent.location.endswith("done=sent")
    assert "二つめ" in mine.get("/my").text


def test_who_is_signed_in_sends_without_a_mailed_link(app: Flask, town: Town, work: Callable[[], int]) -> None:
    mine = signed_in(app, town.settings, town.person())
    row = town.published(town.person())
    typed = {**form_values(mine, f"/post?from={row.public_id}"), "title": "すぐ出す", "pledge": "y"}
    kept = mine.post("/post", data={**typed, "do": "draft"})
    assert kept.location.endswith("done=kept")
    # The same words, now to be sent: the draft goes, no second one is made.
    sent = mine.post("/post", data={**typed, "do": "send"})
    assert sent.location.split("?")[0] == kept.location.split("?")[0]
    assert "確認を待っています" in mine.get(sent.location).text


def test_a_returned_post_says_why_and_what_to_do(app: Flask, town: Town) -> None:
    row = town.waiting(town.person())
    with transaction():
        fresh = db.session.merge(row)
        fresh.publication, fresh.return_code, fresh.return_words = "draft", town.settings.rules[0].code, "雨の日のことも教えてください。"
    page = signed_in(app, town.settings, town.person()).get(f"/my/{row.public_id}").text
    assert town.settings.rules[0].reply in page
    assert "雨の日のことも教えてください。" in page
    assert "もういちど出す" in page


def test_a_cancelled_date_is_not_the_next_one(app: Flask, town: Town) -> None:
    row = town.published(town.person(), schedule=weekly(SATURDAY))
    with transaction():
        cancel_date(town.person(), db.session.merge(row), SATURDAY, "", town.settings)
    assert "12月12日（土）" in signed_in(app, town.settings, town.person()).get("/my").text


def test_a_change_that_waits_is_gone_on_with_and_sent_again(app: Flask, town: Town, client: InspectingClient) -> None:
    row = town.published(town.person(), title="朝のおにぎり", contact_phone="090")
    mine, path = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/edit"
    moved = {"title": "夜のおにぎり", "place_name": "みなと会館", "place_address": "港1-1", "bring": "お茶わん", "contact_phone": "080"}
    answer = mine.post(path, data={**form_values(mine, path), **moved, "do": "save"})
    assert "変更を確認に出しました" in mine.get(answer.location).text
    assert "夜のおにぎり" not in client.get(f"/gatherings/{row.public_id}").text
    # The form goes on from her own last words, and what nobody reads but the city is written down already.
    filled = form_values(mine, path)
    assert {name: filled[name][0] for name in moved} == moved
    answer = mine.post(path, data={**filled, "do": "save"})
    assert "出してある変更と同じ内容です" in mine.get(answer.location).text
    shown = mine.post(path, data={**filled, "do": "preview"}).text
    assert "夜のおにぎり" in shown
    assert "変更を確認しています" not in shown
    answer = mine.post(path, data={**filled, "title": "朝のおにぎり", "place_name": "みどり公民館", "place_address": "", "do": "save"})
    page = mine.get(answer.location).text
    assert "変わったところ：持ち物" in page
    assert "お茶わん" in client.get(f"/gatherings/{row.public_id}").text
    mine.post(path, data={**form_values(mine, path), "title": "昼のおにぎり", "do": "save"})
    answer = mine.post(path, data={**form_values(mine, path), "title": "朝のおにぎり", "do": "save"})
    assert "変更を取り消しました" in mine.get(answer.location).text


def test_a_mistake_in_a_change_that_would_wait_is_said_as_ever(app: Flask, town: Town) -> None:
    row = town.published(town.person())
    mine, path = signed_in(app, town.settings, town.person()), f"/my/{row.public_id}/edit"
    answer = mine.post(path, data={**form_values(mine, path), "title": "", "bring": "お茶わん", "do": "save"})
    assert answer.status_code == 422
    assert "お茶わん" in answer.text
