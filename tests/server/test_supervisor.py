"""`make run` from outside: what it starts, says and leaves behind, with stand-ins for the real processes."""

import io
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis

from callrouter.staff.tokens import first_token
from config.data_dir import make_private
from config.settings import read_settings
from config.web_address import answer
from server.embedded.valkey import is_ready
from server.supervisor.supervisor import Supervisor
from server.supervisor.terminal import Terminal
from tests.server.running import STAND_IN, Supervised, free_port, soon, supervised

ELSEWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CALLROUTER_SECRET_KEY": "s" * 32,
    "CALLROUTER_VAULT_KEY": "A" * 43 + "=",
}
Start = Callable[..., Supervised]
READY = "callrouter is ready"
WEB = r"web is (\d+)\."
MORTAL = r"mortal is (\d+)\."


@pytest.fixture
def port() -> str:
    return str(free_port())


@pytest.fixture
def start(tmp_path: Path, port: str) -> Iterator[Start]:
    """Starts a supervisor on these stand-ins; without database and broker, unless a broker is wanted."""
    with ExitStack() as running:

        def start(broker: str | None = "redis://127.0.0.1:1/0", **commands: str) -> Supervised:
            environment = {"PORT": port, **ELSEWHERE} | ({"REDIS_URL": broker} if broker else {})
            return running.enter_context(supervised(tmp_path, commands, **environment))

        yield start


def test_it_says_where_everything_is_once_it_is_ready(start: Start, port: str) -> None:
    said = start(web="web").says("Ctrl-C")
    assert f"http://127.0.0.1:{port}/healthz" in said
    assert "no real number is dialed" in said


def test_the_simulated_carrier_is_started_beside_the_rest(start: Start, port: str) -> None:
    running = start(web="web")
    running.says(READY)
    running.says(f"carrier | the simulated carrier's REST API listens at http://127.0.0.1:{int(port) + 1}")


def test_the_link_for_the_first_admin_is_printed_while_nobody_can_sign_in(start: Start, port: str) -> None:
    link = f"http://localhost:{port}/console/first/{first_token('s' * 32)}"
    assert link in start(web="web", console="polite").says("Ctrl-C")


def test_no_such_link_is_printed_where_somebody_can_sign_in(start: Start) -> None:
    assert "/console/first/" not in start(web="web_with_staff", console="polite").says("Ctrl-C")


def test_no_such_link_is_printed_where_the_console_does_not_run(start: Start) -> None:
    assert "/console/first/" not in start(web="web").says("Ctrl-C")


def test_a_simulated_carrier_that_cannot_listen_stops_nothing(start: Start, port: str) -> None:
    with socket.create_server(("127.0.0.1", int(port) + 1)):
        said = start(web="web").says(READY)
    assert f"the simulated carrier cannot listen at http://127.0.0.1:{int(port) + 1}" in said


