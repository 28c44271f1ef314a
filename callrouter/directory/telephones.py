"""A telephone belongs to one partner. Otherwise a caller would hear one name and reach the other. *Pure.*

Several centers of one partner may share a telephone. A trigger checks every version too, in the same way except for
percent signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from callrouter.directory.faults import quoted

T = TypeVar("T")

# RFC 3261, 19.1.4. Transport and encryption do not decide who answers.
_SIP = re.compile(r"sips?:(?P<user>[^@]+)@(?P<host>[^:;]+?)\.?(?P<port>:\d+)?(;.*)?", re.IGNORECASE)
_USUAL_PORTS = (":5060", ":5061")
# Characters that need no percent encoding (RFC 3986, 2.3).
_UNRESERVED = re.compile(r"%(4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]|3[0-9]|2D|2E|5F|7E)", re.IGNORECASE)


def telephone_of(phone: str) -> str:
    """The telephone of a center in one spelling: SIP addresses have many."""
    sip = _SIP.fullmatch(phone)
    if sip is None:
        return phone
    user = _UNRESERVED.sub(lambda code: chr(int(code[1], 16)), sip["user"])
    port = sip["port"] if sip["port"] and sip["port"] not in _USUAL_PORTS else ""
    return f"sip:{user}@{sip['host']}{port}".lower()


def telephones_of_two(centers: Iterable[tuple[str, str, T]]) -> Iterator[tuple[T, T]]:
    """For centers given as (phone, partner, center): the first at a telephone, and each later one of another
    partner.
    """
    first: dict[str, tuple[str, T]] = {}
    for phone, partner, center in centers:
        owner, at_first = first.setdefault(telephone_of(phone), (partner, center))
        if owner != partner:
            yield at_first, center


def shared_telephone(phone: str, owner: str) -> tuple[str, str]:
    """The fault if a center's telephone is also another partner's, and how to mend it."""
    what = f"phone {quoted(phone)} rings at {owner}, which is another partner's"
    return what, "a telephone belongs to one partner; write the number that rings at this center alone"
