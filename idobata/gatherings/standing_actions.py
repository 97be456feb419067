"""What freshness does to the dates: unconfirmed ones stand behind all others of their day, and no date falls into a pause."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, select, update

from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.news_actions import DateBefore, note_date
from idobata.gatherings.states import OccurrenceState
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db

# The host's own word, as the page shows it beside 「中止」.
PAUSE_NOTE = "お休み"


def freshness_of(gathering: Gathering) -> Freshness:
    """The gathering's row, made when there is none."""
    row = db.session.get(Freshness, gathering.id)
    if row is None:
        row = Freshness(gathering_id=gathering.id, mails=0)
        db.session.add(row)
    return row


def show_life(actor: Actor, gathering: Gathering) -> None:
    """The host changed the dates, so somebody is there: the question is over, and so is the doubt. What the city changes says nothing."""
    if actor.may_edit() and actor.speaks_for is None:
        return
    row = freshness_of(gathering)
    row.lively_at = clock.now()
    settle(row, gathering)


def settle(row: Freshness, gathering: Gathering) -> None:
    """End the running question and the doubt."""
    row.asked_at = row.mailed_at = None
    row.mails = 0
    if row.unconfirmed_at is not None:
        row.unconfirmed_at = None
        _lift(gathering)


def doubt(gathering: Gathering, settings: Settings) -> None:
    """Call a gathering unconfirmed: it stays where it was, behind the others of its day, and leaves the feeds."""
    freshness_of(gathering).unconfirmed_at = clock.now()
    _sink(gathering, settings.city.zone)


def keep_standing(gathering: Gathering, settings: Settings) -> None:
    """After dates were made anew: what holds for the gathering holds for the new ones, too."""
    row = db.session.get(Freshness, gathering.id)
    if row is None:
        return
    if row.unconfirmed_at is not None:
        _sink(gathering, settings.city.zone)
    if row.paused_until is not None:
        rest(gathering, datetime.combine(row.paused_until + timedelta(days=1), time(), settings.city.zone), PAUSE_NOTE, untouched=True)


def rest(gathering: Gathering, before: datetime | None, note: str, *, begins_from: datetime | None = None, untouched: bool = False) -> None:
    """Cancel the dates that are not over and begin between two moments. `untouched`: only those that nobody touched."""
    now = clock.now()
    wanted = [Occurrence.gathering_id == gathering.id, Occurrence.ends_at > now, Occurrence.state != OccurrenceState.CANCELLED.value]
    wanted += [Occurrence.starts_at < before] if before is not None else []
    wanted += [Occurrence.starts_at >= begins_from] if begins_from is not None else []
    wanted += [Occurrence.touched.is_(False)] if untouched else []
    for place, row in enumerate(db.session.scalars(select(Occurrence).where(*wanted).order_by(Occurrence.starts_at))):
        was = DateBefore.of(row)
        row.state, row.note, row.touched = OccurrenceState.CANCELLED.value, note, True
        row.sequence += 1
        row.changed_at = now
        if not place:
            # The first one tells of all: nobody wants thirteen posts about one summer break.
            note_date(row, was)


def _sink(gathering: Gathering, zone: ZoneInfo) -> None:
    for row in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == gathering.id, Occurrence.ends_at > clock.now())):
        row.unconfirmed = True
        if not row.is_long:
            next_day = row.starts_at.astimezone(zone).date() + timedelta(days=1)
            row.list_at = max(row.ends_at, datetime.combine(next_day, time(), zone).astimezone(UTC) - timedelta(seconds=1))
    db.session.flush()


def _lift(gathering: Gathering) -> None:
    db.session.flush()
    db.session.execute(
        update(Occurrence)
        .where(Occurrence.gathering_id == gathering.id, Occurrence.unconfirmed.is_(True))
        .values(unconfirmed=False, list_at=case((Occurrence.is_long.is_(True), Occurrence.starts_at), else_=Occurrence.ends_at)),
        execution_options={"synchronize_session": False},
    )
    for row in list(db.session.identity_map.values()):
        if isinstance(row, Occurrence) and row.gathering_id == gathering.id:
            db.session.refresh(row, ["unconfirmed", "list_at"])
