"""From paper to a phone call: a clerk types, a receipt is printed, its code is read out, and the page says so."""

import re
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from idobata.desk.actions import publish
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_actions import HostWords, make_code, post_for_host
from idobata.gatherings.spoken_code import shown
from idobata.kernel import clock
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from idobata.web.qr_code import qr_code
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, MONDAY, Town, days_from_monday, everything, new_client, press, signed_in, token_on, weekly

SATURDAY = days_from_monday(5)
FORM = {
    "day": "2026-12-05",
    "starts": "10:00",
    "ends": "12:00",
    "rhythm": "weekly",
    "venue_kind": "place",
    "place_name": "みどり公民館",
    "title": "編みものの会",
    "summary": "毛糸を持ちよって、おしゃべりしながら編みます。",
    "fee_kind": "free",
    "host_name": "トメさん",
    "source": "paper",
    "host_phone": "000-000-7777",
}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def welfare(town: Town, app: Flask) -> InspectingClient:
    return signed_in(app, town.staff(Role.WELFARE))


@pytest.fixture
def editor(town: Town, app: Flask) -> InspectingClient:
    return signed_in(app, town.staff(Role.EDITOR))


@pytest.fixture
def row(town: Town, settings: Settings) -> Gathering:
    """A gathering that was typed for a host and is on the board."""
    editor = town.staff(Role.EDITOR)
    with transaction():
        made = post_for_host(
            editor,
            town.values(schedule=weekly(SATURDAY), title="編みものの会"),
            HostWords(source=Source.PAPER, phone="000-000-7777"),
            settings,
        )
        publish(editor, made, settings)
        return made


@pytest.fixture
def code(row: Gathering, town: Town, settings: Settings) -> str:
    with transaction():
        return shown(make_code(town.staff(Role.WELFARE), row, settings))


def the_one() -> Gathering:
    db.session.rollback()
    return db.session.scalars(select(Gathering)).one()


def state_of(row: Gathering) -> tuple[str, str]:
    db.session.rollback()
    found = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id, Occurrence.day == SATURDAY)).one()
    return found.state, found.note


def test_a_clerk_types_in_a_paper_and_gets_the_receipt(welfare: InspectingClient) -> None:
    answer = press(welfare, "/desk/post", do="send", **FORM)
    assert answer.status_code == 303
    row = the_one()
    assert row.publication == "in_review"
    assert answer.location.startswith(f"/desk/receipts/{row.public_id}")
    page = welfare.get(answer.location).get_data(as_text=True)
    for words in ("編みものの会", "トメさん さま", f"{BASE_URL}/gatherings/{row.public_id}", "000-000-0000", "合言葉をつくって印刷する"):
        assert words in page
    assert "000-000-7777" not in page, "the sheet lies on tables: it says nothing private of the host"


def test_only_those_who_confirm_may_publish_at_once(welfare: InspectingClient, editor: InspectingClient) -> None:
    assert "すぐに掲載する" not in welfare.get("/desk/post").get_data(as_text=True)
    press(welfare, "/desk/post", do="publish", **FORM)
    assert the_one().publication == "in_review"
    press(editor, "/desk/post", do="publish", **{**FORM, "title": "べつの会"})
    rows = {one.title: one.publication for one in db.session.scalars(select(Gathering))}
    assert rows == {"編みものの会": "in_review", "べつの会": "published"}


def test_the_page_shows_only_the_host_and_nothing_of_who_typed(row: Gathering, client: InspectingClient) -> None:
    for path in (f"/gatherings/{row.public_id}", f"/gatherings/{row.public_id}.ics", "/gatherings.rss", "/gatherings", "/gatherings.ics"):
        words = client.get(path).get_data(as_text=True)
        for private in ("000-000-7777", "editorさん", "editor@city", "紙で"):
            assert private not in words, (path, private)


