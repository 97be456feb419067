"""A municipal list in the database: made once, followed when it changes, and never against what people did here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, insert, select

from idobata.desk.actions import TidyWords, publish, return_post, tidy
from idobata.desk.actions import withdraw as take_down
from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, move_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates, newest
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.posting_actions import change, write_values
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid
from idobata.kernel.settings import Settings
from idobata.opendata import import_actions
from idobata.opendata.event_file import read_events
from idobata.opendata.event_groups import EventGroup
from idobata.opendata.import_actions import foresee, import_group, import_groups
from idobata.opendata.import_report import Imported, Outcome
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town, once

IMPORTER = Actor(label="import-events", is_system=True)
MakeFile = Callable[..., bytes]
TODAY = MONDAY.date()


@pytest.fixture
def groups(gif: MakeFile) -> Callable[..., list[EventGroup]]:
    """The gatherings of a list with these rows, read on the held Monday."""

    def read(*rows: dict[str, str]) -> list[EventGroup]:
        return list(read_events(gif(*rows), TODAY).groups)

    return read


@pytest.fixture
def bring_in(inside: None, settings: Settings, groups: Callable[..., list[EventGroup]]) -> Callable[..., Imported]:
    """Imports a list of one gathering."""

    def run(*rows: dict[str, str], publish: bool = True) -> Imported:
        (group,) = groups(*rows)
        with transaction():
            return import_group(IMPORTER, group, settings, publish=publish)

    return run


def on(day: str, **more: str) -> dict[str, str]:
    return {"開始日": day, "終了日": day, **more}


def the_one() -> Gathering:
    return db.session.scalars(select(Gathering).execution_options(populate_existing=True)).one()


def dates() -> dict[str, Occurrence]:
    rows = db.session.scalars(select(Occurrence).order_by(Occurrence.day).execution_options(populate_existing=True))
    return {row.day.isoformat(): row for row in rows}


def local(moment: datetime) -> str:
    return (moment.astimezone(UTC) + timedelta(hours=9)).strftime("%H:%M")


def test_a_row_of_a_list_is_a_gathering_the_town_can_read(bring_in: Callable[..., Imported], settings: Settings) -> None:
    done = bring_in(
        on(
            "2026-12-05",
            **{"料金(基本)": "500", "料金(詳細)": "資料代", "定員": "20", "連絡先電話番号": "03-3488-4414", "主催団体": "狛江市立図書館"},
        )
    )
    row = the_one()
    assert done.outcome is Outcome.MADE
    assert [found.gathering_id for found in find_dates(Filters(), settings).rows] == [row.id]
    assert [found.gathering_id for found in find_dates(Filters(q="絵本"), settings).rows] == [row.id]
    assert (row.title, row.summary, row.host_name) == ("絵本の会", "絵本をいっしょに読みます。", "狛江市立図書館")
    assert row.place is not None
    assert row.place.name == "水辺公民館"
    assert (row.fee_kind, row.fee_yen, row.fee_words) == ("paid", 500, "500円（資料代）")
    assert "定員：20人" in row.body
    assert (row.contact_phone, row.contact_phone_public) == ("03-3488-4414", True)
    assert row.facts == {}
    assert local(dates()["2026-12-05"].starts_at) == "10:00"


def test_without_publish_it_waits_at_the_desk_and_an_editor_can_publish_it(
    bring_in: Callable[..., Imported], settings: Settings, town: Town
) -> None:
    bring_in(on("2026-12-05"), publish=False)
    row = the_one()
    assert row.publication == "in_review"
    assert row.submitted_at is not None
    assert find_dates(Filters(), settings).rows == ()
    with transaction():
        publish(town.staff(), row, settings)
    assert len(find_dates(Filters(), settings).rows) == 1


def test_the_same_list_again_writes_nothing(bring_in: Callable[..., Imported]) -> None:
    rows = (on("2026-12-05"), on("2026-12-12", 開始時刻="14:00", 終了時刻="15:00"))
    bring_in(*rows)
    before = (the_one().updated_at, the_one().sequence, {day: row.sequence for day, row in dates().items()})
    with clock.hold(MONDAY + timedelta(hours=1)):
        assert bring_in(*rows) == Imported(Outcome.UNCHANGED)
    assert (the_one().updated_at, the_one().sequence, {day: row.sequence for day, row in dates().items()}) == before
    assert db.session.scalar(select(func.count(Gathering.id))) == 1


def test_a_list_that_waits_is_shown_when_it_comes_again_with_publish(bring_in: Callable[..., Imported], settings: Settings) -> None:
    bring_in(on("2026-12-05"), publish=False)
    assert bring_in(on("2026-12-05"), publish=True).outcome is Outcome.CHANGED
    assert len(find_dates(Filters(), settings).rows) == 1
    assert bring_in(on("2026-12-05"), publish=True).outcome is Outcome.UNCHANGED
    assert bring_in(on("2026-12-05"), publish=False).outcome is Outcome.UNCHANGED, "what is up stays up"


def test_dates_with_hours_of_their_own_have_them(bring_in: Callable[..., Imported]) -> None:
    bring_in(on("2026-12-05"), on("2026-12-12"), on("2026-12-19", 開始時刻="18:00", 終了時刻="20:00"))
    found = dates()
    assert [local(row.starts_at) for row in found.values()] == ["10:00", "10:00", "18:00"]
    assert [row.part for row in found.values()] == ["morning", "morning", "evening"]
    assert [row.touched for row in found.values()] == [False, False, True]
    assert [row.sequence for row in found.values()] == [0, 0, 0]


def test_a_date_the_list_calls_off_is_cancelled_and_comes_back_when_it_is_on_again(bring_in: Callable[..., Imported]) -> None:
    bring_in(on("2026-12-05"), on("2026-12-12", 名称="【中止】絵本の会"))
    assert {day: row.state for day, row in dates().items()} == {"2026-12-05": "planned", "2026-12-12": "cancelled"}
    assert bring_in(on("2026-12-05"), on("2026-12-12")).outcome is Outcome.CHANGED
    assert {row.state for row in dates().values()} == {"planned"}
    assert dates()["2026-12-12"].sequence == 1, "a calendar must learn of it"


def test_a_newer_list_brings_dates_moves_them_and_lets_them_go(bring_in: Callable[..., Imported]) -> None:
    bring_in(on("2026-12-05"), on("2026-12-12"), on("2026-12-19", 開始時刻="18:00", 終了時刻="20:00"))
    done = bring_in(on("2026-12-12", 開始時刻="11:00", 終了時刻="12:00"), on("2026-12-26", 開始時刻="11:00", 終了時刻="12:00"))
    assert done.outcome is Outcome.CHANGED
    assert {day: local(row.starts_at) for day, row in dates().items()} == {"2026-12-12": "11:00", "2026-12-26": "11:00"}


def test_what_has_been_is_not_rewritten_by_a_newer_list(bring_in: Callable[..., Imported]) -> None:
    bring_in(on("2026-12-05"), on("2026-12-12"))
    with clock.hold(MONDAY + timedelta(days=7)):
        bring_in(on("2026-12-12"), on("2026-12-19"))
    assert list(dates()) == ["2026-12-05", "2026-12-12", "2026-12-19"]


def test_a_list_that_is_over_is_kept_as_history_and_is_no_news(bring_in: Callable[..., Imported], settings: Settings, town: Town) -> None:
    town.published()
    done = bring_in(on("2022-01-24"), on("2022-02-07"))
    row = db.session.scalars(select(Gathering).where(Gathering.source_key.is_not(None))).one()
    assert done.outcome is Outcome.MADE
    assert row.publication == "published"
    assert row.published_at == datetime(2022, 2, 7, 1, 0, tzinfo=UTC)
    assert [found.gathering_id for found in find_dates(Filters(), settings).rows] == [found.gathering_id for found in newest(1)]
    assert len(dates()) == 3


def test_what_an_editor_tidied_stays_while_the_dates_follow_the_list(
    bring_in: Callable[..., Imported], settings: Settings, town: Town
) -> None:
    bring_in(on("2026-12-05"))
    words = TidyWords(title="絵本を読む会", summary="いっしょに絵本を読みます。", category="children")
    with transaction():
        tidy(town.staff(), the_one(), words, settings)
    done = bring_in(on("2026-12-05", 説明="新しい説明です。"), on("2026-12-12", 説明="新しい説明です。"))
    row = the_one()
    assert (row.title, row.summary, row.category) == ("絵本を読む会", "いっしょに絵本を読みます。", "children")
    assert list(dates()) == ["2026-12-05", "2026-12-12"]
    assert done == Imported(Outcome.CHANGED, kept=("title", "summary", "category"))
    assert {found.category for found in dates().values()} == {"children"}


def test_a_host_who_moved_to_another_hall_is_not_sent_back_by_the_list(
    bring_in: Callable[..., Imported], settings: Settings, town: Town
) -> None:
    bring_in(on("2026-12-05"))
    row = the_one()
    told = _values(row, place=PlaceWords(name="みどり公民館"), bring="うわばき")
    with transaction():
        change(town.staff(), row, told, settings)
    done = bring_in(on("2026-12-05", 連絡先名称="市民課", **{"料金(基本)": "0"}))
    row = the_one()
    assert row.place is not None
    assert (row.place.name, row.bring) == ("みどり公民館", "うわばき")
    assert (row.contact_name, row.fee_kind) == ("市民課", "free"), "what nobody touched follows the list"
    assert "place" in done.kept


def test_a_schedule_changed_here_is_kept(bring_in: Callable[..., Imported], settings: Settings, town: Town) -> None:
    bring_in(on("2026-12-05"))
    with transaction():
        change(town.staff(), the_one(), _values(the_one(), schedule=once(date(2026, 12, 4))), settings)
    done = bring_in(on("2026-12-19"))
    (one,) = dates().values()
    assert one.starts_at.astimezone(settings.city.zone).date() == date(2026, 12, 4)
    assert done.kept == ("schedule",)


def test_dates_that_a_person_cancelled_moved_or_added_are_left_alone(
    bring_in: Callable[..., Imported], settings: Settings, town: Town
) -> None:
    rows = (on("2026-12-05"), on("2026-12-12"), on("2026-12-19"))
    bring_in(*rows)
    editor = town.staff()
    with transaction():
        cancel_date(editor, the_one(), date(2026, 12, 5), "雪のため", settings)
        move_date(editor, the_one(), date(2026, 12, 12), NewTime(day=date(2026, 12, 13), starts=time(15), ends=time(16)), "", settings)
        add_date(editor, the_one(), NewTime(day=date(2026, 12, 24), starts=time(10), ends=time(11)), "", settings)
    bring_in(on("2026-12-05", 説明="新しい説明です。", 開始時刻="09:00"), on("2026-12-12", 説明="新しい説明です。", 開始時刻="09:00"))
    found = dates()
    assert (found["2026-12-05"].state, found["2026-12-05"].note) == ("cancelled", "雪のため")
    assert (found["2026-12-12"].state, local(found["2026-12-12"].starts_at)) == ("moved", "15:00")
    assert "2026-12-24" in found
    assert "2026-12-19" not in found


def test_what_the_city_took_down_or_returned_stays_down(bring_in: Callable[..., Imported], settings: Settings, town: Town) -> None:
    bring_in(on("2026-12-05"))
    code = settings.rules[0].code
    with transaction():
        take_down(town.staff(), the_one(), code, "", settings)
    bring_in(on("2026-12-12"))
    assert the_one().publication == "withdrawn"
    assert find_dates(Filters(), settings).rows == ()


def test_a_returned_import_is_not_published_by_the_next_list(bring_in: Callable[..., Imported], settings: Settings, town: Town) -> None:
    bring_in(on("2026-12-05"), publish=False)
    with transaction():
        return_post(town.staff(), the_one(), settings.rules[0].code, "", settings)
    bring_in(on("2026-12-12"), publish=True)
    assert the_one().publication == "draft"


def test_news_from_the_list_about_something_published_is_shown_to_the_desk(bring_in: Callable[..., Imported]) -> None:
    bring_in(on("2026-12-05"))
    assert the_one().host_changed_at is None
    bring_in(on("2026-12-12"), publish=False)
    assert the_one().publication == "published"
    assert the_one().host_changed_at is not None


def test_a_place_is_one_place_however_often_a_list_names_it(bring_in: Callable[..., Imported]) -> None:
    bring_in(on("2026-12-05"))
    bring_in(on("2026-12-05", 名称="将棋の会", 集合場所="水辺 公民館"))
    assert db.session.scalar(select(func.count(Place.id))) == 1


def test_a_gathering_without_a_place_says_the_area_and_an_online_one_says_so(bring_in: Callable[..., Imported], settings: Settings) -> None:
    bring_in(on("2026-12-05", 名称="どこかの会", 集合場所=""))
    bring_in(on("2026-12-05", 名称="画面の会", 集合場所="オンライン"))
    rows = {row.title: row for row in db.session.scalars(select(Gathering))}
    assert (rows["どこかの会"].venue_kind, rows["どこかの会"].area_words) == ("private", "狛江市")
    assert (rows["画面の会"].venue_kind, rows["画面の会"].is_online) == ("online", True)
    assert [one.gathering_id for one in find_dates(Filters(online=True), settings).rows] == [rows["画面の会"].id]


def test_a_gathering_a_rule_refuses_does_not_hold_up_the_others(
    inside: None, settings: Settings, groups: Callable[..., list[EventGroup]]
) -> None:
    good, bad, other = groups(on("2026-12-05"), on("2026-12-05", 名称="有料の会"), on("2026-12-05", 名称="将棋の会"))
    bad = replace(bad, signup_kind=SignupKind.REQUIRED, signup_text="", fee_kind=FeeKind.PAID, fee_yen=None, fee_text="")
    with transaction():
        done = import_groups(IMPORTER, [good, bad, other], settings, publish=True)
    assert [one.outcome for one in done] == [Outcome.MADE, Outcome.REFUSED, Outcome.MADE]
    assert done[1].reason is not None
    assert "いくらかかるか" in done[1].reason.in_japanese()
    assert {row.title for row in db.session.scalars(select(Gathering))} == {"絵本の会", "将棋の会"}
    with pytest.raises(Invalid):
        foresee(bad, settings, publish=True)


def test_a_gathering_the_database_refuses_does_not_hold_up_the_others(
    inside: None, settings: Settings, groups: Callable[..., list[EventGroup]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(actor: Actor, gathering: Gathering, values: GatheringValues, settings: Settings) -> frozenset[str]:
        written = write_values(actor, gathering, values, settings)
        if values.title == "将棋の会":
            db.session.execute(insert(GatheringFact).values(gathering_id=0, fact="quiet", is_yes=True))
        return written

    monkeypatch.setattr(import_actions, "write_values", write)
    with transaction():
        done = import_groups(
            IMPORTER, groups(on("2026-12-05"), on("2026-12-05", 名称="将棋の会"), on("2026-12-05", 名称="囲碁の会")), settings, publish=True
        )
    assert [one.outcome for one in done] == [Outcome.MADE, Outcome.REFUSED, Outcome.MADE]
    assert {row.title for row in db.session.scalars(select(Gathering))} == {"絵本の会", "囲碁の会"}
    assert len(find_dates(Filters(), settings).rows) == 2


def test_a_gathering_found_under_an_earlier_key_is_not_doubled(
    inside: None, settings: Settings, groups: Callable[..., list[EventGroup]]
) -> None:
    (group,) = groups(on("2026-12-05"))
    with transaction():
        import_group(IMPORTER, group, settings, publish=True)
    later = replace(group, key="132195:new", other_keys=(group.key,))
    assert foresee(later, settings, publish=True) is Outcome.CHANGED
    with transaction():
        import_group(IMPORTER, later, settings, publish=True)
    assert the_one().source_key == "132195:new"


def test_foreseeing_writes_nothing_and_says_what_would_happen(
    inside: None, settings: Settings, groups: Callable[..., list[EventGroup]]
) -> None:
    (group,) = groups(on("2026-12-05"))
    assert foresee(group, settings, publish=True) is Outcome.MADE
    assert db.session.scalar(select(func.count(Gathering.id))) == 0
    with transaction():
        import_group(IMPORTER, group, settings, publish=True)
    assert foresee(group, settings, publish=True) is Outcome.UNCHANGED
    (newer,) = groups(on("2026-12-12"))
    assert foresee(newer, settings, publish=True) is Outcome.CHANGED
    assert list(dates()) == ["2026-12-05"]


def _values(row: Gathering, **changes: object) -> GatheringValues:
    plain = GatheringValues(
        title=row.title,
        summary=row.summary,
        body=row.body,
        host_name=row.host_name,
        schedule=once(date(2026, 12, 5), ends=time(11, 30)),
        place=PlaceWords(name=row.place.name if row.place else ""),
        fee_kind=FeeKind(row.fee_kind),
        signup_kind=SignupKind(row.signup_kind),
        contact_name=row.contact_name,
        reuse_text=row.reuse_text,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
