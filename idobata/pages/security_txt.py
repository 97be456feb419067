"""/.well-known/security.txt (RFC 9116): where somebody who has found a hole in the site tells the city."""

import re
from datetime import date

from idobata.kernel.settings import Contact

# The file may be believed for so long; the RFC asks for less than a year.
MONTHS = 6


def security_txt(contact: Contact, languages: tuple[str, ...], address: str, today: date) -> str:
    """The file. `address` is its own. It stays the same for a month, so that caches may keep it."""
    lines = [f"Contact: {uri}" for uri in contact_uris(contact)]
    lines.append(f"Expires: {expires_on(today).isoformat()}T00:00:00Z")
    lines.append(f"Preferred-Languages: {', '.join(languages)}")
    lines.append(f"Canonical: {address}")
    if contact.security_policy:
        lines.append(f"Policy: {contact.security_policy}")
    return "\n".join([*lines, ""])


def contact_uris(contact: Contact) -> list[str]:
    """Where to tell, best first: what the city gave for this, else its mail, else its phone."""
    if contact.security_contact:
        given = contact.security_contact
        return [given if given.startswith("https://") else f"mailto:{given}"]
    if contact.email:
        return [f"mailto:{contact.email}"]
    return [f"tel:{_abroad(contact.phone)}"] if contact.phone else []


def expires_on(today: date) -> date:
    """The first day of a month, at least five months from now."""
    months = today.year * 12 + today.month - 1 + MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _abroad(phone: str) -> str:
    """A Japanese number as it is called from anywhere."""
    digits = re.sub(r"[^0-9+]", "", phone)
    return digits if digits.startswith("+") else f"+81{digits.removeprefix('0')}"
