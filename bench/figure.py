"""A figure that was measured: its value in each round, and the target it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Target:
    """What a figure has to reach."""

    bound: float
    at_least: bool

    def met_by(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


def at_least(bound: float) -> Target:
    return Target(bound, at_least=True)


def at_most(bound: float) -> Target:
    return Target(bound, at_least=False)


@dataclass(frozen=True)
class Figure:
    """Its value is the median of the rounds. Without a unit it is a ratio."""

    what: str
    rounds: Sequence[float]
    target: Target | None = None
    unit: str = ""

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def missed(self) -> bool:
        return self.target is not None and not self.target.met_by(self.value)


@dataclass(frozen=True)
class Result:
    """What a benchmark found. `meaning` tells a reader what was measured, and how."""

    name: str
    title: str
    meaning: str
    figures: Sequence[Figure]
