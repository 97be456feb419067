"""From rows to what a reader may know: the right next date, honest facts, and nothing private."""

from datetime import date, datetime, time, timedelta

import pytest

from idobata.gatherings.card_queries import Cards, public_gathering, was_withdrawn
from idobata.gatherings.cards import Answer, GatheringCard
from idobata.gatherings.date_actions import NewTime, cancel_date, move_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, weekly

SATURDAY = days_from_monday(5)
WEEK = timedelta(days=7)


@pytest.fixture
def cards(settings: Settings) -> Cards:
    return Cards(settings, "ja", in_japanese)


def card(cards: Cards, row: Gathering, day: date | None = None) -> GatheringCard:
    return cards.gathering(public_gathering(row.public_id), day)


def test_a_gathering_leads_with_its_next_date_and_tells_the_coming_ones(town: Town, cards: Cards, monday: datetime) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=20))
    with clock.hold(monday + timedelta(days=9)):
        shown = card(cards, row)
    assert shown.next_one is not None
    assert shown.next_one.day == SATURDAY + WEEK
    assert shown.past_count == 1
    assert [one.day for one in shown.upcoming[:2]] == [SATURDAY + WEEK, SATURDAY + 2 * WEEK]
    assert len(shown.upcoming) == 12
    assert shown.next_one.starts_at.utcoffset() == timedelta(hours=9)


def test_a_cancelled_next_date_leads_so_that_nobody_stands_before_a_closed_door(town: Town, cards: Cards, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=3))
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "台風のため", settings)
    lead = card(cards, row).next_one
    assert lead is not None
    assert (lead.day, lead.state, lead.state_words, lead.state_note) == (SATURDAY, "cancelled", "中止", "台風のため")


def test_a_date_asked_for_leads_even_when_it_is_over_and_one_that_never_was_is_not_found(
    town: Town, cards: Cards, monday: datetime
) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=3))
    with clock.hold(monday + timedelta(days=60)):
        asked = card(cards, row, SATURDAY)
        assert asked.next_one is not None
        assert asked.next_one.day == SATURDAY
        assert (card(cards, row).next_one, card(cards, row).past_count, card(cards, row).upcoming) == (None, 3, ())
        with pytest.raises(NotFound):
            card(cards, row, SATURDAY + timedelta(days=1))


def test_a_moved_date_says_where_it_was_announced_for(town: Town, cards: Cards, settings: Settings) -> None:
    row = town.published()
    with transaction():
        move_date(SYSTEM, row, SATURDAY, NewTime(day=SATURDAY + WEEK, starts=time(9), ends=time(10)), "", settings)
    lead = card(cards, row, SATURDAY).next_one
    assert lead is not None
    assert (lead.day, lead.moved_from, lead.state) == (SATURDAY + WEEK, SATURDAY, "moved")


@pytest.mark.parametrize(
    "schedule, last",
    [
        (once(SATURDAY, time(22), time(2)), SATURDAY),
        (once(SATURDAY, None, None), SATURDAY),
        (once(SATURDAY, None, None, span_days=2), SATURDAY + timedelta(days=2)),
        (once(SATURDAY, time(10), time(16), span_days=8), SATURDAY + timedelta(days=8)),
    ],
    ids=["over midnight", "all day", "three whole days", "nine days"],
)
def test_the_last_day_is_the_one_people_would_say(town: Town, cards: Cards, schedule: object, last: date) -> None:
    lead = card(cards, town.published(schedule=schedule)).next_one
    assert lead is not None
    assert (lead.day, lead.last_day) == (SATURDAY, last)


def test_only_what_is_up_has_a_card_and_what_was_up_once_is_told_apart(town: Town) -> None:
    never, gone = town.waiting(), town.published()
    with transaction():
        withdraw(SYSTEM, gone)
    for row in (town.draft(), never, gone):
        with pytest.raises(NotFound):
            public_gathering(row.public_id)
    with pytest.raises(NotFound):
        public_gathering("abcdefghjkmn")
    assert [was_withdrawn(row.public_id) for row in (gone, never)] == [True, False]
    with transaction():
        withdraw(SYSTEM, never)
    assert not was_withdrawn(never.public_id), "the town has never seen it"


