"""The short code on a receipt: eight letters in two groups, without look-alikes, to be read out on the phone."""

import re
import secrets
import unicodedata

from idobata.kernel.ids import ALPHABET

LENGTH = 8


def new_code() -> str:
    """A fresh code: 31 letters, 8 places, 39 bits of chance. Guessing is limited, and only a keyed hash of it is kept."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """「K7M2 X9PQ」: capitals in two groups, as it is printed and read out."""
    return f"{code[:4]} {code[4:]}".upper()


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in whatever width, case and grouping; None when it cannot be one."""
    plain = re.sub(r"[\s\-‐‑–—ー・.]", "", unicodedata.normalize("NFKC", typed[:60])).lower()
    return plain if len(plain) == LENGTH and all(letter in ALPHABET for letter in plain) else None
