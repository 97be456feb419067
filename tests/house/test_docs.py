"""What the documents say is so: commands, addresses, filters, links, pictures. And nothing that is there goes without a word."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from idobata import pictures
from idobata.app import READER_QUERY
from idobata.cli import cli
from idobata.demo.town_reader import read_town
from idobata.gatherings.filters import PARTS, WHENS, Filters, read_filters
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.kernel.settings_environment import KNOWN, PREFIX
from idobata.opendata.import_report import OUTCOME_WORDS, to_csv
from idobata.opendata.profiles import GIF, RECOMMENDED
from idobata.web.guards import GUARD
from tests.harness.site import MONDAY, make_settings, running

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
NAMES = [str(one.relative_to(ROOT)) for one in DOCUMENTS]
TRANSLATED = [("README.md", "README.ja.md"), ("docs/adopting.md", "docs/adopting.ja.md")]

# Whom the documents may point to, beside the reader's own machine and names that are reserved for examples.
# The last two: where the default map comes from, told where its setting is.
KNOWN_HOSTS = {"creativecommons.org", "keepachangelog.com", "semver.org", "cyberjapandata.gsi.go.jp", "maps.gsi.go.jp"}
EXAMPLE = re.compile(r"(^|\.)example(\.\w+){0,2}$")

FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
CALL = re.compile(r"(?:^|[\s/])idobata +([a-z][a-z-]*)(?: +([a-z]+))?")
ID, SLUG = "k7m2x9pqrs4t", "minato"
# Pages between two steps of a form, mailed links, and what pages load by themselves: nobody is sent there from outside.
STEPS = ("/post/sent", "/sign-in/", "<token>", "/static/", "/map/tiles/")


def text_of(name: str) -> str:
    """A document as it stands in the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def rows_under(name: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = f"\n{text_of(name)}".split(f"\n{heading}\n", 1)[1]
    lines = re.split(r"\n## ", section, maxsplit=1)[0].split("\n")
    table = [line for line in lines if line.startswith("|")]
    assert len(table) > 2, f"no table under {heading}"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[2:]]


def codes(cell: str) -> list[str]:
    """The words in code in a cell."""
    return INLINE.findall(cell)


def commands() -> dict[str, click.Command]:
    """Every command by the words one types."""
    found: dict[str, click.Command] = {}
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": one for inner, one in command.commands.items()}
        else:
            found[name] = command
    return found


def options(command: click.Command) -> set[str]:
    """The options of a command as one types them."""
    return {name for one in command.params if isinstance(one, click.Option) for name in (*one.opts, *one.secondary_opts)}


def called(line: str) -> str | None:
    """The command that a line of code calls, or None."""
    found = CALL.search(line)
    if found is None:
        return None
    both = f"{found[1]} {found[2]}"
    return both if both in commands() else found[1]


