"""The small forms of one date: its new time, or the time of a date that is added."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form

from idobata.gatherings.date_actions import NewTime
from idobata.gatherings.posting_field_forms import ClockField, DayField, TickField, WordsField
from idobata.gatherings.posting_forms import say
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.kernel.errors import Problem
from idobata.kernel.words import N_
from idobata.web.pages import sentence

_FIELD_OF = {"first_day": "day"}


class DateForm(Form):
    """When one date really is, and a word about it."""

    day = DayField(_("日にち"), must=True)
    starts = ClockField(_("始まり"), must=True)
    ends = ClockField(_("終わり"))
    all_day = TickField(_("一日中（時間は決めない）"))
    note = WordsField(_("ひとこと"), limit=LIMITS["note"], description=_("ページにのります。書かなくてもだいじょうぶです。"))

    def __init__(self, *, formdata: Any = None, data: Mapping[str, object] | None = None) -> None:
        self.top: list[str] = []
        super().__init__(formdata=formdata, data=data)

    def read(self, today: date) -> NewTime | None:
        """The time that was typed; None when something has to be mended, and the fields say what."""
        day = self.day.day(today)
        if day is None:
            say(self.day, N_("日にちを読みとれませんでした。「2026-12-05」や「12/5」のように書いてください。"))
        if self.note.too_long:
            limit, length = self.note.too_long
            say(self.note, N_("%(length)s文字あります。%(limit)s文字までにしてください。"), {"limit": limit, "length": length})
        starts = ends = None
        if not self.all_day.data:
            starts, ends = self.starts.time(), self.ends.time(end=True)
            if starts is None:
                say(self.starts, N_("何時に始まるかを「10:00」や「午後1時半」のように書いてください。"))
            if self.ends.data and ends is None:
                say(self.ends, N_("時間を読みとれませんでした。「10:00」や「午後1時半」のように書いてください。"))
        if day is None or self.errors:
            return None
        self.take(Schedule(rhythm=Rhythm.ONCE, first_day=day, starts=starts, ends=ends).problems(today))
        return None if self.errors or self.top else NewTime(day=day, starts=starts, ends=ends)

    @property
    def on_top(self) -> list[tuple[str, str]]:
        """What belongs to no single field, as the summary of errors wants it."""
        return [("", words) for words in self.top]

    def take(self, found: list[Problem] | tuple[Problem, ...]) -> None:
        """Put the words of the rules to the fields they are about."""
        for problem in found:
            field = self._fields.get(_FIELD_OF.get(problem.field, problem.field))
            if field is None:
                self.top.append(sentence(problem.sentence, problem.values))
            else:
                say(field, problem.sentence, problem.values)
