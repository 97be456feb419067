"""The forms of the desk: a reason with a kind sentence, and the words an editor may tidy."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.fields import SelectChoice

from idobata.desk.actions import REASON_WORDS_LIMIT, TidyWords
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_field_forms import LongWordsField, OneField, PickField, WordsField
from idobata.gatherings.rules import LIMITS
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.moderation.reasons import OUTCOME_WORDS
from idobata.web.pages import current_language, sentence


class DeskForm(Form):
    """A form whose rules live in the actions."""

    def put_problems(self, problems: tuple[Problem, ...]) -> None:
        """Say each problem beside its field."""
        for problem in problems:
            field = self._fields[problem.field]
            field.errors = [*field.errors, sentence(problem.sentence, problem.values)]

    def put_old_page(self) -> None:
        """Say beside the first field that the page was open too long; nothing typed is lost."""
        first = next(iter(self))
        first.errors = [gettext("ページを開いてから時間がたっていました。書いたことは残っています。もういちど押してください。")]


class ReasonForm(DeskForm):
    """Why a post goes back, or comes down."""

    code = PickField(_("どのきまりのことですか？"), choices=[])
    words = LongWordsField(
        _("担当からのひとこと"),
        limit=REASON_WORDS_LIMIT,
        lines=True,
        description=_("よいと思ったところと、直してほしいところを、近所の人に話すように書きます。書かなくても送れます。"),
    )

    @classmethod
    def of(cls, sent: object, settings: Settings, prefix: str) -> "ReasonForm":
        """The form with the city's rules; `sent` is what the browser sent, or None. `prefix` keeps two on one page apart."""
        form = cls(prefix=prefix)
        form.code.choices = [
            SelectChoice("", gettext("えらんでください")),
            *(SelectChoice(rule.code, rule.title) for rule in settings.rules),
        ]
        form.code.flags.required = True
        if sent is not None:
            form.process(sent)
        return form


class TidyForm(DeskForm):
    """The words an editor may tidy. No date, place, fee or host is among them, so none can be sent."""

    title = WordsField(_("集まりの名前"), limit=LIMITS["title"], must=True)
    summary = LongWordsField(_("どんなことをするか"), limit=LIMITS["summary"], must=True)
    body = LongWordsField(_("くわしい文"), limit=LIMITS["body"], lines=True)
    category = PickField(_("カテゴリ"), choices=[])
    district = PickField(_("地区"), choices=[])

    @classmethod
    def of(cls, sent: object, gathering: Gathering, settings: Settings) -> "TidyForm":
        """The form with what the post says now, or with what the browser sent."""
        form = cls(prefix="tidy-")
        english = current_language() == "en"
        none = SelectChoice("", gettext("えらばない"))
        form.category.choices = [none, *(SelectChoice(one.slug, one.english if english else one.name) for one in settings.categories)]
        form.district.choices = [none, *(SelectChoice(one.slug, one.english if english else one.name) for one in settings.districts)]
        if sent is not None:
            form.process(sent)
        else:
            form.process(None, gathering)
        return form

    def words(self) -> TidyWords:
        """What was typed, cleaned; whether it fits is for the action to say."""
        return TidyWords(
            title=self.title.data or "",
            summary=self.summary.data or "",
            body=self.body.data or "",
            category=self.category.data or "",
            district=self.district.data or "",
        )


class OutcomeForm(DeskForm):
    """What came of a case of reports."""

    outcome = OneField(_("どうなりましたか？"), must=True, choices=[])
    words = LongWordsField(
        _("知らせてくれた人へのひとこと"),
        limit=REASON_WORDS_LIMIT,
        lines=True,
        description=_("返事がほしいと書いた人にだけ、メールで送ります。主催の人には送りません。書かなくてもだいじょうぶです。"),
    )

    @classmethod
    def of(cls, sent: object) -> "OutcomeForm":
        """The form; `sent` is what the browser sent, or None."""
        form = cls()
        form.outcome.choices = [SelectChoice(outcome.value, gettext(words)) for outcome, words in OUTCOME_WORDS.items()]
        if sent is not None:
            form.process(sent)
        return form


class AnswerForm(DeskForm):
    """The answer to a host who asked the city to look again."""

    words = LongWordsField(
        _("主催の人へのひとこと"),
        limit=REASON_WORDS_LIMIT,
        lines=True,
        description=_("メールで送ります。そのままにするときは、わけを書いてください。"),
    )


class RuleForm(DeskForm):
    """The rule an act is about."""

    code = PickField(_("どのきまりのことですか？"), choices=[])

    @classmethod
    def of(cls, sent: object, settings: Settings, prefix: str = "") -> "RuleForm":
        """The form with the city's rules; `sent` is what the browser sent, or None. `prefix` keeps several on one page apart."""
        form = cls(prefix=prefix)
        form.code.choices = [
            SelectChoice("", gettext("えらんでください")),
            *(SelectChoice(rule.code, rule.title) for rule in settings.rules),
        ]
        form.code.flags.required = True
        if sent is not None:
            form.process(sent)
        return form
