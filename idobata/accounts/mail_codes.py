"""The six digits in a mail, for somebody who reads her mail on another device than the one she signs in on."""

import re
import secrets
import unicodedata

from idobata.kernel.sealing import keyed_hash

DIGITS = 6
# Wrong codes one browser may type for one mail.
MOST_TRIES = 5


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def shown(code: str) -> str:
    """The code as it is easiest to carry over: 「123 456」."""
    return f"{code[:3]} {code[3:]}"


def read_code(typed: str) -> str | None:
    """The digits somebody typed, full-width and with spaces or hyphens as she likes; None when they are not six."""
    digits = re.sub(r"[\s\-‐‑–—−ー]", "", unicodedata.normalize("NFKC", typed[:60]))
    return digits if re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits) else None


def code_hash(secret_key: str, browser: str, code: str) -> str:
    """What is kept of a code: a million of them are soon tried, so the hash needs the key. It belongs to one browser."""
    return keyed_hash(secret_key, "mail code", f"{browser} {code}")
