"""The call sheet: the order is the formula that stands on the page, the paper has what a caller needs, and results come back in place."""

import csv
import io
import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.desk.call_queries import call_page, calls_due, weight
from idobata.gatherings.asking_actions import ask_hosts
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.freshness_models import Assurance
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.kernel.actor import SYSTEM, Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, once, press, signed_in, weekly

SATURDAY = days_from_monday(5)


def unchecked(town: Town, days: int, **changes: object) -> Gathering:
    """A gathering that was checked some days ago."""
    row = town.published(town.person(f"host{town._count}@example.com"), **changes)
    with transaction():
        row.checked_at = datetime.fromisoformat("2026-11-30T09:00:00+09:00") - timedelta(days=days)
    return row


def test_the_order_is_dates_times_days(town: Town, settings: Settings) -> None:
    assert weight(13, 100) == 1300
    once_far = unchecked(town, 400, title="一回だけ", schedule=once(SATURDAY))
    weekly_new = unchecked(town, 91, title="毎週", schedule=weekly(SATURDAY))
    weekly_old = unchecked(town, 120, title="毎週、古い", schedule=weekly(SATURDAY))
    unchecked(town, 89, title="まだいい", schedule=weekly(SATURDAY))
    unchecked(town, 300, title="もう終わった", schedule=once(SATURDAY))
    with transaction():
        cancel_date(SYSTEM, db.session.scalars(select(Gathering).where(Gathering.title == "もう終わった")).one(), SATURDAY, "", settings)
    gone = unchecked(town, 300, title="取り下げ", schedule=weekly(SATURDAY))
    with transaction():
        withdraw(SYSTEM, gone)
    found = call_page(settings, "", 1)
    assert [(one.gathering.id, one.dates, one.days) for one in found.rows] == [
        (weekly_old.id, 13, 120),
        (weekly_new.id, 13, 91),
        (once_far.id, 1, 400),
    ]
    assert [one.weight for one in found.rows] == [1560, 1183, 400]
    assert found.rows[0].next_one is not None
    assert found.rows[0].next_one.day == SATURDAY
    assert [one.gathering.id for one in call_page(settings, "", 2, size=2).rows] == [once_far.id]
    assert call_page(settings, "minato", 1).rows == ()
    assert call_page(settings, "kitamachi", 9).total == 3
    assert calls_due(settings) == (3, once_far.checked_at)


def test_the_desk_says_how_much_is_due_for_a_check_and_leads_to_the_sheet(app: Flask, town: Town, settings: Settings) -> None:
    assert calls_due(settings) == (0, None)
    editor = signed_in(app, town.staff())
    assert words_of(editor, "/desk", "/desk/calls") == ["たしかめる時期が来たもの 0件"]
    unchecked(town, 100, schedule=weekly(SATURDAY))
    assert words_of(editor, "/desk", "/desk/calls") == ["たしかめる時期が来たもの 1件 いちばん古いのは3か月前"]


def words_of(client: InspectingClient, path: str, href: str) -> list[str]:
    """What the counts at the top of the desk say that lead to `href`."""
    found = re.findall(rf'<a class="waits__link" href="{href}">(.*?)</a>', client.get(path).get_data(as_text=True), re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]


@pytest.fixture
def welfare(town: Town, app: Flask) -> InspectingClient:
    return signed_in(app, town.staff(Role.WELFARE))


@pytest.fixture
def row(town: Town) -> Gathering:
    return unchecked(
        town,
        100,
        title="朝のおにぎり",
        schedule=weekly(SATURDAY),
        contact_name="松永",
        contact_phone="000-000-0311",
        contact_email="m@example.com",
    )


def last(row: Gathering) -> tuple[str, str, str] | None:
    db.session.rollback()
    found = db.session.scalars(select(Assurance).where(Assurance.gathering_id == row.id).order_by(Assurance.id.desc())).first()
    return (found.method, found.outcome, found.note) if found else None


