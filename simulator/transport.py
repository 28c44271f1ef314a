"""The transports of the simulated carrier's requests: over sockets like the real carrier, or a test's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol
from urllib.parse import urlencode

from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.exceptions import ConnectTimeoutError, HTTPError, TimeoutError
from urllib3.util import parse_url

from simulator.fields import Fields
from simulator.retries import NO_ANSWER_IN_TIME, NO_CONNECTION

SECONDS_ALLOWED = 15.0
MOST_KEPT = 100
"""connections that are kept when nobody uses them; others are closed"""
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
        self._via = via
        self._timeout = timeout
        self._connections = PoolManager(maxsize=MOST_KEPT, timeout=timeout, retries=False)

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        target = parse_url(url)
        pool = self._connections.connection_from_url(self._via or url)
        body = urlencode(fields).encode()
        sent = {"Host": target.netloc or "", "Content-Type": FORM, **headers}
        opened = pool.num_connections
        try:
            return self._exchange(pool, target.request_uri, body, sent)
        except ConnectionFailed:
            if pool.num_connections > opened:
                raise
            # The other side may have closed a kept connection meanwhile; that says nothing of the server.
            return self._exchange(pool, target.request_uri, body, sent)

    def close(self) -> None:
        self._connections.clear()

    def _exchange(
        self, pool: HTTPConnectionPool, target: str, body: bytes, headers: Mapping[str, str]
    ) -> WebhookResponse:
        try:
            answer = pool.urlopen("POST", target, body, headers, redirect=False)
        except ConnectTimeoutError as refused:
            raise ConnectionFailed(f"no connection: {type(refused).__name__}") from refused
        except TimeoutError as late:
            raise ResponseTimeout(f"no reply within {self._timeout:g} s") from late
        except HTTPError as broken:
            raise ConnectionFailed(f"the connection broke: {type(broken).__name__}") from broken
        return WebhookResponse(answer.status, answer.headers.get("Content-Type", ""), answer.data)
