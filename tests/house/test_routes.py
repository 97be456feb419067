"""The doors of the house: each names who may come in, keeps everybody else out, and stays where outsiders were told it is."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from idobata.accounts.actions import find_or_make_person
from idobata.gatherings.models import Gathering
from idobata.groups.actions import add_group
from idobata.kernel.actor import SYSTEM, Role
from idobata.moderation.holding_actions import refuse_many
from idobata.moderation.models import ReportCase
from idobata.moderation.report_actions import report
from idobata.reposts.actions import write
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.guards import GUARD
from tests.harness.site import Town, days_from_monday, new_client, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


STAFF_GUARDS = {"at_the_desk", "editors", "staff", "welfare", "approvers", "speakers", "admins"}
GUARDS = {"public", "signed_in", "demo_only"} | STAFF_GUARDS
# What bookmarks, feed readers and printed codes of other people depend on. Add freely; take away only with a redirect.
PROMISED = [
    "/",
    "/gatherings",
    "/gatherings/<public_id>",
    "/gatherings/<public_id>/<day>",
    "/calendar",
    "/calendar/<month>",
    "/map",
    "/groups",
    "/groups/<slug>",
    "/places/<public_id>",
    "/places/suggest",
    "/districts/<slug>",
    "/post",
    "/my",
    "/desk",
    "/about",
    "/rules",
    "/guide",
    "/privacy",
    "/accessibility",
    "/health",
    "/gatherings.rss",
    "/gatherings.atom",
    "/gatherings.json",
    "/gatherings.ics",
    "/districts/<slug>.rss",
    "/districts/<slug>.ics",
    "/groups/<slug>.rss",
    "/groups/<slug>.ics",
    "/places/<public_id>.rss",
    "/places/<public_id>.ics",
    "/calendar.ics",
    "/feeds/json-feed.schema.json",
    "/gatherings/<public_id>.ics",
    "/feeds/new.rss",
    "/feeds/reminder.rss",
    "/feeds/changes.rss",
    "/feeds/digest.rss",
    "/subscribe",
    "/s/",
    "/gatherings/<public_id>/<day>.json",
    "/embed",
    "/screen",
    "/embed/gatherings",
    "/embed/gatherings/<public_id>",
    "/embed/first-step",
    "/embed/districts/<slug>",
    "/embed/groups/<slug>",
    "/embed/places/<public_id>",
    "/embed/idobata.js",
    "/oembed",
    "/sitemap.xml",
    "/robots.txt",
    "/.well-known/security.txt",
]


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def guard_of(app: Flask, rule: Rule) -> str:
    return str(getattr(app.view_functions[rule.endpoint], GUARD, None))


def path_of(rule: Rule, public_id: str, place_id: str = "x", **more: str) -> str:
    known = more | {
        "public_id": public_id,
        "place_id": place_id,
        "day": days_from_monday(5).isoformat(),
        "slug": "minato",
        "month": "2026-12",
        "number": "1",
    }
    return re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda match: known.get(match[1], "x"), rule.rule)


def test_every_route_names_its_guard(app: Flask) -> None:
    assert {rule.rule: guard_of(app, rule) for rule in rules(app) if guard_of(app, rule) not in GUARDS} == {}


def test_what_is_guarded_lies_where_no_reader_looks_and_what_is_public_does_not(app: Flask) -> None:
    for rule in rules(app):
        guard = guard_of(app, rule)
        assert (guard in STAFF_GUARDS) == rule.rule.startswith("/desk"), rule.rule
        assert (guard == "signed_in") == (rule.rule == "/my" or rule.rule.startswith("/my/")), rule.rule
        assert (guard == "demo_only") == rule.rule.startswith("/-/"), rule.rule


def things_of_the_desk(town: Town, row: Gathering) -> dict[str, str]:
    """What else the desk has pages of: a case of reports, a person, an act that took many posts, a text for another channel."""
    with transaction():
        report(row, "wrong", "", "", "192.0.2.1", town.settings)
        sweep = refuse_many(SYSTEM, [], "law", town.settings)
        person = find_or_make_person("hanako@example.com")
        repost = write(SYSTEM, "x", "文", row.public_id, town.settings)
    case = db.session.scalars(select(ReportCase.public_id)).one()
    return {"case_id": case, "person_id": person.public_id, "sweep_id": sweep.public_id, "repost_id": repost.public_id}


def test_guards_keep_out_whom_they_say_they_keep_out(town: Town, app: Flask) -> None:
    row = town.published(town.person("hanako@example.com"))
    with transaction():
        add_group(SYSTEM, "minato", "みなと会", "みなとで会います。", None, [], find_or_make_person("hanako@example.com"))
    reader, stranger = new_client(app), signed_in(app, town.person("stranger@example.com"))
    more = things_of_the_desk(town, row)
    colleagues = {role.value: signed_in(app, town.staff(role)) for role in Role}
    for rule in rules(app):
        if "GET" not in (rule.methods or set()):
            continue
        path, guard = path_of(rule, row.public_id, row.place.public_id if row.place else "x", **more), guard_of(app, rule)
        if guard in STAFF_GUARDS - {"at_the_desk"}:
            assert reader.get(path).location.startswith("/sign-in"), path
            answers = {name: who.get(path).status_code != 404 for name, who in colleagues.items()}
            let_in = {
                "editors": {"editor", "admin"},
                "staff": {"welfare", "editor", "admin"},
                "welfare": {"welfare", "admin"},
                "approvers": {"approver"},
                "speakers": {"approver", "editor", "admin"},
                "admins": {"admin"},
            }[guard]
            assert stranger.get(path).status_code == 404, path
            assert {name for name, came_in in answers.items() if came_in} == let_in, path
        if guard == "at_the_desk":
            assert reader.get(path).location.startswith("/sign-in"), path
            assert stranger.get(path).status_code == 404, path
            assert {name: who.get(path).location for name, who in colleagues.items()} == {
                "editor": None,
                "admin": None,
                "welfare": "/desk/find",
                "approver": "/desk/approvals",
            }
        if guard == "signed_in":
            assert reader.get(path).location.startswith("/sign-in"), path
            if "<" in rule.rule:
                assert stranger.get(path).status_code == 404, path


def test_the_addresses_given_to_outsiders_are_still_there(app: Flask) -> None:
    known = {rule.rule for rule in rules(app) if "GET" in (rule.methods or set())}
    assert set(PROMISED) - known == set()


@pytest.mark.parametrize("path", ["/gatherings/", "/calendar/", "/about/", "/groups/"])
def test_a_slash_too_many_still_leads_there(town: Town, app: Flask, path: str) -> None:
    assert new_client(app).get(path, follow_redirects=True).status_code == 200


def test_every_page_answers_head_like_get(town: Town, app: Flask) -> None:
    row = town.published()
    reader = new_client(app)
    for path in ("/", "/gatherings", f"/gatherings/{row.public_id}", "/about", "/gatherings.rss", "/health", "/nothing"):
        got, head = reader.get(path), reader.head(path)
        assert (head.status_code, head.data) == (got.status_code, b"")
