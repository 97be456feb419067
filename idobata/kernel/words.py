"""Marks a sentence for the catalogues where no request, and so no language, is known yet."""

from collections.abc import Callable
from typing import TypeAlias

Translate: TypeAlias = Callable[[str], str]
# The language of every sentence in the code, and of a page whose address names none.
SOURCE = "ja"


def N_(sentence: str) -> str:  # noqa: N802 - the name every gettext tool looks for
    """Return `sentence` unchanged; `pybabel extract` finds it, the page translates it."""
    return sentence


def in_japanese(sentence: str) -> str:
    """The translation into the source language: the sentence itself."""
    return sentence
