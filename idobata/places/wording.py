"""Words about places that several pages say."""

from idobata.kernel.settings import Settings


def where_words(district: str | None, address: str, settings: Settings, language: str) -> str:
    """Where a place is, in one line: its district and its address. Empty when neither is known."""
    return "・".join(part for part in (district_words(district, settings, language), address) if part)


def district_words(slug: str | None, settings: Settings, language: str) -> str:
    """The name of a district in the reader's language; empty when there is none."""
    district = settings.district(slug or "")
    if district is None:
        return ""
    return district.english if language == "en" else district.name
