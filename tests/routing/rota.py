"""A rotation in memory that stores its decisions as the database would, and the random openings to try it with."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from random import Random

from callrouter.routing.eligibility import Candidate, Lineup
from callrouter.routing.replay import ReplayResult, StoredDecision, replay
from callrouter.routing.rotation import Credits, Pool, pick, ring, undo

STATES = ("CA", "NV", "NY", "TX", "FL", "")


class Rota:
    """Seats get their positions when they are first seen."""

    def __init__(self) -> None:
        self.credits = Credits.of(0, b"", b"")
        self.positions: dict[str, int] = {}
        self.lineups: dict[str, Lineup] = {}
        self.decisions: list[StoredDecision] = []
        self._taken: dict[int, tuple[Pool, int]] = {}

    def rings(self, lineup: Lineup, language: str = "en", passed_over: Collection[str] = ()) -> str | None:
        """Take and store the next decision."""
        pool = self._pool(lineup, language, passed_over)
        center = self._ring(pool) if pool.candidates else None
        self.credits.number = len(self.decisions) + 1
        self.lineups[lineup.digest] = lineup
        self.decisions.append(
            StoredDecision(self.credits.number, lineup.digest, language, frozenset(passed_over), center)
        )
        return center

    def undoes(self, number: int) -> None:
        """Decision `number` was busy or failed."""
        pool, index = self._taken.pop(number)
        undo(self.credits, pool, number, index)
        decision = self.decisions[number - 1]
        self.decisions[number - 1] = replace(decision, undone_after=self.credits.number)

    @property
    def can_be_undone(self) -> list[int]:
        return list(self._taken)

    def credit_of(self, center: str) -> int:
        return self.credits.credit[self.positions[center]]

    def replayed(self) -> ReplayResult:
        replayed = replay(self.decisions, self.lineups, self.positions)
        return replace(replayed, stored=self.credits.credit)

    def _pool(self, lineup: Lineup, language: str, passed_over: Collection[str]) -> Pool:
        for candidate in lineup.candidates:
            self.positions.setdefault(candidate.center, len(self.positions))
        self.credits.make_room(len(self.positions))
        return Pool.of(lineup.pool(language, passed_over), self.positions)

    def _ring(self, pool: Pool) -> str:
        index = pick(self.credits, pool)
        self._taken[ring(self.credits, pool, index)] = pool, index
        return pool.candidates[index].center


def everybody(weights: Mapping[str, int]) -> Lineup:
    """A lineup in which all these may be rung."""
    return Lineup(tuple(Candidate(center, weight, 1, ("en",)) for center, weight in weights.items()), {})


def openings(random: Random, calls: int, *, most_seats: int = 20) -> Iterator[tuple[Lineup, str]]:
    """For each call the lineup of a helpline with random seats that open and close, and the caller's language."""
    seats = [_seat(random, number) for number in range(random.randint(2, most_seats))]
    served = {seat.center: _states(random) for seat in seats}
    is_open = {seat.center: random.random() < 0.7 for seat in seats}
    restless = random.choice((0.01, 0.1, 0.5))
    for _ in range(calls):
        is_open = {center: was is not (random.random() < restless) for center, was in is_open.items()}
        state = random.choice(STATES)
        there = [
            s for s in seats if is_open[s.center] and (not served[s.center] or state in served[s.center])
        ]
        yield Lineup(tuple(there), {}), random.choice(("en", "en", "en", "es"))


def _seat(random: Random, number: int) -> Candidate:
    spoken = random.choice((("en",), ("en", "es"), ("es",)))
    return Candidate(f"c{number:02}", random.randint(1, 10), random.randint(1, 2), spoken)


def _states(random: Random) -> tuple[str, ...]:
    return tuple(random.sample(STATES[:5], random.randint(1, 3))) if random.random() < 0.5 else ()
