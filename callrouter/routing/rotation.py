"""Who is owed most is rung. *Pure.*

Each seat has a credit in whole units, UNITS to a call; a helpline's credits add up to zero. A decision gives each
eligible seat its fair part of one call and takes one call from the seat that is rung.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add

from callrouter.routing.eligibility import Candidate

UNITS = 735_134_400
"""One call, in units of credit: a number that nearly every small sum of weights divides, so that equals are equal."""


@dataclass(slots=True)
class Credits:
    """What a rotation remembers of its seats, by their positions."""

    number: int
    """of the latest decision"""
    credit: array[int]
    last_rung: array[int]

    @classmethod
    def of(cls, number: int, credit: bytes, last_rung: bytes) -> Credits:
        return cls(number, array("q", credit), array("q", last_rung))

    def make_room(self, seats: int) -> None:
        """New seats begin with nothing: nothing is owed to them, and they owe nothing."""
        for values in (self.credit, self.last_rung):
            values.extend([0] * (seats - len(values)))


@dataclass(frozen=True, slots=True)
class Pool:
    """The seats that one decision is taken among, with their positions."""

    candidates: tuple[Candidate, ...]
    positions: tuple[int, ...]
    parts: tuple[int, ...]
    """each seat's part of a call, rounded down"""
    remainder: int
    """the units that rounding left; fewer than there are seats"""

    @classmethod
    def of(cls, candidates: tuple[Candidate, ...], position_of: Mapping[str, int]) -> Pool:
        total = sum(c.weight for c in candidates)
        parts = tuple(UNITS * c.weight // total for c in candidates)
        return cls(candidates, tuple(position_of[c.center] for c in candidates), parts, UNITS - sum(parts))

    def shares(self, number: int) -> Sequence[int]:
        """What decision `number` gives each seat: its part, and the remainder to the next seats in turn."""
        if not self.remainder:
            return self.parts
        shares = list(self.parts)
        for turn in range(number, number + self.remainder):
            shares[turn % len(shares)] += 1
        return shares


def pick(credits: Credits, pool: Pool) -> int:
    """The index in the pool of the seat that the next decision rings.

    The largest credit; then the larger weight, then the longest not rung, then the key.
    """
    owed = list(map(add, map(credits.credit.__getitem__, pool.positions), pool.shares(credits.number + 1)))
    most = max(owed)
    tied = [index for index, credit in enumerate(owed) if credit == most] if owed.count(most) > 1 else []
    if not tied:
        return owed.index(most)
    return min(tied, key=lambda index: _among_equals(credits, pool, index))


def _among_equals(credits: Credits, pool: Pool, index: int) -> tuple[int, int, str]:
    candidate = pool.candidates[index]
    return -candidate.weight, credits.last_rung[pool.positions[index]], candidate.center


def ring(credits: Credits, pool: Pool, index: int) -> int:
    """Take the decision that rings this seat of the pool; its number is returned."""
    credits.number += 1
    _give(credits, pool, credits.number, index, 1)
    credits.last_rung[pool.positions[index]] = credits.number
    return credits.number


def undo(credits: Credits, pool: Pool, number: int, index: int) -> None:
    """Take back exactly what decision `number` gave and took; in any order with others the credits are the same."""
    _give(credits, pool, number, index, -1)


def _give(credits: Credits, pool: Pool, number: int, index: int, sign: int) -> None:
    credit = credits.credit
    for position, share in zip(pool.positions, pool.shares(number), strict=True):
        credit[position] += sign * share
    credit[pool.positions[index]] -= sign * UNITS
