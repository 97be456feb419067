"""Staff notes: about gatherings, for colleagues; their reading is logged, their end comes, and no public byte depends on them."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed, NotFound
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from idobata.welcome.models import StaffNote
from idobata.welcome.note_actions import drop_note, forget_old_notes, read_notes, write_note
from idobata.welcome.note_rules import LIMIT, Sign
from idobata.welcome.queries import note_counts
from tests.harness.site import Town, new_client

WORDS = "カナリア。火曜はすいていて、窓ぎわの席が落ちつきます。"


@pytest.fixture
def social(town: Town) -> Actor:
    return town.staff(Role.WELFARE)


def notes() -> int:
    return db.session.scalar(select(func.count(StaffNote.id))) or 0


def test_a_note_is_kept_read_and_dropped_and_the_log_never_says_what_it_said(town: Town, social: Actor, settings: Settings) -> None:
    row = town.published()
    with transaction(public=False):
        assert write_note(social, row, WORDS, None, settings) == ()
    with transaction(public=False):
        found = read_notes(social, row, settings)
    assert [one.words for one in found] == [WORDS]
    assert note_counts([row], date(2026, 11, 30)) == {row.id: 1}
    with transaction(public=False):
        drop_note(social, row, found[0].id)
    with pytest.raises(NotFound), transaction(public=False):
        drop_note(social, row, found[0].id)
    deeds = list(db.session.scalars(select(Deed).where(Deed.act.like("note.%")).order_by(Deed.id)))
    assert [one.act for one in deeds] == ["note.written", "note.read", "note.dropped"]
    assert all("カナリア" not in str(one.detail) for one in deeds)


def test_looking_at_a_gathering_without_notes_logs_nothing(town: Town, social: Actor, settings: Settings) -> None:
    row = town.published()
    with transaction(public=False):
        assert read_notes(social, row, settings) == []
    assert db.session.scalar(select(func.count(Deed.id)).where(Deed.act == "note.read")) == 0


def test_words_about_a_person_are_not_kept_until_they_were_read_again(town: Town, social: Actor, settings: Settings) -> None:
    row = town.published()
    with transaction(public=False):
        signs = write_note(social, row, "山田さんが気に入っていました", None, settings)
    assert [sign for sign, _found in signs] == [Sign.NAME]
    assert notes() == 0
    with transaction(public=False):
        assert write_note(social, row, "花子さんという名前の店の二階です", None, settings, read_again=True) == ()
    assert notes() == 1


@pytest.mark.parametrize("words", ["", "あ" * (LIMIT + 1)])
def test_what_is_empty_or_too_long_is_refused(town: Town, social: Actor, settings: Settings, words: str) -> None:
    row = town.published()
    with pytest.raises(Invalid), transaction(public=False):
        write_note(social, row, words, None, settings)


def test_a_note_goes_on_its_day_and_no_later_than_the_city_allows(town: Town, social: Actor, settings: Settings, monday: datetime) -> None:
    row = town.published()
    with pytest.raises(Invalid), transaction(public=False):
        write_note(social, row, WORDS, date(2029, 1, 1), settings)
    with transaction(public=False):
        write_note(social, row, WORDS, date(2026, 12, 10), settings)
    with clock.hold(monday + timedelta(days=10)):
        assert forget_old_notes(settings) == 0
    with clock.hold(monday + timedelta(days=11)):
        with transaction(public=False):
            assert read_notes(social, row, settings) == []
        assert forget_old_notes(settings) == 1
    assert notes() == 0


def test_nobody_else_reads_or_writes(town: Town, social: Actor, settings: Settings) -> None:
    row = town.published()
    with transaction(public=False):
        write_note(social, row, WORDS, None, settings)
    for nobody in (town.person(), town.staff(Role.EDITOR), town.staff(Role.APPROVER)):
        with pytest.raises(NotAllowed), transaction(public=False):
            read_notes(nobody, row, settings)
        with pytest.raises(NotAllowed), transaction(public=False):
            write_note(nobody, row, WORDS, None, settings)


PUBLIC = ("/", "/gatherings", "/first-step", "/calendar", "/gatherings.rss", "/gatherings.ics", "/first-step.rss", "/feeds/new.rss", "/map")


def test_no_public_byte_depends_on_a_note_and_no_public_page_asks_for_one(
    town: Town, social: Actor, settings: Settings, app: Flask
) -> None:
    row = town.published(title="みんなの集まり")
    asked: list[str] = []

    def bytes_of(pages: tuple[str, ...]) -> dict[str, tuple[int, bytes, str | None]]:
        answers = {path: new_client(app).get(path) for path in pages}
        return {path: (one.status_code, one.data, one.headers.get("ETag")) for path, one in answers.items()}

    pages = (*PUBLIC, f"/gatherings/{row.public_id}", f"/gatherings/{row.public_id}.ics", "/gatherings?q=カナリア", "/gatherings?q=窓ぎわ")
    before = bytes_of(pages)
    generation = app.extensions["idobata_generation"].read()
    with transaction(public=False):
        write_note(social, row, WORDS, None, settings)
    assert app.extensions["idobata_generation"].read() == generation, "kept pages stay as they are"
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    app.extensions["idobata_generation"].raise_()
    assert bytes_of(pages) == before
    assert asked
    assert not [statement for statement in asked if "staff_notes" in statement or "welcome_marks" in statement]


def test_a_gathering_takes_its_notes_along_when_it_goes(town: Town, social: Actor, settings: Settings) -> None:
    row = town.draft()
    with transaction(public=False):
        db.session.add(StaffNote(gathering_id=row.id, words=WORDS, by_id=None, by_label="x", at=clock.now(), ends_on=date(2027, 1, 1)))
    with transaction():
        db.session.delete(db.session.get_one(Gathering, row.id))
    assert notes() == 0
