"""Every row of what the carrier may tell of a leg, on a helpline call and on a listing's; once in order, and
with every callback doubled and shuffled, which must come to the same.
"""

import pytest

from simulator import RequestKind
from simulator.events import WhisperRequested
from tests.scenarios.carrier_table import ROWS, Row
from tests.scenarios.conftest import OpenWorld
from tests.scenarios.final_state import final_state
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World
from tests.seeds import seeds

each_row = pytest.mark.parametrize("row", ROWS, ids=str)
each_number = pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE], ids=["helpline", "listing"])


@each_row
def test_the_requests_are_those_of_the_carriers_table(database_url: str, row: Row) -> None:
    story = row.plays(World(database_url), SUNRISE_PAGE).story
    action = story.sent(RequestKind.DIAL)[0].values
    told = [request.values["CallStatus"] for request in story.sent(RequestKind.LEG_STATUS)]
    assert (told, action["DialCallStatus"]) == (row.leg_statuses.split(), row.dial_status)
    assert action["DialBridged"] == ("true" if row.bridged else "false")
    assert bool(story.each(WhisperRequested)) == row.whisper


@each_row
def test_on_a_helpline_the_next_is_rung_where_the_caller_still_waits(world: World, row: Row) -> None:
    call = row.plays(world, NATIONAL)
    after = [("harbor-sd", "accepted")] if row.goes_on else []
    assert call.legs == [("sunrise-la", row.outcome), *after]
    charged = {"accepted": "sunrise", "abandoned": None}.get(row.outcome, "harbor")
    assert call.charges == ([(charged, "helpline", "35.00 USD")] if charged else [])


@each_row
def test_on_a_listing_nobody_else_is_rung(world: World, row: Row) -> None:
    call = row.plays(world, SUNRISE_PAGE)
    assert call.legs == [("sunrise-la", row.outcome)]
    assert call.was_told("Sunrise La did not answer.") == row.goes_on
    assert call.charges == ([("sunrise", "listing", "20.00 USD")] if row.bridged else [])


@each_row
@each_number
def test_doubled_and_shuffled_it_comes_to_the_same(open_world: OpenWorld, row: Row, dialled: str) -> None:
    once, badly = open_world(), open_world()
    row.plays(once, dialled)
    disturbed = row.plays(badly, dialled, row.faults(duplicate=2, shuffle=True, repeat=2, replay=True))
    assert disturbed.story.discrepancies == []
    assert final_state(badly) == final_state(once)


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(len(ROWS)))
def test_in_any_order_it_comes_to_the_same(database_url: str, databases, seed: int) -> None:
    row = ROWS[seed % len(ROWS)]
    with databases.fresh() as another:
        once, badly = World(database_url), World(another)
        row.plays(once, NATIONAL)
        row.plays(badly, NATIONAL, row.faults(seed=seed, duplicate=3, shuffle=True, repeat=5, delay=300))
        assert final_state(badly) == final_state(once)
        once.closes()
        badly.closes()
