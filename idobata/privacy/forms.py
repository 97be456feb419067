"""The form of leaving."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, RadioField
from wtforms.fields import SelectChoice

from idobata.privacy.leaving import Fate


class EraseForm(Form):
    """What shall become of the gatherings, and that it is meant."""

    fate = RadioField(
        _("掲載中の集まりを、どうしますか？"),
        choices=[
            SelectChoice(Fate.TAKE_DOWN.value, _("掲載をやめる")),
            SelectChoice(Fate.KEEP.value, _("名前と連絡先を消して、集まりだけ残す")),
        ],
        validate_choice=False,
    )
    sure = BooleanField(_("消したものは、もとにもどせません。わかりました"))

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self.fate.flags.required = self.sure.flags.required = True

    def read(self, *, asks_fate: bool) -> Fate | None:
        """The choice; None when something is missing, and the fields say what."""
        if asks_fate and self.fate.data not in set(Fate):
            _say(self.fate, _("どちらかをえらんでください。"))
        if not self.sure.data:
            _say(self.sure, _("よければ、ここに印をつけてください。"))
        if self.errors:
            return None
        return Fate(self.fate.data) if asks_fate else Fate.TAKE_DOWN


def _say(field: Any, words: object) -> None:
    field.errors = [*field.errors, words]
