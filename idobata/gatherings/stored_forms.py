"""A stored gathering as the posting form's data, and what the form must know of it to tell a change from none."""

from datetime import date

from idobata.gatherings.home_queries import home_of, telling_of
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_forms import DATE_FIELDS, Before
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.gatherings.version_models import GatheringVersion
from idobata.gatherings.version_queries import base_of, open_version, would_be
from idobata.gatherings.version_values import CONTACTS

_SKIPS = ("holidays", "obon", "new_year")


def stored_data(row: Gathering) -> dict[str, object]:
    """A stored gathering as the form's data."""
    place, home = row.place, home_of(row)
    return {
        **{name: getattr(row, name) for name in _SAME_NAME},
        **_schedule_data(Schedule.from_json(row.schedule)),
        "place_name": place.name if place else "",
        # A district that only follows the place goes on following it.
        "district": "" if place is not None and place.district == row.district else row.district or "",
        "category": row.category or "",
        "fee_kind": "" if row.fee_kind == FeeKind.UNKNOWN else row.fee_kind,
        "fee_words": _fee_shown(row.fee_words, row.fee_yen),
        "signup_kind": "" if row.signup_kind == SignupKind.UNKNOWN else row.signup_kind,
        "group_slug": row.group.slug if row.group else "",
        "place_told": telling_of(row).value,
        "exact_place": home.exact_place if home else "",
        "facts": dict(row.facts),
        "crowd": row.crowd,
        "first_visit": dict(row.first_visit),
    }


def form_data(row: Gathering) -> dict[str, object]:
    """The form's data for its host: what is stored, with a change that is still open laid over it. She goes on from her own last words."""
    sent = open_version(row)
    return stored_data(row) if sent is None else _sent_data(row, sent)


def _sent_data(row: Gathering, sent: GatheringVersion) -> dict[str, object]:
    data, picture, base, typed = stored_data(row), would_be(row, sent), base_of(sent), sent.typed
    data |= {name: picture[name] for name in _SAME_NAME if name in picture and name != "area_words"}
    data |= _schedule_data(Schedule.from_json(picture["schedule"]))
    contact = picture["contact"]
    for kind in CONTACTS:
        data[f"contact_{kind}_public"] = kind in contact
    data |= {f"contact_{name}": words for name, words in contact.items()}
    data |= {
        "area_words": picture["area_words"] or row.area_words,
        "fee_kind": "" if picture["fee_kind"] == FeeKind.UNKNOWN else picture["fee_kind"],
        "fee_words": _fee_shown(picture["fee_words"], picture["fee_yen"]),
        "signup_kind": "" if picture["signup_kind"] == SignupKind.UNKNOWN else picture["signup_kind"],
        "category": picture["category"] or "",
        "group_slug": picture["group"]["slug"] if picture["group"] else "",
        "facts": dict(picture["facts"]),
        "crowd": picture["crowd"],
        "first_visit": dict(picture["first_visit"]),
    }
    moves = sent.values["place"] != base["place"]
    if moves or sent.values["district"] != base["district"]:
        data["district"] = typed["district"]
    if moves and picture["place"]:
        data |= {
            "place_name": picture["place"]["name"],
            "place_address": typed["place"]["address"],
            "place_access": typed["place"]["access"],
        }
    return data


def _schedule_data(schedule: Schedule) -> dict[str, object]:
    days = [day.isoformat() for day in schedule.dates]
    return {
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
    "reuse_text",
)


def what_was(row: Gathering) -> Before:
    """What the form has to know of a stored gathering to tell a change from none."""
    return Before(
        place_id=row.place.public_id if row.place else "",
        place_name=row.place.name if row.place else "",
        fee_shown=_fee_shown(row.fee_words, row.fee_yen),
        fee_words=row.fee_words,
        fee_yen=row.fee_yen,
        signup_unknown=row.signup_kind == SignupKind.UNKNOWN,
        first_day=Schedule.from_json(row.schedule).first_day,
    )


def _fee_shown(words: str, yen: int | None) -> str:
    return words or (f"{yen}円" if yen is not None else "")
