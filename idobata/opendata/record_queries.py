"""From rows to the records of open data: only what the town may read anyway, and of that nothing that helps to gather people's addresses."""

from datetime import date, datetime, timedelta

from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.recurrence import ASSUMED_LENGTH
from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.states import FeeKind, OccurrenceState, SignupKind, VenueKind
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.opendata.event_record import EventRecord
from idobata.opendata.prose import shorten
from idobata.places.models import Place

_SEE_PAGE = "くわしくは、集まりのページを見てください。"


class RecordMaker:
    """Makes records for one city."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.addresses = Addresses(settings.machine.base_url)
        self.zone = settings.city.zone
        self.facts = {fact.slug: fact.name for fact in settings.facts}

    def record(self, row: Occurrence) -> EventRecord:
        """The record of a date; `row.gathering` with place and group is loaded already."""
        gathering, settings = row.gathering, self.settings
        place = gathering.place if gathering.venue_kind == VenueKind.PLACE else None
        category, district = settings.category(gathering.category or ""), settings.district(gathering.district or "")
        starts_at, ends_at = row.starts_at.astimezone(self.zone), row.ends_at.astimezone(self.zone)
        phone = gathering.contact_phone if gathering.contact_phone_public else ""
        homepage = gathering.contact_url if gathering.contact_url_public else ""
        private = gathering.venue_kind == VenueKind.PRIVATE
        return EventRecord(
            public_id=gathering.public_id,
            day=row.day,
            page=self.addresses.occurrence(gathering.public_id, row.day),
            source=settings.city.code,
            prefecture=settings.city.prefecture,
            publisher=settings.city.name,
            title=gathering.title,
            summary=gathering.summary,
            body=gathering.body,
            state=OccurrenceState(row.state),
            note=row.note,
            about_times=_about_times(gathering),
            first_day=starts_at.date(),
            last_day=_last_day(row, ends_at),
            starts=None if row.all_day else starts_at.time(),
            ends=None if row.all_day or not row.end_known else ends_at.time(),
            venue=VenueKind(gathering.venue_kind),
            place=place.name if place else gathering.area_words if private else "",
            address=place.address if place else "",
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            access=_access(place) if place else "",
            parking=gathering.parking or (place.parking if place else ""),
            online=gathering.is_online and gathering.venue_kind != VenueKind.ONLINE,
            host=gathering.group.name if gathering.group else gathering.host_name,
            category=category.name if category else "",
            district=district.name if district else "",
            fee_kind=FeeKind(gathering.fee_kind),
            fee_yen=gathering.fee_yen,
            fee_words=gathering.fee_words,
            signup_kind=SignupKind(gathering.signup_kind),
            signup_words=_signup(gathering, reachable=bool(phone or homepage)),
            audience=gathering.audience,
            bring=gathering.bring,
            rain=gathering.rain,
            language=gathering.language,
            crowd=gathering.crowd,
            facts={name: gathering.facts[slug] for slug, name in self.facts.items() if slug in gathering.facts},
            first_visit=dict(gathering.first_visit),
            contact_name=gathering.contact_name if phone or homepage else "",
            contact_phone=phone,
            homepage=homepage,
            licence=settings.opendata.licence,
            updated_at=gathering.updated_at.astimezone(self.zone),
        )


def _about_times(gathering: Gathering) -> str:
    schedule = Schedule.from_json(gathering.schedule)
    rhythm = rhythm_words(schedule) if schedule.repeats else ""
    return shorten("、".join(part for part in (rhythm, schedule.note) if part), LIMITS["note"])


def _last_day(row: Occurrence, ends_at: datetime) -> date:
    if row.all_day:
        return (ends_at - timedelta(seconds=1)).date()
    return ends_at.date() if row.end_known else (ends_at - ASSUMED_LENGTH).date()


def _access(place: Place) -> str:
    return "\n".join(part for part in (place.landmark, place.access) if part)


def _signup(gathering: Gathering, *, reachable: bool) -> str:
    needs_words = gathering.signup_kind == SignupKind.REQUIRED and not gathering.signup_words and not reachable
    # Whoever must sign up has to be told where: a mail address stands on the page and not in the list.
    return _SEE_PAGE if needs_words else gathering.signup_words
