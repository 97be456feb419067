"""The forms of groups: founding and changing one, inviting, and the desk's check. The rules live in the actions."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form
from wtforms.fields import SelectChoice

from idobata.groups.roles import EDITOR, LEAD
from idobata.groups.values import LIMITS, GroupValues
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_email
from idobata.kernel.words import N_
from idobata.web.form_fields import LongWordsField, OneField, PickField, SomeField, WordsField
from idobata.web.pages import current_language, sentence

_LINKS_LIMIT = 3000
_TOO_LONG = N_("%(length)s文字あります。%(limit)s文字までにしてください。")
_NO_ADDRESS = N_("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。")
_NO_NAME = N_("ほかのメンバーにわかる呼び名を書いてください（あだ名でもだいじょうぶです）。")


class _Kind(Form):
    """A form that can say problems beside its fields and on top."""

    def __init__(self, *, formdata: Any = None, data: Mapping[str, object] | None = None) -> None:
        self.top: list[str] = []
        super().__init__(formdata=formdata, data=data)

    def take(self, found: Iterable[Problem]) -> None:
        """Put each problem to its field; what has none stands on top."""
        for problem in found:
            words, field = sentence(problem.sentence, problem.values), self._fields.get(problem.field)
            if field is None:
                self.top.append(words)
            else:
                field.errors = [*field.errors, words]

    def check_lengths(self) -> None:
        """Say where more was typed than fits."""
        for field in self:
            if isinstance(field, WordsField) and field.too_long:
                limit, length = field.too_long
                self.take([Problem(field.name, _TOO_LONG, {"limit": limit, "length": length})])

    @property
    def on_top(self) -> list[tuple[str, str]]:
        """What belongs to no single field, as the summary of errors wants it."""
        return [("", words) for words in self.top]

    def is_wrong(self) -> bool:
        """True when anything has to be mended."""
        return bool(self.top) or any(field.errors for field in self)


class GroupForm(_Kind):
    """What a group says of itself. A new one also asks for its short name and for the founder's own."""

    name = WordsField(_("団体の名前"), limit=LIMITS["name"], must=True)
    kana = WordsField(_("よみがな"), limit=LIMITS["kana"])
    words = LongWordsField(
        _("どんな団体ですか？"),
        limit=LIMITS["words"],
        lines=True,
        must=True,
        description=_("いつごろから、だれが、何をたのしんでいるか。はじめての人に話すつもりで書いてください。"),
    )
    district = PickField(_("おもな地区"), choices=[])
    categories = SomeField(_("よくすること"), choices=[])
    links = LongWordsField(
        _("ホームページやSNS"), limit=_LINKS_LIMIT, lines=True, description=_("1行にひとつ、https:// から書いてください。5つまで。")
    )
    contact_hint = WordsField(
        _("声のかけかた"),
        limit=LIMITS["contact_hint"],
        description=_("ページにのります。電話番号やメールアドレスは、のせてよいものだけ書いてください。"),
    )
    romaji = WordsField(
        _("ページのアドレスに使うローマ字"),
        limit=LIMITS["romaji"],
        description=_("書かなければ、短い文字をこちらで決めます。あとから変えることはできません。"),
    )
    member_name = WordsField(
        _("あなたの呼び名"), limit=LIMITS["member_name"], must=True, description=_("団体のメンバーだけに見えます。ページにはのりません。")
    )

    def __init__(self, city: Settings, *, new: bool, formdata: Any = None, data: Mapping[str, object] | None = None) -> None:
        self.city = city
        super().__init__(formdata=formdata, data=data)
        if not new:
            del self.romaji
            del self.member_name

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **more: Any) -> None:
        """Give the fields the city's own choices, then fill them."""
        self.district.choices = [SelectChoice("", _("えらばない")), *(SelectChoice(one.slug, _named(one)) for one in self.city.districts)]
        self.categories.choices = [SelectChoice(one.slug, _named(one)) for one in self.city.categories]
        super().process(formdata, obj, data=data, extra_filters=extra_filters, **more)

    def read(self) -> GroupValues | None:
        """What was typed; None where it does not fit, and the fields say what."""
        self.check_lengths()
        if self.member_name is not None and not self.member_name.data:
            self.take([Problem("member_name", _NO_NAME)])
        values = GroupValues(
            name=self.name.data or "",
            kana=self.kana.data or "",
            words=self.words.data or "",
            district=self.district.data or "",
            categories=tuple(self.categories.data or ()),
            links=tuple(line.strip() for line in (self.links.data or "").split("\n") if line.strip()),
            contact_hint=self.contact_hint.data or "",
        )
        return None if self.is_wrong() else values


