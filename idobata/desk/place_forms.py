"""The forms of the register: everything an entry says, and how somebody made sure of it."""

import re
import unicodedata

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.fields import SelectChoice

from idobata.desk.forms import DeskForm
from idobata.gatherings.posting_field_forms import FactsField, LongWordsField, PickField, WordsField
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_url
from idobata.kernel.words import N_
from idobata.places.access_facts import ACCESS_FACTS, SLUGS
from idobata.places.models import Place
from idobata.places.values import CHECKED_BY_HAND, CHECKED_HOW, LIMITS, PlaceValues
from idobata.web.pages import current_language, sentence

_DEGREES = 60


class HowField(PickField):
    """How somebody made sure of an entry."""

    @classmethod
    def choices_in_words(cls) -> list[SelectChoice]:
        """The ways, for whoever reads the page."""
        return [SelectChoice("", gettext("えらんでください")), *(SelectChoice(how, sentence(CHECKED_HOW[how])) for how in CHECKED_BY_HAND)]


class PlaceForm(DeskForm):
    """Everything the register says of a place."""

    name = WordsField(_("場所の名前"), limit=LIMITS["name"], must=True)
    kana = WordsField(_("よみがな"), limit=LIMITS["kana"], description=_("書いておくと、よみがなでも見つかります。"))
    address = WordsField(_("住所"), limit=LIMITS["address"])
    district = PickField(_("地区"), choices=[])
    latitude = WordsField(_("緯度"), limit=_DEGREES)
    longitude = WordsField(_("経度"), limit=_DEGREES)
    landmark = WordsField(_("目印"), limit=LIMITS["landmark"])
    access = LongWordsField(_("行きかた"), limit=LIMITS["access"], lines=True)
    parking = WordsField(_("駐車場"), limit=LIMITS["parking"])
    opening = WordsField(_("使える時間"), limit=LIMITS["opening"])
    phone = WordsField(_("電話"), limit=LIMITS["phone"])
    url = WordsField(_("ホームページ"), limit=LIMITS["url"])
    access_facts = FactsField(_("入りやすさ"))
    access_note = LongWordsField(_("入りやすさのおぎない"), limit=LIMITS["access_note"], lines=True)
    how = HowField(_("どうやってたしかめましたか？"), choices=[])

    @classmethod
    def of(cls, sent: object, settings: Settings, place: Place | None = None) -> "PlaceForm":
        """The form with what the register says now, or with what the browser sent. Only a new entry is asked how it was checked."""
        form = cls()
        english = current_language() == "en"
        none = SelectChoice("", gettext("えらばない"))
        form.district.choices = [none, *(SelectChoice(one.slug, one.english if english else one.name) for one in settings.districts)]
        form.how.choices = HowField.choices_in_words()
        form.how.flags.required = True
        form.access_facts.known = SLUGS
        if sent is not None:
            form.process(sent)
        elif place is not None:
            form.process(None, place)
        else:
            form.process(None)
        if place is not None:
            del form.how
        return form

    def values(self) -> PlaceValues:
        """What was typed. Raises `Invalid` for what cannot be read; whether the rest fits is for the action to say."""
        found: list[Problem] = []
        latitude, longitude = (self._degrees(name, found) for name in ("latitude", "longitude"))
        url = self.url.data or ""
        if url and len(url) <= LIMITS["url"]:
            try:
                url = clean_url(url)
            except ValueError:
                found.append(Problem("url", N_("アドレスを読みとれませんでした。「https://」から始まる形で書いてください。")))
        if found:
            raise Invalid(*found)
        return PlaceValues(
            name=self.name.data or "",
            kana=self.kana.data or "",
            address=self.address.data or "",
            district=self.district.data or None,
            latitude=latitude,
            longitude=longitude,
            phone=self.phone.data or "",
            url=url,
            access=self.access.data or "",
            landmark=self.landmark.data or "",
            parking=self.parking.data or "",
            opening=self.opening.data or "",
            access_facts=dict(self.access_facts.data),
            access_note=self.access_note.data or "",
        )

    def questions(self) -> list[tuple[str, str, str]]:
        """The access questions as (slug, question, answer)."""
        return [(fact.slug, sentence(fact.question), self.access_facts.answers.get(fact.slug, "")) for fact in ACCESS_FACTS]

    def _degrees(self, name: str, found: list[Problem]) -> float | None:
        typed = unicodedata.normalize("NFKC", str(self._fields[name].data or "")).strip()
        if not typed:
            return None
        if not re.fullmatch(r"-?\d{1,3}(\.\d{1,12})?", typed, re.ASCII):
            found.append(Problem(name, N_("度を数で書いてください（例：32.7503）。")))
            return None
        return float(typed)


class CheckForm(DeskForm):
    """How somebody made sure of an entry just now."""

    how = HowField(_("どうやってたしかめましたか？"), choices=[])

    @classmethod
    def of(cls, sent: object) -> "CheckForm":
        """The form, empty or as it was sent."""
        form = cls(prefix="check-")
        form.how.choices = HowField.choices_in_words()
        form.how.flags.required = True
        if sent is not None:
            form.process(sent)
        return form
