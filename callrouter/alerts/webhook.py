"""Delivers alerts by webhook, signed as in Standard Webhooks, so that libraries can check them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime
from http import HTTPStatus
from ssl import SSLContext, create_default_context
from urllib.parse import urlsplit

from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from callrouter.alerts.alert import Alert
from callrouter.alerts.channel import ReceiverOptedOut
from callrouter.alerts.payload import payload
from callrouter.errors import NotDelivered

SECONDS_TO_WAIT = 10.0
"""for each step of the receiver"""


class WebhookChannel:
    """One receiver. It gets one request; redirects are not followed."""

    def __init__(
        self,
        url: str,
        key: bytes,
        *,
        seconds_to_wait: float = SECONDS_TO_WAIT,
        tls: SSLContext | None = None,
    ) -> None:
        self._url = url
        self._key = key
        self._seconds_to_wait = seconds_to_wait
        self._tls = tls or create_default_context()

    @property
    def addresses(self) -> tuple[str]:
        """The receiver's origin. The rest of the URL may be a secret."""
        url = urlsplit(self._url)
        return (f"{url.scheme}://{url.netloc}",)

    def send(self, _: str, alert: Alert, now: datetime) -> None:
        """Send to the receiver that is configured now, even if the delivery was created for an earlier one."""
        body = payload(alert)
        status = self._posted(body, signed_headers(self._key, alert.message, now, body))
        if status == HTTPStatus.GONE:
            raise ReceiverOptedOut("answered 410: it is not to be told again")
        if not 200 <= status < 300:  # noqa: PLR2004 - the class of successful answers (RFC 9110)
            raise NotDelivered(f"answered {status}")

    def _posted(self, body: bytes, headers: dict[str, str]) -> int:
        """The status of the response. The rest is not read."""
        try:
            return self._status(body, headers)
        except HTTPError as error:
            raise NotDelivered(self._fault(error.__cause__ or error.__context__ or error)) from error

    def _fault(self, cause: BaseException) -> str:
        if isinstance(cause, TimeoutError):
            return f"no answer within {self._seconds_to_wait:g} seconds"
        if isinstance(cause, OSError):
            return f"not reached: {cause}"
        return f"its answer is not HTTP: {type(cause).__name__}"

    def _status(self, body: bytes, headers: dict[str, str]) -> int:
        with (
            PoolManager(ssl_context=self._tls, timeout=self._seconds_to_wait) as connections,
            connections.request(
                "POST",
                self._url,
                body=body,
                headers={"Connection": "close", **headers},
                retries=False,
                redirect=False,
                preload_content=False,
            ) as response,
        ):
            return response.status


def signed_headers(key: bytes, message: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers of one attempt: the same id, and the time of the attempt. *Pure.*"""
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
