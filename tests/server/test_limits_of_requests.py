"""What the web server makes of clients that are slow, send too much, or stay silent, over real sockets."""

import json
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from server.limits import (
    BODY_BYTES,
    HEAD_BYTES,
    MOST_HEADERS,
    MOST_UPLOADS,
    MOST_WAITING,
    REQUEST_SECONDS,
    UPLOAD_BYTES,
    UPLOAD_PATHS,
)
from tests.server.echo_server import echo_server
from tests.server.running import free_port
from tests.servers.bad_clients import (
    CHUNKED,
    DECLARED,
    UNFINISHED_BODY,
    UNFINISHED_HEAD,
    connected,
    received,
    status,
)

ONE_REQUEST = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
LAST_REQUEST = b"GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
QUICKLY = 2.0
THREADS = 8


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with echo_server(tmp_path_factory.mktemp("limits"), port):
        yield port


@pytest.fixture
def client(port: int) -> Iterator[socket.socket]:
    with closing(connected(port, QUICKLY)) as client:
        yield client


def told(answer: bytes) -> dict[str, Any]:
    """What the echo was asked."""
    return json.loads(answer.partition(b"\r\n\r\n")[2])


def post(*headers: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([b"POST / HTTP/1.1", b"Host: h", b"Connection: close", *headers, b"", body])


def whole_answer(client: socket.socket) -> bytes:
    """The first answer on a connection that is kept."""
    answer = b""
    while not answer.endswith(b"}"):
        answer += client.recv(65_536)
    return answer


def drip(client: socket.socket, drop: bytes = b"x") -> None:
    """Send a little about five times a second, until the server says something."""
    while not select.select([client], [], [], 0.2)[0]:
        client.sendall(drop)


def test_slow_requests_are_ended_after_five_seconds_and_a_silent_connection_is_not(port: int) -> None:
    slow = [UNFINISHED_HEAD, UNFINISHED_BODY, UNFINISHED_HEAD]
    with ExitStack() as stack:
        silent, *clients = [stack.enter_context(closing(connected(port))) for _ in range(4)]
        began = time.monotonic()
        for client, start in zip(clients, slow, strict=True):
            client.sendall(start)
        drip(clients[-1])
        assert [status(received(client)) for client in clients] == [408, 408, 408]
        assert REQUEST_SECONDS - 0.5 < time.monotonic() - began < REQUEST_SECONDS + QUICKLY
        silent.sendall(LAST_REQUEST)
        assert status(received(silent)) == 200


def test_a_request_that_drips_in_on_a_kept_connection_is_ended_too(port: int) -> None:
    with closing(connected(port)) as client:
        client.sendall(ONE_REQUEST)
        assert whole_answer(client).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        drip(client, b"\r\n")
        assert status(received(client)) == 408
        assert time.monotonic() - began < REQUEST_SECONDS + QUICKLY


def test_a_large_body_is_refused_before_any_of_it_is_sent(client: socket.socket) -> None:
    client.sendall(DECLARED)
    assert status(received(client)) == 413


def test_a_large_body_in_chunks_is_refused_at_the_limit(client: socket.socket) -> None:
    client.sendall(CHUNKED + b"%x\r\n" % (BODY_BYTES + 1) + b"x" * (BODY_BYTES + 1))
    assert status(received(client)) == 413


def test_small_chunks_do_not_hide_a_large_request(client: socket.socket) -> None:
    client.sendall(CHUNKED + b"1;%s\r\nx\r\n" % (b"e" * 1000) * 200)
    assert status(received(client)) == 413


def test_whoever_sends_too_much_reads_why(client: socket.socket) -> None:
    client.sendall(DECLARED)
    answer = received(client)
    head, _, words = answer.partition(b"\r\n\r\n")
    assert b"What you sent is too large: a form may have 65,536 bytes" in words
    assert b"Content-Length: %d\r\n" % len(words) in head
    assert b"Content-Type: text/plain" in head


def test_a_body_of_64_kilobytes_arrives_whole(client: socket.socket) -> None:
    client.sendall(post(b"Content-Length: %d" % BODY_BYTES, body=b"x" * BODY_BYTES))
    assert told(received(client))["body"] == "x" * BODY_BYTES


def test_a_body_in_chunks_arrives_whole(client: socket.socket) -> None:
    client.sendall(post(b"Transfer-Encoding: chunked", body=b"3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n"))
    assert told(received(client))["body"] == "a=1&b=2"


def upload(length: int, body: bytes = b"") -> bytes:
    return post(b"Content-Length: %d" % length, body=body).replace(b"POST /", b"POST " + min(UPLOAD_PATHS), 1)


def test_a_file_that_is_too_large_is_refused_before_any_of_it_is_sent(client: socket.socket) -> None:
    client.sendall(upload(2 * UPLOAD_BYTES))
    assert status(received(client)) == 413


def test_only_a_few_large_files_arrive_at_a_time(port: int) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(connected(port, QUICKLY))) for _ in range(MOST_UPLOADS + 1)]
        for client in clients:
            client.sendall(upload(UPLOAD_BYTES, b"x"))
        refused, *_ = select.select(clients, [], [], QUICKLY)
        assert [status(received(client)) for client in refused] == [503]


