"""A list as a table that opens in a spreadsheet: a row for each date that is shown, in columns that people use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.kernel.csv_file import csv_file
from idobata.kernel.japanese_dates import weekday_name
from idobata.kernel.text import printable
from idobata.kernel.words import N_, Translate

HEADERS: tuple[str, ...] = (
    N_("名前"),
    N_("日にち"),
    N_("曜日"),
    N_("始まり"),
    N_("終わりの日"),
    N_("終わり"),
    N_("状態"),
    N_("状態のおぎない"),
    N_("くり返し"),
    N_("場所"),
    N_("住所"),
    N_("地区"),
    N_("緯度"),
    N_("経度"),
    N_("オンライン"),
    N_("カテゴリ"),
    N_("主催"),
    N_("どんなこと"),
    N_("お金"),
    N_("申し込み"),
    N_("気軽ポイント"),
    N_("はじめの一歩"),
    N_("最終確認"),
    N_("文章の再利用"),
    N_("ページ"),
)
_ONLY_HERE = N_("このサイトのほかでは使えません")
_PLANNED = N_("予定")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One date with its gathering, and the address of its page."""

    date: OccurrenceCard
    gathering: GatheringCard
    page: str


def to_table(rows: Sequence[TableRow], licence: str, language: str, translate: Translate) -> bytes:
    """The table: UTF-8 with the mark that Excel wants, CRLF, one row on one line, nothing in it can run as a formula.

    Days and times are written as spreadsheets read them. `licence` is said of words that may be used elsewhere.
    """
    return csv_file([translate(header) for header in HEADERS], (_cells(row, licence, language, translate) for row in rows))


def _cells(row: TableRow, licence: str, language: str, translate: Translate) -> list[str]:
    day, gathering = row.date, row.gathering
    place = gathering.place
    cells = [
        day.title,
        day.day.isoformat(),
        weekday_name(day.day.weekday(), language),
        "" if day.all_day else f"{day.starts_at:%H:%M}",
        _last_day(day).isoformat(),
        "" if day.all_day or not day.end_known else f"{day.ends_at:%H:%M}",
        day.state_words or translate(_PLANNED),
        day.state_note,
        gathering.rhythm,
        day.place_name,
        place.address if place else "",
        day.district_name,
        _degrees(place.latitude if place else None),
        _degrees(place.longitude if place else None),
        "1" if day.online else "",
        day.category_name,
        day.host_name,
        day.summary,
        gathering.fee_words,
        gathering.signup_words,
        ";".join(fact.words for fact in day.facts),
        "1" if day.first_step else "",
        day.checked_on.isoformat() if day.checked_on else "",
        licence if day.reuse_text else translate(_ONLY_HERE),
        row.page,
    ]
    return [" ".join(printable(cell).split("\n")).strip() for cell in cells]


def _last_day(day: OccurrenceCard) -> date:
    # The day of the last hour, as a spreadsheet counts with it: a night that ends after midnight ends on the next.
    return day.last_day if day.all_day or not day.end_known else day.ends_at.date()


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")
