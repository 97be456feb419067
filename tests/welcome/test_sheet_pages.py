"""The pages of the hand-over sheet: made from a form, forgotten at once; nothing on paper, in the database or in a log is about a person."""

import hashlib
import logging
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.states import SignupKind, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.welcome.models import StaffNote
from tests.harness.inspecting_client import InspectingClient
from tests.harness.office_words import office_words
from tests.harness.site import Town, days_from_monday, everything, new_client, press, signed_in, token_on, weekly

SATURDAY = days_from_monday(5)


@pytest.fixture
def social(town: Town, app: Flask) -> InspectingClient:
    return signed_in(app, town.staff(Role.WELFARE))


def date_of(row: Gathering, day: object = SATURDAY) -> str:
    return f"{row.public_id}/{day}"


def make(social: InspectingClient, *dates: str, **more: object) -> TestResponse:
    return social.post("/desk/sheet", data={"csrf_token": token_on(social.get("/desk/sheet")), "date": list(dates), **more})


def paper_of(page: TestResponse) -> str:
    html = page.get_data(as_text=True)
    assert page.status_code == 200, re.sub(r"<[^>]+>", "", html)[-600:]
    return html[html.index('<article class="paper') : html.index("</article>")]


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_three_dates_become_one_sheet(town: Town, social: InspectingClient, settings: Settings) -> None:
    first = town.published(
        title="朝の将棋",
        contact_name="みどり会",
        contact_phone="000-111-2222",
        contact_phone_public=True,
        contact_email="himitsu@example.com",
        signup_kind=SignupKind.REQUIRED,
        first_visit={"door": "正面の自動ドアを入って右", "leaving": "声をかけずに帰れます"},
        facts={"leave-early": True, "just-watch": True, "come-alone": False},
    )
    second = town.published(title="家のお茶会", venue_kind=VenueKind.PRIVATE, place=PlaceWords(), area_words="北町のあたり")
    third = town.published(
        title="画面の会", venue_kind=VenueKind.ONLINE, place=PlaceWords(), is_online=True, online_url="https://example.com/r"
    )
    paper = paper_of(make(social, *(date_of(row) for row in (first, second, third))))
    words = words_of(paper)
    assert re.findall(r'<h2 class="paper__title">([^<]*)', paper) == ["朝の将棋", "家のお茶会", "画面の会"]
    for said in (
        "12月5日（土）午前10時〜正午",
        "みどり公民館 北町",
        "電話してから行きます",
        "お金 無料",
        "電話 000-111-2222（みどり会）",
        "入口 正面の自動ドアを入って右",
        "とちゅうで帰ってOK",
        "北町のあたり",
        "オンライン",
        "いっしょに書くメモ",
        "2026年11月30日（月）印刷",
        f"127.0.0.1:8000/gatherings/{first.public_id}",
        settings.contact.phone,
    ):
        assert said in words, said
    assert "himitsu" not in paper
    assert "ひとりでOK" not in words, "the host said no"
    # Whose counter it is, is nobody's business who sees the paper.
    assert settings.contact.department not in words
    assert office_words(paper) == []
    assert "<input" not in paper
    assert paper.count("<svg") == 1


def test_nothing_is_written_and_nothing_is_logged(
    town: Town, app: Flask, social: InspectingClient, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    rows = [town.published() for _number in range(3)]
    social.get("/desk/sheet")
    before, files = everything(), _data_files(settings)
    caplog.set_level(logging.DEBUG)
    page = make(social, *(date_of(row) for row in rows), furigana="y", printed="2026-12-01")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "Location" not in page.headers
    assert everything() == before
    assert _data_files(settings) == files
    assert [row.public_id for row in rows if row.public_id in caplog.text] == []


def _data_files(settings: Settings) -> dict[str, str]:
    """Every file in the data folder but the database's own, by its digest; the rows of that are compared as rows."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path(settings.machine.data).rglob("*")
        if path.is_file() and ".sqlite3" not in path.name
    }


def test_the_database_file_stays_the_same_to_the_byte(town: Town, social: InspectingClient) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # its files change by themselves; that no row does is shown above
    row = town.published()
    social.get("/desk/sheet")

    def bytes_of() -> bytes:
        db.session.rollback()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.rollback()
        return Path(str(db.engine.url.database)).read_bytes()

    before = bytes_of()
    assert make(social, date_of(row)).status_code == 200
    assert bytes_of() == before


@pytest.fixture
def statements(inside: None) -> Iterator[list[str]]:
    """What is asked of the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_sheet_reads_no_staff_note(town: Town, social: InspectingClient, statements: list[str]) -> None:
    row = town.published()
    staff = town.staff(Role.WELFARE)
    note = f"/desk/first-step/{row.public_id}/notes"
    assert press(social, note, at=f"/desk/first-step/{row.public_id}", words="カナリア。窓ぎわがしずか").status_code == 303
    assert db.session.query(StaffNote).count() == 1
    del staff
    statements.clear()
    page = make(social, date_of(row))
    assert "カナリア" not in page.get_data(as_text=True)
    assert statements
    assert [one for one in statements if "staff_notes" in one or re.match(r"\s*(insert|update|delete)", one, re.IGNORECASE)] == []


def test_only_staff_who_may_mark_make_sheets(town: Town, app: Flask, client: InspectingClient, social: InspectingClient) -> None:
    row = town.published()
    token = token_on(social.get("/desk/sheet"))
    for nobody in (signed_in(app, town.person()), signed_in(app, town.staff(Role.EDITOR)), signed_in(app, town.staff(Role.APPROVER))):
        assert nobody.get("/desk/sheet").status_code == 404
        assert nobody.post("/desk/sheet", data={"csrf_token": token, "date": date_of(row)}).status_code in (403, 404)
        assert "しおりを作る" not in nobody.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert client.post("/desk/sheet", data={"date": date_of(row)}).status_code == 403
    assert social.post("/desk/sheet", data={"date": date_of(row)}).status_code == 403, "without the token of our own page"
    assert "しおりを作る" not in client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)


