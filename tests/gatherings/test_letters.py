"""The letters a poster gets: short, with the next step, and safe to send."""

import inspect

import pytest

from idobata.gatherings import letters
from idobata.kernel.letter import Letter

GIVEN = {
    "site": "しおさか井戸端",
    "title": "朝の将棋",
    "days": 3,
    "hours": 48,
    "reply": "日にちを教えてください。",
    "words": "たのしみにしています",
    "fields": "題名",
}
WRITERS = [one for name, one in inspect.getmembers(letters, inspect.isfunction) if name.endswith("_letter")]


def written(writer: object, **changes: object) -> Letter:
    parameters = inspect.signature(writer).parameters  # type: ignore[arg-type]
    values = {name: {**GIVEN, **changes}.get(name, f"https://example.com/{name}") for name in parameters}
    letter = writer(**values)  # type: ignore[operator]
    assert isinstance(letter, Letter)
    return letter


@pytest.mark.parametrize("writer", WRITERS)
def test_every_letter_names_the_site_and_has_each_address_on_a_line_of_its_own(writer: object) -> None:
    letter = written(writer)
    assert letter.subject.startswith("【しおさか井戸端】")
    addresses = [line for line in letter.text.splitlines() if "https://" in line]
    assert addresses
    assert all(line.startswith("https://") and " " not in line for line in addresses)
    assert letter.text.endswith("\n")
    assert "%" not in letter.text
    assert not any(word in letter.text for word in ("福祉", "支援", "対象者", "困難"))


@pytest.mark.parametrize("writer", [one for one in WRITERS if "words" in inspect.signature(one).parameters])
def test_a_word_of_the_editor_is_added_only_when_there_is_one(writer: object) -> None:
    assert "担当から：\nたのしみにしています" in written(writer).text
    assert "担当から" not in written(writer, words="").text


def test_the_letter_that_asks_to_confirm_takes_no_word_of_the_poster() -> None:
    assert set(inspect.signature(letters.confirm_post_letter).parameters) == {"site", "link", "hours"}


def test_a_title_with_signs_of_every_kind_stays_as_it_is() -> None:
    assert "100%の《「祭り」》{x}" in written(letters.received_letter, title="100%の《「祭り」》{x}").subject
