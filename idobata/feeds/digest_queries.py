"""The weekly digest: what is on at the weekend, and what is easy for a first visit. Of a past week it says what it said then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from idobata.feeds.digest_words import WEEK, WEEKEND, DigestDay, digest_html, digest_line, digest_title, last_moments, weekend_after
from idobata.feeds.entry import EntryList, FeedEntry
from idobata.feeds.entry_queries import EntryMaker
from idobata.feeds.leaving_out import each
from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import DAY_LIMIT, IS_CANCELLED, LONGEST_SHORT, conditions, load
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import OccurrenceState
from idobata.kernel import clock
from idobata.store.database import db

WEEKS = 4
"""So many digests stand in the feed: the newest and those before it."""
# Of each day so many are named; a feed reader shows the rest behind the link.
PER_DAY = 12
MOST_RUNNING = 5
ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Edition:
    """One entry of one week: what it is called, which days it tells of, and the list it leads to. `name` ends its id."""

    name: str
    title: str
    days: tuple[date, ...]
    filters: Filters
    page: str
    said_at: datetime


def digest_entries(maker: EntryMaker, filters: Filters, limit: int) -> EntryList:
    """The last digests. A week without any gathering has none. Filters of days mean nothing here."""
    city, policy, now = maker.settings.city, maker.settings.policy, clock.now()
    filters = replace(filters, when=None, first=None, last=None, page=1)
    moments = last_moments(now, city.zone, policy.digest_weekday, policy.digest_hour, WEEKS)
    editions = [edition for moment in moments for edition in _editions(maker, filters, moment)][:limit]
    entries = [one for one in each(editions, lambda edition: _entry(maker, edition), lambda edition: edition.name) if one is not None]
    return EntryList.of(entries, last_moments(moments[0] + WEEK + ONE_SECOND, city.zone, policy.digest_weekday, policy.digest_hour, 1)[0])


def _editions(maker: EntryMaker, filters: Filters, moment: datetime) -> tuple[_Edition, ...]:
    city = maker.settings.city
    day = moment.astimezone(city.zone).date()
    weekend = _Edition(
        name=f"digest/{day.isoformat()}/weekend",
        title=maker.translate(WEEKEND),
        days=weekend_after(day),
        filters=filters,
        page="/gatherings",
        said_at=moment,
    )
    first_step = _Edition(
        name=f"digest/{day.isoformat()}/first-step",
        title=city.welcome_english if maker.language == "en" else city.welcome_label,
        days=tuple(day + timedelta(days=ahead) for ahead in range(1, 8)),
        filters=replace(filters, first_step=True),
        page="/first-step",
        # Both come out together; machines tell entries apart by the second.
        said_at=moment - ONE_SECOND,
    )
    return (weekend,) if filters.first_step else (weekend, first_step)


def _entry(maker: EntryMaker, edition: _Edition) -> FeedEntry | None:
    days, address_of, touched = _days(maker, edition)
    count = sum(len(one.cards) + one.more for one in days)
    if not count:
        return None
    language, translate = maker.language, maker.translate
    first, last = edition.days[0], edition.days[-1]
    # Each filtered feed tells something else and has entries of its own.
    filters = edition.filters if edition.page == "/gatherings" else replace(edition.filters, first_step=False)
    query = filters.query()
    link = f"{maker.addresses.base_url}{edition.page}?{urlencode([*query, ('from', first.isoformat()), ('to', last.isoformat())])}"
    capped = any(len(one.cards) + one.more >= DAY_LIMIT for one in days)
    return FeedEntry(
        guid=f"tag:{maker.host},2026:{edition.name}" + (f"?{urlencode(query)}" if query else ""),
        link=link,
        said_at=edition.said_at,
        changed_at=max([edition.said_at, *touched]),
        title=digest_title(edition.title, first, last, count, capped, language, translate),
        line=digest_line(days, language, translate),
        html=digest_html(days, link, address_of, language, translate),
    )


def _days(maker: EntryMaker, edition: _Edition) -> tuple[list[DigestDay], dict[tuple[str, datetime], str], list[datetime]]:
    """The days with their cards, the address of each card, and when dates were changed that had been told before."""
    begun = _running(maker, edition)
    ids = [_dates_on(maker, edition, day) for day in edition.days]
    # What runs for days is told once, where the digest begins.
    shown_ids = [[*(begun if not place else []), *of_day[:PER_DAY]] for place, of_day in enumerate(ids)]
    rows = {row.id: row for row in load([one for of_day in shown_ids for one in of_day])}
    days: list[DigestDay] = []
    addresses: dict[tuple[str, datetime], str] = {}
    touched: list[datetime] = []
    for day, of_day, shown in zip(edition.days, ids, shown_ids, strict=True):
        cards: list[OccurrenceCard] = []
        for row in sorted((rows[one] for one in shown if one in rows), key=lambda one: (one.starts_at, one.gathering.public_id)):
            card = maker.cards.occurrence(row)
            cards.append(card)
            addresses[card.gathering_id, card.starts_at] = maker.addresses.occurrence(card.gathering_id, row.day)
            touched += [row.changed_at] if row.state != OccurrenceState.PLANNED and row.changed_at > edition.said_at else []
        days.append(DigestDay(day, tuple(cards), max(0, len(of_day) - PER_DAY)))
    return days, addresses, touched


def _running(maker: EntryMaker, edition: _Edition) -> list[int]:
    """What began before the first day, lasts for days and is not over then: few in any town."""
    wishes = conditions(edition.filters, maker.settings)
    if wishes is None:
        return []
    begin = _at(edition.days[0], maker.zone)
    query = (
        select(Occurrence.id)
        .where(Occurrence.listed.is_(True), *wishes[1:], *_known_at(edition.said_at))
        .where(Occurrence.is_long.is_(True), Occurrence.ends_at > begin, Occurrence.starts_at < begin)
        .order_by(Occurrence.ends_at, Occurrence.id)
        .limit(MOST_RUNNING)
    )
    return list(db.session.scalars(query))


def _dates_on(maker: EntryMaker, edition: _Edition, day: date) -> list[int]:
    """The dates that begin on a day, as far as a calendar counts them: such as the town knew of when the digest came out.

    One that was cancelled since then stays and says so; one that was cancelled before never stood in it.
    """
    wishes = conditions(edition.filters, maker.settings)
    if wishes is None:
        return []
    begin, end = _at(day, maker.zone), _at(day + timedelta(days=1), maker.zone)
    query = (
        select(Occurrence.id)
        .where(
            *wishes,
            *_known_at(edition.said_at),
            Occurrence.starts_at >= begin,
            Occurrence.starts_at < end,
            # The same once more for the index of lists, which stands in the order of ends.
            Occurrence.list_at >= begin,
            Occurrence.list_at < end + LONGEST_SHORT,
        )
        .order_by(Occurrence.list_at, Occurrence.gathering_id)
        .limit(DAY_LIMIT)
    )
    return list(db.session.scalars(query))


def _known_at(moment: datetime) -> Sequence[ColumnElement[bool]]:
    joined = select(Gathering.id).where(Gathering.id == Occurrence.gathering_id, Gathering.published_at <= moment).exists()
    off_before = and_(IS_CANCELLED, Occurrence.changed_at <= moment)
    added_since = and_(Occurrence.added.is_(True), Occurrence.sequence == 0, Occurrence.changed_at > moment)
    return (joined, ~or_(off_before, added_since), Occurrence.unconfirmed.is_(False))


def _at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
