"""「職員」: administrators give and take roles; the first one comes in by the code of the console."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from idobata.accounts.actions import give_role
from idobata.accounts.first_actions import become_first, new_first_code
from idobata.accounts.models import MailLink, PersonRole
from idobata.accounts.people_queries import colleagues
from idobata.accounts.proof_models import CodeApp
from idobata.accounts.second_actions import add_code_app
from idobata.accounts.staff_commands import tell_first_code
from idobata.cli import cli
from idobata.house import open_app, read_settings
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor, Role
from idobata.kernel.settings import Settings
from idobata.kernel.settings_rules import POLICY
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import SECRET_KEY, Town, make_settings, new_client, press, running, signed_in, together

ADMIN, EDITOR = "admin@city.example.com", "editor@city.example.com"
PEOPLE, FIRST = "/desk/people", "/sign-in/first"


@pytest.fixture
def admin(town: Town) -> Actor:
    return town.staff(Role.ADMIN, ADMIN)


def roles_of(email: str) -> tuple[Role, ...]:
    db.session.rollback()
    db.session.expire_all()
    return {card.email: card.roles for card in colleagues()}.get(email, ())


def path_of(browser: InspectingClient, email: str, act: str) -> str:
    part = next(one for one in browser.get(PEOPLE).text.split("queue__row") if f"<span>{email}</span>" in one)
    found = re.search(rf'action="({PEOPLE}/\w+/{act})"', part)
    assert found
    return found[1]


def test_an_administrator_gives_and_takes_a_role(app: Flask, town: Town, admin: Actor, work: Callable[[], int]) -> None:
    browser = signed_in(app, admin)
    assert press(browser, PEOPLE, email="Neu@City.example.com", role="welfare").status_code == 303
    assert roles_of("Neu@city.example.com") == (Role.WELFARE,)
    again = press(browser, PEOPLE, email="Neu@city.example.com", role="welfare")
    assert again.status_code == 422
    assert "もうこの役割" in again.text
    work()
    letter = db.session.scalars(select(TrayMail.text).where(TrayMail.recipient == "Neu@city.example.com")).one()
    assert "/sign-in" in letter
    assert press(browser, path_of(browser, "Neu@city.example.com", "remove"), at=PEOPLE, role="welfare").status_code == 303
    assert roles_of("Neu@city.example.com") == ()


def test_the_last_administrator_cannot_be_taken_away(app: Flask, admin: Actor) -> None:
    browser = signed_in(app, admin)
    answer = press(browser, path_of(browser, ADMIN, "remove"), at=PEOPLE, role="admin")
    assert answer.status_code == 409
    assert "だれもいなくなって" in answer.text
    assert roles_of(ADMIN) == (Role.ADMIN,)


def test_a_colleague_who_lost_her_phone_begins_anew(app: Flask, town: Town, admin: Actor, settings: Settings) -> None:
    editor = town.staff(Role.EDITOR, EDITOR)
    with transaction(public=False):
        add_code_app(editor, "JBSWY3DPEHPK3PXP", 0, settings)
    hers, browser = signed_in(app, editor), signed_in(app, admin)
    assert "もうひとつの確認：あり" in browser.get(PEOPLE).text
    assert press(browser, path_of(browser, EDITOR, "reset"), at=PEOPLE).status_code == 303
    assert db.session.scalar(select(CodeApp.person_id)) is None
    assert hers.get("/desk").location.startswith("/sign-in?")
    assert press(browser, path_of(browser, ADMIN, "remove").replace("remove", "reset"), at=PEOPLE).status_code == 404, "never one's own"


@pytest.mark.parametrize(
    "email, role", [("", "editor"), ("x", "editor"), ("x@example.com", ""), ("x@example.com", "king"), ("x@example.com", "a" * 999)]
)
def test_what_is_no_role_or_no_address_is_said(app: Flask, admin: Actor, email: str, role: str) -> None:
    assert press(signed_in(app, admin), PEOPLE, email=email, role=role).status_code == 422
    assert [card.email for card in colleagues()] == [ADMIN]


@pytest.mark.parametrize("role", ["", "king", "editor"])
def test_a_role_that_is_not_there_cannot_be_taken(app: Flask, admin: Actor, role: str) -> None:
    browser = signed_in(app, admin)
    assert press(browser, path_of(browser, ADMIN, "remove"), at=PEOPLE, role=role).status_code == 404
    assert press(browser, f"{PEOPLE}/abcdefghjkmn/remove", at=PEOPLE, role="admin").status_code == 404
    assert press(browser, f"{PEOPLE}/abcdefghjkmn/reset", at=PEOPLE).status_code == 404


def test_no_other_role_sees_or_does_any_of_it(app: Flask, town: Town, admin: Actor) -> None:
    for role in (Role.EDITOR, Role.WELFARE, Role.APPROVER):
        browser = signed_in(app, town.staff(role))
        assert browser.get(PEOPLE).status_code == 404
        assert press(browser, PEOPLE, at="/my", email="x@example.com", role="admin").status_code == 404
    assert roles_of("x@example.com") == ()


def test_roles_take_a_fresh_sign_in(app: Flask, admin: Actor, monday: datetime) -> None:
    browser = signed_in(app, admin)
    clock.fix(monday + timedelta(minutes=11))
    assert browser.get(PEOPLE).location == f"/sign-in/again?then={PEOPLE}"
    assert press(browser, PEOPLE, at="/my", email="x@example.com", role="admin").status_code == 403
    assert roles_of("x@example.com") == ()


# The first administrator


def new_code() -> str | None:
    with transaction(public=False):
        return new_first_code()


def test_the_code_of_the_console_makes_one_administrator_who_then_needs_a_second_factor(
    app: Flask, town: Town, client: InspectingClient
) -> None:
    code = new_code()
    assert code is not None
    wrong = press(client, FIRST, email=ADMIN, code="abcde-fghjk-mnpqr-stuvw")
    assert wrong.status_code == 422
    came = press(client, FIRST, email=ADMIN, code=f" {code.upper()} ")
    assert (came.status_code, came.location) == (303, "/sign-in/second?then=/desk")
    assert roles_of(ADMIN) == (Role.ADMIN,)
    assert client.get("/desk").location.startswith("/sign-in/second")
    thief = new_client(app)
    assert press(thief, FIRST, email="thief@example.com", code=code).status_code == 422, "used once"
    assert new_code() is None, "there is one now"
    assert press(thief, FIRST, email="thief@example.com", code="").status_code == 422
    assert roles_of("thief@example.com") == ()


def test_each_start_has_a_new_code_and_the_old_one_ends(town: Town, client: InspectingClient, monday: datetime) -> None:
    old, new = new_code(), new_code()
    assert old is not None
    assert new is not None
    assert press(client, FIRST, email=ADMIN, code=old).status_code == 422
    clock.fix(monday + timedelta(hours=24))
    assert press(client, FIRST, email=ADMIN, code=new).status_code == 422
    assert roles_of(ADMIN) == ()


def test_a_code_is_worth_nothing_once_there_is_an_administrator(town: Town, client: InspectingClient) -> None:
    code = new_code()
    town.staff(Role.ADMIN, ADMIN)
    assert press(client, FIRST, email="thief@example.com", code=str(code)).status_code == 422
    assert roles_of("thief@example.com") == ()


def test_two_who_type_it_at_once_do_not_both_become_one(app: Flask, town: Town) -> None:
    code = str(new_code())

    def act(email: str) -> bool:
        with transaction(public=False):
            return become_first(email, code) is not None

    assert sorted(together(app, lambda: act("a@example.com"), lambda: act("b@example.com"))) == [False, True]
    db.session.rollback()
    assert len(db.session.scalars(select(PersonRole)).all()) == 1


def test_guessing_is_slow_and_the_code_is_kept_as_a_hash_only(town: Town, client: InspectingClient) -> None:
    code = str(new_code())
    kept = db.session.scalars(select(MailLink)).one()
    assert code.replace("-", "") not in str(vars(kept))
    answers = [press(client, FIRST, email=ADMIN, code="abcde-fghjk-mnpqr-stuvw").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert press(client, FIRST, email=ADMIN, code=code).status_code == 429


# Commands


def test_the_commands_give_list_reset_and_take(sqlite_database_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DATA": str(tmp_path), "DATABASE_URL": sqlite_database_url, "SECRET_KEY": SECRET_KEY, "CITY": "demo"}.items():
        monkeypatch.setenv(f"IDOBATA_{name}", value)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["staff", *words])
        return done.exit_code, done.output

    assert run("list") == (0, "Nobody has a role yet.\n")
    assert run("add", ADMIN, "--role", "admin")[0] == 0
    assert run("add", EDITOR, "--role", "editor")[0] == 0
    status, told = run("list")
    assert (status, told.count("never signed in")) == (0, 2)
    assert f"{EDITOR}\teditor\tno second factor yet" in told
    assert run("reset", EDITOR)[0] == 0
    assert run("remove", EDITOR, "--role", "editor")[0] == 0
    status, told = run("remove", EDITOR, "--role", "editor")
    assert status == 1
    assert "is not editor" in told
    status, told = run("remove", ADMIN, "--role", "admin")
    assert status == 1
    assert "last administrator" in told
    assert run("remove", "nobody@example.com", "--role", "admin")[0] == 1
    assert run("remove", "no address", "--role", "admin")[0] == 2
    assert EDITOR not in run("list")[1]


def test_a_site_without_an_administrator_tells_a_code_at_its_start_and_one_with_does_not(
    sqlite_database_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"DATA": tmp_path, "DATABASE_URL": sqlite_database_url, "SECRET_KEY": SECRET_KEY, "BASE_URL": "https://idobata.example.jp"}
    for name, value in given.items():
        monkeypatch.setenv(f"IDOBATA_{name}", str(value))
    settings = read_settings(demo=False, production=True)
    tell_first_code(settings)
    told = capsys.readouterr().out
    assert "https://idobata.example.jp/sign-in/first" in told
    assert re.search(r"^    ([a-z0-9]{5}-){3}[a-z0-9]{5}$", told, re.MULTILINE)
    with open_app(demo=False).app_context(), transaction():
        give_role(SYSTEM, ADMIN, Role.ADMIN)
    tell_first_code(settings)
    assert capsys.readouterr().out == ""


def test_outside_the_demo_nobody_is_signed_in_by_one_press(sqlite_database_url: str, tmp_path: Path) -> None:
    demo = make_settings(sqlite_database_url, tmp_path)
    for app in running(replace(demo, machine=replace(demo.machine, demo=False))):
        assert [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/-/")] == []
        with app.app_context():
            assert colleagues() == []


def test_in_the_demo_one_may_also_be_somebody_who_posts(client: InspectingClient, town: Town) -> None:
    for number in range(3):
        town.person(f"host{number}@example.com", f"投稿{number}")
    town.staff(Role.EDITOR)
    page = client.get("/sign-in").get_data(as_text=True)
    assert "投稿0さん・投稿する人" in page
    assert "投稿1さん・投稿する人" in page
    assert "投稿2" not in page, "a few are enough"
    assert "さん・編集" in page


@pytest.mark.parametrize("name, most", [("staff_idle_minutes", 30), ("staff_hours", 12), ("sign_in_link_minutes", 30)])
def test_no_setting_lets_staff_stay_longer_than_is_safe(name: str, most: int) -> None:
    assert POLICY[name](most) == most
    with pytest.raises(ValueError, match=str(most)):
        POLICY[name](most + 1)
