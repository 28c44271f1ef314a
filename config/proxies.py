"""The address that a request came from, where proxies stand before us. *Pure.*

Each proxy adds the address that it was asked from at the end of X-Forwarded-For. What stands before the entries of
proxies that we trust is whatever the client has sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between them. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(","))


def forwarded_chain(headers: Iterable[str]) -> list[str]:
    """The entries of all X-Forwarded-For headers, in their order."""
    entries = (entry.strip() for header in headers for entry in header.split(","))
    return [entry for entry in entries if entry]


def up_to_client(chain: Sequence[str], trusted: Sequence[Network]) -> list[str]:
    """The chain without the trusted proxies at its end: the last entry is the client's address.

    Where all are trusted, it is the first one.
    """
    for end in range(len(chain), 1, -1):
        if not _is_trusted(chain[end - 1], trusted):
            return list(chain[:end])
    return list(chain[:1])


def _is_trusted(entry: str, trusted: Sequence[Network]) -> bool:
    try:
        found = ip_address(_without_port(entry))
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return any((mapped or found) in network for network in trusted)


def _without_port(entry: str) -> str:
    """Some proxies write the port, too: 192.0.2.1:50000, [2001:db8::1]:50000."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    host, _, port = entry.partition(":")
    return host if port.isdecimal() else entry
