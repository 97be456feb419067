"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from idobata.accounts.models import SessionRow
from idobata.kernel import clock
from idobata.store.database import db

HANDLE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One signed-in browser, as its owner sees it. `handle` names it in a form; it opens nothing."""

    handle: str
    device: str
    began_at: datetime
    seen_at: datetime
    is_here: bool


def sessions_of(person_id: int, here: int) -> list[SessionCard]:
    """Living sessions, the one with the id `here` first, then the latest seen."""
    rows = db.session.scalars(
        select(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.ends_at > clock.now())
        .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
        .limit(100)
    )
    cards = [SessionCard(row.token_hash[:HANDLE_LENGTH], row.device or "", row.created_at, row.seen_at, row.id == here) for row in rows]
    return sorted(cards, key=lambda card: not card.is_here)
