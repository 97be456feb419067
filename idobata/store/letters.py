"""Posting a letter: it waits in the outbox, written in the transaction of its cause."""

from idobata.kernel.letter import Letter
from idobata.store.outbox import tell

MAIL = "mail"


def post_letter(to: str, letter: Letter, *, dedupe_key: str | None = None) -> None:
    """Have the worker mail `letter` to `to`."""
    tell(MAIL, {"to": to, "subject": letter.subject, "text": letter.text}, dedupe_key=dedupe_key)
