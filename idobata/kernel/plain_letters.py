"""Letters that every machine shows alike: ①, ㈱ and ℡ come out as (1), (株) and TEL. For tables that others load, never for pages."""

import re
import unicodedata

# Circled and bracketed letters, Roman numerals, squared words: they are in no table of letters that all machines share. Kanji stay as they
# are, since names are written with them; ℃ is in the common table; emoji have no plain form.
_ODD = re.compile("[\u2100-\u2102\u2104-\u212a\u212c-\u218f\u2460-\u24ff\u2776-\u2793\u3200-\u33ff]")
# As a run, so that a sound mark finds its letter.
_HALF_KANA = re.compile("[\uff61-\uff9f]+")


def plain_letters(text: str) -> str:
    """`text` without letters that look otherwise, or like nothing, on other machines. What is plain already stays as it is."""
    kana = _HALF_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _ODD.sub(lambda found: _plain(found[0]), kana)


def _plain(letter: str) -> str:
    name, plain = unicodedata.name(letter, ""), unicodedata.normalize("NFKC", letter)
    if "CIRCLED" not in name:
        return plain
    if plain == letter and (value := unicodedata.numeric(letter, None)) is not None:
        plain = f"{value:.0f}"
    return plain if plain == letter or plain.startswith("(") else f"({plain})"
