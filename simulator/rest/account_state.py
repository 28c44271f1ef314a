"""What every request to the REST API works with."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from simulator.account import Sids, SimulatedAccount
from simulator.prices import price
from simulator.records import SimulatedCdr, SimulatedRecords
from simulator.rest.api_faults import ApiFaults
from simulator.rest.owned_numbers import OwnedNumbers

A_SECOND = timedelta(seconds=1)


@dataclass
class AccountState:
    """The account whose calls these are, its records, the time, and how well the API works."""

    account: SimulatedAccount
    records: SimulatedRecords
    sids: Sids
    now: Callable[[], datetime]
    faults: ApiFaults = field(default_factory=ApiFaults)
    numbers: OwnedNumbers = field(default_factory=OwnedNumbers)
    _placed: deque[datetime] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.opened_at = self.now()

    def may_place(self) -> bool:
        """Whether another call may be placed in this second; if so, it counts."""
        if self.faults.calls_a_second is None:
            return True
        now = self.now()
        while self._placed and self._placed[0] + A_SECOND <= now:
            self._placed.popleft()
        if len(self._placed) >= self.faults.calls_a_second:
            return False
        self._placed.append(now)
        return True

    def is_listed(self, made_at: datetime) -> bool:
        """Whether the lists know by now what was made at this moment."""
        # Where calls take no real time, a leg may have been rung at a time that is still to come.
        return not self.faults.behind or made_at + timedelta(seconds=self.faults.behind) <= self.now()

    def price_of(self, call: SimulatedCdr) -> Decimal | None:
        """What a call costs, once that is known: some time after its end."""
        if call.ended_at is None or call.ended_at + timedelta(seconds=self.faults.unpriced) > self.now():
            return None
        return price(call)
