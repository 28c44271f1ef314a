"""A center whose telephone turns out to be busy, or dead, while many calls are being tried at it."""

from collections.abc import Callable

import pytest

from tests.directories import a_directory, helpline
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

Happens = Callable[[Center], None]


def tried_at_the_same_time(world: World, calls: int, happens: Happens) -> None:
    """So many calls are begun before the result of any is told; then all are told."""
    world.loads(a_directory(helpline("sunrise-la", "harbor-sd")))
    for _ in range(calls):
        call = world.caller().dials(NATIONAL)
        world.center("sunrise-la").accepts()
        happens(world.center("harbor-sd"))
        world.goes_on(call)
    world.talks_end()


@pytest.mark.parametrize("happens", [Center.is_busy, Center.cannot_be_reached])
def test_twenty_decisions_that_are_undone_are_undone_exactly(world: World, happens: Happens) -> None:
    tried_at_the_same_time(world, 20, happens)
    undone = world.rows("decision", center="harbor-sd")
    assert world.watch.failures == []
    assert len(undone) == 10
    assert all(decision["undone_after"] for decision in undone)


def test_who_took_the_calls_waits_until_the_other_has_had_as_many(world: World, harbor: Center) -> None:
    tried_at_the_same_time(world, 20, Center.is_busy)
    for _ in range(5):
        call = world.caller().dials(NATIONAL)
        harbor.accepts()
        assert call.legs == [("harbor-sd", "accepted")]
