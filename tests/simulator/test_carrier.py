"""The carrier as a whole: the names that it gives, its clock, and calls beside each other."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator import (
    Caller,
    Fields,
    Location,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    VirtualClock,
    WebhookResponse,
    Webhooks,
)
from simulator.wsgi_transport import WsgiTransport
from tests.simulator.ringing import SCREENED
from tests.simulator.scripted_server import ORIGIN, ScriptedServer, response
from tests.simulator.simulation import ACCOUNT, HELPLINE, START, play, says, stage


def test_calls_have_names_of_the_carriers_shape_and_each_its_own() -> None:
    carrier, _ = stage({"/twilio/voice": response()})
    sids = [carrier.place_call(HELPLINE).sid for _ in range(3)]
    assert all(re.fullmatch("CA[0-9a-f]{32}", sid) for sid in sids)
    assert len(set(sids)) == 3


def test_the_same_seed_gives_the_same_names() -> None:
    assert says("").call.sid == says("").call.sid


def test_without_a_seed_no_two_carriers_give_the_same_names() -> None:
    server = WsgiTransport(ScriptedServer({"/twilio/voice": response()}))
    carriers = [SimulatedCarrier(ACCOUNT, Webhooks.of(ORIGIN), server, VirtualClock(START)) for _ in range(2)]
    assert carriers[0].place_call(HELPLINE).sid != carriers[1].place_call(HELPLINE).sid


def test_a_caller_may_be_known_by_place() -> None:
    caller = Caller(place=Location("LOS ANGELES", "CA", "90001"))
    incoming = play({"/twilio/voice": response()}, caller).server.at("/twilio/voice")[0]
    assert (incoming["FromCity"], incoming["CallerState"], incoming["FromZip"]) == (
        "LOS ANGELES",
        "CA",
        "90001",
    )


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "sip:a@b.example", "client:kiosk", ""])
def test_a_caller_need_not_have_a_number(number: str) -> None:
    played = play({"/twilio/voice": response("<Say>Hello.</Say>")}, Caller(number))
    assert played.server.at("/twilio/voice")[0]["From"] == number
    assert played.call.heard == ["Hello."]


def test_the_clock_of_the_carrier_is_the_clock_of_the_call() -> None:
    carrier, _ = stage({"/twilio/voice": response('<Pause length="30"/>')})
    carrier.place_call(HELPLINE)
    carrier.place_call(HELPLINE)
    assert carrier.clock.now() == START + timedelta(seconds=60)


def test_a_clock_starts_at_a_time_with_a_zone_and_never_goes_back() -> None:
    with pytest.raises(ValueError, match="zone"):
        VirtualClock(datetime(2026, 3, 4))
    clock = VirtualClock(START)
    clock.advance(-5)
    clock.advance_to(START - timedelta(days=1))
    assert clock.now() == START


def test_a_clock_tells_the_time_in_utc_whatever_zone_it_was_set_in() -> None:
    clock = VirtualClock(START.astimezone(timezone(timedelta(hours=-8))))
    assert clock.now() == START
    assert clock.now().tzinfo is UTC


class Interrupting:
    """A transport that lets something else happen in the middle of a call, as a test of states wants it."""

    def __init__(self, server: ScriptedServer) -> None:
        self._inner = WsgiTransport(server)
        self.carrier: SimulatedCarrier | None = None
        self.others: list[SimulatedCall] = []

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        if url.endswith("/dialled") and self.carrier and not self.others:
            carrier, self.carrier = self.carrier, None
            self.others.append(carrier.place_call(HELPLINE, Caller("+12125550143")))
        return self._inner.post(url, fields, headers)


def test_another_call_may_come_in_the_middle_of_one() -> None:
    transport = Interrupting(ScriptedServer(SCREENED))
    transport.carrier = carrier = SimulatedCarrier(
        SimulatedAccount(ACCOUNT.sid, ACCOUNT.token), Webhooks.of(ORIGIN), transport, VirtualClock(START)
    )
    call = carrier.place_call(HELPLINE)
    assert call.heard == transport.others[0].heard == ["Connecting you.", "Goodbye."]
    assert {sent.values["CallSid"] for sent in transport.others[0].requests}.isdisjoint(
        {sent.values["CallSid"] for sent in call.requests}
    )


def test_neither_token_nor_caller_are_seen_in_what_is_printed_of_a_call() -> None:
    call = says("<Say>Hello.</Say>").call
    assert "+13105550188" not in repr(call) + repr(Caller())
    assert ACCOUNT.token not in repr(ACCOUNT)
