"""Reports: nobody is hidden by them, nobody is betrayed by them, and nobody can count twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Role
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.moderation.models import Report, ReportCase
from idobata.moderation.queries import open_case, open_cases, reports_waiting
from idobata.moderation.report_actions import answer, ask_host, close, forget_old_cases, report, take_up
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town, together

SECRET_WORDS = "うちのとなりの人が勧誘していました"
REPORTER = "reader@example.com"


def mails() -> list[dict[str, Any]]:
    return [row.payload for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))]


@pytest.fixture
def tell(settings: Settings) -> Callable[..., None]:
    """A reader tells the city something."""

    def one(row: Gathering, reason: str = "wrong", words: str = "", email: str = "", network: str = "192.0.2.1") -> None:
        with transaction(public=False):
            report(db.session.merge(row), reason, words, email, network, settings)

    return one


def only_case() -> ReportCase:
    db.session.rollback()
    return db.session.scalars(select(ReportCase)).one()


class TestReceiving:
    def test_reports_are_grouped_by_gathering_with_their_reasons_counted(self, town: Town, tell: Callable[..., None]) -> None:
        one, other = town.published(), town.published()
        tell(one, "wrong", "時間がちがう", network="192.0.2.1")
        tell(one, "wrong", network="192.0.2.2")
        tell(one, "unsafe", network="192.0.2.3")
        with clock.hold(MONDAY + timedelta(hours=1)):
            tell(other, "ended")
        assert [(found.case.gathering_id, [(str(reason), count) for reason, count in found.reasons]) for found in open_cases()] == [
            (one.id, [("wrong", 2), ("unsafe", 1)]),
            (other.id, [("ended", 1)]),
        ]
        assert reports_waiting() == (2, MONDAY)

    def test_nothing_public_changes(self, town: Town, tell: Callable[..., None]) -> None:
        row = town.published()
        for number in range(30):
            tell(row, "unsafe", network=f"192.0.2.{number}")
        db.session.refresh(db.session.merge(row))
        assert db.session.get(Gathering, row.id).publication == "published"  # type: ignore[union-attr]

    def test_one_source_counts_once_a_day_and_its_further_words_are_added(self, town: Town, tell: Callable[..., None]) -> None:
        row = town.published()
        for words, email in (("はじめ", ""), ("はじめ", ""), ("つづき", REPORTER)):
            tell(row, "wrong", words, email)
        [one] = only_case().reports
        assert (one.words, one.email) == ("はじめ\nつづき", REPORTER)
        with clock.hold(MONDAY + timedelta(days=1)):
            tell(row, "wrong")
        assert len(only_case().reports) == 2

    def test_readers_who_write_at_the_same_moment_make_one_case(self, app: Any, town: Town, settings: Settings) -> None:
        row = town.published()

        def act(number: int) -> Callable[[], None]:
            def one() -> None:
                with transaction(public=False):
                    known = db.session.get(Gathering, row.id)
                    assert known is not None
                    report(known, "wrong", "", "", f"192.0.2.{number}", settings)

            return one

        together(app, *(act(number) for number in range(8)))
        assert len(only_case().reports) == 8

    def test_no_network_address_is_kept(self, town: Town, tell: Callable[..., None]) -> None:
        tell(town.published(), network="192.0.2.77")
        assert "192.0.2.77" not in str([tuple(row) for row in db.session.execute(Report.__table__.select())])

    @pytest.mark.parametrize("state", ["draft", "waiting"])
    def test_what_the_town_cannot_read_cannot_be_reported(self, town: Town, tell: Callable[..., None], state: str) -> None:
        with pytest.raises(NotFound):
            tell(getattr(town, state)())

    def test_a_reason_that_is_none_is_refused(self, town: Town, tell: Callable[..., None]) -> None:
        with pytest.raises(Invalid):
            tell(town.published(), "ugly")


class TestTheDesk:
    def test_the_host_is_asked_kindly_once_and_never_hears_who_or_what(
        self, town: Town, settings: Settings, tell: Callable[..., None]
    ) -> None:
        row, editor = town.published(), town.staff()
        tell(row, "ended", SECRET_WORDS, REPORTER)
        with transaction(public=False):
            ask_host(editor, only_case(), settings)
        letter = mails()[-1]
        assert letter["to"] == row.poster_email
        assert "もう終わっているかもしれない" in letter["text"]
        assert SECRET_WORDS not in str(letter)
        assert REPORTER not in str(letter)
        with pytest.raises(WrongState), transaction():
            ask_host(editor, only_case(), settings)

    def test_about_solicitation_the_host_is_not_asked(self, town: Town, settings: Settings, tell: Callable[..., None]) -> None:
        tell(town.published(), "solicitation", SECRET_WORDS)
        with pytest.raises(WrongState), transaction():
            ask_host(town.staff(), only_case(), settings)

    def test_closing_answers_those_who_wished_for_it_once(self, town: Town, settings: Settings, tell: Callable[..., None]) -> None:
        row, editor = town.published(), town.staff()
        tell(row, "wrong", email=REPORTER)
        tell(row, "wrong", network="192.0.2.9")
        with transaction():
            assert answer(editor, only_case(), "mended", "ありがとうございます。", settings) == 1
        with transaction():
            assert close(editor, only_case(), "mended", "", settings) == 0
        letter = mails()[-1]
        assert letter["to"] == REPORTER
        assert "直すことができました" in letter["text"]
        assert open_cases() == ()
        deed = db.session.scalars(select(Deed).where(Deed.act == "report.closed")).one()
        assert deed.detail == {"outcome": "mended", "reasons": ["wrong"], "count": 2}
        assert REPORTER not in str([deed.detail for deed in db.session.scalars(select(Deed))])
        # A new report opens a new case.
        tell(row, "wrong")
        assert len(open_cases()) == 1

    def test_two_editors_at_once_do_not_both_take_it(self, town: Town, tell: Callable[..., None]) -> None:
        tell(town.published())
        with transaction():
            take_up(town.staff(), only_case())
        with pytest.raises(WrongState), transaction():
            take_up(town.staff(email="other@city.example.com"), only_case())

    @pytest.mark.parametrize("role", [None, Role.WELFARE, Role.APPROVER])
    def test_only_editors_decide(self, town: Town, settings: Settings, tell: Callable[..., None], role: Role | None) -> None:
        tell(town.published())
        actor = town.person("taro@example.com") if role is None else town.staff(role)
        for act in (
            lambda case: take_up(actor, case),
            lambda case: ask_host(actor, case, settings),
            lambda case: answer(actor, case, "fine", "", settings),
            lambda case: close(actor, case, "fine", "", settings),
        ):
            with pytest.raises(NotAllowed), transaction():
                act(only_case())

    def test_an_outcome_that_is_none_is_refused(self, town: Town, settings: Settings, tell: Callable[..., None]) -> None:
        tell(town.published())
        with pytest.raises(Invalid), transaction():
            close(town.staff(), only_case(), "whatever", "", settings)


class TestFalseReporters:
    def test_after_three_without_cause_theirs_are_read_last_and_nobody_is_told(
        self, town: Town, settings: Settings, tell: Callable[..., None]
    ) -> None:
        editor = town.staff()
        for _ in range(3):
            tell(town.published(), "unsafe", email=REPORTER, network="192.0.2.66")
            [found] = open_cases()
            assert not found.quiet
            with transaction():
                close(editor, found.case, "unfounded", "", settings)
        rival, honest = town.published(), town.published()
        tell(rival, "unsafe", network="192.0.2.66")
        with clock.hold(MONDAY + timedelta(hours=5)):
            tell(honest, "wrong", network="192.0.2.5")
        assert [(found.case.gathering_id, found.quiet) for found in open_cases()] == [(honest.id, False), (rival.id, True)]
        assert not any("思いちがい" in letter["text"] for letter in mails())
        # Somebody else says the same: it is read in its place again.
        tell(rival, "unsafe", network="192.0.2.6")
        assert [found.case.gathering_id for found in open_cases()] == [rival.id, honest.id]


class TestForgetting:
    def test_words_and_addresses_go_with_their_case(self, town: Town, settings: Settings, tell: Callable[..., None]) -> None:
        row, editor = town.published(), town.staff()
        tell(row, "wrong", SECRET_WORDS, REPORTER)
        public_id = only_case().public_id
        with transaction():
            close(editor, only_case(), "fine", "", settings)
        tell(row, "ended")
        with clock.hold(MONDAY + timedelta(days=settings.policy.report_keep_days, minutes=-1)):
            assert forget_old_cases(settings) == 0
        with clock.hold(MONDAY + timedelta(days=settings.policy.report_keep_days, minutes=1)):
            assert forget_old_cases(settings) == 1
        with pytest.raises(NotFound):
            open_case(public_id)
        assert db.session.scalar(select(func.count()).select_from(Report)) == 1
        assert len(open_cases()) == 1
