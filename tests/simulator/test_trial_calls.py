"""A call that somebody watches: ordered over the REST API, and as long as they want it to be."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from callrouter.carrier.trial_calls import TrialCall, TrialCalls, TrialNotPlaced
from simulator import InProcessTransport, PacedClock, RingOutcome, SimulatedAccount, SimulatedRecords
from simulator.account import Sids
from simulator.rest.account_state import AccountState
from simulator.rest.api import RestApi
from simulator.rest.trial_calls import OrderedCall, trial_route
from tests.simulator.simulation import CALLER, HELPLINE, SUNRISE

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ACCOUNT = SimulatedAccount("AC" + "0" * 32, "token")


def trial_calls(begun: list[OrderedCall], token: str = ACCOUNT.token, **limits: Any) -> TrialCalls:
    def begin(ordered: OrderedCall) -> bool:
        begun.append(ordered)
        return len(begun) <= limits.get("most", 1)

    state = AccountState(ACCOUNT, SimulatedRecords(), Sids(Random(1)), lambda: NOW)
    api = RestApi(state, [trial_route(begin)])
    return TrialCalls(ACCOUNT.sid, token, "http://carrier", InProcessTransport(api))


def test_a_call_begins_as_it_was_ordered() -> None:
    begun: list[OrderedCall] = []
    sid = trial_calls(begun).place(TrialCall(HELPLINE, CALLER, "-1", {SUNRISE: "no-answer,answer:9"}, 10))
    [ordered] = begun
    assert (ordered.sid, ordered.number, ordered.speed) == (sid, HELPLINE, 10)
    assert (ordered.caller.number, ordered.caller.keys) == (CALLER, ("", "1"))
    assert ordered.centers.when_rung(SUNRISE, 0).picks is RingOutcome.NOBODY
    assert ordered.centers.when_rung(SUNRISE, 1).seconds == 9


@pytest.mark.parametrize(
    "call",
    [
        TrialCall("", CALLER),
        TrialCall(HELPLINE, CALLER, keys="x"),
        TrialCall(HELPLINE, CALLER, behaviors={SUNRISE: "flies"}),
        TrialCall(HELPLINE, CALLER, speed=-1),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_begins(call: TrialCall) -> None:
    begun: list[OrderedCall] = []
    with pytest.raises(TrialNotPlaced, match="Invalid parameter"):
        trial_calls(begun).place(call)
    assert begun == []


def test_a_stranger_places_nothing_and_too_many_are_refused() -> None:
    begun: list[OrderedCall] = []
    with pytest.raises(TrialNotPlaced, match="Authenticate"):
        trial_calls(begun, "another").place(TrialCall(HELPLINE, CALLER))
    assert begun == []
    with pytest.raises(TrialNotPlaced, match="Too Many Requests"):
        trial_calls(begun, most=0).place(TrialCall(HELPLINE, CALLER))


def test_a_paced_clock_takes_a_part_of_the_time_of_people() -> None:
    waited: list[float] = []
    clock = PacedClock(NOW, 10, waited.append)
    clock.advance(20)
    clock.advance_to(NOW)
    clock.advance(-5)
    assert (clock.now() - NOW).total_seconds() == 20
    assert waited == [2.0, 0.0, 0.0]
