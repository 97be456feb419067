"""Passwords, hashed with argon2id. Each hash takes 64 MiB for a moment, so only two are made at once in a process; others wait."""

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_AT_ONCE = threading.BoundedSemaphore(2)
_HASHER = PasswordHasher()
LONGEST = 200


def normal_form(typed: str) -> str:
    """One spelling for what looks the same on different keyboards (full and half width). Nothing is cut or trimmed."""
    return unicodedata.normalize("NFKC", typed)


def hash_of(password: str) -> str:
    """The argon2id hash to keep."""
    with _AT_ONCE:
        return _HASHER.hash(normal_form(password))


def is_right(kept: str | None, password: str) -> bool:
    """True for the right password. Without a kept hash (nobody, or nobody's password) it takes as long and is wrong."""
    # Whatever is longer than a password may be is not hashed letter by letter; it is wrong, in the same time.
    tried = normal_form(password[: LONGEST + 1])
    fits = kept is not None and len(password) <= LONGEST
    nobody = _nobodys()
    with _AT_ONCE:
        try:
            right = _HASHER.verify(kept if kept is not None else nobody, tried)
        except (Argon2Error, InvalidHashError):
            return False
    return bool(right and fits)


def is_outdated(kept: str) -> bool:
    """True when the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))
