"""Three calls of two callers, for whatever lists calls."""

from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

ALICE, BOB = "+13105550188", "+16175550123"


def place_three_calls(world: World) -> list[PlacedCall]:
    """Alice's, which Sunrise took; an hour later hers that Harbor took; a day later Bob's, who talks with Sunrise."""
    first = world.caller(ALICE).dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.settles()
    world.passes(hours=1)
    second = world.caller(ALICE).dials(NATIONAL)
    world.center("sunrise-la").does_not_answer()
    world.center("harbor-sd").accepts()
    world.settles()
    world.passes(days=1)
    third = world.caller(BOB).dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts(600)
    return [first, second, world.goes_on(third)]
