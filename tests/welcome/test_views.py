"""The pages of the welcome mark: the staff's list and one gathering, the host's answer and her way back, and what the town sees."""

import re

import pytest
from flask import Flask

from idobata.gatherings.posting_actions import withdraw
from idobata.kernel.actor import Actor, Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.office_words import office_words
from tests.harness.site import Town, days_from_monday, new_client, press, signed_in, weekly


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def host(town: Town) -> Actor:
    return town.person()


@pytest.fixture
def social(town: Town, app: Flask) -> InspectingClient:
    return signed_in(app, town.staff(Role.WELFARE))


def mark(social: InspectingClient, public_id: str, **more: object) -> None:
    path = f"/desk/first-step/{public_id}"
    assert (
        press(social, path, do="note", criteria=["alone_is_fine"], how="visit", reason="見ているだけで十分です", **more).status_code == 303
    )
    assert press(social, path, do="phone").status_code == 303


def letter_link() -> str:
    db.session.rollback()
    texts = [row.payload["text"] for row in db.session.query(OutboxRow).order_by(OutboxRow.id.desc()) if row.kind == "mail"]
    return next(match[1] for text in texts if (match := re.search(r"(/first-step/answer/\S+)", text)))


def test_from_a_candidate_to_a_friendly_invitation_and_back(
    town: Town, app: Flask, client: InspectingClient, social: InspectingClient, host: Actor
) -> None:
    row = town.published(host, title="ただ座る会", schedule=weekly(days_from_monday(5), count=4))
    path = f"/desk/first-step/{row.public_id}"
    assert "まだ候補に入っていません" in social.get(path).get_data(as_text=True)
    press(social, path, do="note", criteria=["alone_is_fine"], how="visit", reason="見ているだけで十分です")
    press(social, path, do="ask")
    link = letter_link()
    asked = client.get(link).get_data(as_text=True)
    assert "ただ座る会" in asked
    assert "見ているだけで十分です" in asked
    assert "はじめの一歩" not in client.get(f"/gatherings/{row.public_id}").get_data(as_text=True), "opening a mail is no answer"
    assert "しるしをつけました" in press(client, link, do="yes").get_data(as_text=True)
    for public in ("/first-step", "/gatherings?first_step=1", "/", "/first-step.rss", "/first-step.ics"):
        assert "ただ座る会" in client.get(public).get_data(as_text=True), public
    page = client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert "見ているだけで十分です" in page
    assert client.get(link).status_code == 410

    mine = signed_in(app, host)
    assert "いま、ついています" in mine.get(f"/my/{row.public_id}/first-step").get_data(as_text=True)
    assert "しるしのことを読む・外す" in mine.get(f"/my/{row.public_id}").get_data(as_text=True)
    press(mine, f"/my/{row.public_id}/first-step")
    assert "ただ座る会" not in client.get("/first-step").get_data(as_text=True)
    assert "見ているだけで十分です" not in client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)


def test_a_marked_and_an_unmarked_page_differ_by_the_mark_alone(town: Town, client: InspectingClient, social: InspectingClient) -> None:
    row = town.published()

    def page() -> str:
        return re.sub(r"\s*<", "\n<", client.get(f"/gatherings/{row.public_id}").get_data(as_text=True))

    before = page().splitlines()
    mark(social, row.public_id)
    after = page().splitlines()
    assert [line for line in before if line not in after] == []
    added = [line for line in after if line not in before]
    assert "".join(re.sub(r"<[^>]*>", "", line) for line in added).strip() == "はじめの一歩見ているだけで十分です"
    assert len(added) < 10


def test_no_public_byte_of_a_marked_gathering_says_a_word_of_the_office(
    town: Town, client: InspectingClient, social: InspectingClient, host: Actor, app: Flask
) -> None:
    row = town.published(host)
    mark(social, row.public_id)
    paths = ["/", "/first-step", "/gatherings", f"/gatherings/{row.public_id}", "/first-step.rss", "/first-step.ics", "/gatherings.rss"]
    paths += [f"/gatherings/{row.public_id}.ics", "/first-step?lang=en", "/calendar", "/map", "/about", "/rules", "/privacy"]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert office_words(answer.get_data(as_text=True)) == [], path
        assert office_words(str(answer.headers)) == [], path
    for path in (f"/my/{row.public_id}/first-step", f"/my/{row.public_id}"):
        assert office_words(signed_in(app, host).get(path).get_data(as_text=True)) == [], path


