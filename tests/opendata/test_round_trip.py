"""What is exported is imported without a difference: here, and into a site that knows nothing."""

import io
from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel.settings import Settings
from idobata.opendata.commands import import_events_file
from idobata.opendata.data_sets import GATHERINGS, PLACES
from idobata.opendata.export_commands import export_list
from idobata.opendata.export_queries import Window
from idobata.opendata.place_commands import import_places_file
from idobata.places.actions import add_place
from idobata.places.values import PlaceValues
from idobata.store.backup import _log_unlocked
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.tables import metadata
from tests.harness.site import Town, once, weekly
from tests.opendata.conftest import MakeFile

ALL = Window(date(2000, 1, 1), date(2031, 12, 31))
FORMS = pytest.mark.parametrize("name", ["base-registry", "recommended"])
# In the manner of the real files: several rows of one gathering, places named as meeting points, words where numbers belong.
ROWS: tuple[dict[str, str], ...] = (
    {"NO": "0000000001", "開始日": "2026-12-05", "終了日": "2026-12-05", "日時備考": "毎月第1土曜日 全3回"},
    {"NO": "0000000002", "開始日": "2027-01-09", "終了日": "2027-01-09", "日時備考": "毎月第1土曜日 全3回", "開始時刻": "13:00", "終了時刻": "14:00"},
    {"NO": "0000000003", "名称": "【中止】夜の観察会", "説明": "星を見ます。\n\n・双眼鏡\n　あれば", "料金(詳細)": "資料代①300円　小学生は無料", "定員": "20人　先着順"},
    {"NO": "0000000004", "名称": "=SUM(A1)の会", "集合場所": "", "建物名等": "", "住所都道府県": "神奈川県", "住所市区町村": "茅ヶ崎市", "連絡先電話番号": "(03)9999-9999/(03)9999-9998"},
    {"NO": "0000000005", "名称": "展示", "開始日": "2026-12-01", "終了日": "2027-01-20", "開始時刻": "", "終了時刻": "", "URL": "https://example.jp/x?a=1"},
    {"NO": "0000000006", "名称": "オンライン講座", "集合場所": "オンライン", "申込方法": "申込不要。直接お越しください", "備考": "対象：小学生\n持ち物：筆記用具"},
)  # fmt: skip


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Import and export are tested on both databases one by one; the way round is the same on each."""
    return sqlite_database_url


@pytest.fixture
def lists(settings: Settings, town: Town, tmp_path: Path) -> "Lists":
    """Exporting and importing, with what was said about it."""
    return Lists(settings, tmp_path)


class Lists:
    """The commands on one site."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.said: list[str] = []

    def export(self, name: str, kind: str = GATHERINGS) -> bytes:
        pipe = io.BytesIO()
        assert export_list(kind, name, self.settings, window=ALL, output=None, pipe=pipe, say=self.said.append)
        return pipe.getvalue()

    def bring_in(self, data: bytes, kind: str = GATHERINGS) -> str:
        """Import; returns what was said and the report."""
        file, report, said = self.folder / "list.csv", self.folder / "report.csv", []
        file.write_bytes(data)
        if kind == GATHERINGS:
            import_events_file(file, self.settings, dry_run=False, publish=True, shift_dates=False, report=report, say=said.append)
        else:
            import_places_file(file, self.settings, dry_run=False, report=report, say=said.append)
        return "\n".join([*said, report.read_text(encoding="utf-8-sig") if report.exists() else ""])

    def empty(self) -> None:
        """Make this a site that knows nothing; what counts on (the heads) is there from the beginning."""
        with transaction(), _log_unlocked(db.session.connection()):
            for table in (one for one in reversed(metadata().sorted_tables) if not one.name.endswith("_heads")):
                db.session.execute(delete(table))
        db.session.expunge_all()


