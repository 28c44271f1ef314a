"""What happened last month: played through the real handlers with a clock of its own, compared with the carrier's
records, so that its month can be closed and invoiced.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from simulator import Faults
from tests.number_search.notations import national
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

FAULTS = Faults(duplicate=2, shuffle=True, repeat=2, replay=True)


def month_before(now: datetime) -> datetime:
    """The beginning of the month before."""
    return (now.replace(day=1) - timedelta(days=1)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def play_last_month(database_url: str, numbers: Sequence[str]) -> str:
    """Each number calls once or twice; the month (`2026-10`), which can be closed now."""
    begins = month_before(datetime.now(UTC))
    world = World(database_url, start=begins + timedelta(days=9, hours=18))
    sunrise, harbor = world.center("sunrise-la"), world.center("harbor-sd")
    for number, other in zip(numbers, reversed(numbers), strict=True):
        caller = world.caller(number)
        caller.presses("5").dials(NATIONAL, FAULTS)
        sunrise.accepts()
        caller.dials(SUNRISE_PAGE)
        sunrise.is_busy()
        caller.dials(HARBOR_PAGE)
        harbor.accepts()
        caller.presses("", "1", "1", national(other), "2").dials(NATIONAL)
        world.settles()
        sunrise.accepts()
        world.caller(other).presses_when_called_back("1")
        world.rings_owners(most=1)
        world.passes(minutes=1)
    world.passes(hours=12)
    world.reaps()
    for day in range((world.clock.now() - begins).days + 1):
        world.compares((begins + timedelta(days=day)).date())
    world.closes()
    return f"{begins:%Y-%m}"
