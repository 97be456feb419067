"""A small list of public facilities in the manner of real ones."""

import csv
import io

from idobata.opendata.place_profiles import FACILITIES

HEADERS = [column.header for column in FACILITIES]
ROW = {
    "都道府県コード又は市区町村コード": "992011",
    "NO": "1",
    "都道府県名": "みなも県",
    "市区町村名": "汐坂市",
    "名称": "みどり公民館",
    "名称_カナ": "ミドリコウミンカン",
    "住所": "みなも県汐坂市北町二丁目4番7号",
    "緯度": "35.3192",
    "経度": "139.3105",
    "電話番号": "000-000-0301",
    "利用可能曜日": "火水木金土日",
    "開始時間": "09:00",
    "終了時間": "21:00",
    "利用可能日時特記事項": "年末年始は休み",
    "バリアフリー情報": "車椅子可;多目的トイレ;手すり",
    "URL": "https://www.city.shiosaka.example/midori",
}


def facilities(*rows: dict[str, str], encoding: str = "utf-8-sig", added: tuple[str, ...] = ()) -> bytes:
    """The bytes of a list: each row is an ordinary one with what the test is about changed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*HEADERS, *added])
    for row in rows:
        assert set(row) <= {*HEADERS, *added}
        writer.writerow([{**ROW, **row}.get(header, "") for header in (*HEADERS, *added)])
    return text.getvalue().encode(encoding)
