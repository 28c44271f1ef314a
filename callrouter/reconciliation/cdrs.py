"""A call in the carrier's CDRs, and in ours. *Pure.*"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from callrouter.reconciliation.model import CarrierCdr


class CarrierCdrs:
    """The carrier's CDRs that have been read."""

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
    """A telephone that was rung for a call: a leg, or one end of a return call."""

    number: int
    sid: str | None
    """None: it was never reported to us"""
    parent: str | None
    """CallSid of the call that dialed it; None: we asked the carrier for it"""
    day: str
    """the day of its call's arrival, or of the return call"""
    returned: bool
    """whether it belongs to a return call"""
    ended: bool
    talked: bool
    """accepted, or kept"""
    expected_statuses: frozenset[str]
    """the carrier's statuses that agree with our record; empty: any"""
    talk_seconds: int = 0
    asked_seconds: int = 0
    """seconds of the question for a key, which are no talk"""
    supposed: bool = False
    """we only assumed that nobody talked, so a talk in the carrier's CDR counts"""


@dataclass(frozen=True, slots=True)
class OurCall:
    """A caller's call in our records, with every telephone that was rung for it."""

    sid: str
    day: str
    """of its arrival, UTC"""
    ended: bool
    connected: bool
    """its outcome requires that the caller was connected to us"""
    seconds: int | None
    """its length, as the carrier reported it; None: it did not"""
    legs: Sequence[OurLeg]

    @property
    def parents(self) -> Collection[str]:
        """The calls that may have legs: this call, and its return calls to centers."""
        return self.days.keys()

    @property
    def days(self) -> Mapping[str, str]:
        """The day of each parent."""
        return {self.sid: self.day} | {leg.sid: leg.day for leg in self.legs if leg.sid and not leg.parent}
