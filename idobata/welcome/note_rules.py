"""What a staff note must not be: words about a person. Nobody can prove that words are; likely ones are pointed at before they are kept."""

import re
import unicodedata
from enum import StrEnum

from idobata.kernel.words import N_

LIMIT = 500


class Sign(StrEnum):
    """What makes a note look like words about a person."""

    NAME = "name"
    PHONE = "phone"
    BIRTHDAY = "birthday"
    AGE = "age"
    MAIL = "mail"


SIGN_WORDS: dict[Sign, str] = {
    Sign.NAME: N_("人の名前のようです（「%(found)s」）"),
    Sign.PHONE: N_("電話番号のようです（「%(found)s」）"),
    Sign.BIRTHDAY: N_("生年月日のようです（「%(found)s」）"),
    Sign.AGE: N_("だれかの年齢のようです（「%(found)s」）"),
    Sign.MAIL: N_("メールアドレスのようです（「%(found)s」）"),
}

# Words that go before さん without being somebody's name.
_ROLES = frozenset(
    (
        "主催者",
        "主催",
        "担当",
        "代表",
        "世話人",
        "館長",
        "店主",
        "店長",
        "会長",
        "学生",
        "大家",
        "職員",
        "参加者",
        "みな",
        "皆",
        "お母",
        "お父",
    )
)
_NAME = re.compile(r"([一-鿿々ァ-ヺー]{1,6})(?:さん|様|氏|君|くん|ちゃん)")
_PHONE = re.compile(r"(?<!\d)0\d{1,4}[-‐－ー ()]?\d{1,4}[-‐－ー ()]?\d{3,4}(?!\d)")
# Of a year of our own time only what says "born" is a birthday; the other dates are those of the gathering.
_BIRTHDAY = re.compile(
    r"(?:(?:明治|大正|昭和|平成|[MTSH])\s?(?:\d{1,2}|元)|19\d{2}|200\d)\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}"
    r"|\d{1,4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?生"
)
_AGE = re.compile(r"\d{1,3}\s?(?:歳|才)(?!以上|以下|未満|から|まで|〜|くらいまで)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII)


def signs_of_a_person(words: str) -> tuple[tuple[Sign, str], ...]:
    """What in a note looks like words about a person, each kind once with what was found."""
    text = unicodedata.normalize("NFKC", words)
    found: list[tuple[Sign, str]] = []
    name = next((match for match in _NAME.finditer(text) if match[1] not in _ROLES), None)
    if name:
        found.append((Sign.NAME, name[0]))
    for sign, pattern in ((Sign.PHONE, _PHONE), (Sign.BIRTHDAY, _BIRTHDAY), (Sign.AGE, _AGE), (Sign.MAIL, _MAIL)):
        if match := pattern.search(text):
            found.append((sign, match[0].strip()))
    return tuple(found)
