"""What time it is. One clock for the process, so that a demo or a test can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("held", default=None)
_fixed: datetime | None = None


def now() -> datetime:
    """The present moment in UTC, always aware."""
    return _held.get() or _fixed or datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The present date on the city's own calendar."""
    return now().astimezone(zone).date()


def next_midnight(zone: ZoneInfo) -> datetime:
    """The moment at which the city's date turns."""
    return datetime.combine(today(zone) + timedelta(days=1), time(), zone).astimezone(UTC)


def fix(at: datetime | None) -> None:
    """Fix the clock of the whole process (IDOBATA_NOW); None lets it run again."""
    global _fixed
    _fixed = _aware(at) if at is not None else None


@contextmanager
def hold(at: datetime) -> Iterator[None]:
    """Hold the clock still inside a block."""
    token = _held.set(_aware(at))
    try:
        yield
    finally:
        _held.reset(token)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC)
