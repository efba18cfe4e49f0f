"""Tests reach nothing but this machine."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = {"localhost", ""}


class NetworkForbiddenError(RuntimeError):
    """A test tried to reach another machine."""


def is_local(host: object) -> bool:
    """Say whether a host is this machine: a loopback address, `localhost` or nothing at all."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name.lower() in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not is_local(arguments[1][0]):
        raise NetworkForbiddenError(f"a test tried to connect to {arguments[1][0]}")
    if event == "socket.getaddrinfo" and not is_local(arguments[0]):
        raise NetworkForbiddenError(f"a test tried to look up {arguments[0]}")


def forbid_network() -> None:
    """From now on, connecting or looking up a name beyond this machine raises in this process."""
    sys.addaudithook(_guard)
