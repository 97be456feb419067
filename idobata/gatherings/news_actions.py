"""Noting what became public, for feeds that tell each change once. Inside the transaction of the change itself."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.news_models import GatheringNews
from idobata.gatherings.significance import Picture
from idobata.gatherings.told_changes import TOLD_FOR, tell_readers
from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.transaction import transaction

# Readers are told until a day ends somewhere; two days more are enough everywhere.
NEWS_KEPT = TOLD_FOR + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class DateBefore:
    """What a date was until now. `state` is empty for one that was not there."""

    state: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False

    @classmethod
    def of(cls, row: Occurrence) -> "DateBefore":
        """What a date is, to be kept before it changes."""
        return cls(row.state, row.starts_at, row.ends_at, row.all_day)


def note_date(row: Occurrence, before: DateBefore) -> None:
    """Note that a date changed, when readers can see it and it is over for nobody. The same state at the same time is no news."""
    if not row.listed or row.ends_at <= clock.now() or DateBefore.of(row) == before:
        return
    db.session.add(
        GatheringNews(
            gathering_id=row.gathering_id,
            at=clock.now(),
            number=row.sequence,
            told=[],
            day=row.day,
            state_before=before.state,
            starts_before=before.starts_at,
            all_day_before=before.all_day,
        )
    )


def note_words(gathering: Gathering, before: Picture, after: Picture, number: int, today: date) -> None:
    """Note what readers are told of a version that has gone live; nothing when all that changed is small."""
    if told := tell_readers(None, before, after, today):
        db.session.add(GatheringNews(gathering_id=gathering.id, at=clock.now(), number=number, told=told))


def forget_old_news() -> None:
    """Take away what nobody is told any longer."""
    with transaction(public=False):
        db.session.execute(delete(GatheringNews).where(GatheringNews.at < clock.now() - NEWS_KEPT))
