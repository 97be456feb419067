"""The shredders: for each place where something about a person is kept, the one that lets go of it.

Every personal column of docs/columns.csv is in the care of exactly one shredder; a test compares.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from sqlalchemy import String, cast, delete, or_, select, update

from idobata.accounts.models import MailLink, Person
from idobata.gatherings.group_actions import hand_over_posts
from idobata.gatherings.models import Gathering
from idobata.groups.actions import close_invitations, lock
from idobata.groups.models import Group, GroupCheckRow, GroupInvitation, Membership
from idobata.groups.queries import members_of
from idobata.groups.roles import LEAD
from idobata.groups.succession_actions import hand_to_city
from idobata.hub.models import HubSubscription
from idobata.privacy.gathering_shredding_actions import (
    shred_gatherings,
    shred_moderation,
    shred_standing,
    shred_traces,
    shred_versions,
    shred_welcome,
)
from idobata.privacy.leaving import Leaving, names, without
from idobata.privacy.repost_shredding_actions import shred_reposts
from idobata.store.database import db
from idobata.store.deeds import Deed, forget_actor
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import OutboxRow
from idobata.store.rate_limits import forget_source, mailbox_of

# Acts that are counted by mailbox or by person.
_COUNTED = ("mail", "preview", "post")
# These part the words of a web address; in a mail address they might stand.
_IN_ADDRESSES = str.maketrans("=&?/;", "     ")


@dataclass(frozen=True, slots=True)
class Shredder:
    """Who lets go of which columns. `columns` are "table.column", or "table.*" for all personal columns of a table."""

    columns: tuple[str, ...]
    shred: Callable[[Leaving], None]


def shred_letters(leaving: Leaving) -> None:
    """Letters to her that wait, and those of the demo's tray."""
    # Addresses are plain ASCII, so they stand in the JSON as they are.
    named = cast(OutboxRow.payload, String).contains(leaving.email, autoescape=True)
    maybe = select(OutboxRow).where(or_(named, OutboxRow.dedupe_key.contains(leaving.email, autoescape=True)))
    for row in db.session.scalars(maybe).all():
        # The database finds longer addresses too; their letters are somebody else's.
        if names(f"{row.dedupe_key or ''} {' '.join(map(str, row.payload.values()))}", leaving.email):
            db.session.delete(row)
    db.session.flush()
    db.session.execute(delete(TrayMail).where(TrayMail.recipient == leaving.email))


def shred_links(leaving: Leaving) -> None:
    """Mailed links: to her, and to an address she wanted to change to."""
    db.session.execute(delete(MailLink).where(or_(MailLink.email == leaving.email, MailLink.subject_id == leaving.public_id)))


def shred_counts(leaving: Leaving) -> None:
    """How often she did what within the hour, as far as her address or her number was counted."""
    for act in _COUNTED:
        for source in {leaving.email, mailbox_of(leaving.email), str(leaving.person_id)}:
            forget_source(act, source)


def shred_subscriptions(leaving: Leaving) -> None:
    """Subscriptions to feeds that are sent to an address with hers in it."""
    # In an address the @ may be written as %40.
    held = [HubSubscription.callback.contains(one, autoescape=True) for one in (leaving.email, quote(leaving.email, safe=""))]
    for row in db.session.scalars(select(HubSubscription).where(or_(*held))).all():
        if names(unquote(row.callback).translate(_IN_ADDRESSES), leaving.email):
            db.session.delete(row)


def shred_log(leaving: Leaving) -> None:
    """Her name in the log, and the words in it that she wrote. What was done, to what and when, stays."""
    hers = Deed.actor_id == leaving.person_id
    own = select(Gathering.public_id).where(Gathering.id.in_(leaving.alone))
    words = or_(hers, (Deed.thing == "gathering") & Deed.thing_id.in_(own), (Deed.thing == "person") & (Deed.thing_id == leaving.public_id))
    # Digests stay, salts go: the chain still holds, and nobody can try names against it.
    db.session.execute(update(Deed).where(words, Deed.detail_salt != "").values(detail={}, detail_salt=""))
    forget_actor(leaving.person_id)
    # Who was not signed in goes by an address and no number.
    db.session.execute(update(Deed).where(Deed.actor_label == leaving.email).values(actor_id=None, actor_label="", who_salt=""))


def shred_groups(leaving: Leaving) -> None:
    """Her place in groups. What she posted for them is another member's from now on; a group without a lead is the desk's to look after."""
    for membership in db.session.scalars(select(Membership).where(Membership.person_id == leaving.person_id)).all():
        group = db.session.get_one(Group, membership.group_id)
        lock(group)
        close_invitations(group, of_person=leaving.person_id)
        # A name may be a word like any other; an address is hers alone.
        group.words, group.contact_hint = (without(words, (leaving.email,)) for words in (group.words, group.contact_hint))
        db.session.delete(membership)
        db.session.flush()
        left = members_of(group)
        leads = [one for one in left if one.role == LEAD]
        if left:
            hand_over_posts(group, leaving.person_id, (leads or left)[0].person_id)
        if not leads:
            hand_to_city(group)
    forget_invitations(leaving.email)
    checks = update(GroupCheckRow).where(GroupCheckRow.checked_by_id == leaving.person_id)
    db.session.execute(checks.values(checked_by_id=None, checked_by="", note=""))
    db.session.expire_all()


def forget_invitations(email: str) -> None:
    """Invitations that were mailed to this address."""
    db.session.execute(delete(GroupInvitation).where(GroupInvitation.email == email))


def shred_person(leaving: Leaving) -> None:
    """The person herself. Roles, sessions and whatever proves her go with her, by the database's own rule. Comes last."""
    db.session.execute(delete(Person).where(Person.id == leaving.person_id))


# In this order: the log asks whose a gathering was before the gathering forgets it.
SHREDDERS: tuple[Shredder, ...] = (
    Shredder(("outbox.*", "tray_mails.*"), shred_letters),
    Shredder(("mail_links.*",), shred_links),
    Shredder(("rate_counts.*",), shred_counts),
    Shredder(("hub_subscriptions.*",), shred_subscriptions),
    Shredder(("deeds.*",), shred_log),
    Shredder(("pledges.*", "post_traces.*", "post_links.*"), shred_traces),
    Shredder(("reposts.*", "repost_ledger.*", "outgoing_stops.*"), shred_reposts),
    Shredder(("gathering_versions.*", "gathering_news.*"), shred_versions),
    Shredder(("assurances.*", "private_homes.*", "proxy_posts.*", "spoken_codes.*"), shred_standing),
    Shredder(("gatherings.*", "occurrences.*", "search_docs.*", "places.*"), shred_gatherings),
    Shredder(("report_cases.*", "reports.*", "appeals.*", "sweeps.*"), shred_moderation),
    Shredder(("welcome_marks.*", "staff_notes.*"), shred_welcome),
    Shredder(("memberships.*", "group_invitations.*", "group_checks.*", "groups.*"), shred_groups),
    Shredder(
        ("people.*", "person_roles.*", "sessions.*", "passwords.*", "code_apps.*", "passkeys.*", "recovery_codes.*"),
        shred_person,
    ),
)
