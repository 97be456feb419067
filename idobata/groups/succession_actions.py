"""What is done when the leads of a group go quiet: asking, handing over, and the desk's last word. The rules are in `succession.py`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from idobata.accounts.actions import make_link, use_link
from idobata.accounts.models import MailLink, SessionRow
from idobata.groups.actions import lock
from idobata.groups.letters import new_lead_letter, still_letter, take_over_letter, taken_over_letter
from idobata.groups.models import Group, GroupSuccession, Membership
from idobata.groups.queries import group_by_public_id, members_of, role_in
from idobata.groups.roles import EDITOR, LEAD
from idobata.groups.standing import months_on
from idobata.groups.succession import PATIENCE, Stage, is_quiet, next_stage
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import NotAllowed, NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.letters import post_letter
from idobata.store.transaction import transaction

STILL = "group_still"
# The answer is good for all the time in which somebody else is asked, and a little longer.
STILL_LASTS = PATIENCE * 3
# Sessions and deeds older than this have been noted long before.
_NOTED = timedelta(days=40)
_STEP = timedelta(days=1)
_SPAN = PATIENCE.days // 7

TAKEN = N_("もう、ほかの方が代表を引き受けてくださいました。")


def note_signs_of_life() -> None:
    """Note of every lead when she last signed in or did something here. Sessions are forgotten; this is not."""
    since = clock.now() - _NOTED
    seen: dict[int, datetime] = {}
    signs = (
        select(SessionRow.person_id, func.max(SessionRow.seen_at)).group_by(SessionRow.person_id),
        select(Deed.actor_id, func.max(Deed.at)).where(Deed.at > since, Deed.actor_id.is_not(None)).group_by(Deed.actor_id),
    )
    with transaction(public=False):
        for query in signs:
            for person_id, moment in db.session.execute(query):
                if person_id is not None and (person_id not in seen or moment > seen[person_id]):
                    seen[person_id] = moment
        for member in db.session.scalars(select(Membership).where(Membership.role == LEAD)):
            latest = seen.get(member.person_id)
            # Each day once is enough, and spares a write at every look.
            if latest is not None and latest > member.alive_at + _STEP:
                member.alive_at = latest


def look_after_leads(settings: Settings) -> int:
    """Take every group that needs it one step on; returns how many were. Safe to do twice: each step looks again behind a lock."""
    done = 0
    for group_id in _to_look_at(settings):
        with transaction(public=False):
            done += take_a_step(group_id, settings)
    return done


def take_a_step(group_id: int, settings: Settings) -> bool:
    """Bring one group to the stage it should be in; True when that changed. Inside a transaction."""
    group = db.session.get_one(Group, group_id)
    lock(group)
    if group.ended_at is not None:
        return False
    members = members_of(group)
    if not members:
        return False
    row = db.session.get(GroupSuccession, group_id, populate_existing=True)
    stage = Stage(row.stage) if row else Stage.NONE
    leads = [one for one in members if one.role == LEAD]
    last_sign = max((one.alive_at for one in leads), default=None)
    others = [one for one in members if one.role != LEAD]
    now = clock.now()
    after = next_stage(
        stage, row.since if row else None, last_sign, now, quiet_months=settings.policy.lead_quiet_months, has_others=bool(others)
    )
    if after is stage:
        return False
    set_stage(group, after)
    addresses, site = Addresses(settings.machine.base_url), settings.city.site_name
    if after is Stage.LEADS:
        for lead in leads:
            link = addresses.group_still(make_link(STILL, lead.person.email, STILL_LASTS, group.public_id))
            post_letter(lead.person.email, still_letter(site, group.name, settings.policy.lead_quiet_months, link, _SPAN))
    elif after is Stage.MEMBERS:
        for one in others:
            post_letter(one.person.email, take_over_letter(site, group.name, addresses.my_group(group.slug), _SPAN))
    record(SYSTEM, f"group.succession_{after.value}", "group", group.public_id)
    return True


def set_stage(group: Group, stage: Stage) -> None:
    """Write down who is asked from now on; NONE: nobody."""
    db.session.execute(delete(GroupSuccession).where(GroupSuccession.group_id == group.id))
    if stage is not Stage.NONE:
        db.session.add(GroupSuccession(group_id=group.id, stage=stage.value, since=clock.now()))
    db.session.flush()


def still_going(token: str) -> Group | None:
    """A lead answers that the group goes on. None when the link is used up, too old, or no lead's any more."""
    link = use_link(STILL, token)
    group = group_by_public_id(link.subject_id or "") if link is not None else None
    if link is None or group is None or group.ended_at is not None:
        return None
    lock(group)
    lead = next((one for one in members_of(group) if one.role == LEAD and one.person.email == link.email), None)
    if lead is None or lead.person.suspended_at is not None:
        return None
    lead.alive_at = clock.now()
    set_stage(group, Stage.NONE)
    record(Actor(label=lead.name or LEAD, person_id=lead.person_id), "group.still_going", "group", group.public_id)
    return group


