"""Public ids and secret tokens."""

import hashlib
import secrets

# No 0/o, 1/i/l: these ids are read out on the phone. 31 letters, 12 places: 59 bits of chance.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
ID_LENGTH = 12


def new_public_id() -> str:
    """A fresh random id that may stand in an address."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def is_public_id(text: str) -> bool:
    """True when `text` has the form of a public id."""
    return len(text) == ID_LENGTH and all(letter in ALPHABET for letter in text)


def new_token() -> str:
    """A secret for a mail link or a session: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a secret: its SHA-256 in hex. The secret itself is never stored."""
    return hashlib.sha256(token.encode()).hexdigest()
