"""The demo town: what is written in its files, and how it is read."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from math import cos, hypot, radians
from pathlib import Path

import pytest

from idobata.demo import town_reader
from idobata.demo.town_reader import Town, TownError, TownGathering, read_town, resolve_day
from idobata.gatherings.recurrence import slots
from idobata.gatherings.rules import LIMITS, problems
from idobata.gatherings.schedule import LAST, Rhythm
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.kernel import settings_reader
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.settings import Settings
from tests.harness.office_words import office_words

CONFIG = Path(town_reader.__file__).parents[2] / "config"
MONDAY = date(2026, 11, 23)
ANY_DAY = [
    MONDAY,
    date(2026, 11, 29),  # a Sunday, the last day of a week
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 8, 12),  # the day before お盆
    date(2028, 2, 29),
]

# Nobody says this at a well.
NOT_A_NEIGHBOUR = (
    "交流",
    "ふれあい",
    "絆",
    "居場所",
    "多世代",
    "高齢者",
    "障害者",
    "開催いたします",
    "皆様",
    "奮って",
    "笑顔あふれる",
    "Idobata",
    "AI",
)


@pytest.fixture(scope="module")
def town() -> Town:
    return read_town(MONDAY)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    environ = {"IDOBATA_DATA": str(tmp_path_factory.mktemp("data"))}
    return settings_reader.read("demo", environ, CONFIG, demo=True, production=False)


def of(town: Town, slug: str) -> TownGathering:
    return next(one for one in town.gatherings if one.slug == slug)


def coming(one: TownGathering, today: date, settings: Settings) -> list[date]:
    schedule = one.values.schedule
    last = max(today + timedelta(days=settings.policy.horizon_days), schedule.first_day, *schedule.dates)
    return [slot.day for slot in slots(schedule, settings.city.zone, today - timedelta(days=schedule.span_days), last, JAPANESE_HOLIDAYS)]


class TestHowADayIsWritten:
    @pytest.mark.parametrize(
        "text, means",
        [
            ("+0d", date(2026, 11, 23)),
            ("+3d", date(2026, 11, 26)),
            ("-10d", date(2026, 11, 13)),
            ("+2w", date(2026, 12, 7)),
            ("-10w", date(2026, 9, 14)),
            ("mon+0w", date(2026, 11, 23)),
            ("sat+0w", date(2026, 11, 28)),
            ("sun+0w", date(2026, 11, 29)),
            ("sat+1w", date(2026, 12, 5)),
            ("mon-10w", date(2026, 9, 14)),
            ("12-31", date(2026, 12, 31)),
            ("11-23", date(2026, 11, 23)),
            ("11-22", date(2027, 11, 22)),
            ("02-29", date(2028, 2, 29)),
        ],
    )
    def test_on_a_monday(self, text: str, means: date) -> None:
        assert resolve_day(text, MONDAY) == means

    def test_on_a_sunday_the_week_is_nearly_over(self) -> None:
        sunday = date(2026, 11, 29)
        assert resolve_day("sun+0w", sunday) == sunday
        assert resolve_day("mon+0w", sunday) == date(2026, 11, 23)
        assert resolve_day("sat+1w", sunday) == date(2026, 12, 5)

    @pytest.mark.parametrize(
        "text", ["", "3d", "+3", "+3m", "2026-12-05", "sat", "sat1w", "SAT+1w", "13-01", "02-30", "00-10", "+3d ", "土+1w"]
    )
    def test_anything_else_is_no_day(self, text: str) -> None:
        with pytest.raises(ValueError, match="day|year"):
            resolve_day(text, MONDAY)


class TestTheTown:
    def test_is_as_large_as_promised(self, town: Town) -> None:
        assert 58 <= len(town.gatherings) <= 75
        assert len(town.groups) == 12
        assert len(town.places) >= 24
        assert Counter(person.role for person in town.people).keys() == set(town_reader.ROLES)
        assert sum(person.role == "resident" for person in town.people) >= 14

    def test_uses_every_district_category_welcome_fact_and_place(self, town: Town, city: Settings) -> None:
        published = [one.values for one in town.gatherings if one.publication == "published"]
        assert {one.district for one in published} >= {one.slug for one in city.districts}
        assert {one.category for one in published} >= {one.slug for one in city.categories}
        assert {fact for one in published for fact in one.facts} == {one.slug for one in city.facts}
        assert {one.place for one in town.gatherings} >= {one.slug for one in town.places}
        assert {one.values.group_slug for one in town.gatherings} >= {one.slug for one in town.groups}
        quiet = {one.lead for one in town.groups if one.quiet_days}
        assert {one.poster for one in town.gatherings} | quiet == {one.slug for one in town.people if one.role == "resident"}
        assert len(quiet) == 1

    def test_groups_stand_in_every_way_the_city_can_know_them(self, town: Town) -> None:
        kinds = {one.checked_days_ago is not None and one.checked_days_ago < 365 for one in town.groups if one.checked_days_ago is not None}
        assert kinds == {True, False}
        assert any(one.checked_days_ago is None for one in town.groups)
        assert any(len(one.editors) == 2 for one in town.groups)
        assert all(one.checks for one in town.groups if one.checked_days_ago is not None)

    def test_names_only_districts_and_rules_of_its_city(self, town: Town, city: Settings) -> None:
        named = {one.district for one in town.groups} | {one.district for one in town.places}
        assert named <= {one.slug for one in city.districts}
        assert {one.return_code for one in town.gatherings} - {""} <= {rule.code for rule in city.rules}

    @pytest.mark.parametrize("today", ANY_DAY, ids=str)
    def test_breaks_no_rule_of_the_form_whenever_it_is_seeded(self, today: date, city: Settings) -> None:
        for one in read_town(today).gatherings:
            assert problems(one.values, city, today) == [], one.slug

    @pytest.mark.parametrize("today", ANY_DAY, ids=str)
    def test_has_dates_to_come_and_every_change_finds_its_date(self, today: date, city: Settings) -> None:
        for one in read_town(today).gatherings:
            days = coming(one, today, city)
            assert days, one.slug
            for change in one.changes:
                assert change.note, one.slug
                if change.act == "add":
                    assert change.to is not None
                    assert today < change.to, one.slug
                    assert change.to not in days, one.slug
                    continue
                assert isinstance(change.which, int), f"{one.slug}: only counting finds a date on every day of seeding"
                assert change.which <= len(days), one.slug
                if change.act == "move":
                    new = change.to or days[change.which - 1] + timedelta(days=change.by_days or 0)
                    assert today <= new, one.slug
                    assert new not in days, one.slug

    @pytest.mark.parametrize("today", ANY_DAY, ids=str)
    def test_has_something_on_every_day_of_the_next_two_weeks(self, today: date, city: Settings) -> None:
        published = [one for one in read_town(today).gatherings if one.publication == "published"]
        days = Counter(day for one in published for day in coming(one, today, city))
        assert all(days[today + timedelta(days=ahead)] for ahead in range(14))

    def test_titles_hosts_addresses_and_names_are_unique(self, town: Town) -> None:
        for names in (
            [one.values.title for one in town.gatherings],
            [one.values.summary for one in town.gatherings],
            [one.name for one in town.places],
            [one.address for one in town.places],
            [one.email for one in town.people],
            [one.name for one in town.people],
            [one.name for one in town.groups],
        ):
            assert [name for name, times in Counter(names).items() if times > 1] == []

    def test_texts_fit_their_fields(self, town: Town) -> None:
        for one in town.gatherings:
            values = one.values
            assert len(values.summary) <= town_reader.SUMMARY_LIMIT
            for name, limit in LIMITS.items():
                assert len(str(getattr(values, name, "") or "")) <= limit, (one.slug, name)
            assert len(values.place.name) <= LIMITS["place_name"]
            assert len(values.place.address) <= LIMITS["place_address"]
            assert all(len(change.note) <= LIMITS["note"] for change in one.changes)
            assert len(values.schedule.note) <= LIMITS["note"]

    def test_speaks_like_a_neighbour(self, town: Town) -> None:
        for where, text in public_texts(town):
            assert [*office_words(text), *(word for word in NOT_A_NEIGHBOUR if word in text)] == [], where
            # A half-width sign in a Japanese sentence looks like a machine wrote it.
            assert not re.search(r"[ぁ-んァ-ヶ一-龥][,!?;](?!\S*//)", text), where
            assert not re.search("[\t\ufffd]", text), where

    def test_never_says_a_date_or_a_year_that_grows_old(self, town: Town) -> None:
        for where, text in public_texts(town):
            assert not re.search(r"20\d\d|令和|[0-9０-９]+月[0-9０-９]+日|今年|来年|今月|来月|今週|来週", text), where

    def test_reaches_nobody_real(self, town: Town) -> None:
        phones = [one.phone for one in town.places] + [one.values.contact_phone for one in town.gatherings]
        assert all(re.fullmatch(r"000-000-\d{4}", phone) for phone in phones if phone)
        assert len([phone for phone in phones if phone]) > 20
        mails = [one.email for one in town.people] + [one.values.contact_email for one in town.gatherings]
        assert all(mail.endswith(".example") for mail in mails if mail)
        links = [link for one in town.groups for link in one.links]
        links += [one.values.online_url for one in town.gatherings] + [one.values.contact_url for one in town.gatherings]
        links += [link for _, text in public_texts(town) for link in re.findall(r"https?://\S+", text)]
        assert all(re.match(r"https://[a-z.-]+\.example/", link) for link in links if link)

    def test_places_lie_on_land_within_four_kilometres(self, town: Town, city: Settings) -> None:
        for place in town.places:
            north = (place.latitude - city.city.latitude) * 111.2
            east = (place.longitude - city.city.longitude) * 111.2 * cos(radians(city.city.latitude))
            assert hypot(north, east) < 4, place.slug
            assert place.latitude > 35.305, f"{place.slug} lies in the sea"
            assert place.access, place.slug
            assert place.landmark or not place.checked, place.slug

    def test_facts_do_not_contradict_the_form(self, town: Town) -> None:
        for one in town.gatherings:
            values = one.values
            if "free" in values.facts:
                assert values.facts["free"] is (values.fee_kind is FeeKind.FREE), one.slug
            if "no-signup" in values.facts:
                assert values.facts["no-signup"] is (values.signup_kind is not SignupKind.REQUIRED), one.slug
            assert not (values.facts.get("quiet") and values.facts.get("lively")), one.slug

    def test_only_members_post_for_a_group(self, town: Town) -> None:
        members = {group.slug: {group.lead, *group.editors} for group in town.groups}
        for one in town.gatherings:
            assert not one.values.group_slug or one.poster in members[one.values.group_slug], one.slug

    def test_staff_have_an_address_of_the_city_and_residents_have_not(self, town: Town) -> None:
        for person in town.people:
            assert person.email.endswith("@city.shiosaka.example") is (person.role != "resident"), person.slug

    def test_was_checked_after_it_was_posted(self, town: Town) -> None:
        for one in town.gatherings:
            assert one.checked_days_ago is None or one.checked_days_ago <= one.posted_days_ago, one.slug
        checked = [one.checked_days_ago for one in town.gatherings if one.checked_days_ago is not None]
        assert min(checked) <= 1, "something fresh"
        assert max(checked) >= 180, "something stale"


def _has(rhythm: Rhythm) -> Callable[[TownGathering], bool]:
    return lambda one: one.values.schedule.rhythm is rhythm


SHAPES: dict[str, Callable[[TownGathering], bool]] = {
    "weekly": lambda one: one.values.schedule.rhythm is Rhythm.WEEKLY and len(one.values.schedule.weekdays) == 1,
    "several weekdays": lambda one: one.values.schedule.rhythm is Rhythm.WEEKLY and 1 < len(one.values.schedule.weekdays) < 7,
    "every day": lambda one: len(one.values.schedule.weekdays) == 7,
    "fortnightly": _has(Rhythm.FORTNIGHTLY),
    "second and fourth": lambda one: one.values.schedule.nths == (2, 4),
    "last of the month": lambda one: one.values.schedule.nths == (LAST,) and one.values.schedule.weekdays == (6,),
    "monthly by date": _has(Rhythm.MONTHLY_DATE),
    "monthly by several dates": lambda one: len(one.values.schedule.month_days) > 1,
    "once": _has(Rhythm.ONCE),
    "picked dates": _has(Rhythm.DATES),
    "all day": lambda one: one.values.schedule.starts is None,
    "no end known": lambda one: one.values.schedule.starts is not None and one.values.schedule.ends is None,
    "several days": lambda one: one.values.schedule.span_days >= 3,
    "across midnight": lambda one: bool(
        one.values.schedule.ends and one.values.schedule.starts and one.values.schedule.ends < one.values.schedule.starts
    ),
    "skips holidays": lambda one: one.values.schedule.skip_holidays,
    "skips お盆": lambda one: one.values.schedule.skip_obon,
    "skips the new year": lambda one: one.values.schedule.skip_new_year,
    "with an end": lambda one: one.values.schedule.until is not None,
    "counted": lambda one: one.values.schedule.count == 6 and "全6回" in one.values.schedule.note,
    "prose about times": lambda one: bool(one.values.schedule.note),
    "early in the morning": lambda one: (one.values.schedule.starts or time(12)) < time(7),
    "online": lambda one: one.values.venue_kind is VenueKind.ONLINE and not one.place,
    "mixed": lambda one: one.values.venue_kind is VenueKind.PLACE and one.values.is_online,
    "private home": lambda one: one.values.venue_kind is VenueKind.PRIVATE and not one.values.place.address,
    "free": lambda one: one.values.fee_kind is FeeKind.FREE,
    "material fee": lambda one: "材料費300円" in one.values.fee_words,
    "sign-up needed": lambda one: one.values.signup_kind is SignupKind.REQUIRED,
    "sign-up welcome": lambda one: one.values.signup_kind is SignupKind.OPTIONAL,
    "title of 60 characters": lambda one: len(one.values.title) == 60,
    "only what is required": lambda one: (
        not (one.values.body or one.values.category or one.values.facts or one.values.contact_name or one.values.schedule.ends)
    ),
    "in the name of a group": lambda one: bool(one.values.group_slug),
    "public phone": lambda one: one.values.contact_phone_public,
    "private phone": lambda one: bool(one.values.contact_phone) and not one.values.contact_phone_public,
    "cancelled date": lambda one: any(change.act == "cancel" for change in one.changes),
    "moved date": lambda one: any(change.act == "move" for change in one.changes),
    "full date": lambda one: any(change.act == "full" for change in one.changes),
    "added date": lambda one: any(change.act == "add" for change in one.changes),
    "confirmed date": lambda one: any(change.act == "confirm" for change in one.changes),
    "changed hours that wait": lambda one: one.edit is not None and not one.edit.accepted,
    "changed hours that were read": lambda one: one.edit is not None and one.edit.accepted,
    "list in the body": lambda one: "\n・" in one.values.body,
    "numbered list in the body": lambda one: "\n1. " in one.values.body,
}


class TestShapes:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_the_town_shows(self, town: Town, shape: str) -> None:
        assert any(SHAPES[shape](one) for one in town.gatherings if one.publication == "published")

    def test_one_post_has_everything_filled_in(self, town: Town) -> None:
        values = of(town, "naosu-hi").values
        optional = {"fee_yen", "area_words", "exact_place"}  # no price in yen, and no private home
        empty = [name for name in values.__slots__ if name not in optional and getattr(values, name) in ("", None, {}, False)]
        assert empty == []

    def test_the_desk_has_work(self, town: Town) -> None:
        states = Counter(one.publication for one in town.gatherings)
        assert 4 <= states["in_review"] <= 5
        assert states["draft"] == states["returned"] == states["withdrawn"] == 1
        waiting = [one for one in town.gatherings if one.publication == "in_review"]
        assert {one.posted_days_ago for one in waiting} >= {0, 1, 4}
        returned = next(one for one in town.gatherings if one.publication == "returned")
        assert all((returned.return_code, returned.return_words))

    def test_the_desk_has_a_twin_to_notice(self, town: Town) -> None:
        first, twin = of(town, "asa-onigiri"), of(town, "onigiri-futago")
        assert (twin.publication, twin.place) == ("in_review", first.place)
        assert twin.values.schedule.weekdays == first.values.schedule.weekdays
        assert twin.values.schedule.starts == first.values.schedule.starts


PERSON = '[[people]]\nslug = "a"\nname = "あ"\nkana = "あ"\nemail = "a@a.example"\nrole = "resident"\nline = "あ"\n'
PLACE = '[[places]]\nslug = "p"\nname = "家"\nkana = "いえ"\naddress = "町"\ndistrict = "minato"\nlatitude = 35.31\nlongitude = 139\n'
GATHERING = (
    '[[gatherings]]\nslug = "g"\ntitle = "お茶"\nsummary = "飲む"\nhost_name = "あ"\nposter = "a"\nplace = "p"\n'
    'schedule = { rhythm = "once", first = "+3d", starts = "10:00" }\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.toml").write_text(PERSON, encoding="utf-8")
    (tmp_path / "groups.toml").write_text("groups = []\n", encoding="utf-8")
    (tmp_path / "places.toml").write_text(PLACE, encoding="utf-8")
    (tmp_path / "gatherings-1.toml").write_text(GATHERING, encoding="utf-8")
    return tmp_path


class TestMistakes:
    def test_a_small_town_is_read(self, folder: Path) -> None:
        read = read_town(MONDAY, folder)
        only = read.gatherings[0].values
        assert (only.schedule.first_day, only.schedule.starts) == (date(2026, 11, 26), time(10))
        assert (only.district, only.place.name, only.place.longitude, only.fee_kind) == ("minato", "家", 139.0, FeeKind.FREE)

    @pytest.mark.parametrize(
        "old, new, said",
        [
            ('title = "お茶"', "", "title is missing"),
            ('title = "お茶"', 'title = "' + "あ" * 61 + '"', "title has 61 characters"),
            ('summary = "飲む"', 'summary = "' + "あ" * 121 + '"', "summary has 121 characters"),
            ('summary = "飲む"', 'summary = "飲む"\nsumary = "飲む"', "unknown: sumary"),
            ('host_name = "あ"', "", "host_name or group is missing"),
            ('poster = "a"', 'poster = "b"', "nobody is called that"),
            ('place = "p"', 'place = "q"', "place is 'q'; there is none"),
            ('place = "p"', "", "say where"),
            ('place = "p"', 'place = "p"\narea_words = "町のどこか"', "say where"),
            ('place = "p"', 'place = "p"\ngroup = "x"', "group is 'x'; there is none"),
            ('place = "p"', 'place = "p"\nfee_kind = "cheap"', "fee_kind is 'cheap'"),
            ('place = "p"', 'place = "p"\nfee_yen = "300"', "fee_yen is '300', not of type int"),
            ('place = "p"', 'place = "p"\nfee_yen = true', "fee_yen is True, not of type int"),
            ('place = "p"', 'place = "p"\nfacts = { free = "maybe" }', "facts: free is 'maybe'"),
            ('place = "p"', 'place = "p"\npublication = "returned"', "return_code is missing"),
            ('place = "p"', 'place = "p"\ncontact = { fax = "1" }', "contact: unknown: fax"),
            ('place = "p"', 'place = "p"\nchanges = [{ act = "move", which = 1 }]', r"changes\[0\]: add needs to"),
            ('place = "p"', 'place = "p"\nchanges = [{ act = "cancel" }]', "which says the date"),
            ('place = "p"', 'place = "p"\nchanges = [{ act = "cancel", which = 0 }]', "which counts from 1"),
            ('place = "p"', 'place = "p"\nchanges = [{ act = "add", which = 1, to = "+1d" }]', "which says the date"),
            ('place = "p"', 'place = "p"\nedit = { hours_ago = 3, starts = "10:00" }', "an edit has hours_ago"),
            ('place = "p"', 'place = "p"\nedit = { starts = "10:00", ends = "11:00" }', "an edit has hours_ago"),
            ('"+3d"', '"+3m"', r"schedule: first is '\+3m'"),
            ('"+3d"', '"-3d"', "schedule: この日はもう過ぎています"),
            ('"10:00"', '"25:00"', "schedule: starts is '25:00'"),
            ('first = "+3d"', 'weekdays = [1], first = "+3d"', "weekdays do not fit once"),
            ('"once", first = "+3d"', '"weekly", first = "+3d"', "曜日"),
            ('"once", first = "+3d"', '"weekly", weekdays = [7], first = "+3d"', "from 0 to 6"),
            ('"once", first = "+3d"', '"dates", first = "+3d"', "dates needs"),
            ('"once", first = "+3d"', '"dates", dates = ["+3d", "+3d"]', "dates needs different"),
            ('"once"', '"daily"', "rhythm is 'daily'"),
        ],
    )
    def test_name_the_file_and_the_entry(self, folder: Path, old: str, new: str, said: str) -> None:
        assert old in GATHERING
        (folder / "gatherings-1.toml").write_text(GATHERING.replace(old, new), encoding="utf-8")
        with pytest.raises(TownError, match=said) as caught:
            read_town(MONDAY, folder)
        assert str(caught.value).startswith("gatherings-1.toml: g: ")

    def test_a_slug_is_used_once_even_across_files(self, folder: Path) -> None:
        (folder / "gatherings-2.toml").write_text(GATHERING, encoding="utf-8")
        with pytest.raises(TownError, match="g: the slug is used twice"):
            read_town(MONDAY, folder)

    def test_mail_of_a_real_domain_is_refused(self, folder: Path) -> None:
        (folder / "people.toml").write_text(PERSON.replace("a.example", "a.jp"), encoding="utf-8")
        with pytest.raises(TownError, match=r"people\.toml: a: email is 'a@a\.jp'"):
            read_town(MONDAY, folder)

    def test_a_broken_file_is_named(self, folder: Path) -> None:
        (folder / "places.toml").write_text("[[places]\n", encoding="utf-8")
        with pytest.raises(TownError, match=r"places\.toml: "):
            read_town(MONDAY, folder)

    def test_a_stray_table_is_refused(self, folder: Path) -> None:
        (folder / "places.toml").write_text(PLACE + '[[palces]]\nslug = "x"\n', encoding="utf-8")
        with pytest.raises(TownError, match=r"places\.toml: write only \[\[places\]\] tables"):
            read_town(MONDAY, folder)


def public_texts(town: Town) -> list[tuple[str, str]]:
    """Every sentence somebody may read on the site, with where it stands."""
    found = [(one.slug, text) for one in town.people for text in (one.name, one.line)]
    found += [(one.slug, text) for one in town.groups for text in (one.name, one.words)]
    found += [(one.slug, text) for one in town.places for text in (one.name, one.address, one.access, one.landmark, one.parking)]
    for one in town.gatherings:
        values = one.values
        found += [(one.slug, text) for name in values.__slots__ if isinstance(text := getattr(values, name), str)]
        found += [(one.slug, text) for text in (one.return_words, values.schedule.note, *(change.note for change in one.changes))]
    return [(where, text) for where, text in found if text]
