"""Compares a call in the carrier's CDRs and in ours. Returns a list of findings. *Pure.*

The carrier's CDRs are right about what happened on the line. They cannot tell whether a person or a machine picked
up, so that stays ours. Lengths must agree to the second. A call that only one side has is one difference, whatever
its legs are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from callrouter.reconciliation.cdrs import CarrierCdrs, OurCall, OurLeg
from callrouter.reconciliation.model import COMPLETED, CarrierCdr

MISSING_HERE = "missing here"
MISSING_THERE = "missing there"
NOT_ENDED_HERE = "not ended here"
NOT_ENDED_THERE = "not ended there"
OTHER_END = "other end"
OTHER_LENGTH_OF_CALL = "other length of call"
OTHER_LENGTH = "other length of talk"
NO_TALK_THERE = "no talk there"
TALK_THERE = "talk there"
OTHER_COST = "other cost"
INBOUND = "inbound"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference."""

    sid: str
    """of the call or leg that differs"""
    what: str
    theirs: str | None
    ours: str | None
    call: str | None
    """the caller's call that it is about, if known"""
    day: str
    """the day of the call or return call, whatever day is compared"""
    leg: OurLeg | None = None
    seconds: int = 0
    """in the carrier's CDR"""


def differences(sid: str, ours: OurCall | None, theirs: CarrierCdrs) -> Iterator[Finding]:
    """The differences of one caller's call, or of a call that only the carrier has."""
    there = theirs.call(sid)
    if ours is None:
        for alone in (there,) if there else theirs.legs_of(sid):
            call = alone.sid if alone.direction == INBOUND else None
            yield Finding(alone.sid, MISSING_HERE, as_text(alone), None, call, alone.day)
        return
    if there is None:
        yield Finding(sid, MISSING_THERE, None, _state_of(ours), sid, ours.day)
        return
    yield from _of_call(ours, there)
    pairs = _paired(ours, theirs)
    for leg, their_leg in pairs.items():
        yield from _of_leg(ours, leg, their_leg)
    yield from _legs_of_theirs_alone(ours, theirs, pairs)


def cost_differs(kept: CarrierCdr | None, read: CarrierCdr) -> Iterator[Finding]:
    """The difference if the carrier changed a price that was read before."""
    if kept is None or kept.cost_micros is None or read.cost_micros is None:
        return
    if (kept.cost_micros, kept.currency) != (read.cost_micros, read.currency):
        yield Finding(read.sid, OTHER_COST, _cost(read), _cost(kept), None, read.day)


def has_the_talk(ours: OurCall, theirs: CarrierCdrs) -> bool:
    """Whether the carrier's CDRs have the talk that a call is charged for. Its length is corrected before."""
    there = theirs.call(ours.sid)
    talks = [known for leg, known in _paired(ours, theirs).items() if leg.talked]
    return bool(there and there.talked and talks and all(known and known.talked for known in talks))


def as_text(theirs: CarrierCdr) -> str:
    """A CDR in words: `completed, 30 s`."""
    return theirs.status if theirs.seconds is None else f"{theirs.status}, {theirs.seconds} s"


def _of_call(ours: OurCall, there: CarrierCdr) -> Iterator[Finding]:
    """The difference of the call itself: its end, its status, or its length."""

    def found(what: str, theirs: str, ours_as_text: str, seconds: int = 0) -> Finding:
        return Finding(ours.sid, what, theirs, ours_as_text, ours.sid, ours.day, seconds=seconds)

    if there.over and not ours.ended:
        yield found(NOT_ENDED_HERE, there.status, _state_of(ours))
    elif ours.ended and not there.over:
        yield found(NOT_ENDED_THERE, there.status, _state_of(ours))
    if ours.connected and there.over and not there.talked:
        yield found(OTHER_END, there.status, COMPLETED)
    if there.talked and ours.seconds is not None and there.seconds not in {None, ours.seconds}:
        yield found(OTHER_LENGTH_OF_CALL, f"{there.seconds} s", f"{ours.seconds} s", there.seconds or 0)


