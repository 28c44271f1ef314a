"""How requests reach the REST API over real sockets, and what is known when they do not."""

import socket
from collections.abc import Callable

import pytest

from callrouter.carrier import http_transport
from callrouter.carrier.http_transport import HttpTransport, NoAnswer, NotConnected, Request
from tests.simulator.socket_server import hangs_up, listening, meanwhile, port_of


def asked(port: int, timeout: float = 5.0) -> http_transport.CarrierResponse:
    return HttpTransport(timeout).send(
        Request("POST", f"http://127.0.0.1:{port}/Calls.json?x=y", {"X-A": "b"}, b"To=1")
    )


def says(answer: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    """Takes one connection, hears what is asked, and says this."""

    def answers(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(65_536))
            connection.sendall(answer)

    return answers


def test_a_request_travels_as_it_is_over_a_connection_of_its_own() -> None:
    heard: list[bytes] = []
    answer = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-B: c\r\n\r\n{}"
    with listening() as listener:
        for _ in range(2):
            with meanwhile(says(answer, heard), listener):
                answered = asked(port_of(listener))
    assert (answered.status, answered.headers["X-B"], answered.body) == (201, "c", b"{}")
    head, _, _ = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /Calls.json?x=y HTTP/1.1")
    assert b"X-A: b" in head
    assert b"Connection: close" in head


def test_where_nobody_listens_nothing_was_asked() -> None:
    with listening() as listener:
        port = port_of(listener)
    with pytest.raises(NotConnected):
        asked(port)


def test_a_name_that_nobody_has_was_not_asked_anything() -> None:
    with pytest.raises(NotConnected):
        HttpTransport().send(Request("GET", "http://nobody.invalid/"))


def test_a_server_whose_certificate_nobody_vouches_for_was_not_asked_anything() -> None:
    with (
        listening() as plain,
        meanwhile(says(b"HTTP/1.1 200 OK\r\n\r\n", []), plain),
        pytest.raises(NotConnected),
    ):
        HttpTransport().send(Request("GET", f"https://127.0.0.1:{port_of(plain)}/"))


def test_an_answer_that_takes_too_long_may_still_have_been_a_yes() -> None:
    with listening() as silent, pytest.raises(NoAnswer):
        asked(port_of(silent), timeout=0.05)


def test_a_connection_that_breaks_may_have_been_a_yes() -> None:
    with listening() as listener, meanwhile(hangs_up, listener), pytest.raises(NoAnswer):
        asked(port_of(listener))


def test_an_answer_that_breaks_off_is_none() -> None:
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"
    with listening() as listener, meanwhile(says(short, []), listener), pytest.raises(NoAnswer):
        asked(port_of(listener))


def test_an_answer_has_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_transport, "LARGEST", 10)
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901"
    with listening() as listener, meanwhile(says(long, []), listener), pytest.raises(NoAnswer):
        asked(port_of(listener))


def test_a_redirect_is_not_followed() -> None:
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with listening() as listener, meanwhile(says(elsewhere, []), listener):
        assert asked(port_of(listener)).status == 302


def test_neither_the_token_nor_a_number_is_printed() -> None:
    request = Request(
        "GET", "https://api.example/Calls.json?To=%2B13105550101", {"Authorization": "Basic x"}, b"y"
    )
    assert repr(request) == "Request(method='GET')"