def test_a_file_that_was_refused_keeps_no_other_from_arriving(port: int) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(connected(port, QUICKLY))) for _ in range(MOST_UPLOADS + 1)]
        *refused, last = clients
        for client in refused:
            client.sendall(upload(2 * UPLOAD_BYTES))
            assert status(client.recv(65_536)) == 413
        last.sendall(upload(UPLOAD_BYTES, b"x") + b"x" * (UPLOAD_BYTES - 1))
        # It arrived whole and was forwarded: no console stands behind this server.
        assert status(received(last)) == 502


def test_who_asks_whether_to_send_the_body_is_told(client: socket.socket) -> None:
    client.sendall(post(b"Content-Length: 3", b"Expect: 100-continue"))
    assert client.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"a=1")
    assert told(received(client))["body"] == "a=1"


def test_who_asks_whether_to_send_a_large_body_is_refused(client: socket.socket) -> None:
    client.sendall(post(b"Content-Length: 33554432", b"Expect: 100-continue"))
    assert status(received(client)) == 413


@pytest.mark.parametrize(
    "headers", [b"X-Long: " + b"x" * HEAD_BYTES, b"\r\n".join([b"X-Many: 1"] * MOST_HEADERS)]
)
@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_large_head_is_refused(client: socket.socket, headers: bytes, end: bytes) -> None:
    client.sendall(post(headers).removesuffix(b"\r\n\r\n") + b"\r\nX-More: 1\r\n" + end)
    assert status(received(client)) == 431


def test_a_client_that_offers_another_protocol_is_answered_in_ours(client: socket.socket) -> None:
    client.sendall(LAST_REQUEST.replace(b"close", b"close, Upgrade\r\nUpgrade: h2c"))
    assert told(received(client))["PATH_INFO"] == "/b"


def test_requests_sent_at_once_are_answered_in_order(client: socket.socket) -> None:
    client.sendall(ONE_REQUEST * 3 + LAST_REQUEST)
    answers = received(client).split(b"HTTP/1.1 ")[1:]
    assert [told(answer)["PATH_INFO"] for answer in answers] == ["/a", "/a", "/a", "/b"]


def test_many_requests_sent_at_once_end_the_connection(client: socket.socket) -> None:
    client.sendall(ONE_REQUEST * 5_000)
    assert received(client).count(b"HTTP/1.1 ") < 20


def test_of_too_many_silent_connections_the_oldest_is_closed_and_callers_come_through(port: int) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(closing(connected(port))) for _ in range(MOST_WAITING + 50)]
        for _ in range(10):
            with closing(connected(port, QUICKLY)) as caller:
                caller.sendall(LAST_REQUEST)
                assert status(received(caller)) == 200
        assert received(silent[0]) == b""
        silent[-1].sendall(LAST_REQUEST)
        assert status(received(silent[-1])) == 200


def test_clients_that_do_not_read_their_answers_cost_no_thread(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(THREADS + 2):
            ask_and_not_read(stack.enter_context(closing(socket.socket())), port)
        with closing(connected(port, QUICKLY)) as caller:
            caller.sendall(LAST_REQUEST)
            assert status(received(caller)) == 200


def ask_and_not_read(client: socket.socket, port: int) -> None:
    """Ask for more than the buffers of a connection hold."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.settimeout(QUICKLY)
    body = b"x" * BODY_BYTES
    client.sendall(post(b"Content-Length: %d" % BODY_BYTES, body=body).replace(b"close", b"keep-alive") * 8)


def test_a_stop_ends_what_is_incomplete_and_finishes_what_is_being_answered(tmp_path: Path) -> None:
    port, gate = free_port(), tmp_path / "gate"
    with echo_server(tmp_path, port) as process, ExitStack() as stack:
        started, unfinished = [stack.enter_context(closing(connected(port))) for _ in range(2)]
        started.sendall(b"GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n" % str(gate).encode())
        wait_for(gate)
        unfinished.sendall(UNFINISHED_BODY)
        process.send_signal(signal.SIGTERM)
        assert received(unfinished) == b""
        gate.write_text("open")
        assert status(received(started)) == 200
        assert process.wait(QUICKLY) == 0


def wait_for(gate: Path) -> None:
    """Until a request stands before the gate, which is a pipe that the request has made."""
    while not gate.exists():
        select.select([], [], [], 0.01)


def test_a_request_that_hangs_does_not_keep_the_server(tmp_path: Path) -> None:
    port, gate = free_port(), tmp_path / "gate"
    with echo_server(tmp_path, port) as process, closing(connected(port)) as client:
        client.sendall(b"GET /?%s HTTP/1.1\r\nHost: h\r\n\r\n" % str(gate).encode())
        wait_for(gate)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
