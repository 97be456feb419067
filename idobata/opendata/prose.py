"""Reading what clerks write in words: fees, sign-up, phone numbers, remarks about dates, first sentences.

Nothing is guessed that the words do not say: what stays unclear is "unknown" and the words go along as typed.
"""

import re
from dataclasses import dataclass, field
from datetime import time
from itertools import islice, pairwise

from idobata.gatherings.states import FeeKind, SignupKind
from idobata.kernel.errors import Problem
from idobata.kernel.text import clean_line, clean_text
from idobata.kernel.words import N_
from idobata.opendata.cells import excel_number, plain, read_clock, read_day
from idobata.opendata.profile_files import fold_header
from idobata.opendata.profiles import PROFILES, Meaning

NO_LIMIT = 1_000_000

# Files of 2022 carry "列名: もとの値" at the end of a remark when a cell could not hold what was there before.
_TAIL_MEANINGS = (
    Meaning.FIRST_DAY,
    Meaning.LAST_DAY,
    Meaning.STARTS,
    Meaning.ENDS,
    Meaning.CAPACITY,
    Meaning.FEE,
    Meaning.DEADLINE_DAY,
    Meaning.DEADLINE_TIME,
)
_TAIL_HEADERS = {fold_header(profile.header_of(meaning)): meaning for profile in PROFILES for meaning in _TAIL_MEANINGS}
_TAIL = re.compile(r"([^\s:：][^:：]{1,12})[:：]\s*(\S.*)")

# Every repetition has an upper bound: a cell of 20,000 digits must cost no more than any other.
_YEN = re.compile(r"(?<![\d,])(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})\s{0,3}円|(?<![\d,])(\d{1,3}(?:,\d{3}){1,2})(?!\s{0,3}[\d人名個])")
_WHOLE_FEE = re.compile(r"各?\s{0,3}(\d[\d,]{0,10})\s{0,3}円(?:/回)?\s*(\(.*\))?\s*[。.]?", re.DOTALL)
_FREE = re.compile(r"(?:(?:参加|入場|入館|観覧|受講|利用|聴講)?(?:費|料|料金)?[はが:：]?\s*)?無料(?:です)?[。.]?")

_NO_SIGNUP = re.compile(
    r"(?:申し?込み?|予約|事前申請|参加申込)[はがもの]*\s*(?:不要|必要ありません|いりません|なし)"
    r"|^不要"
    r"|(?:直接|当日).{0,15}(?:会場|集合場所|現地|受付).{0,8}(?:お越し|お集ま|お出かけ|おいで|来て)"
    r"|(?:参加|入場|出入り|入退場)自由"
    r"|自由参加"
)
_SIGNUP_WORDS = re.compile(
    r"申し?込|予約|電話|メール|はがき|ハガキ|葉書|フォーム|窓口|ファクス|ファックス|FAX|郵送|来庁|来館|システム|チケット|応募|ホームページ|インターネット|LINE",
    re.IGNORECASE,
)
_SIGNUP_NEEDED = re.compile(r"(?:要|事前)(?:事前)?(?:の)?(?:申し?込|予約)|申込制|予約制|(?:申し?込み?|予約)が必要")

_PHONE = re.compile(r"\(?0\d{1,4}\)?[-ー−‐― ]?\(?\d{1,4}\)?[-ー−‐― ]?\d{3,4}(?!\d)")
_MOST_PHONES = 5
_BETWEEN_PHONES = " /、,・;|\n"

