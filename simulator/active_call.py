"""A call while it lasts: the time it takes, whether the caller is still there, and what goes on record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from simulator.account import Account, Sids, Webhooks
from simulator.behavior import Caller, CenterBehaviour, During, People
from simulator.clock import VirtualClock
from simulator.events import Happening
from simulator.faults import Faults
from simulator.fields import Parties
from simulator.records import BookedCall, Books
from simulator.trace import SimulatedCall
from simulator.webhook_client import Asker


class LeftTheLine(Exception):
    """The one on the call's own line has hung up, or was hung up on, in the middle of whatever was going on."""


class NotSimulated(Exception):
    """A document asks for something that the carrier can do and its simulation cannot."""


@dataclass
class Ongoing:
    """What everything that happens on one call shares."""

    account: Account
    webhooks: Webhooks
    parties: Parties
    caller: Caller
    people: People
    clock: VirtualClock
    clock_is_shared: bool
    asker: Asker
    sids: Sids
    faults: Faults
    luck: Random
    story: SimulatedCall
    books: Books
    booked: BookedCall
    answered_at: datetime | None = None
    _leaves_at: datetime | None = None
    _occasions: Counter[During] = field(default_factory=Counter)

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
            self.story.status = self.booked.status = "in-progress"

    def spend(self, seconds: float) -> None:
        """Lets time pass; raises `LeftTheLine` where the caller does not stay that long."""
        if self.booked.to_end:
            self.leave()
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
        """The one on the line hangs up now, or is hung up on: nothing is performed any more."""
        unanswered = "canceled" if self.booked.to_end else "no-answer"
        self.end(unanswered if self.answered_at is None else "completed")
        raise LeftTheLine

    def end(self, status: str) -> None:
        """The call is over; its length counts from the answer."""
        self.story.status = status
        self.story.duration = self.seconds_since(self.answered_at) if self.answered_at else 0
        self.books.closes(self.booked, status, self.clock.now(), self.story.duration)
        self._leaves_at = None

    def seconds_since(self, moment: datetime) -> int:
        return round((self.clock.now() - moment).total_seconds())

    def behaviour_of(self, number: str) -> CenterBehaviour:
        """What happens at this number, this time."""
        return self.people.when_rung(number)

    def may_show(self, number: str) -> bool:
        """Whether a center may be shown this number: the call's own two, or one of the account."""
        return number in (self.parties.caller, self.parties.called) or number in self.account.numbers
