"""Asking hosts whether their gatherings still run: one mail for each host, then two reminders, then the word "unconfirmed"."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select

from idobata.accounts.actions import make_link
from idobata.accounts.models import Person
from idobata.gatherings.freshness import ALONG, LINK_LASTS, QUIET, Step, Watch, next_step
from idobata.gatherings.freshness_queries import STILL, Watched, watched
from idobata.gatherings.host_letters import still_letter
from idobata.gatherings.models import Gathering
from idobata.gatherings.standing_actions import doubt, freshness_of
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter
from idobata.store.transaction import transaction

# At most so many hosts in one go; the next hour brings the others. A mail server is not to be taken by surprise.
HOSTS_AT_ONCE = 300
BATCH = 50


def ask_hosts(settings: Settings) -> int:
    """Mail every host who is due, once for all that is due; returns how many were mailed.

    What each mail is about is written down together with the mail, so a second run, or a second worker, finds nothing to do.
    """
    due: dict[str, list[Watched]] = defaultdict(list)
    for one in watched(settings):
        if one.address:
            due[one.address].append(one)
    mailed = 0
    for address in [address for address, ones in due.items() if any(_wants_mail(one.watch, settings) for one in ones)][:HOSTS_AT_ONCE]:
        with transaction(public=False):
            mailed += _ask(address, settings)
    return mailed


def mark_unconfirmed(settings: Settings) -> int:
    """Call unconfirmed what nobody has answered for; returns how many. Nothing is taken down."""
    lapsed = [one.gathering_id for one in watched(settings) if _step(one.watch, settings) is Step.LAPSE]
    for begin in range(0, len(lapsed), BATCH):
        with transaction():
            some = set(lapsed[begin : begin + BATCH])
            rows = db.session.scalars(select(Gathering).where(Gathering.id.in_(some)).with_for_update()).all()
            # An answer may have come since this list was made.
            still_lapsed = {one.gathering_id for one in watched(settings, among=some) if _step(one.watch, settings) is Step.LAPSE}
            for row in rows:
                if row.id in still_lapsed:
                    doubt(row, settings)
                    record(SYSTEM, "freshness.unconfirmed", "gathering", row.public_id)
    return len(lapsed)


def _ask(address: str, settings: Settings) -> int:
    now = clock.now()
    found = {one.gathering_id: one.watch for one in watched(settings, address=address, ahead=ALONG)}
    rows = db.session.scalars(select(Gathering).where(Gathering.id.in_(found)).order_by(Gathering.id).with_for_update()).all()
    # Read once more behind the lock: another worker may have been faster.
    found = {one.gathering_id: one.watch for one in watched(settings, address=address, ahead=ALONG)}
    rows = [row for row in rows if row.id in found]
    steps = {row.id: _step(found[row.id], settings) for row in rows}
    recently = any(watch.mailed_at is not None and now - watch.mailed_at < QUIET for watch in found.values())
    if recently or _is_suspended(address) or not {Step.ASK, Step.REMIND} & set(steps.values()):
        return 0
    again = Step.REMIND in steps.values()
    titles: list[str] = []
    for row in rows:
        if steps[row.id] is Step.LAPSE or _rests(found[row.id], settings):
            continue
        fresh = freshness_of(row)
        if steps[row.id] is Step.REMIND:
            fresh.mails, fresh.mailed_at = fresh.mails + 1, now
        elif fresh.asked_at is None:
            fresh.asked_at, fresh.mails, fresh.mailed_at = now, 1, now
        titles.append(row.title)
        record(SYSTEM, "freshness.asked", "gathering", row.public_id)
    link = Addresses(settings.machine.base_url).still(make_link(STILL, address, LINK_LASTS))
    post_letter(address, still_letter(settings.city.site_name, titles, link, LINK_LASTS.days, again=again))
    return 1


def _step(watch: Watch, settings: Settings) -> Step:
    return next_step(watch, clock.now(), clock.today(settings.city.zone), timedelta(days=settings.policy.ask_every_days))


def _wants_mail(watch: Watch, settings: Settings) -> bool:
    return _step(watch, settings) in (Step.ASK, Step.REMIND)


def _rests(watch: Watch, settings: Settings) -> bool:
    return watch.paused_until is not None and clock.today(settings.city.zone) <= watch.paused_until


def _is_suspended(address: str) -> bool:
    return db.session.scalar(select(Person.id).where(Person.email == address, Person.suspended_at.is_not(None))) is not None
