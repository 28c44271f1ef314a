"""What an accepted call costs its partner. *Pure*; and it cannot be told anything about the caller or what follows.

Source of the rule: a fixed fee per call, never by insurance, admission, revenue or the caller's choice (EKRA,
18 USC 220; Florida 817.505; California H&S 11831.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from callrouter.directory.directory import Rate
from callrouter.money import Money


@dataclass(frozen=True, slots=True)
class AcceptedCall:
    """All that a price may depend on."""

    arrived_at: datetime
    talk_seconds: int
    charged_before: tuple[datetime, ...]
    """arrival of the charged calls of the same caller to the same partner"""


def price(rate: Rate | None, accepted: AcceptedCall) -> Money | None:
    """The charge for a call under the rate in force at its arrival; None where it is free.

    Free are calls without a rate, shorter than `minimum_seconds`, and within `repeat_days` of a charged call.
    """
    if rate is None or accepted.talk_seconds < rate.minimum_seconds:
        return None
    within = timedelta(days=rate.repeat_days)
    if any(abs(accepted.arrived_at - charged) < within for charged in accepted.charged_before):
        return None
    return Money(rate.price_minor, rate.currency)
