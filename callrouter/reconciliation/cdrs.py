"""A call as it stands in the carrier's records (CDRs), and as it stands in ours. *Pure.*"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from callrouter.reconciliation.model import CarrierCdr


class CarrierCdrs:
    """What has been read of the carrier's records."""

    def __init__(self, calls: Iterable[CarrierCdr]) -> None:
        self._calls = {call.sid: call for call in calls}
        self._legs: dict[str, list[CarrierCdr]] = defaultdict(list)
        for call in self._calls.values():
            if call.parent:
                self._legs[call.parent].append(call)

    def call(self, sid: str | None) -> CarrierCdr | None:
        return self._calls.get(sid or "")

    def legs_of(self, sid: str) -> Sequence[CarrierCdr]:
        return self._legs.get(sid, ())


@dataclass(frozen=True, slots=True)
class OurLeg:
    """A telephone that was rung for a call: a leg, or either end of a return call."""

    number: int
    sid: str | None
    """None: we were never told"""
    parent: str | None
    """CallSid of the call that dialed it; None: the carrier was asked for it"""
    day: str
    """on which it is looked for: of its call's arrival, or of the return call"""
    returned: bool
    """of a return call"""
    ended: bool
    talked: bool
    """accepted, or kept"""
    expected_statuses: frozenset[str]
    """how it may have ended there, by what we were told; empty: in any way"""
    talk_seconds: int = 0
    asked_seconds: int = 0
    """in which the one who picked up was asked for a key; they are no talk"""
    supposed: bool = False
    """that nobody talked is only supposed, since nothing was told of it: a talk that they have is one"""


@dataclass(frozen=True, slots=True)
class OurCall:
    """A caller's call in our records, with all that was rung for it."""

    sid: str
    day: str
    """of its arrival, UTC"""
    ended: bool
    connected: bool
    """it came to something that takes a caller who was connected with us"""
    seconds: int | None
    """its whole length, as the carrier told us; None: it did not"""
    legs: Sequence[OurLeg]

    @property
    def parents(self) -> Collection[str]:
        """The calls that may have legs: itself, and the calls to centers that owe it a return call."""
        return self.days.keys()

    @property
    def days(self) -> Mapping[str, str]:
        """The day of each of these."""
        return {self.sid: self.day} | {leg.sid: leg.day for leg in self.legs if leg.sid and not leg.parent}
