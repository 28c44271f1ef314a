"""What the carrier that is played takes for a call: Twilio's list prices for the United States, 2026. *Pure.*

By the minute that has begun, each call and each of its legs by itself. A call that nobody answered costs nothing.
"""

from __future__ import annotations

import re
from decimal import Decimal

from simulator.records import INBOUND, SimulatedCdr

CURRENCY = "USD"
TO_A_LOCAL_NUMBER = Decimal("0.0085")
TO_A_TOLL_FREE_NUMBER = Decimal("0.0220")
OUTBOUND = Decimal("0.0140")
TO_SIP = Decimal("0.0040")

A_MINUTE = 60
_TOLL_FREE = re.compile(r"\+18(00|33|44|55|66|77|88)\d{7}")


def price(call: SimulatedCdr) -> Decimal | None:
    """What a call costs; None where it costs nothing, or is not over."""
    if call.status != "completed" or call.seconds is None:
        return None
    if call.price is not None:
        return Decimal(call.price)
    return _by_the_minute(call) * max(-(-call.seconds // A_MINUTE), 1)


def _by_the_minute(call: SimulatedCdr) -> Decimal:
    if call.direction == INBOUND:
        return TO_A_TOLL_FREE_NUMBER if _TOLL_FREE.fullmatch(call.to) else TO_A_LOCAL_NUMBER
    return TO_SIP if call.to.startswith("sip:") else OUTBOUND
