"""The numbers of the account: compared with the directory, pointed at us by REST, and no other touched."""

import inspect
from urllib.parse import parse_qs, urlsplit

import pytest
from twilio.rest.api.v2010.account import AccountInstance
from twilio.rest.api.v2010.account.incoming_phone_number import (
    IncomingPhoneNumberContext,
    IncomingPhoneNumberInstance,
)

from callrouter.carrier.http_transport import CarrierResponse, Request
from callrouter.carrier.numbers import Change, Kind, NumberAction, carry_out, compare, our_settings
from callrouter.carrier.twilio_records import OF_A_NUMBER
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.telephony import (
    CarrierNumbers,
    CarriersNumber,
    LoginRejected,
    RefusedByCarrier,
    TooManyRequests,
    Unclear,
)
from simulator.rest.owned_numbers import SETTINGS
from tests.simulator.description import FACTS
from tests.simulator.scripted_server import ORIGIN
from tests.simulator.simulated_api import SimulatedApi, simulated_api
from tests.simulator.simulation import ACCOUNT, HELPLINE, START

LISTING, FOREIGN = "+13235550111", "+442079460958"
WANTED = our_settings(ORIGIN)
ELSEWHERE = {"voice_url": "https://demo.example/welcome", "voice_method": "GET"}


def owned(number: str, **settings: str) -> CarriersNumber:
    return CarriersNumber(f"PN{number}", number, {**WANTED, **settings})


def kinds(actions: list[NumberAction]) -> dict[str, Kind]:
    return {action.number: action.kind for action in actions}


def buys(played: SimulatedApi, number: str, settings: dict[str, str]) -> None:
    played.carrier.rest.state.numbers.buys(number, START, settings)


def settings_of(played: SimulatedApi, number: str) -> dict[str, str]:
    return {each.number: dict(each.settings) for each in played.client.numbers()}[number]


def test_each_number_has_an_action() -> None:
    theirs = [owned(HELPLINE), owned(LISTING, voice_url="https://elsewhere.example"), owned(FOREIGN)]
    assert kinds(compare([LISTING, HELPLINE, "+18005550100"], theirs, WANTED)) == {
        HELPLINE: Kind.KEEP,
        LISTING: Kind.POINT,
        "+18005550100": Kind.GET,
        FOREIGN: Kind.LEAVE,
    }


@pytest.mark.parametrize("name", WANTED)
def test_each_setting_that_decides_who_is_asked_is_compared(name: str) -> None:
    [action] = compare([HELPLINE], [owned(HELPLINE, **{name: "other"})], WANTED)
    assert action.changes == (Change(name, "other", WANTED[name]),)


def test_the_three_addresses_are_ours_and_the_end_of_a_call_is_told_again() -> None:
    assert {name: value for name, value in WANTED.items() if value and value not in {"POST", "voice"}} == {
        "voice_url": f"{ORIGIN}/twilio/voice",
        "voice_fallback_url": f"{ORIGIN}/twilio/fallback",
        "status_callback": f"{ORIGIN}/twilio/status#rc=2&rp=ct,rt,5xx",
    }


def test_a_number_is_pointed_here_and_then_nothing_is_left_to_do() -> None:
    played = simulated_api()
    buys(
        played,
        HELPLINE,
        {**ELSEWHERE, "trunk_sid": "TK" + "1" * 32, "voice_application_sid": "AP" + "2" * 32},
    )
    buys(played, FOREIGN, ELSEWHERE)
    [outcome, left] = carry_out(played.client, compare([HELPLINE], played.client.numbers(), WANTED))
    assert (outcome.done, left.done, left.action.kind) == (True, False, Kind.LEAVE)
    assert settings_of(played, HELPLINE) == WANTED
    assert settings_of(played, FOREIGN) == {**SETTINGS, **ELSEWHERE}
    assert compare([HELPLINE], played.client.numbers(), WANTED)[0].kind is Kind.KEEP


