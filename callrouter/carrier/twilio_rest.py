"""Twilio's REST API as our `Carrier`. Only this module imports `twilio.rest`, which takes 27 MB and 0.2 s.

So only the external worker and the commands that ask the carrier import it. An answer that is neither a result nor a
refusal raises Unclear. Nothing is retried here.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance

from callrouter.carrier.http_transport import (
    CarrierResponse,
    CarrierTransport,
    HttpTransport,
    NoAnswer,
    NotConnected,
    Request,
)
from callrouter.telephony import (
    CallToPlace,
    CarrierError,
    CarriersAccount,
    CarriersCall,
    CarriersNumber,
    CarriersRecording,
    LoginRejected,
    RefusedByCarrier,
    TooManyRequests,
    Unclear,
)

TWILIO = "https://api.twilio.com"
API_VERSION = "2010-04-01"
EVENTS = ["initiated", "ringing", "answered", "completed"]
CALL_SID = re.compile(r"CA[0-9a-f]{32}")
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
NUMBER_SID = re.compile(r"PN[0-9a-f]{32}")
PAGE = 1000
NOT_FOUND = 20404
"""Twilio's code for a SID that it does not know; a 404 without it comes from somebody else, and proves nothing"""
ABOUT_A_NUMBER = frozenset({13223, 13224, 13225, 21211, 21214, 21215, 21216, 21217, 21401})
"""Twilio's codes for an invalid number, or one that it does not call"""
OVER_ALREADY = 21220
"""Twilio's code for a call that cannot be changed, because it has ended"""

REST_OF_TWILIO = {"TWILIO_EDGE": ""}
"""The environment that the SDK sees: only the configured origin decides the edge."""


OF_A_NUMBER = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
    "voice_application_sid",
    "trunk_sid",
    "voice_receive_mode",
)
"""the settings that decide who is asked when the number is dialed"""


class UnknownSid(RefusedByCarrier):
    """The carrier does not know this SID."""


class UncallableNumber(RefusedByCarrier):
    """The number is invalid, or cannot be called from this account."""

    about_a_number = True


class CallAlreadyEnded(RefusedByCarrier):
    """The call has ended and cannot be changed."""


