"""Erasing oneself: what goes, what stays, and that nothing of it is left in any file."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.actions import make_link
from idobata.accounts.models import Person
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change
from idobata.gatherings.states import Publication
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group, add_member
from idobata.groups.models import Group
from idobata.groups.roles import EDITOR
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor, Role
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.privacy.erasing_actions import erase_again, erase_myself
from idobata.privacy.leaving import GONE, SOMEBODY, Fate, without
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.mail_tray import TrayMail
from idobata.store.rate_limits import RateCount, allowed
from idobata.store.tombstones import FILE_NAME, mark_of, merge_tombstones, read_tombstones, stone_from, tombstone
from idobata.store.transaction import transaction
from idobata.welcome.mark import How, MarkState
from idobata.welcome.mark_actions import Assessment, note_mark
from idobata.welcome.models import WelcomeMark
from tests.harness.site import Town, days_from_monday, everything, signed_in, weekly

SONG = "kanaria"
MAIL = f"{SONG}@example.com"


def life_of(town: Town, settings: Settings) -> tuple[Actor, dict[str, Gathering]]:
    """Somebody who left traces everywhere."""
    person = town.person(MAIL, f"{SONG}さん")
    hidden = {
        "contact_name": f"{SONG} 窓口",
        "contact_phone": f"{SONG}-090",
        "contact_email": f"{SONG}-contact@example.com",
        "contact_url": f"https://{SONG}.example/",
        "host_name": f"{SONG}の家",
    }
    rows = {
        "published": town.published(
            person, title="朝の将棋", schedule=weekly(days_from_monday(5), count=3), body=f"問い合わせは{MAIL}へ", **hidden
        ),
        "draft": town.draft(person, title=f"{SONG}の下書き", **hidden),
        "waiting": town.waiting(person, title=f"{SONG}の確認待ち", **hidden),
    }
    with transaction():
        group = add_group(SYSTEM, "minato", "みなと会", "", None, [], db.session.get_one(Person, person.person_id))
        other = db.session.scalars(select(Person).where(Person.email == town.person("other@example.com").email)).one()
        add_member(group, other, EDITOR)
    rows["group"] = town.published(person, title="会の集まり", group_slug="minato", **(hidden | {"host_name": "みなと会"}))
    with transaction():
        cancel_date(person, rows["published"], days_from_monday(5), f"{SONG}さんのつごう", settings)
        change(
            person,
            rows["group"],
            town.values(title="会の集まり", summary="あたらしい要約", group_slug="minato", **(hidden | {"host_name": "みなと会"})),
            settings,
        )
        make_link("sign_in", MAIL, timedelta(hours=1))
        db.session.add(TrayMail(at=clock.now(), recipient=MAIL, subject=SONG, text=SONG))
    allowed("mail", MAIL, 5)
    return person, rows


def left_over() -> list[str]:
    """Where something of her is still in a table."""
    return [name for name, rows in everything().items() if SONG in str(rows).lower()]


def row_of(public_id: str) -> Gathering | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(select(Gathering).where(Gathering.public_id == public_id))


@pytest.mark.parametrize("fate", list(Fate))
def test_nothing_of_her_is_left_in_any_table(app: Flask, town: Town, settings: Settings, fate: Fate) -> None:
    person, rows = life_of(town, settings)
    ids = {name: row.public_id for name, row in rows.items()}
    assert {"people", "gatherings", "deeds", "outbox", "mail_links", "tray_mails"} <= set(left_over())
    with transaction():
        erase_myself(person, fate, settings)
    assert left_over() == []
    assert row_of(ids["draft"]) is None
    assert row_of(ids["waiting"]) is None
    alone, of_group = row_of(ids["published"]), row_of(ids["group"])
    assert alone is not None
    assert of_group is not None
    assert (alone.host_name, alone.poster_id, alone.poster_email) == (SOMEBODY, None, "")
    assert (of_group.publication, of_group.host_name, of_group.title) == (Publication.PUBLISHED, "みなと会", "会の集まり")
    if fate is Fate.KEEP:
        assert (alone.publication, alone.title, alone.body) == (Publication.PUBLISHED, "朝の将棋", "問い合わせはへ")
        assert alone.host_changed_at is not None, "the desk looks what shall become of it"
    else:
        assert (alone.publication, alone.title, alone.body) == (Publication.WITHDRAWN, GONE, "")
    deeds = db.session.scalars(select(Deed).where(Deed.thing_id == ids["published"])).all()
    assert {"gathering.drafted", "date.cancelled"} <= {deed.act for deed in deeds}, "what was done stays"
    assert db.session.scalar(select(func.count()).select_from(RateCount)) == 0


def test_her_own_address_in_what_a_group_kept_of_earlier_words_goes_too(app: Flask, town: Town, settings: Settings) -> None:
    """As the public contact of a group's gathering it stands in its versions, and in what its mark was given for."""
    person, rows = life_of(town, settings)
    staff, hers = town.staff(Role.WELFARE), {"contact_email": MAIL, "contact_email_public": True, "group_slug": "minato"}
    with transaction():
        group = db.session.scalars(select(Group)).one()
        group.words = group.contact_hint = f"海のそばで会います。{MAIL}へどうぞ"
        change(person, rows["group"], town.values(title="会の集まり", **hers), settings)
        change(person, rows["group"], town.values(title="会の集まり", summary="いちばん新しい要約", **hers), settings)
        note_mark(staff, rows["group"], Assessment(criteria=("alone_is_fine",), how=How.VISIT), settings)
    assert {"gathering_versions", "welcome_marks", "groups"} <= set(left_over())
    with transaction():
        erase_myself(person, Fate.KEEP, settings)
    assert left_over() == []
    assert db.session.get_one(WelcomeMark, rows["group"].id).state == MarkState.NOTED, "the group's own goes on"


