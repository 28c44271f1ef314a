"""A server that fails: what the carrier asks then, how often, and what the caller hears."""

from collections.abc import Mapping

import pytest

from simulator import (
    ConnectionFailed,
    Faults,
    Fields,
    ResponseTimeout,
    SimulatedCall,
    SimulatedCarrier,
    VirtualClock,
    WebhookResponse,
    Webhooks,
    center_behaviors,
)
from simulator.inbound import APOLOGY
from simulator.retries import Retries, retries_of
from tests.simulator.ringing import SCREENED
from tests.simulator.scripted_server import ORIGIN, XML, Answer, response
from tests.simulator.simulation import ACCOUNT, HELPLINE, START, SUNRISE, Played, play

GOOD = response("<Say>Please hold.</Say>")


def fails_with(answer: Answer, fallback: Answer = GOOD) -> Played:
    return play({"/twilio/voice": answer, "/twilio/fallback": fallback})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (WebhookResponse(500, XML, GOOD.encode()), 11200),
        (WebhookResponse(302, XML, b""), 11200),
        (WebhookResponse(403, "text/plain", b"no"), 11200),
        (WebhookResponse(200, "text/plain", GOOD.encode()), 12300),
        (WebhookResponse(200, "", GOOD.encode()), 12300),
        (WebhookResponse(200, XML, b""), 12100),
        ("Internal Server Error", 12100),
        (response("<Say>R&D</Say>"), 12100),
        (response("<Sing/>"), 12200),
        (response(f"<Say>{'a' * 70_000}</Say>"), 11750),
    ],
)
def test_a_document_that_cannot_be_used_is_an_error_and_the_fallback_is_asked(
    answer: Answer, code: int
) -> None:
    played = fails_with(answer)
    assert [(error.code, error.path) for error in played.call.errors] == [(code, "/twilio/voice")]
    asked = played.server.at("/twilio/fallback")
    assert [(a["ErrorCode"], a["ErrorUrl"]) for a in asked] == [(str(code), f"{ORIGIN}/twilio/voice")]
    assert asked[0]["CallStatus"] == "ringing"
    assert played.call.heard == ["Please hold."]


def test_a_fallback_that_fails_too_ends_the_call_with_the_carriers_own_words() -> None:
    played = fails_with(WebhookResponse(500, "", b""), WebhookResponse(500, "", b""))
    assert played.call.heard == [APOLOGY]
    assert [error.path for error in played.call.errors] == ["/twilio/voice", "/twilio/fallback"]
    assert played.server.paths == ["/twilio/voice", "/twilio/fallback", "/twilio/status"]


def test_a_failure_in_the_middle_of_a_call_asks_the_fallback_too() -> None:
    played = play(SCREENED | {"/twilio/dialled": WebhookResponse(500, "", b""), "/twilio/fallback": GOOD})
    assert played.call.heard == ["Connecting you.", "Please hold."]
    assert played.server.at("/twilio/fallback")[0]["CallStatus"] == "in-progress"


def test_a_failure_after_the_caller_has_left_is_an_error_and_nothing_else() -> None:
    left = {SUNRISE: center_behaviors("left:5")}
    played = play(SCREENED | {"/twilio/dialled": WebhookResponse(500, "", b"")}, centers=left)
    assert [(error.code, error.path) for error in played.call.errors] == [(11200, "/twilio/dialled")]
    assert "/twilio/fallback" not in played.server.paths


def test_a_server_that_is_down_is_tried_twice_and_then_the_fallback_is_asked() -> None:
    played = play({"/twilio/fallback": GOOD}, faults=Faults(down=frozenset({1})))
    assert [(sent.path, sent.status) for sent in played.call.requests[:3]] == [
        ("/twilio/voice", None),
        ("/twilio/voice", None),
        ("/twilio/fallback", 200),
    ]
    assert played.server.at("/twilio/fallback")[0]["ErrorCode"] == "11205"
    assert played.call.heard == ["Please hold."]


class Unsteady:
    """A transport that fails first, each time in one of the given ways, and then answers."""

    def __init__(self, *failures: Exception | int) -> None:
        self._failures = list(failures)
        self.tokens: list[str | None] = []

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        self.tokens.append(headers.get("I-Twilio-Idempotency-Token"))
        failure = self._failures.pop(0) if self._failures else 200
        if isinstance(failure, Exception):
            raise failure
        return WebhookResponse(failure, XML, GOOD.encode())


def calls(transport: Unsteady, fragment: str = "", status: str | None = None) -> SimulatedCall:
    webhooks = Webhooks(f"{ORIGIN}/voice{fragment}", status=status)
    carrier = SimulatedCarrier(ACCOUNT, webhooks, transport, VirtualClock(START), seed=1)
    return carrier.place_call(HELPLINE)


def test_a_connection_that_failed_is_tried_once_more_with_a_token_that_says_so() -> None:
    transport = Unsteady(ConnectionFailed())
    call = calls(transport)
    assert (call.heard, call.errors) == (["Please hold."], [])
    assert transport.tokens == [None, f"{call.sid}-1"]


def test_an_answer_that_comes_too_late_is_not_tried_again() -> None:
    transport = Unsteady(ResponseTimeout())
    assert [error.code for error in calls(transport).errors] == [11200]
    assert len(transport.tokens) == 1


def test_the_fragment_of_an_address_says_what_is_tried_again_and_is_not_sent() -> None:
    transport = Unsteady(503, ResponseTimeout())
    call = calls(transport, "#rc=2&rp=ct,rt,5xx")
    assert call.heard == ["Please hold."]
    assert [sent.url for sent in call.requests] == [f"{ORIGIN}/voice"] * 3


def test_a_callback_that_nobody_takes_is_lost() -> None:
    transport = Unsteady(200, ConnectionFailed(), ConnectionFailed())
    call = calls(transport, status=f"{ORIGIN}/status")
    assert [(error.code, error.path) for error in call.errors] == [(11205, "/status")]
    assert call.status == "completed"


def test_a_callback_is_tried_again_as_its_fragment_says() -> None:
    transport = Unsteady(200, 503, 503)
    assert calls(transport, status=f"{ORIGIN}/status#rc=3&rp=5xx").errors == []


@pytest.mark.parametrize(
    ("fragment", "retries"),
    [
        ("", Retries(1, frozenset({"ct"}))),
        ("#rc=0", Retries(0, frozenset({"ct"}))),
        ("#rp=all", Retries(1, frozenset({"all"}))),
        ("#rc=9&rp=4xx,5xx", Retries(5, frozenset({"4xx", "5xx"}))),
        ("#rc=x&ct=2000", Retries(1, frozenset({"ct"}))),
    ],
)
def test_a_fragment_is_read_as_documented(fragment: str, retries: Retries) -> None:
    assert retries_of(f"{ORIGIN}/status{fragment}") == retries


def test_all_failures_are_tried_again_where_the_fragment_says_so() -> None:
    assert retries_of("/x#rp=all").again("4xx", 0)
    assert not retries_of("/x#rp=all").again("4xx", 1)
