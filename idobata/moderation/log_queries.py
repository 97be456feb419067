"""Reading the public log out of the log of deeds."""

from datetime import UTC, datetime, time

from sqlalchemy import select

from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.moderation.public_log import COUNTED, LogMonth, months
from idobata.store.database import db
from idobata.store.deeds import Deed

MONTHS_SHOWN = 13


def public_log(settings: Settings) -> tuple[LogMonth, ...]:
    """This month and the twelve before it, by the city's own calendar; months without a decision are left out."""
    zone, today = settings.city.zone, clock.today(settings.city.zone)
    first_month = today.year * 12 + today.month - MONTHS_SHOWN
    since = datetime.combine(today.replace(year=first_month // 12, month=first_month % 12 + 1, day=1), time(), zone).astimezone(UTC)
    rows = db.session.execute(select(Deed.at, Deed.act, Deed.detail).where(Deed.act.in_(COUNTED), Deed.at >= since))
    return months((row.at.astimezone(zone).date(), row.act, row.detail) for row in rows)
