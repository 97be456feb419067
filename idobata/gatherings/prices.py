"""A fee as a number, where the host's words leave no doubt. Machines that compare prices must not be told a guess."""

import re
import unicodedata

from idobata.gatherings.states import FeeKind

# What stands before an amount without changing what one pays for coming once.
_FOR_WHAT = "参加費|参加料|会費|料金|費用|入場料|受講料|材料費|お茶代|おやつ代|お菓子代|資料代|保険料|会場費|場所代|1回|一回|1人|一人|ひとり|おひとり|お一人|各回|毎回|当日"
_PLAIN = re.compile(
    rf"(?:(?:{_FOR_WHAT})(?:は|として|に|につき)?[\s::]*)*[¥\\]?\s*(\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})\s*円?(?:です|です。|。)?"
)
# Said beside "free", these mean that one pays for something after all.
_MONEY = re.compile(r"\d\s*円|[¥\\]\s*\d|費|代|別途|有料|カンパ|寄付|募金")


def sure_price(kind: str, yen: int | None, words: str) -> int | None:
    """What one pays for coming once, in whole yen; 0 where it is free. None where the host's words could mean more than one amount.

    `kind` is a `FeeKind`, `yen` the amount if one was given by itself, `words` what the host wrote beside it, empty if nothing.
    """
    plain = unicodedata.normalize("NFKC", words).strip()
    match kind:
        case FeeKind.FREE:
            return None if _MONEY.search(plain) else 0
        case FeeKind.PAID:
            if not plain:
                return yen
            found = _PLAIN.fullmatch(plain)
            said = int(found[1].replace(",", "")) if found else None
            return said if yen is None or said == yen else None
    return None
