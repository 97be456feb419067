"""Words about access in a municipal list into answers: 「多目的トイレ;スロープ有」. What is not understood stays in words."""

import re
import unicodedata
from dataclasses import dataclass

# From the most telling to the most general: 「車いす対応トイレ」 is a toilet, 「車いす貸出」 a loan.
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ostomate", re.compile("オストメイト")),
    ("child-toilet", re.compile("(子供|子ども|こども|幼児)用?の?トイレ")),
    ("wide-toilet", re.compile("(多目的|多機能|バリアフリー|誰でも|だれでも|みんなの|身障者用?|障[害がい碍]+者用?|車いす[^;]*?)トイレ")),
    ("reserved-parking", re.compile("(優先|身障者用?|障[害がい碍]+者等?用?|車いす使用者用|思いやり|おもいやり)の?駐車")),
    ("wheelchair-rental", re.compile("車いすの?貸")),
    ("cane-rental", re.compile("(ツエ|つえ|杖)の?貸")),
    ("stroller-rental", re.compile("ベビーカーの?貸")),
    ("tactile-paving", re.compile("(点字|誘導)(誘導)?ブロック")),
    ("braille", re.compile("点字|読み?上げ?|音声案内")),
    ("assistance-dog", re.compile("盲導犬|介助犬|聴導犬|補助犬|ほじょ犬")),
    ("captions", re.compile("字幕")),
    ("writing", re.compile("筆談")),
    ("nursing", re.compile("授乳")),
    ("diapers", re.compile("おむつ|オムツ")),
    ("step-free", re.compile("スロープ|エレベー?タ|エスカレー?タ|段差(なし|無し|解消)")),
    ("stroller", re.compile("ベビーカー")),
    ("wheelchair", re.compile("車いす")),
    ("food", re.compile("飲食")),
)
_YES = frozenset(("有", "有り", "あり", "可", "可能", "○", "〇", "◯", "はい", "1", "true", "yes"))
_NO = frozenset(("無", "無し", "なし", "不可", "×", "✕", "いいえ", "false", "no"))
_NOT = re.compile(r"(?:[:：=(（\s]*)(なし|無し|無|不可|×|ない|ありません|未設置|未対応)[)）]?$")
_STEPS_GONE = re.compile("段差(なし|無し)")


@dataclass(frozen=True, slots=True)
class AccessWords:
    """What was understood (slug to yes or no), and the words that were not."""

    answers: dict[str, bool]
    rest: tuple[str, ...]


def read_access_words(cell: str) -> AccessWords:
    """The answers in a cell of words that 「;」 separates. Where two words disagree, yes has been seen by somebody and counts."""
    answers: dict[str, bool] = {}
    rest: list[str] = []
    for piece in re.split(r"[;；、\n]+", cell):
        word = unicodedata.normalize("NFKC", piece).strip()
        if not word:
            continue
        plain = re.sub("車イス|車椅子|クルマイス", "車いす", word)
        slugs = _slugs(plain)
        if not slugs:
            rest.append(piece.strip())
            continue
        is_there = _STEPS_GONE.search(plain) is not None or _NOT.search(plain) is None
        for slug in slugs:
            answers[slug] = answers.get(slug, False) or is_there
    return AccessWords(answers, tuple(rest))


def read_answer(cell: str) -> bool | None:
    """Yes or no in a cell of its own: 有, 可, ○, 1; 無, 不可, ×. None for anything else, and for an empty cell: nobody has asked."""
    word = unicodedata.normalize("NFKC", cell).strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def _slugs(word: str) -> list[str]:
    """What one word is about: the first that fits, and every other that stands beside it by 「・」."""
    found: list[str] = []
    for part in re.split("[・/]", word):
        slug = next((slug for slug, pattern in _WORDS if pattern.search(part)), None)
        if slug is not None and slug not in found:
            found.append(slug)
    return found
