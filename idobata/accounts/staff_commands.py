"""The commands `staff …`, and the code on the console for the first administrator."""

import click

from idobata.accounts.actions import give_role
from idobata.accounts.first_actions import new_first_code
from idobata.accounts.models import Person
from idobata.accounts.people_actions import dismiss
from idobata.accounts.people_queries import colleagues
from idobata.accounts.queries import person_by_email
from idobata.accounts.second_actions import reset_second
from idobata.house import open_app, read_settings
from idobata.kernel.actor import SYSTEM, Role
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_email
from idobata.store.database import db
from idobata.store.transaction import transaction

_ROLE = click.option("--role", type=click.Choice([role.value for role in Role]), required=True)


@click.group()
def staff() -> None:
    """People who work here."""


@staff.command("add")
@click.argument("email")
@_ROLE
def add(email: str, role: str) -> None:
    """Give somebody a role; she signs in by mail and sets up her second factor."""
    address = _address(email)
    with open_app(demo=False).app_context(), transaction():
        give_role(SYSTEM, address, Role(role))
    click.echo(f"{address} is {role} now and can sign in at /sign-in.")


@staff.command("remove")
@click.argument("email")
@_ROLE
def remove(email: str, role: str) -> None:
    """Take a role away; open sessions end. The last administrator stays."""
    address = _address(email)
    with open_app(demo=False).app_context(), transaction(public=False):
        try:
            dismiss(SYSTEM, _person(address), Role(role), read_settings(demo=False))
        except NotFound:
            raise click.ClickException(f"{address} is not {role}.") from None
        except WrongState:
            raise click.ClickException(f"{address} is the last administrator; give somebody else the role first.") from None
    click.echo(f"{address} is not {role} any more.")


@staff.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Forget the second factor of somebody who has lost it; she sets up a new one at her next sign-in."""
    address = _address(email)
    with open_app(demo=False).app_context(), transaction(public=False):
        reset_second(SYSTEM, _person(address), read_settings(demo=False))
    click.echo(f"The second factor of {address} is gone; the next sign-in begins with setting up a new one.")


@staff.command("list")
def list_staff() -> None:
    """Show who has which role, whether with a second factor, and the last sign-in."""
    with open_app(demo=False).app_context():
        found = colleagues()
    if not found:
        click.echo("Nobody has a role yet.")
    for one in found:
        second = "second factor" if one.has_second else "no second factor yet"
        when = one.signed_in_at.isoformat(timespec="minutes") if one.signed_in_at else "never signed in"
        click.echo(f"{one.email}\t{', '.join(one.roles)}\t{second}\t{when}")


def tell_first_code(settings: Settings) -> None:
    """While a site has no administrator, print how the first one comes in: a code that works once, for a day, until the next start."""
    with open_app(demo=False, production=True).app_context():
        with transaction(public=False):
            code = new_first_code()
        # The server makes child processes; they must not inherit an open database.
        db.session.remove()
        db.engine.dispose()
    if code is not None:
        click.echo("\n  管理の人が、まだいません。24時間のうちに、次のページで番号を入れてください。")
        click.echo("  There is no administrator yet. Type this code there within 24 hours.")
        click.echo(f"    {settings.machine.base_url}/sign-in/first")
        click.echo(f"    {code}\n")


def _address(email: str) -> str:
    try:
        return clean_email(email)
    except ValueError:
        raise click.BadParameter("this is no mail address", param_hint="EMAIL") from None


def _person(address: str) -> Person:
    person = person_by_email(address)
    if person is None:
        raise click.ClickException(f"Nobody with the address {address} is known here.")
    return person
