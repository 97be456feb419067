"""Which addresses of the internet are plainly public. Everything else is somebody's inside, and nothing of ours goes there."""

import ipaddress
import re
from typing import Final

LONGEST_NAME: Final = 253
# A name as the public DNS has it: at least two labels of small letters, digits and hyphens, the last one beginning with a letter. So no
# address in any notation passes (127.1, 0x7f.1, 2130706433, [::1]), no name of this machine alone, no dot at the end, no other script.
_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Names that only mean something inside of a house or a data centre.
_INSIDE: Final = frozenset(["localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "corp", "home", "arpa", "onion"])

_NOT_PUBLIC_4: Final = tuple(
    ipaddress.IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; the metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # for documents
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # for measuring
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
# Of IPv6 only this eighth is given out; outside of it lie loopback, link-local, ULA, site-local, multicast, and all of IPv4 in disguise.
_GIVEN_OUT_6: Final = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    ipaddress.IPv6Network(one)
    for one in (
        "2001::/23",  # protocols, Teredo among them
        "2001:db8::/32",  # for documents
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # for documents
    )
)


def is_public_name(name: str) -> bool:
    """True for a host name that the public DNS may know, written plainly. Addresses in any notation are not names."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None and name.rpartition(".")[2] not in _INSIDE


def is_public_address(address: str) -> bool:
    """True for an IP address that anybody may be reached at. False for everything else, and for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_4)
    # An address with a scope ("%eth0") belongs to one wire.
    return found.scope_id is None and found in _GIVEN_OUT_6 and not any(found in network for network in _NOT_PUBLIC_6)
