"""A load on a web server of this machine: prepared requests over kept connections.

The requests are bytes made beforehand, so that the load costs the machine as little as it can. Every answer is
looked at: a load that is answered with anything else than the work that is measured ends with WrongAnswer.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from bench.requests import Request

SECONDS_TO_ANSWER = 30


class WrongAnswer(Exception):
    """An answer was not the one that the measured work gives."""


@dataclass(frozen=True)
class Measurement:
    """What came of a load. Times in seconds; the latencies in the order of the requests."""

    seconds: float
    latencies: tuple[float, ...]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def timetable(
    kinds: Sequence[tuple[float, Sequence[Request]]], calls_a_second: float
) -> tuple[list[Request], list[float]]:
    """The requests of calls that come at a steady rate, and when each is due; each kind so many seconds later."""
    all_due = [
        (later + index / calls_a_second, request)
        for later, requests in kinds
        for index, request in enumerate(requests)
    ]
    all_due.sort(key=itemgetter(0))
    return [request for _, request in all_due], [due for due, _ in all_due]


def drive(
    port: int, requests: Sequence[Request], connections: int, *, due: Sequence[float] = ()
) -> Measurement:
    """Send every request: each connection the next one as soon as it has its answer, or each when it is `due`.

    What is due is told in seconds from the beginning, in order. A latency then counts from the moment at which the
    request was due, even if no connection was free. As the carrier does, it sends nothing about a call whose request
    before is not answered.
    """
    load = _Load(port, requests, connections, due)
    try:
        return load.run()
    finally:
        load.close()


@dataclass(slots=True, eq=False)
class _Connection:
    socket: socket.socket
    request: int = 0
    since: float = 0.0
    received: bytearray = field(default_factory=bytearray)


class _Load:
    def __init__(
        self, port: int, requests: Sequence[Request], connections: int, due: Sequence[float]
    ) -> None:
        self._requests = requests
        self._due_after = due
        self._sent = self._answered = 0
        self._latencies = [0.0] * len(requests)
        self._selector = selectors.DefaultSelector()
        self._all = [self._connect(port) for _ in range(connections)]
        self._idle = list(self._all)
        self._waiting: set[str] = set()

    def run(self) -> Measurement:
        self._began = time.perf_counter()
        while self._answered < len(self._requests):
            self._send_what_is_due()
            ready = self._selector.select(self._seconds_until_due())
            if not ready and not self._may_send():
                raise WrongAnswer(f"no answer for {SECONDS_TO_ANSWER} seconds")
            for key, _ in ready:
                self._receive(key.data)
        return Measurement(time.perf_counter() - self._began, tuple(self._latencies))

    def close(self) -> None:
        self._selector.close()
        for connection in self._all:
            connection.socket.close()

    def _connect(self, port: int) -> _Connection:
        connected = socket.create_connection(("127.0.0.1", port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(connected)
        self._selector.register(connected, selectors.EVENT_READ, connection)
        return connection

    def _send_what_is_due(self) -> None:
        while self._may_send() and self._due() <= time.perf_counter():
            connection, request = self._idle.pop(), self._requests[self._sent]
            connection.request, connection.since = self._sent, self._due() or time.perf_counter()
            connection.socket.sendall(request.sent)
            self._waiting.add(request.call)
            self._sent += 1

    def _may_send(self) -> bool:
        return (
            bool(self._idle)
            and self._sent < len(self._requests)
            and self._requests[self._sent].call not in self._waiting
        )

    def _due(self) -> float:
        """When the next request is to be sent; 0 means as soon as possible."""
        return self._began + self._due_after[self._sent] if self._due_after else 0.0

    def _seconds_until_due(self) -> float:
        return max(self._due() - time.perf_counter(), 0.0) if self._may_send() else SECONDS_TO_ANSWER

    def _receive(self, connection: _Connection) -> None:
        received = connection.socket.recv(65_536)
        if not received:
            raise WrongAnswer("the server closed a connection")
        connection.received += received
        if _is_whole(connection.received):
            request = self._requests[connection.request]
            self._latencies[connection.request] = time.perf_counter() - connection.since
            _check(connection.received, request)
            self._waiting.remove(request.call)
            connection.received.clear()
            self._answered += 1
            self._idle.append(connection)


def _is_whole(received: bytearray) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    lower = head.lower()
    at = lower.find(b"content-length:")
    return at < 0 or len(body) >= int(lower[at + 15 :].split(b"\r\n", 1)[0])


def _check(received: bytearray, request: Request) -> None:
    if request.answer not in received:
        raise WrongAnswer(f"no {request.answer!r} in {bytes(received[:600])!r}")
