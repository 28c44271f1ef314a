"""Who picks up when our server has somebody rung: whatever was said of them, and else somebody who presses 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.behavior import CenterBehaviour, Centers, Picks

HELPFUL = CenterBehaviour(Picks.A_PERSON, seconds=90.0, rings=4.0)


@dataclass(frozen=True)
class Population(Centers):
    """Everybody with a telephone. What is said of a number is for one ringing after another; the last stays."""

    otherwise: CenterBehaviour = HELPFUL
    expected: dict[str, list[CenterBehaviour]] = field(default_factory=dict, repr=False)

    def will(self, number: str, behaviours: Sequence[CenterBehaviour]) -> None:
        """From now on, this is what happens there."""
        self.expected[number] = list(behaviours)

    def when_rung(self, number: str, earlier: int) -> CenterBehaviour:
        """What happens there now, however often it was rung before anything was said."""
        known = self.expected.get(number) or [self.otherwise]
        return known.pop(0) if len(known) > 1 else known[0]
