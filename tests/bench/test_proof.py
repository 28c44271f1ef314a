"""What is not the work that is measured ends a benchmark."""

from collections.abc import Iterator

import pytest

from bench.bare import DOCUMENT
from bench.directory import a_directory
from bench.load import WrongAnswer, drive
from bench.proof import NotDone, calls_proved
from bench.requests import Carrier, new_sids
from bench.servers import BenchServers, CallrouterServer, Server

ANSWER = DOCUMENT.encode()


@pytest.fixture(scope="module")
def bare(servers: BenchServers) -> Iterator[Server]:
    with servers.bare() as server:
        yield server


@pytest.fixture(scope="module")
def callrouter(servers: BenchServers) -> Iterator[CallrouterServer]:
    with servers.callrouter(a_directory(seats=10)) as server:
        yield server


def test_every_request_is_answered(bare: Server) -> None:
    measured = drive(bare.port, bare.carrier.arrivals(new_sids(20), ANSWER), connections=3)
    assert len(measured.latencies) == 20
    assert 0 < min(measured.latencies) <= max(measured.latencies) <= measured.seconds


def test_requests_are_sent_when_they_are_due(bare: Server) -> None:
    requests = bare.carrier.arrivals(new_sids(3), ANSWER)
    assert drive(bare.port, requests, 3, due=[0.0, 0.1, 0.2]).seconds >= 0.2


def test_another_answer_ends_the_load(bare: Server) -> None:
    with pytest.raises(WrongAnswer, match="Thank you for calling"):
        drive(bare.port, bare.carrier.arrivals(new_sids(1)), connections=1)


def test_a_signature_for_another_origin_ends_the_load(bare: Server) -> None:
    elsewhere = Carrier("http://127.0.0.1:1").arrivals(new_sids(1), ANSWER)
    with pytest.raises(WrongAnswer, match="403"):
        drive(bare.port, elsewhere, connections=1)


def test_last_words_end_the_load(callrouter: CallrouterServer) -> None:
    with pytest.raises(WrongAnswer, match="Nobody could take your call"):
        drive(callrouter.port, callrouter.carrier.greetings_heard(new_sids(1)), connections=1)


def test_calls_without_a_decision_are_no_calls(callrouter: CallrouterServer) -> None:
    with pytest.raises(NotDone, match=r"\(1, 0, 0, 1, 1\)"), calls_proved(callrouter, 1):
        drive(callrouter.port, callrouter.carrier.arrivals(new_sids(1)), connections=1)


def test_the_second_request_about_a_call_waits_for_the_answer_to_the_first(
    callrouter: CallrouterServer,
) -> None:
    sids = new_sids(1)
    requests = [*callrouter.carrier.arrivals(sids), *callrouter.carrier.greetings_heard(sids)]
    with calls_proved(callrouter, 1):
        drive(callrouter.port, requests, connections=2)
