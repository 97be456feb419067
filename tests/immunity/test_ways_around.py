"""A09, A10, A17, A22, A25, A40: ways around a door that is shut. Links that outlive what they stood for, a second way in, another's letters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.address_actions import ask_for_new_address, take_new_address
from idobata.accounts.models import Person, SessionRow
from idobata.accounts.suspension_actions import suspend
from idobata.cli import cli
from idobata.desk.actions import publish
from idobata.gatherings.claiming_actions import claim_draft
from idobata.gatherings.group_actions import hand_over_posts
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import ask_to_confirm, confirm_post, save_draft, submit, withdraw
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_actions import HostWords, claim, gathering_by_code, make_code, post_for_host
from idobata.gatherings.trace_actions import has_been_published
from idobata.gatherings.trust_queries import is_trusted
from idobata.groups.actions import add_group, add_member, change_group
from idobata.groups.check_actions import check_group
from idobata.groups.member_actions import give_group_role, invite, join, remove_member
from idobata.groups.models import Group, GroupCheckRow, Membership
from idobata.groups.my_queries import invitation_behind, open_invitations
from idobata.groups.queries import role_in
from idobata.groups.roles import EDITOR, LEAD
from idobata.groups.standing import Standing, standing_of
from idobata.groups.values import GroupValues
from idobata.groups.welcome_actions import ask_welcome, take_welcome
from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS, SYSTEM, Actor, Role
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.letter import Letter
from idobata.kernel.settings import Settings
from idobata.moderation.holding_actions import hide, undo_person, undo_sweep
from idobata.privacy.erasing_actions import erase
from idobata.privacy.leaving import Fate, names
from idobata.privacy.own_queries import everything_about
from idobata.store.backup import make_backup
from idobata.store.database import db
from idobata.store.letters import post_letter
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from idobata.tables import metadata
from idobata.welcome.mark import How
from idobata.welcome.mark_actions import Assessment, answer_by_link, ask_consent, note_mark
from idobata.welcome.note_actions import write_note
from idobata.welcome.queries import open_answer
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, days_from_monday, once, press, signed_in, together, token_on

LATER = timedelta(hours=1)


def again(row: Gathering) -> Gathering:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Gathering).where(Gathering.id == row.id)).one()


def person_of(actor: Actor) -> Person:
    return db.session.get_one(Person, actor.person_id)


def last_secret(address: str) -> str:
    """The secret in the last letter to somebody: what stands behind the last slash of its link."""
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id.desc()))
    text = next(str(row.payload["text"]) for row in rows if row.payload["to"] == address)
    return next(line for line in reversed(text.splitlines()) if line.startswith("http")).rpartition("/")[2]


@pytest.fixture
def group(town: Town) -> Group:
    with transaction():
        made = add_group(SYSTEM, "minato", "みなと会", "x", None, [], find_or_make_person("lead@example.com", "はなこ"))
        add_member(made, find_or_make_person("second@example.com", "じろう"), LEAD)
    return made


class TestOpenInvitations:
    @pytest.fixture
    def token(self, town: Town, group: Group) -> str:
        with transaction():
            return invite(town.person("lead@example.com"), group, LEAD, "", town.settings)

    def nobody_gets_in(self, town: Town, group: Group, token: str) -> None:
        db.session.rollback()
        assert invitation_behind(token) is None
        assert open_invitations(group) == []
        friend = town.person("friend@example.com")
        with transaction():
            assert join(friend, token, "ともだち", town.settings) is None
        assert role_in(friend, group.id) is None

    def test_those_of_somebody_who_was_suspended_let_nobody_in(self, town: Town, group: Group, token: str) -> None:
        with transaction():
            suspend(town.staff(), person_of(town.person("lead@example.com")), "law")
        self.nobody_gets_in(town, group, token)

    def test_those_of_a_lead_who_is_a_lead_no_more_let_nobody_in(self, town: Town, group: Group, token: str) -> None:
        who = db.session.scalars(select(Membership.public_id).join(Person).where(Person.email == "lead@example.com")).one()
        with transaction():
            give_group_role(town.person("second@example.com"), group, who, EDITOR)
        self.nobody_gets_in(town, group, token)

    def test_those_of_somebody_who_erased_herself_let_nobody_in(self, town: Town, group: Group, token: str) -> None:
        with transaction():
            erase(person_of(town.person("lead@example.com")), Fate.KEEP, town.settings, by="herself")
        self.nobody_gets_in(town, group, token)

    def test_those_of_the_city_stay_good(self, town: Town, group: Group) -> None:
        with transaction():
            token = invite(town.staff(), group, EDITOR, "", town.settings)
        friend = town.person("friend@example.com")
        with transaction():
            assert join(friend, token, "ともだち", town.settings) is not None
        assert role_in(friend, group.id) == EDITOR


class TestWhatTheCityTookDown:
    """In a city that confirms afterwards, nobody puts up again by herself what an editor took down."""

    @pytest.fixture
    def afterwards(self, settings: Settings) -> Settings:
        policy = replace(settings.policy, confirm_before_publishing=False, checked_groups_publish_at_once=True)
        return replace(settings, policy=policy)

    def sent_taken_back_and_sent(self, host: Actor, row: Gathering, settings: Settings) -> str:
        for hours, act in enumerate((submit, withdraw, submit), start=1):
            with clock.hold(MONDAY + hours * LATER), transaction():
                act(host, again(row), settings) if act is submit else act(host, again(row))  # type: ignore[call-arg, arg-type]
        return again(row).publication

    def test_sending_it_taking_it_back_and_sending_it_once_more(self, town: Town, afterwards: Settings) -> None:
        host, row = town.person(), town.published()
        with transaction():
            hide(town.staff(), again(row), "law", "", afterwards)
        assert self.sent_taken_back_and_sent(host, row, afterwards) == "in_review"
        assert not has_been_published(host.person_id), "nor does it vouch for other posts"

    def test_the_same_for_a_group_whose_check_holds(self, town: Town, group: Group, afterwards: Settings) -> None:
        host = town.person("lead@example.com")
        with transaction():
            what = (afterwards.group_checks[0].slug,)
            check_group(town.staff(), group, what, MONDAY.date(), "", afterwards)
        row = town.waiting(host, group_slug="minato")
        assert row.publication == "published"
        with transaction():
            hide(town.staff(), again(row), "law", "", afterwards)
        assert self.sent_taken_back_and_sent(host, row, afterwards) == "in_review"

    def test_whoever_takes_down_her_own_puts_it_up_again_as_often_as_she_likes(self, town: Town, afterwards: Settings) -> None:
        host, row = town.person(), town.published()
        with clock.hold(MONDAY + LATER), transaction():
            withdraw(host, again(row))
        for _time in range(2):
            assert self.sent_taken_back_and_sent(host, row, afterwards) == "published"
            with clock.hold(MONDAY + 5 * LATER), transaction():
                withdraw(host, again(row))

    @pytest.mark.parametrize("in_a_wave", [False, True])
    def test_whose_post_was_hidden_is_no_longer_trusted_with_changes(self, town: Town, settings: Settings, in_a_wave: bool) -> None:
        host = town.person()
        rows = [town.published(host) for _number in range(settings.policy.trusted_after_posts)]
        assert is_trusted(host, again(rows[0]), settings)
        with transaction():
            if in_a_wave:
                undo_person(town.staff(), person_of(host), "law", settings)
            else:
                hide(town.staff(), again(rows[1]), "law", "", settings)
        assert not is_trusted(host, again(rows[0]), settings)


class TestASecondLinkToOneMailbox:
    """The first link was used; the other one lies in the mailbox for two days."""

    @pytest.fixture
    def post(self, town: Town) -> tuple[Gathering, str, str]:
        with transaction():
            row = save_draft(ANONYMOUS, town.values(), "hanako@example.com", town.settings)
            ask_to_confirm(row, town.settings)
        first = last_secret("hanako@example.com")
        with transaction():
            ask_to_confirm(row, town.settings)
        return row, first, last_secret("hanako@example.com")

    @pytest.mark.parametrize("take", [lambda token, settings: confirm_post(token, settings), lambda token, _settings: claim_draft(token)])
    def test_does_not_bring_back_what_stayed_with_the_group(
        self, town: Town, group: Group, post: tuple[Gathering, str, str], take: Callable[[str, Settings], object]
    ) -> None:
        row, first, second = post
        with transaction():
            assert confirm_post(first, town.settings) is not None
        hanako, lead = town.person("hanako@example.com"), town.person("lead@example.com")
        with transaction():
            again(row).group_id = group.id
            add_member(group, person_of(hanako), EDITOR)
        member = db.session.scalars(select(Membership.public_id).where(Membership.person_id == hanako.person_id)).one()
        with transaction():
            hand_over_posts(group, remove_member(lead, group, member, town.settings), lead.person_id or 0)
        with transaction():
            assert take(second, town.settings) is None
        assert again(row).poster_id == lead.person_id

    def test_does_not_make_somebody_new_of_an_address_that_was_given_up(self, town: Town, post: tuple[Gathering, str, str]) -> None:
        row, first, second = post
        with transaction():
            assert confirm_post(first, town.settings) is not None
        with transaction():
            db.session.scalars(select(Person).where(Person.email == "hanako@example.com")).one().email = "new@example.com"
        with transaction():
            assert confirm_post(second, town.settings) is None
        assert db.session.scalar(select(func.count()).select_from(Person).where(Person.email == "hanako@example.com")) == 0
        assert again(row).poster_id == town.person("new@example.com").person_id

    def test_still_works_for_whoever_it_is(self, town: Town, post: tuple[Gathering, str, str]) -> None:
        _row, first, second = post
        with transaction():
            assert confirm_post(first, town.settings) is not None
        with transaction():
            assert confirm_post(second, town.settings) is not None


def test_who_is_out_of_the_group_answers_no_question_about_its_gatherings(town: Town, group: Group) -> None:
    lead, second, social = town.person("lead@example.com"), town.person("second@example.com"), town.staff(Role.WELFARE)
    row = town.published(lead, group_slug="minato")
    with transaction():
        found = Assessment(criteria=(town.settings.criteria[0].code,), how=How.VISIT)
        note_mark(social, row, found, town.settings)
        ask_consent(social, row, town.settings)
    hers, others = last_secret("second@example.com"), last_secret("lead@example.com")
    assert hers != others
    who = db.session.scalars(select(Membership.public_id).where(Membership.person_id == second.person_id)).one()
    with transaction():
        remove_member(lead, group, who, town.settings)
    assert open_answer(hers) is None
    with transaction():
        assert answer_by_link(hers, yes=True, settings=town.settings) is None
    assert not again(row).first_step
    assert open_answer(others) is not None
    with transaction():
        assert answer_by_link(others, yes=True, settings=town.settings) is not None
    assert again(row).first_step


class TestAddressesThatHoldOneAnother:
    """`aro@example.com` stands inside `taro@example.com`, and `taro@example.co` too."""

    LETTER = Letter(subject="ログイン", text="http://127.0.0.1:8000/post/confirm/geheim")

    @pytest.mark.parametrize("shorter", ["aro@example.com", "taro@example.co"])
    def test_nobody_reads_or_erases_the_letters_of_another(self, town: Town, shorter: str) -> None:
        other = town.person(shorter, "あろ")
        with transaction():
            post_letter("taro@example.com", self.LETTER)
            post_letter(shorter, Letter(subject="こんにちは", text="あなたへ"))
        told = everything_about(other, town.settings)["mails_waiting"]
        assert [one["payload"]["to"] for one in told] == [shorter]
        assert "geheim" not in str(everything_about(other, town.settings))
        with transaction():
            erase(person_of(other), Fate.KEEP, town.settings, by="herself")
        left = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail"))
        assert [row.payload["to"] for row in left] == ["taro@example.com"]

    @pytest.mark.parametrize(
        ("text", "is_named"),
        [
            ("問い合わせはaro@example.comへ", True),
            ("aro@example.com. Thank you", True),
            ("<aro@example.com>", True),
            ("taro@example.com", False),
            ("x+aro@example.com", False),
            ("aro@example.com.evil.example", False),
            ("aro@example.community", False),
            ("aro@exampleXcom", False),
        ],
    )
    def test_an_address_is_named_only_as_a_whole(self, text: str, is_named: bool) -> None:
        assert names(text, "aro@example.com") is is_named


def test_editors_do_not_read_what_somebody_still_writes(town: Town, app: Flask) -> None:
    """Its id stands in the log of deeds."""
    host, row = town.person(), town.draft()
    editor = signed_in(app, town.staff())
    for path in (f"/my/{row.public_id}", f"/my/{row.public_id}/edit", f"/post?from={row.public_id}"):
        assert editor.get(path).status_code == 404, path
    assert signed_in(app, host).get(f"/my/{row.public_id}").status_code == 200


def test_a_note_with_a_number_that_no_database_holds_is_not_there(town: Town, app: Flask) -> None:
    row, social = town.published(), town.staff(Role.WELFARE)
    with transaction():
        write_note(social, row, "静かです。", None, town.settings)
    client: InspectingClient = signed_in(app, social)
    page = f"/desk/first-step/{row.public_id}"
    for number in (2**31, 2**63, 10**40):
        assert press(client, f"{page}/notes/{number}/drop", at=page).status_code == 404


def test_sessions_that_were_ended_since_the_backup_stay_ended(
    town: Town, app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(app, town.person())
    file = tmp_path / "before.backup"
    make_backup(settings, metadata(), file, lambda _words: None)
    assert client.get("/my").status_code == 200
    db.session.remove()
    monkeypatch.setenv("IDOBATA_CITY", "demo")
    monkeypatch.setenv("IDOBATA_DATA", str(settings.machine.data))
    monkeypatch.setenv("IDOBATA_DATABASE_URL", settings.machine.database_url)
    said = CliRunner().invoke(cli, ["restore", str(file), "--yes"])
    assert said.exit_code == 0, said.output
    assert db.session.scalar(select(func.count()).select_from(SessionRow)) == 0
    assert client.get("/my").status_code == 303


def test_an_editor_who_puts_it_up_again_vouches_for_it(town: Town, settings: Settings) -> None:
    host, row = town.person(), town.published()
    with transaction():
        hide(town.staff(), again(row), "law", "", settings)
    with clock.hold(MONDAY + LATER), transaction():
        submit(host, again(row), settings)
    assert not has_been_published(host.person_id)
    with clock.hold(MONDAY + LATER), transaction():
        publish(town.staff(), again(row), settings)
    assert has_been_published(host.person_id)


def test_undoing_a_wave_puts_up_nothing_that_its_host_took_back_herself(town: Town, settings: Settings) -> None:
    host, row, other = town.person(), town.published(), town.published()
    with transaction():
        sweep = undo_person(town.staff(), person_of(host), "law", settings)
    with clock.hold(MONDAY + LATER), transaction():
        submit(host, again(row), settings)
    with clock.hold(MONDAY + 2 * LATER), transaction():
        withdraw(host, again(row))
    with transaction():
        assert undo_sweep(town.staff(), sweep, settings) == 1
    assert (again(row).publication, again(other).publication) == ("withdrawn", "published")


def test_of_two_who_take_the_same_new_address_one_gets_it_and_no_log_reads_it(
    town: Town, app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    people = [town.person("one@example.com"), town.person("two@example.com")]
    secrets = []
    for who in people:
        with transaction():
            ask_for_new_address(who.person_id or 0, "wanted@example.com", settings)
        secrets.append(last_secret("wanted@example.com"))

    def take(who: Actor, secret: str) -> bool:
        try:
            with transaction(public=False):
                return take_new_address(who, secret, settings, session_id=0) is not None
        except WrongState:
            return False

    took = together(app, *(lambda who=who, secret=secret: take(who, secret) for who, secret in zip(people, secrets, strict=True)))  # type: ignore[misc]
    assert sorted(took) == [False, True]
    assert "wanted@" not in caplog.text


def test_sending_and_taking_back_in_a_circle_does_not_fill_the_mailboxes_of_a_groups_leads(town: Town, app: Flask, group: Group) -> None:
    with transaction():
        add_member(group, person_of(town.person("editor@example.com", "さぶろう")), EDITOR)
    editor = town.person("editor@example.com")
    row = town.waiting(editor, group_slug="minato", schedule=once(days_from_monday(40)))
    client, page = signed_in(app, editor), f"/my/{row.public_id}"
    token = token_on(client.get(page))
    most = town.settings.policy.posts_per_hour_per_address
    statuses = set()
    for _time in range(most + 5):
        client.post(f"{page}/withdraw", data={"csrf_token": token})
        statuses.add(client.post(f"{page}/submit", data={"csrf_token": token}).status_code)
    assert statuses == {303, 429}
    db.session.rollback()
    mails = [row for row in db.session.scalars(select(OutboxRow)) if row.payload.get("to") == "lead@example.com"]
    assert len(mails) <= most + 1


class TestWhoWasSuspended:
    @pytest.fixture
    def mallory(self, town: Town) -> Actor:
        actor = town.person("mallory@example.com", "まろり")
        with transaction():
            suspend(town.staff(), person_of(actor), "law")
        return actor

    @pytest.mark.parametrize("spelling", ["mallory@example.com", "Mallory@example.com", "mallory+2@example.com"])
    def test_does_not_come_back_under_another_spelling_of_her_mailbox(self, town: Town, mallory: Actor, spelling: str) -> None:
        with transaction():
            row = save_draft(ANONYMOUS, town.values(), spelling, town.settings)
            ask_to_confirm(row, town.settings)
            ask_welcome(spelling, None, town.settings)
        to_found = last_secret(spelling)
        with transaction():
            ask_to_confirm(row, town.settings)
        with transaction():
            assert confirm_post(last_secret(spelling), town.settings) is None
        with transaction():
            assert take_welcome(to_found, "まろり") is None
        assert again(row).publication == "draft"
        assert db.session.scalar(select(func.count()).select_from(Person).where(Person.email.ilike("mallory%"))) == 1

    def test_others_are_let_in_as_ever(self, town: Town, mallory: Actor) -> None:
        with transaction():
            ask_welcome("mallory2@example.com", None, town.settings)
        with transaction():
            assert take_welcome(last_secret("mallory2@example.com"), "べつの人") is not None

    def test_her_code_on_paper_opens_nothing(self, town: Town) -> None:
        host, clerk = town.person("tome@example.com", "トメ"), town.staff()
        with transaction():
            row = post_for_host(clerk, town.values(), HostWords(source=Source.PAPER, phone="090-0000-0000"), town.settings)
            code = make_code(clerk, row, town.settings)
            assert claim(host, code, town.settings) is row
        assert gathering_by_code(code, town.settings) is not None
        with transaction():
            suspend(clerk, person_of(host), "law")
        assert gathering_by_code(code, town.settings) is None


@pytest.mark.parametrize(("name", "holds"), [("港しあわせ銀行", False), ("みなと会", True), ("みなと会 ", True)])
def test_a_check_is_of_a_group_of_that_name(town: Town, group: Group, name: str, holds: bool) -> None:
    lead, editor = town.person("lead@example.com"), town.staff()
    with transaction():
        check_group(editor, group, (town.settings.group_checks[0].slug,), MONDAY.date(), "", town.settings)
    with transaction():
        change_group(lead, group, GroupValues(name=name.strip(), words="しりあう会です。"), town.settings)
    today = MONDAY.date()
    assert (standing_of(group.checked_until, today) is Standing.CHECKED) is holds
    assert [row.taken_back_on for row in db.session.scalars(select(GroupCheckRow))] == [None if holds else today]


def test_a_check_on_the_last_day_of_the_calendar_is_refused_in_words(town: Town, group: Group) -> None:
    what = (town.settings.group_checks[0].slug,)
    with pytest.raises(Invalid), transaction():
        check_group(town.staff(), group, what, date.max, "", town.settings)
