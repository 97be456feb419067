"""The catalogue of the data sets in the words of DCAT, as a prefecture's portal harvests it. JSON-LD that needs nothing from elsewhere to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from idobata.kernel.settings import Settings
from idobata.opendata.data_files import FileFacts
from idobata.opendata.data_sets import GATHERINGS, DataSet

CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
_CSV = "https://www.iana.org/assignments/media-types/text/csv"
_WORDS = {GATHERINGS: (["イベント", "地域活動"], "集まり・催しの日時と場所")}
_PLACE_WORDS = (["公共施設", "バリアフリー"], "集まりに使える場所と、入りやすさ")


@dataclass(frozen=True, slots=True)
class Listed:
    """A data set with its file."""

    data_set: DataSet
    facts: FileFacts
    first: date | None = None
    last: date | None = None


def catalog(listed: Iterable[Listed], settings: Settings) -> dict[str, Any]:
    """The catalogue as JSON-LD."""
    base, city = settings.machine.base_url, settings.city
    sets = list(listed)
    who = f"{base}/about#publisher"
    publisher = {"@id": who, "@type": "foaf:Organization", "foaf:name": _both(city.name, city.english_name)}
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": f"{base}/opendata/",
        "@type": "dcat:Catalog",
        "dct:title": _both(f"{city.site_name} オープンデータ", f"{city.english_site_name}: open data"),
        "dct:description": _both(city.tagline, "") if city.tagline else "",
        "dct:publisher": publisher,
        "dct:language": ["ja", "en"],
        "dct:license": {"@id": settings.opendata.licence_url},
        "foaf:homepage": {"@id": f"{base}/"},
        "dcat:dataset": [_data_set(one, settings, who) for one in sets],
    }
    if sets:
        told["dct:modified"] = _moment(max(one.facts.changed_at for one in sets).isoformat(timespec="seconds"))
    return {name: value for name, value in told.items() if value}


def _data_set(one: Listed, settings: Settings, publisher: str) -> dict[str, Any]:
    base, found = settings.machine.base_url, one.data_set
    page = f"{base}/opendata/{found.stem}"
    keywords, about = _WORDS.get(found.kind, _PLACE_WORDS)
    told: dict[str, Any] = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": f"{settings.city.code}-{found.stem}",
        "dct:title": _both(f"{settings.city.name} {found.label}", f"{settings.city.english_name}: {found.profile.english}"),
        "dct:description": _both(f"{settings.city.site_name}：{about}", ""),
        "dct:publisher": {"@id": publisher},
        "dct:language": "ja",
        "dct:issued": _day(min(change.day for change in found.profile.history).isoformat()) if found.profile.history else None,
        "dct:modified": _moment(one.facts.changed_at.isoformat(timespec="seconds")),
        "dct:accrualPeriodicity": {"@id": _DAILY},
        "dct:spatial": {"@type": "dct:Location", "dct:identifier": settings.city.code, "vcard:fn": settings.city.name},
        "dct:temporal": _period(one),
        "dcat:keyword": [{"@value": word, "@language": "ja"} for word in keywords],
        "dcat:contactPoint": _contact(settings),
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [_file(one, settings, page)],
    }
    return {name: value for name, value in told.items() if value}


def _file(one: Listed, settings: Settings, page: str) -> dict[str, Any]:
    return {
        "@id": f"{page}#csv",
        "@type": "dcat:Distribution",
        "dct:title": _both(f"{one.data_set.label}（CSV）", f"{one.data_set.profile.english} (CSV)"),
        "dcat:downloadURL": {"@id": f"{page}.csv"},
        "dcat:accessURL": {"@id": page},
        "dct:format": "CSV",
        "dcat:mediaType": {"@id": _CSV},
        "dcat:byteSize": {"@value": str(one.facts.size), "@type": "xsd:nonNegativeInteger"},
        "dct:license": {"@id": settings.opendata.licence_url},
        "dct:modified": _moment(one.facts.changed_at.isoformat(timespec="seconds")),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": one.facts.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _contact(settings: Settings) -> dict[str, Any]:
    contact = settings.contact
    told: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": f"{settings.city.name} {contact.department}"}
    if contact.email:
        told["vcard:hasEmail"] = {"@id": f"mailto:{contact.email}"}
    if contact.phone:
        told["vcard:hasTelephone"] = {"@id": f"tel:{contact.phone.replace(' ', '')}"}
    return told


def _period(one: Listed) -> dict[str, Any] | None:
    if one.first is None or one.last is None:
        return None
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(one.first.isoformat()), "dcat:endDate": _day(one.last.isoformat())}


def _both(japanese: str, english: str) -> list[dict[str, str]]:
    said = [("ja", japanese), ("en", english)]
    return [{"@value": words, "@language": language} for language, words in said if words]


def _day(words: str) -> dict[str, str]:
    return {"@value": words, "@type": "xsd:date"}


def _moment(words: str) -> dict[str, str]:
    return {"@value": words, "@type": "xsd:dateTime"}
