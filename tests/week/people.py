"""The people of the week: whoever picks up at a center or at a caller's, or does not, by chance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any, Literal

from simulator import NOTHING, CallerHangup, CallPhase, CenterBehavior, CenterBehaviors, RingOutcome
from tests.week.places import Numbers

SHORTEST_TALK, LONGEST_TALK = 8.0, 1_500.0

NOBODY, BUSY, FAILED = (
    CenterBehavior(picks) for picks in (RingOutcome.NOBODY, RingOutcome.BUSY, RingOutcome.FAILED)
)
MACHINE = CenterBehavior(RingOutcome.A_MACHINE, rings=14.0)
HANGS_UP = CenterBehavior(RingOutcome.A_PERSON, declines=True)
IS_LEFT = CenterBehavior(RingOutcome.THE_CALLER_LEAVES, seconds=9.0)
"""whoever is on the line does not wait that long"""


def presses(*keys: str) -> CenterBehavior:
    return CenterBehavior(RingOutcome.A_PERSON, keys=keys)


Chances = dict[CenterBehavior, float]
TAKES = presses("1")

ON_A_CALL: Chances = {TAKES: 38, NOBODY: 45, BUSY: 5, FAILED: 2, MACHINE: 5, HANGS_UP: 3, presses("2"): 2}
"""what happens at a center that is rung by a caller"""
ON_A_RETURN: Chances = {
    TAKES: 64,
    presses("2"): 8,
    presses("3"): 5,
    presses(): 3,
    HANGS_UP: 1,
    NOBODY: 12,
    BUSY: 3,
    FAILED: 1,
    MACHINE: 3,
}
"""what happens at a center that is rung about a promise"""
CALLED_BACK: Chances = {
    TAKES: 58,
    presses("2"): 3,
    presses("9"): 1,
    presses("9", "7"): 1,
    presses(): 3,
    HANGS_UP: 2,
    IS_LEFT: 1,
    MACHINE: 9,
    NOBODY: 17,
    BUSY: 4,
    FAILED: 1,
}
"""what happens at a caller's who is called back"""


def by_chance(luck: Random, chances: dict[Any, float]) -> Any:
    """One of these, as often as its number says."""
    return luck.choices(list(chances), list(chances.values()))[0]


def a_talk(luck: Random) -> float:
    """How long two people talk: mostly a few minutes."""
    return min(max(luck.lognormvariate(5.0, 0.8), SHORTEST_TALK), LONGEST_TALK)


def _with_a_talk(luck: Random, behavior: CenterBehavior) -> CenterBehavior:
    if behavior.picks is not RingOutcome.A_PERSON:
        return behavior
    ends: Literal["center", "caller"] = "center" if luck.random() < 0.5 else "caller"
    return replace(behavior, seconds=a_talk(luck), rings=luck.uniform(2, 18), hangs_up=ends)


class Outages:
    """Times in which nobody answers at a center: the telephones are down, or everybody is busy."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck
        self._until: dict[str, datetime] = {}
        self.instead: dict[str, CenterBehavior] = {}

    def begins(self, phone: str, until: datetime) -> None:
        self._until[phone] = until
        self.instead[phone] = self._luck.choice((NOBODY, BUSY, FAILED, MACHINE))

    def of(self, phone: str, now: datetime) -> CenterBehavior | None:
        return self.instead[phone] if phone in self._until and now < self._until[phone] else None


@dataclass(frozen=True)
class Population(CenterBehaviors):
    """Everybody with a telephone, on calls of one kind."""

    now: Callable[[], datetime] = field(kw_only=True)
    luck: Random = field(kw_only=True)
    outages: Outages = field(kw_only=True)
    centers: Collection[str] = field(kw_only=True)
    """their telephones"""
    at_a_center: Chances = field(kw_only=True)

    def when_rung(self, number: str, earlier: int) -> CenterBehavior:
        """What happens there this time."""
        if number not in self.centers:
            return _with_a_talk(self.luck, by_chance(self.luck, CALLED_BACK))
        down = self.outages.of(number, self.now())
        return down or _with_a_talk(self.luck, by_chance(self.luck, self.at_a_center))


KEYS: dict[str, dict[str, float]] = {
    "menu": {NOTHING: 91, "2": 4, "5": 3, "9": 1, "8": 1},
    "recalled": {"1": 60, NOTHING: 40},
    "chosen": {"2": 50, "3": 22, "1": 15, NOTHING: 11, "9": 1, "7": 1},
    "offered": {"1": 82, "2": 6, NOTHING: 11, "9": 1},
    "arranged": {NOTHING: 76, "2": 12, "1": 7, "3": 4, "9": 1},
}
"""what callers press at each prompt, by the path that is told of it"""
OTHER_NUMBER = "entered"


@dataclass
class Habits(Iterator[str]):
    """What a caller presses, at one prompt after another, having listened to it."""

    luck: Random
    numbers: Numbers
    asked: Callable[[], str]
    """the path that the keys of the latest prompt are told to"""

    def __next__(self) -> str:
        asked = self.asked()
        if asked == OTHER_NUMBER:
            number = self.numbers.in_the_states()
            return number[2:] if self.luck.random() < 0.9 else number[2:8] + "#"
        pressed: str = by_chance(self.luck, KEYS.get(asked, {NOTHING: 1}))
        return pressed


def leaving(luck: Random) -> CallerHangup | None:
    """Some callers hang up, at any moment."""
    if luck.random() > 0.08:
        return None
    return CallerHangup(luck.uniform(1, 40), luck.choice(tuple(CallPhase)), luck.randint(1, 3))
