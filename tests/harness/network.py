"""No test talks to the world. This machine itself (loopback, unix sockets) may be reached."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

_LOCAL_NAMES = ("", "localhost", "localhost.localdomain", "ip6-localhost", socket.gethostname().lower())


class NetworkRefused(RuntimeError):
    """Code under test tried to reach another machine. Not an OSError: it must not pass for an ordinary failure."""


def is_local(host: object) -> bool:
    """True for names and addresses of this machine."""
    if host is None:
        return True
    name = (host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)).lower().rstrip(".")
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(host: object) -> None:
    if not is_local(host):
        raise NetworkRefused(f"a test may not reach {host!r}; only this machine")


def _guard_address(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            _refuse(address[0])
        return original(self, *arguments)

    return guarded


def _guard_name(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: object, *arguments: Any, **options: Any) -> Any:
        _refuse(host)
        return original(host, *arguments, **options)

    return guarded


_patches = pytest.MonkeyPatch()


def pytest_configure() -> None:
    """Shut the door before the first test module is read."""
    for name in ("connect", "connect_ex", "sendto"):
        _patches.setattr(socket.socket, name, _guard_address(getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        _patches.setattr(socket, name, _guard_name(getattr(socket, name)))


def pytest_unconfigure() -> None:
    """Open it again."""
    _patches.undo()
