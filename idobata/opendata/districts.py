"""Which of the city's districts an address lies in."""

from idobata.kernel.settings import Settings


def district_in(address: str, area: str, settings: Settings) -> str:
    """The slug of the district that `area` is the name of, or whose name stands in the address.

    Empty unless the address is in this city and names exactly one.
    """
    if area and (found := [one.slug for one in settings.districts if one.name == area]):
        return found[0]
    _, city, street = address.partition(settings.city.name)
    if not city:
        return ""
    # 「港」 is in 「空港前」 too: a name of one letter counts at the beginning only.
    names = [one for one in settings.districts if street.startswith(one.name) or (len(one.name) > 1 and one.name in street)]
    # 「北町」 is in 「新北町」 too: the longer name is the one that is meant.
    longest = [one for one in names if not any(one.name != other.name and one.name in other.name for other in names)]
    return longest[0].slug if len(longest) == 1 else ""
