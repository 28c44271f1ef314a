"""What an accepted call costs its partner. *Pure*; it cannot be told anything of the caller or what follows.

Source of the rule: a fixed fee per call, never by insurance, admission, revenue or the caller's choice (EKRA,
18 USC 220; Florida 817.505; California H&S 11831.6).
"""

from __future__ import annotations

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
        told = f"{accepted.talk_seconds} seconds of talk are fewer than the rate's {rate.minimum_seconds}"
        return Free(SHORT, told)
    within = timedelta(days=rate.repeat_days)
    if any(abs(accepted.arrived_at - counted) < within for counted in accepted.counted_before):
        told = f"within {rate.repeat_days} days of a charged call of the same caller to the same partner"
        return Free(REPEAT, told)
    return None
