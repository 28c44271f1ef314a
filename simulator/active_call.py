"""A call while it lasts: the time it takes, whether the caller is still there, and what goes on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulator.account import Sids, SimulatedAccount, Webhooks
from simulator.behavior import Caller, CallPhase, CenterBehavior, Participants
from simulator.clock import VirtualClock
from simulator.events import CallEvent
from simulator.faults import Faults
from simulator.fields import Parties
from simulator.records import SimulatedCdr, SimulatedRecords
from simulator.trace import SimulatedCall
from simulator.webhook_client import WebhookClient


class LineHungUp(Exception):
    """The one on the call's own line has hung up, or was hung up on, in the middle of whatever was going on."""


class NotSimulated(Exception):
    """A document asks for something that the carrier can do and its simulation cannot."""


@dataclass
class ActiveCall:
    """What everything that happens on one call shares."""

    account: SimulatedAccount
    webhooks: Webhooks
    parties: Parties
    caller: Caller
    people: Participants
    clock: VirtualClock
    clock_is_shared: bool
    client: WebhookClient
    sids: Sids
    faults: Faults
    random: Random
    trace: SimulatedCall
    records: SimulatedRecords
    stored: SimulatedCdr
    answered_at: datetime | None = None
    _leaves_at: datetime | None = None
    _occasions: Counter[CallPhase] = field(default_factory=Counter)

    @property
    def elapsed(self) -> float:
        return (self.clock.now() - self.trace.started).total_seconds()

    @property
    def status(self) -> str:
        return self.trace.status

    def note(self, event: CallEvent) -> None:
        self.trace.turns[-1].events.append((self.elapsed, event))

    def answer(self) -> None:
        """The carrier takes the call, as it does for the first verb that the caller hears."""
        if self.answered_at is None:
            self.answered_at = self.clock.now()
            self.trace.status = self.stored.status = "in-progress"

    def spend(self, seconds: float) -> None:
        """Lets time pass; raises `LineHungUp` where the caller does not stay that long."""
        if self.stored.to_end:
            self.leave()
        end = self.clock.now() + timedelta(seconds=seconds)
        if self._leaves_at is not None and self._leaves_at < end:
            self.clock.advance_to(self._leaves_at)
            self.leave()
        self.clock.advance_to(end)

    def begin(self, during: CallPhase) -> None:
        """Something begins in which the caller may mean to leave."""
        self._occasions[during] += 1
        leaves = self.caller.leaves
        if leaves and (leaves.during, leaves.occasion) == (during, self._occasions[during]):
            self.leave_within(leaves.seconds)

    def leave_within(self, seconds: float) -> None:
        then = self.clock.now() + timedelta(seconds=seconds)
        self._leaves_at = then if self._leaves_at is None else min(then, self._leaves_at)

    def leave(self) -> None:
        """The one on the line hangs up now, or is hung up on: nothing is performed any more."""
        unanswered = "canceled" if self.stored.to_end else "no-answer"
        self.end(unanswered if self.answered_at is None else "completed")
        raise LineHungUp

    def end(self, status: str) -> None:
        """The call is over; its length counts from the answer."""
        self.trace.status = status
        self.trace.duration = self.seconds_since(self.answered_at) if self.answered_at else 0
        self.records.end_call(self.stored, status, self.clock.now(), self.trace.duration)
        self._leaves_at = None

    def seconds_since(self, moment: datetime) -> int:
        return round((self.clock.now() - moment).total_seconds())

    def behavior_of(self, number: str) -> CenterBehavior:
        """What happens at this number, this time."""
        return self.people.when_rung(number)

    def may_show(self, number: str) -> bool:
        """Whether a center may be shown this number: the call's own two, or one of the account."""
        return number in (self.parties.caller, self.parties.called) or number in self.account.numbers
