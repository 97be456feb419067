"""The posting form as staff fill it in for somebody else: the same questions, and how the city reaches the host."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields import SelectChoice

from idobata.gatherings.posting_field_forms import OneField, WordsField
from idobata.gatherings.posting_forms import PostingForm, say
from idobata.gatherings.proxies import HOST_LIMITS, Source
from idobata.gatherings.proxy_actions import HostWords
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_email
from idobata.kernel.words import N_


class ProxyForm(PostingForm):
    """`PostingForm` without the poster's own address, with what only the city keeps."""

    source = OneField(
        _("どうやってとどきましたか？"),
        must=True,
        default=Source.PAPER.value,
        choices=[
            SelectChoice(Source.PAPER.value, _("紙")),
            SelectChoice(Source.PHONE.value, _("電話")),
            SelectChoice(Source.DESK.value, _("窓口")),
        ],
    )
    host_phone = WordsField(
        _("主催の方の電話"), limit=HOST_LIMITS["host_phone"], description=_("続いているかをたしかめるときなどに、市からかけます。")
    )
    host_address = WordsField(
        _("主催の方の住所"), limit=HOST_LIMITS["host_address"], description=_("控えを郵便でお送りするときだけ書いてください。")
    )
    host_email = WordsField(
        _("主催の方のメール"),
        limit=HOST_LIMITS["host_email"],
        description=_("あれば書いてください。あとで、ご自分で直せるようになります。"),
    )

    def __init__(self, city: Settings, *, formdata: Any = None, data: Mapping[str, object] | None = None) -> None:
        super().__init__(city, signed_in=True, formdata=formdata, data=data)

    def read_host(self) -> HostWords | None:
        """What only the city keeps; None when something has to be mended, and each field says what."""
        for field in (self.host_phone, self.host_address, self.host_email):
            if field.too_long:
                limit, length = field.too_long
                say(field, N_("%(length)s文字あります。%(limit)s文字までにしてください。"), {"limit": limit, "length": length})
        email = str(self.host_email.data or "")
        if email and not self.host_email.errors:
            try:
                email = clean_email(email)
            except ValueError:
                say(
                    self.host_email, N_("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。")
                )
        phone, address = str(self.host_phone.data or ""), str(self.host_address.data or "")
        if not (phone or address or email):
            say(self.host_phone, N_("主催の方に連絡できるよう、電話・住所・メールのどれかを書いてください。"))
        if any(field.errors for field in (self.host_phone, self.host_address, self.host_email)):
            return None
        return HostWords(source=Source(self.source.data or Source.PAPER), phone=phone, address=address, email=email)
