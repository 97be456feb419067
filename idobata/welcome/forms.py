"""The forms of the welcome mark: an assessment, and a staff note."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.fields import SelectChoice

from idobata.gatherings.posting_field_forms import DayField, LongWordsField, OneField, SomeField, TickField, WordsField
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.web.pages import sentence
from idobata.welcome.mark import HOW_WORDS, How
from idobata.welcome.mark_actions import REASON_LIMIT, Assessment
from idobata.welcome.note_rules import LIMIT

_UNREAD = _("日にちを読みとれませんでした。「2026-12-05」や「12/5」のように書いてください。")


class _DeskForm(Form):
    top: list[str]

    def take(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem to its field; what has none stands on top."""
        self.top = []
        for one in problems:
            words = sentence(one.sentence, one.values)
            if one.field in self._fields:
                self._fields[one.field].errors = [words]
            else:
                self.top.append(words)

    @property
    def on_top(self) -> list[tuple[str, str]]:
        """What belongs to no single field, as the summary of errors wants it."""
        return [("", words) for words in getattr(self, "top", [])]

    def _day(self, name: str, today: date) -> date | None:
        field = self._fields[name]
        if not field.data:
            return None
        day: date | None = field.day(today)
        if day is None:
            field.errors = [str(_UNREAD)]
        return day


class AssessmentForm(_DeskForm):
    """What staff made sure of. Nothing here asks about a person."""

    criteria = SomeField(_("たしかめたこと"), choices=[])
    how = OneField(_("どうやってたしかめましたか？"), choices=[], default=How.VISIT.value)
    reason = WordsField(
        _("町に見える理由（書かなくてもかまいません）"),
        limit=REASON_LIMIT,
        description=_("しるしのとなりに出ます。集まりのことを、ふつうの言葉で書いてください。"),
    )
    department = WordsField(_("担当の部署"), limit=80)
    review_on = DayField(_("次に見なおす日"), description=_("空けておくと、%(days)s日あとになります。"))

    def __init__(self, settings: Settings, formdata: Any = None, data: Any = None) -> None:
        """With the city's own criteria."""
        self._settings = settings
        super().__init__(formdata=formdata, data=data)
        self.review_on.description = str(self.review_on.description) % {"days": settings.policy.mark_review_days}

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **more: Any) -> None:
        """Give the fields their choices, then fill them."""
        self.criteria.choices = [SelectChoice(one.code, one.text) for one in self._settings.criteria]
        self.how.choices = [SelectChoice(how.value, sentence(words)) for how, words in HOW_WORDS.items()]
        super().process(formdata, obj, data=data, extra_filters=extra_filters, **more)

    def read(self, today: date) -> Assessment | None:
        """The assessment; None when a day cannot be read."""
        review_on = self._day("review_on", today)
        if self.review_on.errors:
            return None
        return Assessment(
            criteria=tuple(self.criteria.data or ()),
            how=How(self.how.data or How.VISIT),
            reason=self.reason.data or "",
            department=self.department.data or "",
            review_on=review_on,
        )


class NoteForm(_DeskForm):
    """A note about a gathering."""

    words = LongWordsField(
        _("集まりについて、仲間に伝えたいこと"),
        limit=LIMIT,
        lines=True,
        description=_("集まりのことだけを書きます。来た人や相談に来た人の名前・電話・生年月日・ようすは書かないでください。"),
    )
    ends_on = DayField(_("消す日"), description=_("空けておくと、いちばん長い期間のあとに消えます。"))
    read_again = TickField(_("人のことではないと、読みかえしてたしかめました"))

    def end(self, today: date) -> date | None:
        """The day on which the note goes."""
        return self._day("ends_on", today)


class SheetForm(_DeskForm):
    """How a hand-over sheet is made. There is no field for whom it is for."""

    furigana = TickField(
        _("ふりがなをつける"),
        description=_(
            "日時、場所と地区の名前、しおりの決まった言葉につきます。主催が書いた言葉は、読みをまちがえるといけないので、そのままにします。"
        ),
    )
    printed = DayField(_("印刷する日"), description=_("この日からあとの変更が、QRコードの先でわかります。"))

    def print_day(self, today: date) -> date | None:
        """The day that stands on the paper."""
        return self._day("printed", today)
