"""The REST side of the carrier that is played, as it travels: Twilio's names, formats, pages and errors."""

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.recording import RecordingInstance

from callrouter.telephony import TooManyRequests, Unclear
from simulator import (
    Caller,
    Fields,
    SimulatedAccount,
    SimulatedCarrier,
    VirtualClock,
    WebhookResponse,
    Webhooks,
)
from simulator.rest import calls, recordings
from simulator.rest.resources import call_resource
from tests.simulator.description import FACTS
from tests.simulator.ringing import SCREENED
from tests.simulator.scripted_server import ORIGIN, ScriptedServer
from tests.simulator.simulated_api import MESSAGE, RETURNED, TO_SUNRISE, SimulatedApi, people, simulated_api
from tests.simulator.simulation import ACCOUNT, CALLER, HELPLINE, START, SUNRISE
from tests.simulator.wsgi import WsgiTransport

ORDER = {"To": SUNRISE, "From": HELPLINE, "Url": f"{ORIGIN}/twilio/return"}
PAGING = {"PageSize", "Page", "PageToken"}
# What the API has, and nobody here asks for.
NOT_SIMULATED = {"ConferenceSid", "IncludeSoftDeleted"}


def told(played: SimulatedApi, path: str) -> Any:
    answer = played.asks("GET", path)
    assert answer.status == 200
    return json.loads(answer.body)


def placed(played: SimulatedApi, **changed: str | None) -> Any:
    """What placing a call is answered: the status, and what stands in the body."""
    form = {name: value for name, value in {**ORDER, **changed}.items() if value is not None}
    answer = played.asks("POST", "/Calls.json", urlencode(form))
    return answer.status, json.loads(answer.body)


def every_call() -> list[dict[str, Any]]:
    played = simulated_api({**SCREENED, "/twilio/return": "<Response/>"})
    played.carrier.place_call(HELPLINE, Caller("anonymous"))
    played.carrier.place_call(HELPLINE, centers=people("answer:60"))
    for owner in ("answer:5", "busy", "no-answer", "failed"):
        played.returns(owner)
    played.places()
    return [call_resource(ACCOUNT.sid, call) for call in played.carrier.records.calls.values()]


@pytest.mark.parametrize(("kind", "instance"), [("call", CallInstance), ("recording", RecordingInstance)])
def test_the_description_has_the_fields_that_the_sdk_reads(kind: str, instance: type) -> None:
    read = set(re.findall(r'payload\.get\(\s*"(\w+)"', inspect.getsource(instance)))
    assert read == FACTS[kind].keys()


def test_subresources_are_the_carriers() -> None:
    assert [*every_call()[0]["subresource_uris"]] == FACTS["subresources of a call"]


def test_lengths_are_texts() -> None:
    calls = every_call()
    assert {type(call["duration"]) for call in calls if call["status"] == "completed"} == {str}
    assert {call["duration"] for call in calls if call["status"] != "completed"} == {None}


def test_every_filter_of_the_carrier_is_one_here() -> None:
    assert set(FACTS["filters of calls"]) == calls.FILTERS.keys() | PAGING
    assert set(FACTS["filters of recordings"]) - NOT_SIMULATED == recordings.FILTERS.keys() | PAGING


def test_a_call_that_is_placed_is_answered_at_once() -> None:
    played = simulated_api()
    status, call = placed(played)
    assert (status, call["status"], call["direction"]) == (201, "queued", "outbound-api")
    assert (call["to"], call["to_formatted"], call["from"]) == (SUNRISE, "(310) 555-0101", HELPLINE)
    assert told(played, f"/Calls/{call['sid']}.json") == call


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": None}, 21201),
        ({"To": "5550101"}, 21211),
        ({"From": None}, 21213),
        ({"From": "anonymous"}, 21212),
        ({"Url": None}, 21205),
        ({"Url": None, "ApplicationSid": "AP1"}, 21218),
    ],
)
def test_what_cannot_be_placed_is_refused_by_the_carriers_number(
    changed: dict[str, str | None], code: int
) -> None:
    status, error = placed(simulated_api(), **changed)
    assert (status, error["code"], error["status"]) == (400, code, 400)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert error.keys() == {"code", "message", "more_info", "status"}


