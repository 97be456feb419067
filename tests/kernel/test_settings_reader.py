"""A city's settings are read once and completely, or the site does not start and says everything that is wrong."""

import re
import shutil
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import SettingsError, read
from tests.harness.office_words import office_words

SHIPPED = Path(__file__).parents[2] / "config"
SECRET = "k9Zq-geheim-geheim-geheim-geheim-1"
PRODUCTION = {"IDOBATA_SECRET_KEY": SECRET, "IDOBATA_BASE_URL": "https://idobata.example.jp"}


class Town:
    """A config folder of its own, whose city file a test may spoil."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config"
        self.data = folder / "the data"
        shutil.copytree(SHIPPED, self.config)
        self.file = self.config / "cities" / "demo.toml"

    def change(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def read(
        self, environ: Mapping[str, str] | None = None, *, city: str = "demo", demo: bool = False, production: bool = False
    ) -> Settings:
        given = {"IDOBATA_DATA": str(self.data), "PATH": "/bin", **(environ or {})}
        return read(city, given, self.config, demo=demo, production=production)

    def problems(self, environ: Mapping[str, str] | None = None, *, city: str = "demo", production: bool = False) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            self.read(environ, city=city, production=production)
        return caught.value.problems


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.mark.parametrize("city", sorted(path.stem for path in (SHIPPED / "cities").glob("*.toml")))
def test_every_city_that_ships_can_be_served(town: Town, city: str) -> None:
    settings = town.read(PRODUCTION, city=city, production=True)
    assert settings.city.slug == city
    assert settings.districts
    assert settings.category("other") is not None
    assert settings.fact("leave-early") is not None
    assert {fact.group for fact in settings.facts} == {group.slug for group in settings.fact_groups}
    assert 3 <= sum(fact.chip for fact in settings.facts) <= 8
    for name, page in settings.pages.items():
        assert "{" not in page, name
        assert not re.search("^(電話|メール|受付|場所)：$", page, re.MULTILINE), name
        assert office_words(page) == [], name
    said = (settings.facts, settings.rules, settings.categories, settings.districts, settings.checklist)
    assert office_words(repr(said)) == []


def test_the_demo_town_is_invented() -> None:
    text = (SHIPPED / "cities" / "demo.toml").read_text(encoding="utf-8")
    assert re.findall(r"[\w.]+@([\w.]+)|https://([\w.]+)", text)
    assert all("".join(host).endswith(".example") for host in re.findall(r"[\w.]+@([\w.]+)|https://([\w.]+)", text))
    assert re.findall(r"\d+-\d+-\d+", text) == ["000-000-0000"]


def test_a_city_says_only_what_differs(town: Town) -> None:
    settings = town.read()
    assert settings.city.hashtag == "#しおさか井戸端"  # the city's own
    assert settings.city.welcome_label == "はじめの一歩"  # the default
    assert len(settings.categories) == 8  # a list replaces as a whole
    assert len(settings.rules) == 9


def test_one_page_of_its_own_leaves_the_others(town: Town) -> None:
    town.change("[[districts]]", '[pages]\nguide = """\n{city}の使い方\n\n\n電話：{phone}\n"""\n\n[[districts]]')
    settings = town.read()
    assert settings.pages["guide"] == "汐坂市の使い方\n\n電話：000-000-0000"
    assert settings.pages["about"].startswith("しおさか井戸端パーティーは、汐坂市の")


def test_a_line_about_what_is_not_offered_is_left_out(town: Town) -> None:
    town.change('phone = "000-000-0000"', 'phone = ""')
    page = town.read().pages["privacy"]
    assert "電話" not in page
    assert "メール：idobata@city.shiosaka.example" in page


def test_braces_in_a_value_are_not_filled_again(town: Town) -> None:
    town.change('name = "汐坂市"', 'name = "{phone}市"')
    assert "{phone}市" in town.read().pages["privacy"]


MISTAKES = [
    ('zone = "Asia/Tokio"', "city.zone", "'Asia/Tokio' is no time zone"),
    ('zone = "../../etc/passwd"', "city.zone", "is no time zone"),
    ('languages = ["ja", "fr"]', "city.languages", "fr is not shipped; there are ja, en"),
    ('languages = ["en"]', "city.languages", "must hold ja"),
    ('languages = "ja"', "city.languages", "must be a list"),
    ('welcome_lable = "はじめ"', "city.welcome_lable", "is not a setting; did you mean welcome_label?"),
    ('quux = "はじめ"', "city.quux", "is not a setting"),
    ('welcome_label = ""', "city.welcome_label", "must not be empty"),
    ('welcome_label = "　\u200b"', "city.welcome_label", "must not be empty"),
    (f'welcome_label = "{"あ" * 21}"', "city.welcome_label", "21 characters, 20 allowed"),
    ("welcome_label = 1", "city.welcome_label", "must be text in quotes, not a number"),
    ("welcome_label = 2026-12-05", "city.welcome_label", "must be text in quotes, not a date or time"),
]


@pytest.mark.parametrize("line, key, what", MISTAKES, ids=[row[0][:30] for row in MISTAKES])
def test_a_mistake_is_named_with_its_file_and_key(town: Town, line: str, key: str, what: str) -> None:
    town.change("[city]", f"[city]\n{line}")
    [problem] = town.problems()
    assert problem.startswith(f"config/cities/demo.toml: {key}: ")
    assert what in problem


REPLACED = [
    ('code = "992011"', 'code = "992012"', "city.code", "wrong check digit: behind 99201 comes 1"),
    ('code = "992011"', "code = 992011", "city.code", "must be text in quotes, not a number"),
    ('code = "992011"', 'code = "99201"', "city.code", "six digits"),
    ('hashtag = "#しおさか井戸端"', 'hashtag = "しおさか井戸端"', "city.hashtag", "must be # and then letters"),
    ('hashtag = "#しおさか井戸端"', 'hashtag = "＃しおさか井戸端"', "city.hashtag", "must begin with a half-width #"),
    ('hashtag = "#しおさか井戸端"', 'hashtag = "#しおさか 井戸端"', "city.hashtag", "without spaces"),
    ('hashtag = "#しおさか井戸端"', 'hashtag = "#2026"', "city.hashtag", "not digits alone"),
    ("latitude = 35.315", "latitude = 139.31", "city.latitude", "is not a latitude in Japan"),
    ("longitude = 139.31", "longitude = 35.3", "city.longitude", "is not a longitude in Japan"),
    ("latitude = 35.315", "latitude = nan", "city.latitude", "is not a latitude in Japan"),
    ("latitude = 35.315", "latitude = true", "city.latitude", "must be a number of degrees"),
    ("latitude = 35.315\n", "", "city.latitude", "is missing"),
    ('department = "市民協働課"', "", "contact.department", "is missing"),
    ('phone = "000-000-0000"', 'phone = "内線123"', "contact.phone", "must be a phone number"),
    ('email = "idobata@city.shiosaka.example"', 'email = "idobata"', "contact.email", "is no e-mail address"),
    ('url = "https://city.shiosaka.example/"', 'url = "javascript:alert(1)"', "contact.url", "begins with https://"),
    ('slug = "minato"', 'slug = "Minato"', "districts[1].slug", "must be small Latin letters"),
    ('slug = "minato"', 'slug = "../x"', "districts[1].slug", "must be small Latin letters"),
    ('slug = "ekimae"', 'slug = "minato"', "districts[2].slug", "'minato' comes twice (first in entry 1)"),
    ('name = "駅前"', 'name = "港"', "districts[2].name", "'港' comes twice"),
    ('kana = "えきまえ"\n', "", "districts[2].kana", "is missing"),
    ('kana = "えきまえ"\n', 'kana = "えきまえ"\ncolour = "x"\n', "districts[2].colour", "is not a setting"),
    ('color = "#b8451f"', 'color = "red"', "categories[1].color", "must be a colour"),
    ('color = "#b8451f"', 'color = "#ffd43d"', "categories[1].color", "is too light"),
]


@pytest.mark.parametrize("old, new, key, what", REPLACED, ids=[f"{row[2]} {place}" for place, row in enumerate(REPLACED)])
def test_a_bad_value_is_named_with_its_file_and_key(town: Town, old: str, new: str, key: str, what: str) -> None:
    town.change(old, new)
    [problem] = town.problems()
    assert problem.startswith(f"config/cities/demo.toml: {key}: ")
    assert what in problem


@pytest.mark.parametrize(
    "table, key, what",
    [
        ("[look]\nprimary = '#0b4f5'", "look.primary", "must be a colour"),
        ("[look]\naccent = '#f08030'", "look.accent", "is too light"),
        ("[policy]\nhorizon_days = 1", "policy.horizon_days", "must be from 28 to 731, not 1"),
        ("[policy]\nhorizon_days = '184'", "policy.horizon_days", "must be a whole number"),
        ("[policy]\nhorizon_days = 184.5", "policy.horizon_days", "must be a whole number"),
        ("[policy]\nlist_page_size = true", "policy.list_page_size", "must be a whole number"),
        ("[policy]\nconfirm_before_publishing = 1", "policy.confirm_before_publishing", "must be true or false"),
        ("[policy]\nconfirm_before_publishing = 'yes'", "policy.confirm_before_publishing", "must be true or false"),
        ("[map]\ntiles = 'https://t.example/{z}/{x}.png'", "map.tiles", "must hold {z}, {x} and {y} once each"),
        ("[map]\ntiles = 'https://t.example/{z}/{x}/{y}/{key}.png'", "map.tiles", "once each"),
        ("[map]\ntiles = 'https://name:pass@t.example/{z}/{x}/{y}.png'", "map.tiles", "must be like"),
        ("[map]\ntiles = 'ftp://t.example/{z}/{x}/{y}.png'", "map.tiles", "must be like"),
        ("[map]\nattribution = ''", "map.attribution", "must say whose map it is"),
        ("[map]\nradius_km = 500", "map.radius_km", "must be from 1 to 100, not 500"),
        ("[pages]\nguide = '{street}へ'", "pages.guide", "unknown places to fill in: {street}"),
        ("[pages]\nabuot = 'x'", "pages.abuot", "did you mean about?"),
        ("[machine]\nsecret_key = 'geheim'", "machine", "is not a setting"),
        ("[contcat]\nphone = '1'", "contcat", "did you mean contact?"),
        ("[districs]\nslug = 'a'", "districs", "did you mean districts?"),
        ("[rules]\ncode = 'a'", "rules", "at least one [[rules]] is needed"),
        (
            "[[facts]]\nslug='a'\ngroup='alnoe'\nname='a'\nenglish='a'\neasy='a'\nicon='a'\nquestion='a'\nchip=false",
            "facts[1].group",
            "is no slug of [[fact_groups]]; did you mean alone?",
        ),
        ("[[rules]]\ncode='Bad Code'\ntitle='a'\ntext='a'\nreply='a'", "rules[1].code", "single underscores"),
    ],
)
def test_a_mistake_in_another_table_is_named(town: Town, table: str, key: str, what: str) -> None:
    head = table.split("\n")[0]
    # A table may stand in a file only once, and the demo city has some of its own.
    if head in town.file.read_text(encoding="utf-8"):
        town.change(head, table)
    else:
        town.change("[[districts]]", f"{table}\n\n[[districts]]")
    [problem] = town.problems()
    assert problem.startswith(f"config/cities/demo.toml: {key}: ")
    assert what in problem
    assert "geheim" not in problem


def test_a_block_that_is_no_table_is_named(town: Town) -> None:
    town.file.write_text("look = 3\n" + town.file.read_text(encoding="utf-8"), encoding="utf-8")
    assert town.problems() == ["config/cities/demo.toml: look: must be a table [look]"]


def test_an_entry_that_is_no_table_is_named(town: Town) -> None:
    town.file.write_text("checklist = ['はい？']\n" + town.file.read_text(encoding="utf-8"), encoding="utf-8")
    assert town.problems() == ["config/cities/demo.toml: checklist[1]: must be a table [[checklist]]"]


def test_a_city_that_cannot_be_asked_is_not_ready(town: Town) -> None:
    town.change('phone = "000-000-0000"', 'phone = ""')
    town.change('email = "idobata@city.shiosaka.example"', 'email = ""')
    assert town.problems() == ["config/cities/demo.toml: contact: a phone or an email is needed, so that people can ask"]


def test_a_mistake_in_the_defaults_names_the_defaults(town: Town) -> None:
    default = town.config / "default.toml"
    text = default.read_text(encoding="utf-8")
    default.write_text(
        text.replace("horizon_days = 184", "horizon_days = 0").replace('slug = "trial"', 'slug = "no-signup"'), encoding="utf-8"
    )
    assert [problem.split(": ")[:2] for problem in town.problems()] == [
        ["config/default.toml", "policy.horizon_days"],
        ["config/default.toml", "facts[6].slug"],
    ]


def test_all_mistakes_are_told_at_once(town: Town) -> None:
    town.change('code = "992011"', 'code = "1"')
    town.change('slug = "minato"', 'slug = "ekimae"')
    town.change("longitude = 139.31", "")
    with pytest.raises(SettingsError, match="^The site does not start until these 5 mistakes are mended:\n  - ") as caught:
        town.read({"IDOBATA_BASEURL": "x", "IDOBATA_NOW": "tomorrow"})
    assert len(caught.value.problems) == 5
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_one_mistake_reads_well_too(town: Town) -> None:
    town.change('code = "992011"', 'code = "1"')
    with pytest.raises(SettingsError, match="^The site does not start until this mistake is mended:\n  - config/cities/demo"):
        town.read()


def test_a_broken_file_says_where(town: Town) -> None:
    town.change("[city]", "[city\n")
    [problem] = town.problems()
    assert problem.startswith("config/cities/demo.toml: is not TOML: ")
    assert "line 4" in problem


def test_a_file_in_another_encoding_says_so(town: Town) -> None:
    town.file.write_bytes(town.file.read_text(encoding="utf-8").split("[[categories]]")[0].encode("cp932", "replace"))
    assert "is not UTF-8" in town.problems()[0]


def test_a_file_saved_by_a_windows_editor_is_read(town: Town) -> None:
    text = town.file.read_text(encoding="utf-8").replace("\n", "\r\n")
    town.file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert town.read().city.name == "汐坂市"


@pytest.mark.parametrize("city", ["nagazaki", "osaka"])
def test_an_unknown_city_names_the_known_ones(town: Town, city: str) -> None:
    [problem] = town.problems(city=city)
    assert problem.startswith(f"config/cities/{city}.toml: there is no such file")
    assert problem.endswith("there are: demo, nagasaki")
    assert ("did you mean nagasaki?" in problem) == (city == "nagazaki")


@pytest.mark.parametrize("city", ["", "../default", "demo.toml", "Demo", "a/b", "demo\n"])
def test_a_city_is_a_name_and_never_a_path(town: Town, city: str) -> None:
    [problem] = town.problems(city=city)
    assert "is no name of a city file" in problem


def test_a_city_is_served_only_with_its_own_secret_and_address(town: Town) -> None:
    problems = town.problems(production=True)
    assert [problem.split(":")[1] for problem in problems] == [" IDOBATA_BASE_URL", " IDOBATA_SECRET_KEY"]
    machine = town.read(PRODUCTION, production=True).machine
    assert (machine.secret_key, machine.base_url, machine.demo) == (SECRET, "https://idobata.example.jp", False)
    assert not town.data.exists()


def test_a_production_clock_cannot_be_held(town: Town) -> None:
    [problem] = town.problems({**PRODUCTION, "IDOBATA_NOW": "2026-12-05T10:00:00+09:00"}, production=True)
    assert problem.startswith("environment: IDOBATA_NOW: ")


@pytest.mark.parametrize(
    "given, kept",
    [
        ("https://Idobata.Example.jp/", "https://idobata.example.jp"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://idobata.example.jp", None),
        ("http://127.0.0.1.example.jp", None),
        ("idobata.example.jp", None),
        ("https://idobata.example.jp/sub", None),
        ("https://idobata.example.jp/?a", None),
        ("https://hanako:geheim@idobata.example.jp", None),
        ("https://idobata.example.jp:port", None),
        ("https://idobata .example.jp", None),
        ("ftp://idobata.example.jp", None),
    ],
)
def test_the_address_of_a_served_city_is_safe(town: Town, given: str, kept: str | None) -> None:
    environ = {**PRODUCTION, "IDOBATA_BASE_URL": given}
    if kept is None:
        [problem] = town.problems(environ, production=True)
        assert problem.startswith("environment: IDOBATA_BASE_URL: ")
        assert "geheim" not in problem
    else:
        assert town.read(environ, production=True).machine.base_url == kept


@pytest.mark.parametrize(
    "given, kept",
    [
        ("postgresql://idobata:geheim@db/idobata", "postgresql+psycopg://idobata:geheim@db/idobata"),
        ("postgres://idobata:geheim@db/idobata?sslmode=require", "postgresql+psycopg://idobata:geheim@db/idobata?sslmode=require"),
        ("postgresql+psycopg:///idobata", "postgresql+psycopg:///idobata"),
        ("sqlite:////srv/idobata.db", "sqlite:////srv/idobata.db"),
        ("mysql://idobata:geheim@db/idobata", None),
        ("postgresql+psycopg2://geheim@db/idobata", None),
        ("/srv/geheim.db", None),
        ("sqlite://", None),
    ],
)
def test_the_database_is_sqlite_or_postgresql(town: Town, given: str, kept: str | None) -> None:
    if kept is None:
        [problem] = town.problems({"IDOBATA_DATABASE_URL": given})
        assert problem == "environment: IDOBATA_DATABASE_URL: must begin with postgresql:// or be sqlite:/// and a file"
    else:
        assert town.read({"IDOBATA_DATABASE_URL": given}).machine.database_url == kept


def test_without_a_word_the_database_is_a_file_in_the_data_folder(town: Town) -> None:
    machine = town.read().machine
    assert machine.data == town.data
    assert machine.database_url == f"sqlite:///{town.data}/idobata.sqlite3"


def test_in_a_checkout_the_data_lies_beside_the_program(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert town.read({"IDOBATA_DATA": ""}).machine.data == elsewhere / "data"
    (tmp_path / "pyproject.toml").touch()
    assert town.read({"IDOBATA_DATA": ""}).machine.data == tmp_path / "data"


def test_a_data_folder_that_is_a_file_is_a_mistake(town: Town) -> None:
    town.data.write_text("")
    assert town.problems() == ["environment: IDOBATA_DATA: is not a folder"]


@pytest.mark.parametrize(
    "variable, given, fine",
    [
        ("IDOBATA_REDIS_URL", "redis://:geheim@cache:6379/0", True),
        ("IDOBATA_REDIS_URL", "geheim@cache", False),
        ("IDOBATA_SMTP_URL", "smtps://hanako:geheim@mail.example.jp", True),
        ("IDOBATA_SMTP_URL", "mail.example.jp", False),
        ("IDOBATA_SMTP_URL", "smtp://", False),
        ("IDOBATA_SMTP_URL", "smtp://hanako:geheim@mail.example.jp:70000", False),
        ("IDOBATA_SMTP_URL", "smtp://hanako:geheim@[mail", False),
        ("IDOBATA_SECRET_KEY", "geheim", False),
        ("IDOBATA_SECRETKEY", "geheim", False),
        ("IDOBATA_NOW", "geheim", False),
    ],
)
def test_a_secret_is_never_repeated(town: Town, variable: str, given: str, fine: bool) -> None:
    if fine:
        assert "geheim" not in repr(town.read({variable: given}))
    else:
        [problem] = town.problems({variable: given})
        assert problem.startswith(f"environment: {variable}: ")
        assert "geheim" not in problem


def test_no_secret_of_the_machine_shows_when_settings_are_printed(town: Town) -> None:
    environ = {
        "IDOBATA_DATABASE_URL": "postgresql://a:geheim@db/x",
        "IDOBATA_SMTP_URL": "smtp://a:geheim@m",
        "IDOBATA_REDIS_URL": "redis://:geheim@r",
    }
    settings = town.read({**PRODUCTION, **environ}, production=True)
    assert "geheim" not in repr(settings) + str(settings.machine)
    assert "geheim" in settings.machine.secret_key + settings.machine.smtp_url


def test_variables_of_others_and_empty_ones_are_no_mistakes(town: Town) -> None:
    settings = town.read({"IDOBATA_REDIS_URL": "", "IDOBATA_NOW": " ", "IDOBATA_CITY": "demo", "HOME": "/", "XIDOBATA_A": "1"})
    assert settings.machine.redis_url == ""
    assert settings.machine.fixed_now is None


def test_an_unknown_variable_names_the_nearest(town: Town) -> None:
    assert town.problems({"IDOBATA_SMTP": "x"}) == ["environment: IDOBATA_SMTP: is not a setting; did you mean IDOBATA_SMTP_URL?"]
    assert town.problems({"IDOBATA_QQQQ": "x"}) == ["environment: IDOBATA_QQQQ: is not a setting"]


@pytest.mark.parametrize("given", ["2026-12-05T10:00:00+09:00", "2026-12-05T01:00:00Z", "2026-12-05T10:00:00"])
def test_a_held_clock_is_a_moment_and_means_the_citys_zone(town: Town, given: str) -> None:
    at = town.read({"IDOBATA_NOW": given}).machine.fixed_now
    assert at is not None
    assert at.astimezone(UTC) == datetime(2026, 12, 5, 1, tzinfo=UTC)


def test_the_demo_makes_its_secret_once_for_its_owner_alone(town: Town) -> None:
    first = town.read(demo=True).machine
    file = town.data / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(first.secret_key) >= 32
    assert first.demo
    assert first.base_url == "http://127.0.0.1:8000"
    assert town.read(demo=True).machine.secret_key == first.secret_key
    assert [path.name for path in town.data.iterdir()] == ["secret_key"]


def test_demos_that_start_together_share_one_secret(town: Town) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = {machine.secret_key for machine in pool.map(lambda _: town.read(demo=True).machine, range(24))}
    assert len(keys) == 1


def test_a_damaged_secret_of_the_demo_is_said(town: Town) -> None:
    town.data.mkdir()
    (town.data / "secret_key").write_text("short")
    with pytest.raises(SettingsError, match="is damaged; delete it") as caught:
        town.read(demo=True)
    assert "short" not in str(caught.value)


def test_the_demo_takes_a_secret_that_is_given(town: Town) -> None:
    assert town.read({"IDOBATA_SECRET_KEY": SECRET}, demo=True).machine.secret_key == SECRET
    assert not town.data.exists()


def test_a_demo_is_not_production(town: Town) -> None:
    with pytest.raises(ValueError, match="not production"):
        town.read(PRODUCTION, demo=True, production=True)
