"""What the carrier that is played takes for a call, and when it says so."""

from dataclasses import replace
from decimal import Decimal

import pytest

from simulator import Caller, SimulatedCdr
from simulator.prices import price
from tests.simulator.ringing import SCREENED
from tests.simulator.simulated_api import SimulatedApi, people, simulated_api
from tests.simulator.simulation import CALLER, HELPLINE, START, SUNRISE

LOCAL = "+13235550111"


def booked(to: str = HELPLINE, direction: str = "inbound", seconds: int | None = 61) -> SimulatedCdr:
    status = "no-answer" if seconds is None else "completed"
    return SimulatedCdr("CA1", to, CALLER, direction, None, None, START, status, START, START, seconds)


def priced(played: SimulatedApi, sid: str) -> Decimal | None:
    call = played.client.call(sid)
    assert call is not None
    return call.price


@pytest.mark.parametrize(
    ("call", "costs"),
    [
        (booked(), "0.0440"),
        (booked(LOCAL), "0.0170"),
        (booked(SUNRISE, "outbound-dial"), "0.0280"),
        (booked(SUNRISE, "outbound-api"), "0.0280"),
        (booked("sip:desk@sunrise.example", "outbound-dial"), "0.0080"),
    ],
)
def test_each_kind_of_call_has_its_price(call: SimulatedCdr, costs: str) -> None:
    assert price(call) == Decimal(costs)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (1, 1), (60, 1), (61, 2), (120, 2), (3599, 60)])
def test_a_minute_that_has_begun_counts(seconds: int, minutes: int) -> None:
    assert price(booked(seconds=seconds)) == Decimal("0.0220") * minutes


def test_what_nobody_answered_costs_nothing() -> None:
    played = simulated_api()
    for owner in ("busy", "no-answer", "failed"):
        sid = played.returns(owner).sid
        played.carrier.clock.advance(60)
        assert priced(played, sid) is None


def test_a_price_is_known_some_time_after_the_end() -> None:
    played = simulated_api(SCREENED)
    sid = played.carrier.place_call(HELPLINE, Caller(CALLER), people("answer:60")).sid
    assert priced(played, sid) is None
    played.carrier.clock.advance(played.carrier.rest.faults.unpriced)
    assert priced(played, sid) == Decimal("0.0440")


def test_a_call_that_waits_or_goes_on_has_no_price() -> None:
    played = simulated_api()
    sid = played.places()
    played.carrier.clock.advance(3600)
    assert priced(played, sid) is None


def test_the_carrier_may_reckon_anew() -> None:
    played = simulated_api(SCREENED)
    played.carrier.rest.faults.unpriced = 0
    call = played.carrier.place_call(HELPLINE, Caller(CALLER), people("answer:60"))
    played.carrier.records.calls[call.sid].price = "0.01675"
    assert priced(played, call.sid) == Decimal("0.01675")


def test_a_price_is_written_to_its_last_digit() -> None:
    cheap = replace(booked(), price="0.00001")
    assert price(cheap) == Decimal("0.00001")
