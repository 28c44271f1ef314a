"""Asking the carrier again: what is only read, after a pause, and not for ever."""

from collections.abc import Sequence

import pytest

from callrouter.carrier.http_transport import CarrierResponse, NoAnswer, NotConnected, Request
from callrouter.carrier.retry import LONGEST_PAUSE, PAUSES, RetryingTransport

READ = Request("GET", "https://api.example/Calls.json")
GOOD = CarrierResponse(200, {}, b"{}")


def answered(status: int, **headers: str) -> CarrierResponse:
    return CarrierResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


class Scripted:
    """A transport to which one thing after another happens, the last one for ever."""

    def __init__(self, outcomes: Sequence[CarrierResponse | Exception]) -> None:
        self._outcomes = list(outcomes)
        self.requests = 0

    def send(self, request: Request) -> CarrierResponse:
        self.requests += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def asked(
    *outcomes: CarrierResponse | Exception, request: Request = READ
) -> tuple[CarrierResponse, list[float]]:
    """What it comes to, and what was waited."""
    waited = list[float]()
    return RetryingTransport(Scripted(outcomes), waited.append).send(request), waited


def test_what_is_answered_is_not_asked_again() -> None:
    assert asked(GOOD) == (GOOD, [])


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_refusal_is_not_asked_again(status: int) -> None:
    assert asked(answered(status)) == (answered(status), [])


@pytest.mark.parametrize(
    "trouble", [answered(500), answered(503), answered(429), NotConnected(""), NoAnswer("")]
)
def test_trouble_is_given_time_and_each_time_more(trouble: CarrierResponse | Exception) -> None:
    assert asked(trouble, trouble, GOOD) == (GOOD, [1.0, 2.0])


def test_how_long_to_wait_is_what_the_carrier_says() -> None:
    assert asked(answered(429, retry_after="7"), GOOD) == (GOOD, [7.0])
    assert asked(answered(503, Retry_After="7"), GOOD) == (GOOD, [7.0])


@pytest.mark.parametrize("told", ["0", "-5", "soon", "", "²", "Wed, 04 Mar 2026 15:00:00 GMT"])
def test_what_is_no_wait_or_not_understood_is_the_usual_one(told: str) -> None:
    assert asked(answered(429, retry_after=told), GOOD) == (GOOD, [1.0])


@pytest.mark.parametrize("told", [str(int(LONGEST_PAUSE) + 1), "3600", "9" * 400])
def test_who_wants_to_be_left_alone_for_long_is_left_alone(told: str) -> None:
    busy = answered(429, retry_after=told)
    assert asked(busy, GOOD) == (busy, [])


def test_it_is_not_asked_for_ever() -> None:
    transport, waited = Scripted([answered(500)]), list[float]()
    assert RetryingTransport(transport, waited.append).send(READ) == answered(500)
    assert (transport.requests, waited) == (len(PAUSES) + 1, list(PAUSES))
    with pytest.raises(NotConnected):
        RetryingTransport(Scripted([NotConnected("")]), waited.append).send(READ)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_changes_something_is_asked_once(method: str) -> None:
    change = Request(method, "https://api.example/Calls.json")
    assert asked(answered(500), GOOD, request=change) == (answered(500), [])
