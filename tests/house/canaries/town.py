"""A town in which everything there can be is there once: each state of a gathering, each kind of row, each person's own things."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import Row, Table, func, select

from idobata.accounts.models import Person
from idobata.desk import actions as desk
from idobata.desk.by_phone_views import _signer
from idobata.desk.change_actions import accept_change
from idobata.gatherings.date_actions import cancel_date, mark_full
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import ask_to_confirm, change, index, save_draft, withdraw
from idobata.gatherings.states import Publication, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.gatherings.version_models import VersionState
from idobata.groups.actions import add_group, add_member
from idobata.groups.roles import EDITOR
from idobata.kernel.actor import ANONYMOUS, SYSTEM, Actor
from idobata.kernel.settings import Settings
from idobata.places.actions import PlaceValues, add_place, point_to
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.tables import metadata
from idobata.welcome.mark import MarkState
from tests.harness.site import Town, days_from_monday, weekly
from tests.house.canaries import back_rooms, told_elsewhere
from tests.house.canaries.cast import Visitor, browsers, people
from tests.house.canaries.cells import Aviary, plant

# These keep their own words: the program reads them back.
LEFT_ALONE: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Canaries:
    """The planted town: who visits, which real ids there are for each placeholder of an address, and who sings."""

    visitors: dict[str, Visitor]
    aviary: Aviary
    ids: dict[str, list[str]] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)


def build(app: Flask, settings: Settings) -> Canaries:
    """Make the town through the actions people use, then write the canaries into it."""
    town = Town(settings)
    cast = people(town)
    groups = _groups(cast)
    gatherings = _gatherings(town, cast, groups)
    _places()
    tokens = (
        back_rooms.links(cast, gatherings)
        | back_rooms.groups(cast, list(groups.values()), settings)
        | back_rooms.welcome(cast, gatherings, settings)
        | back_rooms.moderation(cast, gatherings, settings)
        | told_elsewhere.reposts(cast, gatherings)
    )
    back_rooms.letters(cast)
    back_rooms.locks(cast)
    back_rooms.traces(gatherings)
    back_rooms.standing(cast, gatherings)
    visitors = browsers(app, cast)
    back_rooms.devices()
    _no_table_is_empty()
    aviary = plant(state_of(), LEFT_ALONE)
    _index_again(settings)
    ids = {
        "gathering": [row.public_id for row in gatherings.values()],
        "place": [row.public_id for row in db.session.execute(select(metadata().tables["places"]))],
        "person": [row.public_id for row in db.session.execute(select(metadata().tables["people"]))],
        "group": [row.slug for row in db.session.execute(select(metadata().tables["groups"]))],
        "ticket": [_signer().dumps([gatherings[name].public_id, cast["editor"].person_id]) for name in ("published", "home")],
        "member": [row.public_id for row in db.session.execute(select(metadata().tables["memberships"]))],
        "invitation": [row.public_id for row in db.session.execute(select(metadata().tables["group_invitations"]))],
    }
    return Canaries(visitors, aviary, ids | tokens, [days_from_monday(5).isoformat(), days_from_monday(12).isoformat()])


def state_of() -> Callable[[Table, Row[Any]], str | None]:
    """Whether the words of a row are public at this moment."""
    tables = metadata().tables
    published = set(db.session.scalars(select(Gathering.id).where(Gathering.publication == Publication.PUBLISHED.value)))
    used = set(db.session.scalars(select(Gathering.place_id).where(Gathering.id.in_(published))))

    def state(table: Table, row: Row[Any]) -> str | None:
        if table.name == "gatherings":
            return "public" if row.id in published else "words"
        if table.name == "welcome_marks":
            return "public" if row.gathering_id in published and row.state == MarkState.MARKED else None
        if table.name == "gathering_versions" and row.state != VersionState.LIVE:
            return None
        if "gathering_id" in table.columns:
            return "public" if row.gathering_id in published else "words"
        if table.name == "places":
            return "public" if row.checked_at is not None or row.id in used else "place"
        return None

    assert {"gatherings", "places"} <= tables.keys()
    return state


def _groups(cast: dict[str, Actor]) -> dict[str, str]:
    slugs = {"ours": "minato-shogi", "theirs": "kita-teshigoto"}
    for slug, lead, member in (("minato-shogi", "lead", "member"), ("kita-teshigoto", "other_lead", "other_member")):
        with transaction():
            first, second = (db.session.get_one(Person, cast[one].person_id) for one in (lead, member))
            group = add_group(SYSTEM, slug, f"会 {slug}", "会のことば", "minato", ["https://group.example/"], first)
            add_member(group, second, EDITOR, f"{member}の呼び名")
    return slugs


def _gatherings(town: Town, cast: dict[str, Actor], groups: dict[str, str]) -> dict[str, Gathering]:
    """One of each state for the poster, one of the group's, and one of somebody else's."""
    poster, other, editor, settings = cast["poster"], cast["other_poster"], cast["editor"], town.settings
    full = {
        "contact_name": "窓口",
        "contact_phone": "000",
        "contact_email": "contact@example.com",
        "contact_url": "https://contact.example/",
        "body": "くわしいこと",
        "online_url": "https://online.example/room",
        "fee_words": "おやつ代",
        "signup_words": "電話で",
        "audience": "だれでも",
        "bring": "えんぴつ",
        "rain": "雨でも",
        "parking": "あり",
        "language": "日本語",
        "facts": {"drop-in": True, "wheelchair": False},
        "schedule": weekly(days_from_monday(5), count=4),
        # Else the open data would hold no gathering to listen to.
        "reuse_text": True,
    }

    def place(name: str) -> PlaceWords:
        return PlaceWords(name=name, address=f"{name}の住所", access="駅から5分", latitude=35.3, longitude=139.3)

    rows = {
        "published": town.published(poster, place=place("みどり公民館"), contact_phone_public=True, **full),
        "plain": town.published(poster, place=place("中央公園"), **full),
        "home": town.published(poster, venue_kind=VenueKind.PRIVATE, area_words="北町のあたり", place=PlaceWords(), **full),
        "draft": town.draft(poster, place=place("下書きの場所"), **full),
        "waiting": town.waiting(poster, place=place("待っている場所"), **full),
        "returned": town.waiting(poster, place=place("返した場所"), **full),
        "withdrawn": town.published(poster, place=place("下げた場所"), **full),
        "taken_down": town.published(poster, place=place("止めた場所"), **full),
        "hidden": town.published(poster, place=place("かくした場所"), **full),
        "swept": town.waiting(other, place=place("まとめて断った場所"), **full),
        "other": town.published(other, place=place("となりの場所"), **full | {"reuse_text": False}),
        "other_draft": town.draft(other, place=place("となりの下書き"), **full),
        "ours": town.published(cast["member"], place=place("会の場所"), group_slug=groups["ours"], **full),
        "ours_draft": town.draft(cast["member"], place=place("会の下書き"), group_slug=groups["ours"], **full),
        "theirs": town.waiting(cast["other_member"], place=place("よその会の場所"), group_slug=groups["theirs"], **full),
    }
    with transaction():
        withdraw(poster, rows["withdrawn"])
        code = next(rule.code for rule in settings.rules)
        desk.return_post(editor, rows["returned"], code, "担当のことば", settings)
        desk.withdraw(editor, rows["taken_down"], code, "止めたわけ", settings)
        for row in (rows["published"], rows["draft"], rows["ours"]):
            cancel_date(poster if row.group_id is None else cast["member"], row, days_from_monday(5), "雨のため", settings)
            mark_full(poster if row.group_id is None else cast["member"], row, days_from_monday(12), "いっぱい", settings)
        for name, row in rows.items():
            row.source_key, row.source_digest = f"import:{name}", f"{'d' * 60}{len(name):04}"
            row.return_words = row.return_words or "まえに担当が書いたこと"
    with transaction():
        # Nobody has proved this address yet.
        values = replace(town.values(), **full, place=place("知らない人の場所"))
        rows["unproved"] = save_draft(ANONYMOUS, values, "stranger@example.com", settings)
        ask_to_confirm(rows["unproved"], settings)
        change(
            cast["member"], rows["ours"], replace(town.values(), **full, place=place("会の新しい場所"), group_slug=groups["ours"]), settings
        )
        accept_change(editor, rows["ours"], settings)
        change(poster, rows["plain"], replace(town.values(), **full, place=place("中央公園"), title="変えた題"), settings)
    return rows


def _places() -> None:
    """A place in the register, one that nobody uses, and one that leads to another."""
    with transaction():
        full = {"phone": "000", "url": "https://place.example/", "landmark": "赤い屋根", "parking": "3台", "opening": "9時から"}
        checked = add_place(
            PlaceValues(name="図書館", kana="としょかん", address="北町2", access="駅前", access_note="段差", **full), checked=True
        )
        add_place(PlaceValues(name="だれも使っていない場所", kana="ばしょ", address="北町3", access="坂の上", access_note="段差", **full))
        twin = add_place(PlaceValues(name="としょかん（旧）", address="北町2の1"))
        point_to(twin, checked)


def _no_table_is_empty() -> None:
    # What lives no longer than a transaction is empty for everybody.
    lasting = [table for table in metadata().sorted_tables if not table.info.get("passing")]
    empty = [table.name for table in lasting if not db.session.scalar(select(func.count()).select_from(table))]
    assert empty == [], f"tests/house/canaries/town.py must put a row into {empty}"


def _index_again(settings: Settings) -> None:
    """The search finds what the rows say now, as if people had written it."""
    with transaction():
        for row in db.session.scalars(select(Gathering)):
            index(row, settings)