def a_town(town: Town) -> list[Gathering]:
    """What people post: a rhythm, a home, a room on the screen, many words, a fee."""
    rich = town.published(
        title="土曜の朝の会",
        schedule=weekly(date(2026, 11, 28), skip_new_year=True, note="第2週は公園"),
        body="一行目\n\n・二つ目\n　字下げ",
        fee_kind=FeeKind.PAID,
        fee_yen=100,
        fee_words="お茶代100円",
        signup_kind=SignupKind.REQUIRED,
        signup_words="電話で\nまたは窓口で",
        bring="座布団",
        rain="小雨なら",
        audience="どなたでも",
        language="英語",
        facts={"drop-in": True, "just-watch": False},
        crowd="10",
        first_visit={"door": "赤い戸です"},
        contact_name="松永",
        contact_phone="000-000-0311",
        contact_phone_public=True,
        contact_email="secret@example.com",
        contact_email_public=True,
        contact_url="https://example.jp/",
        contact_url_public=True,
        is_online=True,
        reuse_text=True,
    )
    home = town.published(
        title="うちの庭",
        venue_kind=VenueKind.PRIVATE,
        place=PlaceWords(),
        area_words="北町のあたり",
        exact_place="北町三丁目2番5号",
        reuse_text=True,
    )
    screen = town.published(
        title="画面の会",
        venue_kind=VenueKind.ONLINE,
        is_online=True,
        online_url="https://example.jp/room",
        place=PlaceWords(),
        reuse_text=True,
    )
    night = town.published(
        title="夜の会", schedule=once(date(2026, 12, 5), time(22), time(1)), signup_kind=SignupKind.OPTIONAL, reuse_text=True
    )
    with transaction():
        dates = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == rich.id).order_by(Occurrence.day)).all()
        cancel_date(town.staff(), rich, dates[1].day, "台風のため", town.settings)
    return [rich, home, screen, night]


@FORMS
def test_what_people_posted_goes_round_without_a_difference(lists: Lists, town: Town, name: str) -> None:
    a_town(town)
    data = lists.export(name)
    again = lists.bring_in(data)
    assert "作成 0件、更新 0件、変更なし 4件、取りこめません 0行。" in again
    assert "そのままに" not in again
    lists.empty()
    assert "作成 4件" in lists.bring_in(data)
    assert lists.export(name) == data
    assert "作成 0件、更新 0件、変更なし 4件" in lists.bring_in(data)


@FORMS
def test_what_was_imported_goes_round_without_a_difference(lists: Lists, gif: MakeFile, name: str) -> None:
    first = lists.bring_in(gif(*ROWS))
    assert "取りこめません 0行" in first
    data = lists.export(name)
    assert data.count(b"\r\n") == len(ROWS) + 1
    again = lists.bring_in(data)
    assert "作成 0件、更新 0件" in again
    assert "そのままに" not in again
    lists.empty()
    lists.bring_in(data)
    assert lists.export(name) == data


def test_the_city_s_places_go_round_without_a_difference(lists: Lists, town: Town) -> None:
    with transaction():
        add_place(
            PlaceValues(
                name="みどり公民館",
                kana="みどりこうみんかん",
                address="北町1-2-3",
                district="kitamachi",
                latitude=35.31,
                longitude=139.3,
                phone="000-000-0001",
                access="駅から5分\n坂の上",
                landmark="赤い屋根",
                opening="火曜は休み",
                access_facts={"wheelchair": True, "nursing": False},
                access_note="入口に段差①",
            ),
            checked=True,
            how="visit",
        )
        add_place(PlaceValues(name="だれかのうち"), checked=False)
    data = lists.export("recommended", PLACES)
    assert "だれかのうち" not in data.decode()
    again = lists.bring_in(data, PLACES)
    assert "作成 0件、更新 0件、変更なし 1件" in again
    assert "そのままに" not in again
    lists.empty()
    assert "作成 1件" in lists.bring_in(data, PLACES)
    assert lists.export("recommended", PLACES) == data


@pytest.mark.parametrize(
    ("said", "words"),
    [({"reuse_text": False}, "文章"), ({"reuse_text": True, "title": "秘密の会"}, "下ろした")],
    ids=["not free", "taken down"],
)
def test_only_what_is_published_and_free_goes_out(lists: Lists, town: Town, said: dict[str, object], words: str) -> None:
    row = town.published(**said)
    if words == "下ろした":
        with transaction():
            withdraw(town.staff(), row)
    assert row.public_id.encode() not in lists.export("base-registry")


