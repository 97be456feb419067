"""Hiding and bringing back: at once, completely, and as one act where it was one."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person, make_link
from idobata.accounts.models import MailLink, Person
from idobata.accounts.suspension_actions import let_in, suspend
from idobata.desk.actions import publish
from idobata.desk.queries import waiting
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.trace_actions import leave_trace
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.moderation.holding_actions import hide, open_hold, refuse_many, restore, undo_person, undo_sweep
from idobata.moderation.wave_queries import newcomers_waiting, recent_sweeps
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, press, signed_in, weekly


def again(row: Gathering) -> Gathering:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Gathering).where(Gathering.id == row.id)).one()


def mail_count() -> int:
    return len(db.session.scalars(select(OutboxRow.id).where(OutboxRow.kind == "mail")).all())


def person_of(actor: Actor) -> Person:
    found = db.session.get(Person, actor.person_id)
    assert found is not None
    return found


class TestHiding:
    def test_every_public_byte_is_gone_at_once_and_comes_back_as_it_was(
        self, app: Flask, client: InspectingClient, town: Town, settings: Settings
    ) -> None:
        row = town.published(title="ひみつの会ツチノコ", schedule=weekly(MONDAY.date() + timedelta(days=5)))
        place = again(row).place
        assert place is not None
        readers = [
            "/",
            "/gatherings",
            "/gatherings.rss",
            "/gatherings.ics",
            "/feeds/new.rss",
            "/calendar",
            "/districts/kitamachi",
            "/gatherings?q=ツチノコ",
        ]
        assert all(
            "ツチノコ" in client.get(path).text.replace("\r\n ", "") for path in ("/gatherings", "/gatherings.rss", "/feeds/new.rss")
        )
        with transaction():
            hide(town.staff(), again(row), "law", "けががあったと聞きました。", settings)
        assert all("ツチノコ" not in client.get(path).text.replace("\r\n ", "") for path in readers if "q=" not in path)
        assert f"/gatherings/{row.public_id}" not in client.get("/gatherings?q=ツチノコ").text
        assert client.get(f"/gatherings/{row.public_id}").status_code == 410
        calendar = client.get(f"/gatherings/{row.public_id}.ics")
        assert (calendar.status_code, "VEVENT" in calendar.text) == (200, False)
        # A place that only this gathering used is nobody's page.
        assert client.get(f"/places/{place.public_id}").status_code == 404
        with transaction():
            restore(town.staff(), again(row), settings)
        assert "ツチノコ" in client.get("/gatherings").text
        assert "VEVENT" in client.get(f"/gatherings/{row.public_id}.ics").text
        assert (again(row).return_code, again(row).return_words) == (None, "")

    def test_the_host_reads_the_rule_the_words_and_the_way_to_ask_again(self, town: Town, settings: Settings) -> None:
        row = town.published()
        with transaction():
            hide(town.staff(), again(row), "law", "けががあったと聞きました。", settings)
        letter = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id.desc())).first()
        assert letter is not None
        for words in (
            "いったん非公開にしました",
            "法律やきまりを守り",
            "けががあったと聞きました。",
            "もういちど見てもらう",
            f"/my/{row.public_id}",
        ):
            assert words in str(letter.payload)

    def test_a_host_cannot_put_it_up_again_by_herself_even_where_the_city_confirms_afterwards(self, town: Town, settings: Settings) -> None:
        row = town.published()
        with transaction():
            hide(town.staff(), again(row), "law", "", settings)
        with transaction():
            submit(town.person(), again(row), settings)
        assert again(row).publication == "in_review"
        with transaction():
            publish(town.staff(), again(row), settings)
        assert open_hold(again(row)) is None
        with pytest.raises(WrongState), transaction():
            restore(town.staff(), again(row), settings)

    def test_only_editors_and_only_by_a_rule(self, town: Town, settings: Settings) -> None:
        row, welfare = town.published(), town.staff(Role.WELFARE)
        with pytest.raises(NotAllowed), transaction():
            hide(welfare, again(row), "law", "", settings)
        with pytest.raises(Invalid), transaction():
            hide(town.staff(), again(row), "because", "", settings)
        waits, editor = town.waiting(), town.staff()
        with pytest.raises(WrongState), transaction():
            hide(editor, again(waits), "law", "", settings)


class TestSuspending:
    def test_sessions_end_links_die_and_nothing_new_can_be_posted(self, app: Flask, town: Town, settings: Settings) -> None:
        actor = town.person()
        row = town.published(actor)
        hers = signed_in(app, actor)
        assert hers.get("/my").status_code == 200
        with transaction():
            make_link("sign_in", actor.email or "", timedelta(hours=1))
        with transaction():
            suspend(town.staff(), person_of(actor), "law")
        assert hers.get("/my").status_code == 303
        assert db.session.scalars(select(MailLink).where(MailLink.email == actor.email)).all() == []
        # What she has published stays until somebody decides about it.
        assert again(row).publication == "published"
        with transaction():
            let_in(town.staff(), person_of(actor))
        assert signed_in(app, actor).get("/my").status_code == 200

    def test_not_oneself_and_staff_only_by_an_administrator(self, town: Town) -> None:
        editor, other, admin = town.staff(), town.staff(email="other@city.example.com"), town.staff(Role.ADMIN)
        for actor, person in ((editor, editor), (editor, other), (town.person(), other)):
            with pytest.raises(NotAllowed), transaction():
                suspend(actor, person_of(person), "law")
        with transaction():
            suspend(admin, person_of(other), "law")


class TestUndoingAPerson:
    def test_all_posts_in_one_act_quietly_and_all_back_in_one_act(self, town: Town, settings: Settings) -> None:
        spammer, neighbour = town.person("spam@example.com"), town.person("good@example.com")
        shown, waits, draft = town.published(spammer), town.waiting(spammer), town.draft(spammer)
        other = town.published(neighbour)
        letters = mail_count()
        with transaction():
            sweep = undo_person(town.staff(), person_of(spammer), "commercial", settings)
        assert [again(row).publication for row in (shown, waits, draft, other)] == ["withdrawn", "withdrawn", "draft", "published"]
        assert set(db.session.scalars(select(Occurrence.listed).where(Occurrence.gathering_id == shown.id))) == {False}
        assert mail_count() == letters
        deed = db.session.scalars(select(Deed).order_by(Deed.id.desc())).first()
        assert deed is not None
        assert (deed.act, deed.detail["count"], set(deed.detail["ids"])) == (
            "moderation.undid_person",
            2,
            {shown.public_id, waits.public_id},
        )
        with transaction():
            assert undo_sweep(town.staff(), db.session.merge(sweep), settings) == 2
        assert [again(row).publication for row in (shown, waits)] == ["published", "in_review"]
        with pytest.raises(WrongState), transaction():
            undo_sweep(town.staff(), db.session.merge(sweep), settings)

    def test_what_somebody_has_decided_since_stays(self, town: Town, settings: Settings) -> None:
        spammer = town.person("spam@example.com")
        one, two = town.published(spammer), town.published(spammer)
        with transaction():
            sweep = undo_person(town.staff(), person_of(spammer), "commercial", settings)
        with transaction():
            publish(town.staff(), again(one), settings)
        with transaction():
            assert undo_sweep(town.staff(), db.session.merge(sweep), settings) == 1
        assert [again(row).publication for row in (one, two)] == ["published", "published"]


def flood(town: Town, settings: Settings, count: int, sources: int) -> None:
    """Posts of newcomers who have all confirmed their addresses: as far as a flood can come."""
    with transaction():
        for number in range(count):
            email = f"p{number}@mail{number % 40}.example"
            person = find_or_make_person(email, f"人{number}")
            db.session.flush()
            actor = Actor(label=person.name, person_id=person.id, email=email)
            # Words and addresses vary as a program varies them.
            values = town.values(
                title=f"{'春夏秋冬朝昼夜星月花'[number % 10]}のお得なご案内{number}",
                summary=f"くわしくは https://win-{number % 7}.example/{number}",
            )
            row = save_draft(actor, values, email, settings)
            leave_trace(row, values, f"198.51.{number % sources}.1", settings)
            submit(actor, row, settings)


class TestAWave:
    def test_a_thousand_posts_from_two_hundred_sources_never_show_and_are_cleared_in_five_presses(
        self, app: Flask, client: InspectingClient, town: Town, settings: Settings
    ) -> None:
        neighbour = town.waiting(town.person("neighbour@example.com"), title="となりの落語会", summary="落語を聞きます。")
        known = town.person("known@example.com")
        town.published(known)
        trusted = town.waiting(known, title="お得なご案内ではない会")
        flood(town, settings, 1000, 200)
        assert find_dates(Filters(), settings).total <= 1
        assert "お得なご案内" not in client.get("/gatherings").text

        editor = signed_in(app, town.staff())
        presses = 0
        began = time.monotonic()
        while presses < 5 and waiting(1).total > 2:
            page = editor.get("/desk/waves")
            assert page.status_code == 200
            fields = dict(_first_form(page.text))
            fields |= {"code": "commercial", "keep": neighbour.public_id}
            assert editor.post("/desk/waves/refuse", data=fields).status_code == 303
            presses += 1
            db.session.rollback()
        assert presses <= 5
        assert waiting(1).total == 2
        assert time.monotonic() - began < 60
        assert [again(row).publication for row in (neighbour, trusted)] == ["in_review", "in_review"]
        assert "お得なご案内" not in client.get("/gatherings").text
        # And back in as many presses, if it was a mistake.
        for sweep in recent_sweeps():
            assert press(editor, f"/desk/sweeps/{sweep.public_id}/undo", at=f"/desk/sweeps/{sweep.public_id}").status_code == 303
        db.session.rollback()
        assert waiting(1).total == 1000

    def test_nobody_gets_a_mail_and_posters_can_be_kept_out_along_with_it(self, town: Town, settings: Settings) -> None:
        flood(town, settings, 4, 1)
        known = town.person("known@example.com")
        town.published(known)
        row = town.waiting(known)
        letters = mail_count()
        with transaction():
            ids = [post.id for post in newcomers_waiting()]
            sweep = refuse_many(town.staff(), [*ids, row.id], "commercial", settings, and_people=True)
        assert (sweep.count, mail_count()) == (5, letters)
        suspended = set(db.session.scalars(select(Person.email).where(Person.suspended_at.is_not(None))))
        assert suspended == {f"p{number}@mail{number}.example" for number in range(4)}

    def test_what_was_published_before_or_came_from_somebody_known_is_in_no_group(self, town: Town, settings: Settings) -> None:
        known = town.person("known@example.com")
        town.published(known)
        town.waiting(known)
        assert newcomers_waiting() == []

    def test_who_is_no_editor_refuses_nothing(self, town: Town, settings: Settings) -> None:
        row = town.waiting()
        for actor in (town.person(), town.staff(Role.WELFARE)):
            with pytest.raises(NotAllowed), transaction():
                refuse_many(actor, [row.id], "commercial", settings)
        with transaction():
            assert refuse_many(SYSTEM, [], "commercial", settings).count == 0


def _first_form(page: str) -> list[tuple[str, str]]:
    form = page.split('action="/desk/waves/refuse"')[1].split("</form>")[0]
    return [(name, value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)]


def test_the_clock_of_a_hold_is_the_moment_of_the_act(town: Town, settings: Settings) -> None:
    row = town.published()
    with clock.hold(MONDAY + timedelta(days=2)), transaction():
        hide(town.staff(), again(row), "law", "", settings)
    hold: Any = open_hold(again(row))
    assert (hold.at, hold.was, hold.code) == (MONDAY + timedelta(days=2), "published", "law")
