"""Somebody who cannot sign in wrote a letter: an administrator hands out what is kept of her, or erases it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.desk.actions import publish
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import ask_to_confirm, save_draft
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_actions import HostWords, post_for_host
from idobata.groups.actions import found_group
from idobata.groups.member_actions import invite
from idobata.groups.models import GroupInvitation
from idobata.groups.roles import EDITOR
from idobata.groups.values import GroupValues
from idobata.kernel.actor import ANONYMOUS, Role
from idobata.kernel.errors import NotAllowed, NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.moderation.models import Report
from idobata.moderation.report_actions import report
from idobata.privacy.erasing_actions import erase_again, erase_myself
from idobata.privacy.leaving import GONE, SOMEBODY, Fate
from idobata.privacy.request_actions import Proof, erase_on_request, hand_out
from idobata.privacy.request_queries import whom_is_meant
from idobata.store.backup import make_backup, restore_backup
from idobata.store.database import db
from idobata.store.deeds import Deed, verify
from idobata.store.transaction import transaction
from idobata.tables import metadata
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, press, signed_in
from tests.privacy.test_erasing import MAIL, SONG, left_over, life_of


def on_paper(town: Town, settings: Settings) -> Gathering:
    """A gathering that came in a letter."""
    values = town.values(title="紙の会", host_name=f"{SONG}さん", contact_phone=f"{SONG}-090")
    host = HostWords(source=Source.PAPER, phone=f"{SONG}-095", address=f"{SONG}町1")
    with transaction():
        row = post_for_host(town.staff(), values, host, settings)
        publish(town.staff(), row, settings)
    return row


def deeds(act: str) -> list[Deed]:
    return list(db.session.scalars(select(Deed).where(Deed.act == act)))


@pytest.mark.parametrize("fate", list(Fate))
def test_she_is_erased_as_if_she_had_done_it_herself(
    app: Flask, town: Town, settings: Settings, work: Callable[[], int], fate: Fate
) -> None:
    life_of(town, settings)
    admin = town.staff(Role.ADMIN)
    with transaction():
        erase_on_request(admin, whom_is_meant(MAIL, MAIL), fate, Proof.LETTER, settings)
    work()
    assert left_over() == []
    [deed] = deeds("person.erased")
    assert (deed.actor_label, deed.detail) == (admin.label, {"by": "request", "proof": "letter"})
    assert verify().broken_id is None


def test_what_is_handed_out_is_logged_without_a_word_of_hers(app: Flask, town: Town, settings: Settings) -> None:
    person, rows = life_of(town, settings)
    with transaction():
        report(town.published(), "wrong", f"{SONG}の通報", MAIL, "203.0.113.9", settings)
    with transaction():
        told = json.dumps(hand_out(town.staff(Role.ADMIN), whom_is_meant(MAIL, MAIL), Proof.COUNTER, settings), ensure_ascii=False)
    assert f"{SONG}-090" in told
    assert f"{SONG}の通報" in told
    assert all(row.title in told for row in rows.values())
    assert "hash" not in told
    [deed] = deeds("person.handed_out")
    assert SONG not in f"{deed.thing_id} {deed.detail}"
    assert whom_is_meant(f"https://idobata.example/gatherings/{rows['published'].public_id}", None).email == person.email


@pytest.mark.parametrize("fate", list(Fate))
def test_a_host_on_paper_is_erased_and_does_not_come_back_from_a_backup(
    app: Flask, town: Town, settings: Settings, work: Callable[[], int], tmp_path: Path, fate: Fate
) -> None:
    row = on_paper(town, settings)
    others = town.published(title="のこる会")
    public_id, other = row.public_id, others.public_id
    before = tmp_path / "before.backup"
    make_backup(settings, metadata(), before, lambda _words: None)
    whom = whom_is_meant(public_id, None)
    assert whom.person is None
    with transaction():
        erase_on_request(town.staff(Role.ADMIN), whom, fate, Proof.LETTER, settings)
    work()

    def as_it_should_be() -> None:
        assert left_over() == []
        left = db.session.scalars(select(Gathering).where(Gathering.public_id == public_id)).one()
        assert (left.title, left.host_name) == (("紙の会", SOMEBODY) if fate is Fate.KEEP else (GONE, SOMEBODY))
        assert db.session.scalars(select(Gathering.title).where(Gathering.public_id == other)).one() == "のこる会"
        assert db.session.scalar(select(Person.id).where(Person.email.endswith("@paper.invalid"))) is None

    as_it_should_be()
    assert erase_again(settings) == 0
    db.session.remove()
    restore_backup(settings, metadata(), before, lambda _words: None)
    assert left_over() != []
    assert erase_again(settings) == 1
    work()
    as_it_should_be()
    assert erase_again(settings) == 0


def test_somebody_who_only_left_an_address(app: Flask, town: Town, settings: Settings, work: Callable[[], int]) -> None:
    """A draft she never confirmed, and a report."""
    with transaction():
        ask_to_confirm(save_draft(ANONYMOUS, town.values(title=f"{SONG}の下書き"), MAIL, settings), settings)
        report(town.published(), "wrong", f"{SONG}の通報", MAIL, "203.0.113.9", settings)
    whom = whom_is_meant(MAIL, MAIL)
    assert whom.person is None
    with transaction():
        erase_on_request(town.staff(Role.ADMIN), whom, Fate.TAKE_DOWN, Proof.LETTER, settings)
    work()
    assert left_over() == []


@pytest.mark.parametrize("signed_up_since", [False, True])
def test_an_address_without_an_account_does_not_come_back_from_a_backup(
    app: Flask, town: Town, settings: Settings, work: Callable[[], int], tmp_path: Path, signed_up_since: bool
) -> None:
    """A report, an invitation and a draft hold an address and nobody's account; one who signed up later erased herself."""
    lead, before = town.person("lead@example.com", "代表"), tmp_path / "before.backup"
    with transaction():
        group = found_group(lead, GroupValues(name="みなと会", words="海のそばで会います。"), "minato", "代表", settings)
        invite(lead, group, EDITOR, MAIL, settings)
        invite(lead, group, EDITOR, "other@example.com", settings)
        ask_to_confirm(save_draft(ANONYMOUS, town.values(title=f"{SONG}の下書き"), MAIL, settings), settings)
        report(town.published(), "wrong", f"{SONG}の通報", MAIL, "203.0.113.9", settings)
        report(town.published(), "wrong", "ほかの人の通報", "other@example.com", "203.0.113.10", settings)
    make_backup(settings, metadata(), before, lambda _words: None)
    with transaction():
        if signed_up_since:
            erase_myself(town.person(MAIL, SONG), Fate.TAKE_DOWN, settings)
        else:
            erase_on_request(town.staff(Role.ADMIN), whom_is_meant(MAIL, MAIL), Fate.TAKE_DOWN, Proof.LETTER, settings)
    work()
    assert left_over() == []
    assert erase_again(settings) == 0
    db.session.remove()
    restore_backup(settings, metadata(), before, lambda _words: None)
    assert left_over() != []
    assert erase_again(settings) == 1
    work()
    assert left_over() == []
    assert db.session.scalars(select(Report.email).where(Report.email != "")).all() == ["other@example.com"]
    assert db.session.scalars(select(GroupInvitation.email).where(GroupInvitation.email != "")).all() == ["other@example.com"]
    assert erase_again(settings) == 0