def code_lines() -> Iterator[tuple[str, str]]:
    """Every line of code in every document, with the document's name."""
    for name in NAMES:
        text = text_of(name)
        for block in FENCE.findall(text):
            yield from ((name, line) for line in block.replace("\\\n", " ").split("\n"))
        yield from ((name, line) for line in INLINE.findall(FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


# Commands


def test_the_table_of_commands_is_the_program_s() -> None:
    rows = rows_under("docs/index.md", "## Commands")
    named = {called(row[0].strip("`")) for row in rows if row[0] != "*(none)*"}
    assert named == {*commands(), "test"}


def test_every_option_is_in_the_table_of_commands() -> None:
    for what, _words, told in rows_under("docs/index.md", "## Commands"):
        command = cli if what == "*(none)*" else commands().get(called(what.strip("`")) or "")
        if command is not None:
            assert set(codes(told)) == options(command), what


def test_no_document_calls_a_command_or_an_option_that_is_not_there() -> None:
    seen = set()
    for name, line in code_lines():
        command = called(line)
        if command is None:
            continue
        seen.add(command)
        assert command == "test" or command in commands(), f"{name}: {line}"
        if command != "test":
            words = shlex.split(line.split(f"idobata {command}", 1)[-1], comments=True)
            assert {word for word in words if word.startswith("--")} <= options(commands()[command]), f"{name}: {line}"
    assert {"import-events", "serve", "staff add"} <= seen


def test_the_roles_in_the_documents_are_those_one_can_give() -> None:
    [row] = [row for row in rows_under("docs/index.md", "## Commands") if "staff add" in row[0]]
    assert codes(row[1]) == [role.value for role in Role]


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_in_a_document_is_one_the_program_reads(name: str) -> None:
    named = set(re.findall(r"\bIDOBATA_[A-Z_]+[A-Z]", text_of(name)))
    assert named <= {PREFIX + one for one in KNOWN}


# Addresses


@pytest.fixture
def town_settings(tmp_path: Path) -> Settings:
    """The demo city: which addresses there are does not hang on the database."""
    return make_settings(f"sqlite:///{tmp_path / 'town.sqlite3'}", tmp_path)


@pytest.fixture
def routes(town_settings: Settings) -> Iterator[Flask]:
    """An application, for its addresses only."""
    yield from running(town_settings)


def documented_addresses() -> list[str]:
    """Every public address of docs/addresses.md."""
    headings = (
        "## Pages",
        "## Feeds and calendars",
        "## Pages for other sites",
        "## The screen in the town hall",
        "## Open data",
        "## API",
        "## For robots",
        "## For those who watch over it",
    )
    addresses = [
        one for heading in headings for row in rows_under("docs/addresses.md", heading) for one in codes(row[0]) if one.startswith("/")
    ]
    suffixes = [codes(row[0])[0] for row in rows_under("docs/addresses.md", "### Suffixes")]
    return [one.replace(".<suffix>", suffix) for one in addresses for suffix in (suffixes if one.endswith(".<suffix>") else [""])]


def endpoint_of(app: Flask, address: str) -> str:
    """The route behind an address with its placeholders filled."""
    days = (("<YYYY-MM-DD>", "2026-12-05"), ("<YYYY-MM>", "2026-12"))
    for placeholder, value in (("<id>", ID), ("<slug>", SLUG), ("<kind>", "pages"), ("<number>", "1"), *days):
        address = address.replace(placeholder, value)
    endpoint, _values = app.url_map.bind("localhost").match(address, method="GET")
    return str(endpoint)


def test_every_address_in_the_documents_opens_for_everybody(routes: Flask) -> None:
    for address in documented_addresses():
        assert getattr(routes.view_functions[endpoint_of(routes, address)], GUARD) == "public", address


def test_every_address_that_opens_for_everybody_is_in_the_documents(routes: Flask) -> None:
    told = {endpoint_of(routes, address) for address in documented_addresses()}
    there = {
        rule.endpoint: rule.rule
        for rule in routes.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and getattr(routes.view_functions[rule.endpoint], GUARD, "") == "public"
    }
    assert [rule for endpoint, rule in there.items() if endpoint not in told and not any(step in rule for step in STEPS)] == []


def test_the_filters_in_the_documents_are_those_that_are_read(town_settings: Settings) -> None:
    rows = rows_under("docs/addresses.md", "## Filters")
    named = {codes(row[0])[0]: row for row in rows}
    assert set(named) | {"lang", "limit"} <= READER_QUERY
    looks = {
        name
        for heading in ("## How an embed looks", "## The screen in the town hall")
        for row in rows_under("docs/addresses.md", heading)
        for name in codes(row[0])
    }
    # `done` and `then` are between our own pages, `cursor` is the API's, the last three are fields of the form that
    # writes an embed's address.
    assert READER_QUERY - set(named) - looks == {"lang", "done", "then", "cursor", "source", "height", "language"}
    assert tuple(codes(named["when"][1])) == WHENS
    assert tuple(codes(named["time"][1])) == PARTS
    for name, row in named.items():
        [example] = codes(row[2])
        given, _, value = example.partition("=")
        assert given == name
        filters, broken = read_filters([(given, value)], town_settings)
        assert filters != Filters(), example
        assert broken == (), example


# Importing


def test_the_forms_and_the_report_are_as_documented() -> None:
    text = text_of("docs/importing.md")
    for profile in (RECOMMENDED, GIF):
        assert f"| {len(profile.columns)} |" in text
        assert f"`{profile.columns[0].header}`" in text
    assert [codes(row[0])[0] for row in rows_under("docs/importing.md", "## The report")] == to_csv([]).decode("utf-8-sig").strip().split(
        ","
    )
    assert all(words in text for words in OUTCOME_WORDS.values())


def test_every_option_of_the_import_is_explained() -> None:
    rows = rows_under("docs/importing.md", "# Importing event lists")
    assert {codes(row[0])[0].split()[0] for row in rows} == options(commands()["import-events"])


# Links, hosts, paths


@pytest.mark.parametrize("name", NAMES)
def test_every_link_between_the_documents_leads_somewhere(name: str) -> None:
    for link, image in LINK.findall(FENCE.sub("", text_of(name))):
        target, _, anchor = (link or image).partition("#")
        if "://" in target:
            continue
        file = (ROOT / name).parent / target if target else ROOT / name
        assert file.exists(), f"{name}: {link or image}"
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), f"{name}: {link}"


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_reached_from_the_index_or_the_front_page(name: str) -> None:
    reached = {"README.md", "docs/index.md"}
    for start in ("README.md", "docs/index.md"):
        for link, _image in LINK.findall(text_of(start)):
            if "://" not in link:
                reached.add(str(((ROOT / start).parent / link.partition("#")[0]).resolve().relative_to(ROOT)))
    assert name in reached


@pytest.mark.parametrize("name", NAMES)
def test_a_document_points_to_no_foreign_host(name: str) -> None:
    # Packages come from wherever the reader's machine gets them; a mirror or a registry named here would be wrong somewhere.
    for host in re.findall(r"\b[a-z]+://(?:[^\s/@`]*@)?([\w.\-]+)", text_of(name)):
        own = host in ("127.0.0.1", "localhost", "host") or "." not in host
        assert own or host in KNOWN_HOSTS or EXAMPLE.search(host) or host.startswith(("mail.example.", "idobata.example.")), host
    assert "index-url" not in text_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_knows_no_path_of_somebody_s_machine(name: str) -> None:
    assert re.findall(r"(?:(?<![\w.])/(?:home|root|Users|work|workspace|tmp|mnt|opt)/|[A-Z]:\\)\S*", text_of(name)) == []


# Two languages


@pytest.mark.parametrize("pair", TRANSLATED, ids=lambda pair: str(pair[0]))
def test_both_languages_have_the_same_shape_and_the_same_code(pair: tuple[str, str]) -> None:
    one, other = (text_of(name) for name in pair)
    levels = [re.findall(r"^(#+) ", FENCE.sub("", text), re.MULTILINE) for text in (one, other)]
    assert levels[0] == levels[1]
    assert FENCE.findall(one) == FENCE.findall(other)
    assert FENCE.findall(one) != []
    points = [len(re.findall(r"^(?:\* |\| )", text, re.MULTILINE)) for text in (one, other)]
    assert points[0] == points[1]


def test_both_front_pages_show_the_same_pictures_each_with_words_for_those_who_do_not_see_them() -> None:
    shown = []
    for name in ("README.md", "README.ja.md"):
        text = text_of(name)
        shown.append([link or image for link, image in LINK.findall(text) if (link or image).endswith(".webp")])
        assert "![](" not in text
        assert text.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]+"', text))
    assert shown[0] == shown[1]
    assert len(shown[0]) >= 3


