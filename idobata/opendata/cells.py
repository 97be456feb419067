"""Single cells into values: days, times, degrees, municipal codes. Plain and strict; prose is read elsewhere."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta

from idobata.kernel.distance import in_japan
from idobata.kernel.errors import Problem
from idobata.kernel.municipal_code import check_digit, is_municipal_code
from idobata.kernel.words import N_

_BEHIND = r"(?:\s*\([^)]*\))?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?"
_WESTERN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _BEHIND)
_ERA = re.compile(r"(令和|平成|昭和|R|H|S)\s*(元|\d{1,2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _BEHIND, re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-9]\d{4}")
_ERA_BEGINS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
_EXCEL_DAY_ZERO = date(1899, 12, 30)

_CLOCK = re.compile(
    r"(午前|午後|AM|PM)?\s*(\d{1,2})\s*(?:時|:|\.)\s*(?:(\d{1,2}|半)\s*分?)?(?::\d{2})?\s*(?:頃|ごろ|から|より|まで|~)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `next_day` when it was written past midnight (24:00, 25:30)."""

    at: time
    next_day: bool = False


def plain(cell: str) -> str:
    """A cell in half-width letters, trimmed: for reading values, never for showing."""
    return unicodedata.normalize("NFKC", cell).replace("〜", "~").strip()


def read_day(cell: str) -> date | None:
    """The day in a cell: 2022-01-24, 2022/1/24, 20220124, 令和4年1月24日, R4.1.24, or Excel's number of it. None when it is none."""
    text = plain(cell)
    if found := _WESTERN.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _ERA.fullmatch(text):
        year = 1 if found[2] == "元" else int(found[2])
        return _day(_ERA_BEGINS[found[1].lower()] + year, int(found[3]), int(found[4]))
    if _SERIAL.fullmatch(text):
        return _EXCEL_DAY_ZERO + timedelta(days=int(text))
    return None


def excel_number(day: date) -> int:
    """The number Excel turned into `day`: a fee of 500 that was taken for a date comes back as 1901/5/14."""
    return (day - _EXCEL_DAY_ZERO).days


def read_clock(cell: str) -> Clock | None:
    """The time in a cell: 09:00, 9:00:00, 9時, 午後2時30分, 午前10時半, 正午, up to 29:59. None when it is none."""
    text = plain(cell)
    if text == "正午":
        return Clock(time(12))
    found = _CLOCK.fullmatch(text)
    if not found or found[2] is None:
        return None
    hour, minute = int(found[2]), 30 if found[3] == "半" else int(found[3] or 0)
    half = (found[1] or "").upper()
    if half in ("午後", "PM") and hour < 12:
        hour += 12
    elif half == "AM" and hour == 12:
        hour = 0
    if hour > 29 or minute > 59:
        return None
    return Clock(time(hour % 24, minute), next_day=hour >= 24)


def read_degrees(latitude: str, longitude: str) -> tuple[float | None, float | None, Problem | None]:
    """A point inside Japan in WGS 84 degrees, or None and None; with what is odd about it.

    Latitude and longitude in each other's column are put right.
    """
    if not latitude.strip() and not longitude.strip():
        return None, None, None
    north, east = _number(latitude), _number(longitude)
    if north is None or east is None:
        return None, None, Problem("latitude", N_("緯度と経度がそろっていないので、地図の位置は使いませんでした。"))
    if in_japan(north, east):
        return north, east, None
    if in_japan(east, north):
        return east, north, Problem("latitude", N_("緯度と経度が入れかわっていたので、直して読みました。"))
    return None, None, Problem("latitude", N_("緯度・経度が日本の外なので、地図の位置は使いませんでした。"))


def read_source(cell: str) -> str:
    """A municipal code as six digits: a lost first zero or check digit is put back. Empty when it is no code."""
    digits = re.sub(r"\D", "", plain(cell))
    if len(digits) == 5:
        # 01 to 09 lose their zero in Excel; others were written without the check digit.
        with_zero = "0" + digits
        return with_zero if is_municipal_code(with_zero) else digits + check_digit(digits)
    return digits if is_municipal_code(digits) else ""


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(cell: str) -> float | None:
    text = plain(cell)
    return float(text) if re.fullmatch(r"-?\d{1,3}(\.\d+)?", text, re.ASCII) else None
