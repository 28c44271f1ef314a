"""How the simulated carrier's requests travel: over sockets as the real carrier's do, or as a test has it."""

from __future__ import annotations

import http.client
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol
from urllib.parse import SplitResult, urlencode, urlsplit

from simulator.fields import Fields
from simulator.retries import NO_ANSWER_IN_TIME, NO_CONNECTION

SECONDS_ALLOWED = 15.0
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class RequestFailed(Exception):
    """A request brought no answer; `named` is the carrier's word for it in the fragment of a URL."""

    named: ClassVar[str]


class ConnectionFailed(RequestFailed):
    """No connection to the server came about, or it broke."""

    named = NO_CONNECTION


class ResponseTimeout(RequestFailed):
    """The server took the request and did not answer it in the 15 seconds that the carrier allows."""

    named = NO_ANSWER_IN_TIME


@dataclass(frozen=True)
class WebhookResponse:
    """What the server answered."""

    status: int
    content_type: str
    body: bytes

    @property
    def well(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of successful answers (RFC 9110)


class Transport(Protocol):
    """Brings a form to a URL; raises `ConnectionFailed` or `ResponseTimeout`."""

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse: ...


class SocketTransport:
    """Over HTTP, with connections that are kept and used again; follows no redirect, as the carrier does not.

    `via` is another origin to connect to (a server of this machine behind a public name); the request, its
    signature and its `Host` stay those of the URL.
    """

    def __init__(self, via: str | None = None, timeout: float = SECONDS_ALLOWED) -> None:
        self._via = urlsplit(via) if via else None
        self._timeout = timeout
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = defaultdict(list)

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        target = urlsplit(url)
        origin = self._via or target
        idle = self._idle[origin.scheme, origin.netloc]
        body = urlencode(fields).encode()
        sent = {"Host": target.netloc, "Content-Type": FORM, **headers}
        if idle:
            # The other side may have closed a kept connection meanwhile; that says nothing of the server.
            try:
                return self._exchange(idle.pop(), idle, target, body, sent)
            except ConnectionFailed:
                pass
        return self._exchange(self._connected(origin), idle, target, body, sent)

    def close(self) -> None:
        for idle in self._idle.values():
            while idle:
                idle.pop().close()

    def _connected(self, origin: SplitResult) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if origin.scheme == "https" else http.client.HTTPConnection
        connection = kind(origin.hostname or "", origin.port, timeout=self._timeout)
        try:
            connection.connect()
        except OSError as refused:
            raise ConnectionFailed(f"no connection: {type(refused).__name__}") from refused
        return connection

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        idle: list[http.client.HTTPConnection],
        target: SplitResult,
        body: bytes,
        headers: Mapping[str, str],
    ) -> WebhookResponse:
        try:
            connection.request("POST", _request_target(target), body, dict(headers))
            answer = connection.getresponse()
            reply = WebhookResponse(answer.status, answer.getheader("Content-Type", ""), answer.read())
        except TimeoutError as late:
            connection.close()
            raise ResponseTimeout(f"no reply within {self._timeout:g} s") from late
        except (OSError, http.client.HTTPException) as broken:
            connection.close()
            raise ConnectionFailed(f"the connection broke: {type(broken).__name__}") from broken
        if connection.sock is not None:
            idle.append(connection)
        return reply


def _request_target(url: SplitResult) -> str:
    return (url.path or "/") + (f"?{url.query}" if url.query else "")