def test_a_number_that_is_not_of_the_account_is_not_shown() -> None:
    played = simulated_api()
    played.carrier.rest.state.account = SimulatedAccount(
        ACCOUNT.sid, ACCOUNT.token, frozenset({"+13235550111"})
    )
    assert placed(played)[1]["code"] == 21210


def test_whoever_has_not_the_token_is_told_nothing() -> None:
    played = simulated_api()
    answer = played.asks("GET", "/Calls.json", account=SimulatedAccount(ACCOUNT.sid, "another token"))
    assert (answer.status, json.loads(answer.body)["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", f"/Calls/CA{'0' * 32}.json", 404, 20404),
        ("GET", f"/Recordings/RE{'0' * 32}.json", 404, 20404),
        ("GET", f"/Recordings/RE{'0' * 32}.wav", 404, 20404),
        ("DELETE", "/Calls.json", 405, 20004),
        ("GET", "/Messages.json", 404, 20404),
        ("GET", f"https://api.twilio.com/2010-04-01/Accounts/AC{'1' * 32}/Calls.json", 404, 20404),
        ("GET", "/Calls.json?StartTime%3E=soon", 400, 20001),
        ("GET", "/Calls.json?PageSize=0", 400, 20001),
        ("GET", "/Calls.json?PageSize=²", 400, 20001),
        ("GET", "/Calls.json?Page=1&PageToken=PAx", 400, 20001),
    ],
)
def test_what_is_not_there_is_told_by_the_carriers_number(
    method: str, path: str, status: int, code: int
) -> None:
    answer = simulated_api().asks(method, path)
    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)


def test_a_list_has_pages_that_lead_to_each_other() -> None:
    played = simulated_api()
    sids = [played.places() for _ in range(5)]
    path, seen, pages = "/Calls.json?PageSize=2", [], 0
    while path:
        page = told(played, path)
        assert page.keys() == {"calls", *FACTS["page"]}
        seen += [call["sid"] for call in page["calls"]]
        path, pages = page["next_page_uri"] and f"https://api.twilio.com{page['next_page_uri']}", pages + 1
    assert (seen, pages) == (sids[::-1], 3)


def test_a_page_stays_where_it_was_while_calls_are_added() -> None:
    played = simulated_api()
    sids = [played.places() for _ in range(4)]
    first = told(played, "/Calls.json?PageSize=2")
    played.places()
    second = told(played, f"https://api.twilio.com{first['next_page_uri']}")
    assert [call["sid"] for call in (*first["calls"], *second["calls"])] == sids[::-1]


def test_a_list_lets_through_what_its_filters_say() -> None:
    played = simulated_api(SCREENED)
    call = played.carrier.place_call(HELPLINE, Caller(CALLER), people("answer:60"))
    queued = played.places()

    def found(**filters: str) -> list[str]:
        return [each["sid"] for each in told(played, f"/Calls.json?{urlencode(filters)}")["calls"]]

    leg = call.legs[0].leg
    assert found() == [queued, leg, call.sid]
    assert found(ParentCallSid=call.sid) == found(To=SUNRISE, Status="completed") == [leg]
    assert found(From=CALLER) == [call.sid]
    assert found(Status="queued") == [queued]
    day, other = START.date().isoformat(), "2026-03-05"
    for same in ({"StartTime": day}, {"StartTime>": day}, {"StartTime<": day}, {"StartTime<": other}):
        assert found(**same) == [leg, call.sid]
    assert found(**{"StartTime>": other}) == found(StartTime=other) == []


