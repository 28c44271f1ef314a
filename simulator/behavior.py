"""How people behave on a simulated call, as data: the caller, and whoever picks up at a center."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import repeat
from typing import Literal

NOTHING = ""
"""The key of somebody who presses none."""


@dataclass(frozen=True)
class Location:
    """What the carrier believes to know about where a number is; empty texts where it knows nothing."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = "US"


class CallPhase(StrEnum):
    """What is going on when a caller leaves."""

    CALL = "the call"
    SPEECH = "a prompt"
    RINGING = "the ringing"
    RECORDING = "a recording"


@dataclass(frozen=True)
class CallerHangup:
    """The caller hangs up so many seconds into the n-th prompt, ringing or recording, or into the call."""

    seconds: float
    during: CallPhase = CallPhase.CALL
    occasion: int = 1


@dataclass(frozen=True)
class VoiceMessage:
    """What the caller says when recorded: this long, nothing at all when 0 seconds, ended in one of three ways.

    `silent` is a caller who stays on the line and says nothing: a recording, without a word in it.
    """

    seconds: float = 12.0
    ended_by: Literal["key", "silence", "hangup"] = "key"
    key: str = "#"
    silent: bool = False


@dataclass(frozen=True)
class Caller:
    """Somebody who calls. `keys` holds what is pressed at each prompt that listens, one after another."""

    number: str = field(default="+13105550188", repr=False)
    keys: Iterable[str] = ()
    place: Location | None = None
    leaves: CallerHangup | None = None
    message: VoiceMessage = VoiceMessage()

    @property
    def seen_at(self) -> Location | None:
        """The place that the carrier tells; none for a caller who is not on the telephone network."""
        if self.place is not None or self.number.startswith(("sip:", "client:")):
            return self.place
        return Location() if self.number.startswith("+") else Location(country="")


class RingOutcome(StrEnum):
    """What happens at a center when it is rung."""

    A_PERSON = "answer"
    A_MACHINE = "voicemail"
    BUSY = "busy"
    FAILED = "failed"
    NOBODY = "no-answer"
    THE_CALLER_LEAVES = "left"


@dataclass(frozen=True)
class CenterBehavior:
    """What happens when a center, or anybody, is rung once: who picks up after how long, and what they do then.

    `seconds` is the talk, or, where the caller leaves, the ringing borne; `key` is what a person presses
    whenever a prompt asks, or `keys` at one prompt after another and then none; `declines` is a person who hangs
    up on hearing the first prompt.
    """

    picks: RingOutcome = RingOutcome.NOBODY
    seconds: float = 90.0
    rings: float = 6.0
    key: str = "1"
    hangs_up: Literal["center", "caller"] = "center"
    declines: bool = False
    keys: tuple[str, ...] | None = None

    @property
    def answers(self) -> bool:
        return self.picks in (RingOutcome.A_PERSON, RingOutcome.A_MACHINE)

    def presses(self) -> Iterator[str]:
        """What is pressed at one prompt after another; a voicemail presses nothing."""
        if self.picks is not RingOutcome.A_PERSON:
            return iter(())
        return repeat(self.key) if self.keys is None else iter(self.keys)


NOBODY_ANSWERS = CenterBehavior()


@dataclass(frozen=True)
class CenterBehaviors:
    """The behavior of each center by the number that is rung; several are for one ringing after another."""

    behaviors: Mapping[str, CenterBehavior | Sequence[CenterBehavior]] = field(default_factory=dict)
    otherwise: CenterBehavior = NOBODY_ANSWERS

    def when_rung(self, number: str, earlier: int) -> CenterBehavior:
        """What happens after this number has been rung `earlier` times; the last behavior stays."""
        known = self.behaviors.get(number, self.otherwise)
        if isinstance(known, CenterBehavior):
            return known
        return known[min(earlier, len(known) - 1)]


@dataclass
class Participants:
    """Everybody on one call: the one on its line, and who is rung, with how often each number has been so far."""

    caller: Caller
    centers: CenterBehaviors
    rung: Counter[str] = field(default_factory=Counter)

    def when_rung(self, number: str) -> CenterBehavior:
        """What happens at this number, this time."""
        earlier = self.rung[number]
        self.rung[number] += 1
        return self.centers.when_rung(number, earlier)
