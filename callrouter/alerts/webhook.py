"""Alerts by webhook, signed as Standard Webhooks has it, so that a receiver can check them with a library.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ssl import SSLContext, create_default_context
from urllib.parse import urlsplit

from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import NotWanted
from callrouter.alerts.payload import payload
from callrouter.errors import NotDelivered

GONE = 410
SECONDS_TO_WAIT = 10.0
"""for the receiver, at each step"""


class Webhook:
    """One receiver. It is told in one request, of which no redirect is followed."""

    def __init__(
        self,
        url: str,
        key: bytes,
        *,
        seconds_to_wait: float = SECONDS_TO_WAIT,
        tls: SSLContext | None = None,
    ) -> None:
        self._url = urlsplit(url)
        self._key = key
        self._seconds_to_wait = seconds_to_wait
        self._tls = tls or create_default_context()

    @property
    def addresses(self) -> tuple[str]:
        """Its origin: what follows in a URL may be a secret of the receiver."""
        return (f"{self._url.scheme}://{self._url.netloc}",)

    def send(self, _: str, alert: Alert, now: datetime) -> None:
        """Tell the receiver of today, whichever was to be told first."""
        body = payload(alert)
        status = self._posted(body, signed_headers(self._key, alert.message, now, body))
        if status == GONE:
            raise NotWanted("answered 410: it is not to be told again")
        if not 200 <= status < 300:  # noqa: PLR2004 - the class of successful answers (RFC 9110)
            raise NotDelivered(f"answered {status}")

    def _posted(self, body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; the rest of it is not read."""
        connection = self._connection()
        try:
            connection.request("POST", self._target, body, headers)
            return connection.getresponse().status
        except TimeoutError as late:
            raise NotDelivered(f"no answer within {self._seconds_to_wait:g} seconds") from late
        except OSError as broken:
            raise NotDelivered(f"not reached: {broken}") from broken
        except HTTPException as broken:
            raise NotDelivered(f"its answer is not HTTP: {type(broken).__name__}") from broken
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "http":
            return HTTPConnection(host, port, timeout=self._seconds_to_wait)
        return HTTPSConnection(host, port, timeout=self._seconds_to_wait, context=self._tls)

    @property
    def _target(self) -> str:
        return (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")


def signed_headers(key: bytes, message: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt. The id stays the same, the time is that of the attempt. *Pure.*"""
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "callrouter",
        "webhook-id": message,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(key, message, timestamp, body),
    }


def signature(key: bytes, message: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, time and body in base64. *Pure.*"""
    signed = f"{message}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
