"""ふりがな for what we know for sure: our own fixed words, days and times, and names that came with their reading. Nothing is guessed."""

import re

from markupsafe import Markup, escape

# Our own sentences on the sheet, each with its reading: ｜漢字《かんじ》. A sentence that is not here stays without.
_OWN = (
    "｜集《あつ》まりのしおり",
    "｜目印《めじるし》",
    "｜行《い》きかた",
    "お｜金《かね》",
    "｜無料《むりょう》",
    "かかるお｜金《かね》は、まだ｜聞《き》いていません",
    "｜電話《でんわ》",
    "メール",
    "ホームページ",
    "たずねる｜先《さき》",
    "｜申《もう》し｜込《こ》み",
    "｜来《く》るころあい",
    "｜入口《いりぐち》",
    "むかえる｜人《ひと》",
    "はじめの｜5分《ごふん》",
    "｜写真《しゃしん》",
    "｜帰《かえ》るとき",
    "｜一日中《いちにちじゅう》",
    "｜中止《ちゅうし》",
    "｜満員《まんいん》",
    "そのまま｜行《い》けます",
    "そのまま｜行《い》けます（｜先《さき》に｜電話《でんわ》すると｜安心《あんしん》）",
    "｜電話《でんわ》してから｜行《い》きます",
    "｜申《もう》しこんでから｜行《い》きます",
    "｜市《し》に｜電話《でんわ》してから｜行《い》きます",
    "｜電話《でんわ》でたずねてから｜行《い》くと｜安心《あんしん》です",
    "｜市《し》にたずねてから｜行《い》くと｜安心《あんしん》です",
    "いっしょに｜書《か》くメモ",
    "スマホで｜読《よ》むと、｜中止《ちゅうし》や｜変更《へんこう》がわかります",
    "わからないとき",
    "オンライン",
    # The welcome facts as they come with the program; those a city has renamed are the city's words.
    "｜申込《もうしこみ》いらない",
    "｜当日参加《とうじつさんか》OK",
    "とちゅうから｜来《き》てOK",
    "とちゅうで｜帰《かえ》ってOK",
    "｜見《み》るだけOK",
    "おためしOK",
    "ひとりでOK",
    "｜話《はな》さなくてOK",
    "｜自己紹介《じこしょうかい》なし",
    "｜名前《なまえ》を｜書《か》かなくてOK",
    "｜付《つ》き｜添《そ》い・｜家族《かぞく》といっしょOK",
    "｜手《て》ぶらでOK",
    "｜少人数《しょうにんずう》（｜10人《じゅうにん》くらいまで）",
    "｜静《しず》か",
    "にぎやか",
    "｜休《やす》める｜場所《ばしょ》あり",
    "｜車《くるま》いすOK",
    "｜多目的《たもくてき》トイレあり",
    "｜手話《しゅわ》OK",
    "｜筆談《ひつだん》OK",
    "｜字幕《じまく》あり",
    "｜介助犬《かいじょけん》OK",
    "ベビーカーOK",
    "｜授乳《じゅにゅう》できる｜場所《ばしょ》あり",
    "やさしい｜日本語《にほんご》",
    "｜外国語《がいこくご》OK",
    "カメラオフOK",
    "｜雨《あめ》でもOK",
)
_RUBY = re.compile("｜([^《]+)《([^》]+)》")
KNOWN: dict[str, str] = {_RUBY.sub(r"\1", one): one for one in _OWN}

_DIGITS = ("", "いち", "に", "さん", "し", "ご", "ろく", "しち", "はち", "く")
_DAYS = {
    1: "ついたち",
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
    8: "ようか",
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
_HOURS = {4: "よ", 0: "れい", 14: "じゅうよ", 24: "にじゅうよ"}
_MINUTES = ("", "いっぷん", "にふん", "さんぷん", "よんぷん", "ごふん", "ろっぷん", "ななふん", "はっぷん", "きゅうふん")
_TENS = ("", "じゅ", "にじゅ", "さんじゅ", "よんじゅ", "ごじゅ")
_WEEKDAYS = {"月": "げつ", "火": "か", "水": "すい", "木": "もく", "金": "きん", "土": "ど", "日": "にち"}
_FIXED = {"午前": "ごぜん", "午後": "ごご", "正午": "しょうご", "翌日": "よくじつ", "一日中": "いちにちじゅう"}
_WHEN = re.compile(r"(\d{1,2})(月|日|時|分)|（([月火水木金土日])）|(午前|午後|正午|翌日|一日中)|(\d{4})年")
_YEN = re.compile(r"[\d,]+円")


def ruby(base: str, reading: str) -> Markup:
    """Words with their reading above; in brackets where a browser knows no ruby."""
    return Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>").format(base, reading)


def own_words(words: str, *, on: bool) -> Markup:
    """One of our own sentences. Any other stays as it is."""
    if on and words in KNOWN:
        return _marked(KNOWN[words])
    if on and _YEN.fullmatch(words):
        return escape(words[:-1]) + ruby("円", "えん")
    return escape(words)


def named(name: str, kana: str, *, on: bool) -> Markup:
    """A name with the reading that was given along with it."""
    return ruby(name, kana) if on and kana and kana != name else escape(name)


def when_words(words: str, *, on: bool) -> Markup:
    """A day and a time as `kernel.japanese_dates` says them."""
    if not on:
        return escape(words)
    found, at = Markup(), 0
    for match in _WHEN.finditer(words):
        found += escape(words[at : match.start()]) + _part(match)
        at = match.end()
    return found + escape(words[at:])


def reading_of(number: int, unit: str) -> str:
    """How a number with 月, 日, 時 or 分 is said."""
    if unit == "月":
        return _number(number) + "がつ"
    if unit == "日":
        return _DAYS.get(number) or _number(number) + "にち"
    if unit == "時":
        return _HOURS.get(number, _number(number)) + "じ"
    tens, ones = divmod(number, 10)
    if number == 0:
        return "れいふん"
    return _TENS[tens] + "っぷん" if ones == 0 else (_TENS[tens] + "う" if tens else "") + _MINUTES[ones]


def _number(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else ("" if tens == 1 else _DIGITS[tens]) + "じゅう") + _DIGITS[ones]


def _part(match: re.Match[str]) -> Markup:
    number, unit, weekday, fixed, year = match.groups()
    if weekday:
        return Markup("（{}）").format(ruby(weekday, _WEEKDAYS[weekday]))
    if fixed:
        return ruby(fixed, _FIXED[fixed])
    return escape(year) + ruby("年", "ねん") if year else ruby(f"{number}{unit}", reading_of(int(number), unit))


def _marked(words: str) -> Markup:
    found, at = Markup(), 0
    for match in _RUBY.finditer(words):
        found += escape(words[at : match.start()]) + ruby(match[1], match[2])
        at = match.end()
    return found + escape(words[at:])
