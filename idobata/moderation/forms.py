"""The forms of readers and hosts: telling the city that something is wrong, and asking it to look again."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.fields import SelectChoice

from idobata.gatherings.posting_field_forms import LongWordsField, OneField, WordsField
from idobata.kernel.errors import Problem
from idobata.kernel.text import clean_email
from idobata.moderation.reasons import REASON_WORDS, WORDS_LIMIT
from idobata.web.pages import sentence

EMAIL_LIMIT = 254


class _OwnForm(Form):
    def put_problems(self, problems: tuple[Problem, ...]) -> None:
        """Say each problem beside its field."""
        for problem in problems:
            field = self._fields[problem.field]
            field.errors = [*field.errors, sentence(problem.sentence, problem.values)]

    def _check_length(self, field: WordsField) -> None:
        if field.too_long:
            limit, length = field.too_long
            field.errors = [gettext("%(length)s文字あります。%(limit)s文字までにしてください。", length=length, limit=limit)]


class ReportForm(_OwnForm):
    """What is wrong with a gathering. Only the reason is asked for."""

    reason = OneField(_("どんなことですか？"), must=True, choices=[])
    words = LongWordsField(
        _("くわしく"),
        limit=WORDS_LIMIT,
        lines=True,
        description=_("いつ、どんなことがあったか、わかる範囲で書いてください。書かなくても送れます。"),
    )
    email = WordsField(
        _("メールアドレス"),
        limit=EMAIL_LIMIT,
        description=_("返事がほしいときだけ書いてください。主催の人には伝わりません。"),
        render_kw={"maxlength": None},
    )

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **more: Any) -> None:
        """Give the reasons their words in the reader's language, then fill the fields."""
        self.reason.choices = [SelectChoice(reason.value, gettext(words)) for reason, words in REASON_WORDS.items()]
        super().process(formdata, obj, data=data, extra_filters=extra_filters, **more)

    def is_well(self) -> bool:
        """Clean the address and look at lengths; False when something has to be mended, and the fields say what."""
        self._check_length(self.words)
        if self.email.data:
            try:
                self.email.data = clean_email(self.email.data)
            except ValueError:
                self.email.errors = [
                    gettext("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。")
                ]
        if not self.reason.data:
            self.reason.errors = [gettext("どんなことか、ひとつえらんでください。")]
        return not any(field.errors for field in self)


class AppealForm(_OwnForm):
    """Why a host would like the city to look again."""

    words = LongWordsField(
        _("もういちど見てほしいわけ"),
        limit=WORDS_LIMIT,
        lines=True,
        must=True,
        description=_("どんな集まりなのか、どこを見てほしいのか、話すように書いてください。"),
    )

    def is_well(self) -> bool:
        """Look at the length."""
        self._check_length(self.words)
        return not self.words.errors
