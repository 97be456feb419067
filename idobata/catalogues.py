"""Keeps the catalogues of other languages in step with the sentences in the code and in the templates.

The catalogues are read as they are when the site starts (`web/language.py`); there is nothing to compile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from idobata.kernel.layout import PACKAGE

# What babel calls one sentence: a string, or its singular and plural.
Words: TypeAlias = str | list[str] | tuple[str, ...]

CATALOGUES = PACKAGE / "translations"

# The functions that are given a sentence of the source language; `ngettext` is given two.
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "N_": None,
    "sentence": None,
}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
# A template that cannot be read must be said: by itself the extractor would pass over it in silence.
_OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}
# The usual header has dates and versions in it, which would make every catalogue differ from day to day.
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one catalogue. `gone` are sentences nobody says any more, each with its last translation."""

    language: str
    added: tuple[str, ...]
    gone: tuple[tuple[str, str], ...]
    untranslated: tuple[str, ...]


def extract(folder: Path = PACKAGE) -> Catalog:
    """Every sentence in the Python files and templates of a package, with the files it stands in and no line numbers."""
    found = Catalog(charset="utf-8")
    for file, _line, words, _comments, context in extract_from_dir(folder, _METHODS, _OPTIONS, _KEYWORDS):
        found.add(words, locations=[(f"{folder.name}/{Path(file).as_posix()}", 0)], context=context)
    for message in found:
        message.locations = sorted(set(message.locations))
    return found


def catalogue_file(language: str, folder: Path = CATALOGUES) -> Path:
    """Where the catalogue of a language lies."""
    return folder / language / "LC_MESSAGES" / "messages.po"


def languages(folder: Path = CATALOGUES) -> tuple[str, ...]:
    """The languages that have a catalogue."""
    return tuple(sorted(file.parents[1].name for file in folder.glob("*/LC_MESSAGES/messages.po")))


def read_catalogue(language: str, folder: Path = CATALOGUES) -> Catalog:
    """The catalogue of a language as it lies in its file; an empty one when there is none yet."""
    file = catalogue_file(language, folder)
    if not file.is_file():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as source:
        return read_po(source, locale=language)


def update(language: str, sentences: Catalog | None = None, folder: Path = CATALOGUES) -> Merged:
    """Bring a language's catalogue to the sentences of today and write it, sorted by sentence.

    Translations stay, new sentences come in untranslated, and what nobody says any more goes. The same sentences give the same bytes.
    """
    sentences = extract() if sentences is None else sentences
    catalogue = read_catalogue(language, folder)
    known = {_key(message.id) for message in catalogue if message.id}
    # A guess from a similar sentence would be wrong and look right.
    catalogue.update(sentences, no_fuzzy_matching=True)
    gone = tuple((_key(message.id), _key(message.string)) for message in catalogue.obsolete.values())
    catalogue.obsolete.clear()
    file = catalogue_file(language, folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_as_bytes(catalogue, language))
    return Merged(
        language=language,
        added=tuple(sorted(_key(message.id) for message in catalogue if message.id and _key(message.id) not in known)),
        gone=tuple(sorted(gone)),
        untranslated=untranslated(catalogue),
    )


def untranslated(catalogue: Catalog) -> tuple[str, ...]:
    """The sentences of a catalogue that have no translation, or one that somebody doubts."""
    return tuple(sorted(_key(message.id) for message in catalogue if message.id and (message.fuzzy or not _is_whole(message.string))))


def update_all(say: Callable[[str], None]) -> bool:
    """Bring every catalogue to the sentences of today and say what came, what went and what is missing. True when nothing is missing."""
    sentences = extract()
    results = [update(language, sentences) for language in languages()]
    for merged in results:
        say(f"{merged.language}: {len(merged.added)} new, {len(merged.gone)} gone, {len(merged.untranslated)} without a translation")
        for words, translation in merged.gone:
            say(f"  gone     {words}" + (f" → {translation}" if translation else ""))
        for words in merged.untranslated:
            say(f"  missing  {words}")
    return not any(merged.untranslated for merged in results)


def _as_bytes(catalogue: Catalog, language: str) -> bytes:
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return _HEADER.format(language=language, plurals=catalogue.plural_forms).encode() + written.getvalue()


def _key(words: Words | None) -> str:
    return words if isinstance(words, str) else " / ".join(words or ())


def _is_whole(translation: Words | None) -> bool:
    forms = [translation] if isinstance(translation, str) else translation or [""]
    return all(forms)
