"""`callrouter reconcile`: our records against those of a simulated carrier that runs beside us."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from simulator.server import SimulatedCarrierApp, start_server
from tests.cli.running import CommandLine
from tests.cli.serving import Server, serving
from tests.cli.test_call import CEDAR, DIRECTORY, sid_in
from tests.directories import NATIONAL
from tests.server.running import free_port


@pytest.fixture
def server(callrouter: CommandLine) -> Iterator[Server]:
    callrouter.environment["TWILIO_API_URL"] = f"http://127.0.0.1:{free_port()}"
    callrouter.loads(DIRECTORY)
    with serving(callrouter.settings) as server:
        yield server


@pytest.fixture
def carrier(callrouter: CommandLine, server: Server) -> Iterator[SimulatedCarrierApp]:
    with start_server(callrouter.settings, list[str]().append) as carrier:
        thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield carrier.app
        carrier.shutdown()
        thread.join()


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_day_on_which_all_agree_ends_well(callrouter: CommandLine, carrier: SimulatedCarrierApp) -> None:
    done = callrouter("call", NATIONAL, "--center", f"{CEDAR}=answer:90")
    assert done.exit_code == 0, done.output
    done = callrouter("reconcile", "--day", today())
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"1 calls on {today()}, which cost not known yet; 0 differences")


def test_a_difference_for_staff_is_listed_and_is_not_so(
    callrouter: CommandLine, carrier: SimulatedCarrierApp
) -> None:
    sid = sid_in(callrouter("call", NATIONAL, "--center", f"{CEDAR}=answer:90").stdout)
    del carrier.records.calls[sid]
    done = callrouter("reconcile", "--day", today())
    assert done.exit_code == 1
    assert "missing there" in done.stdout
    assert "1 differences, 1 of them for staff." in done.stdout


def test_once_it_is_explained_all_is_well_again(
    callrouter: CommandLine, carrier: SimulatedCarrierApp
) -> None:
    sid = sid_in(callrouter("call", NATIONAL, "--center", f"{CEDAR}=answer:90").stdout)
    del carrier.records.calls[sid]
    assert callrouter("reconcile", "--day", today()).exit_code == 1
    assert callrouter("differences", "explain", sid[:10], "--reason", "the carrier's fault").exit_code == 0
    done = callrouter("reconcile", "--day", today())
    assert done.exit_code == 0
    assert "1 differences, 0 of them for staff." in done.stdout


def test_what_the_calls_cost_is_told_once_it_is_known(
    callrouter: CommandLine, carrier: SimulatedCarrierApp
) -> None:
    callrouter("call", NATIONAL, "--center", f"{CEDAR}=answer:90")
    for call in carrier.records.calls.values():
        call.ended_at = call.made_at - timedelta(minutes=1)
    done = callrouter("reconcile", "--day", today())
    assert done.stdout.startswith(f"1 calls on {today()}, which cost 0.0")


def test_a_carrier_that_does_not_answer_is_told_plainly(
    callrouter: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callrouter.carrier.retry.PAUSES", (0.0, 0.0))
    done = callrouter("reconcile", "--day", today())
    assert done.exit_code == 1
    assert "the carrier's records cannot be read" in done.stderr
    assert "ask again later" in done.stderr


def test_what_is_no_day_is_wrong_use(callrouter: CommandLine) -> None:
    done = callrouter("reconcile", "--day", "yesterday")
    assert (done.exit_code, "write it as 2026-11-24" in done.stderr) == (2, True)
