"""Two versions of a gathering side by side, in words."""

from datetime import date
from zoneinfo import ZoneInfo

from idobata.gatherings.crowds import CROWDS
from idobata.gatherings.first_visit import in_order
from idobata.gatherings.part_words import PART_WORDS
from idobata.gatherings.recurrence import slots
from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.significance import Picture
from idobata.gatherings.states import SignupKind, VenueKind
from idobata.gatherings.told_changes import fee_words
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.japanese_dates import clock_words, span_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_, Translate

DATES_SHOWN = 5
# Far enough for five meetings of any rhythm a person would choose.
_AHEAD = 800

_SIGNUP: dict[SignupKind, str] = {
    SignupKind.NONE: N_("申し込みはいりません"),
    SignupKind.OPTIONAL: N_("申し込みはいりません（先に知らせてもらえると助かります）"),
    SignupKind.REQUIRED: N_("申し込みがいります"),
    SignupKind.UNKNOWN: N_("申し込みのことは、まだ聞いていません"),
}


class VersionWords:
    """Says pictures in one language. Rows are (name, before, after); only what differs is said."""

    def __init__(self, settings: Settings, language: str, translate: Translate) -> None:
        self.settings = settings
        self.language = language
        self._ = translate

    def rows(self, before: Picture, after: Picture) -> list[tuple[str, str, str]]:
        """What differs, in the order of the form."""
        was, is_now = self._said(before), self._said(after)
        return [(name, was[name], is_now[name]) for name in was if was[name] != is_now[name]]

    def next_dates(self, picture: Picture, today: date, zone: ZoneInfo) -> list[str]:
        """The next five dates by the schedule of a picture."""
        schedule = Schedule.from_json(picture["schedule"])
        first = max(date.fromordinal(today.toordinal() - schedule.span_days), schedule.first_day)
        found = slots(schedule, zone, first, date.fromordinal(first.toordinal() + _AHEAD), JAPANESE_HOLIDAYS)[:DATES_SHOWN]
        return [span_words(slot, self.language, year=slot.day.year != today.year) for slot in found]

    def _said(self, picture: Picture) -> dict[str, str]:
        schedule = Schedule.from_json(picture["schedule"])
        place, group, contact = picture["place"], picture["group"], picture["contact"]
        where = self._("オンライン") if picture["venue_kind"] == VenueKind.ONLINE else picture["area_words"]
        said = {
            "title": picture["title"],
            "schedule": " ".join(part for part in (rhythm_words(schedule, self.language), self._hours(schedule)) if part),
            "place_id": place["name"] if place else where,
            "is_online": "\n".join(
                part for part in (self._("オンラインでも") if picture["is_online"] else "", picture["online_url"]) if part
            ),
            "summary": picture["summary"],
            "fee_kind": fee_words(picture, self._),
            "host_name": group["name"] if group else picture["host_name"],
            "body": picture["body"],
            "signup_kind": picture["signup_words"] or self._(_SIGNUP[SignupKind(picture["signup_kind"])]),
            "category": self._named(self.settings.category(picture["category"] or "")),
            "district": self._named(self.settings.district(picture["district"] or "")),
            "audience": picture["audience"],
            "bring": picture["bring"],
            "rain": picture["rain"],
            "parking": picture["parking"],
            "language": picture["language"],
            "contact_name": "\n".join(contact[kind] for kind in ("name", "phone", "email", "url") if contact.get(kind)),
        }
        band = picture.get("crowd", "")
        steps = in_order(picture.get("first_visit", {}))
        said |= {
            "crowd": self._(CROWDS[band]) if band in CROWDS else "",
            "first_visit": "\n".join(f"{self._(heading)}：{words}" for heading, words in steps),
            "reuse_text": self._(N_("ほかの人も使える")) if picture.get("reuse_text") else "",
        }
        found = {self._(PART_WORDS[name]): words for name, words in said.items()}
        found[self._(N_("日時について"))] = schedule.note
        for fact in self.settings.facts:
            answer = picture["facts"].get(fact.slug)
            found[self._named(fact)] = "" if answer is None else self._(N_("はい") if answer else N_("いいえ"))
        return found

    def _hours(self, schedule: Schedule) -> str:
        if schedule.starts is None:
            return self._(N_("一日中"))
        return f"{clock_words(schedule.starts)}〜{clock_words(schedule.ends) if schedule.ends else ''}"

    def _named(self, thing: object) -> str:
        return "" if thing is None else str(getattr(thing, "english" if self.language == "en" else "name"))
