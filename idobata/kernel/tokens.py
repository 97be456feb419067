"""Japanese search words, cut by us so that SQLite and PostgreSQL find exactly the same.

A run of kana or kanji becomes its overlapping pairs and, last, its final letter: 夏祭り → 夏祭 祭り り. The final letter
keeps two runs apart (a phrase cannot run from one into the next) and lets a one-letter word be found as a beginning.
A run of Latin letters or digits stays whole.
"""

import re
import unicodedata

Query = tuple[tuple[str, ...], ...]
"""Phrases, all of which must be found; each is its terms side by side. A phrase that ends with one kana or kanji means: begins so."""

MAX_WORDS = 8
MAX_WORD_LENGTH = 40

# Scripts that put spaces between words: Latin, Greek, Cyrillic and the digits.
_SPACED = r"0-9a-z\u00aa-\u052f\u1e00-\u1fff"
_LETTERS = re.compile(r"[^\W_]+")
_RUNS = re.compile(rf"[{_SPACED}]+|[^{_SPACED}]+")
_SPACED_LETTER = re.compile(rf"[{_SPACED}]")
_DASHES = re.compile(r"(?<=[ぁ-ゖー])[〜~\-‐‑‒–—―−]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)} | {ord("ヽ"): "ゝ", ord("ヾ"): "ゞ"}


def fold(text: str) -> str:
    """`text` with width, case, katakana/hiragana and the shapes of the long-sound mark made equal."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return _DASHES.sub("ー", folded.translate(_TO_HIRAGANA))


def index_terms(text: str) -> list[str]:
    """All terms of a text in their order, repeats kept: the place in the list is the term's position."""
    terms: list[str] = []
    for letters in _LETTERS.findall(fold(text)):
        for run in _RUNS.findall(letters):
            terms += _terms_of(run, whole=True)
    return terms


def parse_query(text: str) -> Query:
    """What somebody typed into the search field; at most 8 words of 40 letters. Empty when it holds no letter or digit."""
    phrases: list[tuple[str, ...]] = []
    for word in fold(text).split():
        runs = [run for letters in _LETTERS.findall(word[:MAX_WORD_LENGTH]) for run in _RUNS.findall(letters)]
        # Only the last run may go on in the text, so only it is asked for without its closing letter.
        terms = [term for run in runs[:-1] for term in _terms_of(run, whole=True)]
        if runs:
            phrases.append((*terms, *_terms_of(runs[-1], whole=False)))
        if len(phrases) == MAX_WORDS:
            break
    return tuple(phrases)


def fts5_expression(query: Query) -> str | None:
    """`query` for SQLite's MATCH, against a table made with `tokenize='unicode61 remove_diacritics 0'`; None when empty."""
    parts = [f'"{" ".join(phrase)}"' + ("*" if _is_beginning(phrase) else "") for phrase in query]
    return " AND ".join(parts) or None


def tsquery_expression(query: Query) -> str | None:
    """`query` as a literal of PostgreSQL's `tsquery` (cast it; to_tsquery would cut the terms again); None when empty."""
    parts = []
    for phrase in query:
        terms = " <-> ".join(f"'{term}'" for term in phrase)
        parts.append(f"({terms}{':*' if _is_beginning(phrase) else ''})")
    return " & ".join(parts) or None


def plain_needles(query: Query) -> tuple[str, ...]:
    """What each phrase of `query` looks like inside terms joined by single spaces, with a space before and after them all."""
    return tuple(f" {' '.join(phrase)}" + ("" if _is_beginning(phrase) else " ") for phrase in query)


def _terms_of(run: str, *, whole: bool) -> list[str]:
    if _SPACED_LETTER.match(run):
        return [run]
    pairs = [run[place : place + 2] for place in range(len(run) - 1)]
    return [*pairs, run[-1]] if whole or not pairs else pairs


def _is_beginning(phrase: tuple[str, ...]) -> bool:
    return len(phrase[-1]) == 1 and not _SPACED_LETTER.match(phrase[-1])