def test_the_sheet_says_whom_to_call_and_why_in_this_order(welfare: InspectingClient, row: Gathering, settings: Settings) -> None:
    ask_hosts(settings)
    page = welfare.get("/desk/calls").get_data(as_text=True)
    for words in (
        "朝のおにぎり",
        "松永",
        "000-000-0311",
        "m@example.com",
        "これから13回、100日たしかめていません",
        "これから13週間の回数 × たしかめてからの日数",
        "メールでおたずね中",
    ):
        assert words in page
    assert "□ 続けている" in page, "boxes for the paper"
    assert "朝のおにぎり" not in welfare.get("/desk/calls?district=minato").get_data(as_text=True)
    assert "朝のおにぎり" in welfare.get("/desk/calls?district=nowhere&page=abc").get_data(as_text=True)


@pytest.mark.parametrize("outcome", ["still", "changed", "paused", "ended"])
def test_a_result_comes_back_in_place(welfare: InspectingClient, row: Gathering, outcome: str) -> None:
    answer = press(
        welfare,
        "/desk/calls",
        about=row.public_id,
        method="visit",
        outcome=outcome,
        until="2026-12-12",
        note="庭でやっていた",
        district="kitamachi",
    )
    assert answer.status_code == 303
    assert "district=kitamachi" in answer.location
    assert "朝のおにぎり" in welfare.get(answer.location).get_data(as_text=True)
    assert last(row) == ("visit", outcome, "庭でやっていた")
    assert db.session.scalars(select(Deed).where(Deed.act == f"assurance.{outcome}")).one().actor_label == "つぼみさん"
    states = {one.day: one.state for one in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id))}
    assert states[SATURDAY] == ("cancelled" if outcome in ("paused", "ended") else "planned")
    assert states.get(date(2026, 12, 19)) == ("cancelled" if outcome == "ended" else "planned")
    again = welfare.get("/desk/calls").get_data(as_text=True)
    assert 'class="call"' not in again, "what was checked just now leaves the sheet"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"method": "phone"}, "どうだったかをえらんでください"),
        ({"method": "host_tap", "outcome": "still"}, "どうやってたしかめたかをえらんでください"),
        ({"outcome": "still"}, "どうやってたしかめたかをえらんでください"),
        ({"method": "phone", "outcome": "changed", "note": ""}, "どこが変わったかを"),
        ({"method": "phone", "outcome": "paused"}, "いつまで休むかを"),
        ({"method": "phone", "outcome": "paused", "until": "きのう"}, "いつまで休むかを"),
        ({"method": "phone", "outcome": "paused", "until": "2026-11-01"}, "もう過ぎています"),
        ({"method": "phone", "outcome": "still", "note": "長" * 151}, "151文字あります"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    welfare: InspectingClient, row: Gathering, typed: dict[str, str], words: str
) -> None:
    answer = press(welfare, "/desk/calls", about=row.public_id, **({"note": "メモ書き"} | typed))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert typed.get("note", "メモ書き") in page
    assert last(row) is None


def test_a_made_up_gathering_is_not_found(welfare: InspectingClient, row: Gathering, town: Town) -> None:
    draft = town.draft(town.person("d@example.com"))
    for about in ("", "x", "abcdefghjkmn", draft.public_id):
        assert press(welfare, "/desk/calls", about=about, method="phone", outcome="still").status_code == 404


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(welfare: InspectingClient, town: Town) -> None:
    unchecked(town, 100, title="=HYPERLINK(1)", host_name="＠cmd", contact_phone="+81 90", schedule=weekly(SATURDAY))
    answer = welfare.get("/desk/calls.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calls-2026-11-30.csv"'
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
    header, cells = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    found = dict(zip(header, cells, strict=True))
    assert (found["集まり"], found["主催"], found["電話"]) == ("'=HYPERLINK(1)", "'＠cmd", "'+81 90")
    assert (found["順番の数"], found["これからの回数"], found["次の日"]) == ("1300", "13", "2026-12-05 10:00")


def test_staff_who_confirm_nothing_see_the_sheet_and_no_queue(welfare: InspectingClient) -> None:
    assert welfare.get("/sign-in").location == "/desk/find"
    page = welfare.get("/desk/calls").get_data(as_text=True)
    assert ">待っているもの<" not in page
    assert ">記録<" not in page
