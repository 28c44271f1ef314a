"""A receiver of webhooks behind a real socket: it answers what a test gives it, and remembers what it got."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Event, Semaphore, Thread

SILENCE = 0
"""instead of a status: no answer, until the test is over"""


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """Answers with one status after another, the last one for ever."""

    daemon_threads = True

    def __init__(self, *statuses: int, tls: SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.statuses = list(statuses)
        self.received: list[Received] = []
        self.arrived = Semaphore(0)
        """once for each request"""
        self.over = Event()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/hooks/callrouter?token=hush"

    def next_status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(Received(self.path, dict(self.headers), body))
        self.server.arrived.release()
        status = self.server.next_status()
        if status == SILENCE:
            self.server.over.wait()
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing is printed of a request."""


@contextmanager
def receiving(*statuses: int, tls: SSLContext | None = None) -> Iterator[Receiver]:
    with Receiver(*statuses, tls=tls) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
