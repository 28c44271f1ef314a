"""Who picks up when our server has somebody rung: whatever was said of them, and else somebody who presses 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.behavior import CenterBehavior, CenterBehaviors, RingOutcome

HELPFUL = CenterBehavior(RingOutcome.A_PERSON, seconds=90.0, rings=4.0)


@dataclass(frozen=True)
class ScriptedPeople(CenterBehaviors):
    """Everybody with a telephone. What is said of a number is for one ringing after another; the last stays."""

    otherwise: CenterBehavior = HELPFUL
    expected: dict[str, list[CenterBehavior]] = field(default_factory=dict, repr=False)

    def will(self, number: str, behaviors: Sequence[CenterBehavior]) -> None:
        """From now on, this is what happens there."""
        self.expected[number] = list(behaviors)

    def when_rung(self, number: str, earlier: int) -> CenterBehavior:
        """What happens there now, however often it was rung before anything was said."""
        known = self.expected.get(number) or [self.otherwise]
        return known.pop(0) if len(known) > 1 else known[0]