def test_who_reports_again_after_she_was_erased_is_not_erased_for_it(app: Flask, town: Town, settings: Settings) -> None:
    """A stone is of what there was then, and not of an address for good."""
    row = town.published()
    with transaction():
        report(row, "wrong", f"{SONG}の通報", MAIL, "203.0.113.9", settings)
    with transaction():
        erase_on_request(town.staff(Role.ADMIN), whom_is_meant(MAIL, MAIL), Fate.TAKE_DOWN, Proof.LETTER, settings)
    old = db.session.scalars(select(Report)).one()
    assert (old.email, old.words, old.source) == ("", "", ""), "neither is known any more from which network it came"
    with transaction():
        report(row, "wrong", "また変わっています", MAIL, "203.0.113.9", settings)
    assert erase_again(settings) == 0
    assert MAIL in set(db.session.scalars(select(Report.email)))


def test_only_administrators_and_never_a_colleague(app: Flask, town: Town, settings: Settings) -> None:
    colleague = town.staff(Role.WELFARE)
    assert colleague.email is not None
    whom = whom_is_meant(colleague.email, colleague.email)
    with pytest.raises(WrongState), transaction():
        erase_on_request(town.staff(Role.ADMIN), whom, Fate.KEEP, Proof.LETTER, settings)
    for who in (town.staff(Role.EDITOR), colleague):
        with pytest.raises(NotAllowed), transaction():
            hand_out(who, whom, Proof.LETTER, settings)
    for typed, email in (("nobody@example.com", "nobody@example.com"), ("", None), ("222222222222", None)):
        with pytest.raises(NotFound):
            whom_is_meant(typed, email)


def test_the_page_asks_who_what_and_how_it_was_made_sure(town: Town, app: Flask, settings: Settings) -> None:
    life_of(town, settings)
    client = signed_in(app, town.staff(Role.ADMIN))
    assert isinstance(client, InspectingClient)
    for typed in ("", "nobody@example.com", "@", "222222222222"):
        refused = press(client, "/desk/data", whom=typed)
        assert refused.status_code == 422, typed
        assert f'value="{typed}"' in refused.text
    seen = press(client, "/desk/data", whom=MAIL)
    assert "みなと会の代表がいなくなります" in seen.text
    assert "/desk/data" in client.get("/desk").text
    assert press(client, "/desk/data/file", at="/desk/data", whom=MAIL).status_code == 422
    paper = press(client, "/desk/data/file", at="/desk/data", whom=MAIL, proof="letter", **{"as": "text"})
    assert paper.mimetype == "text/plain"
    assert f"email: {MAIL}" in paper.text
    assert json.loads(press(client, "/desk/data/file", at="/desk/data", whom=MAIL, proof="counter").text)["person"]["email"] == MAIL
    everything = {"erase-proof": "letter", "erase-fate": "keep", "erase-sure": "y"}
    for missing in everything:
        refused = press(client, "/desk/data/erase", at="/desk/data", whom=MAIL, **(everything | {missing: ""}))
        assert refused.status_code == 422, missing
    assert press(client, "/desk/data/erase", at="/desk/data", whom=MAIL, **everything).location == "/desk/data?done=erased"
    assert db.session.scalar(select(Person.id).where(Person.email == MAIL)) is None
    assert "消しました" in client.get("/desk/data?done=erased").text
