"""What becomes of a change after publication: at once or after a look, kept as a version, told for two weeks."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.desk.actions import AlreadyDecided, TidyWords, publish, tidy
from idobata.desk.actions import withdraw as take_down
from idobata.desk.change_actions import GONE, NOT_GOOD_ANY_MORE, NOT_OF_THE_GROUP, accept_change, fingerprint, return_change
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.change_actions import take_back
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import change, save_draft, submit, withdraw
from idobata.gatherings.preview_queries import preview_change
from idobata.gatherings.states import FeeKind, Publication, SignupKind
from idobata.gatherings.trust_queries import QUESTIONED, is_trusted
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.gatherings.version_models import GatheringVersion
from idobata.gatherings.version_queries import base_of, picture_of, versions_of, waiting_version, would_be
from idobata.gatherings.version_values import KEYS, values_of
from idobata.groups.actions import add_group, add_member
from idobata.groups.models import Membership
from idobata.groups.roles import EDITOR
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, together, trusting, weekly

SATURDAY = days_from_monday(5)
HANAKO = "hanako@example.com"


@pytest.fixture
def hanako(town: Town) -> Actor:
    return town.person(HANAKO)


def edit(actor: Actor, row: Gathering, values: GatheringValues, settings: Settings) -> frozenset[str]:
    with transaction():
        return change(actor, row, values, settings)


def accept(town: Town, row: Gathering) -> None:
    with transaction():
        accept_change(town.staff(), row, town.settings)


def states(row: Gathering) -> list[tuple[int, str, bool]]:
    """Number, state and whether it was ever public, the first version first."""
    return [(one.number, one.state, one.live_at is not None) for one in reversed(versions_of(row))]


def acts(row: Gathering) -> list[str]:
    return list(db.session.scalars(select(Deed.act).where(Deed.thing_id == row.public_id).order_by(Deed.id)))


def told(row: Gathering, settings: Settings) -> list[tuple[str, str, str]]:
    lines = Cards(settings, "ja", str).gathering(row).recent_changes
    return [(one.words, one.before, one.after) for one in lines]


def hours(row: Gathering, settings: Settings) -> set[int]:
    rows = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id).execution_options(populate_existing=True))
    return {one.starts_at.astimezone(settings.city.zone).hour for one in rows}


class TestTrust:
    def test_one_is_trusted_after_three_posts_without_a_question(self, town: Town, settings: Settings, hanako: Actor) -> None:
        row = town.published(hanako)
        town.published(hanako)
        town.waiting(hanako)
        assert not is_trusted(hanako, row, settings)
        town.published(hanako)
        assert is_trusted(hanako, row, settings)
        assert not is_trusted(town.person("taro@example.com"), row, settings)

    @pytest.mark.parametrize("act", QUESTIONED)
    def test_a_question_of_the_desk_is_remembered_for_a_year(self, town: Town, settings: Settings, hanako: Actor, act: str) -> None:
        row = [town.published(hanako) for _ in range(3)][0]
        with transaction():
            record(SYSTEM, act, "gathering", row.public_id)
        assert not is_trusted(hanako, row, settings)
        with clock.hold(clock.now() + timedelta(days=366)):
            assert is_trusted(hanako, row, settings)

    def test_the_acts_it_looks_for_are_those_that_the_desk_writes(self, town: Town, settings: Settings, hanako: Actor) -> None:
        row = town.published(hanako)
        edit(hanako, row, town.values(title="べつの名前"), settings)
        with transaction():
            return_change(town.staff(), row, "commercial", "", settings)
        with transaction():
            take_down(town.staff(), row, "commercial", "", settings)
        assert {"desk.change_returned", "desk.withdrawn"} <= set(acts(row)) & set(QUESTIONED)

    def test_editors_are_trusted_and_so_is_everybody_where_nobody_is_asked_first(
        self, town: Town, settings: Settings, hanako: Actor
    ) -> None:
        row = town.published(hanako)
        assert is_trusted(town.staff(), row, settings)
        assert is_trusted(hanako, row, trusting(settings))
        assert is_trusted(hanako, row, replace(settings, policy=replace(settings.policy, confirm_before_publishing=False)))

    @pytest.mark.parametrize("host", ["汐坂市役所", "汐坂市 市民協働課", "公式 しおさか"])
    def test_nobody_becomes_the_city_without_being_read_first(self, town: Town, settings: Settings, hanako: Actor, host: str) -> None:
        """A33: neither trust of her own nor a city that asks nobody first covers a name that is taken for a public body's."""
        for city in (trusting(settings), replace(settings, policy=replace(settings.policy, confirm_before_publishing=False))):
            row = town.published(hanako)
            values = replace(town.values(), title=row.title, host_name=host)
            edit(hanako, row, values, city)
            assert row.host_name != host
            with transaction():
                sent = save_draft(hanako, values, "", city)
                submit(hanako, sent, city)
            assert sent.publication == Publication.IN_REVIEW
            with transaction():
                change(town.staff(), row, values, city)
            assert row.host_name == host, "the city itself may say so"
            edit(hanako, row, replace(values, bring="座布団"), city)
            assert row.bring == "座布団", "and what it has read once needs no second reading"


