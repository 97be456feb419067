"""Filters in words: for headings, for feeds' titles, and for the chips that take one of them away."""

from dataclasses import dataclass, replace

from idobata.gatherings.filters import Filters
from idobata.kernel.japanese_dates import day_words, weekday_name
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_, Translate

WHEN_WORDS: dict[str, str] = {
    "today": N_("きょう"),
    "tomorrow": N_("あした"),
    "weekend": N_("週末"),
    "week": N_("今週"),
    "month": N_("今月"),
}
PART_WORDS: dict[str, str] = {"morning": N_("午前"), "afternoon": N_("午後"), "evening": N_("夕方から夜")}
FLAG_WORDS: dict[str, str] = {"free": N_("無料"), "online": N_("オンライン"), "no_signup": N_("申し込みなし")}

_DROPPED: dict[str, str] = {
    "district": N_("ほかの地区も"),
    "when": N_("ほかの日も"),
    "first": N_("もっと前の日も"),
    "last": N_("もっと先の日も"),
    "part": N_("ほかの時間も"),
    "weekday": N_("ほかの曜日も"),
    "facts": N_("気軽ポイントなしで"),
    "category": N_("ほかのカテゴリも"),
    "free": N_("お金がかかるものも"),
    "no_signup": N_("申し込みがいるものも"),
    "online": N_("会って話すものも"),
    "q": N_("この言葉なしで"),
    "first_step": N_("ほかの集まりも"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One wish in words, and the filters without it."""

    words: str
    without: Filters


def chosen_words(filters: Filters, settings: Settings, translate: Translate, language: str = "ja") -> list[Chosen]:
    """The wishes of a reader, one by one, in the order of the form."""
    one_page = replace(filters, page=1)
    chosen: list[Chosen] = []
    if filters.q:
        chosen.append(Chosen(f"「{filters.q}」", replace(one_page, q="")))
    if filters.when:
        chosen.append(Chosen(translate(WHEN_WORDS[filters.when]), replace(one_page, when=None)))
    if filters.first:
        words = translate(N_("%(day)sから")) % {"day": day_words(filters.first, language)}
        chosen.append(Chosen(words, replace(one_page, first=None)))
    if filters.last:
        words = translate(N_("%(day)sまで")) % {"day": day_words(filters.last, language)}
        chosen.append(Chosen(words, replace(one_page, last=None)))
    if filters.weekday is not None:
        chosen.append(Chosen(weekday_name(filters.weekday, language), replace(one_page, weekday=None)))
    if filters.part:
        chosen.append(Chosen(translate(PART_WORDS[filters.part]), replace(one_page, part="")))
    if district := settings.district(filters.district):
        chosen.append(Chosen(district.english if language == "en" else district.name, replace(one_page, district="")))
    if category := settings.category(filters.category):
        chosen.append(Chosen(category.english if language == "en" else category.name, replace(one_page, category="")))
    for flag, without in (("free", replace(one_page, free=False)), ("online", replace(one_page, online=False))):
        if getattr(filters, flag):
            chosen.append(Chosen(translate(FLAG_WORDS[flag]), without))
    if filters.no_signup:
        chosen.append(Chosen(translate(FLAG_WORDS["no_signup"]), replace(one_page, no_signup=False)))
    if filters.first_step:
        label = settings.city.welcome_english if language == "en" else settings.city.welcome_label
        chosen.append(Chosen(label, replace(one_page, first_step=False)))
    for slug in filters.facts:
        fact = settings.fact(slug)
        if fact is not None:
            rest = tuple(other for other in filters.facts if other != slug)
            chosen.append(Chosen(fact.english if language == "en" else fact.name, replace(one_page, facts=rest)))
    return chosen


def dropped_words(name: str, translate: Translate) -> str:
    """What letting go of a wish is called."""
    return translate(_DROPPED[name])