def test_the_buttons_lead_to_a_sheet(town: Town, social: InspectingClient) -> None:
    row = town.published(title="三回の会", schedule=weekly(SATURDAY, count=3))
    later = SATURDAY + timedelta(days=7)
    press(social, f"/desk/first-step/{row.public_id}", do="note", criteria=["alone_is_fine"], how="visit")
    for path, day in (
        (f"/gatherings/{row.public_id}", SATURDAY),
        (f"/gatherings/{row.public_id}/{later}", later),
        (f"/desk/first-step/{row.public_id}", SATURDAY),
        ("/desk/first-step", SATURDAY),
    ):
        page = social.get(path).get_data(as_text=True)
        assert f'name="date" value="{row.public_id}/{day}"' in page, path
        assert 'action="/desk/sheet"' in page, path


def test_a_slip_is_said_and_what_was_chosen_stays(town: Town, social: InspectingClient) -> None:
    rows = [town.published(title=f"会{number}") for number in range(4)]
    page = make(social, *(date_of(row) for row in rows), furigana="y", printed="2026-12-24")
    assert page.status_code == 422
    html = page.get_data(as_text=True)
    assert "3つまでです" in html
    assert html.count('name="date"') == 4
    assert 'value="2026-12-24"' in html
    assert re.search(r'name="furigana"[^>]* checked', html)
    none = make(social)
    assert none.status_code == 422
    assert "しおりに入れる日をえらんでください" in none.get_data(as_text=True)
    unread = make(social, date_of(rows[0]), printed="いつか")
    assert unread.status_code == 422
    assert 'value="いつか"' in unread.get_data(as_text=True)


def test_what_left_the_town_s_pages_is_left_out_and_said(town: Town, social: InspectingClient) -> None:
    there, gone, waiting = town.published(title="ある会"), town.published(title="去った会"), town.waiting(title="待つ会")
    with transaction():
        withdraw(town.staff(), gone)
    page = make(social, date_of(there), date_of(gone), date_of(waiting), date_of(there, "2026-12-09"))
    assert "見つかったものだけで作りました" in page.get_data(as_text=True)
    paper = paper_of(page)
    assert "ある会" in paper
    assert "去った会" not in paper
    assert "待つ会" not in page.get_data(as_text=True)
    none = make(social, date_of(gone))
    assert none.status_code == 422
    assert "いまは町のページに出ていません" in none.get_data(as_text=True)


@pytest.mark.parametrize(
    "hostile",
    [
        "../../desk/2026-12-05",
        "<script>alert(1)</script>/2026-12-05",
        "k7m2x9pqrs4t/9999-99-99",
        "\x00",
        "あ" * 5000,
        "' or 1=1 --/2026-12-05",
    ],
)
def test_hostile_dates_are_no_dates(town: Town, social: InspectingClient, hostile: str) -> None:
    row = town.published()
    alone = make(social, hostile)
    assert alone.status_code == 422
    assert hostile not in alone.get_data(as_text=True)
    page = make(social, date_of(row), hostile)
    assert page.status_code == 200
    assert hostile not in page.get_data(as_text=True)
    address = re.search(r'id="sheet-address"[^>]*>([^<]*)', page.get_data(as_text=True))
    assert address
    assert re.fullmatch(rf"http://127\.0\.0\.1:8000/s/#261130\.{row.public_id}-261205-[a-z2-9]{{6}}", address[1])


