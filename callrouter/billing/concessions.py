"""What a partner is let off within a month: its free calls, and all that would go beyond its ceiling. *Pure.*

The calls of a partner's month are looked at together, by their arrival, so that they come to the same whatever order
they are told in. Beyond the ceiling a partner's seats are skipped; what still comes (its listing's callers are always
connected) costs nothing, so a month never costs more than its ceiling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.pricing import Free
from callrouter.money import Money

FREE_CALL, CEILING = "free call", "ceiling"
"""The rules by which a call that counts costs nothing all the same."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A call that counts, with what was agreed on when it arrived."""

    call: str
    kind: str
    arrived_at: datetime
    price: int
    """whole minor units"""
    currency: str
    taken_back: int
    """by hand, of that price"""
    free_calls: int
    """a month, of this kind"""
    ceiling: int | None
    """of the month's charges, in whole minor units of its currency; None: there is none"""


@dataclass(frozen=True, slots=True)
class Conceded:
    """call: why it costs nothing, for those that do not; and what the others come to."""

    free: dict[str, Free]
    spent: Mapping[str, int]
    """whole minor units, by currency"""


def concessions(month: Iterable[Counted]) -> Conceded:
    """What is conceded of the calls of one partner's month."""
    used: Counter[str] = Counter()
    free: dict[str, Free] = {}
    spent: Counter[str] = Counter()
    for one in sorted(month, key=lambda one: (one.arrived_at, one.call)):
        used[one.kind] += 1
        if used[one.kind] <= one.free_calls:
            free[one.call] = _free_call(one)
        elif one.ceiling is not None and spent[one.currency] + one.price - one.taken_back > one.ceiling:
            free[one.call] = _beyond(one, one.ceiling)
        else:
            spent[one.currency] += one.price - one.taken_back
    return Conceded(free, spent)


def _free_call(one: Counted) -> Free:
    how_many = "the free call" if one.free_calls == 1 else f"one of the {one.free_calls} free calls"
    return Free(FREE_CALL, f"{how_many} of the month")


def _beyond(one: Counted, ceiling: int) -> Free:
    return Free(CEILING, f"the month's ceiling of {Money(ceiling, one.currency)} is reached")
