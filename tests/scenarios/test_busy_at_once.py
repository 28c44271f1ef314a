"""A center whose telephone turns out to be busy, or dead, while many calls are being tried at it."""

import pytest

from tests.directories import a_directory, helpline
from tests.scenarios.people import Center
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World


def tried_at_the_same_time(world: World, calls: int, happens: object) -> list[tuple[str, str | None]]:
    """So many calls are begun before the result of any is told; then all are told."""
    for _ in range(calls):
        call = world.caller().dials(NATIONAL)
        world.center("sunrise-la").accepts()
        happens(world.center("harbor-sd"))  # type: ignore[operator]
        world.goes_on(call)
    world.talks_end()
    return [leg for call in world.calls for leg in call.legs]


@pytest.mark.parametrize("happens", [Center.is_busy, Center.cannot_be_reached])
def test_twenty_decisions_that_are_undone_are_undone_exactly(world: World, happens: object) -> None:
    world.loads(a_directory(helpline("sunrise-la", "harbor-sd")))
    legs = tried_at_the_same_time(world, 20, happens)
    assert [center for center, outcome in legs if outcome is None] == []
    assert world.watch.failures == []
    assert all(decision["undone_after"] for decision in world.rows("decision", center="harbor-sd"))


def test_afterwards_the_other_center_is_owed_nothing(world: World) -> None:
    """What was undone is as if it had not been: the next calls go to the one that is owed, until it is even."""
    world.loads(a_directory(helpline("sunrise-la", "harbor-sd")))
    tried_at_the_same_time(world, 20, Center.is_busy)
    call = world.caller().dials(NATIONAL)
    world.center("harbor-sd").accepts()
    assert call.legs == [("harbor-sd", "accepted")]
