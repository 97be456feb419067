"""What is done again and again: making the dates of the coming months, letting go of drafts nobody confirmed, following a host's address."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from idobata.accounts.models import Person
from idobata.gatherings.date_actions import make_dates
from idobata.gatherings.models import Gathering
from idobata.gatherings.schedule import Rhythm
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.transaction import transaction

BATCH = 50
# Dates are added a few weeks at a time, not one day a day.
STEP = timedelta(days=14)


def extend_dates(settings: Settings) -> int:
    """Make the dates up to the horizon for repeating gatherings that have fallen short of it; returns how many were extended."""
    today = clock.today(settings.city.zone)
    short_of = today + timedelta(days=settings.policy.horizon_days) - STEP
    done = 0
    while True:
        with transaction():
            rows = db.session.scalars(
                select(Gathering)
                .where(Gathering.publication == Publication.PUBLISHED.value, Gathering.materialised_until < short_of)
                .order_by(Gathering.materialised_until)
                .limit(BATCH)
                # What another worker has taken on is left to it.
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                if row.schedule.get("rhythm") in (Rhythm.ONCE, Rhythm.DATES):
                    row.materialised_until = today + timedelta(days=settings.policy.horizon_days)
                else:
                    make_dates(row, settings)
        done += len(rows)
        if len(rows) < BATCH:
            return done


def forget_old_drafts(settings: Settings) -> int:
    """Delete drafts nobody confirmed or touched for as long as the city keeps them; returns how many."""
    before = clock.now() - timedelta(days=settings.policy.draft_keep_days)
    with transaction(public=False):
        old = db.session.scalars(
            select(Gathering.id).where(
                Gathering.publication == Publication.DRAFT.value, Gathering.updated_at < before, Gathering.submitted_at.is_(None)
            )
        ).all()
        for gathering_id in old:
            # The index keeps the words of its own accord.
            search_index.drop(gathering_id)
        db.session.execute(delete(Gathering).where(Gathering.id.in_(old)))
        return len(old)


def follow_address(person_id: int) -> None:
    """Letters about a person's gatherings go to the address she has now."""
    with transaction(public=False):
        person = db.session.get(Person, person_id)
        if person is not None:
            db.session.execute(update(Gathering).where(Gathering.poster_id == person_id).values(poster_email=person.email))
