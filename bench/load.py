"""A load on a web server of this machine: prepared requests over kept connections, from a process of its own.

The requests are bytes made beforehand, so that the load costs the machine as little as it can.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What came of a load. Times in seconds."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    sent_at: float = 0.0
    received: bytes = b""


def drive(
    port: int, requests: Sequence[bytes], connections: int, *, per_second: float | None = None
) -> Measured:
    """Send every request, each connection the next as soon as its answer is there, or `per_second` in all."""
    return _Load(port, requests, connections, per_second).run()


class _Load:
    def __init__(
        self, port: int, requests: Sequence[bytes], connections: int, per_second: float | None
    ) -> None:
        self._requests = requests
        self._per_second = per_second
        self._next = 0
        self._latencies: list[float] = []
        self._statuses: dict[int, int] = {}
        self._selector = selectors.DefaultSelector()
        self._idle = [self._connect(port) for _ in range(connections)]

    def run(self) -> Measured:
        began = time.perf_counter()
        while len(self._latencies) < len(self._requests):
            self._send_what_is_due(began)
            for key, _ in self._selector.select(timeout=self._until_due(began)):
                self._receive(key.data)
        seconds = time.perf_counter() - began
        for connection in self._idle:
            connection.socket.close()
        return Measured(len(self._latencies), seconds, tuple(self._latencies), self._statuses)

    def _connect(self, port: int) -> _Connection:
        connected = socket.create_connection(("127.0.0.1", port))
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(connected)
        self._selector.register(connected, selectors.EVENT_READ, connection)
        return connection

    def _send_what_is_due(self, began: float) -> None:
        while self._idle and self._next < len(self._requests) and self._until_due(began) == 0:
            connection = self._idle.pop()
            connection.sent_at = time.perf_counter()
            connection.socket.sendall(self._requests[self._next])
            self._next += 1

    def _until_due(self, began: float) -> float:
        if self._per_second is None or self._next >= len(self._requests):
            return 0 if self._idle and self._next < len(self._requests) else 5.0
        due = began + self._next / self._per_second
        return max(due - time.perf_counter(), 0.0)

    def _receive(self, connection: _Connection) -> None:
        connection.received += connection.socket.recv(65_536)
        head, end, body = connection.received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._latencies.append(time.perf_counter() - connection.sent_at)
        status = int(head[9:12])
        self._statuses[status] = self._statuses.get(status, 0) + 1
        connection.received = b""
        self._idle.append(connection)


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
