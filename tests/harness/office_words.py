"""Words of the office that nobody may meet on the public side, each with its reason.

This holds for what the program, its settings and its demo town say. What residents type themselves, and proper names in imported
lists (総合福祉センター), are theirs: the site neither changes nor refuses them.
"""

import html
import re
from urllib.parse import unquote

# Label the gathering, never the person: whoever reads one of these on a page, in an address or in a file's name learns that
# the town sees somebody who needs something in whoever goes there.
REASONS: dict[str, str] = {
    "福祉": "the office itself",
    "支援": "makes helpers and helped of neighbours",
    "困難": "says that life is hard for whoever comes",
    "困窮": "says that whoever comes is poor",
    "ひきこもり": "labels the person",
    "引きこもり": "labels the person",
    "不登校": "labels the child",
    "弱者": "labels the person as weak",
    "要介護": "a grade of need",
    "対象者": "makes a target of whoever comes",
    "当事者": "makes a case of whoever comes",
    "利用者": "makes a client of whoever comes",
    "社会参加": "the aim of a programme",
    "社会復帰": "the aim of a programme",
    "孤立": "labels the person as alone",
    "社会資源": "a column in a caseworker's table",
    "welfare": "the office itself",
    "fukushi": "the office itself",
    "hikikomori": "labels the person",
    "shien": "makes helpers and helped of neighbours",
    r"support[ _-]?worker": "the office's profession",
    r"social[ _-]?work": "the office's profession",
    r"case[ _-]?work": "the office's profession",
    r"disadvantaged": "labels the person",
    r"vulnerable": "labels the person as weak",
    r"reclus(?:e|ive)\b": "labels the person",
    r"shut-?ins?\b": "labels the person",
    r"\bneedy\b": "labels the person",
    r"\bin need\b": "labels the person",
    r"isolated people|social(?:ly)?[ _-]isolat": "labels the person as alone",
    r"beneficiar": "makes a client of whoever comes",
    r"target[ _-]group": "makes a target of whoever comes",
}
_LITERAL = tuple(word for word in REASONS if word.isalpha())
_PATTERN = re.compile("|".join(word for word in REASONS if not word.isalpha()))
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
# The name of a column in a national list of columns is a proper name too: alone in its cell beside the names of the others, or before what it means.
_OFFICIAL_COLUMN, _OF_THE_SAME_LIST = re.compile("(?<=[>,])対象者(?=[<,])|対象者(?=どんな人に来てほしいか)"), "住所丁目以下"
_FOLD = re.compile(r"\r?\n[ \t]")


def office_words(text: str) -> list[str]:
    """The words of the office in a text, however they are written: as entities, escaped for a script or an address, folded in a calendar."""
    if _OF_THE_SAME_LIST in text:
        text = _OFFICIAL_COLUMN.sub("", text)
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), html.unescape(text)).lower()
    readings = {plain, unquote(plain), _FOLD.sub("", plain)}
    literal = {word for one in readings for word in _LITERAL if word in one}
    return sorted(literal | {match[0] for one in readings for match in _PATTERN.finditer(one)})
