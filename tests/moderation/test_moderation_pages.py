"""The pages of moderation: a reader reports without an account, a host asks again, the desk decides, the town reads the log."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.desk.actions import return_post, withdraw
from idobata.gatherings.models import Gathering
from idobata.kernel.actor import Actor, Role
from idobata.kernel.settings import Settings
from idobata.moderation.models import Appeal, Report, ReportCase
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, new_client, press, signed_in, token_on


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def again(row: Gathering) -> Gathering:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Gathering).where(Gathering.id == row.id)).one()


def send(client: InspectingClient, row: Gathering, **data: Any) -> Any:
    return press(client, f"/gatherings/{row.public_id}/report", **data)


class TestReporting:
    def test_without_an_account_in_three_presses(self, client: InspectingClient, town: Town) -> None:
        row = town.published()
        page = client.get(f"/gatherings/{row.public_id}").text
        assert f'href="/gatherings/{row.public_id}/report"' in page
        sent = send(client, row, reason="ended", words="先月から閉まっています", email="Ｒeader@example.com")
        assert sent.status_code == 303
        assert "Set-Cookie" not in sent.headers
        thanks = client.get(sent.location)
        assert "ありがとうございました" in thanks.text
        report = db.session.scalars(select(Report)).one()
        assert (report.reason, report.words, report.email) == ("ended", "先月から閉まっています", "Reader@example.com")
        assert "先月から閉まっています" not in client.get(f"/gatherings/{row.public_id}").text

    @pytest.mark.parametrize(
        ("data", "status", "words"),
        [
            ({"reason": ""}, 422, "どんなことか、ひとつえらんでください"),
            ({"reason": "<script>"}, 422, "どんなことか、ひとつえらんでください"),
            ({"reason": "wrong", "email": "だれか"}, 422, "メールアドレスの形"),
            ({"reason": "wrong", "words": "あ" * 1001}, 422, "1001文字あります"),
            ({"reason": "wrong", "leave_me_empty": "x"}, 429, "うまく受けとれませんでした"),
        ],
    )
    def test_what_does_not_fit_comes_back_with_every_word(
        self, client: InspectingClient, town: Town, data: dict[str, str], status: int, words: str
    ) -> None:
        row = town.published()
        page = send(client, row, **{"words": "ここに書いたこと", **data})
        assert page.status_code == status
        assert words in page.text
        assert data.get("words", "ここに書いたこと") in page.text
        assert db.session.scalar(select(Report.id)) is None

    def test_an_old_page_gives_the_words_back(self, client: InspectingClient, town: Town) -> None:
        row = town.published()
        page = client.post(f"/gatherings/{row.public_id}/report", data={"reason": "wrong", "words": "のこる文", "csrf_token": "old"})
        assert page.status_code == 422
        assert "のこる文" in page.text

    def test_so_many_an_hour_from_one_address(self, client: InspectingClient, town: Town) -> None:
        rows = [town.published() for _ in range(11)]
        assert [send(client, row, reason="wrong").status_code for row in rows] == [303] * 10 + [429]

    def test_only_what_the_town_reads(self, client: InspectingClient, town: Town) -> None:
        for path in (town.waiting().public_id, town.draft().public_id, "abcdefghjkmn", "x"):
            assert client.get(f"/gatherings/{path}/report").status_code == 404

    def test_hostile_words_are_only_words(self, app: Flask, client: InspectingClient, town: Town) -> None:
        row = town.published()
        send(client, row, reason="other", words='<script>alert(1)</script>\u202e"><img src=x>')
        page = signed_in(app, town.staff()).get(f"/desk/reports/{db.session.scalars(select(ReportCase.public_id)).one()}")
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text
        assert "\u202e" not in page.text


class TestTheDeskOfReports:
    @pytest.fixture
    def case(self, client: InspectingClient, town: Town) -> tuple[Gathering, str]:
        """A published gathering that was reported, and the id of its case."""
        row = town.published(title="うわさの会")
        send(client, row, reason="wrong", words="時間がちがいます", email="reader@example.com")
        return row, db.session.scalars(select(ReportCase.public_id)).one()

    def test_from_the_count_on_top_to_the_closed_case_and_the_public_log(
        self, app: Flask, client: InspectingClient, town: Town, case: tuple[Gathering, str], work: Callable[[], int]
    ) -> None:
        _row, case_id = case
        editor = signed_in(app, town.staff())
        assert re.search(r'href="/desk/reports".*?1件', editor.get("/desk").text, re.DOTALL)
        assert "うわさの会" in editor.get("/desk/reports").text
        page = editor.get(f"/desk/reports/{case_id}")
        assert "時間がちがいます" in page.text
        assert "reader@example.com" not in page.text
        at = f"/desk/reports/{case_id}"
        assert press(editor, f"{at}/take", at=at).status_code == 303
        assert press(editor, f"{at}/take", at=at).status_code == 409
        assert press(editor, f"{at}/ask-host", at=at).status_code == 303
        assert press(editor, f"{at}/close", at=at, do="close", outcome="").status_code == 422
        closed = press(editor, f"{at}/close", at=at, do="close", outcome="mended", words="直りました")
        assert closed.location == "/desk/reports?done=closed"
        assert press(editor, f"{at}/close", at=f"{at}?x=1", do="close", outcome="mended").status_code == 409
        work()
        told = {mail.recipient: mail.text for mail in db.session.scalars(select(TrayMail))}
        assert "直りました" in told["reader@example.com"]
        assert "時間がちがいます" not in told["hanako@example.com"]
        log = client.get("/log").text
        assert "通報を閉じた" in log
        assert "直してもらいました" in log
        assert "うわさの会" not in log
        assert 'href="/log"' in client.get("/rules").text

    def test_hiding_from_the_case_and_bringing_back_from_the_item(
        self, app: Flask, client: InspectingClient, town: Town, case: tuple[Gathering, str]
    ) -> None:
        row, case_id = case
        editor, at = signed_in(app, town.staff()), f"/desk/reports/{case_id}"
        assert press(editor, f"{at}/hide", at=at, **{"hide-code": ""}).status_code == 422
        assert press(editor, f"{at}/hide", at=at, **{"hide-code": "law", "hide-words": "けがの心配"}).status_code == 303
        assert client.get(f"/gatherings/{row.public_id}").status_code == 410
        assert client.get(f"/gatherings/{row.public_id}/report").status_code == 404
        item = f"/desk/{row.public_id}"
        assert "もとにもどす" in editor.get(item).text
        assert press(editor, f"{item}/restore", at=item).status_code == 303
        assert client.get(f"/gatherings/{row.public_id}").status_code == 200

    def test_nobody_but_editors_sees_or_does_any_of_it(
        self, app: Flask, client: InspectingClient, town: Town, case: tuple[Gathering, str]
    ) -> None:
        _row, case_id = case
        person = db.session.scalars(select(Person.public_id)).first()
        paths = ["/desk/reports", f"/desk/reports/{case_id}", "/desk/appeals", "/desk/waves", f"/desk/people/{person}", "/desk/log.csv"]
        for browser, status in (
            (new_client(app), 303),
            (signed_in(app, town.person()), 404),
            (signed_in(app, town.staff(Role.WELFARE)), 404),
            (signed_in(app, town.staff(Role.APPROVER)), 404),
        ):
            assert {browser.get(path).status_code for path in paths} == {status}
        poster = signed_in(app, town.person())
        token = token_on(poster.get("/post"))
        before = everything()
        acts = [f"/desk/reports/{case_id}/{act}" for act in ("take", "ask-host", "close", "hide")]
        acts += ["/desk/waves/refuse", f"/desk/people/{person}/suspend", f"/desk/people/{person}/undo", f"/desk/people/{person}/let-in"]
        for path in acts:
            assert poster.post(path, data={"csrf_token": token, "code": "law", "outcome": "fine"}).status_code == 404
        assert everything() == before


class TestAskingAgain:
    def test_a_host_asks_the_desk_reads_and_publishes(self, app: Flask, town: Town, settings: Settings, work: Callable[[], int]) -> None:
        row, editor, second = town.waiting(), town.staff(), town.staff(email="second@city.example.com")
        with transaction():
            return_post(editor, again(row), "commercial", "お店の宣伝に見えました。", settings)
        work()
        mail = db.session.scalars(select(TrayMail.text).order_by(TrayMail.id.desc())).first()
        assert "もういちど見てもらう" in (mail or "")
        host = signed_in(app, town.person())
        at = f"/my/{row.public_id}"
        assert f'href="{at}/again"' in host.get(at).text
        assert press(host, f"{at}/again", words="").status_code == 422
        sent = press(host, f"{at}/again", words="うちは店ではなく、集まりです。")
        assert sent.location == f"{at}?done=asked_again"
        assert "もういちど読んで" in host.get(sent.location).text
        assert "もう受けとっています" in host.get(f"{at}/again").text
        mine = signed_in(app, editor)
        assert "前に決めたのは、あなたです" in mine.get("/desk/appeals").text
        other = signed_in(app, second)
        page = other.get("/desk/appeals")
        assert "うちは店ではなく、集まりです。" in page.text
        assert "前に決めたのは、あなたです" not in page.text
        appeal = db.session.scalars(select(Appeal.public_id)).one()
        assert press(other, f"/desk/appeals/{appeal}/grant", at="/desk/appeals", words="たしかにそうですね。").status_code == 303
        assert again(row).publication == "published"
        assert press(other, f"/desk/appeals/{appeal}/grant", at="/desk/waves").status_code in (403, 409)
        work()
        assert any("このまま掲載します" in text for text in db.session.scalars(select(TrayMail.text)))

    def test_to_stay_with_the_refusal_needs_a_word(self, app: Flask, town: Town, settings: Settings) -> None:
        row = town.published()
        with transaction():
            withdraw(town.staff(), again(row), "law", "", settings)
        press(signed_in(app, town.person()), f"/my/{row.public_id}/again", words="なぜですか")
        editor = signed_in(app, town.staff())
        appeal = db.session.scalars(select(Appeal.public_id)).one()
        assert press(editor, f"/desk/appeals/{appeal}/uphold", at="/desk/appeals", words="").status_code == 422
        assert press(editor, f"/desk/appeals/{appeal}/uphold", at="/desk/appeals", words="会場の許可がまだのようです。").status_code == 303
        assert again(row).publication == "withdrawn"
        # And she may ask again about the next answer, or mend it and send it.
        assert press(signed_in(app, town.person()), f"/my/{row.public_id}/again", words="許可をとりました").status_code == 303

    def test_only_ones_own_and_only_what_was_refused(self, app: Flask, town: Town) -> None:
        row = town.published()
        stranger = signed_in(app, town.person("taro@example.com"))
        assert stranger.get(f"/my/{row.public_id}/again").status_code == 404
        assert "いま市が返したり止めたりしているものではありません" in signed_in(app, town.person()).get(f"/my/{row.public_id}/again").text

    def test_sending_it_again_takes_the_question_off_the_desk(self, app: Flask, town: Town, settings: Settings) -> None:
        row = town.waiting()
        with transaction():
            return_post(town.staff(), again(row), "commercial", "", settings)
        host = signed_in(app, town.person())
        press(host, f"/my/{row.public_id}/again", words="見てください")
        press(host, f"/my/{row.public_id}/submit", at=f"/my/{row.public_id}")
        assert "見てください" not in signed_in(app, town.staff()).get("/desk/appeals").text


class TestOnePerson:
    def test_posts_acts_suspending_and_undoing(self, app: Flask, client: InspectingClient, town: Town) -> None:
        spammer = town.person("spam@example.com", "スパム太郎")
        row = town.published(spammer, title="あやしい会")
        public_id = db.session.scalars(select(Person.public_id).where(Person.email == "spam@example.com")).one()
        editor = signed_in(app, town.staff())
        assert f'href="/desk/people/{public_id}"' in editor.get(f"/desk/{row.public_id}").text
        at = f"/desk/people/{public_id}"
        assert "あやしい会" in editor.get(at).text
        assert press(editor, f"{at}/suspend", at=at, **{"suspend-code": ""}).status_code == 422
        assert press(editor, f"{at}/suspend", at=at, **{"suspend-code": "law"}).status_code == 303
        assert client.get(f"/gatherings/{row.public_id}").status_code == 200
        assert press(editor, f"{at}/undo", at=at, **{"undo-code": "law"}).status_code == 303
        assert client.get(f"/gatherings/{row.public_id}").status_code == 410
        assert press(editor, f"{at}/let-in", at=at).status_code == 303
        assert press(editor, f"{at}/let-in", at=f"{at}?x=1").status_code in (403, 409)


class TestTheInternalLog:
    def test_before_and_after_filters_and_a_file_whose_cells_do_not_run(self, app: Flask, town: Town) -> None:
        editor = town.staff()
        with transaction():
            record(editor, "gathering.changed", "gathering", "abcdefghjkmn", fields=["title"], changes={"title": ["朝の会", "夜の会"]})
            record(Actor(label="=HYPERLINK(1)", person_id=99), "gathering.withdrawn", "gathering", "abcdefghjkmn")
        browser = signed_in(app, editor)
        page = browser.get("/desk/log").text
        assert re.search(r"朝の会.*夜の会", page, re.DOTALL)
        only = browser.get("/desk/log?act=gathering.withdrawn").text
        assert "HYPERLINK" in only
        assert "朝の会" not in only
        assert "朝の会" in browser.get(f"/desk/log?who={editor.label}").text
        assert "朝の会" not in browser.get("/desk/log?who=だれでもない").text
        file = browser.get("/desk/log.csv?thing=abcdefghjkmn")
        assert file.headers["Content-Type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
        assert rows[0][:3] == ["at", "who", "act"]
        assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)", editor.label]
        assert "夜の会" in rows[2][5]


class TestThePublicLog:
    def test_it_is_there_before_anything_happened(self, client: InspectingClient) -> None:
        assert "返したものも止めたものもありません" in client.get("/log").text

    def test_it_is_new_right_after_a_decision(self, client: InspectingClient, town: Town, settings: Settings) -> None:
        client.get("/log")
        row = town.waiting(title="秘密の題名")
        with transaction():
            return_post(town.staff(), again(row), "commercial", "秘密のことば", settings)
        page = client.get("/log").text
        assert "投稿した人に返した" in page
        assert "商売が目的でないこと" in page
        for secret in ("秘密の題名", "秘密のことば", "editorさん", "hanako"):
            assert secret not in page


class TestNamesThatPassForTheCity:
    @pytest.mark.parametrize("name", ["汐坂市役所", "汐坂巿役所", "しおさか 公式", "汐坂市 市民協働課"])
    def test_the_desk_looks_twice(self, app: Flask, town: Town, name: str) -> None:
        town.waiting(host_name=name)
        assert "市や公の機関に見える名前です" in signed_in(app, town.staff()).get("/desk").text

    def test_a_neighbour_and_the_city_itself_do_not_raise_a_brow(self, app: Flask, town: Town) -> None:
        town.waiting(host_name="汐坂市の将棋ずき")
        town.waiting(town.staff(), host_name="汐坂市役所")
        assert "市や公の機関に見える名前です" not in signed_in(app, town.staff()).get("/desk").text
