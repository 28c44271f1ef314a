"""Parses the behavior of centers on a simulated call: `--center KEY=answer:90`, by the keys of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat

from callrouter.directory.directory import Directory
from callrouter.directory.find_center import find_center
from callrouter.directory.reachable_centers import reachable_centers
from callrouter.errors import Fault
from simulator import CenterBehavior, CenterBehaviors, center_behaviors

Behaviors = tuple[CenterBehavior, ...]

NO_ANSWER, ANSWERS = center_behaviors("no-answer,answer:90")


def center_behaves(written: str) -> tuple[str, Behaviors]:
    """A center's key, and what it does when it is rung the first time, the second time …"""
    key, behaviors_by_center, behaviors = written.partition("=")
    if not behaviors_by_center or not key:
        raise Fault(f"{written!r} does not say KEY=BEHAVIOR; for example sunrise-la=answer:90")
    return key, center_behaviors(behaviors)


def centers(directory: Directory, behaviors_by_center: Iterable[tuple[str, Behaviors]]) -> CenterBehaviors:
    """The behavior of each center. Others do not answer; if none is named, the third one answers."""
    at: dict[str, list[CenterBehavior]] = defaultdict(list)
    for key, behaviors in behaviors_by_center:
        find_center(directory, key)
        at[directory.centers[key].phone] += behaviors
    return CenterBehaviors(dict(at)) if at else ThirdAnswers()


def as_behavior(written: str) -> str:
    """Check a behavior and return it as written."""
    center_behaviors(written)
    return written


def who_may_owe(directory: Directory, dialled: str) -> set[str]:
    """The telephones of all centers that may owe a return call to a caller of this number."""
    return {center.phone for center in reachable_centers(directory, dialled)}


@dataclass(frozen=True)
class ThirdAnswers(CenterBehaviors):
    """The first two centers do not answer, the third takes the call."""

    behaviors_in_turn: Iterator[CenterBehavior] = field(
        default_factory=lambda: chain((NO_ANSWER, NO_ANSWER), repeat(ANSWERS))
    )

    def when_rung(self, number: str, earlier: int) -> CenterBehavior:
        return next(self.behaviors_in_turn)
