"""What the web server makes of requests as a carrier sends them, over real sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from config.web_address import answer
from tests.server.echo_server import SERVE
from tests.server.running import ROOT, free_port


def environment(home: Path, port: int | str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "CALLROUTER_HOME": str(home), "PORT": str(port)}


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "errors"


@pytest.fixture(scope="module")
def port(errors: Path) -> Iterator[int]:
    port = free_port()
    home = errors.with_name("var")
    with errors.open("wb") as stderr:
        command = [sys.executable, "-c", SERVE]
        process = subprocess.Popen(command, env=environment(home, port), stderr=stderr, stdout=stderr)
        while answer("127.0.0.1", port, "/") is None:
            assert process.poll() is None, errors.read_text()
        yield port
        process.terminate()
        assert process.wait(10) == 0


@pytest.fixture
def connection(port: int) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    yield connection
    connection.close()


def asked(connection: HTTPConnection, method: str, target: str, body: str | None = None) -> dict[str, Any]:
    connection.putrequest(method, target, skip_host=True)
    connection.putheader("Host", "somewhere.example:99")
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders((body or "").encode())
    told: dict[str, Any] = json.loads(connection.getresponse().read())
    return told


def test_the_query_arrives_as_it_was_sent(connection: HTTPConnection) -> None:
    assert asked(connection, "POST", "/a?q=%41&z=%zz+%2B;")["QUERY_STRING"] == "q=%41&z=%zz+%2B;"


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio//x.y-z_~1", "/a%20b%C3%A9"])
def test_quoting_the_path_gives_what_was_sent(connection: HTTPConnection, path: str) -> None:
    told = asked(connection, "GET", path)
    assert quote(told["PATH_INFO"].encode("latin-1"), safe="/~") == path


def test_the_body_arrives_whole(connection: HTTPConnection) -> None:
    body = "From=%2B13105550188&" * 500
    assert asked(connection, "POST", "/", body)["body"] == body


def test_one_connection_serves_many_requests(connection: HTTPConnection) -> None:
    asked(connection, "POST", "/", "a=1")
    used = connection.sock
    assert asked(connection, "POST", "/", "a=2")["body"] == "a=2"
    assert connection.sock is used


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\nConnection: close\r\nHost: h", b"GET / HTTP/1.0"])
def test_a_client_that_wants_one_answer_gets_it_and_the_end(port: int, start: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(start + b"\r\n\r\n")
        whole = b"".join(iter(lambda: client.recv(65536), b""))
    assert whole.split(b"\r\n")[0].endswith(b"200 OK")
    assert whole.endswith(b"}")


def test_no_request_is_logged(connection: HTTPConnection, errors: Path) -> None:
    asked(connection, "GET", "/secret-path?Caller=%2B13105550188")
    assert errors.read_text() == ""


def run(home: Path, port: int | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.web_server"]
    return subprocess.run(
        command,
        env=environment(home, port),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_a_wrong_setting_stops_the_server_with_its_name(tmp_path: Path) -> None:
    ended = run(tmp_path, "x")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (2, "PORT is 'x'")


def test_a_taken_port_stops_the_server_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(tmp_path, port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"cannot listen on 127.0.0.1 port {port}: ")


def test_metrics_with_an_address_of_their_own_are_served_only_there(
    tmp_path: Path, database_url: str
) -> None:
    port, metrics = free_port(), free_port()
    own = {"DATABASE_URL": database_url, "METRICS_ADDRESS": f"127.0.0.1:{metrics}"}
    keys = {"CALLROUTER_SECRET_KEY": "s" * 32, "CALLROUTER_VAULT_KEY": "A" * 43 + "="}
    given = environment(tmp_path, port) | own | keys
    process = subprocess.Popen([sys.executable, "-m", "server.web_server"], env=given, cwd=tmp_path)
    while answer("127.0.0.1", port, "/healthz") is None:
        assert process.poll() is None
    there, here = answer("127.0.0.1", metrics, "/metrics"), answer("127.0.0.1", port, "/metrics")
    process.terminate()
    assert process.wait(10) == 0
    assert there and here
    assert (there[0], "callrouter_database_up" in there[1], here[0]) == (200, True, 404)


def test_a_name_of_this_machine_will_do_and_an_open_connection_does_not_keep_it(tmp_path: Path) -> None:
    port = free_port()
    named = environment(tmp_path, port) | {"HOST": "localhost"}
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=named)
    while answer("localhost", port, "/") is None:
        assert process.poll() is None
    with socket.create_connection(("localhost", port)):
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
