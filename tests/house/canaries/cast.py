"""Who visits: everybody from a reader to an administrator, each with the browser she would come with."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from idobata.accounts.models import Person, SessionRow
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.sessions import cookie_name
from tests.harness.site import BASE_URL, Town, signed_in

ROLES = (
    "anonymous",
    "poster",
    "other_poster",
    "lead",
    "member",
    "other_lead",
    "other_member",
    "editor",
    "welfare",
    "approver",
    "admin",
    "half_admin",
    "suspended",
)
STAFF = {"editor": Role.EDITOR, "welfare": Role.WELFARE, "approver": Role.APPROVER, "admin": Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Visitor:
    """A role, its person (None for a reader) and her browser."""

    role: str
    person_id: int | None
    client: FlaskClient
    secret: str = ""


def people(town: Town) -> dict[str, Actor]:
    """Everybody who has an address here."""
    found = {role: town.person(f"{role}@example.com", f"{role} の名") for role in ROLES if role not in {*STAFF, "anonymous", "half_admin"}}
    found["half_admin"] = town.staff(Role.ADMIN, "half_admin@city.example.com")
    return found | {name: town.staff(role, f"{name}@city.example.com") for name, role in STAFF.items()}


def browsers(app: Flask, cast: dict[str, Actor]) -> dict[str, Visitor]:
    """A browser for each, signed in before their addresses became canaries. The suspended one keeps the cookie of better days."""
    found = {"anonymous": Visitor("anonymous", None, _plain(app))}
    name = cookie_name(BASE_URL)
    for role, actor in cast.items():
        cookie = signed_in(app, actor).get_cookie(name)
        assert cookie is not None
        client = _plain(app)
        client.set_cookie(name, cookie.value)
        found[role] = Visitor(role, actor.person_id, client, cookie.value)
    with transaction(public=False):
        # She has typed her address, and not yet the second thing that proves her.
        half = cast["half_admin"].person_id
        db.session.execute(update(SessionRow).where(SessionRow.person_id == half).values(second_at=None))
        db.session.execute(update(Person).where(Person.id == cast["suspended"].person_id).values(suspended_at=clock.now()))
    return found


def _plain(app: Flask) -> FlaskClient:
    # Tens of thousands of pages: they are inspected elsewhere.
    return FlaskClient(app, app.response_class, use_cookies=True)
