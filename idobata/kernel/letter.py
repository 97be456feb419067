"""A letter to one person: what a feature writes and the store posts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text of a mail. The text is plain, with addresses on lines of their own."""

    subject: str
    text: str
