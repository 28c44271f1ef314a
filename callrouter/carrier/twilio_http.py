"""HTTP to Twilio: the client that the SDK uses, and an error for each way in which a request can fail.

The error says whether anything can have happened. Only Twilio's code is kept of an answer: its message may contain a
number.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from twilio.http.response import Response

from callrouter.carrier.http_transport import (
    CarrierResponse,
    CarrierTransport,
    NoAnswer,
    NotConnected,
    Request,
)
from callrouter.telephony import CarrierError, LoginRejected, RefusedByCarrier, TooManyRequests, Unclear

NOT_FOUND = 20404
"""Twilio's code for a SID that it does not know; a 404 without it comes from somebody else, and proves nothing"""
ABOUT_A_NUMBER = frozenset({13223, 13224, 13225, 21211, 21214, 21215, 21216, 21217, 21401})
"""Twilio's codes for an invalid number, or one that it does not call"""
OVER_ALREADY = 21220
"""Twilio's code for a call that cannot be changed, because it has ended"""


class UnknownSid(RefusedByCarrier):
    """The carrier does not know this SID."""


class UncallableNumber(RefusedByCarrier):
    """The number is invalid, or cannot be called from this account."""

    about_a_number = True


class CallAlreadyEnded(RefusedByCarrier):
    """The call has ended and cannot be changed."""


class TwilioHttp:
    """The SDK's HTTP client: one transport, a distinct error for each failure, and no log of requests."""

    def __init__(self, transport: CarrierTransport) -> None:
        self._transport = transport

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Response:
        """One request of the SDK."""
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        body = urlencode(data or {}, doseq=True).encode()
        answer = self.ask(Request(method, uri + query, with_basic_auth(headers or {}, auth), body))
        return Response(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)

    def ask(self, request: Request) -> CarrierResponse:
        """Send a request. Returns the answer, or raises an error that says whether anything can have happened."""
        try:
            answer = self._transport.send(request)
        except NotConnected as error:
            raise TooManyRequests(f"no connection to the carrier came about ({error})") from error
        except NoAnswer as error:
            raise Unclear(f"the carrier's answer did not come ({error})") from error
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise _failure(answer)
        return answer


def _failure(answer: CarrierResponse) -> CarrierError:
    """The error for a failed request. Only Twilio's code is kept: its message may contain a number."""
    code = _code_of(answer)
    reason = f"the carrier answered with status {answer.status}" + (f", error {code}" if code else "")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TooManyRequests(reason)
    if (known := _by_code(code)) is not None:
        return known(reason)
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return LoginRejected(reason)
    if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return RefusedByCarrier(reason)
    return Unclear(reason)


def _by_code(code: int | None) -> type[RefusedByCarrier] | None:
    """The meaning of some of Twilio's codes, whatever the status."""
    if code in ABOUT_A_NUMBER:
        return UncallableNumber
    return {NOT_FOUND: UnknownSid, OVER_ALREADY: CallAlreadyEnded}.get(code or 0)


def _code_of(answer: CarrierResponse) -> int | None:
    try:
        code = json.loads(answer.body)["code"]
    except (ValueError, TypeError, KeyError):
        return None
    return code if isinstance(code, int) else None


def with_basic_auth(headers: Mapping[str, str], auth: tuple[str, str] | None) -> dict[str, str]:
    words = b64encode(":".join(auth).encode()).decode() if auth else None
    return {**headers, "Authorization": f"Basic {words}"} if words else dict(headers)
