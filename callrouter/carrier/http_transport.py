"""Sends requests to the carrier's REST API, each over a new connection.

The other side may have closed a kept connection, and then nobody knows whether the request arrived. A new connection
costs a tenth of a second; if it fails, the request was certainly not sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Protocol

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

SECONDS_ALLOWED = 10.0
LARGEST = 10 * 1024 * 1024
"""bytes of an answer; a recording of five minutes has half of that"""


class NotConnected(Exception):
    """The connection failed, so no request was sent."""


class NoAnswer(Exception):
    """The request was sent, but the answer is missing or incomplete: it may have been processed."""


@dataclass(frozen=True)
class Request:
    """A request. Its body and headers are never printed: they contain numbers and the token."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class CarrierResponse:
    """The carrier's answer."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class CarrierTransport(Protocol):
    """A transport to the carrier. Raises NotConnected or NoAnswer."""

    def send(self, request: Request) -> CarrierResponse: ...


class HttpTransport:
    """The transport over HTTP or HTTPS. It follows no redirect. The timeout applies to each step.

    It uses urllib3's connections without the pool, which does not say whether a TLS error came before the request
    was sent.
    """

    def __init__(self, timeout: float = SECONDS_ALLOWED) -> None:
        self._timeout = timeout
        # Trust the system's certificates and certifi's: each may lack some of the other.
        self._trusted = ssl.create_default_context()
        self._trusted.load_verify_locations(certifi.where())

    def send(self, request: Request) -> CarrierResponse:
        target = parse_url(request.url)
        connection = self._connected(target)
        headers = {"Connection": "close", **request.headers}
        try:
            connection.request(
                request.method, target.request_uri, request.body or None, headers, preload_content=False
            )
            return _answered(connection.getresponse())
        except (OSError, HTTPException, HTTPError) as error:
            raise NoAnswer(type(error).__name__) from error
        finally:
            connection.close()

    def _connected(self, target: Url) -> HTTPConnection:
        connection = self._connection(target)
        try:
            connection.connect()
        except (OSError, HTTPError) as error:
            connection.close()
            raise NotConnected(type(error).__name__) from error
        return connection

    def _connection(self, target: Url) -> HTTPConnection:
        host = (target.host or "").strip("[]")
        if target.scheme == "https":
            return HTTPSConnection(host, target.port, timeout=self._timeout, ssl_context=self._trusted)
        return HTTPConnection(host, target.port, timeout=self._timeout)


def _answered(response: BaseHTTPResponse) -> CarrierResponse:
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise NoAnswer(f"more than {LARGEST} bytes")
    return CarrierResponse(response.status, dict(response.headers), body)
