"""Reports, an appeal and the log of some months in the demo town, made through the same actions that people use."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import Person
from idobata.accounts.queries import actor_of
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import VenueKind
from idobata.gatherings.trace_actions import leave_trace, note_pledge
from idobata.gatherings.values import GatheringValues
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.moderation.appeal_actions import appeal
from idobata.moderation.holding_actions import hide, refuse_many, restore
from idobata.moderation.models import ReportCase
from idobata.moderation.report_actions import close, report
from idobata.store.database import db

CASES = Path(__file__).parent / "town" / "cases.toml"


def read_cases(path: Path = CASES) -> dict[str, Any]:
    """The file as it is."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def bring_cases(editor: Actor, rows: Mapping[str, Gathering], now: datetime, settings: Settings) -> None:
    """Bring what was reported, hidden and asked. `rows` are the gatherings by the slugs of the demo town."""
    cases = read_cases()
    _wave(cases["wave"], editor, now, settings)
    for one in cases["hidden"]:
        row, at = rows[one["gathering"]], now - timedelta(days=one["days_ago"])
        with clock.hold(at):
            hide(editor, row, one["code"], "", settings)
        with clock.hold(at + timedelta(hours=one["for_hours"])):
            restore(editor, row, settings)
    for number, one in enumerate(cases["closed"]):
        row, at = rows[one["gathering"]], now - timedelta(days=one["days_ago"])
        with clock.hold(at):
            report(row, one["reason"], "", "", f"198.51.100.{number}", settings)
        with clock.hold(at + timedelta(hours=26)):
            close(editor, _open_case(row), one["outcome"], "", settings)
    for number, one in enumerate(cases["reports"]):
        with clock.hold(now - timedelta(hours=one["hours_ago"])):
            report(rows[one["gathering"]], one["reason"], one["words"], one["email"], f"203.0.113.{number}", settings)
    for one in cases["appeals"]:
        row = rows[one["gathering"]]
        host = db.session.get(Person, row.poster_id)
        if host is not None:
            with clock.hold(now - timedelta(hours=one["hours_ago"])):
                appeal(actor_of(host), row, one["words"])


def _wave(wave: Mapping[str, Any], editor: Actor, now: datetime, settings: Settings) -> None:
    """Newcomers who all want the same, and the act that refused them."""
    night, ids = now - timedelta(days=wave["days_ago"]), []
    for number, title in enumerate(wave["titles"]):
        with clock.hold(night + timedelta(minutes=number)):
            person = find_or_make_person(f"info{number}@{wave['domain']}", "説明会事務局")
            db.session.flush()
            values = _values(title, wave["domain"], clock.today(settings.city.zone))
            row = save_draft(actor_of(person), values, person.email, settings)
            leave_trace(row, values, "198.51.100.200", settings)
            note_pledge(row)
            submit(actor_of(person), row, settings)
            ids.append(row.id)
    with clock.hold(night + timedelta(hours=9)):
        refuse_many(editor, ids, wave["code"], settings, and_people=True)


def _values(title: str, domain: str, today: date) -> GatheringValues:
    return GatheringValues(
        title=title,
        summary="先着順。くわしくはリンクからどうぞ。",
        body=f"https://{domain}/now",
        host_name="説明会事務局",
        schedule=Schedule(rhythm=Rhythm.ONCE, first_day=today + timedelta(days=3), starts=None, ends=None),
        venue_kind=VenueKind.ONLINE,
        is_online=True,
    )


def _open_case(row: Gathering) -> ReportCase:
    return db.session.scalars(select(ReportCase).where(ReportCase.gathering_id == row.id, ReportCase.closed_at.is_(None))).one()
