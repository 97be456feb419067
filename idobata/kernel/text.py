"""Typed words, cleaned once at the edge: what comes out is safe to store, to show and to put in a feed.

Nothing here judges what a text says; it only takes away what nobody can see or what breaks other people's machines.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from email_validator import EmailNotValidError, validate_email

MAX_URL = 2000
MAX_COMBINING = 4

_ZWJ = "\u200d"
_NEWLINES = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
# Letters and marks by category, and yet invisible: fillers make an empty name look typed.
_INVISIBLE = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0, 0xFFFC))
_BLANK_BRAILLE = 0x2800


class TooLong(ValueError):
    """The cleaned text has `length` code points where `limit` are allowed."""

    def __init__(self, limit: int, length: int) -> None:
        super().__init__(f"{length} characters, {limit} allowed")
        self.limit = limit
        self.length = length


def clean_line(raw: str, *, limit: int) -> str:
    """One line of typed words: NFC, nothing invisible, runs of spaces made one, trimmed.

    `limit` is in code points after cleaning. Raises `TooLong`.
    """
    spaced = re.sub(r"([ \u3000])[ \u3000]+", r"\1", printable(_NEWLINES.sub(" ", raw)).replace("\n", " "))
    return _within(spaced.strip(" \u3000"), limit)


def clean_text(raw: str, *, limit: int) -> str:
    """Several lines of typed words: as `clean_line`, but line breaks stay (LF), at most two blank lines in a row.

    Spaces inside a line and at its start stay as typed. `limit` is in code points after cleaning. Raises `TooLong`.
    """
    lines = [line.rstrip(" \u3000") for line in printable(raw).split("\n")]
    text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines))
    return _within(text.strip("\n \u3000"), limit)


def printable(raw: str) -> str:
    """`raw` without anything invisible or broken, in NFC, line breaks as LF, tabs and odd spaces as plain spaces. Never fails."""
    text = _NEWLINES.sub("\n", raw)
    if text.isascii() and text.isprintable():
        return text
    # Taking a character away can bring two others together that NFC then joins, so the form is made afterwards;
    # the joined letter may in turn give or take a selector its base. Two rounds settle it.
    for _ in range(2):
        text = unicodedata.normalize("NFC", text.translate(_VISIBLE))
        text = _cap_marks(_drop_stray_joiners(text))
    return text


def clean_email(raw: str) -> str:
    """An e-mail address in ASCII with a lower-case domain; full-width letters are understood. ValueError when it cannot be one."""
    text = unicodedata.normalize("NFKC", printable(raw)).strip()
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        if _is_old_carrier_address(text):
            local, _, domain = text.partition("@")
            return f"{local}@{domain.lower()}"
        # From None: the library quotes what was typed, and this sentence may reach a log.
        raise ValueError("not an e-mail address") from None
    return checked.ascii_email or checked.normalized


def clean_url(raw: str) -> str:
    """An absolute http or https address in ASCII, as typed otherwise. ValueError for anything else.

    Refused: other schemes, names and passwords before the host, spaces, backslashes, more than 2,000 characters.
    """
    text = printable(raw).strip(" \u3000\n")
    if not text[:8].isascii():
        text = unicodedata.normalize("NFKC", text)
    # Browsers read a backslash as a slash, so "https://a.example\@b.example" would lead elsewhere than it looks.
    if re.search(r'[\s\\<>"^`{|}]', text):
        raise ValueError('an address holds no spaces and none of \\ < > " ^ ` { | }')
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with https:// or http:// and a host")
    if "@" in parts.netloc:
        raise ValueError("an address holds no name or password")
    address = urlunsplit(
        (parts.scheme, _ascii_host(parts.hostname, parts.port), _percent(parts.path), _percent(parts.query), _percent(parts.fragment))
    )
    if len(address) > MAX_URL:
        raise TooLong(MAX_URL, len(address))
    return address


def fold_name(text: str) -> str:
    """`text` as a key to find the same name written otherwise: 「第一 公民館」 and 「第１公民館」, 「髙橋」 and 「高橋」.

    For matching only, never for showing. May be empty when the text holds no letter.
    """
    folded = unicodedata.normalize("NFKC", printable(text)).casefold().translate(_OLD_FORMS)
    folded = "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in folded)
    folded = re.sub(r"(?<=[ぁ-ゖー])[〜~\-‐‑‒–—―−]", "ー", folded)
    # 緑ヶ丘・緑ケ丘・緑が丘, 井ノ頭・井の頭: one place, three spellings (katakana is hiragana by now).
    folded = re.sub(r"(?<=[一-鿿])[ゖけが](?=[一-鿿])", "が", folded)
    folded = re.sub(r"第([一二三四五六七八九])(?![一二三四五六七八九十百])", _digit_behind, folded)
    folded = re.sub(r"(?<![一二三四五六七八九十百])([一二三四五六七八九])丁目", _digit_before, folded)
    # センター and センタ, コミュニティー and コミュニティ: the long sound at the end of a word is written or not.
    folded = re.sub(r"ー+(?![ぁ-ゖー])|(?<=ぃ)ー+", "", folded)
    return "".join(letter for letter in folded if letter.isalnum())


class _Visible:
    """A table for `str.translate`, asked letter by letter: a dict of all of Unicode would be large and slow to make."""

    def __getitem__(self, code: int) -> int | str | None:
        if 0x20 <= code < 0x7F or code == 0x0A or 0x3000 <= code < 0x3164 or 0x3165 <= code < 0xA000:
            return code
        if code in (0x09, _BLANK_BRAILLE):
            return " "
        if code == 0x200D:
            return code  # decided with its neighbours
        if code in _INVISIBLE or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
            return None
        category = unicodedata.category(chr(code))
        if category == "Zs":
            return " "
        if category in ("Cc", "Cf", "Cs"):
            return None
        if category == "Cn":
            # Pictures and ideographs newer than this Python are letters to somebody's phone.
            return code if 0x1F000 <= code <= 0x1FAFF or 0x20000 <= code <= 0x3FFFF else None
        return code


_VISIBLE = _Visible()


def _is_picture(letter: str) -> bool:
    code = ord(letter)
    if 0x1F000 <= code <= 0x1FAFF or 0x2190 <= code <= 0x21FF or letter in "〰‼⁉":
        return True
    return unicodedata.category(letter) == "So"


def _is_selector(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _takes_selector(base: str, selector: str, following: str) -> bool:
    if "\u3400" <= base <= "\u9fff" or "\uf900" <= base <= "\ufaff" or "\U00020000" <= base <= "\U0003ffff":
        return True
    if selector > "\ufe0f":
        return False
    if base in "0123456789#*":
        return following == "\u20e3"
    return _is_picture(base) or "\u3000" <= base <= "\u30ff" or "\uff00" <= base <= "\uff9f"


_MAY_STRAY = re.compile("[\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _drop_stray_joiners(text: str) -> str:
    """Keep a zero-width joiner only between two pictures, a selector only behind a letter that has variants."""
    if not _MAY_STRAY.search(text):
        return text
    kept: list[str] = []
    for place, letter in enumerate(text):
        last = kept[-1] if kept else " "
        following = text[place + 1] if place + 1 < len(text) else " "
        if letter == _ZWJ:
            before = kept[-2] if last == "\ufe0f" and len(kept) > 1 else last
            if not (_is_picture(before) and _is_picture(following)):
                continue
        elif _is_selector(letter) and not _takes_selector(last, letter, following):
            continue
        kept.append(letter)
    return "".join(kept)


def _cap_marks(text: str) -> str:
    """At most `MAX_COMBINING` combining marks in a row: more than any language needs, less than climbs over the next line."""
    kept: list[str] = []
    run = 0
    for letter in text:
        run = run + 1 if letter >= "\u0300" and unicodedata.category(letter)[0] == "M" else 0
        if run <= MAX_COMBINING:
            kept.append(letter)
    return "".join(kept)


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise TooLong(limit, len(text))
    return text


def _is_old_carrier_address(text: str) -> bool:
    # Until 2009 two phone companies gave out addresses with dots side by side or before the @; people still use them.
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:docomo|ezweb)\.ne\.jp", text, re.ASCII | re.IGNORECASE) is not None


def _ascii_host(host: str, port: int | None) -> str:
    if ":" in host:
        raise ValueError("an address names its host by letters")
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError("the host is not a name") from error
    if len(name) > 253 or not re.fullmatch(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?", name):
        raise ValueError("the host is not a name")
    return name if port is None else f"{name}:{port}"


def _percent(part: str) -> str:
    return quote(part, safe="%/:?#[]@!$&'()*+,;=-._~")


def _digit_behind(found: re.Match[str]) -> str:
    return "第" + str("一二三四五六七八九".index(found[1]) + 1)


def _digit_before(found: re.Match[str]) -> str:
    return str("一二三四五六七八九".index(found[1]) + 1) + "丁目"


# Family and place names keep older forms of letters; forms and maps often do not.
_OLD_FORMS = str.maketrans(
    "髙﨑𠮷濵濱邊邉齋齊澤廣櫻嶋嶌國學會龍瀨瀬德榮鐵渕冨槇眞靜驛區縣舘峯條惠寶圓",
    "高崎吉浜浜辺辺斎斉沢広桜島島国学会竜瀬瀬徳栄鉄淵富槙真静駅区県館峰条恵宝円",
)