def test_only_what_differs_is_sent() -> None:
    transport = Scripted(CarrierResponse(200, {}, b'{"sid": "PN1"}'))
    number = CarriersNumber("PN" + "1" * 32, HELPLINE, {**WANTED, "voice_method": "GET"})
    list(carry_out(on(transport), compare([HELPLINE], [number], WANTED)))
    [request] = transport.requests
    path = f"/2010-04-01/Accounts/{ACCOUNT.sid}/IncomingPhoneNumbers/{number.sid}.json"
    assert (request.method, urlsplit(request.url).path) == ("POST", path)
    assert parse_qs(request.body.decode()) == {"VoiceMethod": ["POST"]}


def test_the_numbers_come_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callrouter.carrier.twilio_rest.PAGE", 3)
    played = simulated_api()
    ours = {f"+1844561060{n}" for n in range(8)}
    for number in ours:
        buys(played, number, {})
    assert {each.number for each in played.client.numbers()} == ours


def test_a_number_that_cannot_be_changed_stops_no_other() -> None:
    played = simulated_api()
    for number in (HELPLINE, LISTING):
        buys(played, number, ELSEWHERE)
    actions = compare([HELPLINE, LISTING], played.client.numbers(), WANTED)
    played.carrier.rest.faults.errors = 1
    [first, second] = carry_out(played.client, actions)
    assert (first.done, second.done) == (False, True)
    assert first.error == "the carrier answered with status 500, error 20500"


def test_the_account_tells_how_it_is() -> None:
    played = simulated_api()
    assert played.client.account().is_active
    played.carrier.rest.faults.account_status = "suspended"
    assert (played.client.account().status, played.client.account().is_active) == ("suspended", False)


def test_another_token_is_not_let_in() -> None:
    played = simulated_api()
    stranger = TwilioRest(ACCOUNT.sid, "another token", transport=played.client._http._transport)
    for ask in (stranger.account, lambda: list(stranger.numbers())):
        with pytest.raises(LoginRejected):
            ask()


class Scripted:
    """A transport that answers with one thing."""

    def __init__(self, answer: CarrierResponse) -> None:
        self._answer = answer
        self.requests: list[Request] = []

    def send(self, request: Request) -> CarrierResponse:
        self.requests.append(request)
        return self._answer


def on(transport: Scripted) -> CarrierNumbers:
    return TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=transport)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, '{"code": 20003}', LoginRejected),
        (403, '{"code": 20005}', LoginRejected),
        (404, '{"code": 20404}', RefusedByCarrier),
        (429, "{}", TooManyRequests),
        (503, "<html>", Unclear),
        (200, "[]", Unclear),
        (200, "{}", Unclear),
    ],
)
def test_each_failure_of_the_account_is_told_apart(status: int, body: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        on(Scripted(CarrierResponse(status, {}, body.encode()))).account()


def test_no_address_is_made_of_what_is_no_sid() -> None:
    transport = Scripted(CarrierResponse(200, {}, b"{}"))
    with pytest.raises(RefusedByCarrier):
        on(transport).change_number("PN1/../../AC", {"voice_url": ""})
    assert transport.requests == []


def test_what_we_set_are_parameters_of_the_sdk_and_what_is_simulated_are_its_fields() -> None:
    assert set(OF_A_NUMBER) == WANTED.keys() == SETTINGS.keys()
    assert WANTED.keys() <= inspect.signature(IncomingPhoneNumberContext.update).parameters.keys()
    for instance, described in (
        (IncomingPhoneNumberInstance, "incoming phone number"),
        (AccountInstance, "account"),
    ):
        fields = set(instance(None, {}, *([ACCOUNT.sid] if "phone" in described else [])).__dict__)
        public = {name for name in fields if not name.startswith("_")}
        assert public <= FACTS[described].keys()
        assert FACTS[described].keys() - public <= {"subresource_uris"}
