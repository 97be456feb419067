"""The dictionary of a data set. It is data about data in Japanese, for whoever reads a table in Japanese, and is written so in every language."""

from typing import Any

from idobata.opendata.profile_files import Profile

COLUMN_HEADERS = ("番号", "列の名前", "意味", "書きかた", "例")
FORMAT_WORDS: dict[str, str] = {
    "line": "文字",
    "text": "文字（改行は全角の空白）",
    "called_off": "文字（中止の日は【中止】がつく）",
    "rest": "文字（ことがらごとに全角の空白で区切る）",
    "day": "日付（YYYY-MM-DD）",
    "clock": "時刻（HH:MM）",
    "moment": "日時（ISO 8601）",
    "number": "整数（単位なし）",
    "degrees": "10進の度（世界測地系）",
    "list": "文字（半角のセミコロンで区切る）",
    "flag": "1か空欄",
    "yes_no": "有か無",
    "fixed": "決まった文字",
}


def dictionary(profile: Profile[Any]) -> list[tuple[str, str, str, str]]:
    """The columns in order: header, meaning, how it is written, an example."""
    return [(one.header, one.about, FORMAT_WORDS[one.format], one.example) for one in profile.columns]