class InviteForm(_Kind):
    """Whom to invite as what. Without an address the link is shown, to be sent in a chat."""

    role = OneField(
        _("何をおねがいしますか？"),
        must=True,
        default=EDITOR,
        choices=[
            SelectChoice(EDITOR, _("投稿係（集まりを投稿し、日にちや文を直す）")),
            SelectChoice(LEAD, _("代表（すべて。メンバーを決めることもできる）")),
        ],
    )
    email = WordsField(
        _("招く人のメールアドレス"),
        limit=254,
        description=_("書くと、このサイトからリンクをメールで送ります。書かなければリンクが出るので、LINEなどで送れます。"),
        render_kw={"maxlength": None},
    )

    def read(self) -> tuple[str, str] | None:
        """The role and the cleaned address ("" for none); None where something has to be mended."""
        self.check_lengths()
        email = read_address(self, required=False)
        return None if self.is_wrong() else (self.role.data or EDITOR, email)


class AddressForm(_Kind):
    """Where somebody new can be reached."""

    email = WordsField(_("メールアドレス"), limit=254, must=True, render_kw={"maxlength": None})

    def read(self) -> str | None:
        """The cleaned address, or None."""
        email = read_address(self, required=True)
        return None if self.is_wrong() else email


class NameForm(_Kind):
    """What other members call one."""

    name = WordsField(
        _("あなたの呼び名"), limit=LIMITS["member_name"], must=True, description=_("団体のメンバーだけに見えます。ページにはのりません。")
    )

    def read(self) -> str | None:
        """The name, or None."""
        self.check_lengths()
        if not self.name.data:
            self.take([Problem("name", _NO_NAME)])
        return None if self.is_wrong() else str(self.name.data)


class CheckForm(_Kind):
    """What the city looked at, and when."""

    what = SomeField(_("確認したこと"), choices=[])
    on = WordsField(_("確認した日"), limit=20, must=True)
    note = WordsField(_("職員だけのおぼえ書き"), limit=LIMITS["note"], description=_("ページにはのりません。"))

    def __init__(self, city: Settings, *, formdata: Any = None, data: Mapping[str, object] | None = None) -> None:
        self.city = city
        super().__init__(formdata=formdata, data=data)

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, extra_filters: Any = None, **more: Any) -> None:
        """Give the field what the city looks at."""
        self.what.choices = [SelectChoice(one.slug, _named(one)) for one in self.city.group_checks]
        super().process(formdata, obj, data=data, extra_filters=extra_filters, **more)

    def read(self) -> tuple[tuple[str, ...], date, str] | None:
        """What, the day, and the note; None where something has to be mended."""
        self.check_lengths()
        try:
            on = date.fromisoformat(self.on.data or "")
        except ValueError:
            self.take([Problem("on", N_("日にちを読みとれませんでした。「2026-12-05」のように書いてください。"))])
            return None
        return None if self.is_wrong() else (tuple(self.what.data or ()), on, self.note.data or "")


def read_address(form: _Kind, *, required: bool) -> str:
    """The cleaned address of a form's field `email`; empty, with a word beside the field, where it is none."""
    field = form["email"]
    if not field.data and not required:
        return ""
    try:
        return clean_email(field.data or "")
    except ValueError:
        form.take([Problem("email", _NO_ADDRESS)])
        return ""


def _named(thing: object) -> str:
    return str(getattr(thing, "english" if current_language() == "en" else "name"))