def _paired(ours: OurCall, theirs: CarrierCdrs) -> dict[OurLeg, CarrierCdr | None]:
    """Our legs with the carrier's. If one leg without a CallSid and one CDR are left, they are a pair."""
    pairs = {leg: theirs.call(leg.sid) for leg in ours.legs}
    for parent in ours.parents:
        # No other leg is rung before a leg's result, which names it. So at most one has no CallSid.
        nameless = [leg for leg in ours.legs if leg.parent == parent and leg.sid is None]
        left = _nobodys(parent, ours, theirs)
        if len(nameless) == len(left) == 1:
            pairs[nameless[0]] = left[0]
    return pairs


def _nobodys(parent: str, ours: OurCall, theirs: CarrierCdrs) -> list[CarrierCdr]:
    """The carrier's legs that match none of ours."""
    known = {leg.sid for leg in ours.legs}
    return [leg for leg in theirs.legs_of(parent) if leg.sid not in known]


def _legs_of_theirs_alone(
    ours: OurCall, theirs: CarrierCdrs, pairs: Mapping[OurLeg, CarrierCdr | None]
) -> Iterator[Finding]:
    taken = {there.sid for there in pairs.values() if there}
    for parent, day in ours.days.items():
        for there in _nobodys(parent, ours, theirs):
            if there.sid not in taken:
                yield Finding(there.sid, MISSING_HERE, as_text(there), None, ours.sid, day)


def _of_leg(ours: OurCall, leg: OurLeg, there: CarrierCdr | None) -> Iterator[Finding]:
    """The difference of one leg, if any."""
    differs = _leg_differs(ours, leg, there)
    if differs:
        sid = leg.sid or (there.sid if there else ours.sid)
        what, theirs, seconds = differs
        yield Finding(sid, what, theirs, _ours_as_text(leg), ours.sid, leg.day, leg, seconds)


_Differs = tuple[str, str | None, int]
"""what differs, the carrier's version, and the carrier's seconds"""


def _leg_differs(ours: OurCall, leg: OurLeg, there: CarrierCdr | None) -> _Differs | None:
    if there is None:
        return (MISSING_THERE, None, 0) if leg.sid or leg.talked else None
    if not there.over:
        return (NOT_ENDED_THERE, there.status, 0) if leg.ended else None
    if not leg.ended:
        # The result may still come while the call lasts. Return calls are looked up elsewhere.
        return (NOT_ENDED_HERE, as_text(there), 0) if ours.ended and not leg.returned else None
    return _talk_differs(leg, there) if leg.talked else _end_differs(leg, there)


def _talk_differs(leg: OurLeg, there: CarrierCdr) -> _Differs | None:
    if not there.talked:
        return NO_TALK_THERE, there.status, 0
    seconds = max((there.seconds or 0) - leg.asked_seconds, 0)
    return (OTHER_LENGTH, f"{seconds} s", seconds) if seconds != leg.talk_seconds else None


def _end_differs(leg: OurLeg, there: CarrierCdr) -> _Differs | None:
    """For a leg without talk in our records. If that was only assumed, a talk of 0 seconds is no talk."""
    if (
        not leg.expected_statuses
        or there.status in leg.expected_statuses
        or (leg.supposed and there.talked and not there.seconds)
    ):
        return None
    return TALK_THERE if there.talked else OTHER_END, as_text(there), there.seconds or 0


def _state_of(ours: OurCall) -> str:
    return "ended" if ours.ended else "going on"


def _ours_as_text(leg: OurLeg) -> str:
    if leg.talked:
        return f"{leg.talk_seconds} s"
    if leg.expected_statuses and COMPLETED not in leg.expected_statuses:
        return "nobody picked up"
    return "no talk" if leg.ended else "going on"


def _cost(theirs: CarrierCdr) -> str:
    return f"{Decimal(theirs.cost_micros or 0).scaleb(-6):f} {theirs.currency}"
