"""uvicorn's HTTP protocol with limits on what a client may cost.

A request reaches the application, and so a thread, only when it is complete. The event loop alone refuses clients
that are slow or send too much: 408, 413 or 431, and the connection ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from server import limits

_WORDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        f"What you sent is too large: a form may have {limits.BODY_BYTES:,} bytes, and a directory file"
        f" {limits.UPLOAD_BYTES:,}. Nothing was changed. Go back, and send less."
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        f"The address and the headers of the request are too long: they may have {limits.HEAD_BYTES:,} bytes."
        " Nothing was changed. Go back, and shorten the address."
    ),
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive whole in time. Nothing was changed. Send it again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "As many files as may arrive at once are arriving. Try again in a minute.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests wait on this connection.",
}
"""what a person reads whose request was refused"""


class RequestRefused(Exception):
    """Ends the parsing. The client has its answer."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection with one timer: for the request to be complete, or for the answer to be taken."""

    _waiting: ClassVar[dict[BoundedProtocol, None]] = {}
    """all connections of the process without a whole request, in the order in which they began to wait"""
    _uploading: ClassVar[set[BoundedProtocol]] = set()
    """the connections on which a large body arrives"""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._received = 0
        self._in_head = False
        self._refused = False
        self._incomplete: tuple[RequestResponseCycle, Any] | None = None
        self._running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        # As on a kept connection: proxies open some before they need them. uvicorn cancels it at the first byte.
        self.timeout_keep_alive_task = self.loop.call_later(
            limits.KEEP_ALIVE_SECONDS, self.timeout_keep_alive_handler
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.pop(self, None)
        self._uploading.discard(self)
        self._stop_timer()
        self._forget_answer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._received += len(data)
        super().data_received(data)
        if self._refused or self.transport.is_closing():
            return
        if (self._in_head and self._received > limits.HEAD_BYTES) or self._has_many_headers():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._received > self._most_bytes(limits.REQUEST_BYTES):
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self in self._waiting and not self._timer:
            self._await_request()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._has_many_headers() or self._received > limits.HEAD_BYTES < self._head_bytes():
            self._stop_parsing(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self._begin_upload()
        if self._declared_bytes() > self._most_bytes(limits.BODY_BYTES):
            self._stop_parsing(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if len(self.pipeline) >= limits.MOST_PIPELINED:
            self._stop_parsing(HTTPStatus.TOO_MANY_REQUESTS)
        if self.expect_100_continue and self in self._waiting:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # uvicorn would say it when the application asks for the body, and that is when the body is there.
        self.expect_100_continue = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if len(self.cycle.body) > self._most_bytes(limits.BODY_BYTES):
            self._stop_parsing(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self in self._uploading:
            # uvicorn waits for the application to take what is there, and that begins when the body is whole.
            self.flow.resume_reading()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._received = 0
        self._uploading.discard(self)
        self._waiting.pop(self, None)
        self._stop_timer()
        if self._incomplete:
            cycle, app = self._incomplete
            self._incomplete = None
            self._start_asgi_task(cycle, app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.more_body:
            self._incomplete = cycle, app
        else:
            self._running = cycle
            super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._within(limits.ANSWER_SECONDS, self._abort)
        elif self._incomplete:
            self._wait()
            self._await_request()
        elif self.cycle.response_complete:
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._within(limits.ANSWER_SECONDS, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_timer()
        if self in self._waiting and self._received:
            self._await_request()

    def timeout_keep_alive_handler(self) -> None:
        # Closed, it would wait for a client that does not read.
        self.transport.abort()

    def shutdown(self) -> None:
        if self in self._waiting:
            self.transport.abort()
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        if not self._refused:
            super().send_400_response(msg)

    def _wait(self) -> None:
        self._waiting[self] = None
        if len(self._waiting) > limits.MOST_WAITING:
            longest = next(iter(self._waiting))
            del self._waiting[longest]
            longest.transport.abort()

    def _await_request(self) -> None:
        self._within(limits.REQUEST_SECONDS, lambda: self._refuse(HTTPStatus.REQUEST_TIMEOUT))

    def _refuse(self, status: HTTPStatus) -> None:
        self._refused = True
        self._uploading.discard(self)
        if self not in self._waiting:
            # A request before this one has no answer yet, and ours would be taken for it.
            self._abort()
            return
        self.transport.write(_refusal(status))
        self.transport.write_eof()
        self.transport.pause_reading()
        self._within(limits.LINGER_SECONDS, self.transport.abort)

    def _stop_parsing(self, status: HTTPStatus) -> None:
        self._refuse(status)
        raise RequestRefused

    def _abort(self) -> None:
        self._forget_answer()
        self.transport.abort()

    def _forget_answer(self) -> None:
        # uvicorn does this for the last request that came, which need not be the one that is being answered.
        if self._running:
            self._running.disconnected = True

    def _begin_upload(self) -> None:
        """Allow a large body, where one belongs and not too many arrive already."""
        if (
            self.url.partition(b"?")[0] not in limits.UPLOAD_PATHS
            or self._declared_bytes() <= limits.BODY_BYTES
        ):
            return
        if len(self._uploading) >= limits.MOST_UPLOADS:
            self._stop_parsing(HTTPStatus.SERVICE_UNAVAILABLE)
        self._uploading.add(self)
        if self in self._waiting:
            self._within(limits.UPLOAD_SECONDS, lambda: self._refuse(HTTPStatus.REQUEST_TIMEOUT))

    def _most_bytes(self, otherwise: int) -> int:
        return limits.UPLOAD_BYTES + limits.HEAD_BYTES if self in self._uploading else otherwise

    def _has_many_headers(self) -> bool:
        return self.headers is not None and len(self.headers) > limits.MOST_HEADERS

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _declared_bytes(self) -> int:
        return next((int(value) for name, value in self.headers if name == b"content-length"), 0)

    def _within(self, seconds: float, otherwise: Callable[[], None]) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, otherwise)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


def _refusal(status: HTTPStatus) -> bytes:
    """The whole answer, for a person who reads it."""
    words = f"{status.value} {status.phrase}. {_WORDS.get(status, status.description + '.')}\n".encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(words)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + words
