"""What a row of the repost desk says, in words."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from idobata.accounts.models import Person
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.models import Gathering
from idobata.gatherings.queries import occurrence_of
from idobata.kernel import clock
from idobata.kernel.japanese_dates import day_words, span_words, time_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_, SOURCE
from idobata.reposts.channels import UNITS, ChannelKind, Unit, channel_of, limits_of
from idobata.reposts.counting import Count, count
from idobata.reposts.forms import CorrectionForm
from idobata.reposts.ledger import CHANGE_WORDS, KIND_WORDS, Kind, correction
from idobata.reposts.models import Repost, Told
from idobata.reposts.queries import Correction
from idobata.reposts.snapshot import Change, Truth
from idobata.reposts.states import STATE_WORDS, RepostState
from idobata.reposts.stop_queries import open_stop
from idobata.reposts.truth_queries import overtaken
from idobata.web.pages import current_language, sentence
from idobata.web.rooms import addresses, city_settings

_UNITS: dict[Unit, str] = {
    Unit.WEIGHTED: N_("半角の文字"),
    Unit.LETTERS: N_("文字"),
    Unit.UTF16: N_("文字"),
    Unit.ROWS: N_("行"),
    Unit.SECONDS: N_("秒"),
}


@dataclass(frozen=True, slots=True)
class _Hours:
    """A span of moments as a truth holds them."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool
    end_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepostRow:
    """A repost in words. `tag` is (state, words) for a badge; `changed` says which of its dates are not as they were."""

    repost: Repost
    channel: str
    tag: tuple[str, str]
    counted: str
    over: bool
    at: str
    gatherings: tuple[tuple[Gathering, str], ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """A correction in words, with its form and its ready text."""

    told_id: str
    channel: str
    change: str
    title: str
    was: str
    link: str
    text: str
    form: CorrectionForm


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A line of the ledger in words."""

    at: str
    who: str
    channel: str
    kind: str
    title: str
    day: str
    revision: int
    link: str
    words: str
    repost_id: str


def repost_row(repost: Repost) -> RepostRow:
    """One repost of a list, or of its own page."""
    settings, state = city_settings(), RepostState(repost.state)
    counted = count_of(repost.channel, repost.text, settings)
    changes = overtaken(repost) if repost.frozen and state is not RepostState.SENT else []
    titles = {item.gathering.public_id: item.gathering.title for item in repost.items}
    return RepostRow(
        repost=repost,
        channel=channel_name(repost.channel, settings),
        tag=_tag(state, bool(changes)),
        counted=counted_words(repost.channel, counted) if counted else "",
        over=counted.over if counted else False,
        at=moment_words(repost.changed_at, settings),
        gatherings=tuple((item.gathering, when_words(item.gathering, item.day.isoformat())) for item in repost.items),
        changed=tuple(f"{titles.get(truth.gathering, '')}：{sentence(CHANGE_WORDS[change])}" for truth, change in changes),
    )


def correction_row(one: Correction, form: CorrectionForm | None = None) -> CorrectionRow:
    """One correction. Its text is Japanese, whatever the language of the page: it is for the channel's readers."""
    settings, told = city_settings(), one.told
    if form is None:
        form = CorrectionForm(prefix=f"{told.public_id}-")
        form.seal.data = one.seal
    was = _truth_words(one.before, settings)
    gathering, public = told.gathering, one.change is not Change.WITHDRAWN
    title = gathering.title if gathering else ""
    when = _truth_words(one.now, settings)
    row = occurrence_of(gathering, one.now.date()) if gathering and public else None
    place = Cards(settings, SOURCE, lambda words: words).occurrence(row).place_name if row else ""
    page = addresses().occurrence(one.now.gathering, one.now.date()) if gathering else ""
    return CorrectionRow(
        told_id=told.public_id,
        channel=channel_name(told.channel, settings),
        change=sentence(CHANGE_WORDS[one.change]),
        title=title,
        was=was,
        link=told.link,
        text=correction(one.change, title, was, when, place, page),
        form=form,
    )


def ledger_row(told: Told) -> LedgerRow:
    """One line of the ledger."""
    settings, truth = city_settings(), Truth.stored(told.truth)
    return LedgerRow(
        at=moment_words(told.at, settings),
        who=name_of(told.by),
        channel=channel_name(told.channel, settings),
        kind=sentence(KIND_WORDS[Kind(told.kind)]),
        title=told.gathering.title if told.gathering else _("（消された集まり）"),
        day=_truth_words(truth, settings),
        revision=truth.sequence,
        link=told.link,
        words=told.words,
        repost_id=told.repost.public_id if told.repost else "",
    )


def moment_words(moment: datetime, settings: Settings) -> str:
    """A moment as a day and a time."""
    local, language = moment.astimezone(settings.city.zone), current_language()
    other_year = local.year != clock.today(settings.city.zone).year
    return f"{day_words(local.date(), language, year=other_year)}{time_words(local.time(), language)}"


def count_of(channel: str, text: str, settings: Settings) -> Count | None:
    """How long a text is for a channel; None for one the city does not use any more."""
    found = channel_of(settings.channels, ChannelKind(channel)) if channel in set(ChannelKind) else None
    return count(ChannelKind(channel), text, limits_of(found)) if found else None


def counted_words(channel: str, counted: Count) -> str:
    """「263／280（半角の文字）」; without a limit only how many."""
    unit = sentence(_UNITS[UNITS[ChannelKind(channel)]])
    return f"{counted.used:,}／{counted.limit:,}（{unit}）" if counted.limit else f"{counted.used:,}（{unit}）"


def channel_name(channel: str, settings: Settings) -> str:
    """What the city calls a channel."""
    return next((one.name for one in settings.channels if one.kind == channel), channel)


def name_of(person: Person | None) -> str:
    """A colleague's name; empty for one whose account is gone."""
    return person.name or person.email if person else ""


def when_words(gathering: Gathering, day: str) -> str:
    """When a date is, as it stands now."""
    row = occurrence_of(gathering, datetime.fromisoformat(day).date())
    return span_words(row, current_language(), zone=city_settings().city.zone) if row else day


def _truth_words(truth: Truth, settings: Settings) -> str:
    if not truth.starts:
        return truth.day
    hours = _Hours(datetime.fromisoformat(truth.starts), datetime.fromisoformat(truth.ends), truth.all_day, truth.end_known)
    return span_words(hours, SOURCE, zone=settings.city.zone)


def _tag(state: RepostState, changed: bool) -> tuple[str, str]:
    if changed:
        return "cancelled", sentence(N_("集まりが変わりました"))
    badge = {
        RepostState.DRAFT: "draft",
        RepostState.SENT: "published",
        RepostState.APPROVED: "published",
        RepostState.RETURNED: "moved",
        RepostState.FAILED: "cancelled",
    }
    return badge.get(state, "waiting"), sentence(STATE_WORDS[state])


def stop_row() -> tuple[str, str, str] | None:
    """Since when everything is stopped, by whom and why; None when it is not."""
    found = open_stop()
    return (moment_words(found.at, city_settings()), name_of(found.by), found.words) if found else None
