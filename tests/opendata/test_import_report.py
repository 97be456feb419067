"""The report: every row of the file, what became of it and why, harmless in a spreadsheet."""

import csv
import io
from collections.abc import Callable

from idobata.kernel.csv_file import safe_cell
from idobata.opendata.event_file import ReadResult
from idobata.opendata.import_report import Imported, Outcome, kept_words, report_lines, to_csv

Read = Callable[..., ReadResult]


def outcomes(read: ReadResult, outcome: Outcome = Outcome.MADE, **more: tuple[str, ...]) -> dict[str, Imported]:
    return {group.key: Imported(outcome, **more) for group in read.groups}


def test_every_row_is_told_even_two_rows_of_one_day(read: Read) -> None:
    found = read(
        {"NO": "1", "開始時刻": "10:00", "終了時刻": "11:00"},
        {"NO": "1", "開始時刻": "14:00", "終了時刻": "15:00"},
        {"NO": "2", "名称": ""},
        {"NO": "3", "名称": "将棋の会"},
    )
    lines = report_lines(found, outcomes(found), {})
    assert [(one.line, one.number, one.outcome.value) for one in lines] == [
        (2, "1", "made"),
        (3, "1", "made"),
        (4, "2", "refused"),
        (5, "3", "made"),
    ]
    assert lines[2].reason == "イベントの名前がありません。"


def test_rows_that_share_a_number_are_told_apart_by_their_title(read: Read) -> None:
    found = read({"NO": "7"}, {"NO": "7", "名称": "将棋の会"}, {"NO": "7"})
    keys = {group.title: group.key for group in found.groups}
    told = {keys["絵本の会"]: Imported(Outcome.MADE), keys["将棋の会"]: Imported(Outcome.UNCHANGED)}
    assert [line.outcome for line in report_lines(found, told, {})] == [Outcome.MADE, Outcome.UNCHANGED, Outcome.MADE]


def test_what_was_kept_and_left_out_is_said_once_a_gathering(read: Read) -> None:
    found = read({}, {"開始日": "2026-12-12", "終了日": "2026-12-12"})
    lines = report_lines(found, outcomes(found, kept=("title", "body")), {found.groups[0].key: 12})
    assert "（名前・説明）は、そのままにしました。" in lines[0].reason
    assert "あとの12日は入れていません" in lines[0].reason
    assert lines[1].reason == ""


def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(read: Read) -> None:
    found = read({"名称": '=HYPERLINK("http://example.com","会")', "NO": "+1"})
    data = to_csv(report_lines(found, outcomes(found), {}))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["行", "番号", "名前", "結果", "理由・気をつけること"]
    assert rows[1][:4] == ["2", "'+1", '\'=HYPERLINK("http://example.com","会")', "作成"]


def test_cells_that_only_look_harmless_are_made_so() -> None:
    for cell in ("=1+1", "+81 3", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u3000=1"):
        assert safe_cell(cell).startswith("'"), cell
    for cell in ("絵本の会", "1-2", "", "a=b"):
        assert safe_cell(cell) == cell


def test_fields_have_the_names_people_know() -> None:
    assert kept_words(["title", "venue_kind", "place", "contact_phone", "contact_url"]) == "名前・場所・問い合わせ先"
