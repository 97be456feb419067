"""What a person says about a gathering, before it is a row: plain values from a form, a file or the demo."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idobata.gatherings.homes import Telling
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWords:
    """A place as somebody named it. `public_id` is set when it was picked from the register."""

    public_id: str = ""
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    access: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringValues:
    """Everything a poster may say. Text is cleaned already (`kernel.text`); rules look at the rest.

    `exact_place` (of somebody's home) is private; `place_told` says whom the host tells it; None keeps what is known. `facts` maps a welcome fact's slug to True (yes) or False (no); what is not in it is unknown. `crowd` is a band of
    `crowds.CROWDS` or empty. `first_visit` maps a question of `first_visit.QUESTIONS` to the host's answer.
    `reuse_text`: others may use these words beyond the site, under the city's licence.
    """

    title: str
    summary: str
    host_name: str
    schedule: Schedule
    body: str = ""
    group_slug: str = ""
    venue_kind: VenueKind = VenueKind.PLACE
    place: PlaceWords = PlaceWords()
    area_words: str = ""
    place_told: Telling | None = None
    exact_place: str | None = field(default=None, repr=False)
    is_online: bool = False
    online_url: str = ""
    district: str = ""
    category: str = ""
    fee_kind: FeeKind = FeeKind.FREE
    fee_yen: int | None = None
    fee_words: str = ""
    signup_kind: SignupKind = SignupKind.NONE
    signup_words: str = ""
    audience: str = ""
    bring: str = ""
    rain: str = ""
    parking: str = ""
    language: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_phone_public: bool = False
    contact_email: str = ""
    contact_email_public: bool = False
    contact_url: str = ""
    contact_url_public: bool = False
    facts: Mapping[str, bool] = field(default_factory=dict)
    crowd: str = ""
    first_visit: Mapping[str, str] = field(default_factory=dict)
    reuse_text: bool = False
