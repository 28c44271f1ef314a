"""Clients that are slow, or send more than anybody reads, against the web server on a port of this machine."""

from __future__ import annotations

import selectors
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

UNFINISHED_HEAD = b"POST /twilio/voice HTTP/1.1\r\nHost: h\r\nX-Slow: "
UNFINISHED_BODY = b"POST /twilio/voice HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nF"
DECLARED = b"POST /twilio/voice HTTP/1.1\r\nHost: h\r\nContent-Length: 33554432\r\n\r\n"
CHUNKED = b"POST /twilio/voice HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 65_536
CHUNK = b"10000\r\n" + BLOCK + b"\r\n"
BLOCKS_OF_32_MB = 512
DRIP_SECONDS = 0.5


def connected(port: int, timeout: float = 10) -> socket.socket:
    """A connection; what it receives has to come within `timeout` seconds."""
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)


def received(client: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    whole = b""
    with suppress(ConnectionError):
        while more := client.recv(65_536):
            whole += more
    return whole


def status(answer: bytes) -> int:
    """The status of an answer; 0 where there is none."""
    return int(answer.split()[1]) if answer else 0


def send_large(port: int, head: bytes, block: bytes) -> int:
    """Send 32 MB, or as much as the server lets; the status of its answer."""
    with closing(connected(port)) as client:
        with suppress(ConnectionError):
            client.sendall(head)
            for _ in range(BLOCKS_OF_32_MB):
                client.sendall(block)
        return status(received(client))


class SlowClients:
    """Keeps so many slow connections open: half within the head, half within the body, every other one dripping."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._selector = selectors.DefaultSelector()
        for number in range(count):
            self._open(number)

    def go_on(self, stop: Event) -> None:
        """Drip, and open anew what the server has ended."""
        while not stop.is_set():
            for key, _ in self._selector.select(DRIP_SECONDS):
                self._close(key.fileobj)
                self._open(key.data)
            for key in list(self._selector.get_map().values()):
                self._drip(key.fileobj, key.data)

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._close(key.fileobj)
        self._selector.close()

    def _open(self, number: int) -> None:
        client = connected(self._port)
        client.sendall((UNFINISHED_HEAD, UNFINISHED_BODY)[number // 2 % 2])
        self._selector.register(client, selectors.EVENT_READ, number)

    def _drip(self, client: object, number: int) -> None:
        assert isinstance(client, socket.socket)
        with suppress(ConnectionError):  # Its end is read in the next round.
            client.sendall(b"x" if number % 2 else b"")

    def _close(self, client: object) -> None:
        assert isinstance(client, socket.socket)
        self._selector.unregister(client)
        client.close()


@contextmanager
def bad_clients(port: int, slow: int, large: int) -> Iterator[Counter[int]]:
    """While it lasts: `slow` slow connections, and `large` senders of 32 MB; yields what these were answered."""
    answers: Counter[int] = Counter()
    stop = Event()

    def sends(head: bytes, block: bytes) -> None:
        while not stop.is_set():
            answers[send_large(port, head, block)] += 1

    slow_clients = SlowClients(port, slow)
    deeds: list[Callable[[], None]] = [lambda: slow_clients.go_on(stop)]
    for number in range(large):
        head, block = ((DECLARED, BLOCK), (CHUNKED, CHUNK))[number % 2]
        deeds.append(lambda head=head, block=block: sends(head, block))  # type: ignore[misc]
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        slow_clients.close()
