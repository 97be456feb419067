"""The forms of signing in and of one's own account."""

from typing import ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Field, Form, StringField
from wtforms.validators import ValidationError

from idobata.accounts.mail_codes import read_code
from idobata.kernel.text import clean_email


class Must:
    """Marks a field as one that must be filled, for its label and for the browser; the field's own check says so in kind words."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Nothing to refuse here."""


def address_in(field: EmailField) -> None:
    """Refuse what cannot be an address; keep the cleaned one in the field."""
    try:
        field.data = clean_email(field.data or "")
    except ValueError:
        raise ValidationError(
            gettext("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。")
        ) from None


class SignInForm(Form):
    """Asks for a mail address."""

    email = EmailField(
        _("メールアドレス"),
        description=_("投稿したときに書いたアドレスです。ログイン用のリンクをお送りします。"),
        validators=[Must()],
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what cannot be an address; keep the cleaned one."""
        address_in(field)


class CodeForm(Form):
    """Asks for the six digits of a mail."""

    code = StringField(_("メールの数字"), description=_("6けたの数字です。"), validators=[Must()])

    def validate_code(self, field: StringField) -> None:
        """Refuse what is not six digits; keep the digits."""
        digits = read_code(field.data or "")
        if digits is None:
            raise ValidationError(gettext("メールにある6けたの数字を入れてください。"))
        field.data = digits


class AddressForm(Form):
    """Asks for a new mail address."""

    email = EmailField(
        _("新しいメールアドレス"),
        description=_("このアドレスにたしかめのリンクをお送りします。開いて押すまでは、いまのアドレスのままです。"),
        validators=[Must()],
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what cannot be an address; keep the cleaned one."""
        address_in(field)