def test_one_that_nobody_answered_for_lately_does_not_go_out(lists: Lists, town: Town) -> None:
    row = town.published(reuse_text=True)
    with transaction():
        for one in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id)):
            one.unconfirmed = True
    assert row.public_id.encode() not in lists.export("base-registry")


@FORMS
def test_neither_a_home_nor_a_mailbox_nor_a_room_on_the_screen_goes_out(lists: Lists, town: Town, name: str) -> None:
    a_town(town)
    text = lists.export(name).decode()
    assert "北町のあたり" in text
    for private in ("三丁目2番5号", "secret@example.com", "example.jp/room", "hanako@example.com"):
        assert private not in text


def test_a_list_from_here_that_was_edited_changes_nothing_and_the_report_says_so(lists: Lists, town: Town) -> None:
    a_town(town)
    said = lists.bring_in(lists.export("base-registry").replace("夜の会".encode(), "昼の会".encode()))
    assert "変更なし 4件" in said
    assert "こちらで直したところ（名前）は、そのままにしました。" in said
    assert db.session.scalar(select(Gathering.id).where(Gathering.title == "昼の会")) is None


def test_an_old_list_does_not_bring_back_what_was_erased(lists: Lists, town: Town) -> None:
    *_others, night = a_town(town)
    data = lists.export("base-registry")
    with transaction():
        db.session.delete(night)
    assert "もう消された集まりです" in lists.bring_in(data)
    assert db.session.scalar(select(Gathering.id).where(Gathering.title == "夜の会")) is None


def test_another_site_follows_a_newer_list(lists: Lists, town: Town) -> None:
    a_town(town)
    data = lists.export("base-registry")
    lists.empty()
    lists.bring_in(data)
    said = lists.bring_in(data.replace("座布団".encode(), "お茶わん".encode()))
    assert "更新 1件、変更なし 3件" in said
    assert db.session.scalars(select(Gathering.bring).where(Gathering.title == "土曜の朝の会")).one() == "お茶わん"


def test_a_file_is_whole_or_not_there(settings: Settings, town: Town, tmp_path: Path) -> None:
    said: list[str] = []
    here = tmp_path / "events.csv"
    assert export_list(GATHERINGS, "recommended", settings, window=ALL, output=here, pipe=io.BytesIO(), say=said.append)
    assert here.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part")) == []
    there = tmp_path / "nowhere" / "events.csv"
    assert not export_list(GATHERINGS, "recommended", settings, window=ALL, output=there, pipe=io.BytesIO(), say=said.append)
    assert "書けませんでした" in said[-1]
    assert not export_list(GATHERINGS, "unknown", settings, window=ALL, output=here, pipe=io.BytesIO(), say=said.append)


def test_a_rhythm_is_a_row_for_each_date_of_the_window(lists: Lists, town: Town, settings: Settings) -> None:
    town.published(schedule=weekly(date(2026, 11, 28)), reuse_text=True)
    pipe = io.BytesIO()
    window = Window(date(2026, 12, 1), date(2026, 12, 19))
    assert export_list(GATHERINGS, "recommended", settings, window=window, output=None, pipe=pipe, say=print)
    assert [line.split(",")[7] for line in pipe.getvalue().decode().splitlines()[1:]] == ["2026-12-05", "2026-12-12", "2026-12-19"]


def test_handfuls_join_without_a_gap(lists: Lists, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        town.published(title=f"会{number}", reuse_text=True)
    town.published(schedule=once(date(2026, 11, 20), None, None, span_days=60), title="長い展示", reuse_text=True)
    whole = lists.export("base-registry")
    monkeypatch.setattr("idobata.opendata.export_queries.HANDFUL", 2)
    assert lists.export("base-registry") == whole
    assert whole.count(b"\r\n") == 7
