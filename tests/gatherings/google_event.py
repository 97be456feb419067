"""What Google's documentation of Event structured data asks for, as a JSON schema: required fields, and how the recommended ones may look.

Source: developers.google.com/search/docs/appearance/structured-data/event, and schema.org for the values of each enumeration.
"""

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

SCHEMA = "https://schema.org/"
_MOMENT = r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?$"
_STATUS = [SCHEMA + one for one in ("EventScheduled", "EventCancelled", "EventRescheduled", "EventPostponed", "EventMovedOnline")]
_MODES = [SCHEMA + one for one in ("OfflineEventAttendanceMode", "OnlineEventAttendanceMode", "MixedEventAttendanceMode")]
_TEXT = {"type": "string", "minLength": 1, "pattern": r"\S"}
_LINK = {"type": "string", "pattern": "^https?://[^/]+"}
_ADDRESS = {
    "type": "object",
    "required": ["@type", "addressCountry", "addressRegion", "addressLocality"],
    "additionalProperties": False,
    "properties": {
        "@type": {"const": "PostalAddress"},
        "addressCountry": {"const": "JP"},
        **dict.fromkeys(("addressRegion", "addressLocality", "streetAddress", "postalCode"), _TEXT),
    },
}
_PLACE = {
    "type": "object",
    "required": ["@type", "name", "address"],
    "additionalProperties": False,
    "properties": {
        "@type": {"const": "Place"},
        "name": _TEXT,
        "url": _LINK,
        "address": _ADDRESS,
        "geo": {
            "type": "object",
            "required": ["@type", "latitude", "longitude"],
            "properties": {
                "@type": {"const": "GeoCoordinates"},
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
            },
        },
    },
}
_ROOM = {
    "type": "object",
    "required": ["@type", "url"],
    "additionalProperties": False,
    "properties": {"@type": {"const": "VirtualLocation"}, "url": _LINK},
}
_OFFER = {
    "type": "object",
    "required": ["@type", "availability", "url", "validFrom"],
    "dependentRequired": {"price": ["priceCurrency"], "priceCurrency": ["price"]},
    "additionalProperties": False,
    "properties": {
        "@type": {"const": "Offer"},
        "availability": {"enum": [SCHEMA + one for one in ("InStock", "SoldOut", "PreOrder")]},
        "url": _LINK,
        "validFrom": {"type": "string", "pattern": _MOMENT},
        "price": {"type": "number", "minimum": 0},
        "priceCurrency": {"const": "JPY"},
    },
}
_SCHEDULE = {
    "type": "object",
    "required": ["@type", "repeatFrequency", "scheduleTimezone", "startDate"],
    "additionalProperties": False,
    "properties": {
        "@type": {"const": "Schedule"},
        "repeatFrequency": {"enum": ["P1W", "P2W", "P1M"]},
        "scheduleTimezone": {"const": "Asia/Tokyo"},
        "startDate": {"type": "string", "format": "date"},
        "endDate": {"type": "string", "format": "date"},
        "startTime": {"type": "string", "pattern": r"^\d\d:\d\d:\d\d$"},
        "endTime": {"type": "string", "pattern": r"^\d\d:\d\d:\d\d$"},
        "repeatCount": {"type": "integer", "minimum": 1},
        "byDay": {
            "type": "array",
            "items": {"enum": [f"{SCHEMA}{one}day" for one in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")]},
        },
        "byMonthWeek": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 5}},
        "byMonthDay": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 31}},
    },
}


def _when(name: str, value: object, then: dict[str, object]) -> dict[str, object]:
    return {"if": {"required": [name], "properties": {name: value}}, "then": {"properties": then}}


EVENT: dict[str, Any] = {
    "type": "object",
    "required": [
        "@context", "@type", "name", "startDate", "location",  # what Google must have
        "description", "url", "eventStatus", "eventAttendanceMode", "organizer", "inLanguage",  # what we always know
    ],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@type": {"const": "Event"},
        "name": _TEXT,
        "description": _TEXT,
        "url": _LINK,
        "startDate": {"type": "string", "pattern": _MOMENT},
        "endDate": {"type": "string", "pattern": _MOMENT},
        "previousStartDate": {"type": "string", "pattern": _MOMENT},
        "eventStatus": {"anyOf": [{"enum": _STATUS}, {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"enum": _STATUS}}]},
        "eventAttendanceMode": {"enum": _MODES},
        "location": {"anyOf": [_PLACE, _ROOM, {"type": "array", "prefixItems": [_PLACE, _ROOM], "minItems": 2, "maxItems": 2}]},
        "isAccessibleForFree": {"type": "boolean"},
        "inLanguage": {"enum": ["ja", "en"]},
        "organizer": {
            "type": "object",
            "required": ["@type", "name"],
            "additionalProperties": False,
            "properties": {"@type": {"enum": ["Person", "Organization"]}, "name": _TEXT, "url": _LINK},
        },
        "offers": _OFFER,
        "eventSchedule": _SCHEDULE,
    },
    "allOf": [
        # "If you add previousStartDate, you must also set eventStatus to EventRescheduled."
        {
            "if": {"required": ["previousStartDate"]},
            "then": {
                "properties": {
                    "eventStatus": {"anyOf": [{"const": SCHEMA + "EventRescheduled"}, {"contains": {"const": SCHEMA + "EventRescheduled"}}]}
                }
            },
        },
        _when("eventAttendanceMode", {"const": _MODES[0]}, {"location": _PLACE}),
        _when("eventAttendanceMode", {"const": _MODES[1]}, {"location": _ROOM}),
        _when("eventAttendanceMode", {"const": _MODES[2]}, {"location": {"type": "array"}}),
    ],
}  # fmt: skip
_CHECK = Draft202012Validator(EVENT, format_checker=FormatChecker())


def faults(event: object) -> list[str]:
    """Everything the documentation would not have, one sentence each."""
    found = [f"{error.json_path}: {error.message}" for error in _CHECK.iter_errors(event)]
    if isinstance(event, dict) and "endDate" in event:
        start, end = str(event.get("startDate")), str(event["endDate"])
        if len(start) != len(end) or end < start:
            found.append(f"it ends ({end}) before it begins ({start})")
    return found
