"""`callrouter call` beside a simulated carrier that runs: who will be called back, and what it knows afterwards."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from callrouter.carrier.twilio_rest import TwilioRest
from simulator import CenterBehaviors, RingOutcome
from simulator.server import start_server
from tests.cli.running import CommandLine
from tests.cli.serving import Server, serving
from tests.cli.test_call import ASH, CEDAR, DIRECTORY, PAGE, sid_in
from tests.directories import NATIONAL
from tests.server.running import free_port

CALLER = "+13105550188"
BUSY = ("--center", f"{ASH}=busy")


@pytest.fixture
def server(callrouter: CommandLine) -> Iterator[Server]:
    callrouter.environment["TWILIO_API_URL"] = f"http://127.0.0.1:{free_port()}"
    callrouter.loads(DIRECTORY)
    with serving(callrouter.settings) as server:
        yield server


@dataclass
class Beside:
    """The simulated carrier that runs: who will pick up there, and its REST API."""

    people: CenterBehaviors
    api: TwilioRest


@pytest.fixture
def carrier(callrouter: CommandLine, server: Server) -> Iterator[Beside]:
    settings, told = callrouter.settings, list[str]()
    with start_server(settings, told.append) as carrier:
        thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        api = TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)
        yield Beside(carrier.app.people, api)
        carrier.shutdown()
        thread.join()


def test_the_carrier_knows_the_call_and_its_legs(callrouter: CommandLine, carrier: Beside) -> None:
    done = callrouter("call", NATIONAL, "--center", f"{CEDAR}=answer:90")
    call = carrier.api.call(sid_in(done.stdout))
    assert call is not None
    assert (call.direction, call.status, call.shown, call.to) == ("inbound", "completed", CALLER, NATIONAL)
    assert call.started_at is not None
    phone = callrouter.directory().centers[CEDAR].phone
    [leg] = carrier.api.calls(to=phone, shown=NATIONAL, since=call.started_at)
    assert (leg.parent, leg.status) == (call.sid, "completed")


@pytest.mark.parametrize("option", ["--owner", "--returned"])
def test_what_people_will_do_is_told_to_the_carrier(
    callrouter: CommandLine, carrier: Beside, option: str
) -> None:
    done = callrouter("call", PAGE, *BUSY, option, "busy")
    assert done.exit_code == 0, done.output
    owner = callrouter.directory().centers[ASH].phone
    for number, told in ((owner, "--owner"), (CALLER, "--returned")):
        does = carrier.people.when_rung(number, 0)
        assert (does.picks is RingOutcome.BUSY) == (option == told)


def test_people_whom_nobody_would_call_back_are_refused(callrouter: CommandLine, server: Server) -> None:
    for option in ("--owner", "--returned"):
        done = callrouter("call", PAGE, *BUSY, option, "answer:60")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "start it with `make run`" in done.stderr


def test_without_a_carrier_beside_it_a_call_is_what_it_was(callrouter: CommandLine, server: Server) -> None:
    assert callrouter("call", PAGE, *BUSY).exit_code == 0


def test_a_behavior_that_nobody_has_is_wrong_use(callrouter: CommandLine) -> None:
    done = callrouter("call", PAGE, "--returned", "flies")
    assert done.exit_code == 2
    assert "'flies' is nothing a center does" in done.stderr
