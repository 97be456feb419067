"""The desk's pages, as a clerk without scripts uses them. The client inspects every page it is given."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idobata.accounts.queries import person_by_email
from idobata.accounts.session_actions import begin_session
from idobata.desk.actions import publish
from idobata.desk.queries import PAGE_SIZE, desk_item
from idobata.gatherings import posting_actions
from idobata.gatherings.models import Gathering
from idobata.kernel.actor import Actor, Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.csrf import FIELD
from idobata.web.sessions import cookie_name
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, trusting

Enter = Callable[[Actor], InspectingClient]


@pytest.fixture
def enter(app: Flask, town: Town, settings: Settings) -> Iterator[Enter]:
    """Signs somebody in and gives the browser."""

    def _enter(actor: Actor) -> InspectingClient:
        person = person_by_email(actor.email or "")
        assert person is not None
        with transaction(public=False):
            secret, _ = begin_session(person, settings.policy, second_passed=True)
        client = app.test_client()
        assert isinstance(client, InspectingClient)
        client.set_cookie(cookie_name(BASE_URL), secret)
        return client

    return _enter


@pytest.fixture
def clerk(enter: Enter, town: Town) -> InspectingClient:
    """An editor's browser."""
    return enter(town.staff())


def press(client: InspectingClient, page: str, action: str, **typed: str) -> TestResponse:
    """Send the form of `page` that leads to `action`, with its hidden fields and what was typed."""
    text = client.get(page).get_data(as_text=True)
    form = re.search(rf'<form[^>]*action="{re.escape(action)}(?:#letter)?"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert form is not None, f"{page} has no form for {action}"
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1]))
    return client.post(action, data=hidden | typed)


def again(row: Gathering) -> Gathering:
    db.session.rollback()
    db.session.expire_all()
    return desk_item(row.public_id)


def at(row: Gathering, act: str = "") -> str:
    return f"/desk/{row.public_id}" + (f"/{act}" if act else "")