def test_a_form_with_mistakes_keeps_every_word_and_a_preview_sends_nothing(welfare: InspectingClient) -> None:
    wrong = press(welfare, "/desk/post", do="send", **{**FORM, "host_phone": "", "host_email": "tome@", "title": ""})
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "トメさん" in page
    assert 'value="tome@"' in page
    assert "メールアドレスの形になっていない" in page
    looked = press(welfare, "/desk/post", do="preview", **FORM)
    assert looked.status_code == 200
    assert 'action="/desk/post"' in looked.get_data(as_text=True)
    assert 'name="host_phone" value="000-000-7777"' in looked.get_data(as_text=True)
    assert db.session.scalar(select(Gathering.id)) is None


def test_the_code_is_shown_once_and_the_qr_leads_to_the_public_page(welfare: InspectingClient, row: Gathering) -> None:
    path = f"/desk/receipts/{row.public_id}"
    page = press(welfare, path).get_data(as_text=True)
    code = re.search(r"[2-9A-Z]{4} [2-9A-Z]{4}", page)
    assert code
    assert code[0] not in welfare.get(path).get_data(as_text=True)
    assert read_qr(page) == f"{BASE_URL}/gatherings/{row.public_id}"
    assert "合言葉は" in welfare.get(path).get_data(as_text=True)


def read_qr(page: str) -> str:
    """What a phone reads from the SVG on a page."""
    size = int(re.search(r'class="qr" viewBox="0 0 (\d+)', page)[1])  # type: ignore[index]
    path = re.search(r'<path d="([^"]+)" fill="#000"/>', page[page.index('class="qr"') :])[1]  # type: ignore[index]
    side = size * 4
    picture = bytearray(b"\xff" * side * side)
    for x, y, run in ((int(one) for one in found) for found in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)):
        for line in range(y * 4, y * 4 + 4):
            picture[line * side + x * 4 : line * side + (x + run) * 4] = bytes(run * 4)
    return str(zxingcpp.read_barcodes(memoryview(picture).cast("B", (side, side)))[0].text)


def test_a_qr_code_of_an_address_is_read_by_machines() -> None:
    made = qr_code("https://idobata.example.lg.jp/gatherings/k7m2x9pqrs4t")
    page = f'<svg class="qr" viewBox="0 0 {made.size} {made.size}"><path d="{made.path}" fill="#000"/></svg>'
    assert read_qr(page) == "https://idobata.example.lg.jp/gatherings/k7m2x9pqrs4t"


def test_the_code_is_read_out_and_a_date_is_cancelled(
    welfare: InspectingClient, client: InspectingClient, row: Gathering, code: str
) -> None:
    opened = press(welfare, "/desk/by-phone", code=code.lower())
    assert opened.status_code == 303
    page = welfare.get(opened.location)
    assert "編みものの会" in page.get_data(as_text=True)
    done = press(welfare, opened.location, do="cancelled", day=SATURDAY.isoformat(), note="ぎっくり腰のため")
    assert "この日を中止にしました" in welfare.get(done.location).get_data(as_text=True)
    assert state_of(row) == ("cancelled", "ぎっくり腰のため")
    assert "ぎっくり腰のため" in client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    deed = db.session.scalars(select(Deed).where(Deed.act == "date.cancelled")).one()
    assert (deed.actor_label, deed.detail["by_voice"]) == ("つぼみさん", True)
    press(welfare, opened.location, do="restored", day=SATURDAY.isoformat())
    assert state_of(row)[0] == "planned"
    press(welfare, opened.location, do="full", day=SATURDAY.isoformat())
    assert state_of(row)[0] == "full"


def test_the_log_says_that_the_host_said_it(welfare: InspectingClient, editor: InspectingClient, row: Gathering, code: str) -> None:
    opened = press(welfare, "/desk/by-phone", code=code)
    press(welfare, opened.location, do="still")
    press(welfare, opened.location, do="cancelled", day=SATURDAY.isoformat())
    log = editor.get(f"/desk/log?thing={row.public_id}").get_data(as_text=True)
    assert "続いていることをたしかめました（主催に電話で）" in log
    assert "中止にしました（主催の方から聞いて）" in log
    assert "電話で合言葉を聞きました" in log
    assert "主催の方にかわって書きました（紙で）" in log


