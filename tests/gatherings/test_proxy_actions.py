"""Staff type for somebody else: the page shows only the host, and a code on a sheet of paper carries her word."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.home_actions import forget_homes_and_hosts
from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.homes import Telling
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import change
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_actions import HostWords, claim, gathering_by_code, make_code, post_for_host
from idobata.gatherings.proxy_models import ProxyPost, SpokenCode
from idobata.gatherings.spoken_code import shown
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, everything, once, weekly

SATURDAY = days_from_monday(5)
PAPER = HostWords(source=Source.PAPER, phone="000-000-1234")


def posted(town: Town, settings: Settings, host: HostWords = PAPER, role: Role = Role.WELFARE, **changes: object) -> Gathering:
    clerk = town.staff(role)
    with transaction():
        return post_for_host(clerk, town.values(**changes), host, settings)


def code_of(town: Town, row: Gathering, settings: Settings) -> str:
    with transaction():
        return make_code(town.staff(Role.WELFARE), row, settings)


def letters() -> list[str]:
    return [row.payload["to"] for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))]


def test_what_a_clerk_types_waits_at_the_desk_and_is_not_hers(town: Town, settings: Settings) -> None:
    row = posted(town, settings)
    db.session.rollback()
    assert (row.publication, row.poster_id, row.poster_email) == ("in_review", None, "")
    proxy = db.session.get(ProxyPost, row.id)
    assert proxy is not None
    assert (proxy.source, proxy.host_phone) == ("paper", "000-000-1234")
    assert letters() == [], "nobody is mailed about it, least of all the clerk"
    deed = db.session.scalars(select(Deed).where(Deed.act == "gathering.typed")).one()
    assert (deed.actor_label, deed.detail) == ("つぼみさん", {"source": "paper"})


def test_a_resident_cannot_type_for_others_and_a_host_must_be_reachable(town: Town, settings: Settings) -> None:
    with pytest.raises(NotAllowed), transaction():
        post_for_host(town.person(), town.values(), PAPER, settings)
    with pytest.raises(Invalid) as found, transaction():
        post_for_host(town.staff(), town.values(), HostWords(source=Source.PHONE), settings)
    assert found.value.problems[0].field == "host_phone"
    assert db.session.scalar(select(Gathering.id)) is None


def test_a_host_with_a_mail_address_is_told_and_can_sign_in_but_owns_nothing_yet(town: Town, settings: Settings) -> None:
    row = posted(town, settings, HostWords(source=Source.DESK, email="tome@example.com"))
    assert letters() == ["tome@example.com"]
    host = town.person("tome@example.com")
    with pytest.raises(NotAllowed), transaction():
        cancel_date(host, row, SATURDAY, "", settings)


def test_the_code_opens_one_gathering_and_a_new_one_ends_the_old(town: Town, settings: Settings) -> None:
    row, other = posted(town, settings), posted(town, settings)
    first = code_of(town, row, settings)
    assert gathering_by_code(shown(first), settings) is row
    second, third = code_of(town, row, settings), code_of(town, other, settings)
    assert gathering_by_code(first, settings) is None
    assert gathering_by_code(second, settings) is row
    assert gathering_by_code(third, settings) is other
    kept = str(everything())
    assert not any(code in kept for code in (first, second, third)), "only a keyed hash is kept"
    elsewhere = replace(settings, machine=replace(settings.machine, secret_key="another key that is quite long as well"))
    assert gathering_by_code(second, elsewhere) is None, "without the site's key the hash says nothing"


def test_who_may_make_a_code(town: Town, settings: Settings) -> None:
    mine, proxied = town.published(poster := town.person()), posted(town, settings)
    for actor, row in ((poster, mine), (poster, proxied), (town.staff(Role.WELFARE), mine), (Actor(label="x"), proxied)):
        with pytest.raises(NotAllowed), transaction():
            make_code(actor, row, settings)
    with transaction():
        assert make_code(town.staff(Role.EDITOR), mine, settings)


def test_staff_who_speak_for_a_host_do_so_for_one_gathering_only(town: Town, settings: Settings) -> None:
    row, other = posted(town, settings), town.published(town.person("taro@example.com"))
    voice = replace(town.staff(Role.WELFARE), speaks_for=row.public_id)
    with transaction():
        cancel_date(voice, row, SATURDAY, "会場が休み", settings)
    with pytest.raises(NotAllowed), transaction():
        cancel_date(voice, other, SATURDAY, "", settings)
    with pytest.raises(NotAllowed), transaction():
        cancel_date(town.staff(Role.WELFARE), row, SATURDAY, "", settings)
    deed = db.session.scalars(select(Deed).where(Deed.act == "date.cancelled")).one()
    assert deed.detail == {"day": SATURDAY.isoformat(), "by_voice": True}


def test_a_host_makes_it_her_own_with_the_code(town: Town, settings: Settings) -> None:
    row = posted(town, settings, HostWords(source=Source.DESK, email="tome@example.com"))
    code = code_of(town, row, settings)
    host = town.person("tome@example.com")
    with transaction():
        assert claim(host, shown(code), settings) is row
    assert (row.poster_id, row.poster_email) == (host.person_id, "tome@example.com")
    with transaction():
        cancel_date(host, row, SATURDAY, "", settings)
        assert claim(host, code, settings) is row, "a second press does no harm"
        assert claim(town.person("thief@example.com"), code, settings) is None, "it has a poster now"


def test_what_cannot_be_claimed(town: Town, settings: Settings) -> None:
    mine = town.published(town.person())
    with transaction():
        code = make_code(town.staff(Role.EDITOR), mine, settings)
        mine.poster_id = None
    row = posted(town, settings)
    other_code = code_of(town, row, settings)
    for actor, typed in (
        (town.person("thief@example.com"), code),
        (town.person("thief@example.com"), "k7m2x9pq"),
        (Actor(label="x"), other_code),
    ):
        with transaction():
            assert claim(actor, typed, settings) is None
    db.session.rollback()
    assert row.poster_id is None


def test_the_exact_place_of_a_home_is_kept_apart_and_goes_when_people_meet_elsewhere(town: Town, settings: Settings) -> None:
    home = {"venue_kind": VenueKind.PRIVATE, "place": PlaceWords(), "area_words": "北町の商店街のちかく"}
    row = town.published(poster := town.person(), **home, exact_place="北町三丁目2番5号", place_told=Telling.SIGNED_UP)
    kept = db.session.get(PrivateHome, row.id)
    assert kept is not None
    assert (kept.exact_place, kept.told_to) == ("北町三丁目2番5号", "signed_up")
    with transaction():
        values = town.values(**home, exact_place="北町三丁目9番1号", place_told=Telling.SIGNED_UP)
        changed = change(poster, row, replace(values, title=row.title), settings)
    assert changed == {"exact_place"}
    log = str(db.session.scalars(select(Deed.detail)).all())
    assert "三丁目" not in log
    with transaction():
        change(town.staff(), row, town.values(), settings)
    db.session.expire_all()
    assert db.session.get(PrivateHome, row.id) is None


def test_everything_private_about_homes_and_hosts_ends_thirty_days_after_the_last_date(
    town: Town, settings: Settings, monday: datetime
) -> None:
    home = {"venue_kind": VenueKind.PRIVATE, "place": PlaceWords(), "area_words": "北町のどこか", "exact_place": "北町三丁目2番5号"}
    host = HostWords(source=Source.PAPER, phone="000-1", address="北町三丁目", email="tome@example.com")
    over, on = (
        posted(town, settings, host, **home, schedule=once(SATURDAY)),
        posted(town, settings, host, **home, schedule=weekly(SATURDAY)),
    )
    far = posted(town, settings, host, **home, schedule=weekly(days_from_monday(300)))
    for row in (over, on, far):
        code_of(town, row, settings)

    def left(row: Gathering) -> tuple[str, str, str, str, bool]:
        db.session.rollback()
        db.session.expire_all()
        place, proxy = db.session.get_one(PrivateHome, row.id), db.session.get_one(ProxyPost, row.id)
        return place.exact_place, proxy.host_phone, proxy.host_address, proxy.host_email, db.session.get(SpokenCode, row.id) is not None

    whole = ("北町三丁目2番5号", "000-1", "北町三丁目", "tome@example.com", True)
    end = db.session.scalars(select(Occurrence.ends_at).where(Occurrence.gathering_id == over.id)).one()
    with clock.hold(end + timedelta(days=29)):
        assert forget_homes_and_hosts() == 0
        assert left(over) == whole
    assert left(far) == whole, "its dates are not even made yet"
    with clock.hold(end + timedelta(days=30, minutes=1)):
        # One whose first date lies beyond the horizon has no dates yet; it was touched long ago but is not over.
        forget_homes_and_hosts()
        assert left(over) == ("", "", "", "", False)
        assert left(on) == whole
        assert forget_homes_and_hosts() == 0
    del monday


def test_what_a_home_s_host_says_survives_a_change_that_waits_and_is_in_no_version(town: Town, settings: Settings) -> None:
    home = {"venue_kind": VenueKind.PRIVATE, "place": PlaceWords(), "area_words": "北町の商店街のちかく"}
    row = town.published(poster := town.person(), **home, exact_place="北町三丁目2番5号")
    with transaction():
        values = replace(town.values(**home, exact_place="北町三丁目9番1号"), title="まったく新しい名前")
        change(poster, row, values, settings)
    db.session.expire_all()
    kept = db.session.get_one(PrivateHome, row.id)
    assert kept.exact_place == "北町三丁目9番1号", "what is hidden never waits"
    assert "三丁目" not in str(everything()["gathering_versions"])
    with transaction():
        # A file or a version that knows nothing of it leaves it as it is.
        change(town.staff(), row, town.values(**home), settings)
    db.session.expire_all()
    assert db.session.get_one(PrivateHome, row.id).exact_place == "北町三丁目9番1号"
