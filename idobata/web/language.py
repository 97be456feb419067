"""The language of a page: Japanese, or what `?lang=` asks for among the city's languages.

The catalogues are read from their .po files at start: nothing to compile, nothing to forget.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from idobata.kernel.words import SOURCE as SOURCE


def asked_language(languages: tuple[str, ...]) -> str:
    """What this request asks for."""
    asked = request.args.get("lang", "")
    return asked if asked in languages else languages[0]


def current_locale() -> str:
    """The locale Flask-Babel works in."""
    return str(getattr(g, "language", SOURCE)) if has_request_context() else SOURCE


class PoDomain(Domain):
    """A Flask-Babel domain that reads .po files from the package."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the current language; for the source language none is needed."""
        return catalogue(str(get_locale() or SOURCE))


@cache
def catalogue(language: str) -> NullTranslations:
    """The catalogue of a language, empty for the source language."""
    path = files("idobata").joinpath("translations", language, "LC_MESSAGES", "messages.po")
    if language == SOURCE or not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def set_up(app: Flask) -> None:
    """Give an app Flask-Babel with our catalogues."""
    babel = Babel(app, default_locale=SOURCE, locale_selector=current_locale)
    babel.domain_instance = PoDomain()
