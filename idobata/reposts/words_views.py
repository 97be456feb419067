"""The desk's page of words: what the city could say of one gathering on each of its channels, counted as the channel counts."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from idobata.gatherings.cards import GatheringCard
from idobata.gatherings.typed_times import read_day
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.kernel.japanese_dates import span_words
from idobata.kernel.text import printable
from idobata.reposts.channels import UNITS, ChannelKind, Unit, limits_of
from idobata.reposts.counting import Count, count, plain_breaks
from idobata.reposts.words_queries import Draft, PublicWords, drafts, public_words
from idobata.web.gate import keeps_words
from idobata.web.guards import editors
from idobata.web.pages import current_language
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("words", __name__)
LONGEST = 70_000
"""Letters; no channel takes more, and what is longer is not read."""
SPACIOUS = 9
"""Rows a text field has at least, so that a text is seen as a whole."""


@dataclass(frozen=True, slots=True)
class ChannelWords:
    """One channel's text with its count in words: how much of it is used, what else is counted, and how the channel counts at all."""

    kind: ChannelKind
    name: str
    text: str
    rows: int
    count: Count
    used: str
    left: str
    more: tuple[str, ...]
    how: str


@blueprint.get("/desk/gatherings/<public_id>/words")
@editors
def show(public_id: str) -> str:
    """The texts as the city's templates make them, about the next date."""
    return _page(_told(public_id, None), {})


@blueprint.post("/desk/gatherings/<public_id>/words")
@keeps_words
@editors
def count_again(public_id: str) -> str | tuple[str, int]:
    """Count what was typed, or make the texts anew for a date. Nothing is kept, so nothing has to be undone."""
    told = _told(public_id, read_day(request.form.get("day", ""), clock.today(city_settings().city.zone)))
    typed = {} if request.form.get("step") == "anew" else {name: printable(text[:LONGEST]) for name, text in request.form.items()}
    page = _page(told, typed)
    return (page, 403) if g.csrf_failed else page


def _told(public_id: str, day: date | None) -> PublicWords:
    if not is_public_id(public_id):
        raise NotFound
    try:
        return public_words(public_id, city_settings(), addresses(), day)
    except NotFound:
        # The date may be gone since the page was opened; the gathering may still be there.
        return public_words(public_id, city_settings(), addresses())


def _page(told: PublicWords, typed: dict[str, str]) -> str:
    return render_template(
        "reposts/words.html",
        card=told.card,
        days=_days(told.card),
        channels=[_channel(draft, typed.get(f"text-{draft.kind}")) for draft in drafts(told, city_settings())],
        shown_late=g.csrf_failed,
    )


def _days(card: GatheringCard) -> list[tuple[str, str, bool]]:
    """The dates to choose from: the day that names each, its words, and whether the texts are about it."""
    chosen, language = card.next_one, current_language()
    return [
        (
            (one.moved_from or one.day).isoformat(),
            span_words(one, language) + (f"（{one.state_words}）" if one.state_words else ""),
            chosen is not None and one.starts_at == chosen.starts_at,
        )
        for one in card.upcoming
    ]


def _channel(draft: Draft, typed: str | None) -> ChannelWords:
    text = draft.text if typed is None else plain_breaks(typed)
    counted = count(draft.kind, text, limits_of(draft.channel))
    unit = UNITS[draft.kind]
    used = _amount(unit, counted.used)
    return ChannelWords(
        kind=draft.kind,
        name=draft.channel.name,
        text=text,
        rows=max(SPACIOUS, text.count("\n") + 2),
        count=counted,
        used=_("%(used)s（%(most)sまで）", used=used, most=_amount(unit, counted.limit)) if counted.limit else used,
        left=_left(unit, counted),
        more=tuple(_more(counted)),
        how=_how(unit, draft),
    )


def _amount(unit: Unit, number: int) -> str:
    shown = f"{number:,}"
    match unit:
        case Unit.ROWS:
            return str(_("%(number)s行", number=shown))
        case Unit.SECONDS:
            return str(_("%(number)s秒", number=shown))
        case Unit.WEIGHTED:
            return str(_("%(number)s文字分", number=shown))
        case _:
            return str(_("%(number)s文字", number=shown))


def _left(unit: Unit, counted: Count) -> str:
    if not counted.limit:
        return ""
    if counted.left < 0:
        return str(_("%(amount)s多くなっています", amount=_amount(unit, -counted.left)))
    return str(_("あと%(amount)s", amount=_amount(unit, counted.left)))


def _more(counted: Count) -> list[str]:
    told = []
    if counted.bytes is not None and counted.bytes_limit:
        told.append(_("データの大きさ：%(number)sバイト（%(most)sまで）", number=f"{counted.bytes:,}", most=f"{counted.bytes_limit:,}"))
    if counted.hashtags is not None and counted.hashtags_limit:
        told.append(_("ハッシュタグ：%(number)s個（%(most)sまで）", number=counted.hashtags, most=counted.hashtags_limit))
    return told


def _how(unit: Unit, draft: Draft) -> str:
    match draft.kind:
        case ChannelKind.X:
            return str(_("かなや漢字は2文字分、アドレスは長さに関係なく23文字分です。"))
        case ChannelKind.MASTODON:
            return str(_("アドレスは長さに関係なく23文字です。"))
        case ChannelKind.THREADS:
            return str(_("絵文字は、1つで何文字分にもなります。"))
        case ChannelKind.KOHO:
            return str(_("1行%(letters)s文字で数えています。半角は半分です。", letters=draft.channel.line))
        case ChannelKind.ANNOUNCEMENT:
            return str(
                _("1分に%(letters)s文字の速さで読んだときの長さです。かっこの中のふりがなは数えません。", letters=draft.channel.line)
            )
        case _:
            return str(_("絵文字は、1つで2文字分より長くなることがあります。")) if unit is Unit.UTF16 else ""
