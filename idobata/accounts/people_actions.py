"""Roles: given and taken by administrators, and by the commands of whoever runs the machine."""

from sqlalchemy import select

from idobata.accounts.actions import give_role
from idobata.accounts.letters import role_letter
from idobata.accounts.models import Person, PersonRole
from idobata.accounts.role_words import ROLE_NAMES
from idobata.accounts.second_actions import forget_second
from idobata.accounts.session_actions import end_sessions
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter

LAST_ADMINISTRATOR = N_("管理の役割をもつ人が、だれもいなくなってしまいます。先に、ほかの人に管理の役割をわたしてください。")


def appoint(actor: Actor, email: str, role: Role, settings: Settings) -> bool:
    """Give a role to whoever has this (cleaned) address, and tell her by mail. False when she has it already."""
    known = db.session.scalar(select(PersonRole.role).join(Person).where(Person.email == email, PersonRole.role == role.value))
    if known is not None:
        return False
    give_role(actor, email, role)
    link = f"{settings.machine.base_url}/sign-in"
    post_letter(email, role_letter(settings.city.site_name, ROLE_NAMES[role], link, given=True))
    return True


def dismiss(actor: Actor, person: Person, role: Role, settings: Settings) -> None:
    """Take a role away; her sessions end. NotFound when she does not have it, WrongState when she is the last administrator.

    Whoever has no role left is a resident like all others, and her second factor is forgotten.
    """
    if role is Role.ADMIN:
        # Locked together: two administrators who take each other's role away at the same moment must not both succeed.
        held = select(PersonRole).join(Person).where(PersonRole.role == role.value, Person.suspended_at.is_(None))
        holders = db.session.scalars(held.with_for_update(of=PersonRole)).all()
        if {one.person_id for one in holders} <= {person.id}:
            raise WrongState(LAST_ADMINISTRATOR)
    kept = db.session.get(PersonRole, (person.id, role.value), populate_existing=True)
    if kept is None:
        raise NotFound
    db.session.delete(kept)
    db.session.flush()
    db.session.expire(person, ["roles"])
    end_sessions(person.id)
    if not person.roles:
        forget_second(person.id)
    record(actor, "role.taken", "person", person.public_id, role=role.value)
    post_letter(person.email, role_letter(settings.city.site_name, ROLE_NAMES[role], "", given=False))
