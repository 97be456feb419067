"""A change that waits, as an editor reads and decides it without scripts; and every version there was."""

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from idobata.desk.change_queries import SHOWN
from idobata.gatherings.change_actions import take_back
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change
from idobata.gatherings.version_queries import waiting_version
from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, new_client, signed_in, trusting, weekly

SATURDAY = days_from_monday(5)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def clerk(app: Flask, town: Town) -> InspectingClient:
    return signed_in(app, town.staff())


@pytest.fixture
def row(town: Town) -> Gathering:
    """A gathering whose host wants to meet at another hour, with cushions."""
    values = town.values(schedule=weekly(SATURDAY))
    found = town.published(title="将棋の朝", schedule=values.schedule)
    wanted = replace(values, title="将棋の朝", schedule=weekly(SATURDAY, starts=time(13), ends=time(15)), bring="座布団")
    with transaction():
        change(town.person(), found, wanted, town.settings)
    return found


def press(client: InspectingClient, page: str, action: str, **typed: str) -> TestResponse:
    """Send the form of `page` that leads to `action`, with its hidden fields and what was typed."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}(?:#letter)?"[^>]*>(.*?)</form>', client.get(page).text, re.DOTALL)
    assert form is not None, f"{page} has no form for {action}"
    return client.post(action, data=dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])) | typed)


def test_the_queue_shows_it_with_its_age_before_and_after(app: Flask, town: Town, clerk: InspectingClient, row: Gathering) -> None:
    page = clerk.get("/desk").text
    assert "変更の確認待ち" in page
    assert "<del>毎週土曜日 10:00〜12:00</del>" in page
    assert "<ins>毎週土曜日 13:00〜15:00</ins>" in page
    assert "<ins>座布団</ins>" in page
    assert f"/desk/{row.public_id}/change" in page
    assert f"/desk/{row.public_id}/change" in clerk.get(f"/desk/{row.public_id}").text
    with clock.hold(clock.now() + timedelta(days=4)):
        late = signed_in(app, town.staff()).get("/desk").text
        assert "お待たせしています" in late.split('id="changes"')[1].split("</section>")[0]


def test_before_and_after_stand_side_by_side_and_one_press_puts_it_online(
    clerk: InspectingClient, client: InspectingClient, row: Gathering
) -> None:
    path = f"/desk/{row.public_id}/change"
    page = clerk.get(path).text
    assert "変わるもの：" in page
    assert page.count("午前10時〜正午") == 5
    assert page.count("午後1時〜3時") == 5
    answer = press(clerk, path, f"{path}/accept")
    assert answer.status_code == 303
    assert "「将棋の朝」の変更をのせました" in clerk.get(answer.location).text
    assert clerk.get(path).location.endswith(f"/desk/{row.public_id}")
    town_page = client.get(f"/gatherings/{row.public_id}").text
    assert "最近変わったこと" in town_page
    assert re.search(r"<del>10:00</del>.*<ins>13:00</ins>", town_page)
    assert "時間が変わりました" in client.get("/gatherings").text
    assert "時間が変わりました 10:00→13:00" in client.get("/gatherings.rss").text
    # Kept pages turn at midnight.
    with clock.hold(clock.now() + timedelta(days=16)):
        with transaction():
            pass
        assert "時間が変わりました" not in client.get(f"/gatherings/{row.public_id}").text
        assert "時間が変わりました" not in client.get("/gatherings").text
        assert "時間が変わりました" not in client.get("/gatherings.rss").text


def test_it_goes_back_with_a_reason_after_a_look_at_the_mail(app: Flask, town: Town, clerk: InspectingClient, row: Gathering) -> None:
    path = f"/desk/{row.public_id}/change"
    typed = {"change-code": "commercial", "change-words": "売る集まりに読めます。"}
    assert press(clerk, path, f"{path}/return", step="preview", **{"change-words": "だけ"}).status_code == 422
    preview = press(clerk, path, f"{path}/return", step="preview", **typed)
    assert "変更について、おたずねします" in preview.text
    assert "売る集まりに読めます。" in preview.text
    assert waiting_version(row) is not None
    assert press(clerk, path, f"{path}/return", step="send", **{"change-words": "だけ"}).status_code == 422
    answer = press(clerk, path, f"{path}/return", step="send", **typed)
    assert "「将棋の朝」の変更を返しました" in clerk.get(answer.location).text
    mine = signed_in(app, town.person())
    page = mine.get(f"/my/{row.public_id}").text
    assert "変更について、おたずねがあります" in page
    assert "売る集まりに読めます。" in page
    assert "変更について、おたずねがあります" in mine.get("/my").text
    form = mine.get(f"/my/{row.public_id}/edit").text
    assert 'value="13:00"' in form
    assert 'value="座布団"' in form


def test_who_comes_too_late_is_told_and_keeps_her_words(town: Town, clerk: InspectingClient, row: Gathering) -> None:
    path = f"/desk/{row.public_id}/change"
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', clerk.get(path).text))
    with transaction():
        change(town.person(), row, town.values(title="また別の名前", schedule=weekly(SATURDAY)), town.settings)
    late = clerk.post(f"{path}/accept", data=hidden)
    assert late.status_code == 409
    assert "また別の名前" in late.text
    assert clerk.post(f"{path}/return", data={**hidden, "change-code": "commercial", "change-words": "だいじな言葉"}).status_code == 409
    with transaction():
        take_back(town.person(), row)
    gone = clerk.post(f"{path}/return", data={**hidden, "step": "send", "change-code": "commercial", "change-words": "だいじな言葉"})
    assert gone.status_code == 409
    assert "だいじな言葉" in gone.text
    answer = clerk.post(f"{path}/accept", data=hidden)
    assert "もう待っていません" in clerk.get(answer.location).text


def test_a_page_that_was_open_too_long_keeps_what_was_typed(clerk: InspectingClient, row: Gathering) -> None:
    path = f"/desk/{row.public_id}/change"
    answer = clerk.post(f"{path}/return", data={"csrf_token": "old", "change-words": "だいじな言葉", "step": "send"})
    assert answer.status_code == 403
    assert "だいじな言葉" in answer.text
    assert waiting_version(row) is not None


def test_a_long_queue_shows_the_oldest_and_says_so(app: Flask, town: Town, clerk: InspectingClient) -> None:
    for number in range(SHOWN + 2):
        one = town.published(town.person(f"host{number}@example.com"))
        with transaction():
            change(town.person(f"host{number}@example.com"), one, town.values(title=f"変更{number:02}番"), town.settings)
    page = clerk.get("/desk").text
    assert f"{SHOWN + 2}件" in page
    assert "変更00番" in page
    assert f"変更{SHOWN:02}番" not in page


def test_any_two_versions_stand_side_by_side(town: Town, clerk: InspectingClient, row: Gathering) -> None:
    path = f"/desk/{row.public_id}/versions"
    assert "のせてから、まだ一度も変わっていません" in clerk.get(f"/desk/{town.published().public_id}/versions").text
    with transaction():
        change(
            town.person(), row, town.values(title="将棋の昼", schedule=weekly(SATURDAY), facts={"drop-in": True}), trusting(town.settings)
        )
    page = clerk.get(path).text
    assert "いまの内容" in page
    assert "まえの内容" in page
    assert "出し直される前の変更" in page
    one, three = clerk.get(f"{path}?a=1&b=3").text, clerk.get(f"{path}?a=2&b=2").text
    assert "<ins>将棋の昼</ins>" in one
    assert "<ins>はい</ins>" in one
    assert "ちがうところはありません" in three
    assert clerk.get(f"{path}?a=x&b=999999999999").status_code == 200


def test_the_host_reads_what_she_sent_and_can_take_it_back(app: Flask, town: Town, client: InspectingClient, row: Gathering) -> None:
    mine = signed_in(app, town.person())
    page = mine.get(f"/my/{row.public_id}").text
    assert "変更を確認しています" in page
    assert "<ins>毎週土曜日 13:00〜15:00</ins>" in page
    assert "変更を確認しています" in mine.get("/my").text
    assert "市の担当が読んでから" in mine.get(f"/my/{row.public_id}/edit").text
    public = client.get(f"/gatherings/{row.public_id}").text
    assert "変更を確認しています" in public
    assert "座布団" not in public
    answer = press(mine, f"/my/{row.public_id}", f"/my/{row.public_id}/change/take-back")
    assert "変更を取り消しました" in mine.get(answer.location).text
    assert "変更を確認しています" not in new_client(app).get(f"/gatherings/{row.public_id}").text
    assert db.session.scalars(select(Gathering.bring)).one() == ""
