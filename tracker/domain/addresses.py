"""Network addresses: which of them anybody can reach, and which lead into somebody's own network."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Global unicast. What is outside of it leads inwards: loopback, link-local, private (fc00::/7, with metadata
# addresses of clouds), site-local, multicast, IPv4 in disguise (::ffff:0:0/96, NAT64's 64:ff9b::/96).
_REACHABLE_6 = ip_network("2000::/3")
_REFUSED_6 = tuple(
    ip_network(one)
    for one in (
        "2001::/23",  # protocols, Teredo among them: IPv4 in disguise
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: IPv4 in disguise
        "3fff::/20",  # documentation
    )
)
_REFUSED_4 = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8",  # "this" network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and a cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's metadata at a public address
        "169.254.0.0/16",  # link-local, and the metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # measurements
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)


def is_public(address: str) -> bool:
    """True for an address that anybody can reach; what is no address, or hides another in it, is not."""
    found = _parsed(address)
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _REFUSED_4)
    if isinstance(found, IPv6Address):
        return found in _REACHABLE_6 and not any(found in network for network in _REFUSED_6)
    return False


def is_own_network(address: str) -> bool:
    """True for loopback and private addresses: what the operator may let a named host have, and no more."""
    found = _parsed(address)
    if found is None or found.is_link_local or found.is_unspecified or found.is_multicast:
        return False
    # Python calls more "private" than is meant here: only what institutions number their machines with.
    inside = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
    metadata = ("fd00:ec2::254/128", "fd20:ce::254/128")
    return any(found in ip_network(one) for one in inside) and not any(
        found in ip_network(one) for one in metadata
    )


def numeric_address(host: str) -> str | None:
    """The address that a host written in numbers means, however it is written: 127.1, 0x7f.1, 2130706433."""
    found = _parsed(host)
    if found is not None:
        return str(found)
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
