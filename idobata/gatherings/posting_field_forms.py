"""The fields of the posting form. Whatever arrives, the words stay: cleaned where they can be, as typed where they cannot."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, Field, StringField

from idobata.gatherings.typed_times import read_day, read_time
from idobata.kernel.text import clean_line
from idobata.web.form_fields import LongWordsField as LongWordsField
from idobata.web.form_fields import OneField as OneField
from idobata.web.form_fields import PickField as PickField
from idobata.web.form_fields import SomeField as SomeField
from idobata.web.form_fields import TickField as TickField
from idobata.web.form_fields import WordsField as WordsField

_NO_LIMIT = 100_000_000
# Longer than any day or time; what is longer was not meant as one.
_SHORT = 60
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME = re.compile(r"\d{2}:\d{2}")


class DayField(StringField):
    """A day. Shown as a date picker while it is one, and as plain words when it cannot be read, so that nothing vanishes."""

    def __init__(self, label: Any = None, *, must: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        if must:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep one clean line."""
        self.data = clean_line(valuelist[0] if valuelist else "", limit=_NO_LIMIT)[:_SHORT]

    def day(self, today: date) -> date | None:
        """The day that was typed, or None; a day that was read is from then on shown as such."""
        found = read_day(self.data or "", today)
        if found is not None:
            self.data = found.isoformat()
        return found

    def __call__(self, **more: object) -> Markup:
        """The input."""
        return Markup(super().__call__(**_plain_unless(_ISO_DAY, self.data, more)))


class ClockField(StringField):
    """A time of day, shown like a `DayField`."""

    def __init__(self, label: Any = None, *, must: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        if must:
            self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep one clean line."""
        self.data = clean_line(valuelist[0] if valuelist else "", limit=_NO_LIMIT)[:_SHORT]

    def time(self, *, end: bool = False) -> time | None:
        """The time that was typed, or None."""
        found = read_time(self.data or "", end=end)
        if found is not None:
            self.data = found.isoformat("minutes")
        return found

    def __call__(self, **more: object) -> Markup:
        """The input."""
        return Markup(super().__call__(**_plain_unless(_ISO_TIME, self.data, more)))


class FactsField(Field):
    """The welcome facts, each yes, no, or not said. `answers` maps a slug to "yes" or "no"."""

    known: tuple[str, ...] = ()
    answers: dict[str, str]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the sent answers, or the stored ones (a mapping of slugs to True and False)."""
        del extra_filters
        self.process_errors: list[str] = []
        self.raw_data = None
        if formdata:
            sent = {slug: formdata.get(f"{self.name}-{slug}") for slug in self.known}
            self.answers = {slug: answer for slug, answer in sent.items() if answer in ("yes", "no")}
        else:
            stored: Mapping[str, bool] = data if isinstance(data, Mapping) else {}
            self.answers = {slug: "yes" if is_yes else "no" for slug, is_yes in stored.items() if slug in self.known}
        self.data = self.object_data = {slug: answer == "yes" for slug, answer in self.answers.items()}


class AnswersField(Field):
    """Short answers to a fixed set of questions. `too_long` names the first whose answer is longer than `limit`; all words are kept."""

    def __init__(self, label: Any = None, *, names: tuple[str, ...], limit: int, **more: Any) -> None:
        super().__init__(label, **more)
        self.names, self.limit = names, limit
        self.too_long: str | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the sent answers, or the stored ones (a mapping of names to words)."""
        del extra_filters
        self.process_errors: list[str] = []
        self.raw_data = None
        if formdata:
            sent = {name: clean_line(formdata.get(f"{self.name}-{name}") or "", limit=_NO_LIMIT) for name in self.names}
        else:
            stored: Mapping[str, str] = data if isinstance(data, Mapping) else {}
            sent = {name: stored.get(name, "") for name in self.names}
        self.data = self.object_data = {name: words for name, words in sent.items() if words}
        self.too_long = next((name for name, words in self.data.items() if len(words) > self.limit), None)


def sent_pairs(field: Any) -> list[tuple[str, str]]:
    """What a browser would send for this field as it stands: for hidden inputs that carry a form along."""
    if isinstance(field, FactsField):
        return [(f"{field.name}-{slug}", answer) for slug, answer in field.answers.items()]
    if isinstance(field, AnswersField):
        return [(f"{field.name}-{name}", words) for name, words in field.data.items()]
    if isinstance(field, SomeField):
        return [(field.name, value) for value in field.data or ()]
    if isinstance(field, BooleanField):
        return [(field.name, "y")] if field.data else []
    return [(field.name, str(field.data))] if field.data else []


def _plain_unless(form: re.Pattern[str], data: str | None, more: dict[str, object]) -> dict[str, object]:
    return more if not data or form.fullmatch(data) else {**more, "type": "text"}