class TestWhoGetsIn:
    def test_a_stranger_is_asked_to_sign_in(self, client: InspectingClient, town: Town) -> None:
        for path in ("/desk", "/desk/log", at(town.waiting())):
            response = client.get(path)
            assert response.status_code == 303
            assert "/sign-in" in response.location

    @pytest.mark.parametrize(("role", "own"), [(Role.WELFARE, "/desk/find"), (Role.APPROVER, "/desk/approvals")])
    def test_other_staff_are_led_to_where_their_day_begins(self, enter: Enter, town: Town, role: Role, own: str) -> None:
        client = enter(town.staff(role))
        response = client.get("/desk")
        assert (response.status_code, response.location) == (303, own)
        for path in ("/desk/log", at(town.waiting())):
            assert client.get(path).status_code == 404

    def test_for_everybody_else_there_is_no_desk(self, enter: Enter, town: Town) -> None:
        row = town.waiting()
        client = enter(town.person())
        for path in ("/desk", "/desk/log", at(row)):
            assert client.get(path).status_code == 404

    def test_no_decision_without_the_pages_own_token(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting()
        for act in ("publish", "return", "tidy", "withdraw", "seen"):
            assert clerk.post(at(row, act), data={"return-code": "law", "tidy-title": "題"}).status_code == 403
        assert again(row).publication == "in_review"


class TestTheQueue:
    def test_a_row_says_what_is_needed_to_decide(self, clerk: InspectingClient, town: Town) -> None:
        town.waiting(title="土曜の将棋", fee_words="お茶代100円", host_name="みなと将棋会")
        text = clerk.get("/desk").get_data(as_text=True)
        for words in (
            "土曜の将棋",
            "12月5日（土）午前10時〜正午",
            "みどり公民館・北町",
            "申し込みはいりません",
            "みなと将棋会",
            "はじめての投稿",
        ):
            assert words in text

    def test_what_waits_longer_than_promised_is_marked(self, clerk: InspectingClient, town: Town) -> None:
        from_old = town.waiting()
        with transaction():
            row = desk_item(from_old.public_id)
            assert row.submitted_at is not None
            row.submitted_at = row.submitted_at.replace(day=row.submitted_at.day - 5)
        assert "5日前・お待たせしています" in clerk.get("/desk").get_data(as_text=True)

    def test_an_empty_desk_says_so_kindly(self, clerk: InspectingClient) -> None:
        assert "いま待っているものはありません" in clerk.get("/desk").get_data(as_text=True)

    def test_it_is_read_a_page_at_a_time(self, clerk: InspectingClient, town: Town) -> None:
        rows = [town.waiting() for _ in range(PAGE_SIZE + 1)]
        assert at(rows[-1]) not in clerk.get("/desk").get_data(as_text=True)
        assert at(rows[-1]) in clerk.get("/desk?page=2").get_data(as_text=True)

    @pytest.mark.parametrize(
        "query", ["page=0", "page=x", "page=99999999999999999999", "page=-1", "done=published&about=nobody", "done=x&about="]
    )
    def test_a_broken_address_still_shows_the_desk(self, clerk: InspectingClient, query: str) -> None:
        assert clerk.get(f"/desk?{query}").status_code == 200

    def test_published_from_the_row_one_stays_at_the_queue(self, clerk: InspectingClient, town: Town) -> None:
        row, other = town.waiting(), town.waiting()
        response = press(clerk, "/desk", at(row, "publish"))
        assert response.status_code == 303
        text = clerk.get(response.location).get_data(as_text=True)
        assert f"「{row.title}」を掲載しました" in text
        assert "確認待ち" in text
        assert again(row).publication == "published"
        assert again(other).publication == "in_review"


class TestOnePost:
    def test_it_stands_beside_the_rules_and_the_private_details_are_marked(
        self, clerk: InspectingClient, town: Town, settings: Settings
    ) -> None:
        row = town.waiting(contact_phone="000-000-0001", contact_email="secret@example.com")
        text = clerk.get(at(row)).get_data(as_text=True)
        for rule in settings.rules:
            assert rule.title in text
        for question in settings.checklist:
            assert question.text in text
        shown, _, private = text.partition("職員だけに見えること")
        for words in ("000-000-0001", "secret@example.com", "hanako@example.com"):
            assert words not in shown
            assert words in private

    def test_publishing_leads_to_the_next_that_waits_with_a_way_back(self, clerk: InspectingClient, town: Town) -> None:
        row, following = town.waiting(), town.waiting()
        response = press(clerk, at(row), at(row, "publish"))
        assert response.location.startswith(at(following))
        text = clerk.get(response.location).get_data(as_text=True)
        assert f"「{row.title}」を掲載しました" in text
        assert f'href="{at(row)}"' in text
        assert clerk.get(f"/gatherings/{row.public_id}").status_code == 200

    def test_after_the_last_one_comes_the_queue(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting()
        assert press(clerk, at(row), at(row, "publish")).location.startswith("/desk?")

    def test_the_second_editor_gets_a_clear_sentence(self, clerk: InspectingClient, town: Town, settings: Settings) -> None:
        row = town.waiting()
        page = clerk.get(at(row)).get_data(as_text=True)
        data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        with transaction():
            publish(Actor(label="佐藤", person_id=999, roles=frozenset({Role.EDITOR})), desk_item(row.public_id), settings)
        response = clerk.post(at(row, "return"), data=data | {"return-code": "law", "return-words": "長く考えたことば", "step": "send"})
        assert response.status_code == 409
        assert "もう佐藤さんが掲載しました。" in response.get_data(as_text=True)
        assert "長く考えたことば" in response.get_data(as_text=True)
        assert again(row).publication == "published"

    def test_a_change_while_reading_asks_to_read_again(self, clerk: InspectingClient, town: Town, settings: Settings) -> None:
        poster = town.person()
        row = town.waiting(poster)
        data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', clerk.get(at(row)).get_data(as_text=True)))
        with transaction():
            posting_actions.change(poster, desk_item(row.public_id), town.values(title="べつの会"), trusting(settings))
        response = clerk.post(at(row, "publish"), data=data)
        assert response.status_code == 409
        assert "読んでいるあいだに、内容が変わりました" in response.get_data(as_text=True)
        assert press(clerk, at(row), at(row, "publish")).status_code == 303

    def test_without_saying_what_was_read_nothing_is_decided(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting()
        token = re.search(rf'name="{FIELD}" value="([^"]+)"', clerk.get(at(row)).get_data(as_text=True))
        assert token is not None
        assert clerk.post(at(row, "publish"), data={FIELD: token[1]}).status_code == 409
        assert again(row).publication == "in_review"

    @pytest.mark.parametrize("public_id", ["nobody", "a2b3c4d5e6f7", "A" * 300, "a2b3c4d5e6f7%00"])
    def test_an_unknown_one_is_not_found(self, clerk: InspectingClient, public_id: str) -> None:
        assert clerk.get(f"/desk/{public_id}").status_code == 404


class TestReturning:
    def test_the_mail_is_shown_before_it_is_sent_and_is_the_one_that_goes(
        self, clerk: InspectingClient, town: Town, work: Callable[[], int]
    ) -> None:
        row = town.waiting()
        typed = {"return-code": "missing_facts", "return-words": "入口は <b>どこ</b> ですか？"}
        seen = press(clerk, at(row), at(row, "return"), step="preview", **typed)
        assert seen.status_code == 200
        assert "まだ送っていません" in seen.get_data(as_text=True)
        assert "入口は &lt;b&gt;どこ&lt;/b&gt; ですか？" in seen.get_data(as_text=True)
        assert again(row).publication == "in_review"
        assert press(clerk, at(row), at(row, "return"), step="send", **typed).status_code == 303
        assert again(row).publication == "draft"
        assert "返したもの" in clerk.get("/desk").get_data(as_text=True)

    @pytest.mark.parametrize("step", ["send", "preview"])
    def test_without_a_rule_the_words_are_kept_and_the_page_says_what_to_do(self, clerk: InspectingClient, town: Town, step: str) -> None:
        row = town.waiting()
        response = press(clerk, at(row), at(row, "return"), step=step, **{"return-code": "", "return-words": "ことば\nふたつめ"})
        assert response.status_code == 422
        text = response.get_data(as_text=True)
        assert "ことば\nふたつめ" in text
        assert 'href="#return-code"' in text
        assert again(row).publication == "in_review"

    def test_a_page_left_open_too_long_keeps_the_words(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting()
        response = press(clerk, at(row), at(row, "return"), **{"return-code": "law", "return-words": "消えないことば", FIELD: "old"})
        assert response.status_code == 403
        assert "消えないことば" in response.get_data(as_text=True)
        assert again(row).publication == "in_review"


class TestTidying:
    def test_only_the_form_can_be_sent(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting(title="おちゃ会", body="くわしく")
        typed = {
            "tidy-title": "お茶会",
            "tidy-summary": "お茶をのみます。",
            "tidy-body": "・くわしく",
            "tidy-category": "eat",
            "tidy-district": "minato",
            "tidy-host_name": "だれか",
            "tidy-fee_words": "一万円",
            "host_name": "だれか",
        }
        response = press(clerk, at(row), at(row, "tidy"), **typed)
        assert response.status_code == 303
        assert "書きかたを整えました" in clerk.get(response.location).get_data(as_text=True)
        row = again(row)
        assert (row.title, row.body, row.district) == ("お茶会", "・くわしく", "minato")
        assert (row.host_name, row.fee_words) == ("みなと将棋会", "")

    def test_what_is_too_long_comes_back_whole(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting()
        long = "長" * 10_000
        response = press(clerk, at(row), at(row, "tidy"), **{"tidy-title": long, "tidy-summary": "ひとこと"})
        assert response.status_code == 422
        assert long in response.get_data(as_text=True)
        assert "60文字までにおさめてください" in response.get_data(as_text=True)

    def test_pressing_without_a_change_says_so(self, clerk: InspectingClient, town: Town) -> None:
        row = town.waiting()
        same = {"tidy-title": row.title, "tidy-summary": row.summary, "tidy-category": "eat", "tidy-district": "kitamachi"}
        response = press(clerk, at(row), at(row, "tidy"), **same)
        assert "変わったところはありませんでした" in clerk.get(response.location).get_data(as_text=True)


class TestAfterPublishing:
    def test_what_the_host_changed_is_named_until_somebody_has_seen_it(
        self, clerk: InspectingClient, town: Town, settings: Settings
    ) -> None:
        poster = town.person()
        row = town.published(poster)
        with transaction():
            posting_actions.change(poster, desk_item(row.public_id), town.values(fee_words="お茶代100円"), trusting(settings))
        text = clerk.get("/desk").get_data(as_text=True)
        assert "掲載のあとに変わったもの" in text
        assert "<del>" in text
        assert "<ins>お茶代100円</ins>" in text
        response = press(clerk, "/desk", at(row, "seen"))
        assert response.status_code == 303
        assert "お茶代100円</ins>" not in clerk.get("/desk").get_data(as_text=True)

    def test_taken_down_with_a_reason_it_can_be_put_up_again(self, clerk: InspectingClient, town: Town) -> None:
        row = town.published()
        assert clerk.get(f"/gatherings/{row.public_id}").status_code == 200
        response = press(clerk, at(row), at(row, "withdraw"), step="send", **{"withdraw-code": "commercial", "withdraw-words": ""})
        assert response.status_code == 303
        assert "の掲載を止めました" in clerk.get(response.location).get_data(as_text=True)
        assert clerk.get(f"/gatherings/{row.public_id}").status_code == 410
        assert press(clerk, at(row), at(row, "publish")).status_code == 303
        assert clerk.get(f"/gatherings/{row.public_id}").status_code == 200


class TestTheLog:
    def test_a_pasted_address_narrows_it(self, clerk: InspectingClient, town: Town) -> None:
        one, other = town.published(title="お茶会"), town.waiting(title="将棋会")
        text = clerk.get("/desk/log", query_string={"thing": f"{BASE_URL}/gatherings/{one.public_id}"}).get_data(as_text=True)
        assert "お茶会" in text
        assert other.title not in text

    def test_what_cannot_be_read_is_said_and_everything_shown(self, clerk: InspectingClient, town: Town) -> None:
        town.waiting(title="将棋会")
        text = clerk.get("/desk/log", query_string={"thing": "<script>"}).get_data(as_text=True)
        assert "読みとれませんでした" in text
        assert "将棋会" in text

    def test_it_does_not_tell_what_a_draft_nobody_sent_is_about(self, clerk: InspectingClient, town: Town) -> None:
        town.draft(title="まだひみつの会")
        assert "まだひみつの会" not in clerk.get("/desk/log").get_data(as_text=True)


def test_the_desk_can_be_read_in_english(clerk: InspectingClient, town: Town) -> None:
    row = town.waiting()
    for path in ("/desk", at(row), "/desk/log"):
        response = clerk.get(f"{path}?lang=en")
        assert response.status_code == 200
        assert '<html lang="en">' in response.get_data(as_text=True)
