"""Whatever the site says can be said in English; nothing is missing, doubtful or left over."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment, TemplateSyntaxError, nodes

from idobata.catalogues import catalogue_file, extract, languages, read_catalogue, untranslated, update
from idobata.kernel.layout import PACKAGE, config_folder
from idobata.web.language import SOURCE, catalogue

JAPANESE = re.compile("[ぁ-ゖァ-ヺー一-鿿々]")
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
MARKS = {"_", "gettext", "lazy_gettext", "ngettext", "N_", "sentence"}
# What English must never call a neighbour.
JARGON = re.compile(
    r"vulnerable|welfare|in need|support needed|special needs|withdrawn (?:people|person)|recluse|isolated|beneficiar|service user", re.I
)
HOW = "run `python3 -m idobata catalogue`, then fill in idobata/translations/en/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def said() -> Catalog:
    """Every sentence of the code and the templates."""
    return extract()


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English catalogue as it lies in its file."""
    return read_catalogue("en")


def sentences(catalogue: Catalog) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id}


def translations(catalogue: Catalog) -> list[tuple[str, str]]:
    """Pairs of a sentence and its translation; plural forms each for themselves."""
    return [
        (source, translation)
        for message in catalogue
        if message.id
        for source, translation in zip(
            [message.id] if isinstance(message.id, str) else message.id,
            [message.string] if isinstance(message.string, str) else message.string,
            strict=True,
        )
    ]


def test_every_sentence_has_its_english(said: Catalog, english: Catalog) -> None:
    missing = sorted(sentences(said) - sentences(english)) + list(untranslated(english))

    assert not missing, f"{len(missing)} without English ({HOW}):\n" + "\n".join(missing)


def test_nothing_is_translated_that_nobody_says(said: Catalog, english: Catalog) -> None:
    left_over = sorted(sentences(english) - sentences(said))

    assert not left_over, f"left over ({HOW}):\n" + "\n".join(left_over)
    assert not english.obsolete, HOW


def test_a_translation_fills_in_what_the_sentence_fills_in(english: Catalog) -> None:
    wrong = [
        f"{source} -> {translation}"
        for source, translation in translations(english)
        if translation and sorted(PLACE.findall(source)) != sorted(PLACE.findall(translation))
    ]

    assert not wrong, "\n".join(wrong)


def test_english_is_english(english: Catalog) -> None:
    wrong = [translation for _source, translation in translations(english) if JAPANESE.search(re.sub("「[^」]*」", "", translation))]

    assert not wrong, "\n".join(wrong)


def test_english_speaks_of_gatherings_and_labels_nobody(english: Catalog) -> None:
    wrong = [translation for _source, translation in translations(english) if JARGON.search(translation)]

    assert not wrong, "\n".join(wrong)


def test_a_label_that_ends_in_a_colon_does_so_in_english(english: Catalog) -> None:
    # These stand right before what they name; without their space the two would run together.
    wrong = [
        translation
        for source, translation in translations(english)
        if translation and source.endswith("：") and not re.search(r"[:.] $", translation)
    ]

    assert not wrong, "\n".join(wrong)


def test_every_language_a_city_offers_has_a_catalogue() -> None:
    files = [config_folder() / "default.toml", *(config_folder() / "cities").glob("*.toml")]
    offered = {code for file in files for code in tomllib.loads(file.read_text("utf-8")).get("city", {}).get("languages", [])}

    assert "en" in offered
    assert offered - {SOURCE} <= set(languages())


def test_the_file_is_as_the_command_writes_it(english: Catalog, tmp_path: Path) -> None:
    copy = catalogue_file("en", tmp_path)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(catalogue_file("en").read_bytes())

    update("en", english, tmp_path)

    assert copy.read_bytes() == catalogue_file("en").read_bytes(), HOW


def test_the_site_reads_the_catalogue_as_it_is() -> None:
    assert catalogue("en").gettext("投稿する") == "Post a gathering"
    assert catalogue("ja").gettext("投稿する") == "投稿する"


