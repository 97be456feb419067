"""Days and times as people type them: 「2026-12-05」, 「12/5」, 「12月5日（土）」, 「令和8年12月5日」, 「10:00」, 「午後1時半」.

Full-width digits are understood. What cannot be a day or a time gives None; nothing is guessed beyond a missing year.
"""

import re
import unicodedata
from datetime import date, time

# Longer than any day or time can be written; beyond it nothing is read at all.
_LONGEST = 40
_REIWA_BEFORE_FIRST = 2018

_ISO = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY = re.compile(
    r"(?:(?P<era>令和|R)\s*(?P<era_year>元|\d{1,2})\s*[年./-]\s*|(?P<year>\d{4})\s*[年./-]\s*)?"
    r"(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?"
    r"\s*(?:\(?[月火水木金土日](?:曜日?)?\)?)?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?P<half>午前|午後)?\s*(?P<hour>\d{1,2})\s*(?:[:時.]\s*(?:(?P<minute>\d{1,2})\s*分?|(?P<half_past>半))?(?::\d{2})?)?",
)
_BETWEEN_DAYS = re.compile(r"[,、;\n]+|\s+(?=\S)")


def read_day(typed: str, today: date) -> date | None:
    """The day somebody means. Without a year it is the next such day from `today` on."""
    text = _plain(typed)
    if compact := _ISO.fullmatch(text):
        return _date(int(compact[1]), int(compact[2]), int(compact[3]))
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return _date(int(found["year"]), month, day)
    if found["era"]:
        return _date(_REIWA_BEFORE_FIRST + (1 if found["era_year"] == "元" else int(found["era_year"])), month, day)
    # 29 February may be some years away.
    candidates = (_date(today.year + ahead, month, day) for ahead in range(9))
    return next((one for one in candidates if one is not None and one >= today), None)


def read_days(typed: str, today: date) -> tuple[list[date], list[str]]:
    """Several days, parted by commas, spaces or lines; and the pieces that are no day."""
    days: list[date] = []
    unread: list[str] = []
    for piece in _BETWEEN_DAYS.split(unicodedata.normalize("NFKC", typed)):
        if not piece.strip():
            continue
        day = read_day(piece, today)
        if day is None:
            unread.append(piece.strip())
        else:
            days.append(day)
    return days, unread


def read_time(typed: str, *, end: bool = False) -> time | None:
    """The time of day somebody means, in whole minutes. For an end, 24:00 is midnight."""
    text = _plain(typed)
    if re.fullmatch(r"\d{3,4}", text):
        text = f"{text[:-2]}:{text[-2:]}"
    if text == "正午":
        return time(12)
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found["hour"]), 30 if found["half_past"] else int(found["minute"] or 0)
    if found["half"] and hour > 12:
        return None
    if found["half"] == "午後" and hour < 12:
        hour += 12
    if end and (hour, minute) == (24, 0):
        hour = 0
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def _plain(typed: str) -> str:
    text = unicodedata.normalize("NFKC", typed[: _LONGEST * 2]).strip()
    # NFKC can make one letter eighteen; a day is short.
    return text if len(text) <= _LONGEST and all(letter.isascii() or not letter.isdigit() for letter in text) else ""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
