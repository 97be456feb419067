"""Ten codes on paper for the day the phone is lost. Each works once."""

import re
import secrets
import unicodedata

from idobata.kernel.ids import ALPHABET
from idobata.kernel.sealing import keyed_hash

HOW_MANY = 10
LENGTH = 10


def new_codes() -> list[str]:
    """Ten fresh codes, 「abcde-fghjk」, without letters that look alike."""
    return [shown("".join(secrets.choice(ALPHABET) for _ in range(LENGTH))) for _ in range(HOW_MANY)]


def shown(code: str) -> str:
    """A code in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_recovery_code(typed: str) -> str | None:
    """What somebody copied from her paper, in any case and width; None when it has not the form of one."""
    code = re.sub(r"[\s\-‐‑–—−ー]", "", unicodedata.normalize("NFKC", typed[:60])).lower()
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else None


def recovery_hash(secret_key: str, person_id: int, code: str) -> str:
    """What is kept of a code of one person."""
    return keyed_hash(secret_key, "recovery code", f"{person_id} {code.replace('-', '')}")


_SECRET_LENGTH, _GROUP = 20, 5


def readable_secret() -> str:
    """A secret of 99 bits that can be copied from a console: 「abcde-fghjk-mnpqr-stuvw」."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(_SECRET_LENGTH))
    return "-".join(letters[place : place + _GROUP] for place in range(0, _SECRET_LENGTH, _GROUP))


def read_secret(typed: str) -> str | None:
    """The letters of such a secret as they were typed; None when it has not the form of one."""
    letters = re.sub(r"[\s\-‐‑–—−ー]", "", unicodedata.normalize("NFKC", typed[:100])).lower()
    return letters if len(letters) == _SECRET_LENGTH and all(letter in ALPHABET for letter in letters) else None
