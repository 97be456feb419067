"""A pseudonym for what must be told apart and not kept: a network address, a mailbox."""

import hashlib
import hmac

LENGTH = 40


def pseudonym(secret_key: str, purpose: str, text: str) -> str:
    """Forty hex letters that are the same for the same text and purpose on this site.

    Keyed with the site's secret: without it nobody can try all addresses there are until one fits.
    """
    return hmac.new(secret_key.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()[:LENGTH]