def test_many_dates_are_no_work(town: Town, social: InspectingClient, statements: list[str]) -> None:
    rows = [town.published() for _number in range(2)]
    many = [date_of(row, SATURDAY + timedelta(days=number)) for number in range(100) for row in rows]
    statements.clear()
    assert make(social, *many).status_code == 422
    assert len(statements) < 200


def test_a_host_s_words_are_words_on_the_paper(town: Town, social: InspectingClient) -> None:
    row = town.published(
        title="<b>太い</b>会",
        fee_words="<i>無料</i>",
        signup_words="</dd><script>x</script>",
        first_visit={"door": "<img src=x onerror=alert(1)>"},
        place=PlaceWords(name='"><svg onload=x>'),
    )
    paper = paper_of(make(social, date_of(row)))
    for tag in ("<b>太い", "<i>", "<script", "<img", "<svg onload"):
        assert tag not in paper
    assert "&lt;b&gt;太い&lt;/b&gt;会" in paper


def test_doubtful_dates_are_said_on_the_screen_and_not_on_the_paper(
    town: Town, social: InspectingClient, monday: datetime, app: Flask
) -> None:
    fine, cancelled, silent = (
        town.published(title=title, schedule=weekly(SATURDAY, count=40)) for title in ("よい会", "休む会", "だまる会")
    )
    with transaction():
        cancel_date(town.staff(), cancelled, SATURDAY, "台風", town.settings)
        known = db.session.get(Freshness, silent.id) or Freshness(gathering_id=silent.id)
        known.unconfirmed_at = clock.now()
        db.session.add(known)
    page = make(social, date_of(fine), date_of(cancelled), date_of(silent))
    html = page.get_data(as_text=True)
    assert html.count("notice--warning") == 2
    assert "この日は中止です。" in html
    assert "主催からの返事が、しばらくありません。" in html
    assert "中止" in words_of(paper_of(page)), "the state itself is on the paper"
    assert "渡す前に" not in paper_of(page)
    with clock.hold(monday + timedelta(days=91)):
        late = signed_in(app, town.staff(Role.WELFARE))
        day = SATURDAY + timedelta(days=7 * 14)
        assert "90日のあいだ、だれもたしかめていません。" in make(late, date_of(fine, day)).get_data(as_text=True)


def test_furigana_stands_on_what_is_known_and_on_nothing_else(town: Town, social: InspectingClient) -> None:
    row = town.published(title="朝の将棋", first_visit={"door": "入口は右です"})
    with transaction():
        place = db.session.query(Place).filter_by(name="みどり公民館").one()
        place.kana = "みどりこうみんかん"
    plain, ruby = paper_of(make(social, date_of(row))), paper_of(make(social, date_of(row), furigana="y"))
    assert "<ruby>" not in plain
    for known in (
        "みどり公民館<rp>（</rp><rt>みどりこうみんかん",
        "入口<rp>（</rp><rt>いりぐち",
        "5日<rp>（</rp><rt>いつか",
        "北町<rp>（</rp><rt>きたまち",
    ):
        assert f"<ruby>{known}</rt><rp>）</rp></ruby>" in ruby
    assert ">朝の将棋</h2>" in ruby
    assert ">入口は右です</dd>" in ruby


def test_a_sketch_shows_checked_places_and_no_private_home(town: Town, social: InspectingClient) -> None:
    near = PlaceWords(name="みどり公民館", latitude=35.3136, longitude=139.3125)
    row = town.published(place=near)
    home = town.published(venue_kind=VenueKind.PRIVATE, place=PlaceWords(), area_words="北町のあたり")
    town.published(place=PlaceWords(name="だれも見ていない店", latitude=35.3140, longitude=139.3165))
    assert "paper__sketch" not in paper_of(make(social, date_of(row))), "nobody has checked what is near"
    town.published(place=PlaceWords(name="港図書館", latitude=35.3150, longitude=139.3100))
    with transaction():
        db.session.query(Place).filter_by(name="港図書館").one().checked_at = clock.now()
    paper = paper_of(make(social, date_of(row)))
    assert "paper__sketch" in paper
    assert "港図書館" in paper
    assert "だれも見ていない店" not in paper
    assert "paper__sketch" not in paper_of(make(social, date_of(home)))


def test_the_page_behind_the_code_is_the_same_for_everybody(client: InspectingClient, app: Flask, settings: Settings) -> None:
    page = client.get("/s/")
    html = page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in page.headers
    assert "127.0.0.1:8000/gatherings/…" in html, "without JavaScript it says what to type"
    assert settings.contact.phone in html
    assert office_words(re.sub(r"<footer.*?</footer>", "", html, flags=re.DOTALL)) == []
    assert client.get("/s/", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert new_client(app).get("/s").status_code in (200, 308)
    assert "As planned" in client.get("/s/?lang=en").get_data(as_text=True)
