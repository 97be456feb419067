"""What a row of the desk says: everything needed to decide, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from idobata.desk.actions import version_of
from idobata.desk.deed_words import act_words
from idobata.desk.queries import Twin, coming_dates, published_before, twins_of, waiting_since
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import PUBLICATION_WORDS, Publication
from idobata.groups.naming import looks_official
from idobata.kernel import clock
from idobata.kernel.japanese_dates import ago_words, day_words, relative_words, span_words, time_words
from idobata.kernel.settings import Settings
from idobata.moderation.wave_queries import wave_marks
from idobata.store.deeds import Deed
from idobata.web.pages import current_language, sentence
from idobata.web.rooms import city_settings

Tag = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One gathering of a list of the desk. `tags` are (state, words) for badges, `facts` finished phrases."""

    gathering: Gathering
    card: GatheringCard
    age: str
    late: bool
    host: str
    tags: tuple[Tag, ...]
    facts: tuple[str, ...]
    twins: tuple[Twin, ...]
    version: str


@dataclass(frozen=True, slots=True)
class TwinTable:
    """A twin beside the post: rows of (name, this one, the twin)."""

    twin: Gathering
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """One kind of thing that waits: its words, where it is, how many, since when in words, and whether that is longer than promised."""

    words: str
    href: str
    count: int
    age: str
    late: bool


@dataclass(frozen=True, slots=True)
class DeedLine:
    """One deed in words, and the public id of the gathering it was done to (empty for other things)."""

    when: str
    words: str
    gathering_id: str


def desk_rows(gatherings: Sequence[Gathering], settings: Settings) -> list[DeskRow]:
    """Rows in the same order."""
    dates, before = coming_dates(gatherings), published_before(gatherings)
    waiting = any(one.publication == Publication.IN_REVIEW for one in gatherings)
    alike = wave_marks() if waiting else {}
    return [desk_row(one, dates[one.id], before[one.id], settings, alike.get(one.id, 0)) for one in gatherings]


def desk_row(gathering: Gathering, dates: list[Occurrence], before: int, settings: Settings, alike: int = 0) -> DeskRow:
    """The row of one gathering with its coming `dates`; `before` counts what its host has had published."""
    cards = Cards(settings, current_language(), sentence)
    next_one = cards.occurrence(dates[0]) if dates else None
    card = cards.compose(gathering, next_one=next_one, upcoming=(), past_count=0)
    twins = twins_of(gathering, dates, settings)
    waits = gathering.publication == Publication.IN_REVIEW
    late = waits and is_late(gathering, settings)
    return DeskRow(
        gathering=gathering,
        card=card,
        age=ago_words(_moment(gathering), clock.now(), current_language()),
        late=late,
        host=_("主催：%(host)s", host=card.host_name),
        tags=(*_warnings(gathering, alike, settings), *_tags(gathering, card, before, bool(twins), settings)),
        facts=tuple(words for words in (when_phrase(card), place_phrase(card), card.fee_words, card.signup_words) if words),
        twins=twins,
        version=version_of(gathering),
    )


def is_late(gathering: Gathering, settings: Settings) -> bool:
    """True when it has waited longer than the city promises."""
    return clock.now() - waiting_since(gathering) > timedelta(days=settings.policy.confirm_within_days)


def waits(words: str, href: str, count: int, oldest: datetime | None, *, promised: bool = False) -> Waits:
    """How much of a kind waits. `promised`: the city has promised an answer within so many days."""
    age = ago_words(oldest, clock.now(), current_language()) if oldest and count else ""
    late = bool(promised and oldest and clock.now() - oldest > timedelta(days=city_settings().policy.confirm_within_days))
    return Waits(words, href, count, age, late)


def when_phrase(card: GatheringCard) -> str:
    """The rhythm and the next date in one phrase."""
    if card.next_one is None:
        return str(_("%(rhythm)s（これからの日はありません）", rhythm=card.rhythm))
    words = span_words(card.next_one, current_language())
    return str(_("%(rhythm)s、次は%(next)s", rhythm=card.next_one.rhythm, next=words)) if card.next_one.rhythm else words


