"""How a request reaches the carrier's REST API: each over a connection of its own.

A connection that is kept may have been closed by the other side, and then nobody knows whether a request has arrived.
A new one costs a tenth of a second, and what failed before it stood has certainly not been asked.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

import certifi

SECONDS_ALLOWED = 10.0
LARGEST = 10 * 1024 * 1024
"""bytes of an answer; a recording of five minutes has half of that"""


class NotConnected(Exception):
    """No connection came about, so nothing was asked."""


class NoAnswer(Exception):
    """The request left, and its answer never came, or not whole: it may have been heard."""


@dataclass(frozen=True)
class Request:
    """What is asked; neither its body nor its headers are ever printed, for they hold numbers and the token."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Answered:
    """What the carrier answered."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Wire(Protocol):
    """Brings a request to the carrier. Raises NotConnected or NoAnswer."""

    def send(self, request: Request) -> Answered: ...


class Sockets:
    """Over HTTP or HTTPS. Follows no redirect, and waits so many seconds for each thing that it waits for."""

    def __init__(self, timeout: float = SECONDS_ALLOWED) -> None:
        self._timeout = timeout
        # Either may be missing a certificate that the other has: the system's own, and those that come with us.
        self._trusted = ssl.create_default_context()
        self._trusted.load_verify_locations(certifi.where())

    def send(self, request: Request) -> Answered:
        target = urlsplit(request.url)
        connection = self._connected(target)
        try:
            connection.request(request.method, _path_of(target), request.body or None, dict(request.headers))
            return _answered(connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(type(error).__name__) from error
        finally:
            connection.close()

    def _connected(self, target: SplitResult) -> http.client.HTTPConnection:
        connection = self._connection(target.scheme, target.hostname or "", target.port)
        try:
            connection.connect()
        except OSError as error:
            raise NotConnected(type(error).__name__) from error
        return connection

    def _connection(self, scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=self._trusted)
        return http.client.HTTPConnection(host, port, timeout=self._timeout)


def _path_of(target: SplitResult) -> str:
    return (target.path or "/") + (f"?{target.query}" if target.query else "")


def _answered(response: http.client.HTTPResponse) -> Answered:
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise NoAnswer(f"more than {LARGEST} bytes")
    if response.length:
        raise NoAnswer("it breaks off")
    return Answered(response.status, dict(response.getheaders()), body)
