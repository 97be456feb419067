"""The posting form without a browser: every rhythm becomes the right schedule, every mistake a sentence, and no word is lost."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_forms import Before, PostingForm
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.schedule import LAST, Rhythm, Schedule
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.stored_forms import stored_data, what_was
from idobata.gatherings.values import GatheringValues
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import read
from idobata.places.models import Place
from idobata.web import language

TODAY = date(2026, 11, 23)
PLAIN = {
    "day": "2026-12-05",
    "starts": "10:00",
    "ends": "12:00",
    "rhythm": "once",
    "venue_kind": "place",
    "place_name": "みどり公民館",
    "title": "朝のおにぎりと将棋",
    "summary": "おにぎりを食べて、将棋をさします。",
    "fee_kind": "free",
    "host_name": "朝ごはんの会",
    "email": "hanako@example.com",
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("data")
    return read(
        "demo", {"IDOBATA_DATA": str(folder), "IDOBATA_BASE_URL": "http://127.0.0.1:8000"}, config_folder(), demo=True, production=False
    )


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    app = Flask(__name__)
    language.set_up(app)
    with app.test_request_context():
        yield


def form_of(city: Settings, changes: dict[str, Any] | None = None, **more: Any) -> PostingForm:
    typed = {**PLAIN, **(changes or {})}
    pairs = [(name, one) for name, value in typed.items() if value is not None for one in (value if isinstance(value, list) else [value])]
    return PostingForm(city, formdata=MultiDict(pairs), **more)


def values_of(city: Settings, changes: dict[str, Any] | None = None) -> GatheringValues:
    form = form_of(city, changes)
    values = form.read_values(TODAY)
    assert values is not None, [form.errors, form.top]
    return values


def wrong(city: Settings, changes: dict[str, Any]) -> dict[str, str]:
    """The first sentence at each field."""
    form = form_of(city, changes)
    assert form.read_values(TODAY) is None
    return {field.name: field.errors[0] for field in form if field.errors} | ({"": form.top[0]} if form.top else {})


def test_the_three_short_parts_are_enough(city: Settings) -> None:
    values = values_of(city)
    assert values.schedule == Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(10), ends=time(12))
    assert (values.title, values.place.name, values.host_name) == (PLAIN["title"], "みどり公民館", "朝ごはんの会")
    assert values.fee_kind is FeeKind.FREE
    assert values.signup_kind is SignupKind.NONE
    assert values.facts == {"free": True, "no-signup": True}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ({"rhythm": "weekly"}, {"rhythm": Rhythm.WEEKLY, "weekdays": (5,)}),
        ({"rhythm": "weekly", "weekdays": ["5", "1"]}, {"rhythm": Rhythm.WEEKLY, "weekdays": (1, 5)}),
        ({"rhythm": "fortnightly", "weekdays": ["5"]}, {"rhythm": Rhythm.FORTNIGHTLY, "weekdays": (5,)}),
        ({"rhythm": "monthly_weekday"}, {"rhythm": Rhythm.MONTHLY_WEEKDAY, "weekdays": (5,), "nths": (1,)}),
        ({"rhythm": "monthly_weekday", "nths": ["2", "4"]}, {"rhythm": Rhythm.MONTHLY_WEEKDAY, "weekdays": (5,), "nths": (2, 4)}),
        (
            {"rhythm": "monthly_weekday", "day": "2027-01-30"},
            {"rhythm": Rhythm.MONTHLY_WEEKDAY, "first_day": date(2027, 1, 30), "weekdays": (5,), "nths": (LAST,)},
        ),
        ({"rhythm": "monthly_date"}, {"rhythm": Rhythm.MONTHLY_DATE, "month_days": (5,)}),
        ({"rhythm": "monthly_date", "month_days": "毎月５日と20日"}, {"rhythm": Rhythm.MONTHLY_DATE, "month_days": (5, 20)}),
        (
            {"rhythm": "dates", "date_2": "12/12", "more_dates": "12/19、1月9日"},
            {"rhythm": Rhythm.DATES, "dates": (date(2026, 12, 12), date(2026, 12, 19), date(2027, 1, 9))},
        ),
        (
            {"rhythm": "weekly", "until": "2027-03-31", "skips": ["holidays", "obon", "new_year"]},
            {
                "rhythm": Rhythm.WEEKLY,
                "weekdays": (5,),
                "until": date(2027, 3, 31),
                "skip_holidays": True,
                "skip_obon": True,
                "skip_new_year": True,
            },
        ),
        ({"rhythm": "weekly", "count": "全６回"}, {"rhythm": Rhythm.WEEKLY, "weekdays": (5,), "count": 6}),
        ({"all_day": "y"}, {"starts": None, "ends": None}),
        ({"last_day": "2026-12-07"}, {"span_days": 2}),
        ({"ends": ""}, {"ends": None}),
        ({"starts": "22:00", "ends": "26"}, None),
        ({"starts": "午後10時", "ends": "午前2時"}, {"starts": time(22), "ends": time(2)}),
    ],
)
def test_every_rhythm_becomes_its_schedule(city: Settings, typed: dict[str, Any], meant: dict[str, Any] | None) -> None:
    if meant is None:
        assert "ends" in wrong(city, typed)
        return
    plain: dict[str, Any] = {"rhythm": Rhythm.ONCE, "first_day": date(2026, 12, 5), "starts": time(10), "ends": time(12)}
    assert values_of(city, typed).schedule == Schedule(**{**plain, **meant})


def test_further_days_are_meant_even_when_the_button_says_once(city: Settings) -> None:
    schedule = values_of(city, {"rhythm": "once", "date_2": "2026-12-12"}).schedule
    assert (schedule.rhythm, schedule.dates) == (Rhythm.DATES, (date(2026, 12, 12),))


def test_a_ticked_weekday_with_once_is_asked_back(city: Settings) -> None:
    assert "曜日がえらばれています" in wrong(city, {"weekdays": ["5"]})["weekdays"]


def test_the_next_dates_can_be_asked_before_anything_else_is_written(city: Settings) -> None:
    form = PostingForm(city, formdata=MultiDict({"day": "12/5", "starts": "10時", "rhythm": "weekly"}))
    schedule = form.read_schedule(TODAY)
    assert schedule is not None
    assert schedule.weekdays == (5,)
    assert not form.title.errors


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"day": ""}, "day", "何月何日"),
        ({"day": "あした"}, "day", "読みとれません"),
        ({"day": "2020-01-01"}, "day", "もう過ぎています"),
        ({"day": "2203-01-01"}, "day", "2203年"),
        ({"starts": ""}, "starts", "何時に始まるか"),
        ({"starts": "朝"}, "starts", "読みとれません"),
        ({"ends": "昼"}, "ends", "読みとれません"),
        ({"starts": "12:00", "ends": "10:00"}, "ends", "始まりより前"),
        ({"last_day": "2026-12-01"}, "last_day", "始まりの日より前"),
        ({"rhythm": "dates", "more_dates": "12/12、らいしゅう"}, "more_dates", "らいしゅう"),
        (
            {"rhythm": "dates", "more_dates": "\n".join(f"2027-0{1 + n // 28}-{1 + n % 28:02}" for n in range(120))},
            "more_dates",
            "100日まで",
        ),
        ({"rhythm": "monthly_date", "month_days": "32"}, "month_days", "1から31"),
        ({"rhythm": "monthly_date", "month_days": "末日"}, "month_days", "1から31"),
        ({"rhythm": "weekly", "count": "たくさん"}, "count", "数で"),
        ({"rhythm": "weekly", "count": "0"}, "count", "1回以上"),
        ({"rhythm": "weekly", "until": "2026-12-01"}, "until", "最初の日より前"),
        ({"place_name": ""}, "place_name", "どこで集まりますか"),
        ({"venue_kind": "private"}, "area_words", "だいたいの場所"),
        ({"title": ""}, "title", "名前を書いて"),
        ({"title": "\u200b\u202e\u3164"}, "title", "名前を書いて"),
        ({"summary": ""}, "summary", "ひとこと"),
        ({"fee_kind": None}, "fee_kind", "無料か"),
        ({"fee_kind": "gift"}, "fee_kind", "無料か"),
        ({"fee_kind": "paid"}, "fee_words", "いくらかかるか"),
        ({"host_name": ""}, "host_name", "呼び名"),
        ({"email": ""}, "email", "メールアドレスを書いて"),
        ({"email": "hanako"}, "email", "形になっていない"),
        ({"email": "a@example.com\r\nBcc: b@example.com"}, "email", "形になっていない"),
        ({"signup_kind": "required"}, "signup_words", "申し込みのしかた"),
        ({"online_url": "javascript:alert(1)"}, "online_url", "https://"),
        ({"contact_url": "example"}, "contact_url", "https://"),
        ({"contact_email": "x"}, "contact_email", "形になっていない"),
        ({"contact_phone_public": "y"}, "contact_phone", "中身も"),
    ],
)
def test_each_mistake_is_said_at_its_field(city: Settings, typed: dict[str, Any], field: str, sentence: str) -> None:
    found = wrong(city, typed)
    assert sentence in found[field], found
    assert set(found) == {field}


@pytest.mark.parametrize("field", ["title", "summary", "body", "host_name", "place_name", "bring", "signup_words"])
def test_too_many_letters_are_kept_and_counted(city: Settings, field: str) -> None:
    words = "あ" * 10_000
    form = form_of(city, {field: words})
    assert form.read_values(TODAY) is None
    limit = LIMITS[field]
    assert form[field].errors == [f"10000文字あります。{limit}文字までにしてください（あと{10_000 - limit}文字へらすと入ります）。"]
    assert form[field].data == words


def test_nothing_typed_is_lost_when_something_is_wrong(city: Settings) -> None:
    typed = {
        "title": "",
        "day": "らいねん",
        "rhythm": "weekly",
        "weekdays": ["1", "5"],
        "skips": ["obon"],
        "more_dates": "1/2\n1/3",
        "body": "一行目\n\n二行目",
        "contact_phone": "000-000",
        "contact_phone_public": "y",
        "facts-just-watch": "yes",
        "facts-quiet": "no",
        "category": "eat",
    }
    form = form_of(city, typed)
    assert form.read_values(TODAY) is None
    carried = MultiDict(form.carried())
    for name, value in {**PLAIN, **typed}.items():
        sent = value if isinstance(value, list) else [value]
        assert carried.getlist(name) == [one for one in sent if one], name
    # And once more through the hidden inputs: the same words again.
    assert PostingForm(city, formdata=carried).carried() == form.carried()


def test_a_day_that_cannot_be_read_is_shown_as_words_and_not_as_an_empty_picker(city: Settings) -> None:
    form = form_of(city, {"day": "らいねん", "starts": "10時"})
    form.read_values(TODAY)
    assert 'type="text"' in form.day(type="date")
    assert 'value="らいねん"' in form.day(type="date")
    assert 'type="time"' in form.starts(type="time")
    assert 'value="10:00"' in form.starts(type="time")


def test_only_known_fields_are_read(city: Settings) -> None:
    more = dict.fromkeys(
        ("publication", "poster_id", "group_id", "public_id", "checked_at", "return_code", "role", "sequence", "group_slug"), "1"
    )
    form = form_of(
        city, {**more, "publication": "published", "facts-unheard-of": "yes", "facts-free": "no", "weekdays": ["9"], "rhythm": "daily"}
    )
    values = form.read_values(TODAY)
    assert values == values_of(city)
    assert not set(dict(form.carried())) & set(more)


def test_fields_that_come_twice_count_once(city: Settings) -> None:
    assert values_of(city, {"title": ["ひとつめ", "ふたつめ"], "category": ["eat", "talk"]}).title == "ひとつめ"


def test_what_it_costs_is_understood_as_a_price_or_kept_as_words(city: Settings) -> None:
    price = values_of(city, {"fee_kind": "paid", "fee_words": "１，２００円"})
    assert (price.fee_yen, price.fee_words, price.facts["free"]) == (1200, "", False)
    words = values_of(city, {"fee_kind": "paid", "fee_words": "材料費300円"})
    assert (words.fee_yen, words.fee_words) == (None, "材料費300円")


def test_facts_have_three_values(city: Settings) -> None:
    facts = values_of(city, {"facts-just-watch": "yes", "facts-quiet": "no", "facts-lively": "", "facts-trial": "maybe"}).facts
    assert facts == {"just-watch": True, "quiet": False, "free": True, "no-signup": True}


def test_whoever_is_signed_in_is_not_asked_for_an_address(city: Settings) -> None:
    form = form_of(city, {"email": None}, signed_in=True)
    assert form.read_values(TODAY) is not None


def test_a_group_gives_its_name_when_no_other_is_written(city: Settings) -> None:
    group: Any = SimpleNamespace(slug="asa", name="朝の会", id=1)
    values = form_of(city, {"group_slug": "asa", "host_name": ""}, groups=[group]).read_values(TODAY)
    assert values is not None
    assert (values.group_slug, values.host_name) == ("asa", "朝の会")
    # Somebody else's group cannot be chosen.
    stranger = form_of(city, {"group_slug": "yoru"}, groups=[group]).read_values(TODAY)
    assert stranger is not None
    assert stranger.group_slug == ""


def stored(schedule: Schedule, **changes: Any) -> Gathering:
    place = Place(public_id="abc23456789a", name="みどり公民館", district="kitamachi")
    plain: dict[str, Any] = {
        "title": "朝",
        "summary": "朝です",
        "body": "",
        "host_name": "会",
        "venue_kind": VenueKind.PLACE.value,
        "place": place,
        "area_words": "",
        "is_online": False,
        "online_url": "",
        "district": "kitamachi",
        "category": None,
        "fee_kind": "free",
        "fee_yen": None,
        "fee_words": "",
        "signup_kind": "none",
        "schedule": schedule.to_json(),
        "facts": {"quiet": False},
    }
    texts = (
        "signup_words",
        "audience",
        "bring",
        "rain",
        "parking",
        "language",
        "contact_name",
        "contact_phone",
        "contact_email",
        "contact_url",
    )
    flags = ("contact_phone_public", "contact_email_public", "contact_url_public")
    more = {"crowd": "", "first_visit": {}, "reuse_text": False}
    return Gathering(**{**dict.fromkeys(texts, ""), **dict.fromkeys(flags, False), **more, **plain, **changes})


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(10), ends=None),
        Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=None, ends=None, span_days=2),
        Schedule(
            rhythm=Rhythm.WEEKLY, first_day=date(2026, 12, 5), starts=time(10), ends=time(11), weekdays=(1, 3), until=date(2027, 3, 1)
        ),
        Schedule(rhythm=Rhythm.FORTNIGHTLY, first_day=date(2026, 12, 5), starts=time(10), ends=time(11), weekdays=(5,), skip_obon=True),
        Schedule(rhythm=Rhythm.MONTHLY_WEEKDAY, first_day=date(2026, 12, 5), starts=time(10), ends=time(11), weekdays=(5,), nths=(2, LAST)),
        Schedule(rhythm=Rhythm.MONTHLY_DATE, first_day=date(2026, 12, 5), starts=time(22), ends=time(2), month_days=(5, 31), count=6),
        Schedule(
            rhythm=Rhythm.DATES,
            first_day=date(2026, 12, 5),
            starts=time(10),
            ends=time(11),
            dates=tuple(date(2027, month, 5) for month in range(1, 11)),
            note="雨なら次の日",
        ),
    ],
)
def test_a_stored_rhythm_comes_back_from_the_form_as_it_was(city: Settings, schedule: Schedule) -> None:
    row = stored(schedule)
    form = PostingForm(city, signed_in=True, formdata=MultiDict(PostingForm(city, signed_in=True, data=stored_data(row)).carried()))
    values = form.read_values(TODAY, what_was(row))
    assert values is not None, form.errors
    assert values.schedule == schedule
    assert values.place.public_id == "abc23456789a"
    assert values.district == ""  # it goes on following the place
    assert values.facts["quiet"] is False


@pytest.mark.parametrize(("words", "yen"), [("材料費300円", 300), ("300円", 300), ("", 300), ("実費", None)])
def test_an_untouched_price_stays_as_it_was_stored(city: Settings, words: str, yen: int | None) -> None:
    row = stored(
        Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(10), ends=None), fee_kind="paid", fee_words=words, fee_yen=yen
    )
    values = PostingForm(city, signed_in=True, data=stored_data(row)).read_values(TODAY, what_was(row))
    assert values is not None
    assert (values.fee_words, values.fee_yen) == (words, yen)


def test_what_an_import_left_open_is_asked_or_stays_open(city: Settings) -> None:
    schedule = Schedule(rhythm=Rhythm.ONCE, first_day=date(2026, 12, 5), starts=time(10), ends=None)
    row = stored(schedule, fee_kind="unknown", signup_kind="unknown")
    form = PostingForm(city, signed_in=True, data=stored_data(row))
    assert form.read_values(TODAY, what_was(row)) is None
    assert form.fee_kind.errors
    form = PostingForm(city, signed_in=True, data={**stored_data(row), "fee_kind": "free"})
    values = form.read_values(TODAY, what_was(row))
    assert values is not None
    assert values.signup_kind is SignupKind.UNKNOWN
    assert "no-signup" not in values.facts


def test_a_gathering_that_began_long_ago_can_still_be_mended(city: Settings) -> None:
    typed = {"day": "2026-04-04", "rhythm": "once"}
    assert form_of(city, typed).read_values(TODAY) is None
    assert form_of(city, typed).read_values(TODAY, Before(first_day=date(2026, 4, 4))) is not None