class TwilioRest:
    """A Twilio account as a `Carrier`. Thread-safe."""

    def __init__(
        self, account: str, token: str, origin: str = TWILIO, transport: CarrierTransport | None = None
    ) -> None:
        self._http = _Http(transport or HttpTransport())
        self._client = Client(account, token, http_client=self._http, environment=REST_OF_TWILIO)
        self._client.api.base_url = origin
        self._recordings = f"{origin}/{API_VERSION}/Accounts/{account}/Recordings"
        self._sign_in = (account, token)

    def place_call(self, call: CallToPlace) -> str:
        """Have a call placed; its CallSid. Asking again places another one."""
        with _unclear_on_parse_error():
            placed = self._client.calls.create(
                to=call.to,
                from_=call.shown,
                url=call.url,
                method="POST",
                status_callback=call.status_url,
                status_callback_event=EVENTS,
                status_callback_method="POST",
                timeout=call.ring_seconds,
            )
            return _placed(placed.sid)

    def calls(self, *, to: str, shown: str, since: datetime) -> Iterator[CarriersCall]:
        """The calls that were placed from one number to another since a moment, page by page."""
        # A queued call has no start time, so no time filter finds it. Queued calls are requested first:
        # a call that is dialed meanwhile is found twice rather than never.
        with _unclear_on_parse_error():
            seen = set()
            for found in _every(self._client.calls.page(to=to, from_=shown, status="queued", page_size=PAGE)):
                seen.add(found.sid)
                yield _call(found)
            for found in self._started(to, shown, since):
                if found.sid not in seen:
                    yield _call(found)

    def calls_of_day(self, day: date) -> Iterator[CarriersCall]:
        """Every call of the account that started on this day (UTC), page by page, the newest first."""
        with _unclear_on_parse_error():
            for found in _every(self._client.calls.page(start_time=day.isoformat(), page_size=PAGE)):
                yield _call(found)

    def call(self, sid: str) -> CarriersCall | None:
        """A call by its CallSid; None where the carrier knows none."""
        try:
            with _unclear_on_parse_error():
                return _call(self._client.calls(_checked(sid, CALL_SID)).fetch())
        except UnknownSid:
            return None

    def end_call(self, sid: str) -> None:
        """Hang up. A call that is over stays so."""
        try:
            with _unclear_on_parse_error():
                self._client.calls(_checked(sid, CALL_SID)).update(status="completed")
        except CallAlreadyEnded:
            return

    def recording(self, sid: str) -> CarriersRecording | None:
        """A recording by its RecordingSid; None where the carrier has none (any more)."""
        try:
            with _unclear_on_parse_error():
                found = self._client.recordings(_checked(sid, RECORDING_SID)).fetch()
                return CarriersRecording(found.sid, found.call_sid, found.status, _seconds(found.duration))
        except UnknownSid:
            return None

    def sound(self, sid: str) -> bytes:
        """A recording as a WAV file. The address is made from the SID, never taken from a request."""
        url = f"{self._recordings}/{_checked(sid, RECORDING_SID)}.wav"
        return self._http.ask(Request("GET", url, _with_basic_auth({}, self._sign_in))).body

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the carrier. One that is not there is deleted."""
        try:
            with _unclear_on_parse_error():
                self._client.recordings(_checked(sid, RECORDING_SID)).delete()
        except UnknownSid:
            return

    def account(self) -> CarriersAccount:
        """The account that is signed in. Raises LoginRejected where its token is wrong."""
        with _unclear_on_parse_error():
            found = self._client.api.accounts(self._sign_in[0]).fetch()
            return CarriersAccount(_text(found.sid), _text(found.status))

    def numbers(self) -> Iterator[CarriersNumber]:
        """Every number of the account, page by page."""
        with _unclear_on_parse_error():
            for found in _every(self._client.incoming_phone_numbers.page(page_size=PAGE)):
                yield _number(found)

    def change_number(self, sid: str, settings: Mapping[str, str]) -> None:
        """Set these settings of a number; others stay as they are. Once more changes nothing."""
        with _unclear_on_parse_error():
            self._client.incoming_phone_numbers(_checked(sid, NUMBER_SID)).update(**settings)

    def _started(self, to: str, shown: str, since: datetime) -> Iterator[CallInstance]:
        """By day, which is what the carrier goes by; within the day we look ourselves. Its times are whole seconds."""
        earliest = since.astimezone(UTC).replace(microsecond=0)
        day = earliest.date().isoformat()
        found = self._client.calls.page(to=to, from_=shown, start_time_after=day, page_size=PAGE)
        return (call for call in _every(found) if call.start_time is None or call.start_time >= earliest)


class _Http:
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
        answer = self.ask(Request(method, uri + query, _with_basic_auth(headers or {}, auth), body))
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


@contextmanager
def _unclear_on_parse_error() -> Iterator[None]:
    """An answer that the SDK cannot parse leaves open what has happened."""
    try:
        yield
    except (TwilioException, ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
        raise Unclear(f"the carrier's answer is not understood ({type(error).__name__})") from error


def _with_basic_auth(headers: Mapping[str, str], auth: tuple[str, str] | None) -> dict[str, str]:
    words = b64encode(":".join(auth).encode()).decode() if auth else None
    return {**headers, "Authorization": f"Basic {words}"} if words else dict(headers)


def _checked(sid: str, form: re.Pattern[str]) -> str:
    """Check a SID before it becomes part of a URL."""
    if not form.fullmatch(sid):
        raise RefusedByCarrier(f"not a SID of the carrier's ({form.pattern})")
    return sid


def _placed(sid: str) -> str:
    """The SID of a placed call. A call without one was placed all the same."""
    if not CALL_SID.fullmatch(sid):
        raise ValueError("no CallSid")
    return sid


def _every(page: Any) -> Iterator[Any]:
    """All records on this page and the following ones. The SDK would follow circular pages for ever."""
    seen = set[str | None]()
    while page is not None:
        yield from page
        following = page.next_page_url
        if following in seen:
            raise Unclear("the carrier's list leads back to a page that it has had")
        seen.add(following)
        page = page.next_page()


def _call(found: Any) -> CarriersCall:
    return CarriersCall(
        sid=found.sid,
        to=found.to,
        shown=found._from,
        status=found.status,
        direction=found.direction,
        parent=found.parent_call_sid or None,
        started_at=found.start_time,
        seconds=_seconds(found.duration),
        price=_price(found.price),
        currency=found.price_unit,
    )


def _number(found: Any) -> CarriersNumber:
    settings = {name: getattr(found, name) or "" for name in OF_A_NUMBER}
    return CarriersNumber(_text(found.sid), _text(found.phone_number), settings)


def _text(written: Any) -> str:
    """A required field. Raises ValueError if it is missing."""
    if not isinstance(written, str) or not written:
        raise ValueError("nothing is reason")
    return written


def _price(written: str | None) -> Decimal | None:
    """The price, which Twilio writes as a negative number."""
    if not written:
        return None
    price = Decimal(written)
    if not price.is_finite():
        raise ValueError("no price")
    return abs(price)


def _seconds(written: str | None) -> int | None:
    return int(written) if written else None