@pytest.mark.parametrize("is_checked", [False, True])
def test_a_place_that_only_she_typed_goes_with_what_she_takes_down(
    app: Flask, town: Town, settings: Settings, monday: datetime, is_checked: bool
) -> None:
    """It may be her home. A place of the city's register stays what it is."""
    person = town.person(MAIL, SONG)
    row = town.published(person, place=PlaceWords(name="花子の家", address="北町1-2-3"))
    assert row.place is not None
    if is_checked:
        with transaction():
            row.place.checked_at = monday
    with transaction():
        erase_myself(person, Fate.TAKE_DOWN, settings)
    left = row_of(row.public_id)
    assert left is not None
    assert (left.place is not None) == is_checked
    assert bool(db.session.scalars(select(Place).where(Place.name == "花子の家")).all()) == is_checked
    assert signed_in(app, town.staff()).get(f"/desk/{row.public_id}").status_code == 200


def test_somebody_elses_things_stay_as_they_were(app: Flask, town: Town, settings: Settings) -> None:
    person, _rows = life_of(town, settings)
    neighbour = town.person("neighbour@example.com", "となりの人")
    kept = town.published(neighbour, title="となりの集まり", contact_phone="0")
    before = tuple(repr(getattr(kept, column.name)) for column in Gathering.__table__.columns)
    with transaction():
        erase_myself(person, Fate.TAKE_DOWN, settings)
    after = row_of(kept.public_id)
    assert after is not None
    assert tuple(repr(getattr(after, column.name)) for column in Gathering.__table__.columns) == before
    assert db.session.scalar(select(func.count()).where(Deed.actor_label == "となりの人"))


def test_who_works_here_gives_back_the_role_first(app: Flask, town: Town, settings: Settings) -> None:
    editor = town.staff(Role.EDITOR)
    before = everything()
    with pytest.raises(WrongState), transaction():
        erase_myself(editor, Fate.KEEP, settings)
    with pytest.raises(NotFound), transaction():
        erase_myself(Actor(label="nobody", person_id=999), Fate.KEEP, settings)
    assert everything() == before
    assert read_tombstones(settings.machine.data) == {}


def test_an_erasure_that_fails_leaves_everything_as_it_was(
    app: Flask, town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, _rows = life_of(town, settings)
    before = everything()

    def full_disk(*_: object) -> int:
        raise OSError("no space")

    monkeypatch.setattr("idobata.privacy.erasing_actions.merge_tombstones", full_disk)
    with pytest.raises(OSError, match="no space"), transaction():
        erase_myself(person, Fate.KEEP, settings)
    assert everything() == before


def test_who_comes_back_is_erased_again_with_the_same_wish(app: Flask, town: Town, settings: Settings) -> None:
    person, rows = life_of(town, settings)
    ids = {name: row.public_id for name, row in rows.items()}
    public_id = db.session.get_one(Person, person.person_id).public_id
    merge_tombstones(settings.machine.data, [tombstone(public_id, days_from_monday(0), keeps_gatherings=True)])
    assert erase_again(settings) == 1
    assert left_over() == []
    kept = row_of(ids["published"])
    assert kept is not None
    assert kept.publication == Publication.PUBLISHED
    assert erase_again(settings) == 0
    assert mark_of(public_id) in read_tombstones(settings.machine.data)


def test_the_stones_say_no_name_and_survive_a_broken_line(tmp_path: Path) -> None:
    one, other = (tombstone(name, days_from_monday(0), keeps_gatherings=False) for name in ("abc", "def"))
    assert merge_tombstones(tmp_path, [one]) == 1
    with (tmp_path / FILE_NAME).open("a") as file:
        file.write('{"person": "cut')
    assert merge_tombstones(tmp_path, [one, other, other]) == 1
    assert set(read_tombstones(tmp_path).values()) == {one, other}
    assert "abc" not in (tmp_path / FILE_NAME).read_text()
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0
    for broken in ("", "{}", "[1]", "null", '{"person": "x", "day": "1", "keeps_gatherings": true}'):
        assert stone_from(broken) is None


def test_words_are_taken_out_wherever_they_stand() -> None:
    assert without("電話は090-1まで。花子より", ("090-1", "花子", "", "子")) == "電話はまで。より"
    assert without("子どもと遊ぶ", ("子",)) == "子どもと遊ぶ", "one letter is nobody's name"
    assert without("花子さんと花子", ("花子", "花子さん")) == "と", "the longer words first, so that no half of them stays"