def test_a_call_pauses_and_ends_a_gathering(welfare: InspectingClient, row: Gathering, code: str) -> None:
    opened = press(welfare, "/desk/by-phone", code=code)
    assert press(welfare, opened.location, do="paused", until="").status_code == 422
    assert press(welfare, opened.location, do="paused", until="2026-12-12").status_code == 303
    assert state_of(row) == ("cancelled", "お休み")
    assert press(welfare, opened.location, do="ended").status_code == 303


def test_what_no_button_of_the_page_asks_is_refused(welfare: InspectingClient, row: Gathering, code: str) -> None:
    opened = press(welfare, "/desk/by-phone", code=code)
    for data in ({"do": "publish"}, {"do": ""}, {"do": "cancelled"}, {"do": "cancelled", "day": "x"}):
        assert press(welfare, opened.location, **data).status_code == 404
    assert press(welfare, opened.location, do="cancelled", day="2020-01-01").status_code == 422
    assert press(welfare, opened.location, do="cancelled", day=SATURDAY.isoformat(), note="長" * 300).status_code == 422
    assert state_of(row)[0] == "planned"


def test_a_call_is_over_after_half_an_hour_and_belongs_to_one_person(
    welfare: InspectingClient, editor: InspectingClient, row: Gathering, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = press(welfare, "/desk/by-phone", code=code)
    assert editor.get(opened.location).location.startswith("/desk/by-phone?done=over")
    token = token_on(editor.get("/desk/by-phone"))
    assert editor.post(opened.location, data={"csrf_token": token, "do": "ended"}).location.startswith("/desk/by-phone?done=over")
    assert welfare.get("/desk/by-phone/made-up").location.startswith("/desk/by-phone?done=over")
    monkeypatch.setattr("idobata.desk.by_phone_views.CALL_SECONDS", -1)
    assert welfare.get(opened.location).location.startswith("/desk/by-phone?done=over")
    assert "もういちど合言葉を聞いてください" in welfare.get("/desk/by-phone?done=over").get_data(as_text=True)
    assert state_of(row)[0] == "planned"


def test_wrong_codes_are_counted_for_each_member_of_staff(
    welfare: InspectingClient, editor: InspectingClient, row: Gathering, code: str
) -> None:
    for _number in range(10):
        assert press(welfare, "/desk/by-phone", code="k7m2 x9pq").status_code == 422
    assert press(welfare, "/desk/by-phone", code=code).status_code == 429, "not even the right one"
    assert press(editor, "/desk/by-phone", code=code).status_code == 303
    with clock.hold(MONDAY + timedelta(minutes=61)):
        assert (
            press(
                signed_in(welfare.application, Town(row and welfare.application.extensions["idobata_settings"]).staff(Role.WELFARE)),
                "/desk/by-phone",
                code=code,
            ).status_code
            == 303
        )


def test_a_host_claims_her_gathering_and_wrong_codes_are_counted(town: Town, app: Flask, row: Gathering, code: str) -> None:
    host = signed_in(app, town.person("tome@example.com"))
    assert host.get(f"/my/{row.public_id}").status_code == 404
    wrong = press(host, "/my/claim", code="k7m2 x9pq")
    assert wrong.status_code == 422
    assert "見つかりませんでした" in wrong.get_data(as_text=True)
    done = press(host, "/my/claim", code=code)
    assert done.location.startswith(f"/my/{row.public_id}")
    assert "あなたの集まりになりました" in host.get(done.location).get_data(as_text=True)
    thief = signed_in(app, town.person("thief@example.com"))
    for _number in range(10):
        assert press(thief, "/my/claim", code=code).status_code == 422
    assert press(thief, "/my/claim", code=code).status_code == 429


def test_nobody_but_staff_comes_near(town: Town, app: Flask, row: Gathering, code: str) -> None:
    resident, reader = signed_in(app, town.person("resident@example.com")), new_client(app)
    token, before = token_on(resident.get("/my/claim")), everything()
    for path in ("/desk/post", "/desk/calls", "/desk/calls.csv", "/desk/by-phone", f"/desk/receipts/{row.public_id}"):
        assert resident.get(path).status_code == 404, path
        assert reader.get(path).location.startswith("/sign-in"), path
        if not path.endswith(".csv"):
            assert resident.post(path, data={"csrf_token": token, "code": code}).status_code == 404, path
    assert everything() == before
