"""Who is asked together: gatherings that share somebody to write to, directly or through others, make one circle."""

from collections.abc import Collection, Mapping


def circles(addresses: Mapping[int, Collection[str]]) -> list[list[int]]:
    """The ids in circles, in their order; two of them are in one circle when a chain of shared addresses joins them.

    What has no address is in none.
    """
    found: list[list[int]] = []
    of_address: dict[str, list[int]] = {}
    for one, whom in addresses.items():
        if not whom:
            continue
        joined = [one]
        for other in {id(of_address[address]): of_address[address] for address in whom if address in of_address}.values():
            joined = other + joined
            found.remove(other)
        found.append(joined)
        for address in {*whom, *(address for member in joined for address in addresses[member])}:
            of_address[address] = joined
    return [sorted(circle) for circle in found]
