"""What needs the site's secret key: short codes kept as keyed hashes, and words sealed at rest. Without the key a stolen database tells neither."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken


def keyed_hash(secret_key: str, purpose: str, text: str) -> str:
    """A hash that cannot be tried out without the key, for secrets too short for a plain one. 64 letters of hex."""
    return hmac.digest(_key(secret_key, purpose), text.encode(), hashlib.sha256).hex()


def derived_bytes(secret_key: str, purpose: str, text: str, length: int = 20) -> bytes:
    """`length` (up to 32) bytes that only the holder of the key can make again."""
    return hmac.digest(_key(secret_key, purpose), text.encode(), hashlib.sha256)[:length]


def seal(secret_key: str, purpose: str, text: str) -> str:
    """`text` so that only the holder of the key can read or change it."""
    return _box(secret_key, purpose).encrypt(text.encode()).decode("ascii")


def unseal(secret_key: str, purpose: str, sealed: str) -> str | None:
    """The sealed text; None when it was sealed with another key or for another purpose, or was changed."""
    try:
        return _box(secret_key, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _key(secret_key: str, purpose: str) -> bytes:
    return hmac.digest(secret_key.encode(), f"idobata {purpose}".encode(), hashlib.sha256)


def _box(secret_key: str, purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(_key(secret_key, f"seal {purpose}")))
