"""Who calls when during the demo, and how centers behave; the same seed gives the same plan. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.directory.directory import Directory
from simulator.behavior import (
    NOTHING,
    Caller,
    CallerHangup,
    CallPhase,
    CenterBehavior,
    RingOutcome,
    VoiceMessage,
)

CALLS_BY_HOUR = (2, 1, 1, 1, 1, 2, 3, 5, 8, 10, 11, 11, 10, 10, 10, 10, 10, 9, 9, 9, 8, 7, 5, 3)
"""how calls spread over the day, in the zone of the first helpline"""
CALLS_A_DAY = 50
TO_A_LISTING = 0.25
CALLS_AGAIN = 0.15
HANGS_UP_EARLY = 0.06
PRESSES = ((), ("2",), ("1",), (NOTHING, "1"), (NOTHING, "2"), (NOTHING, "2"))
"""at one prompt after another; nothing, and then 1 or 2, is for a return call or a message where nobody answered"""
OUTCOMES = (RingOutcome.A_PERSON, RingOutcome.NOBODY, RingOutcome.BUSY, RingOutcome.A_MACHINE)
OUTCOME_WEIGHTS = (64, 25, 5, 6)
_EARLIER_CALLERS = 400


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call of the demo."""

    at: datetime
    number: str
    """that is dialed"""
    caller: Caller


def planned_calls(directory: Directory, begins: datetime, days: int, seed: int) -> Iterator[PlannedCall]:
    """The calls of so many days, in the order of their time. `begins` is a midnight with a zone."""
    random = Random(seed)  # noqa: S311 - a play, no secret
    helplines = [number for line in directory.helplines.values() for number in line.numbers]
    listings = [number for listing in directory.listings.values() for number in listing.numbers]
    callers: list[str] = []
    for day in range(days):
        midnight = begins + timedelta(days=day)
        for at in _moments(random, midnight):
            number = random.choice(listings) if random.random() < TO_A_LISTING else helplines[0]
            if random.random() < 0.2:  # noqa: PLR2004 - one in five calls another helpline
                number = random.choice(helplines)
            yield PlannedCall(at, number, _caller(random, callers))


def center_behavior(random: Random) -> CenterBehavior:
    """What happens when a center is rung once."""
    [outcome] = random.choices(OUTCOMES, OUTCOME_WEIGHTS)
    talk = min(random.lognormvariate(5.3, 0.9), 3600.0)
    return CenterBehavior(outcome, seconds=round(talk), rings=round(random.uniform(3, 14), 1))


def _moments(random: Random, midnight: datetime) -> list[datetime]:
    quieter = 0.7 if midnight.weekday() in {5, 6} else 1.0
    count = round(random.gauss(CALLS_A_DAY, CALLS_A_DAY / 8) * quieter)
    hours = random.choices(range(24), CALLS_BY_HOUR, k=max(count, 1))
    return sorted(midnight + timedelta(hours=hour, seconds=random.uniform(0, 3599)) for hour in hours)


def _caller(random: Random, earlier: list[str]) -> Caller:
    if earlier and random.random() < CALLS_AGAIN:
        number = random.choice(earlier)
    else:
        area = random.choice(sorted(STATE_OF_AREA_CODE))
        number = f"+1{area}555{random.randrange(100, 200):04d}"
        earlier.append(number)
        del earlier[:-_EARLIER_CALLERS]
    leaves = None
    if random.random() < HANGS_UP_EARLY:
        leaves = CallerHangup(random.uniform(2, 20), CallPhase.CALL)
    message = VoiceMessage(seconds=round(random.uniform(5, 40)))
    return Caller(number, keys=random.choice(PRESSES), leaves=leaves, message=message)
