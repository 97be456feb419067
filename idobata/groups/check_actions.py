"""The city checks a group, takes a check back, and reminds in time."""

from datetime import date, timedelta

from sqlalchemy import select, update

from idobata.groups.actions import lock
from idobata.groups.letters import check_ends_letter
from idobata.groups.models import Group, GroupCheckRow
from idobata.groups.queries import checks_end_between, members_of
from idobata.groups.roles import LEAD
from idobata.groups.standing import SOON, months_on
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import LABEL_LENGTH, record
from idobata.store.letters import post_letter
from idobata.store.transaction import transaction


def check_group(actor: Actor, group: Group, what: tuple[str, ...], on: date, note: str, settings: Settings) -> date:
    """Write down that the city looked at a group; returns the last day on which that holds.

    `what` are slugs of the settings, `on` the day of looking. Raises NotAllowed, Invalid naming every problem, WrongState.
    """
    if not actor.may_edit():
        raise NotAllowed
    lock(group)
    if group.ended_at is not None:
        raise WrongState(N_("この団体は、もう活動を終えています。"))
    today = clock.today(settings.city.zone)
    # A day far ahead is refused below; the calendar ends with the year 9999.
    until = months_on(min(on, today), settings.policy.group_check_months)
    found: list[Problem] = []
    known = [one.slug for one in settings.group_checks]
    if not what or any(slug not in known for slug in what):
        found.append(Problem("what", N_("何を確認したか、ひとつ以上えらんでください。")))
    if on > today:
        found.append(Problem("on", N_("確認した日が先の日になっています。今日か、それより前の日を書いてください。")))
    elif until < today:
        found.append(Problem("on", N_("その日の確認は、もう期限がすぎています。最近の日を書いてください。")))
    if found:
        raise Invalid(*found)
    db.session.add(
        GroupCheckRow(
            group_id=group.id,
            checked_by_id=actor.person_id,
            checked_by=actor.label[:LABEL_LENGTH],
            what=[slug for slug in known if slug in what],
            checked_on=on,
            holds_until=until,
            note=note,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    _follow(group)
    record(actor, "group.checked", "group", group.public_id, day=on.isoformat())
    return until


def take_check_back(actor: Actor, group: Group, settings: Settings) -> None:
    """Say that the newest check holds no more, from today on. Raises NotAllowed, NotFound when there is none that holds."""
    if not actor.may_edit():
        raise NotAllowed
    lock(group)
    row = _newest(group)
    today = clock.today(settings.city.zone)
    if row is None or row.holds_until < today:
        raise NotFound
    row.taken_back_on, row.holds_until = today, today - timedelta(days=1)
    db.session.flush()
    _follow(group)
    record(actor, "group.check_taken_back", "group", group.public_id)


def remind_of_checks(settings: Settings) -> int:
    """Mail the leads of groups whose check ends within a month, once for each check; returns how many groups."""
    today = clock.today(settings.city.zone)
    with transaction(public=False):
        soon = list(db.session.scalars(checks_end_between(today, today + SOON)))
        done = 0
        for group in soon:
            row = _newest(group)
            if row is None:
                continue
            first = db.session.execute(
                update(GroupCheckRow)
                .where(GroupCheckRow.id == row.id, GroupCheckRow.reminded_at.is_(None))
                .values(reminded_at=clock.now())
                .returning(GroupCheckRow.id)
            ).scalar()
            if first is None:
                continue
            done += 1
            contact = "\n".join(part for part in (settings.contact.department, settings.contact.phone, settings.contact.email) if part)
            manage = Addresses(settings.machine.base_url).my_group(group.slug)
            for lead in members_of(group):
                if lead.role == LEAD:
                    post_letter(lead.person.email, check_ends_letter(settings.city.site_name, group.name, row.holds_until, contact, manage))
        return done


def _newest(group: Group) -> GroupCheckRow | None:
    """The check that counts: the one that was written last."""
    rows = select(GroupCheckRow).where(GroupCheckRow.group_id == group.id)
    return db.session.scalar(rows.order_by(GroupCheckRow.id.desc()).limit(1))


def _follow(group: Group) -> None:
    row = _newest(group)
    group.checked_on, group.checked_until = (row.checked_on, row.holds_until) if row else (None, None)
    group.updated_at = clock.now()
