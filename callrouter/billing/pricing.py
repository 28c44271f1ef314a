"""The price of a call. *Pure*; it cannot know anything of the caller or what follows.

`price` is for one call; `price_together` for all calls of a caller to a partner: they come to the same whatever order
they are reported in, because they are priced by their arrival. A call that was wrongly charged, or was reported late,
changes what follows from it for the later ones.

Source of the rule: a fixed fee per call, never by insurance, admission, revenue or the caller's choice (EKRA,
18 USC 220; Florida 817.505; California H&S 11831.6).
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
    """arrival of those calls of the same caller to the same partner that count"""


@dataclass(frozen=True, slots=True)
class Free:
    """Why a call costs nothing: the rule, and the reason in words for whoever reads the invoice."""

    rule: str
    reason: str


WAIVED = Free("waived", "taken back by hand")


@dataclass(frozen=True, slots=True)
class CallToPrice:
    """A call of a caller to a partner that a price may follow from."""

    call: str
    arrived_at: datetime
    talk_seconds: int
    rate: Rate | None
    """in force at its arrival"""
    waived: bool
    """credited whole by a person: it counts no more, for whatever follows from it"""


def price(rate: Rate | None, accepted: AcceptedCall) -> Money | None:
    """The price of a call under the rate in force at its arrival; None where it does not count."""
    if rate is None or why_free(rate, accepted):
        return None
    return Money(rate.price_minor, rate.currency)


def why_free(rate: Rate | None, accepted: AcceptedCall) -> Free | None:
    """Why a call does not count: without a rate, too short, or soon after (or before) one that counts."""
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
    """call: its price where it counts, or why it does not, for the calls of one caller to one partner."""
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