def test_the_staffs_list_shows_what_must_be_looked_at_again_first(town: Town, social: InspectingClient) -> None:
    fine, changed = town.published(title="そのままの会"), town.published(title="変わった会")
    for row in (fine, changed):
        mark(social, row.public_id)
    with transaction():
        withdraw(town.person(), changed)
    social.application.extensions["idobata_worker"].run_until_empty()
    page = social.get("/desk/first-step").get_data(as_text=True)
    assert page.index("変わった会") < page.index("そのままの会")
    assert "掲載が止まりました" in page


def test_a_note_stays_on_the_staffs_page(town: Town, client: InspectingClient, social: InspectingClient, app: Flask) -> None:
    row = town.published()
    path = f"/desk/first-step/{row.public_id}"
    asked = press(social, f"{path}/notes", path, words="田中さんが気に入ったそうです")
    assert asked.status_code == 422
    assert "人の名前のようです" in asked.get_data(as_text=True)
    assert "田中さんが気に入ったそうです" in asked.get_data(as_text=True), "her words are kept"
    assert press(social, f"{path}/notes", path, words="窓ぎわの席が静かです").status_code == 303
    assert "窓ぎわの席が静かです" in social.get(path).get_data(as_text=True)
    editor = signed_in(app, town.staff())
    for who, address in ((editor, f"/desk/{row.public_id}"), (client, f"/gatherings/{row.public_id}"), (editor, path), (client, path)):
        assert "窓ぎわの席が静かです" not in who.get(address).get_data(as_text=True), address
    assert editor.get(path).status_code == 404
    number = re.search(r"/notes/(\d+)/drop", social.get(path).get_data(as_text=True))
    assert number
    assert press(social, f"{path}/notes/{number[1]}/drop", path).status_code == 303
    assert press(social, f"{path}/notes/{number[1]}/drop", path).status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"do": "note"}, "たしかめたことを、ひとつはえらんでください。"),
        ({"do": "note", "criteria": ["alone_is_fine"], "review_on": "きのう"}, "日にちを読みとれませんでした。"),
        ({"do": "note", "criteria": ["nothing"]}, "たしかめたことを、ひとつはえらんでください。"),
        ({"do": "note", "criteria": ["alone_is_fine"], "reason": "あ" * 61}, "文字までにしてください"),
    ],
)
def test_what_cannot_be_is_said_and_the_words_are_kept(town: Town, social: InspectingClient, form: dict[str, object], words: str) -> None:
    row = town.published()
    answer = press(social, f"/desk/first-step/{row.public_id}", **({"department": "地域のつながり係"} | form))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert "地域のつながり係" in answer.get_data(as_text=True)


@pytest.mark.parametrize("do", ["ask", "renew", "end", "phone"])
def test_a_button_of_an_old_page_changes_nothing(town: Town, social: InspectingClient, do: str) -> None:
    row = town.published()
    more = {"criteria": ["alone_is_fine"]} if do == "renew" else {}
    answer = press(social, f"/desk/first-step/{row.public_id}", do=do, **more)
    assert answer.status_code == 409
    assert "まだ候補に入っていません" in answer.get_data(as_text=True)


def test_a_draft_is_nobodys_business(town: Town, social: InspectingClient) -> None:
    assert social.get(f"/desk/first-step/{town.draft().public_id}").status_code == 404
    assert social.get("/desk/first-step/nothing").status_code == 404


def test_filters_work_on_the_page_of_marked_gatherings(
    town: Town, client: InspectingClient, social: InspectingClient, settings: Settings
) -> None:
    here = town.published(title="北町の会", district="kitamachi")
    there = town.published(title="港の会", district="minato")
    for row in (here, there):
        mark(social, row.public_id)
    page = client.get("/first-step?district=minato").get_data(as_text=True)
    assert "港の会" in page
    assert "北町の会" not in page
    assert "港の会" not in client.get("/first-step.rss?district=kitamachi").get_data(as_text=True)
    assert settings.city.welcome_label in client.get("/gatherings?first_step=1").get_data(as_text=True)
    assert new_client(client.application).get("/first-step?first_step=0").get_data(as_text=True).count("港の会") == 1
