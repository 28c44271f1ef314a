"""The web server hands `/console` on to the console's process, over real sockets."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import pytest

from config.data_dir import CONSOLE, socket_path
from config.proxies import networks
from config.web_address import answer
from server.forward import _headers
from server.limits import UPLOAD_BYTES, UPLOAD_PATHS
from tests.server.echo_server import echo_server
from tests.server.running import ROOT, free_port, soon

CONSOLE_STAND_IN = Path(__file__).with_name("slow_console.py")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forward")


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    port = free_port()
    with echo_server(home, port):
        yield port


@pytest.fixture
def reader_gone(home: Path) -> Path:
    return home / "gone"


@pytest.fixture
def console(home: Path, port: int, reader_gone: Path) -> Iterator[None]:
    socket = socket_path(home / "var", CONSOLE)
    command = [sys.executable, str(CONSOLE_STAND_IN), str(socket), str(reader_gone)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert soon(lambda: answer("127.0.0.1", port, "/console/echo") not in (None, 502) and socket.exists())
    yield
    process.kill()
    process.wait()
    socket.unlink(missing_ok=True)


@pytest.fixture
def connection(port: int) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    yield connection
    connection.close()


@pytest.mark.usefixtures("console")
def test_a_request_arrives_whole_and_so_does_its_answer(connection: HTTPConnection) -> None:
    headers = {
        "Cookie": "s=1",
        "Host": "calls.example",
        "X-Forwarded-For": "203.0.113.9",
        "Connection": "keep-alive",
    }
    connection.request("POST", "/console/echo?q=%41%2F&z", "a=1&b=%20", headers)
    response = connection.getresponse()
    told = json.loads(response.read())
    assert (response.status, told["url"], told["body"]) == (203, "/console/echo?q=%41%2F&z", "a=1&b=%20")
    assert (told["headers"]["Host"], told["headers"]["Cookie"]) == ("calls.example", "s=1")
    assert told["headers"]["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert len(response.headers.get_all("Date") or ()) == 1


def test_trusted_proxies_are_left_out_and_what_a_client_writes_stays_before_its_address() -> None:
    headers = [(b"x-forwarded-for", b"10.0.0.9, 1.1.1.1"), (b"x-forwarded-for", b"203.0.113.9, 10.0.0.2")]
    for trusted, chain in (
        ("10.0.0.0/24", "10.0.0.9, 1.1.1.1, 203.0.113.9"),
        ("10.0.0.1", "10.0.0.9, 1.1.1.1, 203.0.113.9, 10.0.0.2"),
        ("192.0.2.0/24", "10.0.0.9, 1.1.1.1, 203.0.113.9, 10.0.0.2, 10.0.0.1"),
    ):
        scope = {"headers": headers, "client": ("10.0.0.1", 50000)}
        assert _headers(scope, networks(trusted)) == [("x-forwarded-for", chain)]


@pytest.mark.usefixtures("console")
def test_a_directory_file_of_the_largest_size_arrives_whole(connection: HTTPConnection) -> None:
    for _ in range(2):
        connection.request("POST", min(UPLOAD_PATHS).decode(), "x" * UPLOAD_BYTES)
        assert json.loads(connection.getresponse().read())["body"] == "x" * UPLOAD_BYTES


@pytest.mark.usefixtures("console")
def test_a_download_that_its_reader_leaves_ends_in_the_console_too(
    connection: HTTPConnection, reader_gone: Path
) -> None:
    connection.request("GET", "/console/endless")
    assert connection.getresponse().read(10_000).startswith(b"row\n")
    connection.close()
    assert soon(reader_gone.exists)


@pytest.mark.usefixtures("console")
def test_endless_downloads_take_no_thread_from_calls(port: int, connection: HTTPConnection) -> None:
    readers = [HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(12)]
    for reader in readers:
        reader.request("GET", "/console/endless")
    connection.request("POST", "/twilio/voice", "From=1")
    assert connection.getresponse().status == 200
    for reader in readers:
        reader.close()


@pytest.mark.usefixtures("console")
def test_half_an_answer_is_not_taken_for_a_whole_one(connection: HTTPConnection) -> None:
    connection.request("GET", "/console/broken")
    with pytest.raises(IncompleteRead):
        connection.getresponse().read()


def test_without_a_console_the_reader_is_told_and_calls_go_on(connection: HTTPConnection) -> None:
    connection.request("GET", "/console/")
    response = connection.getresponse()
    assert response.status == 502
    assert b"The console does not answer" in response.read()
    connection.request("POST", "/twilio/voice", "From=1")
    assert connection.getresponse().status == 200


def test_only_the_console_is_forwarded(connection: HTTPConnection) -> None:
    connection.request("GET", "/consoles")
    assert connection.getresponse().status == 200
