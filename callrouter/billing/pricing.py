"""The price of a call, and the allowances of a month. *Pure.* Nothing here can know who called or what came of it.

`price` prices one call. `price_together` prices all calls of one caller to one partner by their arrival, so the
result does not depend on the order in which they are reported. `allowances` looks at all calls of a partner's month,
for its free calls and its spend cap. Above the spend cap the partner's seats are skipped; a call that still comes (a
listing is always connected) costs nothing.

Source: a fixed fee per call, never by insurance, admission, revenue or the caller's choice (EKRA, 18 USC 220; Florida
817.505; California H&S 11831.6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.directory.directory import Rate
from callrouter.money import Money

NO_RATE, SHORT, REPEAT = "no rate", "short", "repeat"
"""The rules by which an accepted call does not count: it costs nothing, and uses up no free call."""


@dataclass(frozen=True, slots=True)
class AcceptedCall:
    """All that a price may depend on."""

    arrived_at: datetime
    talk_seconds: int
    counted_before: tuple[datetime, ...]
    """arrivals of calls of the same caller to the same partner that count"""


@dataclass(frozen=True, slots=True)
class Free:
    """Why a call costs nothing: the rule, and a reason for readers of the invoice."""

    rule: str
    reason: str


WAIVED = Free("waived", "taken back by hand")


@dataclass(frozen=True, slots=True)
class CallToPrice:
    """One of a caller's calls to a partner."""

    call: str
    arrived_at: datetime
    talk_seconds: int
    rate: Rate | None
    """in force when it arrived"""
    waived: bool
    """credited in full by a person, so it no longer counts"""


def price(rate: Rate | None, accepted: AcceptedCall) -> Money | None:
    """The price of a call at the rate in force when it arrived. None if the call does not count."""
    if rate is None or why_free(rate, accepted):
        return None
    return Money(rate.price_minor, rate.currency)


def why_free(rate: Rate | None, accepted: AcceptedCall) -> Free | None:
    """Why a call does not count: no rate, too short, or close to another call that counts. None if it counts."""
    if rate is None:
        return Free(NO_RATE, "no rate was in force at its arrival")
    if accepted.talk_seconds < rate.minimum_seconds:
        reason = f"{accepted.talk_seconds} seconds of talk are fewer than the rate's {rate.minimum_seconds}"
        return Free(SHORT, reason)
    within = timedelta(days=rate.repeat_days)
    if any(abs(accepted.arrived_at - counted) < within for counted in accepted.counted_before):
        reason = f"within {rate.repeat_days} days of a charged call of the same caller to the same partner"
        return Free(REPEAT, reason)
    return None


def price_together(calls: Iterable[CallToPrice]) -> dict[str, Money | Free]:
    """Price the calls of one caller to one partner, by CallSid."""
    found: dict[str, Money | Free] = {}
    counted: list[datetime] = []
    for call in sorted(calls, key=lambda call: (call.arrived_at, call.call)):
        found[call.call] = result = _price_or_why_free(call, tuple(counted))
        if isinstance(result, Money):
            counted.append(call.arrived_at)
    return found


def _price_or_why_free(call: CallToPrice, counted: tuple[datetime, ...]) -> Money | Free:
    if call.waived:
        return WAIVED
    accepted = AcceptedCall(call.arrived_at, call.talk_seconds, counted)
    return price(call.rate, accepted) or why_free(call.rate, accepted) or Free(NO_RATE, "")


FREE_CALL, SPEND_CAP = "free call", "spend cap"
ALLOWANCE_RULES = frozenset({FREE_CALL, SPEND_CAP})
"""rules about a partner's month; the other rules are about a caller's calls"""


@dataclass(frozen=True, slots=True)
class CountedCall:
    """A call that counts, with the contract terms that held when it arrived."""

    call: str
    kind: str
    arrived_at: datetime
    price: int
    """whole minor units"""
    currency: str
    credited_manually: int
    """the part of the price that people have credited"""
    free_calls: int
    """free calls of this kind in a month"""
    spend_cap: int | None
    """of the month, in whole minor units; None: there is none"""


@dataclass(frozen=True, slots=True)
class Allowances:
    """The calls that cost nothing, with the reason; and the sum of the others."""

    free: dict[str, Free]
    spend: Mapping[str, int]
    """whole minor units, by currency"""


def allowances(month: Iterable[CountedCall]) -> Allowances:
    """Decide which calls of one partner's month cost nothing."""
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
