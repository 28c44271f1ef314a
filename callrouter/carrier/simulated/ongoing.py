"""A call while it lasts: the time it takes, whether the caller is still there, and what goes on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callrouter.carrier.simulated.account import Account, Sids, Webhooks
from callrouter.carrier.simulated.asking import Asker
from callrouter.carrier.simulated.clock import VirtualClock
from callrouter.carrier.simulated.faults import Faults
from callrouter.carrier.simulated.fields import Parties
from callrouter.carrier.simulated.happenings import Happening
from callrouter.carrier.simulated.people import Caller, CenterBehaviour, Centers, During
from callrouter.carrier.simulated.story import SimulatedCall


class CallerLeft(Exception):
    """The caller has hung up in the middle of whatever was going on."""


class NotSimulated(Exception):
    """A document asks for something that the carrier can do and its simulation cannot."""


@dataclass
class Ongoing:
    """What everything that happens on one call shares."""

    account: Account
    webhooks: Webhooks
    parties: Parties
    caller: Caller
    centers: Centers
    clock: VirtualClock
    clock_is_shared: bool
    asker: Asker
    sids: Sids
    faults: Faults
    story: SimulatedCall
    answered_at: datetime | None = None
    _leaves_at: datetime | None = None
    _occasions: Counter[During] = field(default_factory=Counter)
    _rung: Counter[str] = field(default_factory=Counter)

    @property
    def elapsed(self) -> float:
        return (self.clock.now() - self.story.started).total_seconds()

    @property
    def status(self) -> str:
        return self.story.status

    def note(self, happening: Happening) -> None:
        self.story.turns[-1].happenings.append((self.elapsed, happening))

    def answer(self) -> None:
        """The carrier takes the call, as it does for the first verb that the caller hears."""
        if self.answered_at is None:
            self.answered_at = self.clock.now()
            self.story.status = "in-progress"

    def spend(self, seconds: float) -> None:
        """Lets time pass; raises `CallerLeft` where the caller does not stay that long."""
        end = self.clock.now() + timedelta(seconds=seconds)
        if self._leaves_at is not None and self._leaves_at < end:
            self.clock.advance_to(self._leaves_at)
            self.leave()
        self.clock.advance_to(end)

    def begins(self, during: During) -> None:
        """Something begins in which the caller may mean to leave."""
        self._occasions[during] += 1
        leaves = self.caller.leaves
        if leaves and (leaves.during, leaves.occasion) == (during, self._occasions[during]):
            self.leaves_within(leaves.seconds)

    def leaves_within(self, seconds: float) -> None:
        then = self.clock.now() + timedelta(seconds=seconds)
        self._leaves_at = then if self._leaves_at is None else min(then, self._leaves_at)

    def leave(self) -> None:
        """The caller hangs up now: nothing is performed any more."""
        self.end("no-answer" if self.answered_at is None else "completed")
        raise CallerLeft

    def end(self, status: str) -> None:
        """The call is over; its length counts from the answer."""
        self.story.status = status
        self.story.duration = self.seconds_since(self.answered_at) if self.answered_at else 0
        self._leaves_at = None

    def seconds_since(self, moment: datetime) -> int:
        return round((self.clock.now() - moment).total_seconds())

    def behaviour_of(self, number: str) -> CenterBehaviour:
        """What happens at this number, this time."""
        earlier = self._rung[number]
        self._rung[number] += 1
        return self.centers.when_rung(number, earlier)

    def may_show(self, number: str) -> bool:
        """Whether a center may be shown this number: the call's own two, or one of the account."""
        return number in (self.parties.caller, self.parties.called) or number in self.account.numbers
