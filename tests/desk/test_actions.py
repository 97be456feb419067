"""Stories of the desk: what an editor decides reaches the town, the poster and the log together, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.desk.actions import AlreadyDecided, TidyWords, mark_seen, publish, return_post, tidy, version_of, withdraw
from idobata.gatherings import posting_actions
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS, SYSTEM, Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, together, trusting, weekly

Act = Callable[[Actor, Gathering, Settings], object]


def words_of(gathering: Gathering, **changes: Any) -> TidyWords:
    plain = TidyWords(
        title=gathering.title,
        summary=gathering.summary,
        body=gathering.body,
        category=gathering.category or "",
        district=gathering.district or "",
    )
    return replace(plain, **changes)


def again(gathering: Gathering) -> Gathering:
    """The row as another request reads it."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Gathering).where(Gathering.public_id == gathering.public_id)).one()


def mails() -> list[dict[str, Any]]:
    return [row.payload for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail").order_by(OutboxRow.id))]


def acts(gathering: Gathering) -> list[str]:
    return list(db.session.scalars(select(Deed.act).where(Deed.thing_id == gathering.public_id).order_by(Deed.id)))


def listed(settings: Settings) -> set[str]:
    return {row.gathering.public_id for row in find_dates(Filters(), settings).rows}


ACTS: dict[str, Act] = {
    "publish": lambda actor, row, settings: publish(actor, row, settings),
    "return": lambda actor, row, settings: return_post(actor, row, "commercial", "", settings),
    "withdraw": lambda actor, row, settings: withdraw(actor, row, "commercial", "", settings),
    "tidy": lambda actor, row, settings: tidy(actor, row, words_of(row, title="べつの題"), settings),
    "seen": lambda actor, row, settings: mark_seen(actor, row),
}


class TestPublishing:
    def test_the_town_sees_it_the_poster_hears_of_it_and_the_log_knows_who(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        assert listed(settings) == set()
        with transaction():
            publish(editor, row, settings)
        row = again(row)
        assert (row.publication, row.published_at) == ("published", clock.now())
        assert listed(settings) == {row.public_id}
        assert mails()[-1]["to"] == "hanako@example.com"
        assert mails()[-1]["subject"].endswith(f"「{row.title}」を掲載しました")
        assert f"/gatherings/{row.public_id}" in mails()[-1]["text"]
        assert acts(row)[-1] == "desk.published"

    def test_the_day_it_first_appeared_is_kept_when_it_comes_back(self, town: Town, settings: Settings) -> None:
        row, editor = town.published(), town.staff()
        first = row.published_at
        with transaction():
            withdraw(editor, row, "law", "", settings)
        with clock.hold(clock.now() + timedelta(days=3)), transaction():
            publish(editor, again(row), settings)
        row = again(row)
        assert row.published_at == first
        assert (row.return_code, row.return_words) == (None, "")

    def test_dates_are_made_up_to_the_horizon_of_the_day_it_is_published(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(schedule=weekly(days_from_monday(5))), town.staff()
        before = db.session.scalars(select(Occurrence.day).order_by(Occurrence.day.desc())).first()
        assert before is not None
        with clock.hold(clock.now() + timedelta(days=28)), transaction():
            publish(editor, row, settings)
        after = db.session.scalars(select(Occurrence.day).order_by(Occurrence.day.desc())).first()
        assert after == before + timedelta(days=28)

    def test_a_gathering_without_a_mailbox_is_published_without_a_mail(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        with transaction():
            row.poster_email = ""
            before = len(mails())
            publish(editor, row, settings)
        assert len(mails()) == before

    def test_what_its_poster_took_down_stays_down(self, town: Town, settings: Settings) -> None:
        poster = town.person()
        row, editor = town.published(poster), town.staff()
        with transaction():
            posting_actions.withdraw(poster, row)
        with pytest.raises(AlreadyDecided, match="投稿した人が取り下げました"), transaction():
            publish(editor, again(row), settings)


class TestReturning:
    def test_the_poster_gets_the_reason_of_the_rule_and_the_editors_own_words(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        rule = next(rule for rule in settings.rules if rule.code == "missing_facts")
        with transaction():
            return_post(editor, row, "missing_facts", "集まる場所の入口はどこですか？", settings)
        row = again(row)
        assert (row.publication, row.return_code, row.return_words) == ("draft", "missing_facts", "集まる場所の入口はどこですか？")
        text = mails()[-1]["text"]
        assert rule.reply in text
        assert "集まる場所の入口はどこですか？" in text
        assert f"/my/{row.public_id}" in text
        deed = db.session.scalars(select(Deed).order_by(Deed.id.desc()).limit(1)).one()
        assert (deed.act, deed.detail) == ("desk.returned", {"code": "missing_facts"})

    def test_it_can_be_sent_again_and_published_then(self, town: Town, settings: Settings) -> None:
        poster, editor = town.person(), town.staff()
        row = town.waiting(poster)
        with transaction():
            return_post(editor, row, "missing_facts", "", settings)
        with transaction():
            posting_actions.submit(poster, again(row), settings)
        with transaction():
            publish(editor, again(row), settings)
        assert again(row).publication == "published"
        assert again(row).return_code is None

    @pytest.mark.parametrize("code", ["", "because", "commercial "])
    def test_without_a_rule_of_the_city_nothing_is_returned(self, town: Town, settings: Settings, code: str) -> None:
        row, editor = town.waiting(), town.staff()
        before = len(mails())
        with pytest.raises(Invalid) as caught, transaction():
            return_post(editor, row, code, "", settings)
        assert [problem.field for problem in caught.value.problems] == ["code"]
        assert again(row).publication == "in_review"
        assert len(mails()) == before

    def test_a_sermon_is_too_long(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        with pytest.raises(Invalid) as caught, transaction():
            return_post(editor, row, "law", "あ" * 1001, settings)
        assert [problem.field for problem in caught.value.problems] == ["words"]


class TestTwoEditors:
    def test_the_second_learns_who_was_faster_and_nothing_is_done_twice(self, town: Town, settings: Settings) -> None:
        row = town.waiting()
        first, second = town.staff(email="sato@city.example.com"), town.staff(email="kato@city.example.com")
        with transaction():
            publish(replace(first, label="佐藤"), row, settings)
        before = (len(mails()), acts(row))
        with pytest.raises(AlreadyDecided) as caught, transaction():
            return_post(second, again(row), "law", "", settings)
        assert caught.value.sentence == "もう佐藤さんが掲載しました。"
        assert again(row).publication == "published"
        assert (len(mails()), acts(row)) == before

    def test_pressing_twice_says_that_it_is_done(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        with transaction():
            publish(editor, row, settings)
        with pytest.raises(AlreadyDecided, match="もう掲載してあります"), transaction():
            publish(editor, again(row), settings)

    def test_at_the_very_same_moment_one_of_them_wins(self, town: Town, app: Flask, settings: Settings) -> None:
        row = town.waiting()
        editors = [town.staff(email=f"editor{number}@city.example.com") for number in range(2)]
        public_id = row.public_id

        def press(editor: Actor) -> str:
            try:
                with transaction():
                    publish(editor, db.session.scalars(select(Gathering).where(Gathering.public_id == public_id)).one(), settings)
            except AlreadyDecided:
                return "late"
            return "done"

        outcome = together(app, *(lambda editor=editor: press(editor) for editor in editors))
        assert sorted(outcome) == ["done", "late"]
        assert acts(again(row)).count("desk.published") == 1
        assert len([mail for mail in mails() if "を掲載しました" in mail["subject"]]) == 1

    def test_nobody_decides_about_words_she_has_not_read(self, town: Town, settings: Settings) -> None:
        poster, editor = town.person(), town.staff()
        row = town.waiting(poster, title="お茶の会")
        read = version_of(row)
        with transaction():
            posting_actions.change(poster, row, town.values(title="お茶と回数券の会"), trusting(settings))
        for act in (
            lambda: publish(editor, again(row), settings, version=read),
            lambda: return_post(editor, again(row), "law", "", settings, version=read),
            lambda: tidy(editor, again(row), words_of(row, title="お茶の会"), settings, version=read),
        ):
            with pytest.raises(WrongState, match="読んでいるあいだに"), transaction():
                act()
        assert again(row).publication == "in_review"
        assert again(row).title == "お茶と回数券の会"

    def test_a_date_cancelled_meanwhile_is_noticed_too(self, town: Town, settings: Settings) -> None:
        poster, editor = town.person(), town.staff()
        row = town.waiting(poster)
        read = version_of(row)
        with transaction():
            cancel_date(poster, row, date(2026, 12, 5), "", settings)
        with pytest.raises(WrongState, match="読んでいるあいだに"), transaction():
            publish(editor, again(row), settings, version=read)

    def test_the_hourly_job_does_not_get_in_the_way(self, town: Town) -> None:
        row = town.waiting()
        read = version_of(row)
        with transaction():
            again(row).materialised_until = date(2027, 12, 31)
        assert version_of(again(row)) == read


class TestTidying:
    def test_the_form_changes_and_the_poster_is_told_what(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(title="おちゃ会！！！", body="くわしく"), town.staff()
        with transaction():
            changed = tidy(editor, row, words_of(row, title="お茶会", body="・くわしく", category="talk"), settings)
        assert changed == {"title", "body", "category"}
        row = again(row)
        assert (row.title, row.body, row.category) == ("お茶会", "・くわしく", "talk")
        text = mails()[-1]["text"]
        assert "・集まりの名前：「おちゃ会！！！」→「お茶会」" in text
        assert "・カテゴリ：「食べる」→「おしゃべり」" in text
        assert "・くわしい文" in text
        assert "地区" not in text
        deed = db.session.scalars(select(Deed).order_by(Deed.id.desc()).limit(1)).one()
        assert (deed.act, deed.detail) == ("desk.tidied", {"fields": ["body", "category", "title"]})

    def test_no_fact_can_be_among_the_words(self) -> None:
        assert set(TidyWords.__dataclass_fields__) == {"title", "summary", "body", "category", "district"}

    def test_facts_stay_as_the_poster_said_them(self, town: Town, settings: Settings) -> None:
        row, editor = town.published(), town.staff()
        facts = (
            "schedule",
            "place_id",
            "venue_kind",
            "fee_kind",
            "fee_yen",
            "fee_words",
            "host_name",
            "group_id",
            "signup_kind",
            "poster_email",
        )
        before = {name: getattr(row, name) for name in facts}
        with transaction():
            tidy(editor, row, TidyWords(title="題", summary="ひとこと"), settings)
        assert {name: getattr(again(row), name) for name in facts} == before

    def test_lists_and_search_follow_at_once(self, town: Town, settings: Settings) -> None:
        row, editor = town.published(title="おちゃ会"), town.staff()
        with transaction():
            tidy(editor, row, words_of(row, title="月見だんご", district="minato", category="make"), settings)
        assert [one.title for one in [found.gathering for found in find_dates(Filters(q="月見だんご"), settings).rows]] == ["月見だんご"]
        assert find_dates(Filters(q="おちゃ会"), settings).total == 0
        assert find_dates(Filters(district="minato", category="make"), settings).total == 1

    def test_when_nothing_changed_nobody_is_bothered(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        before = (len(mails()), acts(row), row.updated_at)
        with clock.hold(clock.now() + timedelta(hours=1)), transaction():
            assert tidy(editor, row, words_of(row), settings) == frozenset()
        assert (len(mails()), acts(row), again(row).updated_at) == before

    def test_every_problem_is_named_at_once(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        words = TidyWords(title="", summary="あ" * 201, category="nonsense", district="atlantis")
        with pytest.raises(Invalid) as caught, transaction():
            tidy(editor, row, words, settings)
        assert [problem.field for problem in caught.value.problems] == ["title", "summary", "category", "district"]

    def test_a_draft_is_not_ours_to_tidy(self, town: Town, settings: Settings) -> None:
        row, editor = town.draft(), town.staff()
        with pytest.raises(WrongState), transaction():
            tidy(editor, row, words_of(row, title="題"), settings)


class TestTakingDown:
    def test_it_leaves_the_town_with_a_reason_and_its_words_are_kept(self, town: Town, settings: Settings) -> None:
        row, editor = town.published(), town.staff()
        rule = next(rule for rule in settings.rules if rule.code == "commercial")
        with transaction():
            withdraw(editor, row, "commercial", "回数券のご案内が届いたと聞きました。", settings)
        row = again(row)
        assert (row.publication, row.return_code) == ("withdrawn", "commercial")
        assert listed(settings) == set()
        assert row.title in mails()[-1]["subject"]
        assert rule.text in mails()[-1]["text"]
        assert "回数券のご案内" in mails()[-1]["text"]
        assert "もういちど読みます" in mails()[-1]["text"]

    def test_what_waits_is_returned_and_not_taken_down(self, town: Town, settings: Settings) -> None:
        row, editor = town.waiting(), town.staff()
        with pytest.raises(AlreadyDecided), transaction():
            withdraw(editor, row, "commercial", "", settings)


class TestSeen:
    def test_a_change_by_the_host_waits_until_somebody_has_looked(self, town: Town, settings: Settings) -> None:
        poster, editor = town.person(), town.staff()
        row = town.published(poster)
        with transaction():
            posting_actions.change(poster, row, town.values(title="朝のパンと将棋"), trusting(settings))
        assert again(row).host_changed_at is not None
        before = len(mails())
        with transaction():
            mark_seen(editor, again(row))
        assert again(row).host_changed_at is None
        assert acts(row)[-1] == "desk.seen"
        assert len(mails()) == before

    def test_the_second_look_changes_nothing(self, town: Town) -> None:
        row, editor = town.published(), town.staff()
        with pytest.raises(AlreadyDecided), transaction():
            mark_seen(editor, row)


class TestWhoMay:
    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("role", [None, Role.WELFARE, Role.APPROVER])
    def test_only_editors_decide(self, town: Town, settings: Settings, act: str, role: Role | None) -> None:
        poster = town.person()
        actors = [town.staff(role)] if role else [poster, ANONYMOUS]
        row = town.waiting(poster)
        before = (len(mails()), acts(row))
        for actor in actors:
            with pytest.raises(NotAllowed), transaction():
                ACTS[act](actor, again(row), settings)
        assert again(row).publication == "in_review"
        assert (len(mails()), acts(row)) == before

    @pytest.mark.parametrize("actor", ["admin", "system"])
    def test_administrators_and_the_house_itself_may(self, town: Town, settings: Settings, actor: str) -> None:
        row = town.waiting()
        with transaction():
            publish(SYSTEM if actor == "system" else town.staff(Role.ADMIN), row, settings)
        assert again(row).publication == "published"


@pytest.mark.parametrize("act", ACTS)
def test_when_something_breaks_at_the_end_nothing_is_left(town: Town, settings: Settings, act: str) -> None:
    poster, editor = town.person(), town.staff()
    row = town.waiting(poster) if act in ("publish", "return", "tidy") else town.published(poster)
    if act == "seen":
        with transaction():
            posting_actions.change(poster, row, town.values(), trusting(settings))
    before = (version_of(again(row)), len(mails()), acts(row), listed(settings))

    def breaks() -> None:
        with transaction():
            ACTS[act](editor, again(row), settings)
            db.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    assert (version_of(again(row)), len(mails()), acts(row), listed(settings)) == before
