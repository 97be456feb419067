"""A finished document on its way to a reader."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes, when anything in them changed last (None when there is nothing in them), and until when they are true."""

    body: bytes
    changed_at: datetime | None
    turns_at: datetime
