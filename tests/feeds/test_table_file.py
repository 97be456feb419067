"""A list as a table: what a spreadsheet needs, with the filters of the list."""

import csv
import io
from dataclasses import replace
from datetime import date, time

import pytest

from idobata.feeds.table_file import HEADERS
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import FeeKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.kernel.actor import SYSTEM
from idobata.store.transaction import transaction
from tests.feeds.feed_town import Town

SATURDAYS = Schedule(rhythm=Rhythm.WEEKLY, first_day=date(2026, 11, 21), starts=time(22), ends=time(1), weekdays=(5,))
VALUES = GatheringValues(
    title="=夜の会",
    summary="お茶を飲みます。",
    host_name="みどり会",
    schedule=SATURDAYS,
    place=PlaceWords(name="中央公民館", address="北町1-2-3", latitude=35.3, longitude=139.31),
    fee_kind=FeeKind.PAID,
    fee_yen=300,
)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """A table does not know which database lies below it."""
    return sqlite_database_url


def table(town: Town, query: str = "") -> list[dict[str, str]]:
    response = town.reader.get(f"/gatherings.csv{query}")
    assert response.status_code == 200
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_a_row_tells_all_that_a_spreadsheet_can_use(town: Town) -> None:
    row = town.publish(VALUES)
    (told,) = table(town)
    assert tuple(told) == HEADERS
    assert (told["名前"], told["日にち"], told["曜日"], told["始まり"]) == ("'=夜の会", "2026-11-21", "土曜日", "22:00")
    assert (told["終わりの日"], told["終わり"], told["状態"], told["くり返し"]) == ("2026-11-22", "01:00", "予定", "毎週土曜日")
    assert (told["場所"], told["住所"], told["緯度"], told["経度"]) == ("中央公民館", "北町1-2-3", "35.3", "139.31")
    assert told["ページ"].endswith(f"/gatherings/{row.public_id}/2026-11-21")


def test_a_cancelled_date_stands_beside_the_one_after_it(town: Town) -> None:
    row = town.publish(VALUES)
    with transaction():
        cancel_date(SYSTEM, row, date(2026, 11, 21), "台風のため", town.settings)
    told = [(one["日にち"], one["状態"], one["状態のおぎない"]) for one in table(town)]
    assert told == [("2026-11-21", "中止", "台風のため"), ("2026-11-28", "予定", "")]


def test_it_takes_the_filters_of_the_list_and_says_what_may_be_used_elsewhere(town: Town) -> None:
    town.publish(VALUES)
    town.publish(replace(VALUES, title="ただの会", fee_kind=FeeKind.FREE, fee_yen=None, reuse_text=True))
    assert {one["名前"]: one["文章の再利用"] for one in table(town)} == {
        "'=夜の会": "このサイトのほかでは使えません",
        "ただの会": "CC BY 4.0",
    }
    assert [one["名前"] for one in table(town, "?free=1")] == ["ただの会"]


def test_a_home_is_told_by_its_area(town: Town) -> None:
    town.publish(
        replace(VALUES, venue_kind=VenueKind.PRIVATE, place=PlaceWords(), area_words="北町のあたり", exact_place="北町三丁目2番5号")
    )
    (told,) = table(town)
    assert (told["場所"], told["住所"], told["緯度"]) == ("北町のあたり", "", "")


def test_readers_of_english_get_english_headers(town: Town) -> None:
    town.publish(VALUES)
    text = town.reader.get("/gatherings.csv?lang=en").data.decode("utf-8-sig")
    assert text.split(",")[:3] == ["name", "Date", "Weekday"]
    assert "Saturday" in text
