"""Which passwords are refused, and the kind sentence for it."""

import re
from collections.abc import Iterable
from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from idobata.accounts.passwords import LONGEST, normal_form
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.kernel.tokens import fold
from idobata.kernel.words import N_

SHORTEST = 8
# Shorter words stand in too many good passwords.
_SHORTEST_WORD = 3

TOO_SHORT = N_("パスワードは8文字以上にしてください。好きな言葉をいくつか並べると、長くてもおぼえやすいです。")
TOO_LONG = N_("パスワードは200文字までにしてください。")
COMMON = N_("よく使われているパスワードなので、すぐに当てられてしまいます。ほかのものにしてください。")
OF_THE_CITY = N_("町やサイトの名前、あなたの名前やアドレスは、当てられやすい言葉です。それを除いても8文字以上あるものにしてください。")


def problem_of(password: str, settings: Settings, *own: str) -> Problem | None:
    """Why this password is refused; None when it may be taken. `own`: the person's address and name."""
    plain = normal_form(password)
    if len(plain) < SHORTEST:
        return Problem("password", TOO_SHORT)
    if len(plain) > LONGEST:
        return Problem("password", TOO_LONG)
    if _is_common(plain):
        return Problem("password", COMMON)
    rest = fold(plain)
    for word in sorted({*words_of(settings), *_parts(own)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST and rest != fold(plain):
        return Problem("password", OF_THE_CITY)
    return None


def words_of(settings: Settings) -> set[str]:
    """The words everybody connects with this city, folded."""
    city = settings.city
    names = [city.name, city.english_name, city.prefecture, city.site_name, city.english_site_name, city.hashtag, city.slug]
    # The name of the program, as it may be guessed anywhere it runs.
    names += ["idobata", "井戸端", "井戸端パーティー", "いどばた"]
    names += [word for one in settings.districts for word in (one.name, one.kana, one.english)]
    return _parts(names)


def _parts(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        folded = fold(text)
        found |= {folded.strip("#"), *re.split(r"[^\w]+|_", folded)}
        # 汐坂市 is said 汐坂 as often.
        found |= {folded[:-1] for suffix in ("市", "町", "村", "区", "県") if folded.endswith(suffix)}
    return {word for word in found if len(word) >= (_SHORTEST_WORD if word.isascii() else 2)}


def _is_common(password: str) -> bool:
    plain = password.lower()
    # A letter again and again, and "password" with a few digits behind it, are tried first too.
    return plain in _common() or len(set(plain)) <= 2 or re.sub(r"[\d\W_]{1,4}$", "", plain) in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