def test_a_real_carrier_is_named(tmp_path: Path, port: str) -> None:
    sid = "AC" + "0" * 32
    account = {
        **ELSEWHERE,
        "TWILIO_ACCOUNT_SID": sid,
        "TWILIO_AUTH_TOKEN": "token",
        "PUBLIC_URL": "https://calls.example.org",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    with supervised(tmp_path, {"web": "web"}, PORT=port, **account) as running:
        said = running.says("Ctrl-C")
    assert sid in said
    assert "simulated" not in said
    assert "carrier |" not in said


def test_the_release_is_run_to_its_end_before_the_rest(start: Start) -> None:
    said = start(web="web", polite="polite", release="tells").says("polite starts")
    assert said.index("home ") < said.index("polite starts")


def test_commands_find_the_home_and_the_programs(start: Start, tmp_path: Path) -> None:
    said = start(web="web", release="tells").says(READY)
    assert f"home {tmp_path / 'var'} first " in said


def test_each_line_tells_who_wrote_it(start: Start) -> None:
    start(web="web", polite="polite").tells(r"(?m)^polite +\| polite starts$", times=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_can_be_asked_to_stop_and_leaves_nothing_behind(start: Start, number: signal.Signals) -> None:
    running = start(web="web", parent="parent", broker=None)
    running.says(READY)
    running.receives(number)
    assert running.ends_with() == 0
    assert running.leaves_nothing_behind()


def test_it_stops_while_it_waits_as_well(start: Start) -> None:
    running = start(polite="polite")
    running.says("polite starts")
    running.receives(signal.SIGINT)
    assert running.ends_with() == 0
    assert running.leaves_nothing_behind()


def test_each_may_end_in_its_own_way(start: Start) -> None:
    running = start(web="web", polite="polite")
    running.says(READY)
    running.says("polite starts")
    running.receives(signal.SIGINT)
    running.ends_with()
    assert "polite ends" in running.said


def test_asking_twice_ends_even_the_stubborn(start: Start) -> None:
    running = start(web="web", stubborn="stubborn")
    running.says(READY)
    running.says("stubborn starts")
    running.receives(signal.SIGINT)
    running.says("stopping")
    running.receives(signal.SIGINT)
    assert running.ends_with() == 0
    assert running.leaves_nothing_behind()


def test_kill_9_leaves_nothing_behind(start: Start) -> None:
    running = start(web="web", parent="parent", stubborn="stubborn", release="tells")
    running.says(READY)
    running.receives(signal.SIGKILL)
    running.process.wait()
    assert running.leaves_nothing_behind()


def test_kill_9_of_make_leaves_nothing_behind(tmp_path: Path, port: str) -> None:
    like_make = ["/bin/sh", "-c", '"$@" & wait', "make"]
    with supervised(tmp_path, {"web": "web"}, like_make, PORT=port, MAKELEVEL="1", **ELSEWHERE) as running:
        running.says(READY)
        running.receives(signal.SIGKILL)
        running.says("stopping")
        assert running.leaves_nothing_behind()


def test_kill_9_ends_the_embedded_broker_too(start: Start, tmp_path: Path) -> None:
    running = start(web="web", broker=None)
    running.says(READY)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.path.relpath(tmp_path / "var" / "valkey.sock"))
        running.receives(signal.SIGKILL)
        assert select.select([connection], [], [], 20)[0]
        assert _is_over(connection)


def _is_over(connection: socket.socket) -> bool:
    """Nobody is at the other end: it was closed, or with something unread in it torn down."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_it_starts_again_after_kill_9(start: Start) -> None:
    first = start(web="web", broker=None)
    first.says(READY)
    first.receives(signal.SIGKILL)
    assert first.leaves_nothing_behind()
    start(web="web", broker=None).says(READY)


def test_the_embedded_broker_is_up_before_the_rest_and_gone_afterwards(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "var" / "valkey.sock"
    running = start(web="web", broker=None)
    running.says(READY)
    assert is_ready(path)
    running.receives(signal.SIGINT)
    running.ends_with()
    assert not path.exists()


def test_a_release_that_fails_stops_the_start(start: Start) -> None:
    running = start(web="web", release="fails")
    assert running.ends_with() == 1
    assert "release ended with status 4. Its last lines:\n  this is why" in running.said
    assert READY not in running.said


def test_a_web_server_that_cannot_start_stops_the_start(start: Start) -> None:
    running = start(polite="polite", web="fails")
    assert running.ends_with() == 1
    assert "web ended with status 4. Its last lines:\n  this is why" in running.said
    assert "started again" not in running.said
    assert running.leaves_nothing_behind()


def test_a_helper_that_cannot_start_stops_nothing(start: Start) -> None:
    running = start(web="web", broken="fails")
    running.says(READY)
    running.says("broken ended with status 4 and is started again in 0.2 seconds")
    running.says("broken ended with status 4 and is started again in 0.4 seconds")


def test_what_does_not_work_is_told_and_calls_are_taken(tmp_path: Path, port: str) -> None:
    (tmp_path / "alive").touch()
    own = {"PORT": port, "REDIS_URL": "redis://127.0.0.1:1/0", "CALLROUTER_HOME": str(tmp_path)}
    environment = {**ELSEWHERE, **own}
    command = f"ALIVE={tmp_path / 'alive'} PORT={port} {sys.executable} {STAND_IN} web_alone"
    said = io.StringIO()
    settings = read_settings(environment, tmp_path / "none")
    supervisor = Supervisor(settings, {"web": f"env {command}"}, Terminal(said), ready_within=2)
    running = threading.Thread(target=supervisor.run)
    running.start()
    try:
        assert soon(lambda: "Ctrl-C" in said.getvalue())
    finally:
        supervisor.stop_requested.set()
        running.join()
    assert "takes calls, but not everything works yet. /statusz says: no worker works" in said.getvalue()
    assert READY not in said.getvalue()


def test_a_process_that_dies_is_started_again(start: Start) -> None:
    running = start(web="web", mortal="mortal")
    running.says(READY)
    first = dies(running, nth=1)
    running.says("mortal ended with status 137 and is started again in 0.2 seconds")
    assert running.tells(MORTAL, times=2)[1] != first


def test_a_process_that_keeps_dying_is_started_ever_later_and_stops_nothing(start: Start, port: str) -> None:
    running = start(web="web", mortal="mortal")
    running.says(READY)
    for nth in range(1, 6):
        dies(running, nth)
    running.says("mortal ended with status 137 and is started again in 3.2 seconds")
    assert running.tells(r"mortal ended .* in ([\d.]+) seconds", times=5) == [
        "0.2",
        "0.4",
        "0.8",
        "1.6",
        "3.2",
    ]
    assert answer("127.0.0.1", int(port), "/healthz") is not None
    running.tells(WEB, times=1)


def test_a_web_server_that_dies_is_started_again(start: Start, port: str) -> None:
    running = start(web="web", mortal="mortal")
    running.says(READY)
    (number,) = running.tells(WEB, times=1)
    os.kill(int(number), signal.SIGKILL)
    running.tells(WEB, times=2)
    assert soon(lambda: answer("127.0.0.1", int(port), "/healthz") is not None)
    running.tells(MORTAL, times=1)


def test_an_embedded_broker_that_dies_is_started_again(start: Start, tmp_path: Path) -> None:
    running = start(web="web", broker=None)
    running.says(READY)
    with Redis(unix_socket_path=os.path.relpath(tmp_path / "var" / "valkey.sock")) as broker:
        os.kill(broker.info("server")["process_id"], signal.SIGKILL)
    running.says("valkey ended with status 137 and is started again in 0.2 seconds")
    assert soon(lambda: is_ready(tmp_path / "var" / "valkey.sock"))


def test_an_embedded_broker_that_cannot_start_stops_nothing(start: Start, tmp_path: Path) -> None:
    data = make_private(make_private(tmp_path / "var") / "valkey")
    (data / "appendonlydir").write_text("no directory")
    running = start(web="web", broker=None)
    running.says("valkey ended with status 1 and is started again in 0.2 seconds\n  ")
    running.says("does not answer; calls are taken without it")
    running.says(READY)


def dies(running: Supervised, nth: int) -> str:
    """Ends the nth life of the mortal one, and gives the number it had."""
    number = running.tells(MORTAL, times=nth)[nth - 1]
    os.kill(int(number), signal.SIGKILL)
    return number


def test_what_a_process_started_dies_with_it(start: Start) -> None:
    running = start(web="web", parent="parent")
    running.says(READY)
    (number,) = running.tells(r"child of (\d+)\.", times=1)
    os.kill(int(number), signal.SIGKILL)
    # The next child waits for a lock that the first holds as long as it lives.
    running.tells(r"child of (\d+)\.", times=2)


@pytest.mark.skipif(sys.platform != "linux", reason="ONLY LINUX HAS ORPHANS ADOPTED")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_left_the_group_ends_with_the_supervisor_too(start: Start, number: signal.Signals) -> None:
    running = start(web="web", parent="parent_of_a_stranger")
    running.says(READY)
    running.tells(r"child of (\d+)\.", times=1)
    running.receives(number)
    running.process.wait()
    assert running.leaves_nothing_behind()


def test_a_second_one_on_the_same_home_is_told_so(start: Start, tmp_path: Path) -> None:
    first = start(web="web")
    first.says(READY)
    second = start(web="web")
    assert second.ends_with() == 1
    assert f"already runs on {tmp_path / 'var'} (process {first.process.pid})" in second.said


def test_a_port_that_is_taken_is_told(start: Start, port: str) -> None:
    with socket.create_server(("127.0.0.1", int(port))):
        running = start(web="web")
        assert running.ends_with() == 1
    assert f"nothing can listen on 127.0.0.1 port {port}" in running.said
    assert "Traceback" not in running.said


def test_wrong_settings_are_told_by_name(tmp_path: Path) -> None:
    with supervised(tmp_path, {"web": "web"}, PORT="x") as running:
        assert running.ends_with() == 2
    assert "PORT is 'x'" in running.said
    assert "Traceback" not in running.said


def test_no_secret_is_printed(start: Start) -> None:
    said = start(web="web").says("Ctrl-C")
    assert not any(ELSEWHERE[name] in said for name in ("CALLROUTER_SECRET_KEY", "CALLROUTER_VAULT_KEY"))


def test_it_goes_on_when_nobody_reads_it(start: Start) -> None:
    running = start(web="web", chatty="chatty")
    running.says(READY)
    assert running.process.stdout
    running.process.stdout.close()
    assert select.select([running.alive], [], [], 20)[0]
