"""Where the carrier's books and ours differ about a call, as a list of findings. *Pure.*

The carrier's books count: it was there. What they cannot tell (whether a person picked up, or a machine) stays ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MISSING_HERE = "missing here"
MISSING_THERE = "missing there"
NOT_ENDED_HERE = "not ended here"
OTHER_LENGTH = "other length of talk"
NO_TALK_THERE = "no talk there"
TALK_THERE = "talk there"
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Theirs:
    """A call, or a leg, in the carrier's books."""

    sid: str
    status: str
    seconds: int


@dataclass(frozen=True, slots=True)
class OurLeg:
    """A try to connect the caller, by a leg or by a return call."""

    number: int
    sid: str | None
    """None: we were never told"""
    returned: bool
    """by a return call"""
    talked: bool
    """accepted, or kept"""
    rang: bool
    """nobody picked up, by what we were told"""
    talk_seconds: int
    asked_seconds: int
    """in which the one who picked up was asked for a key; they are no talk"""


@dataclass(frozen=True, slots=True)
class OurCall:
    """A call in our books."""

    sid: str
    ended: bool
    legs: Sequence[OurLeg]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; `leg` is the number of the leg that it is about."""

    sid: str
    what: str
    theirs: str | None
    ours: str | None
    leg: OurLeg | None = None
    seconds: int = 0
    """of talk, by their books"""


def differences(
    ours: OurCall | None, theirs: Theirs | None, their_legs: Mapping[str, Theirs], sid: str
) -> Iterator[Finding]:
    """What differs about one caller's call."""
    if ours is None:
        yield Finding(sid, MISSING_HERE, theirs.status if theirs else None, None)
        return
    if theirs is None:
        yield Finding(sid, MISSING_THERE, None, "ended" if ours.ended else "going on")
        return
    if theirs.status in OVER and not ours.ended:
        yield Finding(sid, NOT_ENDED_HERE, theirs.status, "going on")
    for leg in ours.legs:
        if leg.sid:
            yield from _of_leg(leg, their_legs.get(leg.sid), leg.sid)


def _of_leg(leg: OurLeg, theirs: Theirs | None, sid: str) -> Iterator[Finding]:
    if theirs is None:
        if leg.talked:
            yield Finding(sid, MISSING_THERE, None, f"{leg.talk_seconds} s", leg)
    elif leg.talked:
        yield from _of_talk(leg, theirs, sid)
    elif leg.rang and theirs.status == "completed":
        yield Finding(sid, TALK_THERE, f"{theirs.seconds} s", "nobody picked up", leg)


def _of_talk(leg: OurLeg, theirs: Theirs, sid: str) -> Iterator[Finding]:
    if theirs.status in OVER - {"completed"}:
        yield Finding(sid, NO_TALK_THERE, theirs.status, f"{leg.talk_seconds} s", leg)
    elif theirs.status == "completed":
        seconds = max(theirs.seconds - leg.asked_seconds, 0)
        if seconds != leg.talk_seconds:
            yield Finding(sid, OTHER_LENGTH, f"{seconds} s", f"{leg.talk_seconds} s", leg, seconds)
