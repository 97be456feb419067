"""Asking hosts whether their gatherings still run: one mail for everybody who stands for one, then two reminders, then the word "unconfirmed"."""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import select

from idobata.accounts.actions import make_link
from idobata.accounts.models import Person
from idobata.gatherings.circles import circles
from idobata.gatherings.freshness import ALONG, LINK_LASTS, QUIET, Step, Watch, next_step
from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.freshness_queries import STILL, watched
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

# About so many letters in one go; the next hour brings the others. A mail server is not to be taken by surprise.
HOSTS_AT_ONCE = 300
# Few at a time: whoever posts meanwhile has a turn in between.
BATCH = 10


def ask_hosts(settings: Settings) -> int:
    """Mail everybody who stands for what is due, each once for all that is due; returns how many letters were written.

    What each mail is about is written down together with the mail, so a second run, or a second worker, finds nothing to do. Those who
    stand for the same gathering are asked in one transaction: none of them may be left out because another was first.
    """
    seen = {one.gathering_id: one for one in watched(settings, ahead=ALONG)}
    due = {one for one, known in seen.items() if _wants_mail(known.watch, settings)}
    mailed = 0
    for circle in circles({one: known.addresses for one, known in seen.items()}):
        if mailed >= HOSTS_AT_ONCE:
            break
        if not due.isdisjoint(circle):
            with transaction(public=False):
                mailed += _ask(circle, settings)
    return mailed


def mark_unconfirmed(settings: Settings) -> int:
    """Call unconfirmed what nobody has answered for; returns how many. Nothing is taken down."""
    lapsed = [one.gathering_id for one in watched(settings) if _step(one.watch, settings) is Step.LAPSE]
    for begin in range(0, len(lapsed), BATCH):
        with transaction():
            some = set(lapsed[begin : begin + BATCH])
            rows = db.session.scalars(select(Gathering).where(Gathering.id.in_(some)).with_for_update()).all()
            # An answer may have come since this list was made.
            still_lapsed = {one.gathering_id for one in watched(settings, only=some) if _step(one.watch, settings) is Step.LAPSE}
            for row in rows:
                if row.id in still_lapsed:
                    doubt(row, settings)
                    record(SYSTEM, "freshness.unconfirmed", "gathering", row.public_id)
    return len(lapsed)


def _ask(circle: list[int], settings: Settings) -> int:
    now = clock.now()
    rows = {
        row.id: row
        for row in db.session.scalars(select(Gathering).where(Gathering.id.in_(circle)).order_by(Gathering.id).with_for_update())
    }
    # Read behind the lock: another worker may have been faster, an answer may have come.
    found = {one.gathering_id: one for one in watched(settings, only=list(rows), ahead=ALONG)}
    if any(one.watch.mailed_at is not None and now - one.watch.mailed_at < QUIET for one in found.values()):
        return 0
    steps = {one: _step(known.watch, settings) for one, known in found.items()}
    silent = _suspended({address for known in found.values() for address in known.addresses})
    whom = {one: [address for address in known.addresses if address not in silent] for one, known in found.items()}
    asked = {address for one in found if steps[one] in (Step.ASK, Step.REMIND) for address in whom[one]}
    about: dict[str, list[int]] = defaultdict(list)
    for one, known in found.items():
        told = asked.intersection(whom[one])
        if not told or steps[one] is Step.LAPSE or _rests(known.watch, settings):
            continue
        fresh = db.session.get(Freshness, one)
        if (fresh is None or fresh.asked_at is None) and len(told) < len(whom[one]):
            # What is not due yet is asked along only where all who stand for it are written to anyway.
            continue
        fresh = freshness_of(rows[one])
        if steps[one] is Step.REMIND:
            fresh.mails, fresh.mailed_at = fresh.mails + 1, now
        elif fresh.asked_at is None:
            fresh.asked_at, fresh.mails, fresh.mailed_at = now, 1, now
        record(SYSTEM, "freshness.asked", "gathering", rows[one].public_id)
        for address in told:
            about[address].append(one)
    for address in sorted(about):
        link = Addresses(settings.machine.base_url).still(make_link(STILL, address, LINK_LASTS))
        titles = [rows[one].title for one in about[address]]
        again = any(steps[one] is Step.REMIND for one in about[address])
        post_letter(address, still_letter(settings.city.site_name, titles, link, LINK_LASTS.days, again=again))
    return len(about)


def _step(watch: Watch, settings: Settings) -> Step:
    return next_step(watch, clock.now(), clock.today(settings.city.zone), timedelta(days=settings.policy.ask_every_days))


def _wants_mail(watch: Watch, settings: Settings) -> bool:
    return _step(watch, settings) in (Step.ASK, Step.REMIND)


def _rests(watch: Watch, settings: Settings) -> bool:
    return watch.paused_until is not None and clock.today(settings.city.zone) <= watch.paused_until


def _suspended(addresses: set[str]) -> set[str]:
    return set(db.session.scalars(select(Person.email).where(Person.email.in_(addresses), Person.suspended_at.is_not(None))))
