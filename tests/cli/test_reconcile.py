"""`callrouter reconcile`: our books against those of a simulated carrier that runs beside us."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from config.simulated_carrier import Stage, listening
from tests.cli.running import CommandLine
from tests.cli.serving import Server, serving
from tests.cli.test_call import CEDAR, DIRECTORY, sid_in
from tests.config.running import free_port
from tests.directories import NATIONAL


@pytest.fixture
def server(on_sqlite: CommandLine) -> Iterator[Server]:
    on_sqlite.environment["TWILIO_API_URL"] = f"http://127.0.0.1:{free_port()}"
    on_sqlite.loads(DIRECTORY)
    with serving(on_sqlite.settings) as server:
        yield server


@pytest.fixture
def carrier(on_sqlite: CommandLine, server: Server) -> Iterator[Stage]:
    with listening(on_sqlite.settings, list[str]().append) as carrier:
        thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield carrier.stage
        carrier.shutdown()
        thread.join()


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_a_day_on_which_all_agree_ends_well(on_sqlite: CommandLine, carrier: Stage) -> None:
    done = on_sqlite("call", NATIONAL, "--center", f"{CEDAR}=answer:90")
    assert done.exit_code == 0, done.output
    done = on_sqlite("reconcile", "--day", today())
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"1 calls on {today()}, which cost not known yet; 0 differences")


def test_a_difference_for_staff_is_listed_and_is_not_so(on_sqlite: CommandLine, carrier: Stage) -> None:
    sid = sid_in(on_sqlite("call", NATIONAL, "--center", f"{CEDAR}=answer:90").stdout)
    del carrier.books.calls[sid]
    done = on_sqlite("reconcile", "--day", today())
    assert done.exit_code == 1
    assert "missing there" in done.stdout
    assert "1 differences, 1 of them for staff." in done.stdout


def test_once_it_is_explained_all_is_well_again(on_sqlite: CommandLine, carrier: Stage) -> None:
    sid = sid_in(on_sqlite("call", NATIONAL, "--center", f"{CEDAR}=answer:90").stdout)
    del carrier.books.calls[sid]
    assert on_sqlite("reconcile", "--day", today()).exit_code == 1
    assert on_sqlite("differences", "explain", sid[:10], "--reason", "the carrier's fault").exit_code == 0
    done = on_sqlite("reconcile", "--day", today())
    assert done.exit_code == 0
    assert "1 differences, 0 of them for staff." in done.stdout


def test_what_the_calls_cost_is_told_once_it_is_known(on_sqlite: CommandLine, carrier: Stage) -> None:
    on_sqlite("call", NATIONAL, "--center", f"{CEDAR}=answer:90")
    for call in carrier.books.calls.values():
        call.ended_at = call.made_at - timedelta(minutes=1)
    done = on_sqlite("reconcile", "--day", today())
    assert done.stdout.startswith(f"1 calls on {today()}, which cost 0.0")


def test_a_carrier_that_does_not_answer_is_told_plainly(
    on_sqlite: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callrouter.carrier.patience.PAUSES", (0.0, 0.0))
    done = on_sqlite("reconcile", "--day", today())
    assert done.exit_code == 1
    assert "the carrier's books cannot be read" in done.stderr
    assert "ask again later" in done.stderr


def test_what_is_no_day_is_wrong_use(on_sqlite: CommandLine) -> None:
    done = on_sqlite("reconcile", "--day", "yesterday")
    assert (done.exit_code, "write it as 2026-11-24" in done.stderr) == (2, True)