class TestWaiting:
    def test_the_old_words_stay_until_somebody_has_read_the_new_ones(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values(schedule=weekly(SATURDAY))
        row = town.published(hanako, title=values.title, schedule=values.schedule)
        before = (picture_of(row), row.sequence, row.updated_at)
        wanted = replace(values, schedule=weekly(SATURDAY, starts=time(13), ends=time(15)), bring="座布団")
        assert edit(hanako, row, wanted, settings) == {"schedule", "bring"}
        assert (picture_of(row), row.sequence, row.updated_at) == before
        assert row.host_changed_at is None
        assert hours(row, settings) == {10}
        assert states(row) == [(1, "live", True), (2, "waiting", False)]
        assert acts(row)[-1] == "gathering.change_sent"
        accept(town, row)
        assert hours(row, settings) == {13}
        assert row.bring == "座布団"
        assert row.sequence == before[1] + 1
        assert row.host_changed_at is None, "the desk has read it"
        assert states(row) == [(1, "replaced", True), (2, "live", True)]
        assert told(row, settings) == [("時間が変わりました", "10:00", "13:00")]
        assert acts(row)[-1] == "desk.change_accepted"

    def test_what_is_small_goes_live_at_once(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, bring="座布団", body="くわしい文", contact_phone="090", contact_phone_public=True), settings)
        assert (row.bring, row.contact_phone) == ("座布団", "090")
        assert states(row) == [(1, "replaced", True), (2, "live", True)]
        assert told(row, settings) == []
        assert row.host_changed_at is not None

    def test_a_later_change_takes_the_place_of_the_one_that_waits(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, title="一度目"), settings)
        assert edit(hanako, row, replace(values, title="一度目"), settings) == frozenset(), "the very same"
        edit(hanako, row, replace(values, title="二度目", summary="短くしました。"), settings)
        assert states(row) == [(1, "live", True), (2, "replaced", False), (3, "waiting", False)]
        accept(town, row)
        assert (row.title, row.summary) == ("二度目", "短くしました。")

    def test_going_back_to_the_old_words_takes_the_change_back(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, title="べつの名前"), settings)
        assert edit(hanako, row, values, settings) == frozenset()
        assert waiting_version(row) is None
        edit(hanako, row, replace(values, title="べつの名前"), settings)
        with transaction():
            assert take_back(hanako, row)
        with transaction():
            assert not take_back(hanako, row)
        assert states(row)[-1] == (3, "taken_back", False)
        with pytest.raises(NotAllowed), transaction():
            take_back(town.person("taro@example.com"), row)

    def test_a_new_place_makes_no_entry_before_it_is_accepted(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        moved = replace(values, place=PlaceWords(name="ひみつの庭", address="北町1-2", access="青い門"), district="")
        edit(hanako, row, moved, settings)
        assert edit(hanako, row, moved, settings) == frozenset(), "the very same, though the place has no entry"
        assert db.session.scalars(select(Place.name)).all() == ["みどり公民館"]
        accept(town, row)
        assert row.place is not None
        assert (row.place.name, row.place.address, row.place.access) == ("ひみつの庭", "北町1-2", "青い門")
        assert told(row, settings) == [("場所が変わりました", "みどり公民館", "ひみつの庭")]

    def test_a_picked_place_that_was_merged_meanwhile_is_found_by_its_name(self, town: Town, settings: Settings, hanako: Actor) -> None:
        other = town.published(town.person("taro@example.com"), place=PlaceWords(name="みなと会館"))
        values = town.values()
        row = town.published(hanako, title=values.title)
        assert other.place is not None
        picked = PlaceWords(public_id=other.place.public_id, name="みなと会館")
        edit(hanako, row, replace(values, place=picked), settings)
        with transaction():
            other.place.public_id = "abcdefghjkmn"
        accept(town, row)
        assert row.place is not None
        assert row.place.name == "みなと会館"

    def test_a_cancelled_date_never_waits_and_stays_cancelled(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values(schedule=weekly(SATURDAY))
        row = town.published(hanako, title=values.title, schedule=values.schedule)
        edit(hanako, row, replace(values, schedule=weekly(SATURDAY, starts=time(13), ends=time(15))), settings)
        waiting = waiting_version(row)
        assert waiting is not None
        read = fingerprint(row, waiting)
        with transaction():
            cancel_date(hanako, row, SATURDAY, "台風のため", settings)
        with transaction():
            accept_change(town.staff(), row, settings, version=read)
        first = db.session.scalars(select(Occurrence).where(Occurrence.day == SATURDAY)).one()
        assert (first.state, first.note) == ("cancelled", "台風のため")
        assert hours(row, settings) == {10, 13}

    def test_what_the_desk_tidied_meanwhile_stays_tidied(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values(summary="おちゃ")
        row = town.published(hanako, title=values.title, summary=values.summary)
        edit(hanako, row, replace(values, schedule=once(SATURDAY, time(13), time(15))), settings)
        waiting = waiting_version(row)
        assert waiting is not None
        read = fingerprint(row, waiting)
        tidied = TidyWords(title=values.title, summary="お茶をのみます。", category="learn", district="kitamachi")
        with transaction():
            tidy(town.staff(), row, tidied, settings)
        with pytest.raises(WrongState), transaction():
            accept_change(town.staff(), row, settings, version=read)
        accept(town, row)
        assert (row.summary, row.category) == ("お茶をのみます。", "learn")
        assert hours(row, settings) == {13}
        assert states(row) == [(1, "replaced", True), (2, "live", True), (3, "replaced", True)]

    def test_a_change_that_was_replaced_while_somebody_read_is_not_decided(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, title="よい名前"), settings)
        waiting = waiting_version(row)
        assert waiting is not None
        read = fingerprint(row, waiting)
        edit(hanako, row, replace(values, title="わるい名前"), settings)
        for decide in (
            lambda: accept_change(town.staff(), row, settings, version=read),
            lambda: return_change(town.staff(), row, "commercial", "", settings, version=read),
        ):
            with pytest.raises(WrongState), transaction():
                decide()
        assert row.title == values.title

    def test_two_editors_who_press_at_once_accept_it_once(self, app: Flask, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, title="べつの名前"), settings)
        editor, public_id = town.staff(), row.public_id

        def press() -> str:
            try:
                with transaction():
                    one = db.session.scalars(select(Gathering).where(Gathering.public_id == public_id)).one()
                    accept_change(editor, one, settings)
            except AlreadyDecided:
                return "late"
            return "done"

        assert sorted(together(app, press, press)) == ["done", "late"]

    def test_only_editors_decide_and_only_what_waits(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        with pytest.raises(AlreadyDecided, match=GONE), transaction():
            accept_change(town.staff(), row, settings)
        edit(hanako, row, replace(values, title="べつの名前"), settings)
        with pytest.raises(NotAllowed), transaction():
            accept_change(hanako, row, settings)
        with pytest.raises(NotAllowed), transaction():
            return_change(hanako, row, "commercial", "", settings)
        with pytest.raises(Invalid), transaction():
            return_change(town.staff(), row, "no such rule", "", settings)

    def test_what_is_no_longer_possible_is_said(self, town: Town, settings: Settings, hanako: Actor, monday: datetime) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, schedule=once(days_from_monday(2))), settings)
        with clock.hold(monday + timedelta(days=4)), pytest.raises(WrongState, match="のせられない") as said, transaction():
            accept_change(town.staff(), row, settings)
        assert str(said.value) == NOT_GOOD_ANY_MORE
        with transaction():
            group = add_group(SYSTEM, "shogi", "将棋会", "", "minato", [], db.session.get(Person, hanako.person_id))  # type: ignore[arg-type]
            add_member(group, db.session.get(Person, hanako.person_id), EDITOR)  # type: ignore[arg-type]
        edit(hanako, row, replace(values, group_slug="shogi"), settings)
        with transaction():
            for one in db.session.scalars(select(Membership)):
                db.session.delete(one)
        with pytest.raises(WrongState) as said_too, transaction():
            accept_change(town.staff(), row, settings)
        assert str(said_too.value) == NOT_OF_THE_GROUP

    def test_it_comes_back_with_a_reason_and_goes_out_again(
        self, town: Town, settings: Settings, hanako: Actor, work: Callable[[], int]
    ) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, title="セール会"), settings)
        with transaction():
            return_change(town.staff(), row, "commercial", "売る集まりに読めます。", settings)
        assert row.title == values.title
        assert row.return_code is None, "the gathering itself was not returned"
        assert states(row)[-1] == (2, "returned", False)
        edit(hanako, row, replace(values, title="交換会"), settings)
        assert states(row)[1:] == [(2, "replaced", False), (3, "waiting", False)]
        accept(town, row)
        work()
        mails = db.session.scalars(select(TrayMail).order_by(TrayMail.id)).all()
        returned, accepted = mails[-2:]
        assert {returned.recipient, accepted.recipient} == {HANAKO}
        assert "売る集まりに読めます。" in returned.text
        assert "いままでの内容がそのまま" in returned.text
        assert "・名前が変わりました" in accepted.text
        assert "交換会" in accepted.text

    def test_the_member_who_sent_it_gets_the_answer(self, town: Town, settings: Settings, hanako: Actor, work: Callable[[], int]) -> None:
        with transaction():
            lead = db.session.get(Person, hanako.person_id)
            assert lead is not None
            group = add_group(SYSTEM, "shogi", "将棋会", "", "minato", [], lead)
            member = town.person("member@example.com")
            add_member(group, db.session.get(Person, member.person_id), EDITOR)  # type: ignore[arg-type]
        values = town.values(group_slug="shogi")
        row = town.published(hanako, title=values.title, group_slug="shogi")
        edit(member, row, replace(values, title="べつの名前"), settings)
        accept(town, row)
        work()
        assert db.session.scalars(select(TrayMail.recipient).order_by(TrayMail.id.desc()).limit(1)).one() == "member@example.com"

    def test_a_preview_shows_the_new_words_and_sends_nothing(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        card = preview_change(hanako, row, replace(values, title="べつの名前"), settings, Cards(settings, "ja", str))
        assert card.title == "べつの名前"
        assert states(row) == []


class TestHiddenContacts:
    def test_hiding_never_waits_and_no_version_knows_what_is_hidden(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values(contact_name="窓口", contact_phone="090-1", contact_phone_public=True, contact_email="kanaria@example.com")
        row = town.published(
            hanako,
            **{name: getattr(values, name) for name in ("title", "contact_name", "contact_phone", "contact_phone_public", "contact_email")},
        )
        hidden = replace(values, title="べつの名前", contact_phone="090-kanaria", contact_phone_public=False, contact_name="kanaria 窓口")
        edit(hanako, row, hidden, settings)
        assert (row.contact_phone, row.contact_phone_public, row.contact_name) == ("090-kanaria", False, "kanaria 窓口")
        assert row.title == values.title
        assert Cards(settings, "ja", str).gathering(row).contact == ()
        accept(town, row)
        assert (row.title, row.contact_phone, row.contact_phone_public) == ("べつの名前", "090-kanaria", False)
        assert "kanaria" not in repr([one.values for one in versions_of(row)] + [one.typed for one in versions_of(row)])
        assert {key for one in versions_of(row) for key in one.values} == KEYS

    def test_a_new_public_number_waits_with_the_rest(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values(contact_phone="090-1", contact_phone_public=True)
        row = town.published(hanako, title=values.title, contact_phone="090-1", contact_phone_public=True)
        edit(hanako, row, replace(values, title="べつの名前", contact_phone="090-2"), settings)
        assert row.contact_phone == "090-1"
        accept(town, row)
        assert (row.contact_phone, row.contact_phone_public) == ("090-2", True)


class TestTold:
    def test_for_two_weeks_and_not_a_day_longer(self, town: Town, settings: Settings, hanako: Actor, monday: datetime) -> None:
        values = town.values(schedule=weekly(SATURDAY))
        row = town.published(hanako, title=values.title, schedule=values.schedule)
        edit(hanako, row, replace(values, schedule=weekly(SATURDAY, starts=time(13), ends=time(15))), trusting(settings))
        with clock.hold(monday + timedelta(days=14, hours=14)):
            assert told(row, settings) == [("時間が変わりました", "10:00", "13:00")]
        with clock.hold(monday + timedelta(days=15)):
            assert told(row, settings) == []

    def test_what_is_as_it_was_is_not_told(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        city = trusting(settings)
        edit(hanako, row, replace(values, schedule=once(SATURDAY, time(13), time(15)), fee_words="お茶代"), city)
        edit(hanako, row, replace(values, schedule=once(SATURDAY, time(14), time(16)), fee_words="お茶代"), city)
        assert told(row, settings) == [("時間が変わりました", "10:00", "14:00"), ("かかるお金が変わりました", "無料", "無料（お茶代）")]
        edit(hanako, row, replace(values, fee_words="お茶代"), city)
        assert told(row, settings) == [("かかるお金が変わりました", "無料", "無料（お茶代）")]

    def test_what_changed_while_it_was_away_is_told_when_it_comes_back(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, schedule=once(SATURDAY, time(11), time(13))), trusting(settings))
        with transaction():
            withdraw(hanako, row)
        edit(hanako, row, replace(values, schedule=once(SATURDAY, time(9), time(11))), settings)
        edit(hanako, row, replace(values, schedule=once(SATURDAY, time(15), time(17))), settings)
        with transaction():
            submit(hanako, row, settings)
            publish(town.staff(), row, settings)
        assert told(row, settings) == [("時間が変わりました", "10:00", "15:00")]
        assert states(row) == [(1, "replaced", True), (2, "replaced", True), (3, "live", True)]

    def test_taken_down_with_a_change_on_its_way_the_change_comes_along(self, town: Town, settings: Settings, hanako: Actor) -> None:
        values = town.values()
        row = town.published(hanako, title=values.title)
        edit(hanako, row, replace(values, title="べつの名前"), settings)
        with transaction():
            withdraw(hanako, row)
        assert waiting_version(row) is None
        with transaction():
            submit(hanako, row, settings)
        assert row.title == "べつの名前"
        with transaction():
            publish(town.staff(), row, settings)
        assert told(row, settings) == [("名前が変わりました", values.title, "べつの名前")]

    def test_tidying_is_kept_and_not_told(self, town: Town, settings: Settings, hanako: Actor) -> None:
        row = town.published(hanako, title="しょうぎ会")
        with transaction():
            tidy(town.staff(), row, TidyWords(title="将棋会", summary=row.summary, category="eat", district="kitamachi"), settings)
        assert told(row, settings) == []
        assert [one.values["title"] for one in versions_of(row)] == ["将棋会", "しょうぎ会"]

    def test_what_never_changed_has_no_versions_and_versions_end_with_their_gathering(
        self, town: Town, settings: Settings, hanako: Actor
    ) -> None:
        row = town.published(hanako)
        assert states(row) == []
        edit(hanako, row, town.values(title="べつの名前"), settings)
        first = versions_of(row)[-1]
        assert (first.made_at, first.live_at, first.made_by_id) == (row.published_at, row.published_at, hanako.person_id)
        with transaction():
            db.session.delete(row)
        assert db.session.scalars(select(GatheringVersion)).all() == []


def test_a_post_that_waits_itself_is_edited_freely(town: Town, settings: Settings, hanako: Actor) -> None:
    row = town.waiting(hanako)
    edit(hanako, row, town.values(title="べつの名前"), settings)
    assert row.title == "べつの名前"
    assert states(row) == []


def test_a_date_far_away_is_said_with_its_days(town: Town, settings: Settings, hanako: Actor) -> None:
    values = town.values()
    row = town.published(hanako, title=values.title)
    edit(hanako, row, replace(values, schedule=once(date(2026, 12, 12))), trusting(settings))
    assert told(row, settings) == [("日にちが変わりました", "12月5日（土）", "12月12日（土）")]


def test_everything_a_form_says_comes_back_out_of_a_version(town: Town, settings: Settings, hanako: Actor) -> None:
    """A field that the form learns and versions do not would be lost on the way through the desk."""
    row = town.published(hanako)
    wanted = town.values(
        title="べつの名前",
        body="本文",
        online_url="https://example.jp/",
        is_online=True,
        fee_kind=FeeKind.PAID,
        fee_yen=300,
        signup_kind=SignupKind.REQUIRED,
        signup_words="電話で",
        audience="どなたでも",
        bring="座布団",
        rain="小雨なら",
        parking="3台",
        language="英語",
        contact_name="窓口",
        contact_phone="090",
        contact_phone_public=True,
        contact_email="a@example.com",
        contact_url="https://example.jp/a",
        facts={"drop-in": True},
        crowd="10",
        first_visit={"door": "赤い戸です"},
        reuse_text=True,
        area_words="北町",
    )
    plain = town.values()
    # A group, the public flags of the other contacts, and somebody's home have tests of their own.
    elsewhere = {
        "exact_place",
        "place_told",
        "group_slug",
        "venue_kind",
        "contact_email_public",
        "contact_url_public",
        "schedule",
        "summary",
        "host_name",
        "fee_words",
        "district",
        "category",
        "place",
    }
    same = {one.name for one in fields(GatheringValues) if getattr(wanted, one.name) == getattr(plain, one.name)}
    assert same <= elsewhere, "say in this test what the new field holds"
    edit(hanako, row, wanted, settings)
    waiting = waiting_version(row)
    assert waiting is not None
    got = values_of(would_be(row, waiting), waiting.values, base_of(waiting), waiting.typed, row)
    lost = {one.name for one in fields(GatheringValues) if getattr(got, one.name) != getattr(wanted, one.name)}
    # Place and district are looked up anew; the area of a home counts only where people meet at one.
    assert lost <= {"place", "district", "area_words"}
