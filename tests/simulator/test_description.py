"""Whatever the carrier that is played answers by REST is as Twilio's own API description has it, in every state."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from callrouter.carrier.http_transport import Request
from simulator import (
    Caller,
    Fields,
    InProcessTransport,
    SimulatedAccount,
    SimulatedCarrier,
    VirtualClock,
    VoiceMessage,
    WebhookResponse,
    Webhooks,
)
from simulator.rest.api import TWILIO
from tests.simulator.description import ANSWERS, FACTS, faults, is_written_as, route
from tests.simulator.ringing import SCREENED
from tests.simulator.scripted_server import ORIGIN, ScriptedServer
from tests.simulator.simulated_api import API, MESSAGE, RETURNED, TO_SUNRISE, basic, people
from tests.simulator.simulation import ACCOUNT, CALLER, HELPLINE, START, SUNRISE
from tests.simulator.wsgi import WsgiTransport

ORDER = {"To": SUNRISE, "From": HELPLINE, "Url": TO_SUNRISE.url}
NOTHING: Mapping[str, str] = {}
NOBODYS = {"call": "CA" + "0" * 32, "recording": "RE" + "0" * 32}


@dataclass(frozen=True)
class Heard:
    """An answer, and the route that it was given on."""

    route: str
    status: int
    body: bytes


@dataclass
class Visitor:
    """Asks the API for all that there is whenever our server is told something, and keeps what is answered."""

    server: ScriptedServer
    heard: list[Heard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._inner = WsgiTransport(self.server)
        self.carrier = SimulatedCarrier(ACCOUNT, Webhooks.of(ORIGIN), self, VirtualClock(START), seed=1)

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        self.looks_around()
        return self._inner.post(url, fields, headers)

    def asks(
        self, method: str, path: str, form: Mapping[str, str] = NOTHING, account: SimulatedAccount = ACCOUNT
    ) -> Any:
        headers = {"Authorization": basic(account), "Content-Type": "application/x-www-form-urlencoded"}
        request = Request(method, f"{API}/{ACCOUNT.sid}{path}", headers, urlencode(form).encode())
        answer = InProcessTransport(self.carrier.rest).send(request)
        self.heard.append(Heard(route(method, urlsplit(request.url).path), answer.status, answer.body))
        return json.loads(answer.body) if answer.body else None

    def looks_around(self) -> None:
        for name, kind in (("Calls", "calls"), ("Recordings", "recordings")):
            for each in self.leafs_through(f"/{name}.json?PageSize=4", kind):
                self.asks("GET", f"/{name}/{each['sid']}.json")

    def leafs_through(self, path: str | None, kind: str) -> Iterator[Any]:
        while path:
            page = self.asks("GET", path.partition(ACCOUNT.sid)[2] or path)
            yield from page[kind]
            path = page["next_page_uri"]

    def documents(self, *routes: str) -> Iterator[dict[str, Any]]:
        """The resources that were shown on these routes."""
        for heard in self.heard:
            if heard.route in routes and heard.status < 300:
                yield json.loads(heard.body)


@pytest.fixture(scope="module")
def visitor() -> Visitor:
    """After calls that have come to every end there is, and requests on every route."""
    voice = [SCREENED["/twilio/voice"], SCREENED["/twilio/voice"], MESSAGE]
    visitor = Visitor(ScriptedServer({**SCREENED, **RETURNED, "/twilio/voice": voice}))
    carrier = visitor.carrier
    carrier.place_call(HELPLINE, Caller("anonymous"))
    carrier.place_call(HELPLINE, Caller(CALLER), people("answer:60"))
    for owner in ("answer:90", "busy", "no-answer", "failed"):
        visitor.asks("POST", "/Calls.json", ORDER)
        carrier.perform_queued(people(owner))
    taken_back = visitor.asks("POST", "/Calls.json", ORDER)["sid"]
    visitor.asks("POST", f"/Calls/{taken_back}.json", {"Status": "canceled"})
    for seconds in (7, 0):
        carrier.place_call(HELPLINE, Caller(message=VoiceMessage(seconds)))
    carrier.clock.advance(60)
    visitor.looks_around()
    asks_about_numbers(visitor)
    visitor.asks("DELETE", f"/Recordings/{next(iter(carrier.records.recordings))}.json")
    is_refused(visitor)
    return visitor


def asks_about_numbers(visitor: Visitor) -> None:
    visitor.asks("GET", ".json")
    for number in (HELPLINE, "+13235550111", "+442079460958", "+18445610607", "+18445610608"):
        visitor.carrier.rest.state.numbers.buys(number, START)
    for each in visitor.leafs_through("/IncomingPhoneNumbers.json?PageSize=2", "incoming_phone_numbers"):
        one = f"/IncomingPhoneNumbers/{each['sid']}.json"
        visitor.asks("GET", one)
        visitor.asks("POST", one, {"VoiceUrl": f"{ORIGIN}/twilio/voice", "VoiceMethod": "GET"})
        visitor.asks("POST", one, {"TrunkSid": "TK" + "1" * 32, "VoiceApplicationSid": "AP" + "2" * 32})
    visitor.asks("POST", one, {"VoiceUrl": "elsewhere"})


def is_refused(visitor: Visitor) -> None:
    """Every error that the API has."""
    knobs, calls = visitor.carrier.rest.faults, "/Calls.json"
    for missing in ({"To": ""}, {"To": "5550101"}, {"From": ""}, {"From": "anonymous"}, {"Url": ""}):
        visitor.asks("POST", calls, {**ORDER, **missing})
    visitor.asks("POST", calls, {**ORDER, "Url": "", "ApplicationSid": "AP1"})
    visitor.asks("GET", f"/Calls/{NOBODYS['call']}.json")
    visitor.asks("GET", f"/Recordings/{NOBODYS['recording']}.json")
    visitor.asks(
        "POST",
        f"/Calls/{next(iter(visitor.carrier.records.calls))}.json",
        {"Url": "https://elsewhere.example"},
    )
    visitor.asks("GET", f"{calls}?PageSize=0")
    visitor.asks("DELETE", calls)
    visitor.asks("GET", calls, account=SimulatedAccount(ACCOUNT.sid, "another token"))
    knobs.errors = 1
    visitor.asks("GET", calls)
    knobs.calls_a_second = 0
    visitor.asks("POST", calls, ORDER)


def test_every_answer_is_as_described(visitor: Visitor) -> None:
    assert [fault for heard in visitor.heard for fault in faults(heard.route, heard.status, heard.body)] == []


def test_every_route_was_asked_and_is_one_of_the_description(visitor: Visitor) -> None:
    simulated = {f"{method} {path.split('(')[0]}{path.partition('(')[2][:2]}" for method, path, _ in TWILIO}
    assert simulated == ANSWERS.keys()
    assert {heard.route for heard in visitor.heard if heard.status < 300} == ANSWERS.keys()


def test_calls_were_seen_in_every_state_and_direction(visitor: Visitor) -> None:
    shown = list(visitor.documents("GET /Calls/CA", "POST /Calls", "POST /Calls/CA"))
    assert {call["status"] for call in shown} == set(FACTS["call status"])
    assert {call["direction"] for call in shown} == set(FACTS["call direction"])


def test_recordings_were_seen_with_words_and_without(visitor: Visitor) -> None:
    shown = list(visitor.documents("GET /Recordings/RE"))
    assert {recording["status"] for recording in shown} == {"completed", "absent"}


def test_every_error_was_told(visitor: Visitor) -> None:
    codes = {json.loads(heard.body)["code"] for heard in visitor.heard if heard.status >= 400}
    assert codes == {
        20001,
        20003,
        20004,
        20404,
        20429,
        20500,
        21201,
        21205,
        21211,
        21212,
        21213,
        21218,
        21220,
        21402,
    }


def test_a_price_is_told_of_what_was_answered_and_is_over(visitor: Visitor) -> None:
    shown = list(visitor.documents("GET /Calls/CA"))
    priced = {call["sid"] for call in shown if call["price"]}
    assert priced == {call["sid"] for call in shown if call["status"] == "completed"}
    assert {call["status"] for call in shown if call["price"]} == {"completed"}
    assert all(call["price"].startswith("-0.0") for call in shown if call["price"])
    assert {call["sid"] for call in shown if call["status"] == "completed" and not call["price"]} != set()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("call status", "initiated"),
        ("call status", None),
        ("price?", "0,03"),
        ("price?", -0.03),
        ("currency?", "usd"),
        ("CA", None),
        ("CA?", "CA12"),
        ("time?", "Wed, 04 Mar 2026 15:00:00 -0800"),
        ("number", "7"),
        ("number", True),
        ("text?", 7),
        ("address", "https://api.twilio.com/2010-04-01/Accounts"),
    ],
)
def test_what_is_otherwise_is_noticed(kind: str, value: object) -> None:
    assert not is_written_as(kind, value)


def test_a_field_too_many_or_too_few_is_noticed(visitor: Visitor) -> None:
    call = next(visitor.documents("POST /Calls"))
    for changed in (call | {"more": 1}, {name: call[name] for name in call if name != "price"}):
        assert faults("POST /Calls", 201, json.dumps(changed).encode()) != []
    assert faults("POST /Calls", 200, json.dumps(call).encode()) != []
