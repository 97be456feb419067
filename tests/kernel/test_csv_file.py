"""A table for a spreadsheet shows what somebody typed and never runs it."""

import csv
import io

import pytest

from idobata.kernel.csv_file import csv_file, safe_cell

EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "  =1",
    "\u3000=1",
    '"=1',
    "'=1",
    "\u00a0=1",
    '" =1',
]


@pytest.mark.parametrize("cell", EVIL)
def test_what_a_spreadsheet_would_run_is_inert(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "朝の会", "090-1234-5678", "12/5(土)", "a=b", "1", "「=」の会"])
def test_what_is_harmless_stays_as_it_is(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_a_table_opens_with_a_double_click_and_comes_back_whole() -> None:
    data = csv_file(("名前", "メモ"), [("朝の会", 'a "b", c\nd'), ("=1", "half \ud800")])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows == [["名前", "メモ"], ["朝の会", 'a "b", c\nd'], ["'=1", "half ?"]]
