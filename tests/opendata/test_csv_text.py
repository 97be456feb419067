"""Bytes into rows: encodings, line breaks in cells, and damage that is named by its line."""

import pytest

from idobata.kernel.errors import Invalid
from idobata.opendata import csv_text
from idobata.opendata.csv_text import CsvText, read_csv


def cells(text: CsvText) -> list[tuple[str, ...]]:
    return [row.cells for row in text.rows]


def sentence(refusal: pytest.ExceptionInfo[Invalid]) -> str:
    return refusal.value.problems[0].in_japanese()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("名称,開始日\n花見,2026-04-01\n".encode(), "UTF-8"),
        ("名称,開始日\n花見,2026-04-01\n".encode("utf-8-sig"), "UTF-8 (BOM)"),
        ("名称,開始日\r\n花見,2026-04-01\r\n".encode("cp932"), "CP932"),
        ("名称,開始日\r花見,2026-04-01\r".encode(), "UTF-8"),
    ],
)
def test_every_way_a_city_saves_a_csv_gives_the_same_rows(data: bytes, name: str) -> None:
    text = read_csv(data)
    assert text.encoding == name
    assert cells(text) == [("名称", "開始日"), ("花見", "2026-04-01")]


def test_signs_that_only_windows_knows_come_through() -> None:
    assert read_csv("名称,a\n①㈱髙島屋〜,b".encode("cp932")).rows[1].cells[0] == "①㈱髙島屋～"


def test_line_breaks_commas_and_quotation_marks_inside_a_cell_stay_in_the_cell_and_lines_are_counted_in_the_file() -> None:
    text = read_csv('名称,説明,開始日\n花見,"一行目\n二行目、\n""茶""も,出ます",2026-04-01\n月見,,2026-09-25\n'.encode())
    assert cells(text)[1] == ("花見", '一行目\n二行目、\n"茶"も,出ます', "2026-04-01")
    assert [row.line for row in text.rows] == [1, 2, 5]


def test_a_separator_of_unicode_inside_a_cell_does_not_end_the_row() -> None:
    assert read_csv("名称,説明\n花見,一\u2028二\x0b三\x85四\n".encode()).rows[1].cells == ("花見", "一\u2028二\x0b三\x85四")


def test_blank_rows_are_passed_over() -> None:
    assert [row.line for row in read_csv(b"a,b\n\n,\n  ,  \n1,2\n").rows] == [1, 5]


def test_a_broken_byte_costs_its_own_row_only() -> None:
    data = "名称,開始日\n花見,2026-04-01\n月見,2026-09-25\n雪見,2026-12-25\n".encode().replace("月".encode(), b"\xe6\x9c")
    rows = read_csv(data).rows
    assert [row.damage is None for row in rows] == [True, True, False, True]
    assert rows[2].line == 3
    assert rows[2].damage is not None
    assert "文字が壊れて" in rows[2].damage.in_japanese()


def test_a_broken_byte_in_cp932_costs_its_own_row_only() -> None:
    data = "名称,開始日\n花見,2026-04-01\n月見,2026-09-25\n".encode("cp932").replace("月".encode("cp932"), b"\x80\xff")
    text = read_csv(data)
    assert text.encoding == "CP932"
    assert [row.damage is None for row in text.rows] == [True, True, False]


def test_a_nul_byte_costs_its_own_row_only() -> None:
    rows = read_csv(b"a,b\n1,2\n3,\x004\n5,6\n").rows
    assert [row.damage is None for row in rows] == [True, True, False, True]


def test_a_file_that_is_broken_through_and_through_is_refused_with_the_first_line() -> None:
    data = "名称,開始日\n".encode() + b"\xff\xfe\xfd,2026\n" * 10
    with pytest.raises(Invalid) as refusal:
        read_csv(data)
    assert "2行目をはじめ、10行" in sentence(refusal)


def test_a_replacement_letter_that_was_typed_is_no_damage() -> None:
    assert read_csv("名称,a\n花\ufffd見,b\n".encode()).rows[1].damage is None


def test_a_quotation_mark_that_is_never_closed_costs_one_row_not_the_rest_of_the_file() -> None:
    rows = read_csv('名称,開始日\n"花見,2026-04-01\n月見,2026-09-25\n雪見,2026-12-25\n'.encode()).rows
    assert [row.cells[0] for row in rows] == ["名称", "花見", "月見", "雪見"]
    assert [row.damage is None for row in rows] == [True, False, True, True]
    assert rows[1].damage is not None
    assert "引用符" in rows[1].damage.in_japanese()


def test_a_stray_quotation_mark_does_not_swallow_the_rows_up_to_the_next_quoted_cell() -> None:
    data = '名称,説明,日\n花見,"弁当,1\n月見,団子,2\n雪見,"酒\nと餅",3\n'.encode()
    rows = read_csv(data).rows
    assert [(row.line, row.cells[0], row.damage is None) for row in rows] == [
        (1, "名称", True),
        (2, "花見", False),
        (3, "月見", True),
        (4, "雪見", True),
    ]
    assert rows[3].cells == ("雪見", "酒\nと餅", "3")


def test_quotation_marks_in_the_middle_of_a_plain_cell_are_letters() -> None:
    assert read_csv('名称,日\n5"の鍋,1\n月見,2\n'.encode()).rows[1].cells == ('5"の鍋', "1")


def test_a_comma_without_quotation_marks_is_named_as_such() -> None:
    rows = read_csv("名称,日\n花見,弁当つき,1\n月見,2,,\n".encode()).rows
    assert rows[1].damage is not None
    assert "見出し2、この行3" in rows[1].damage.in_japanese()
    assert rows[2].cells == ("月見", "2")
    assert rows[2].damage is None


def test_a_cell_too_long_to_be_one_costs_its_own_row_only() -> None:
    rows = read_csv(("名称,日\n" + "あ" * 200_000 + ",1\n" + "い" * 30_000 + ",2\n月見,3\n").encode()).rows
    assert [row.damage is None for row in rows] == [True, False, False, True]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        (b"\xef\xbb\xbf\n \n,,\n", "空"),
        (b"PK\x03\x04rest of a workbook", "Excel"),
        ("名称,日".encode("utf-16"), "UTF-16"),
        (b"\r\n<!DOCTYPE html><html>", "ウェブページ"),
    ],
)
def test_what_is_no_csv_is_refused_in_one_sentence_that_says_what_to_do(data: bytes, word: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_csv(data)
    assert word in sentence(refusal)


def test_files_beyond_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "MAX_ROWS", 3)
    assert len(read_csv(b"a,b\n1,2\n3,4\n5,6\n").rows) == 4
    with pytest.raises(Invalid, match="行が多すぎます"):
        read_csv(b"a,b\n1,2\n3,4\n5,6\n7,8\n")
    monkeypatch.setattr(csv_text, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(Invalid, match="1MBまで"):
        read_csv(b"a" * (1024 * 1024 + 1))
