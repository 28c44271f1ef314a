"""Our client of the REST API: what it asks, what it makes of the answers, and what each failure says."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from wave import open as read_wave

import pytest

from callrouter.carrier.http_transport import CarrierResponse, NoAnswer, NotConnected, Request
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.telephony import Carrier, CarrierError, RefusedByCarrier, TooManyRequests, Unclear
from simulator import Caller, VoiceMessage
from tests.simulator.simulated_api import MESSAGE, TO_SUNRISE, SimulatedApi, people, simulated_api
from tests.simulator.simulation import ACCOUNT, CALLER, HELPLINE, START, SUNRISE

NOBODYS_CALL, NOBODYS_RECORDING = "CA" + "0" * 32, "RE" + "0" * 32


class Scripted:
    """A transport that answers, or fails, with one thing."""

    def __init__(self, outcome: CarrierResponse | Exception) -> None:
        self._outcome = outcome
        self.requests: list[Request] = []

    def send(self, request: Request) -> CarrierResponse:
        self.requests.append(request)
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def client(outcome: CarrierResponse | Exception) -> Carrier:
    return TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=Scripted(outcome))


def answered(status: int, body: str = "{}") -> CarrierResponse:
    return CarrierResponse(status, {}, body.encode())


def with_message(message: VoiceMessage) -> tuple[SimulatedApi, str]:
    played = simulated_api({"/twilio/voice": MESSAGE})
    return played, played.is_left_a_message(Caller(message=message))


def test_a_call_that_is_placed_waits_and_can_be_looked_up() -> None:
    played = simulated_api()
    call = played.client.call(played.places())
    assert call is not None
    assert (call.to, call.shown, call.status, call.direction) == (SUNRISE, HELPLINE, "queued", "outbound-api")
    assert (call.started_at, call.seconds, call.parent) == (None, None, None)


def test_a_call_that_is_over_tells_its_length_and_its_legs_name_it() -> None:
    played = simulated_api()
    story = played.returns("answer:90", "answer:60:caller")
    call = played.client.call(story.sid)
    assert call is not None
    assert (call.status, call.seconds, call.started_at) == ("completed", story.duration, START)
    [leg] = played.client.calls(to=CALLER, shown=HELPLINE, since=START)
    assert (leg.parent, leg.direction, leg.status) == (story.sid, "outbound-dial", "completed")


@pytest.mark.parametrize("how", ["busy", "no-answer", "failed"])
def test_a_call_that_nobody_took_has_no_length(how: str) -> None:
    played = simulated_api()
    call = played.client.call(played.returns(how).sid)
    assert call is not None
    assert (call.status, call.seconds) == (how, None)


def test_what_the_carrier_does_not_know_is_none() -> None:
    assert simulated_api().client.call(NOBODYS_CALL) is None
    assert simulated_api().client.recording(NOBODYS_RECORDING) is None


def test_a_call_that_only_waits_is_in_the_list_too() -> None:
    played = simulated_api()
    sid = played.places()
    assert [call.sid for call in played.client.calls(to=SUNRISE, shown=HELPLINE, since=START)] == [sid]


def test_the_list_has_one_pair_of_numbers_since_a_moment() -> None:
    played = simulated_api()
    played.returns("busy")
    since = played.carrier.clock.now()
    played.carrier.clock.advance(60)
    later = played.returns("busy").sid
    played.client.place_call(replace(TO_SUNRISE, to="+13105550102"))
    assert [call.sid for call in played.client.calls(to=SUNRISE, shown=HELPLINE, since=since)] == [later]


def test_the_list_comes_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callrouter.carrier.twilio_rest.PAGE", 3)
    played = simulated_api()
    sids = {played.places() for _ in range(8)}
    assert {call.sid for call in played.client.calls(to=SUNRISE, shown=HELPLINE, since=START)} == sids
    played.carrier.perform_queued(people("busy"))
    listed = list(played.client.calls(to=SUNRISE, shown=HELPLINE, since=START))
    assert {call.sid for call in listed} == sids
    assert all(a.started_at >= b.started_at for a, b in pairwise(listed) if a.started_at and b.started_at)


def test_a_call_that_waits_is_taken_back_and_one_that_is_over_stays_so() -> None:
    played = simulated_api()
    sid = played.places()
    played.client.end_call(sid)
    played.client.end_call(sid)
    call = played.client.call(sid)
    assert call is not None
    assert call.status == "canceled"


def test_a_call_that_can_no_longer_be_changed_is_over() -> None:
    client(answered(400, '{"code": 21220, "status": 400}')).end_call(NOBODYS_CALL)


def test_a_recording_is_looked_up_heard_and_deleted() -> None:
    played, sid = with_message(VoiceMessage(seconds=7, ended_by="hangup"))
    recording = played.client.recording(sid)
    assert recording is not None
    assert (recording.status, recording.seconds) == ("completed", 7)
    with read_wave(BytesIO(played.client.sound(sid))) as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (8000, 2, 1)
        assert sound.getnframes() == 7 * 8000
        assert any(sound.readframes(8000))
    played.client.delete_recording(sid)
    played.client.delete_recording(sid)
    assert played.client.recording(sid) is None
    with pytest.raises(RefusedByCarrier):
        played.client.sound(sid)


def test_a_message_without_a_word_is_silence() -> None:
    played, sid = with_message(VoiceMessage(seconds=6, silent=True))
    with read_wave(BytesIO(played.client.sound(sid))) as sound:
        assert not any(sound.readframes(sound.getnframes()))


def test_a_message_that_nobody_began_is_absent() -> None:
    played, sid = with_message(VoiceMessage(seconds=0))
    recording = played.client.recording(sid)
    assert recording is not None
    assert recording.status == "absent"


@pytest.mark.parametrize(
    "sid", ["", "RE123", NOBODYS_CALL, f"{NOBODYS_RECORDING}/../x", "https://evil.example/RE"]
)
def test_no_address_is_made_of_what_is_no_sid(sid: str) -> None:
    transport = Scripted(answered(200))
    asked = TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=transport)
    for ask in (asked.sound, asked.recording, asked.delete_recording):
        with pytest.raises(RefusedByCarrier):
            ask(sid)
    assert transport.requests == []


def test_the_sound_comes_from_the_origin_that_is_set() -> None:
    transport = Scripted(answered(200, "sound"))
    TwilioRest(ACCOUNT.sid, ACCOUNT.token, "https://edge.example", transport).sound(NOBODYS_RECORDING)
    assert transport.requests[0].url == (
        f"https://edge.example/2010-04-01/Accounts/{ACCOUNT.sid}/Recordings/{NOBODYS_RECORDING}.wav"
    )


def test_a_call_is_placed_at_the_origin_that_is_set_whatever_edge_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    transport = Scripted(answered(201, f'{{"sid": "{NOBODYS_CALL}"}}'))
    TwilioRest(ACCOUNT.sid, ACCOUNT.token, "http://127.0.0.1:8001", transport).place_call(TO_SUNRISE)
    assert transport.requests[0].url == f"http://127.0.0.1:8001/2010-04-01/Accounts/{ACCOUNT.sid}/Calls.json"


FAILURES = [
    (NotConnected("x"), TooManyRequests),
    (answered(429, '{"code": 20429}'), TooManyRequests),
    (NoAnswer("x"), Unclear),
    (answered(500), Unclear),
    (answered(503, "<html>"), Unclear),
    (answered(302), Unclear),
    (answered(201, "not JSON"), Unclear),
    (answered(201, "[]"), Unclear),
    (answered(400, '{"code": 21211}'), RefusedByCarrier),
    (answered(401, '{"code": 20003}'), RefusedByCarrier),
    (answered(403, ""), RefusedByCarrier),
    (answered(404, "<html>"), RefusedByCarrier),
]


@pytest.mark.parametrize(("outcome", "error"), FAILURES)
def test_each_failure_says_whether_a_call_can_have_been_placed(
    outcome: CarrierResponse | Exception, error: type[CarrierError]
) -> None:
    with pytest.raises(CarrierError) as raised:
        client(outcome).place_call(TO_SUNRISE)
    assert isinstance(raised.value, error)


def test_a_call_without_a_sid_may_have_been_placed() -> None:
    for body in ("{}", '{"sid": "CA1"}', '{"sid": 7}'):
        with pytest.raises(Unclear):
            client(answered(201, body)).place_call(TO_SUNRISE)


def test_a_404_of_somebody_else_does_not_prove_that_there_is_no_call() -> None:
    with pytest.raises(RefusedByCarrier):
        client(answered(404, "<html>not here</html>")).call(NOBODYS_CALL)


def test_a_list_that_breaks_off_says_so() -> None:
    with pytest.raises(Unclear):
        list(client(answered(200, '{"calls": 5}')).calls(to=SUNRISE, shown=HELPLINE, since=START))


def test_a_list_that_leads_in_a_circle_says_so() -> None:
    circle = '{"calls": [], "next_page_uri": "/2010-04-01/Accounts/AC1/Calls.json?PageToken=PA1"}'
    with pytest.raises(Unclear, match="leads back"):
        list(client(answered(200, circle)).calls_of_day(START.date()))


def priced(written: str) -> Decimal | None:
    body = f'{{"sid": "{NOBODYS_CALL}", "price": {written}, "price_unit": "USD"}}'
    call = client(answered(200, body)).call(NOBODYS_CALL)
    assert call is not None
    return call.price


@pytest.mark.parametrize(
    ("written", "price"),
    [('"-0.03000"', "0.03"), ('"-0.00001"', "0.00001"), ('"0"', "0"), ("null", None), ('""', None)],
)
def test_a_price_is_what_the_carrier_takes_to_its_last_digit(written: str, price: str | None) -> None:
    assert priced(written) == (None if price is None else Decimal(price))


@pytest.mark.parametrize("written", ['"NaN"', '"-Infinity"', '"much"', '"0,03"'])
def test_a_price_that_is_none_is_told(written: str) -> None:
    with pytest.raises(Unclear):
        priced(written)


def test_a_request_is_made_once_and_no_more() -> None:
    transport = Scripted(answered(500))
    with pytest.raises(Unclear):
        TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=transport).place_call(TO_SUNRISE)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("code", [21211, 21212, 21210])
def test_no_error_holds_a_number(code: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    told = f'{{"code": {code}, "message": "{SUNRISE} is not valid", "status": 400}}'
    with pytest.raises(RefusedByCarrier) as raised:
        client(answered(400, told)).place_call(TO_SUNRISE)
    for text in (str(raised.value), repr(raised.value), caplog.text):
        assert SUNRISE[2:] not in text
    assert str(code) in str(raised.value)


def test_a_day_is_asked_for_in_the_carriers_zone() -> None:
    transport = Scripted(answered(200, '{"calls": [], "next_page_uri": null}'))
    asked = TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=transport)
    list(asked.calls_of_day(START.date()))
    assert "Calls.json?StartTime=2026-03-04&" in transport.requests.pop().url
    list(asked.calls(to=SUNRISE, shown=HELPLINE, since=START + timedelta(hours=3)))
    assert "StartTime%3E=2026-03-04" in transport.requests[1].url


def test_neither_the_doors_nor_the_command_line_load_the_sdk() -> None:
    doors = "import callrouter.cli, simulator, webhooks.app, console.front, sys"
    asked = f"{doors}; sys.exit('twilio.rest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