_RHYTHM = re.compile(
    r"毎週|隔週|毎月|毎日|毎年|各週|[月週]\s*[1-9一二三四五]\s*[～~・、-]?\s*[1-9]?\s*回|全\s*[0-9一二三四五六七八九十]+\s*回|計\s*\d+\s*回"
    r"|第\s*[1-5一二三四五](?:\s?[・、,と]\s?第?\s?[1-5一二三四五]){0,4}\s?[月火水木金土日]曜?"
)
_AUDIENCE = re.compile(r"(?:^|[\n。、 　*])[【(<]?対象者?[】)>]?\s*[*:：]\s*([^\n。]+)")
_SENTENCE_END = re.compile(r"[。！？!?]+[」』）)】〉》”\"]*|\n+")
_TEXT_END = re.compile(r"\Z")
_PEOPLE = re.compile(r"((?:先着|抽選|各回?)?\s*\d+(?:\s*[~〜～-]\s*\d+)?)\s*([(（]?(?:先着|抽選).*)?")
_MOMENT = r"((?:午前|午後)?\s*\d{1,2}\s*(?::\s*\d{2}|時(?:\s*\d{1,2}\s*分|半)?))"
_HOURS = re.compile(_MOMENT + r"\s*(?:から|~|-)\s*" + _MOMENT)
_SPACED_OUT = re.compile(r"(?<=[\d時分半])[ 　]+(から|まで)(?:[ 　]+|(?=[、。(（]|$))")
_ONLINE = re.compile(
    r"(?:オンライン|zoom|ズーム|web|ウェブ|インターネット|ライブ)(?:開催|講座|実施|配信|会議|上|のみ|ミーティング)*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fee:
    """What it costs. `words` stand behind the amount and do not repeat it; without `yen` they tell all that is known."""

    kind: FeeKind
    yen: int | None = None
    words: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Signup:
    """Whether one says beforehand that one comes, and how (as typed)."""

    kind: SignupKind
    words: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A cell of prose without its machine-written end; `tail` holds what stood there by meaning."""

    text: str
    tail: dict[Meaning, str] = field(default_factory=dict)


def read_remark(cell: str) -> Remark:
    """A cell as typed, cleaned, without lines like "開始日: 2022/1/28" that a program put behind it.

    A line about a date or time is only taken away when it is one: 「終了時刻: 日没まで」 stays.
    """
    lines = clean_text(cell, limit=NO_LIMIT).split("\n")
    tail: dict[Meaning, str] = {}
    while lines and (found := _tail_line(lines[-1])):
        tail.setdefault(*found)
        lines.pop()
    return Remark("\n".join(lines).strip(), tail)


def read_fee(base: str, details: str) -> Fee:
    """The fee from 料金(基本) and 料金(詳細). Free only when it costs nothing at all: 0 yen with 「材料費500円」 is paid."""
    remark = read_remark(details)
    words, problem = remark.text, None
    typed = remark.tail.get(Meaning.FEE, "")
    amount = _whole_amount(base)
    if (spoiled := read_day(typed)) is not None:
        amount = excel_number(spoiled)
        problem = Problem("fee", N_("料金が日付に化けていたので、%(yen)s円と読みました。たしかめてください。"), {"yen": amount})
    elif typed:
        # The number in the column is only one of those that were typed.
        amount, words = None, _joined(typed, words)
    elif amount is None and base.strip():
        words = _joined(clean_line(base, limit=NO_LIMIT), words)
    if _whole_amount(words) is not None and amount in (None, _whole_amount(words)):
        amount, words = _whole_amount(words), ""
    return _fee(amount, words, problem)


def read_signup(method: str, elsewhere: str, *, has_deadline: bool) -> Signup:
    """Whether to sign up, from the sign-up cell; from remarks `elsewhere` only when that cell is empty."""
    words = read_remark(method).text
    asked = words or elsewhere
    says_no = _NO_SIGNUP.search(asked) is not None
    if words:
        says_yes = _SIGNUP_WORDS.search(_NO_SIGNUP.sub("", words)) is not None or has_deadline
    else:
        says_yes = _SIGNUP_NEEDED.search(elsewhere) is not None or has_deadline
    if says_no:
        # 「申込不要（団体は電話で予約）」: both are said, so the reader decides.
        return Signup(SignupKind.UNKNOWN if says_yes else SignupKind.NONE, words)
    return Signup(SignupKind.REQUIRED if says_yes else SignupKind.UNKNOWN, words)


def read_phones(cell: str, extension: str) -> tuple[str, ...]:
    """The phone numbers of a cell, each with the words behind it, in half-width; an extension goes with the first.

    A cell that holds no number is empty: words alone cannot be called.
    """
    text = plain(clean_text(cell, limit=NO_LIMIT)).replace("−", "-").replace("‐", "-").replace("―", "-")
    text = re.sub(r"(?<=\d)ー(?=\d)", "-", text)
    starts = [found.start() for found in islice(_PHONE.finditer(text), _MOST_PHONES)]
    phones = [text[at:end].strip(_BETWEEN_PHONES) for at, end in pairwise([*starts, len(text)])]
    phones = [re.sub(r"\s*\n\s*", " ", phone) for phone in phones]
    inner = plain(extension)
    if phones and inner and "内線" not in phones[0]:
        phones[0] = f"{phones[0]} {inner if '内線' in inner else f'内線{inner}'}"
    return tuple(dict.fromkeys(phones))


def read_capacity(cell: str, typed: str) -> str:
    """How many may come, as words: 「20人」, 「先着15」, 「小学生。各公民館10（抽選）」. `typed` says more than a bare number."""
    text = clean_line(typed or cell, limit=NO_LIMIT)
    found = _PEOPLE.fullmatch(text)
    return f"{found[1]}人{found[2] or ''}" if found else text


def read_audience(cell: str, remarks: str) -> str:
    """Who it is for: the column, or what stands behind 「対象：」 in the remarks."""
    if named := clean_line(cell, limit=NO_LIMIT):
        return named
    found = _AUDIENCE.search(remarks)
    return found[1].split("　")[0].strip(" 、*") if found else ""


def read_hours(text: str) -> tuple[time, time] | None:
    """From the first beginning to the last end that a remark names: 「(1)10時〜11時 (2)午後1時〜2時」 is 10:00 to 14:00."""
    spans: list[tuple[time, time]] = []
    for found in _HOURS.finditer(plain(text).replace("～", "~")):
        starts, ends = read_clock(found[1]), read_clock(found[2])
        if starts and ends and ends.at < starts.at and "午後" in found[1]:
            ends = read_clock(f"午後{found[2]}")  # 午後5時〜6時
        if starts and ends and starts.at < ends.at and not ends.next_day:
            spans.append((starts.at, ends.at))
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def close_up(text: str) -> str:
    """「午前10時　から　午前11時　まで」 without the gaps a web page left in it."""
    return _SPACED_OUT.sub(r"\1", text)


def is_rhythm(text: str) -> bool:
    """True when a remark says how the gathering comes back: 「毎週第3火曜日 全6回」."""
    return _RHYTHM.search(plain(text)) is not None


def is_online(place: str) -> bool:
    """True when a place is no place: オンライン, Zoom."""
    return _ONLINE.fullmatch(plain(place)) is not None


def split_lead(text: str, limit: int) -> tuple[str, str]:
    """The first sentences of `text` in one line of at most `limit` characters, and what is left to say.

    The rest begins behind the lead when that ends a sentence; where it ended in the middle of a list or had to be cut, the
    rest is the whole text.
    """
    text = text.strip()
    if len(text) <= limit and "\n" not in text:
        return clean_line(text, limit=NO_LIMIT), ""
    end = 0
    for found in (*_SENTENCE_END.finditer(text), *_TEXT_END.finditer(text)):
        if len(text[: found.end()].strip()) > limit:
            break
        if _opens_a_bracket(text[: found.end()]):
            continue
        end = found.end()
        if "\n" in found[0] and text[:end].strip().endswith("。"):
            break
    lead, rest = text[:end].strip(), text[end:].strip()
    if not lead:
        return shorten(clean_line(text, limit=NO_LIMIT), limit), text
    return clean_line(lead, limit=NO_LIMIT), rest if _SENTENCE_END.match(lead[-1]) else text


def sentences(text: str) -> list[str]:
    """The sentences and lines of `text`, trimmed."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    return [part for at, end in pairwise([0, *ends, len(text)]) if (part := text[at:end].strip())]


def word_skeleton(text: str) -> str:
    """`text` without signs and hiragana: 「読み聞かせや折り紙」 and 「読み聞かせ・折り紙」 say the same.

    Hiragana stay where there is nothing else.
    """
    letters = "".join(letter for letter in plain(text) if letter.isalnum())
    return re.sub("[ぁ-ゖー]", "", letters) or letters


def shorten(text: str, limit: int) -> str:
    """`text`, or as much of it as fits before 「…」."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _tail_line(line: str) -> tuple[Meaning, str] | None:
    found = _TAIL.fullmatch(line.strip())
    meaning = _TAIL_HEADERS.get(fold_header(found[1])) if found else None
    if found is None or meaning is None:
        return None
    value = found[2].strip()
    if meaning in (Meaning.FIRST_DAY, Meaning.LAST_DAY, Meaning.DEADLINE_DAY) and read_day(value) is None:
        return None
    if meaning in (Meaning.STARTS, Meaning.ENDS, Meaning.DEADLINE_TIME) and read_clock(value) is None:
        return None
    return meaning, value


def _fee(amount: int | None, words: str, problem: Problem | None) -> Fee:
    named = [_yen(found) for found in _YEN.finditer(plain(words))]
    costs = any(yen > 0 for yen in named)
    if amount is not None and amount > 0:
        return Fee(FeeKind.PAID, amount, _without_amount(words, amount), problem)
    if amount == 0:
        return Fee(FeeKind.PAID if costs else FeeKind.FREE, None, words, problem)
    if not words:
        return Fee(FeeKind.UNKNOWN, problem=problem)
    if whole := _WHOLE_FEE.fullmatch(plain(words)):
        yen = int(whole[1].replace(",", ""))
        return _fee(yen, (whole[2] or "").strip("()"), problem) if yen else Fee(FeeKind.FREE, problem=problem)
    if costs:
        return Fee(FeeKind.PAID, None, words, problem)
    if _FREE.fullmatch(plain(words)):
        return Fee(FeeKind.FREE, None, "", problem)
    # 「無料（予約制）」 is free; 「中学生以下無料」 leaves open what others pay.
    return Fee(FeeKind.FREE if _FREE.match(plain(words)) else FeeKind.UNKNOWN, None, words, problem)


def _whole_amount(cell: str) -> int | None:
    text = plain(cell).replace(",", "").removeprefix("¥").removesuffix("円").strip()
    return int(text) if re.fullmatch(r"\d{1,7}", text, re.ASCII) else None


def _yen(found: re.Match[str]) -> int:
    return int((found[1] or found[2]).replace(",", ""))


def _without_amount(words: str, amount: int) -> str:
    # 「資料代500円」 behind 500 yen would say it twice.
    rest = re.sub(rf"各?\s*(?<![\d,])(?:{amount}|{amount:,})\s*円(?:/回)?", "", words, count=1).strip(" 　、。")
    if len(rest) > 2 and rest[0] in "（(" and rest[-1] in "）)" and not re.search(r"[（()）]", rest[1:-1]):
        return rest[1:-1]
    return rest


def _joined(first: str, second: str) -> str:
    return f"{first}、{second}" if first and second else first or second


def _opens_a_bracket(text: str) -> bool:
    return any(text.count(left) > text.count(right) for left, right in ("「」", "『』", "（）", "()", "【】"))