def test_facts_are_yes_no_and_not_yet_asked_and_agree_with_the_form(town: Town, cards: Cards) -> None:
    row = town.published(facts={"drop-in": True, "leave-early": False}, fee_kind=FeeKind.FREE, signup_kind=SignupKind.NONE)
    shown = card(cards, row)
    answers = {fact.slug: fact.answer for group in shown.fact_groups for fact in group.facts}
    assert (answers["drop-in"], answers["leave-early"], answers["just-watch"]) == (Answer.YES, Answer.NO, Answer.UNKNOWN)
    assert (answers["free"], answers["no-signup"]) == (Answer.YES, Answer.YES)
    for group in shown.fact_groups:
        order = [[Answer.YES, Answer.NO, Answer.UNKNOWN].index(fact.answer) for fact in group.facts]
        assert order == sorted(order)
    lead = shown.next_one
    assert lead is not None
    assert [fact.slug for fact in lead.facts][:2] == ["free", "no-signup"]
    assert "leave-early" not in {fact.slug for fact in lead.facts}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"fee_kind": FeeKind.FREE}, "無料"),
        ({"fee_kind": FeeKind.FREE, "fee_words": "お菓子は各自"}, "無料（お菓子は各自）"),
        ({"fee_kind": FeeKind.PAID, "fee_yen": 1500}, "1,500円"),
        ({"fee_kind": FeeKind.PAID, "fee_yen": 300, "fee_words": "材料費300円"}, "材料費300円"),
        ({"fee_kind": FeeKind.UNKNOWN}, "かかるお金は、まだ聞いていません"),
    ],
)
def test_the_fee_is_said_in_words(town: Town, cards: Cards, changes: dict[str, object], words: str) -> None:
    assert card(cards, town.published(**changes)).fee_words == words


def test_contact_shows_what_was_made_public_and_a_name_alone_shows_nothing(town: Town, cards: Cards) -> None:
    hidden = {"contact_name": "はなこ", "contact_phone": "095-1", "contact_email": "a@example.com", "contact_url": "https://a.example/"}
    assert card(cards, town.published(**hidden)).contact == ()
    shown = card(cards, town.published(**hidden, contact_phone_public=True)).contact
    assert [(line.kind, line.value) for line in shown] == [("other", "はなこ"), ("phone", "095-1")]


def test_somebodys_home_is_shown_as_an_area_and_never_as_a_place(town: Town, cards: Cards) -> None:
    shown = card(
        cards,
        town.published(venue_kind=VenueKind.PRIVATE, place=PlaceWords(name="はなこの家", address="北町1-2-3"), area_words="北町のあたり"),
    )
    assert shown.place is None
    assert shown.place_note.startswith("北町のあたりです。")
    assert "1-2-3" not in repr(shown)


def test_a_month_is_whole_weeks_with_each_date_on_its_days(town: Town, cards: Cards) -> None:
    town.published(title="毎週", schedule=weekly(SATURDAY))
    town.published(title="展示", schedule=once(date(2026, 12, 7), None, None, span_days=2))
    town.waiting(title="見えない")
    month = cards.month(date(2026, 12, 1), Filters())
    cells = {cell.day: cell for week in month.weeks for cell in week}
    assert all(len(week) == 7 for week in month.weeks)
    assert month.weeks[0][0].day == date(2026, 11, 29)
    assert [one.title for one in cells[SATURDAY].occurrences] == ["毎週"]
    for day in (7, 8, 9):
        assert [one.title for one in cells[date(2026, 12, day)].occurrences] == ["展示"]
    assert cells[date(2026, 12, 10)].occurrences == ()
    assert (cells[date(2026, 11, 30)].is_today, cells[date(2026, 11, 30)].in_month) == (True, False)
    assert "見えない" not in repr(month)


def test_a_full_day_says_how_many_more_there_are(town: Town, cards: Cards) -> None:
    for hour in range(5):
        town.published(schedule=once(SATURDAY, time(9 + hour), time(10 + hour)))
    cell = next(cell for week in cards.month(date(2026, 12, 1), Filters()).weeks for cell in week if cell.day == SATURDAY)
    assert len(cell.occurrences) + cell.more == 5
    assert [one.starts_at.hour for one in cell.occurrences] == [9, 10, 11]
