"""`import-events`: a whole file, from the bytes to the town, and what is said about it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.opendata.commands import BATCH, import_events_file
from idobata.store.database import db
from idobata.store.transaction import after_public_change
from tests.harness.site import MONDAY

MakeFile = Callable[..., bytes]


class Run:
    """Imports a file and keeps what was said."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.file = folder / "events.csv"
        self.said: list[str] = []

    def __call__(
        self, data: bytes, *, dry_run: bool = False, publish: bool = True, shift_dates: bool = False, report: Path | None = None
    ) -> bool:
        self.said = []
        self.file.write_bytes(data)
        return import_events_file(
            self.file, self.settings, dry_run=dry_run, publish=publish, shift_dates=shift_dates, report=report, say=self.said.append
        )

    @property
    def words(self) -> str:
        return "\n".join(self.said)


@pytest.fixture
def run(inside: None, settings: Settings, tmp_path: Path) -> Run:
    return Run(settings, tmp_path)


def count() -> int:
    return db.session.scalar(select(func.count(Gathering.id))) or 0


def many(number: int) -> list[dict[str, str]]:
    return [{"NO": str(at), "名称": f"絵本の会 その{chr(0x3042 + at)}"} for at in range(number)]


def test_a_file_with_one_bad_row_of_many_is_imported_but_for_that_row(run: Run, gif: MakeFile, tmp_path: Path) -> None:
    rows = [*many(30), {"NO": "bad", "開始日": "2203-01-01", "終了日": "2203-01-01"}, {"NO": "last", "名称": "将棋の会"}]
    report = tmp_path / "report.csv"
    assert run(gif(*rows), report=report)
    assert count() == 31
    assert "作成 31件、更新 0件、変更なし 0件、取りこめません 1行。" in run.said
    assert "32行目「絵本の会」：年が2203年になっています。たしかめてください。" in run.words
    lines = report.read_text("utf-8-sig").splitlines()
    assert len(lines) == 33
    assert [line for line in lines if "取りこめません" in line] == [
        "32,bad,絵本の会,取りこめません,年が2203年になっています。たしかめてください。"
    ]


def test_the_second_time_nothing_is_written_and_readers_pages_stay_kept(run: Run, gif: MakeFile) -> None:
    turned: list[int] = []
    after_public_change(db.engine, lambda: turned.append(1))
    run(gif(*many(3)))
    assert turned
    turned.clear()
    assert run(gif(*many(3)))
    assert turned == []
    assert "作成 0件、更新 0件、変更なし 3件、取りこめません 0行。" in run.said


def test_a_long_list_is_written_in_several_transactions(run: Run, gif: MakeFile) -> None:
    turned: list[int] = []
    after_public_change(db.engine, lambda: turned.append(count()))
    run(gif(*many(BATCH + 5)))
    assert turned == [BATCH, BATCH + 5]


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run, gif: MakeFile, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    assert run(gif(*many(3)), dry_run=True, report=report)
    assert count() == 0
    assert "作成 3件、更新 0件、変更なし 0件、取りこめません 0行。" in run.said
    assert "何も書きこんでいません" in run.words
    assert report.read_text("utf-8-sig").count("作成") == 3


def test_an_old_list_shifted_fills_this_week_and_keeps_its_weekdays(run: Run, gif: MakeFile, settings: Settings) -> None:
    run(gif({"開始日": "2022-01-24", "終了日": "2022-01-24"}, {"開始日": "2022-01-29", "終了日": "2022-01-29"}), shift_dates=True)
    days = db.session.scalars(select(Occurrence.day).order_by(Occurrence.day)).all()
    assert [(day - MONDAY.date()).days for day in days] == [0, 5]
    assert len(find_dates(Filters(), settings).rows) == 1
    assert "週間うしろへ動かしました" in run.words


def test_an_old_list_unshifted_is_history_and_the_summary_says_so(run: Run, gif: MakeFile, settings: Settings) -> None:
    assert run(gif({"開始日": "2022-01-24", "終了日": "2022-01-24"}))
    assert find_dates(Filters(), settings).rows == ()
    assert "このうち1件は、もう終わったものです。" in run.words
    assert "--shift-dates" in run.words


def test_whoever_has_shifted_the_dates_is_not_advised_to_do_so(run: Run, gif: MakeFile) -> None:
    monday = {"開始日": "2022-01-24", "終了日": "2022-01-24"}
    with clock.hold(MONDAY + timedelta(days=3)):
        run(gif(*({**one, **monday} for one in many(1))), shift_dates=True)
    assert "このうち1件は、もう終わったものです。" in run.words
    assert "--shift-dates" not in run.words


def test_without_publish_the_way_to_the_desk_is_told(run: Run, gif: MakeFile) -> None:
    run(gif(*many(2)), publish=False)
    assert "確認待ちです。/desk" in run.words
    assert set(db.session.scalars(select(Gathering.publication))) == {"in_review"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ファイルが空です。"),
        (b"a,b,c\r\n1,2,3\r\n", "見出し"),
        (b"PK\x03\x04rest", "Excelのファイルのようです。"),
        (b"\x00\xff\xfe" * 50, "行"),
    ],
)
def test_a_file_that_is_no_event_list_is_one_clear_sentence(run: Run, data: bytes, sentence: str) -> None:
    assert not run(data)
    assert len(run.said) == 1
    assert sentence in run.said[0]


def test_a_list_without_a_single_usable_row_is_a_failure_that_says_why(run: Run, gif: MakeFile) -> None:
    assert not run(gif({"名称": ""}))
    assert run.said == ["events.csv には、取りこめる行がありませんでした。2行目：イベントの名前がありません。"]


def test_a_file_that_is_not_there_and_a_report_that_cannot_be_written_are_said_before_anything_happens(
    run: Run, gif: MakeFile, tmp_path: Path
) -> None:
    assert not run(gif(*many(1)), report=tmp_path / "nowhere" / "report.csv")
    assert count() == 0
    assert "書けないので、何もしませんでした" in run.words
    said: list[str] = []
    missing = tmp_path / "missing.csv"
    assert not import_events_file(missing, run.settings, dry_run=False, publish=True, shift_dates=False, report=None, say=said.append)
    assert "開けませんでした" in said[0]


def test_rows_of_cp932_and_cells_with_line_breaks_come_in_whole(run: Run, recommended: MakeFile) -> None:
    assert run(recommended({"説明": "一行目\n二行目"}, encoding="cp932"))
    row = db.session.scalars(select(Gathering)).one()
    assert row.title == "将棋のつどい"
    assert "二行目" in row.summary + row.body


def test_the_page_of_an_import_reads_like_any_other(run: Run, gif: MakeFile, app: Flask) -> None:
    run(gif({"説明": "=cmd|' /C calc'!A0\n<script>alert(1)</script>"}))
    row = db.session.scalars(select(Gathering)).one()
    page = app.test_client().get(f"/gatherings/{row.public_id}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