def test_incoming_calls_and_their_legs_are_in_the_books() -> None:
    played = simulated_api(SCREENED)
    call = played.carrier.place_call(HELPLINE, Caller(CALLER), people("busy,answer:30"))
    known = told(played, f"/Calls/{call.sid}.json")
    assert (known["direction"], known["status"], known["duration"]) == (
        "inbound",
        "completed",
        str(call.duration),
    )
    [leg] = told(played, f"/Calls.json?ParentCallSid={call.sid}")["calls"]
    assert (leg["direction"], leg["status"], leg["forwarded_from"]) == ("outbound-dial", "busy", HELPLINE)


def test_recordings_are_listed_by_their_call() -> None:
    played = simulated_api({"/twilio/voice": MESSAGE})
    first, second = (played.is_left_a_message(Caller()) for _ in range(2))
    call = played.carrier.records.recordings[first].recording.call
    listed = told(played, f"/Recordings.json?CallSid={call}")["recordings"]
    assert [each["sid"] for each in listed] == [first]
    assert [each["sid"] for each in told(played, "/Recordings.json")["recordings"]] == [second, first]


def test_more_calls_than_allowed_are_refused_until_the_second_is_over() -> None:
    played = simulated_api()
    played.carrier.rest.faults.calls_a_second = 1
    played.places()
    with pytest.raises(TooManyRequests):
        played.places()
    assert len(played.carrier.records.calls) == 1
    played.carrier.clock.advance(1)
    played.places()


def test_so_many_requests_may_fail() -> None:
    played = simulated_api()
    played.carrier.rest.faults.errors = 2
    for _ in range(2):
        with pytest.raises(Unclear):
            played.places()
    assert played.carrier.records.calls == {}
    played.places()


def test_an_answer_may_be_lost_though_the_call_was_placed() -> None:
    played = simulated_api()
    played.carrier.rest.faults.lost = 1
    with pytest.raises(Unclear):
        played.client.place_call(TO_SUNRISE)
    [found] = played.client.calls(to=SUNRISE, shown=HELPLINE, since=START)
    [story] = played.carrier.perform_queued(people("answer:9"))
    assert story.sid == found.sid


def test_a_carrier_that_is_down_has_done_nothing() -> None:
    played = simulated_api()
    played.carrier.rest.faults.down = True
    with pytest.raises(TooManyRequests):
        played.places()
    played.carrier.rest.faults.down = False
    assert played.carrier.records.calls == {}


def test_a_list_may_be_behind_while_the_call_itself_is_known() -> None:
    played = simulated_api()
    played.carrier.rest.faults.behind = 30
    sid = played.places()
    assert list(played.client.calls(to=SUNRISE, shown=HELPLINE, since=START)) == []
    assert played.client.call(sid) is not None
    played.carrier.clock.advance(30)
    assert [call.sid for call in played.client.calls(to=SUNRISE, shown=HELPLINE, since=START)] == [sid]


class Ending:
    """A transport that lets our server end the call as soon as its owner has pressed a key."""

    def __init__(self, server: ScriptedServer) -> None:
        self._inner = WsgiTransport(server)
        self.simulated_api: SimulatedApi | None = None

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        if self.simulated_api and url.endswith("/return/key"):
            self.simulated_api.client.end_call(dict(fields)["CallSid"])
        return self._inner.post(url, fields, headers)


def test_a_call_under_way_ends_when_our_server_says_so() -> None:
    server = ScriptedServer(RETURNED)
    ending = Ending(server)
    carrier = SimulatedCarrier(ACCOUNT, Webhooks.of(ORIGIN), ending, VirtualClock(START), seed=1)
    ending.simulated_api = SimulatedApi(carrier, server)
    assert ending.simulated_api.returns("answer:90").status == "completed"
    assert server.at("/twilio/return/asked") == []
    assert server.at("/twilio/return/status")[-1]["CallStatus"] == "completed"
