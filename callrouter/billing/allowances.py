"""A partner's allowances of a month: its free calls, and all that would go beyond its spend cap. *Pure.*

The calls of a partner's month are looked at together, by their arrival, so that they come to the same whatever order
they are reported in. Beyond the spend cap a partner's seats are skipped; what still comes (its listing's callers are
always connected) costs nothing, so a month never costs more than its spend cap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from callrouter.billing.pricing import Free
from callrouter.money import Money

FREE_CALL, SPEND_CAP = "free call", "spend cap"
ALLOWANCE_RULES = frozenset({FREE_CALL, SPEND_CAP})
"""The rules about a partner's month, by which a call that counts costs nothing; others are about a caller's calls."""


@dataclass(frozen=True, slots=True)
class CountedCall:
    """A call that counts, with the terms of the contract when it arrived."""

    call: str
    kind: str
    arrived_at: datetime
    price: int
    """whole minor units"""
    currency: str
    credited_manually: int
    """of that price"""
    free_calls: int
    """a month, of this kind"""
    spend_cap: int | None
    """of the month's charges, in whole minor units of its currency; None: there is none"""


@dataclass(frozen=True, slots=True)
class Allowances:
    """call: why it costs nothing, for those that do not; and what the others come to."""

    free: dict[str, Free]
    spend: Mapping[str, int]
    """whole minor units, by currency"""


def allowances(month: Iterable[CountedCall]) -> Allowances:
    """Which calls of one partner's month cost nothing."""
    used: Counter[str] = Counter()
    free: dict[str, Free] = {}
    spend: Counter[str] = Counter()
    for one in sorted(month, key=lambda one: (one.arrived_at, one.call)):
        used[one.kind] += 1
        cost = one.price - one.credited_manually
        if used[one.kind] <= one.free_calls:
            free[one.call] = _free_call(one)
        elif one.spend_cap is not None and spend[one.currency] + cost > one.spend_cap:
            free[one.call] = _beyond(one, one.spend_cap)
        else:
            spend[one.currency] += cost
    return Allowances(free, spend)


def _free_call(one: CountedCall) -> Free:
    how_many = "the free call" if one.free_calls == 1 else f"one of the {one.free_calls} free calls"
    return Free(FREE_CALL, f"{how_many} of the month")


def _beyond(one: CountedCall, spend_cap: int) -> Free:
    return Free(SPEND_CAP, f"the month's spend cap of {Money(spend_cap, one.currency)} is reached")