# The demo


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_sign_ins_of_the_demo_are_those_of_its_people(name: str) -> None:
    heading = "## Try it" if name == "README.md" else "## ためしてみる"
    told = {(row[1], codes(row[2])[0]) for row in rows_under(name, heading)}
    assert told == {(one.name, one.email) for one in read_town(MONDAY.date()).people if one.role != "resident"}


def test_the_numbers_on_the_front_page_are_right() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in text_of("README.md")
    assert project["license"] == "MIT"
    assert 65 <= len(read_town(MONDAY.date()).gatherings) <= 75


# Pictures


def test_there_is_a_picture_of_every_scene_and_none_is_heavy() -> None:
    files = sorted((ROOT / "docs" / "pictures").glob("*"))
    assert {file.name for file in files} == {pictures.picture_name(scene, frame) for scene in pictures.SCENES for frame in pictures.FRAMES}
    assert all(file.read_bytes()[8:12] == b"WEBP" for file in files)
    assert max(file.stat().st_size for file in files) <= pictures.LARGEST_BYTES
    assert sum(file.stat().st_size for file in files) < 1_500_000


def test_the_scenes_show_the_demo_s_own_editor() -> None:
    assert pictures.EDITOR in {one.email for one in read_town(MONDAY.date()).people if one.role == Role.EDITOR}


def test_without_a_browser_one_sentence_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures.chromium, "find", lambda: None)
    said = CliRunner().invoke(pictures.pictures, ["--folder", str(tmp_path / "new")])
    assert said.exit_code == 1
    assert said.output.count("\n") == 1
    assert "Chromium" in said.output
    assert not (tmp_path / "new").exists()


def test_without_the_test_environment_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    said = CliRunner().invoke(pictures.pictures, ["--folder", str(tmp_path / "new")])
    assert said.exit_code == 1
    assert said.output.count("\n") == 1
    assert "python3 -m idobata test" in said.output
