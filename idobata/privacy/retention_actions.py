"""The ends of things: what has served its purpose is let go of by the worker, a few at a time."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select, update

from idobata.accounts.models import Person, SessionRow
from idobata.gatherings.first_step_actions import hide_first_step
from idobata.gatherings.freshness_models import Assurance
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.place_actions import drop_unused_places
from idobata.gatherings.version_models import GatheringVersion
from idobata.groups.models import Group, GroupCheckRow, Membership
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.moderation.models import Appeal, Sweep
from idobata.places.models import Place
from idobata.privacy.erasing_actions import erase
from idobata.privacy.leaving import Fate
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from idobata.store.wiping import wipe_traces
from idobata.welcome.models import WelcomeMark

BATCH = 200
# A place that was only typed and that nothing points to; the day's grace is for a post that is being written.
PLACE_KEPT = timedelta(days=1)
TRAY_KEPT = timedelta(days=30)
_CLEARED = ("contact_name", "contact_phone", "contact_email", "contact_url", "return_words")


def forget_contacts(settings: Settings) -> int:
    """Take the contact, the poster's unclaimed address, the desk's words and the mark out of gatherings that ended long ago; returns how many.

    The mark holds a copy of what the gathering said, the contact too. How to speak to a group goes as long after its end. What was never published and is not touched any more goes as a whole.
    """
    before = clock.now() - timedelta(days=settings.policy.contact_keep_days)
    later = exists().where(Occurrence.gathering_id == Gathering.id, Occurrence.ends_at >= before)
    over = (Gathering.updated_at < before, ~later)
    done = 0
    holds = or_(
        exists().where(GatheringVersion.gathering_id == Gathering.id),
        exists().where(Appeal.gathering_id == Gathering.id),
        exists().where(WelcomeMark.gathering_id == Gathering.id),
        *(getattr(Gathering, name) != "" for name in _CLEARED),
        Gathering.poster_id.is_(None) & (Gathering.poster_email != ""),
    )
    while True:
        with transaction():
            rows = db.session.scalars(
                select(Gathering).where(*over, Gathering.published_at.is_not(None), holds).order_by(Gathering.id).limit(BATCH)
            ).all()
            ids = [row.id for row in rows]
            db.session.execute(delete(GatheringVersion).where(GatheringVersion.gathering_id.in_(ids)))
            db.session.execute(delete(Appeal).where(Appeal.gathering_id.in_(ids)))
            db.session.execute(delete(WelcomeMark).where(WelcomeMark.gathering_id.in_(ids)))
            for row in rows:
                if row.first_step:
                    hide_first_step(row)
                row.told_changes = None
                for name in _CLEARED:
                    setattr(row, name, "")
                row.contact_phone_public = row.contact_email_public = row.contact_url_public = False
                if row.poster_id is None:
                    row.poster_email = ""
        done += len(rows)
        if len(rows) < BATCH:
            break
    with transaction(public=False):
        old = db.session.scalars(select(Gathering.id).where(*over, Gathering.published_at.is_(None))).all()
        for id_ in old:
            search_index.drop(id_)
        db.session.execute(delete(Gathering).where(Gathering.id.in_(old)))
    with transaction():
        ended = update(Group).where(Group.ended_at < before, Group.contact_hint != "")
        db.session.execute(ended.values(contact_hint=""))
    return done + len(old)


def forget_quiet_people(settings: Settings) -> int:
    """Erase people who have no role, no group, nothing going on and no sign of life for as long as the city keeps them; returns how many.

    What they published stays without them: it is the town's memory, and long over.
    """
    before = clock.now() - timedelta(days=settings.policy.person_keep_days)
    quiet = db.session.scalars(
        select(Person.id)
        .where(
            Person.created_at < before,
            or_(Person.signed_in_at.is_(None), Person.signed_in_at < before),
            ~Person.roles.any(),
            ~exists().where(SessionRow.person_id == Person.id, SessionRow.seen_at >= before),
            ~exists().where(Membership.person_id == Person.id),
            ~exists().where(Gathering.poster_id == Person.id, Gathering.updated_at >= before),
            ~exists().where(Gathering.poster_id == Person.id, Occurrence.gathering_id == Gathering.id, Occurrence.ends_at >= before),
        )
        .limit(BATCH)
    ).all()
    for id_ in quiet:
        with transaction():
            person = db.session.get(Person, id_)
            if person is not None:
                erase(person, Fate.KEEP, settings, by="time")
    return len(quiet)


def forget_unused_places(settings: Settings) -> int:
    """Delete places that were only typed and that no gathering names any more: one may be somebody's home. Returns how many."""
    del settings
    with transaction():
        return drop_unused_places(Place.updated_at < clock.now() - PLACE_KEPT)


def forget_log_names(settings: Settings) -> int:
    """Take names and words out of the oldest deeds and checks. What was done, to what and when, stays. Returns how many deeds it was."""
    before = clock.now() - timedelta(days=settings.policy.log_names_keep_days)
    with transaction(public=False):
        done = db.session.execute(
            update(Deed)
            .where(Deed.at < before, or_(Deed.who_salt != "", Deed.detail_salt != ""))
            .values(actor_id=None, actor_label="", who_salt="", detail={}, detail_salt="")
        )
        checks = update(Assurance).where(Assurance.at < before, or_(Assurance.who_label != "", Assurance.note != ""))
        db.session.execute(checks.values(person_id=None, who_label="", note=""))
        marks = update(WelcomeMark).where(WelcomeMark.assessed_at < before, or_(WelcomeMark.by_label != "", WelcomeMark.consent_by != ""))
        db.session.execute(marks.values(by_id=None, by_label="", consent_by=""))
        old = update(GroupCheckRow).where(GroupCheckRow.created_at < before, or_(GroupCheckRow.checked_by != "", GroupCheckRow.note != ""))
        db.session.execute(old.values(checked_by_id=None, checked_by="", note=""))
        acts = update(Sweep).where(Sweep.at < before, or_(Sweep.by_id.is_not(None), Sweep.person_id.is_not(None)))
        db.session.execute(acts.values(by_id=None, person_id=None))
        return int(done.rowcount)  # type: ignore[attr-defined]


def forget_tray(settings: Settings) -> int:
    """Empty the demo's tray of old letters. Returns how many."""
    del settings
    with transaction(public=False):
        done = db.session.execute(delete(TrayMail).where(TrayMail.at < clock.now() - TRAY_KEPT))
        return int(done.rowcount)  # type: ignore[attr-defined]


def wipe_files() -> bool:
    """Take what was deleted out of the database's files; False when somebody was in the way."""
    db.session.rollback()
    return wipe_traces(db.engine)
