"""What an accepted call costs its partner. *Pure*; it cannot be told anything of the caller or what follows.

Source of the rule: a fixed fee per call, never by insurance, admission, revenue or the caller's choice (EKRA,
18 USC 220; Florida 817.505; California H&S 11831.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.directory.directory import Rate
from callrouter.money import Money

NO_RATE = "no rate was in force at its arrival"


@dataclass(frozen=True, slots=True)
class AcceptedCall:
    """All that a price may depend on."""

    arrived_at: datetime
    talk_seconds: int
    charged_before: tuple[datetime, ...]
    """arrival of the charged calls of the same caller to the same partner"""


def price(rate: Rate | None, accepted: AcceptedCall) -> Money | None:
    """The charge for a call under the rate in force at its arrival; None where it is free."""
    if rate is None or why_free(rate, accepted):
        return None
    return Money(rate.price_minor, rate.currency)


def why_free(rate: Rate | None, accepted: AcceptedCall) -> str | None:
    """Why a call costs nothing: without a rate, too short, or soon after (or before) a charged one."""
    if rate is None:
        return NO_RATE
    if accepted.talk_seconds < rate.minimum_seconds:
        return f"{accepted.talk_seconds} seconds of talk are fewer than the rate's {rate.minimum_seconds}"
    within = timedelta(days=rate.repeat_days)
    if any(abs(accepted.arrived_at - charged) < within for charged in accepted.charged_before):
        return f"within {rate.repeat_days} days of a charged call of the same caller to the same partner"
    return None
