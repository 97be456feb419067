"""The desk's page of words, as an editor without scripts uses it."""

import html
import re
from datetime import date

import pytest
from flask import Flask

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.kernel.actor import Role
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, press, signed_in, weekly


@pytest.fixture
def editor(app: Flask, town: Town) -> InspectingClient:
    return signed_in(app, town.staff())


def at(row: Gathering) -> str:
    return f"/desk/gatherings/{row.public_id}/words"


def texts(page: str) -> dict[str, str]:
    """The text fields of a page by the kind of their channel."""
    found = re.findall(r'<textarea[^>]* name="text-(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {kind: html.unescape(text).removeprefix("\n") for kind, text in found}


def count_of(page: str, kind: str) -> str:
    found = re.search(rf'id="count-{kind}">(.*?)</div>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found[1])


def test_each_channel_of_the_city_has_its_text(editor: InspectingClient, town: Town) -> None:
    row = town.published()
    page = editor.get(at(row)).get_data(as_text=True)
    made = texts(page)
    assert list(made) == [channel.kind for channel in town.settings.channels]
    for kind in ("x", "bluesky", "mastodon", "line", "threads"):
        assert f"http://127.0.0.1:8000/gatherings/{row.public_id}" in made[kind]
    assert "令和8年12月5日（土）午前10時〜正午" in made["koho"]
    assert "長すぎます" not in page
    assert at(row) in editor.get(f"/desk/{row.public_id}").get_data(as_text=True)


def test_counting_again_keeps_the_words_and_writes_nothing(editor: InspectingClient, town: Town) -> None:
    row = town.published()
    before = everything()
    typed = "お茶の会\r\n<b>" + "あ" * 140
    page = press(editor, at(row), step="count", **{"text-x": typed}).get_data(as_text=True)
    assert texts(page)["x"] == typed.replace("\r\n", "\n")
    assert "292文字分（280文字分まで）" in count_of(page, "x")
    assert "12文字分多くなっています" in count_of(page, "x")
    assert texts(page)["line"] == texts(editor.get(at(row)).get_data(as_text=True))["line"]
    assert everything() == before


def test_an_old_page_is_counted_when_sent_again(editor: InspectingClient, town: Town) -> None:
    answer = editor.post(at(town.published()), data={"text-x": "書いた文", "csrf_token": "old"})
    assert answer.status_code == 403
    assert texts(answer.get_data(as_text=True))["x"] == "書いた文"


def test_the_texts_can_be_about_another_date(editor: InspectingClient, town: Town) -> None:
    row = town.published(schedule=weekly(date(2026, 12, 5)))
    page = press(editor, at(row), step="anew", day="2026-12-12", **{"text-x": "前の文"}).get_data(as_text=True)
    assert "12月12日（土）午前10時〜正午" in texts(page)["x"]
    for unknown in ("2026-12-13", "いつか", ""):
        page = press(editor, at(row), step="anew", day=unknown).get_data(as_text=True)
        assert "12月5日（土）" in texts(page)["x"]


def test_a_date_that_is_off_is_told_as_off(editor: InspectingClient, town: Town) -> None:
    poster = town.person()
    row = town.published(poster, schedule=weekly(date(2026, 12, 5)))
    with transaction():
        cancel_date(poster, row, date(2026, 12, 5), "", town.settings)
    assert texts(editor.get(at(row)).get_data(as_text=True))["x"].startswith("【中止】")


def test_only_what_everybody_can_see_has_words(editor: InspectingClient, town: Town) -> None:
    for row in (town.waiting(), town.draft()):
        assert editor.get(at(row)).status_code == 404
        assert editor.post(at(row), data={}).status_code in (403, 404)
    assert editor.get("/desk/gatherings/nonsense/words").status_code == 404
    assert "知らせる文" not in editor.get(f"/desk/{town.waiting().public_id}").get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.WELFARE, Role.APPROVER])
def test_other_staff_do_not_compose(app: Flask, town: Town, role: Role) -> None:
    row = town.published()
    assert signed_in(app, town.staff(role)).get(at(row)).status_code == 404


def test_the_posters_words_and_ways_to_reach_her_stay_where_she_left_them(editor: InspectingClient, town: Town) -> None:
    values = {"summary": "わたしのことばです。", "contact_phone": "095-822-8888"}
    silent = town.published(**values, contact_phone_public=False)
    page = editor.get(at(silent)).get_data(as_text=True)
    assert "ほかで使ってよいと言われていません" in page
    assert not any("わたしのことば" in text or "822" in text for text in texts(page).values())
    free = town.published(**values, contact_phone_public=True, reuse_text=True)
    made = texts(editor.get(at(free)).get_data(as_text=True))
    assert "わたしのことば" in made["bluesky"]
    assert "095-822-8888" in made["koho"]
    assert "095の822の8888" in made["announcement"]
