"""What readers are told of a change for two weeks: 「時間が変わりました 10:00→13:00」. Kept as plain values, said in any language."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from idobata.gatherings.cards import ChangeLine
from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.significance import Part, Picture, facet, significant
from idobata.gatherings.states import FeeKind, OccurrenceState, VenueKind
from idobata.kernel.japanese_dates import clock_words
from idobata.kernel.words import N_, Translate

# It ends with a day and not with a minute, so that lists, pages and feeds turn at midnight as they do anyway.
TOLD_FOR = timedelta(days=14)

SENTENCES: dict[Part, str] = {
    Part.DATE: N_("日にちが変わりました"),
    Part.TIME: N_("時間が変わりました"),
    Part.PLACE: N_("場所が変わりました"),
    Part.MODE: N_("参加のしかたが変わりました"),
    Part.FEE: N_("かかるお金が変わりました"),
    Part.HOST: N_("主催が変わりました"),
    Part.TITLE: N_("名前が変わりました"),
}
NAMES: dict[Part, str] = {
    Part.DATE: N_("日にち"),
    Part.TIME: N_("時間"),
    Part.PLACE: N_("場所"),
    Part.MODE: N_("参加のしかた"),
    Part.FEE: N_("お金"),
    Part.HOST: N_("主催"),
    Part.TITLE: N_("名前"),
}
# A card in a list says what somebody must know who has the old words in her head; a new name explains itself there.
_NOT_ON_CARDS = (Part.HOST, Part.TITLE)
_ANY_DAY = date(2000, 1, 1)

Told = list[dict[str, Any]]


def tell_readers(told: Sequence[dict[str, Any]] | None, before: Picture, after: Picture, today: date) -> Told:
    """The list of told changes after one more went live.

    A part that changed twice in the two weeks is told once, from what it was to what it is; one that is as it was before is not told.
    """
    kept = {one["part"]: one for one in _still_told(told, today)}
    for part in significant(before, after):
        earlier = kept.pop(part.value, None)
        was, is_now = earlier["before"] if earlier else facet(before, part), facet(after, part)
        if was != is_now:
            kept[part.value] = {"part": part.value, "day": today.isoformat(), "before": was, "after": is_now}
    return list(kept.values())


def change_lines(told: Sequence[dict[str, Any]] | None, today: date, language: str, translate: Translate) -> tuple[ChangeLine, ...]:
    """What is still told on `today`, in words, the most important first."""
    shown = {one["part"]: one for one in _still_told(told, today)}
    if _goes_online(shown.get(Part.PLACE.value)):
        # "From the hall to online" says it all.
        shown.pop(Part.MODE.value, None)
    order = [part for part in Part if part.value in shown]
    return tuple(_line(part, shown[part.value], language, translate) for part in order)


def card_words(told: Sequence[dict[str, Any]] | None, today: date, state: OccurrenceState, language: str, translate: Translate) -> str:
    """The badge of a card: 「時間が変わりました」, 「時間・場所が変わりました」; empty when there is nothing to tell there.

    A date that is off needs no more said, and one that was moved says itself that its time changed.
    """
    if not told or state is OccurrenceState.CANCELLED:
        return ""
    said = (*_NOT_ON_CARDS, Part.DATE, Part.TIME) if state is OccurrenceState.MOVED else _NOT_ON_CARDS
    lines = (Part(line.part) for line in change_lines(told, today, language, translate))
    parts = [part for part in lines if part not in said]
    if len(parts) < 2:
        return translate(SENTENCES[parts[0]]) if parts else ""
    names = (", " if language == "en" else "・").join(translate(NAMES[part]) for part in parts)
    return translate(N_("%(parts)sが変わりました")) % {"parts": names}


def went_online(told: Sequence[dict[str, Any]] | None, today: date) -> bool:
    """True while readers are told that what was announced for a place now takes place on the screen."""
    places = [one for one in _still_told(told, today) if one["part"] == Part.PLACE]
    return any(one["after"]["kind"] == VenueKind.ONLINE != one["before"]["kind"] for one in places)


def fee_words(fee: dict[str, Any], translate: Translate) -> str:
    """A fee in words, from the three values that hold one."""
    if fee["fee_kind"] == FeeKind.FREE:
        return translate(N_("無料")) + (f"（{fee['fee_words']}）" if fee["fee_words"] else "")
    if fee["fee_words"]:
        return str(fee["fee_words"])
    if fee["fee_yen"] is not None:
        return translate(N_("%(yen)s円")) % {"yen": f"{fee['fee_yen']:,}"}
    return translate(N_("かかるお金は、まだ聞いていません"))


def _still_told(told: Sequence[dict[str, Any]] | None, today: date) -> list[dict[str, Any]]:
    return [one for one in told or () if today - date.fromisoformat(one["day"]) <= TOLD_FOR]


def _goes_online(place: dict[str, Any] | None) -> bool:
    return place is not None and VenueKind.ONLINE in (place["before"]["kind"], place["after"]["kind"])


def _line(part: Part, one: dict[str, Any], language: str, translate: Translate) -> ChangeLine:
    sentence, was, is_now = SENTENCES[part], one["before"], one["after"]
    match part:
        case Part.DATE:
            before, after = (rhythm_words(Schedule.from_json(days), language) for days in (was, is_now))
        case Part.TIME:
            before, after = _hours(was, is_now, translate)
        case Part.PLACE:
            before, after = (translate(N_("オンライン")) if at["kind"] == VenueKind.ONLINE else at["name"] for at in (was, is_now))
        case Part.MODE:
            before = after = ""
            if was["online"] != is_now["online"]:
                sentence = N_("オンラインでも参加できるようになりました") if is_now["online"] else N_("オンラインでの参加はなくなりました")
        case Part.FEE:
            before, after = fee_words(was, translate), fee_words(is_now, translate)
        case Part.HOST:
            before, after = was["name"], is_now["name"]
        case Part.TITLE:
            before, after = was["title"], is_now["title"]
    if before == after:
        before = after = ""
    return ChangeLine(part=part.value, day=date.fromisoformat(one["day"]), words=translate(sentence), before=before, after=after)


def _hours(was: dict[str, Any], is_now: dict[str, Any], translate: Translate) -> tuple[str, str]:
    """「10:00」 and 「13:00」 where the whole meeting was shifted; both ends where it became longer or shorter."""
    if was["starts"] and is_now["starts"] and was["starts"] != is_now["starts"] and _length(was) == _length(is_now):
        return _clock(was["starts"]), _clock(is_now["starts"])
    return _span(was, translate), _span(is_now, translate)


def _span(hours: dict[str, Any], translate: Translate) -> str:
    if not hours["starts"]:
        return translate(N_("一日中"))
    return f"{_clock(hours['starts'])}〜{_clock(hours['ends']) if hours['ends'] else ''}"


def _length(hours: dict[str, Any]) -> int | None:
    if not hours["ends"]:
        return None
    begin, end = time.fromisoformat(hours["starts"]), time.fromisoformat(hours["ends"])
    return (end.hour * 60 + end.minute - begin.hour * 60 - begin.minute) % (24 * 60)


def _clock(text: str) -> str:
    return clock_words(time.fromisoformat(text))
