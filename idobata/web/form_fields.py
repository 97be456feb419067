"""Form fields that every feature uses. Whatever arrives, the words stay: cleaned where they can be, as typed where they cannot."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget, TextArea

from idobata.kernel.text import TooLong, clean_line, clean_text

_NO_LIMIT = 100_000_000


class WordsField(StringField):
    """Typed words. `too_long` is (limit, length) when there are more than fit; they are kept all the same."""

    def __init__(self, label: Any = None, *, limit: int, lines: bool = False, must: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.limit, self.lines = limit, lines
        self.too_long: tuple[int, int] | None = None
        if must:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was sent."""
        raw = valuelist[0] if valuelist else ""
        clean = clean_text if self.lines else clean_line
        try:
            self.data = clean(raw, limit=self.limit)
        except TooLong as error:
            self.too_long = (error.limit, error.length)
            self.data = clean(raw, limit=_NO_LIMIT)


class LongWordsField(WordsField):
    """Typed words in a box of several rows."""

    widget = TextArea()


class OneField(RadioField):
    """One of a few, as radio buttons. What is not among them counts as not chosen."""

    def __init__(self, label: Any = None, *, must: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        if must:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep a known choice."""
        sent = valuelist[0] if valuelist else ""
        self.data = sent if sent in {choice.value for choice in self.choices or ()} else ""


class PickField(SelectField):
    """One of many, as a list that opens. What is not among them counts as not chosen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep a known choice."""
        sent = valuelist[0] if valuelist else ""
        self.data = sent if sent in {choice.value for choice in self.choices or ()} else ""


class SomeField(SelectMultipleField):
    """Any of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_data(self, value: Iterable[str] | None) -> None:
        """Take what is stored."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the known choices, each once, in the order of the form."""
        sent = set(valuelist)
        self.data = [choice.value for choice in self.choices or () if choice.value in sent]


class TickField(BooleanField):
    """A box to tick."""
