"""Small event lists in the manner of real ones, built row by row."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from idobata.opendata.event_file import ReadResult, read_events
from idobata.opendata.profile_files import Profile
from idobata.opendata.profiles import GIF, RECOMMENDED, Meaning

TODAY = date(2026, 11, 23)

# What a row says unless a test says otherwise: by header, so that a test reads like the file.
GIF_ROW = {
    "NO": "0000000001",
    "都道府県コード又は市区町村コード": "132195",
    "名称": "絵本の会",
    "説明": "絵本をいっしょに読みます。",
    "開始日": "2026-12-05",
    "終了日": "2026-12-05",
    "開始時刻": "10:00",
    "終了時刻": "11:30",
    "集合場所": "水辺公民館",
    "住所都道府県": "東京都",
    "住所市区町村": "狛江市",
    "連絡先名称": "水辺公民館",
}
RECOMMENDED_ROW = {
    "都道府県コード又は市区町村コード": "221309",
    "NO": "1",
    "都道府県名": "静岡県",
    "市区町村名": "浜松市",
    "イベント名": "将棋のつどい",
    "開始日": "2026/12/5",
    "終了日": "2026/12/5",
    "開始時間": "13:00",
    "終了時間": "15:00",
    "説明": "だれでも指せます。",
    "場所名称": "北部協働センター",
    "住所": "中央区本町1番地",
}

Row = dict[str, str]
MakeFile = Callable[..., bytes]
Read = Callable[..., ReadResult]


def as_csv(
    profile: Profile[Meaning], usual: Row, rows: tuple[Row, ...], *, added: tuple[str, ...] = (), encoding: str = "utf-8-sig"
) -> bytes:
    headers = [*(column.header for column in profile.columns), *added]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        assert set(row) <= set(headers), set(row) - set(headers)
        writer.writerow([{**usual, **row}.get(header, "") for header in headers])
    return text.getvalue().encode(encoding)


@pytest.fixture
def gif() -> MakeFile:
    """The bytes of a 50-column file with these rows."""

    def make(*rows: Row, added: tuple[str, ...] = (), encoding: str = "utf-8-sig") -> bytes:
        return as_csv(GIF, GIF_ROW, rows, added=added, encoding=encoding)

    return make


@pytest.fixture
def recommended() -> MakeFile:
    """The bytes of a 32-column file with these rows."""

    def make(*rows: Row, added: tuple[str, ...] = (), encoding: str = "utf-8-sig") -> bytes:
        return as_csv(RECOMMENDED, RECOMMENDED_ROW, rows, added=added, encoding=encoding)

    return make


@pytest.fixture
def read(gif: MakeFile) -> Read:
    """What becomes of 50-column rows on 23 November 2026."""

    def read_rows(*rows: Row) -> ReadResult:
        return read_events(gif(*rows), TODAY)

    return read_rows
