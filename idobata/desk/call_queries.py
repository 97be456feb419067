"""The call sheet: whom to ask first. The order is a published formula, and the list is bounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from idobata.gatherings.freshness_models import Assurance, Freshness
from idobata.gatherings.freshness_queries import has_dates_to_come, last_sign
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.proxy_models import ProxyPost
from idobata.gatherings.states import OccurrenceState, Publication
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db

# The days whose dates count: what is far away can still be asked about later.
AHEAD = timedelta(days=91)
PAGE_SIZE = 30
# So many are looked at and put in order; beyond that a city needs more than a sheet.
MOST = 2000
MOST_IN_FILE = 500
# Heads of the table that opens in a spreadsheet: the city's own paper, in Japanese whatever the language of the page.
HEADER = ("順番の数", "集まり", "主催", "電話", "メール", "住所", "地区", "最後の確認", "どうやって", "次の日", "これからの回数", "ページ")


@dataclass(frozen=True, slots=True)
class Call:
    """A gathering to ask about. `weight` is `dates` (to come within 13 weeks) times `days` (since the last check)."""

    gathering: Gathering
    dates: int
    days: int
    next_one: Occurrence | None
    last: Assurance | None
    fresh: Freshness | None
    proxy: ProxyPost | None

    @property
    def weight(self) -> int:
        """How much depends on it and how long nobody looked: the order of the sheet."""
        return weight(self.dates, self.days)


@dataclass(frozen=True, slots=True)
class CallPage:
    """A page of the sheet. `total` stops at `MOST`."""

    rows: tuple[Call, ...]
    total: int
    page: int
    size: int

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.total >= MOST


def weight(dates: int, days: int) -> int:
    """Coming dates times days since the last check."""
    return dates * days


def call_page(settings: Settings, district: str, page: int, size: int = PAGE_SIZE) -> CallPage:
    """What is on the board, has dates to come and was last checked `ask_every_days` ago or longer; the weightiest first."""
    now = clock.now()
    order = _in_order(settings, district, now)
    page = max(1, min(page, -(-len(order) // size)))
    shown = order[(page - 1) * size : page * size]
    return CallPage(_rows(shown, now), len(order), page, size)


def calls_due(settings: Settings) -> tuple[int, datetime | None]:
    """How many stand on the sheet (counting stops at `MOST`), and when the one that is silent longest last gave a sign."""
    due = _due(settings, clock.now()).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(due.c.sign))).one()
    return count, oldest


def one_call(gathering: Gathering) -> Call:
    """One row of the sheet, to show it again with what was typed."""
    now = clock.now()
    return _rows([(gathering.id, _dates_to_come([gathering.id], now).get(gathering.id, 0), _days(gathering, now))], now)[0]


def _in_order(settings: Settings, district: str, now: datetime) -> list[tuple[int, int, int]]:
    query = _due(settings, now)
    if district:
        query = query.where(Gathering.district == district)
    found = [(row.id, (now - row.sign).days) for row in db.session.execute(query)]
    dates = _dates_to_come([one for one, _days in found], now)
    return sorted(((one, dates.get(one, 0), days) for one, days in found), key=lambda row: (-weight(row[1], row[2]), -row[2], row[0]))


def _due(settings: Settings, now: datetime) -> Select[int, datetime]:
    """Ids of what nobody has checked for `ask_every_days`, with the last sign of life; what is silent longest comes first."""
    cutoff = now - timedelta(days=settings.policy.ask_every_days)
    today = clock.today(settings.city.zone)
    return (
        select(Gathering.id, last_sign().label("sign"))
        .outerjoin(Freshness, Freshness.gathering_id == Gathering.id)
        .where(
            Gathering.publication == Publication.PUBLISHED.value,
            last_sign() <= cutoff,
            or_(Freshness.lively_at.is_(None), Freshness.lively_at <= cutoff),
            or_(Freshness.paused_until.is_(None), Freshness.paused_until < today),
            has_dates_to_come(),
        )
        .order_by(last_sign(), Gathering.id)
        .limit(MOST)
    )


def _dates_to_come(ids: Sequence[int], now: datetime) -> dict[int, int]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Occurrence.gathering_id, func.count())
        .where(
            Occurrence.gathering_id.in_(ids),
            Occurrence.ends_at > now,
            Occurrence.starts_at < now + AHEAD,
            Occurrence.state != OccurrenceState.CANCELLED.value,
        )
        .group_by(Occurrence.gathering_id)
    )
    return {row[0]: row[1] for row in rows}


def _rows(order: Sequence[tuple[int, int, int]], now: datetime) -> tuple[Call, ...]:
    ids = [one for one, _dates, _days in order]
    if not ids:
        return ()
    gatherings = {
        row.id: row
        for row in db.session.scalars(
            select(Gathering).where(Gathering.id.in_(ids)).options(joinedload(Gathering.place), joinedload(Gathering.group))
        )
    }
    newest = (
        select(Assurance.gathering_id, func.max(Assurance.id).label("id"))
        .where(Assurance.gathering_id.in_(ids))
        .group_by(Assurance.gathering_id)
        .subquery()
    )
    last = {row.gathering_id: row for row in db.session.scalars(select(Assurance).join(newest, newest.c.id == Assurance.id))}
    first = (
        select(Occurrence.gathering_id, func.min(Occurrence.starts_at).label("starts_at"))
        .where(Occurrence.gathering_id.in_(ids), Occurrence.ends_at > now, Occurrence.state != OccurrenceState.CANCELLED.value)
        .group_by(Occurrence.gathering_id)
        .subquery()
    )
    next_ones = {
        row.gathering_id: row
        for row in db.session.scalars(
            select(Occurrence)
            .join(first, and_(first.c.gathering_id == Occurrence.gathering_id, first.c.starts_at == Occurrence.starts_at))
            .where(Occurrence.state != OccurrenceState.CANCELLED.value)
            .options(joinedload(Occurrence.gathering))
        )
    }
    fresh = {row.gathering_id: row for row in db.session.scalars(select(Freshness).where(Freshness.gathering_id.in_(ids)))}
    proxies = {row.gathering_id: row for row in db.session.scalars(select(ProxyPost).where(ProxyPost.gathering_id.in_(ids)))}
    return tuple(
        Call(gatherings[one], dates, days, next_ones.get(one), last.get(one), fresh.get(one), proxies.get(one))
        for one, dates, days in order
        if one in gatherings
    )


def _days(gathering: Gathering, now: datetime) -> int:
    return (now - (gathering.checked_at or gathering.published_at or gathering.created_at)).days
