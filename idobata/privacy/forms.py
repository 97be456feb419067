"""The form of leaving, and those for whoever asked on paper."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.fields import SelectChoice

from idobata.privacy.leaving import Fate
from idobata.privacy.request_actions import PROOF_WORDS, Proof


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

    def __init__(self, formdata: Any = None, prefix: str = "") -> None:
        super().__init__(formdata, prefix=prefix)
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


def _proof() -> RadioField:
    choices = [SelectChoice(proof.value, _(words)) for proof, words in PROOF_WORDS.items()]
    return RadioField(_("本人かどうかを、どう確かめましたか？"), choices=choices, validate_choice=False)


class WhomForm(Form):
    """Whose data somebody on paper asks for."""

    whom = StringField(
        _("だれの情報ですか？"),
        description=_("その人のメールアドレスか、その人が出した集まりのアドレスを入れてください。ここに書いたことは、どこにも残りません。"),
    )

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self.whom.flags.required = True

    def say(self, words: object) -> None:
        """Say what is wrong with it."""
        _say(self.whom, words)


class HandOutForm(Form):
    """Asks an administrator how she made sure who asks, before she hands out a file."""

    proof = _proof()

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(formdata)
        self.proof.flags.required = True

    def read(self) -> Proof | None:
        """The choice; None when it is missing, and the field says so."""
        return _read_proof(self.proof)


class RequestEraseForm(EraseForm):
    """The form of leaving, filled in by an administrator for somebody else."""

    proof = _proof()

    def __init__(self, formdata: Any = None, prefix: str = "") -> None:
        super().__init__(formdata, prefix)
        self.proof.flags.required = True

    def read_both(self, *, asks_fate: bool) -> tuple[Fate, Proof] | None:
        """Both choices; None when something is missing, and the fields say what."""
        proof, fate = _read_proof(self.proof), self.read(asks_fate=asks_fate)
        return (fate, proof) if fate is not None and proof is not None else None


def _read_proof(field: RadioField) -> Proof | None:
    if field.data in set(Proof):
        return Proof(field.data)
    _say(field, _("どう確かめたかを、えらんでください。"))
    return None
