"""Posting a letter: it waits in the outbox, with the act that caused it or not at all."""

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.kernel.letter import Letter
from idobata.store.database import db
from idobata.store.letters import MAIL, post_letter
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction

LETTER = Letter(subject="掲載しました", text="こんにちは。\nhttps://example.com/my\n")


def test_a_posted_letter_waits_whole_for_the_worker(store: Flask) -> None:
    with transaction(public=False):
        post_letter("hanako@example.com", LETTER)
    row = db.session.scalars(select(OutboxRow)).one()
    assert row.kind == MAIL
    assert row.payload == {"to": "hanako@example.com", "subject": LETTER.subject, "text": LETTER.text}
    assert row.done_at is None


def test_no_letter_about_what_did_not_happen(store: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():  # noqa: PT012 - the act is what fails
        post_letter("hanako@example.com", LETTER)
        raise RuntimeError
    assert db.session.scalar(select(OutboxRow.id)) is None


def test_the_same_reminder_is_posted_once(store: Flask) -> None:
    for _ in range(3):
        with transaction(public=False):
            post_letter("hanako@example.com", LETTER, dedupe_key="reminder-2026-12-05")
    assert len(db.session.scalars(select(OutboxRow)).all()) == 1
