"""The two kinds of state: what the site shows, and what happens on a day. Publication is not event state."""

from enum import StrEnum

from idobata.kernel.words import N_


class Publication(StrEnum):
    """Whether the town may see a gathering."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class OccurrenceState(StrEnum):
    """What happens on a date."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    FULL = "full"


class VenueKind(StrEnum):
    """Where people meet. PRIVATE is somebody's home: only the area is public."""

    PLACE = "place"
    PRIVATE = "private"
    ONLINE = "online"


class FeeKind(StrEnum):
    """What it costs. UNKNOWN only comes in by import; a poster must say."""

    FREE = "free"
    PAID = "paid"
    UNKNOWN = "unknown"


class SignupKind(StrEnum):
    """Whether one says beforehand that one comes."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"
    UNKNOWN = "unknown"


PUBLICATION_WORDS: dict[Publication, str] = {
    Publication.DRAFT: N_("下書き"),
    Publication.IN_REVIEW: N_("確認を待っています"),
    Publication.PUBLISHED: N_("掲載中"),
    Publication.WITHDRAWN: N_("掲載をやめました"),
}

STATE_WORDS: dict[OccurrenceState, str] = {
    OccurrenceState.PLANNED: N_("予定"),
    OccurrenceState.CONFIRMED: N_("開催します"),
    OccurrenceState.CANCELLED: N_("中止"),
    OccurrenceState.MOVED: N_("日時が変わりました"),
    OccurrenceState.FULL: N_("満員"),
}