def place_phrase(card: GatheringCard) -> str:
    """Where, with the district."""
    name = card.place.name if card.place else card.next_one.place_name if card.next_one else card.place_note
    return "・".join(part for part in (name, card.district_name) if part)


def twin_table(row: DeskRow, twin: Twin, settings: Settings) -> TwinTable:
    """The post and its twin side by side."""
    cards = Cards(settings, current_language(), sentence)
    other = cards.compose(twin.gathering, next_one=cards.occurrence(twin.date), upcoming=(), past_count=0)
    mine = row.card
    rows = (
        (_("集まりの名前"), mine.title, other.title),
        (_("いつ"), when_phrase(mine), when_phrase(other)),
        (_("どこで"), place_phrase(mine), place_phrase(other)),
        (_("主催"), mine.host_name, other.host_name),
        (_("お金"), mine.fee_words, other.fee_words),
        (_("どんなことをするか"), mine.summary, other.summary),
        (_("ようす"), publication_phrase(row.gathering), publication_phrase(twin.gathering)),
    )
    return TwinTable(twin.gathering, rows)


def publication_phrase(gathering: Gathering) -> str:
    """The publication in words."""
    return sentence(PUBLICATION_WORDS[Publication(gathering.publication)])


def deed_line(deed: Deed, settings: Settings) -> DeedLine:
    """One deed for a list."""
    words = act_words(deed.act, deed.actor_label, deed.detail, settings, sentence, current_language())
    return DeedLine(moment_words(deed.at, settings), words, deed.thing_id if deed.thing == "gathering" else "")


def moment_words(moment: datetime, settings: Settings) -> str:
    """A moment as a day and a time."""
    local = moment.astimezone(settings.city.zone)
    other_year = local.year != clock.today(settings.city.zone).year
    return f"{day_words(local.date(), current_language(), year=other_year)}{time_words(local.time(), current_language())}"


def _moment(gathering: Gathering) -> datetime:
    if gathering.publication == Publication.PUBLISHED and gathering.host_changed_at is not None:
        return gathering.host_changed_at
    return waiting_since(gathering) if gathering.publication == Publication.IN_REVIEW else gathering.updated_at


def _warnings(gathering: Gathering, alike: int, settings: Settings) -> tuple[Tag, ...]:
    """What an editor should look at twice: a post that is one of a wave, a host's name that could be the city's."""
    if gathering.publication != Publication.IN_REVIEW:
        return ()
    found: list[Tag] = []
    if alike:
        found.append(("stale", _("よく似た投稿が%(count)s件届いています", count=alike)))
    by_staff = gathering.poster is not None and bool(gathering.poster.roles)
    if gathering.group is None and not by_staff and looks_official(gathering.host_name, settings):
        found.append(("stale", _("市や公の機関に見える名前です")))
    return tuple(found)


def _tags(gathering: Gathering, card: GatheringCard, before: int, has_twins: bool, settings: Settings) -> tuple[Tag, ...]:
    tags: list[Tag] = []
    if gathering.publication == Publication.IN_REVIEW:
        if card.next_one is None:
            tags.append(("stale", _("これからの日がありません")))
        elif soon := _soon(card.next_one, settings):
            tags.append(("stale", _("%(day)sの集まりです", day=soon)))
        if has_twins:
            tags.append(("stale", _("似た集まりがあります")))
    if gathering.source_key is not None:
        tags.append(("draft", _("ファイルからの取りこみ")))
    elif before:
        tags.append(("published", _("これまで%(count)s件のせています", count=before)))
    elif gathering.published_at is None:
        tags.append(("waiting", _("はじめての投稿")))
    return tuple(tags)


def _soon(next_one: OccurrenceCard, settings: Settings) -> str | None:
    return relative_words(next_one.day, clock.today(settings.city.zone), current_language())