def take_lead(actor: Actor, group: Group, settings: Settings) -> None:
    """A member takes over while the leads are quiet; who presses first. Raises NotAllowed for no member, WrongState when nobody is asked."""
    lock(group)
    row = db.session.get(GroupSuccession, group.id, populate_existing=True)
    member = db.session.get(Membership, (group.id, actor.person_id or 0), populate_existing=True)
    if member is None or role_in(actor, group.id) is None:
        raise NotAllowed
    if member.role == LEAD or row is None or Stage(row.stage) not in (Stage.MEMBERS, Stage.CITY):
        raise WrongState(TAKEN)
    member.role, member.alive_at = LEAD, clock.now()
    record(actor, "group.lead_taken", "group", group.public_id)
    relieve(group, member, settings)


def name_lead(actor: Actor, group: Group, member_id: str, settings: Settings) -> None:
    """The desk makes a member the lead. Raises NotAllowed, NotFound."""
    if not actor.may_edit() or group.ended_at is not None:
        raise NotAllowed
    lock(group)
    member = next((one for one in members_of(group) if one.public_id == member_id), None)
    if member is None:
        raise NotFound
    member.role, member.alive_at = LEAD, clock.now()
    manage = Addresses(settings.machine.base_url).my_group(group.slug)
    post_letter(member.person.email, new_lead_letter(settings.city.site_name, group.name, manage))
    record(actor, "group.lead_named", "group", group.public_id)
    relieve(group, member, settings)


def relieve(group: Group, new_lead: Membership, settings: Settings) -> None:
    """Where the leads had gone quiet, those who still are become editors and are told; the new one carries on."""
    row = db.session.get(GroupSuccession, group.id)
    if row is None:
        return
    manage = Addresses(settings.machine.base_url).my_group(group.slug)
    for one in members_of(group):
        quiet = is_quiet(one.alive_at, clock.now(), settings.policy.lead_quiet_months)
        if one.role == LEAD and one.person_id != new_lead.person_id and quiet:
            one.role = EDITOR
            db.session.execute(
                delete(MailLink).where(
                    MailLink.purpose == STILL, MailLink.subject_id == group.public_id, MailLink.email == one.person.email
                )
            )
            post_letter(one.person.email, taken_over_letter(settings.city.site_name, group.name, manage))
    set_stage(group, Stage.NONE)


def hand_to_city(group: Group) -> None:
    """Nobody is left who could lead the group: the desk decides."""
    if group.ended_at is None:
        set_stage(group, Stage.CITY)
        record(SYSTEM, f"group.succession_{Stage.CITY.value}", "group", group.public_id)


def _to_look_at(settings: Settings) -> Iterator[int]:
    """Groups whose leads are all quiet, those without a lead, and those where somebody is asked already."""
    today = clock.today(settings.city.zone)
    edge = clock.now() - (today - months_on(today, -settings.policy.lead_quiet_months)) + _STEP
    lively = select(Membership.group_id).where(Membership.role == LEAD, Membership.alive_at > edge)
    peopled = select(Membership.group_id).distinct()
    asked = select(GroupSuccession.group_id)
    wanted = select(Group.id).where(Group.ended_at.is_(None), Group.id.in_(peopled)).where(Group.id.not_in(lively) | Group.id.in_(asked))
    yield from db.session.scalars(wanted.order_by(Group.id)).all()


def mark_alive(group: Group, moment: datetime) -> None:
    """Say that all members gave a sign of life at this moment."""
    db.session.execute(update(Membership).where(Membership.group_id == group.id).values(alive_at=moment))
    db.session.expire_all()
