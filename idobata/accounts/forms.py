"""The forms of signing in and of one's own account."""

from typing import ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, Field, Form, PasswordField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from idobata.accounts.mail_codes import read_code
from idobata.accounts.recovery_codes import read_recovery_code
from idobata.accounts.role_words import ROLE_WORDS
from idobata.kernel.text import TooLong, clean_email, clean_line


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


class SecondForm(Form):
    """Asks for the code of an app, or one from the paper."""

    code = StringField(
        _("アプリの数字、または予備の番号"),
        description=_("アプリに出ている6けたの数字です。電話がないときは、紙にうつした予備の番号を入れてください。"),
        validators=[Must()],
    )

    def validate_code(self, field: StringField) -> None:
        """Refuse what is neither."""
        typed = (field.data or "")[:60]
        if read_code(typed) is None and read_recovery_code(typed) is None:
            raise ValidationError(gettext("6けたの数字か、10文字の予備の番号を入れてください。"))


class AppCodeForm(Form):
    """Asks for the first code of an app."""

    code = StringField(_("アプリの数字"), description=_("6けたの数字です。"), validators=[Must()])

    def validate_code(self, field: StringField) -> None:
        """Refuse what is not six digits; keep the digits."""
        digits = read_code(field.data or "")
        if digits is None:
            raise ValidationError(gettext("アプリに出ている6けたの数字を入れてください。"))
        field.data = digits


class PasskeyNameForm(Form):
    """Asks what to call a passkey."""

    name = StringField(_("パスキーの名前"), description=_("あとで見分けるための名前です。"))

    def validate_name(self, field: StringField) -> None:
        """Keep one clean line."""
        try:
            field.data = clean_line(field.data or "", limit=60)
        except TooLong:
            raise ValidationError(gettext("名前は60文字までにしてください。")) from None


class PasswordForm(Form):
    """Asks for a new password."""

    password = PasswordField(
        _("新しいパスワード"),
        description=_("8文字から200文字まで。長い文のほうが、安全でおぼえやすいです。貼りつけてもかまいません。"),
        validators=[Must()],
    )


class PasswordSignInForm(Form):
    """Asks for address and password."""

    email = EmailField(_("メールアドレス"), validators=[Must()])
    password = PasswordField(_("パスワード"), validators=[Must()])

    def validate_email(self, field: EmailField) -> None:
        """Refuse what cannot be an address; keep the cleaned one."""
        address_in(field)

    def validate_password(self, field: PasswordField) -> None:
        """Refuse an empty one."""
        if not field.data:
            raise ValidationError(gettext("パスワードを入れてください。"))


class ProvePasswordForm(Form):
    """Asks for the password of whoever is signed in."""

    password = PasswordField(_("パスワード"), validators=[Must()])


class RoleForm(Form):
    """Asks whom to give which role."""

    email = EmailField(_("メールアドレス"), validators=[Must()])
    role = RadioField(_("役割"), choices=[SelectChoice(role.value, _(words)) for role, words in ROLE_WORDS.items()], validators=[Must()])

    def validate_email(self, field: EmailField) -> None:
        """Refuse what cannot be an address; keep the cleaned one."""
        address_in(field)


class FirstForm(Form):
    """Asks for the address of the first administrator, and the code from the console."""

    email = EmailField(_("メールアドレス"), description=_("これからログインに使うアドレスです。"), validators=[Must()])
    code = StringField(
        _("サーバーの画面の番号"), description=_("サイトを起動したときに、サーバーの画面に出た番号です。"), validators=[Must()]
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what cannot be an address; keep the cleaned one."""
        address_in(field)
