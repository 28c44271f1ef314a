"""How far a seat can be from its fair share, whatever sets of seats its decisions were taken among. *Pure.*

With n seats, k of them are never owed more than k(n - k)/2 calls together. For k = 1, and for all others but one,
that is (n - 1)/2 calls. Proof by induction over decisions: docs/decisions/0060. A decision that is undone later has
led the decisions between by credits that were up to two calls apart from the true ones, and is itself in the credits
until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate


def largest_possible_distance(seats: int, pending: int) -> float:
    """The bound in calls, for `seats` that ever took part and at most `pending` later undone decisions at a time."""
    return (seats - 1) / 2 * (1 + 2 * pending) + pending if seats else 0.0


def most_pending(undone_after: Mapping[int, int]) -> int:
    """At most how many decisions at a time were still to be undone. `undone_after` is by the decision's number."""
    return max(accumulate(_steps(undone_after)), default=0)


def _steps(undone_after: Mapping[int, int]) -> Iterable[int]:
    """One more after a decision's number, one less after the latest decision before it was undone."""
    begins = ((number, 1) for number, after in undone_after.items() if after > number)
    ends = ((after, -1) for number, after in undone_after.items() if after > number)
    return [step for _, step in sorted([*begins, *ends])]
