"""The end of a call is told before its arrival, or its caller has gone by then: nobody is rung for nobody."""

import pytest

from simulator import Location
from simulator.fields import Fields, Parties, call_status, incoming
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import ACCOUNT, World

SID = "CA" + "7" * 32
CALLER = "+13105550188"
EMPTY = b"<Response />"


def parties(dialled: str) -> Parties:
    return Parties(ACCOUNT.sid, SID, CALLER, dialled, Location(), Location())


def ended(world: World, dialled: str) -> Fields:
    return call_status(parties(dialled), "completed", world.clock.now(), 2)


def gone(dialled: str) -> Fields:
    """An arrival of somebody who has left meanwhile."""
    return [
        (name, "completed" if name == "CallStatus" else value) for name, value in incoming(parties(dialled))
    ]


@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE])
def test_an_end_before_the_arrival_ends_the_call_for_good(world: World, dialled: str) -> None:
    assert world.sends("/twilio/status", ended(world, dialled)).status == 204
    for _ in range(2):
        assert world.sends("/twilio/voice", incoming(parties(dialled))).body.endswith(EMPTY)
        assert world.sends("/twilio/status", ended(world, dialled)).status == 204
    [call] = world.rows("call")
    assert (call["status"], call["outcome"], call["caller"]) == ("ended", "abandoned", "+1 310 ••• ••88")
    assert world.rows("leg") == world.rows("availability") == []


@pytest.mark.parametrize("dialled", [NATIONAL, SUNRISE_PAGE])
@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/fallback"])
def test_a_caller_who_has_gone_by_then_is_recorded_and_nobody_is_rung(
    world: World, path: str, dialled: str
) -> None:
    assert world.sends(path, gone(dialled)).body.endswith(EMPTY)
    [call] = world.rows("call")
    assert (call["outcome"], world.rows("leg")) == ("abandoned", [])


def test_an_end_that_is_not_one_is_kept_and_no_more(world: World) -> None:
    ringing = [(name, "ringing" if name == "CallStatus" else value) for name, value in ended(world, NATIONAL)]
    assert world.sends("/twilio/status", ringing).status == 204
    assert world.rows("call") == []
    assert len(world.rows("inbox")) == 1
