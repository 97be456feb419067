"""Members: inviting, joining, roles, removing, leaving. Whoever is out has no power left, from that moment on."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from idobata.accounts.models import MailLink, Person
from idobata.groups.actions import add_member, close_invitations, lock
from idobata.groups.letters import invitation_letter, joined_letter, removed_letter
from idobata.groups.models import Group, GroupInvitation, Membership
from idobata.groups.queries import invitation_is_open, members_of, role_in
from idobata.groups.roles import EDITOR, LEAD, ROLE_WORDS, ROLES
from idobata.groups.succession_actions import STILL, relieve
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import NotAllowed, NotFound, WrongState
from idobata.kernel.ids import new_token, token_hash
from idobata.kernel.japanese_dates import day_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter
from idobata.store.transaction import transaction

INVITATION_LASTS = timedelta(days=7)
MOST_OPEN = 20
ENDED_KEPT = timedelta(days=30)

LAST_LEAD = N_("代表がひとりもいなくなります。先に、ほかの人を代表にしてください。")


def invite(actor: Actor, group: Group, role: str, email: str, settings: Settings) -> str:
    """A link that lets one person join within a week; returns the secret, of which only the hash is kept.

    With a (cleaned) `email` the link is mailed there. For leads and the city's editors. Raises NotAllowed, WrongState.
    """
    by_city = _must_lead(actor, group)
    if role not in ROLES:
        raise NotFound
    open_ones = select(func.count()).select_from(GroupInvitation).where(GroupInvitation.group_id == group.id, invitation_is_open())
    if (db.session.scalar(open_ones) or 0) >= MOST_OPEN:
        raise WrongState(N_("まだ使われていない招待が多すぎます。いらないものを取り消してから、もういちど招いてください。"))
    token, now = new_token(), clock.now()
    row = GroupInvitation(
        group_id=group.id,
        token_hash=token_hash(token),
        role=role,
        email=email,
        inviter_id=actor.person_id,
        by_city=by_city,
        created_at=now,
        ends_at=now + INVITATION_LASTS,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "group.invited", "group", group.public_id, group_role=role)
    if email:
        link = Addresses(settings.machine.base_url).join_group(token)
        until = day_words(row.ends_at.astimezone(settings.city.zone).date(), "ja")
        post_letter(email, invitation_letter(settings.city.site_name, group.name, ROLE_WORDS[role], link, until))
    return token


def revoke(actor: Actor, group: Group, invitation_id: str) -> None:
    """End an open invitation. Raises NotAllowed, NotFound for one of another group."""
    _must_lead(actor, group)
    row = db.session.scalar(select(GroupInvitation).where(GroupInvitation.public_id == invitation_id, GroupInvitation.group_id == group.id))
    if row is None:
        raise NotFound
    if row.used_at is None and row.revoked_at is None:
        row.revoked_at = clock.now()
        record(actor, "group.invitation_revoked", "group", group.public_id)


def join(actor: Actor, token: str, name: str, settings: Settings) -> Group | None:
    """Take an invitation by its link. None when it can't be used (any more), whatever the reason.

    A member whom the invitation gives no more than she has keeps it for somebody else.
    """
    return _join(actor, GroupInvitation.token_hash == token_hash(token), name, settings)


def join_invited(actor: Actor, invitation_id: str, name: str, settings: Settings) -> Group | None:
    """The same for somebody who proved her address by a mail that was sent on the strength of this invitation."""
    return _join(actor, GroupInvitation.public_id == invitation_id, name, settings)


def _join(actor: Actor, which: ColumnElement[bool], name: str, settings: Settings) -> Group | None:
    if actor.person_id is None:
        raise NotAllowed
    found = db.session.execute(
        select(GroupInvitation, Group)
        .join(Group, Group.id == GroupInvitation.group_id)
        .where(which, invitation_is_open(), Group.ended_at.is_(None))
    ).first()
    if found is None:
        return None
    invitation, group = found
    # Whoever is being removed at this moment goes first: the lock is the group's, and the link is looked at again behind it.
    lock(group)
    if group.ended_at is not None:
        return None
    known = db.session.get(Membership, (group.id, actor.person_id), populate_existing=True)
    if known is not None and (known.role == LEAD or invitation.role == EDITOR):
        return group
    used = db.session.execute(
        update(GroupInvitation)
        .where(GroupInvitation.id == invitation.id, invitation_is_open())
        .values(used_at=clock.now())
        .returning(GroupInvitation.id)
    ).scalar()
    if used is None:
        return None
    person = db.session.get_one(Person, actor.person_id)
    known = add_member(group, person, invitation.role, name)
    known.role, known.alive_at = invitation.role, clock.now()
    record(actor, "group.joined", "group", group.public_id, group_role=known.role)
    manage = Addresses(settings.machine.base_url).my_group(group.slug)
    for lead in members_of(group):
        if lead.role == LEAD and lead.person_id != person.id:
            post_letter(lead.person.email, joined_letter(settings.city.site_name, group.name, known.name or name, manage))
    if known.role == LEAD:
        relieve(group, known, settings)
    return group


def give_group_role(actor: Actor, group: Group, member_id: str, role: str) -> None:
    """Make a member lead or editor. Raises NotAllowed, NotFound, WrongState when no lead would be left."""
    _must_lead(actor, group)
    if role not in ROLES:
        raise NotFound
    lock(group)
    _must_lead(actor, group)
    member = _member(group, member_id)
    if member.role == role:
        return
    if member.role == LEAD and _leads(group) == 1:
        raise WrongState(LAST_LEAD)
    member.role = role
    member.alive_at = max(member.alive_at, clock.now()) if role == LEAD else member.alive_at
    record(actor, "group.role_changed", "group", group.public_id, group_role=role)


def remove_member(actor: Actor, group: Group, member_id: str, settings: Settings) -> int:
    """Take a member out; returns the inner id of the person. Open invitations end, too: she may know them.

    Raises NotAllowed, NotFound, WrongState for oneself (there is `leave`).
    """
    _must_lead(actor, group)
    lock(group)
    _must_lead(actor, group)
    member = _member(group, member_id)
    if member.person_id == actor.person_id:
        raise WrongState(N_("自分が抜けるときは、「この団体を抜ける」を使ってください。"))
    if member.role == LEAD and _leads(group) == 1:
        raise WrongState(LAST_LEAD)
    post_letter(member.person.email, removed_letter(settings.city.site_name, group.name))
    _take_out(group, member)
    close_invitations(group)
    record(actor, "group.member_removed", "group", group.public_id)
    return member.person_id


def leave(actor: Actor, group: Group) -> int:
    """Leave a group; returns the inner id of the lead who takes over what the actor posted. Raises NotAllowed, WrongState for the last lead."""
    lock(group)
    member = db.session.get(Membership, (group.id, actor.person_id or 0), populate_existing=True)
    if member is None:
        raise NotAllowed
    if member.role == LEAD and _leads(group) == 1:
        raise WrongState(N_("代表がひとりもいなくなります。先にほかの人を代表にするか、団体の活動を終えてください。"))
    _take_out(group, member)
    close_invitations(group, of_person=member.person_id)
    record(actor, "group.left", "group", group.public_id)
    return next(one.person_id for one in members_of(group) if one.role == LEAD)


def forget_old_invitations() -> int:
    """Delete invitations that were over a month ago, with the addresses they were mailed to; returns how many."""
    before = clock.now() - ENDED_KEPT
    over = or_(GroupInvitation.ends_at < before, GroupInvitation.used_at < before, GroupInvitation.revoked_at < before)
    with transaction(public=False):
        return int(db.session.execute(delete(GroupInvitation).where(over)).rowcount)  # type: ignore[attr-defined]


def _take_out(group: Group, member: Membership) -> None:
    links = delete(MailLink).where(MailLink.purpose == STILL, MailLink.subject_id == group.public_id, MailLink.email == member.person.email)
    db.session.execute(links)
    mailed = update(GroupInvitation).where(
        GroupInvitation.group_id == group.id, GroupInvitation.email == member.person.email, GroupInvitation.used_at.is_(None)
    )
    db.session.execute(mailed.values(revoked_at=clock.now()))
    db.session.delete(member)
    db.session.flush()


def _must_lead(actor: Actor, group: Group) -> bool:
    """Raise NotAllowed unless the actor leads the group; True when she may only because she works at the desk."""
    if role_in(actor, group.id) == LEAD:
        return False
    if actor.may_edit() and group.ended_at is None:
        return True
    raise NotAllowed


def _member(group: Group, member_id: str) -> Membership:
    row = db.session.scalar(
        select(Membership)
        .where(Membership.group_id == group.id, Membership.public_id == member_id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def _leads(group: Group) -> int:
    query = select(func.count()).select_from(Membership).where(Membership.group_id == group.id, Membership.role == LEAD)
    return db.session.scalar(query) or 0
