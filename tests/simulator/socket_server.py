"""A scripted server behind a real socket, which keeps connections as a server in production does."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.simulator.scripted_server import ScriptedServer


class SocketServer(ThreadingHTTPServer):
    """Remembers how many connections there were, and by which names it was called."""

    daemon_threads = True

    def __init__(self, scripted: ScriptedServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.scripted = scripted
        self.connections = 0
        self.hosts: set[str] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        self.connections += 1
        return super().get_request()


class _Handler(BaseHTTPRequestHandler):
    """Hands a request on as WSGI has it, as far as the scripted server looks at it."""

    protocol_version = "HTTP/1.1"
    server: SocketServer

    def do_POST(self) -> None:
        self.server.hosts.add(self.headers["Host"])
        path, _, query = self.path.partition("?")
        environ = {
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": self.headers["Content-Length"],
            "HTTP_X_TWILIO_SIGNATURE": self.headers["X-Twilio-Signature"],
            "wsgi.input": self.rfile,
        }
        body = self.server.scripted(environ, self._start)
        self.wfile.writelines(body)

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.send_response(int(status[:3]))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed of a request."""


@contextmanager
def serving(scripted: ScriptedServer) -> Iterator[SocketServer]:
    with SocketServer(scripted) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket that takes connections, and no more than that."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def answers_and_closes(listener: socket.socket, times: int) -> None:
    """Answers a request on each of so many connections as if it kept them, and closes them all the same."""
    for _ in range(times):
        connection, _address = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")


def answers_and_hangs_up_at_the_next(listener: socket.socket) -> None:
    """Answers a request on a connection that it keeps, hears another one there, and closes it; then answers anew."""
    connection, _address = listener.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
        connection.recv(65_536)
    answers_and_closes(listener, 1)


def hangs_up(listener: socket.socket) -> None:
    """Takes a connection, and closes it without a word."""
    listener.accept()[0].close()


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


@contextmanager
def meanwhile(deed: Callable[..., None], *about: object) -> Iterator[None]:
    """Does something beside what the test does, and waits for its end."""
    thread = Thread(target=deed, args=about)
    thread.start()
    yield
    thread.join()
