"""A feed as everybody gets it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Copy:
    """What an address of this site answers. `self_url` is the address it calls its own, `true_until` when it changes by itself."""

    status: int
    body: bytes
    content_type: str
    self_url: str
    true_until: datetime

    @property
    def digest(self) -> str:
        """Equal bytes, equal digest. 64 letters of hex."""
        return sha256(self.body).hexdigest()


Read: TypeAlias = Callable[[str], Copy]
"""Reads an absolute address of this site, as a stranger would."""
