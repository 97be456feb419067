"""Reading marks: for staff, and for the host it is about."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from idobata.accounts.models import MailLink
from idobata.gatherings.host_queries import host_addresses
from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.ids import token_hash
from idobata.store.database import db
from idobata.welcome.mark import MarkState
from idobata.welcome.models import StaffNote, WelcomeMark

PER_LIST = 200
# The purpose of the mailed link.
ANSWER = "first_step"
# On top what waits for staff, then what waits for hosts.
_ORDER = (MarkState.RECHECK, MarkState.NOTED, MarkState.ASKED, MarkState.MARKED, MarkState.DECLINED, MarkState.ENDED)


def mark_of(gathering: Gathering) -> WelcomeMark | None:
    """The mark of a gathering, in whatever state."""
    return db.session.get(WelcomeMark, gathering.id, options=[joinedload(WelcomeMark.gathering)])


def marks(state: MarkState | None = None) -> list[WelcomeMark]:
    """Marks in the order of work: what must be looked at again first, the longest waiting first."""
    order = case({one.value: number for number, one in enumerate(_ORDER)}, value=WelcomeMark.state)
    query = select(WelcomeMark).options(joinedload(WelcomeMark.gathering).joinedload(Gathering.place)).order_by(order, WelcomeMark.state_at)
    if state is not None:
        query = query.where(WelcomeMark.state == state.value)
    return list(db.session.scalars(query.limit(PER_LIST)))


def open_answer(token: str) -> Gathering | None:
    """The gathering a host is asked about, while the link can still be used. Looking changes nothing."""
    asked = (
        select(Gathering, MailLink.email)
        .join(MailLink, MailLink.subject_id == Gathering.public_id)
        .join(WelcomeMark, WelcomeMark.gathering_id == Gathering.id)
        .where(MailLink.token_hash == token_hash(token), MailLink.purpose == ANSWER, MailLink.used_at.is_(None))
        .where(MailLink.ends_at > clock.now(), WelcomeMark.state == MarkState.ASKED.value)
        .options(joinedload(Gathering.place), joinedload(Gathering.group))
    )
    found = db.session.execute(asked).first()
    # Her say may have ended since the mail was sent.
    return found[0] if found is not None and found[1] in host_addresses(found[0]) else None


def count_by_state() -> dict[MarkState, int]:
    """How many marks are in each state."""
    rows = db.session.execute(select(WelcomeMark.state, func.count()).group_by(WelcomeMark.state))
    known: dict[str, int] = {str(state): int(number) for state, number in rows}
    return {state: known.get(state.value, 0) for state in MarkState}


def note_counts(gatherings: Sequence[Gathering], today: date) -> dict[int, int]:
    """How many staff notes there are, by the gathering's inner id. Counting reads no words."""
    ids = [one.id for one in gatherings]
    rows = db.session.execute(
        select(StaffNote.gathering_id, func.count())
        .where(StaffNote.gathering_id.in_(ids), StaffNote.ends_on >= today)
        .group_by(StaffNote.gathering_id)
    )
    return {row[0]: row[1] for row in rows}


def review_soon(days: int, today: date) -> int:
    """How many public marks come up for review within so many days."""
    limit = date.fromordinal(today.toordinal() + days)
    query = select(func.count()).where(WelcomeMark.state == MarkState.MARKED.value, WelcomeMark.review_on <= limit)
    return db.session.scalar(query) or 0


def waits_since(mark: WelcomeMark) -> int:
    """Whole days since the mark came into its state."""
    return (clock.now() - mark.state_at).days
