"""A stored gathering as the posting form's data, and what the form must know of it to tell a change from none."""

from datetime import date

from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_forms import DATE_FIELDS, Before
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.states import FeeKind, SignupKind

_SKIPS = ("holidays", "obon", "new_year")


def stored_data(row: Gathering) -> dict[str, object]:
    """A stored gathering as the form's data."""
    schedule = Schedule.from_json(row.schedule)
    place = row.place
    days = [day.isoformat() for day in schedule.dates]
    return {
        **{name: getattr(row, name) for name in _SAME_NAME},
        "day": schedule.first_day.isoformat(),
        "starts": schedule.starts.isoformat("minutes") if schedule.starts else "",
        "ends": schedule.ends.isoformat("minutes") if schedule.ends else "",
        "all_day": schedule.starts is None,
        "last_day": date.fromordinal(schedule.first_day.toordinal() + schedule.span_days).isoformat() if schedule.span_days else "",
        "rhythm": schedule.rhythm.value,
        "weekdays": [str(day) for day in schedule.weekdays],
        "nths": [str(nth) for nth in schedule.nths],
        "month_days": "、".join(str(day) for day in schedule.month_days),
        **dict(zip(DATE_FIELDS, days, strict=False)),
        "more_dates": "\n".join(days[len(DATE_FIELDS) :]),
        "until": schedule.until.isoformat() if schedule.until else "",
        "count": str(schedule.count) if schedule.count is not None else "",
        "skips": [name for name in _SKIPS if getattr(schedule, f"skip_{name}")],
        "when_note": schedule.note,
        "place_name": place.name if place else "",
        # A district that only follows the place goes on following it.
        "district": "" if place is not None and place.district == row.district else row.district or "",
        "category": row.category or "",
        "fee_kind": "" if row.fee_kind == FeeKind.UNKNOWN else row.fee_kind,
        "fee_words": _fee_shown(row),
        "signup_kind": "" if row.signup_kind == SignupKind.UNKNOWN else row.signup_kind,
        "group_slug": row.group.slug if row.group else "",
        "facts": dict(row.facts),
        "crowd": row.crowd,
        "first_visit": dict(row.first_visit),
    }


_SAME_NAME = (
    "title",
    "summary",
    "body",
    "host_name",
    "venue_kind",
    "area_words",
    "is_online",
    "online_url",
    "signup_words",
    "audience",
    "bring",
    "rain",
    "parking",
    "language",
    "contact_name",
    "contact_phone",
    "contact_phone_public",
    "contact_email",
    "contact_email_public",
    "contact_url",
    "contact_url_public",
)


def what_was(row: Gathering) -> Before:
    """What the form has to know of a stored gathering to tell a change from none."""
    return Before(
        place_id=row.place.public_id if row.place else "",
        place_name=row.place.name if row.place else "",
        fee_shown=_fee_shown(row),
        fee_words=row.fee_words,
        fee_yen=row.fee_yen,
        signup_unknown=row.signup_kind == SignupKind.UNKNOWN,
        first_day=Schedule.from_json(row.schedule).first_day,
    )


def _fee_shown(row: Gathering) -> str:
    return row.fee_words or (f"{row.fee_yen}円" if row.fee_yen is not None else "")
