"""Stories of the repost desk on both databases: a yes holds for exactly what was read, and what is out is put right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.desk.actions import withdraw
from idobata.gatherings.date_actions import NewTime, cancel_date, move_date, restore_date
from idobata.gatherings.models import Gathering
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.reposts.actions import approve, edit, fall_back, give_back, propose, take_back, write
from idobata.reposts.ledger_actions import correct, leave_uncorrected, post_by_hand
from idobata.reposts.models import Repost, Told
from idobata.reposts.queries import count_corrections, ledger, open_corrections, repost_by_id, version_of
from idobata.reposts.snapshot import Change
from idobata.reposts.stop_actions import let_go, stop_everything
from idobata.reposts.stop_queries import may_go_out, open_stop
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from tests.harness.site import Town, together

SATURDAY = date(2026, 12, 5)


def say(act: Callable[..., object], *given: object) -> object:
    with transaction(public=False):
        found = act(*given)
        db.session.flush()
    return found


def now(public_id: str) -> Repost:
    db.session.rollback()
    db.session.expire_all()
    return repost_by_id(public_id)


@pytest.fixture
def editor(town: Town) -> Actor:
    return town.staff()


@pytest.fixture
def head(town: Town) -> Actor:
    return town.staff(Role.APPROVER)


def written(editor: Actor, settings: Settings, *gatherings: Gathering, channel: str = "x", text: str = "土曜は将棋へ") -> str:
    with transaction(public=False):
        return write(editor, channel, text, "\n".join(one.public_id for one in gatherings), settings).public_id


def approved(editor: Actor, head: Actor, settings: Settings, *gatherings: Gathering, channel: str = "x") -> str:
    one = written(editor, settings, *gatherings, channel=channel)
    say(propose, editor, one, settings)
    say(approve, head, one, now(one).seal, settings)
    return one


def posted(editor: Actor, head: Actor, settings: Settings, *gatherings: Gathering, channel: str = "x") -> str:
    one = approved(editor, head, settings, *gatherings, channel=channel)
    say(post_by_hand, editor, one, now(one).seal, "https://x.example/1")
    return one


def cancel(gathering: Gathering, editor: Actor, settings: Settings) -> None:
    with transaction():
        cancel_date(editor, db.session.get_one(Gathering, gathering.id), SATURDAY, "", settings)


def test_by_two_from_draft_to_ledger(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    gathering = town.published()
    one = posted(editor, head, settings, gathering)
    repost = now(one)
    assert (repost.state, repost.proposed_by_id, repost.decided_by_id) == ("sent", editor.person_id, head.person_id)
    (line,) = ledger()
    assert (line.channel, line.kind, line.link, line.by_id, line.seal) == (
        "x",
        "posted",
        "https://x.example/1",
        editor.person_id,
        repost.seal,
    )
    assert (line.truth["sequence"], line.truth["day"]) == (gathering.sequence, "2026-12-05")
    acts = list(db.session.scalars(select(Deed.act).where(Deed.thing_id == one).order_by(Deed.id)))
    assert acts == ["repost.written", "repost.proposed", "repost.approved", "repost.posted"]
    assert count_corrections() == 0


def test_nobody_approves_her_own_nor_what_she_has_not_read(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    one = written(editor, settings, town.published())
    say(propose, editor, one, settings)
    seal = now(one).seal
    with pytest.raises(WrongState):
        say(approve, editor, one, seal, settings)
    with pytest.raises(WrongState):
        say(approve, head, one, "another", settings)
    with pytest.raises(NotAllowed):
        say(approve, town.staff(Role.WELFARE), one, seal, settings)
    assert now(one).state == "proposed"
    by_one = replace(settings, policy=replace(settings.policy, approve_by_two=False))
    say(approve, editor, one, seal, by_one)
    assert now(one).state == "approved"


def test_an_edit_takes_the_yes_away(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    gathering = town.published()
    one = approved(editor, head, settings, gathering)
    old = now(one)
    seal, seen = old.seal, version_of(old)
    say(edit, editor, one, "日曜は将棋へ", gathering.public_id, seen)
    repost = now(one)
    assert (repost.state, repost.seal, repost.frozen, repost.decided_by_id) == ("draft", "", [], None)
    with pytest.raises(WrongState):
        say(post_by_hand, editor, one, seal, "")
    with pytest.raises(WrongState):
        say(edit, editor, one, "土曜", gathering.public_id, seen)
    assert now(one).text == "日曜は将棋へ"
    assert ledger() == []


def test_a_text_that_was_changed_behind_the_yes_is_not_approved(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    one = written(editor, settings, town.published())
    say(propose, editor, one, settings)
    seal = now(one).seal
    with transaction(public=False):
        repost_by_id(one).text = "ほかの文"
    with pytest.raises(WrongState):
        say(approve, head, one, seal, settings)


def test_returned_with_words_and_taken_back(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    one = written(editor, settings, town.published())
    say(propose, editor, one, settings)
    say(take_back, editor, one)
    say(propose, editor, one, settings)
    with pytest.raises(Invalid):
        say(give_back, head, one, "  ")
    with pytest.raises(NotAllowed):
        say(give_back, editor, one, "だめ")
    say(give_back, head, one, "時間も入れてください")
    assert (now(one).state, now(one).said) == ("returned", "時間も入れてください")


def test_a_changed_gathering_takes_the_yes_away_by_itself(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    changed, steady = town.published(), town.published()
    first, second = approved(editor, head, settings, changed), approved(editor, head, settings, steady)
    third = written(editor, settings, changed)
    say(propose, editor, third, settings)
    cancel(changed, editor, settings)
    # Even before the worker came by, nobody approves what is not true any more.
    with pytest.raises(WrongState):
        say(approve, head, third, now(third).seal, settings)
    assert fall_back() == 2
    assert fall_back() == 0
    assert [now(one).state for one in (first, second, third)] == ["draft", "approved", "draft"]
    assert now(first).overtaken_at is not None
    with pytest.raises(Invalid):
        say(propose, editor, first, settings)
    # Somebody was posting it in this very minute: it is out, so it is written down, and its correction is due.
    say(post_by_hand, editor, first, now(first).seal, "")
    assert [one.change for one in open_corrections()] == [Change.CANCELLED]
    # What nobody ever approved stays a draft.
    with pytest.raises(WrongState):
        say(post_by_hand, editor, third, now(third).seal, "")


def test_corrections_for_exactly_the_channels_that_carried_it(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    gathering, other = town.published(), town.published()
    posted(editor, head, settings, gathering, other, channel="x")
    posted(editor, head, settings, gathering, channel="facebook")
    posted(editor, head, settings, other, channel="koho")
    approved(editor, head, settings, gathering, channel="instagram")
    cancel(gathering, editor, settings)
    found = open_corrections()
    assert sorted((one.told.channel, one.change) for one in found) == [("facebook", Change.CANCELLED), ("x", Change.CANCELLED)]
    ours, theirs = sorted(found, key=lambda one: one.told.channel)
    say(correct, editor, ours.told.public_id, ours.seal, "https://x.example/2")
    with pytest.raises(WrongState):
        say(correct, editor, ours.told.public_id, ours.seal, "")
    with pytest.raises(Invalid):
        say(leave_uncorrected, editor, theirs.told.public_id, theirs.seal, " ")
    say(leave_uncorrected, editor, theirs.told.public_id, theirs.seal, "もう消した")
    assert count_corrections() == 0
    assert [(line.kind, line.words) for line in ledger(2)] == [("not_needed", "もう消した"), ("corrected", "")]
    # It takes place after all: whoever was told that it is off has to know.
    with transaction():
        restore_date(editor, db.session.get_one(Gathering, gathering.id), SATURDAY, settings)
    assert {one.change for one in open_corrections()} == {Change.BACK}


def test_moved_and_withdrawn(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    moved, gone = town.published(), town.published()
    posted(editor, head, settings, moved, gone)
    with transaction():
        row = db.session.get_one(Gathering, moved.id)
        move_date(editor, row, SATURDAY, NewTime(day=date(2026, 12, 6), starts=time(10), ends=time(12)), "", settings)
        withdraw(editor, db.session.get_one(Gathering, gone.id), settings.rules[0].code, "", settings)
    assert {(one.before.gathering, one.change) for one in open_corrections()} == {
        (moved.public_id, Change.TIME),
        (gone.public_id, Change.WITHDRAWN),
    }


def test_nothing_to_put_right_once_the_day_is_over(town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    gathering = town.published()
    posted(editor, head, settings, gathering)
    cancel(gathering, editor, settings)
    with transaction(public=False):
        for row in db.session.scalars(select(Told)):
            row.until = row.at
    assert open_corrections() == []


@pytest.mark.parametrize(
    ("channel", "text", "pasted", "field"),
    [
        ("nowhere", "文", "{id}", "channel"),
        ("x", " ", "{id}", "text"),
        ("x", "文", "", "gatherings"),
        ("x", "文", "abcdefghjkmn", "gatherings"),
        ("x", "文", "{id}/2026-12-07", "gatherings"),
        ("x", "文", "{draft}", "gatherings"),
    ],
)
def test_what_cannot_be_written(town: Town, settings: Settings, editor: Actor, channel: str, text: str, pasted: str, field: str) -> None:
    pasted = pasted.format(id=town.published().public_id, draft=town.draft().public_id)
    with pytest.raises(Invalid) as error:
        say(write, editor, channel, text, pasted, settings)
    assert error.value.problems[0].field == field


def test_too_long_for_the_channel_is_not_proposed(town: Town, settings: Settings, editor: Actor) -> None:
    gathering = town.published()
    fits = written(editor, settings, gathering, text="あ" * 140)
    over = written(editor, settings, gathering, text="あ" * 141)
    say(propose, editor, fits, settings)
    with pytest.raises(Invalid):
        say(propose, editor, over, settings)


def test_the_stop_switch(town: Town, editor: Actor, head: Actor) -> None:
    assert may_go_out()
    with pytest.raises(Invalid):
        say(stop_everything, head, "")
    with pytest.raises(NotAllowed):
        say(stop_everything, town.staff(Role.WELFARE), "地震")
    say(stop_everything, head, "地震のため")
    say(stop_everything, editor, "二度目")
    stop = open_stop()
    assert stop is not None
    assert (stop.words, stop.by_id) == ("地震のため", head.person_id)
    assert not may_go_out()
    say(let_go, editor)
    assert may_go_out()


def test_two_who_settle_the_same_correction_write_one_line(app: Flask, town: Town, settings: Settings, editor: Actor, head: Actor) -> None:
    gathering = town.published()
    posted(editor, head, settings, gathering)
    cancel(gathering, editor, settings)
    (one,) = open_corrections()
    told_id, seal = one.told.public_id, one.seal
    db.session.rollback()

    def settle() -> bool:
        try:
            with transaction(public=False):
                correct(editor, told_id, seal, "")
        except WrongState:
            return False
        return True

    assert sorted(together(app, settle, settle)) == [False, True]
