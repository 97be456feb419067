"""The forms of the repost desk. Their rules live in the actions."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.fields import SelectChoice

from idobata.desk.forms import DeskForm
from idobata.kernel.settings import Settings
from idobata.reposts.actions import SAID_LIMIT, TEXT_LIMIT
from idobata.reposts.stop_actions import REASON_LIMIT
from idobata.web.form_fields import LongWordsField, PickField, WordsField

_ADDRESS_LIMIT = 4000


class WritingForm(DeskForm):
    """A text, and what it tells of."""

    gatherings = LongWordsField(
        _("どの集まりのことですか？"),
        limit=20_000,
        lines=True,
        must=True,
        description=_("集まりのページのアドレスを、1行にひとつ入れます。日にちのページのアドレスなら、その日のことになります。"),
    )
    text = LongWordsField(_("文"), limit=TEXT_LIMIT, lines=True, must=True)
    version = HiddenField()


class NewForm(WritingForm):
    """The same with the channel it goes to, which never changes afterwards."""

    channel = PickField(_("どこへ発信しますか？"), choices=[])

    @classmethod
    def of(cls, sent: object, settings: Settings) -> "NewForm":
        """The form with the city's channels; `sent` is what the browser sent, or None."""
        form = cls()
        form.channel.choices = [
            SelectChoice("", gettext("えらんでください")),
            *(SelectChoice(one.kind, one.name) for one in settings.channels),
        ]
        form.channel.flags.required = True
        if sent is not None:
            form.process(sent)
        return form


class ReturnForm(DeskForm):
    """What has to be mended."""

    words = LongWordsField(_("直してほしいところ"), limit=SAID_LIMIT, lines=True, must=True)


class PostedForm(DeskForm):
    """Where the post can be seen. `seal` names what was posted."""

    link = WordsField(_("投稿のアドレス"), limit=_ADDRESS_LIMIT, description=_("わかれば入れてください。なくてもだいじょうぶです。"))
    seal = HiddenField()


class StopForm(DeskForm):
    """Why all is stopped."""

    words = WordsField(_("止めるわけ"), limit=REASON_LIMIT, must=True)


class CorrectionForm(DeskForm):
    """What became of a correction. `seal` names what was to be put right."""

    link = WordsField(_("訂正の投稿のアドレス"), limit=_ADDRESS_LIMIT)
    words = WordsField(_("要らないときは、そのわけ"), limit=REASON_LIMIT)
    seal = HiddenField()
