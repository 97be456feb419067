"""A list of public facilities, read: what each column becomes, and what is said about odd rows."""

from pathlib import Path

import pytest

from idobata.kernel.errors import Invalid
from idobata.kernel.settings import Settings
from idobata.opendata.place_rows import PlaceRow, read_places
from tests.harness.site import make_settings
from tests.opendata.facilities import HEADERS, facilities


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("city")
    return make_settings(f"sqlite:///{folder}/idobata.sqlite3", folder)


def one(city: Settings, **cells: str) -> PlaceRow:
    [row] = read_places(facilities(cells), city).rows
    return row


def said(row: PlaceRow) -> list[str]:
    return [note.in_japanese() for note in row.notes]


def test_the_official_form_has_24_columns() -> None:
    assert len(HEADERS) == len(set(HEADERS)) == 24


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_a_row_becomes_a_place_in_every_encoding(city: Settings, encoding: str) -> None:
    [row] = read_places(facilities({"説明": "一行目\n二行目"}, encoding=encoding), city).rows
    values = row.values
    assert (row.key, row.number, values.name, values.kana) == ("992011:1", "1", "みどり公民館", "ミドリコウミンカン")
    assert (values.address, values.district, values.phone) == ("みなも県汐坂市北町二丁目4番7号", "kitamachi", "000-000-0301")
    assert (values.latitude, values.longitude) == (35.3192, 139.3105)
    assert values.opening == "火水木金土日、9:00〜21:00、年末年始は休み"
    assert values.access_facts == {"wheelchair": True, "wide-toilet": True}
    assert values.access_note == "手すり"
    assert row.notes == ()


def test_the_header_is_known_by_its_names_wherever_it_stands(city: Settings) -> None:
    text = "公共施設一覧\n施設名,所在地_連結表記,電話番号,緯度,経度,車椅子可,授乳室\n緑の館,汐坂市港1,1,35.3,139.3,無,有\n"
    [row] = read_places(text.encode(), city).rows
    assert (row.values.name, row.values.district, row.key) == ("緑の館", "minato", "992011:緑の館")
    assert row.values.access_facts == {"wheelchair": False, "nursing": True}
    assert row.line == 3


@pytest.mark.parametrize(
    "cells, point, words",
    [
        ({"緯度": "139.3105", "経度": "35.3192"}, (35.3192, 139.3105), "緯度と経度が入れかわっていたので、直して読みました。"),
        ({"緯度": "48.85", "経度": "2.35"}, (None, None), "緯度・経度が日本の外なので、地図の位置は使いませんでした。"),
        ({"緯度": "35.3", "経度": ""}, (None, None), "緯度と経度がそろっていないので、地図の位置は使いませんでした。"),
        ({"緯度": "北緯35度", "経度": "139.3"}, (None, None), "緯度と経度がそろっていないので、地図の位置は使いませんでした。"),
    ],
)
def test_a_point_is_mended_or_left_out_and_the_report_says_so(
    city: Settings, cells: dict[str, str], point: tuple[float | None, float | None], words: str
) -> None:
    row = one(city, **cells)
    assert (row.values.latitude, row.values.longitude) == point
    assert said(row) == [words]


def test_odd_cells_cost_themselves_only(city: Settings) -> None:
    row = one(city, URL="javascript:alert(1)", 名称="長" * 90, 電話番号="000-1", 内線番号="12", 開始時間="", 終了時間="", 利用可能曜日="")
    assert row.values.url == ""
    assert len(row.values.name) <= 80
    assert row.values.phone == "000-1 内線12"
    assert row.values.opening == "年末年始は休み"
    assert "ホームページのアドレスを読みとれなかったので、使いませんでした。" in said(row)
    assert "長い文を80文字までに縮めました。" in said(row)


def test_a_row_without_a_name_and_a_number_used_twice_are_refused_alone(city: Settings) -> None:
    rows = read_places(facilities({"名称": ""}, {"NO": "2"}, {"NO": "2", "名称": "緑の館"}, {"NO": "3"}), city).rows
    assert [row.refusal.in_japanese() if row.refusal else "" for row in rows] == [
        "名称がありません。",
        "",
        "3行目と同じ番号か、同じ名前です。どちらかを直してください。",
        "",
    ]


@pytest.mark.parametrize(
    "data, words",
    [
        ("イベント名,名称,開始日,住所,緯度\n".encode(), "import-events"),
        ("ねこ,いぬ\nみけ,ぽち\n".encode(), "公共施設一覧の見出しが見つかりません。"),
        (b"PK\x03\x04xxxx", "Excel"),
        (b"", "空です"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_way_out(city: Settings, data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_places(data, city)
