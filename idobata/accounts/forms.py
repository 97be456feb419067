"""The form of signing in."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Form
from wtforms.validators import ValidationError

from idobata.kernel.text import clean_email


class SignInForm(Form):
    """Asks for a mail address."""

    email = EmailField(
        _("メールアドレス"),
        description=_("投稿したときに書いたアドレスです。ログイン用のリンクをお送りします。"),
        render_kw={"required": True},
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what cannot be an address; keep the cleaned one."""
        try:
            field.data = clean_email(field.data or "")
        except ValueError:
            raise ValidationError(
                gettext("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。")
            ) from None
