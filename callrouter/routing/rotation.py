"""The rotation: the seat that is owed most is rung. *Pure.*

Each seat has a credit in whole units, UNITS to a call. A helpline's credits add up to zero. A decision gives each
eligible seat its fair part of one call, and takes one call from the seat that is rung.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add

from callrouter.routing.eligibility import Candidate

UNITS = 720_720
"""One call, in units of credit. Every sum of weights up to 16 divides it, so equal seats stay equal. Credits of some
thousand calls (of a center that fails on every call) still fit into 4 bytes.
"""


@dataclass(slots=True)
class Credits:
    """The credits of a helpline's seats, by position."""

    number: int
    """of the latest decision"""
    credit: array[int]
    last_rung: array[int]

    @classmethod
    def of(cls, number: int, credit: bytes, last_rung: bytes) -> Credits:
        return cls(number, array("i", credit), array("i", last_rung))

    def make_room(self, seats: int) -> None:
        """Add new seats. Nothing is owed to them, and they owe nothing."""
        for values in (self.credit, self.last_rung):
            values.extend([0] * (seats - len(values)))


@dataclass(frozen=True, slots=True)
class Pool:
    """The seats that one decision picks from, with their positions."""

    candidates: tuple[Candidate, ...]
    positions: tuple[int, ...]
    parts: tuple[int, ...]
    """each seat's part of a call, rounded down"""
    remainder: int
    """the units lost by rounding; fewer than there are seats"""
    is_everybody: bool
    """whether the positions are 0, 1, 2 … in this order"""

    @classmethod
    def of(cls, candidates: tuple[Candidate, ...], position_of: Mapping[str, int]) -> Pool:
        total = sum(c.weight for c in candidates)
        parts = tuple(UNITS * c.weight // total for c in candidates)
        positions = tuple(position_of[c.center] for c in candidates)
        in_order = positions == tuple(range(len(positions)))
        return cls(candidates, positions, parts, UNITS - sum(parts), in_order)

    def shares(self, number: int) -> Sequence[int]:
        """What decision `number` gives each seat: its part, and one unit of the remainder to the next seats in turn."""
        if not self.remainder:
            return self.parts
        seats = len(self.parts)
        first = number % seats
        last = first + self.remainder
        one_more = [part + 1 for part in self.parts[first:last]]
        shares = [*self.parts[:first], *one_more, *self.parts[last:]]
        for seat in range(last - seats):
            shares[seat] += 1
        return shares


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next decision: the new credit of each seat before the call is taken, and the seat to ring."""

    owed: list[int]
    index: int


def propose(credits: Credits, pool: Pool) -> Proposal:
    """Compute the next decision.

    The largest credit is rung. Ties go to the larger weight, then the longest not rung, then the key.
    """
    now = map(credits.credit.__getitem__, pool.positions)
    owed = list(map(add, now, pool.shares(credits.number + 1)))
    return Proposal(owed, _most_owed(credits, pool, owed))


def pick(credits: Credits, pool: Pool) -> int:
    """The index in the pool of the seat that the next decision rings."""
    return propose(credits, pool).index


def ring(credits: Credits, pool: Pool, index: int) -> int:
    """Apply a decision that rings this seat of the pool. Returns its number."""
    return carry_out(credits, pool, Proposal(propose(credits, pool).owed, index))


def carry_out(credits: Credits, pool: Pool, proposal: Proposal) -> int:
    """Apply the proposed decision. Returns its number."""
    credits.number += 1
    if pool.is_everybody and len(proposal.owed) == len(credits.credit):
        credits.credit = array(credits.credit.typecode, proposal.owed)
    else:
        for position, owed in zip(pool.positions, proposal.owed, strict=True):
            credits.credit[position] = owed
    rung = pool.positions[proposal.index]
    credits.credit[rung] -= UNITS
    credits.last_rung[rung] = credits.number
    return credits.number


def _most_owed(credits: Credits, pool: Pool, owed: list[int]) -> int:
    most = max(owed)
    if owed.count(most) == 1:
        return owed.index(most)
    tied = [index for index, credit in enumerate(owed) if credit == most]
    heaviest = max(pool.candidates[index].weight for index in tied)
    return min(
        (index for index in tied if pool.candidates[index].weight == heaviest),
        key=lambda index: (credits.last_rung[pool.positions[index]], pool.candidates[index].center),
    )


def undo(credits: Credits, pool: Pool, number: int, index: int) -> None:
    """Reverse exactly what decision `number` gave and took. The order of several reversals does not matter."""
    for position, share in zip(pool.positions, pool.shares(number), strict=True):
        credits.credit[position] -= share
    credits.credit[pool.positions[index]] += UNITS