def test_extraction_sees_every_sentence_the_code_marks(said: Catalog) -> None:
    """The extractor reads words, not meaning; Python's own grammar tells whether it understood all of them."""
    marked: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and _name(call.func) in MARKS and call.args:
                marked |= {one.value for one in _chosen(call.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}

    assert marked
    assert marked <= sentences(said), "write each of these as one plain string:\n" + "\n".join(sorted(marked - sentences(said)))


def test_no_template_says_a_japanese_word_outside_the_catalogue() -> None:
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    found: list[str] = []
    for file in sorted((PACKAGE / "templates").rglob("*.html")):
        # The samples show what people write, and a language is called by its own name.
        if file.name == "patterns.html":
            continue
        tree = environment.parse(file.read_text("utf-8"))
        inside = {
            id(word) for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") in MARKS for word in call.find_all(nodes.Const)
        }
        inside |= {id(pair.value) for pair in tree.find_all(nodes.Pair) if file.name == "header.html"}
        for node in tree.find_all((nodes.TemplateData, nodes.Const)):
            words = node.data if isinstance(node, nodes.TemplateData) else node.value
            if isinstance(words, str) and JAPANESE.search(words) and id(node) not in inside:
                found.append(f"{file.relative_to(PACKAGE)}:{node.lineno}: {words.strip()}")

    assert not found, "\n".join(found)


def test_no_view_says_a_japanese_word_outside_the_catalogue() -> None:
    found: list[str] = []
    for file in sorted([*PACKAGE.rglob("*views.py"), PACKAGE / "web" / "errors.py"]):
        tree = ast.parse(file.read_text("utf-8"))
        silent = {
            id(part) for call in ast.walk(tree) if isinstance(call, ast.Call) and _name(call.func) in MARKS for part in ast.walk(call)
        }
        silent |= {id(line.value) for line in ast.walk(tree) if isinstance(line, ast.Expr)}  # docstrings
        found += [
            f"{file.relative_to(PACKAGE)}:{word.lineno}: {word.value}"
            for word in ast.walk(tree)
            if isinstance(word, ast.Constant) and isinstance(word.value, str) and JAPANESE.search(word.value) and id(word) not in silent
        ]

    assert not found, "\n".join(found)


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """A package of one Python file and one template."""
    house = tmp_path / "house"
    (house / "templates").mkdir(parents=True)
    (house / "words.py").write_text(
        'A = N_("こんにちは")\nB = lazy_gettext("さようなら")\nC = self._("ようこそ")\nD = ngettext("%(num)s回", "%(num)s回とも", 2)\n'
        'E = sentence("%(name)sさん", {"name": 1})\nF = print("だれも訳さない")\n',
        "utf-8",
    )
    (house / "templates" / "page.html").write_text('{% do print(1) %}{{ _("%(day)sまで", day=1) }}{# _("書き置き") #}', "utf-8")
    return house


def test_sentences_are_found_however_they_are_marked(small_house: Path) -> None:
    found = extract(small_house)

    assert sentences(found) == {"こんにちは", "さようなら", "ようこそ", "%(num)s回", "%(name)sさん", "%(day)sまで"}
    assert found["%(day)sまで"].locations == [("house/templates/page.html", 0)]


def test_a_template_that_cannot_be_read_is_said_and_not_skipped(small_house: Path) -> None:
    (small_house / "templates" / "broken.html").write_text('{% if %}{{ _("聞こえない") }}', "utf-8")

    with pytest.raises(TemplateSyntaxError):
        extract(small_house)


def test_an_update_keeps_translations_brings_new_sentences_and_hands_back_the_old(small_house: Path, tmp_path: Path) -> None:
    first = update("en", extract(small_house), tmp_path)
    assert "こんにちは" in first.added
    assert "こんにちは" in first.untranslated

    file = catalogue_file("en", tmp_path)
    text = file.read_text("utf-8")
    text = text.replace('msgid "こんにちは"\nmsgstr ""', 'msgid "こんにちは"\nmsgstr "Hello"')
    text = text.replace('msgid "さようなら"\nmsgstr ""', 'msgid "さようなら"\nmsgstr "Goodbye"')
    file.write_text(text, "utf-8")
    (small_house / "words.py").write_text('A = N_("こんにちは")\nB = N_("こんにちは。")\n', "utf-8")

    second = update("en", extract(small_house), tmp_path)

    assert second.added == ("こんにちは。",)
    assert ("さようなら", "Goodbye") in second.gone
    assert second.untranslated == ("%(day)sまで", "こんにちは。"), "a sentence that is only similar gets no guessed translation"
    assert read_catalogue("en", tmp_path)["こんにちは"].string == "Hello"
    assert not read_catalogue("en", tmp_path).obsolete


def test_the_same_sentences_give_the_same_file_on_any_day(small_house: Path, tmp_path: Path) -> None:
    update("en", extract(small_house), tmp_path)
    before = catalogue_file("en", tmp_path).read_bytes()

    merged = update("en", extract(small_house), tmp_path)

    assert catalogue_file("en", tmp_path).read_bytes() == before
    assert merged.added == merged.gone == ()
    text = before.decode()
    assert "POT-Creation-Date" not in text
    assert not re.search(r"^#: .*:\d", text, re.M)
    ids = re.findall(r'^msgid "(.+)"$', text, re.M)
    assert ids == sorted(ids)


def test_a_doubtful_translation_counts_as_missing() -> None:
    doubtful = Catalog(locale="en")
    doubtful.add("こんにちは", "Hello", flags=["fuzzy"])
    doubtful.add("%(num)s回", "")
    doubtful.add(("一つ", "いくつも"), ("one", ""))
    doubtful.add("さようなら", "Goodbye")

    assert set(untranslated(doubtful)) == {"こんにちは", "%(num)s回", "一つ / いくつも"}


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _chosen(words: ast.expr) -> list[ast.expr]:
    """What an argument may be: itself, or either side of a choice."""
    return [*_chosen(words.body), *_chosen(words.orelse)] if isinstance(words, ast.IfExp) else [words]
