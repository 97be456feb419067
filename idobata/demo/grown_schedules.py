"""Rhythms of an invented town, drawn by chance: mostly over, the rest still to come, in the mix a notice board shows."""

from datetime import date, time, timedelta
from random import Random

from idobata.gatherings.schedule import Rhythm, Schedule

PAST_SHARE = 0.7
_PAST_DAYS = 720
_SERIES_WEEKS = 40

_RHYTHMS = (Rhythm.ONCE, Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY_WEEKDAY, Rhythm.MONTHLY_DATE, Rhythm.DATES)
_PAST_WEIGHTS = (60, 10, 5, 12, 3, 10)
_COMING_WEIGHTS = (36, 22, 8, 22, 4, 8)
# Saturdays and Sundays are the days of a neighbourhood.
_WEEKDAY_WEIGHTS = (10, 12, 14, 12, 13, 24, 15)
_HOURS = (9, 10, 10, 10, 11, 13, 13, 14, 14, 15, 16, 18, 19)
_NTHS = ((1,), (2,), (3,), (4,), (-1,), (1, 3), (2, 4))
_LENGTHS = (60, 90, 90, 120, 120, 120, 180)


def grown_schedule(random: Random, today: date, horizon_days: int, *, past: bool) -> Schedule:
    """A rhythm whose dates are all over (`past`) or some of which are still to come, none that is picked by hand beyond the horizon."""
    rhythm = random.choices(_RHYTHMS, _PAST_WEIGHTS if past else _COMING_WEIGHTS)[0]
    starts, ends = _times(random)
    match rhythm:
        case Rhythm.ONCE:
            return _once(random, today, horizon_days, starts, ends, past=past)
        case Rhythm.DATES:
            days = _picked(random, today, horizon_days, past=past)
            return Schedule(rhythm=rhythm, first_day=days[0], dates=days[1:], starts=starts, ends=ends)
        case _:
            return _series(random, rhythm, today, starts, ends, past=past)


def _times(random: Random) -> tuple[time | None, time | None]:
    chance = random.random()
    if chance < 0.02:
        return None, None
    if chance < 0.025:
        return time(22), time(1)  # a night under the stars
    starts = time(random.choice(_HOURS), random.choice((0, 0, 30)))
    minutes = starts.hour * 60 + starts.minute + random.choice(_LENGTHS)
    return starts, None if chance > 0.96 else time(minutes // 60, minutes % 60)


def _once(random: Random, today: date, horizon_days: int, starts: time | None, ends: time | None, *, past: bool) -> Schedule:
    if random.random() < 0.01:
        # An exhibition: several days, some of them open right now.
        span = random.randint(2, 20)
        days = -random.randint(span + 1, _PAST_DAYS) if past else random.randint(-span + 1, horizon_days - 1)
        return Schedule(rhythm=Rhythm.ONCE, first_day=today + timedelta(days=days), starts=None, ends=None, span_days=span)
    # The nearer a day, the more is announced for it.
    days = -random.randint(2, _PAST_DAYS) if past else int(horizon_days * random.random() ** 1.6)
    return Schedule(rhythm=Rhythm.ONCE, first_day=today + timedelta(days=days), starts=starts, ends=ends)


def _picked(random: Random, today: date, horizon_days: int, *, past: bool) -> tuple[date, ...]:
    number = random.randint(2, 8)
    span = min(number * 21, horizon_days)
    begin = -random.randint(span + 2, _PAST_DAYS) if past else random.randint(1, max(1, horizon_days - span))
    return tuple(sorted(today + timedelta(days=begin + days) for days in random.sample(range(span), min(number, span))))


def _series(random: Random, rhythm: Rhythm, today: date, starts: time | None, ends: time | None, *, past: bool) -> Schedule:
    weekday = random.choices(range(7), _WEEKDAY_WEIGHTS)[0]
    weeks = random.randint(4, _SERIES_WEEKS)
    until: date | None
    if past:
        until = today - timedelta(days=random.randint(2, _PAST_DAYS))
        first_day = until - timedelta(weeks=weeks)
    else:
        first_day = today - timedelta(weeks=weeks) if random.random() < 0.85 else today + timedelta(days=random.randint(1, 60))
        until = today + timedelta(days=random.randint(90, 400)) if random.random() < 0.15 else None
    return Schedule(
        rhythm=rhythm,
        first_day=first_day,
        starts=starts,
        ends=ends,
        weekdays=(weekday,) if rhythm is not Rhythm.MONTHLY_DATE else (),
        nths=random.choice(_NTHS) if rhythm is Rhythm.MONTHLY_WEEKDAY else (),
        month_days=(random.randint(1, 28),) if rhythm is Rhythm.MONTHLY_DATE else (),
        until=until,
        skip_holidays=random.random() < 0.3,
        skip_obon=random.random() < 0.2,
        skip_new_year=random.random() < 0.6,
    )
