"""Twilio's REST API as our `Carrier`. Only this module imports `twilio.rest`, which takes 27 MB and 0.2 s.

So only the external worker and the commands that ask the carrier import it. An answer that is neither a result nor a
refusal raises Unclear. Nothing is retried here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance

from callrouter.carrier.http_transport import CarrierTransport, HttpTransport, Request
from callrouter.carrier.twilio_http import CallAlreadyEnded, TwilioHttp, UnknownSid, with_basic_auth
from callrouter.carrier.twilio_records import (
    CALL_SID,
    NUMBER_SID,
    RECORDING_SID,
    call_of,
    checked_sid,
    every_record,
    number_of,
    placed_sid,
    required_text,
    seconds_of,
    unclear_on_parse_error,
)
from callrouter.telephony import CallToPlace, CarriersAccount, CarriersCall, CarriersNumber, CarriersRecording

TWILIO = "https://api.twilio.com"
API_VERSION = "2010-04-01"
EVENTS = ["initiated", "ringing", "answered", "completed"]
PAGE = 1000
REST_OF_TWILIO = {"TWILIO_EDGE": ""}
"""The environment that the SDK sees: only the configured origin decides the edge."""


class TwilioRest:
    """A Twilio account as a `Carrier`. Thread-safe."""

    def __init__(
        self, account: str, token: str, origin: str = TWILIO, transport: CarrierTransport | None = None
    ) -> None:
        self._http = TwilioHttp(transport or HttpTransport())
        self._client = Client(account, token, http_client=self._http, environment=REST_OF_TWILIO)
        self._client.api.base_url = origin
        self._recordings = f"{origin}/{API_VERSION}/Accounts/{account}/Recordings"
        self._sign_in = (account, token)

    def place_call(self, call: CallToPlace) -> str:
        """Have a call placed; its CallSid. Asking again places another one."""
        with unclear_on_parse_error():
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
            return placed_sid(placed.sid)

    def calls(self, *, to: str, shown: str, since: datetime) -> Iterator[CarriersCall]:
        """The calls that were placed from one number to another since a moment, page by page."""
        # A queued call has no start time, so no time filter finds it. Queued calls are requested first:
        # a call that is dialed meanwhile is found twice rather than never.
        with unclear_on_parse_error():
            seen = set()
            for found in every_record(
                self._client.calls.page(to=to, from_=shown, status="queued", page_size=PAGE)
            ):
                seen.add(found.sid)
                yield call_of(found)
            for found in self._started(to, shown, since):
                if found.sid not in seen:
                    yield call_of(found)

    def calls_of_day(self, day: date) -> Iterator[CarriersCall]:
        """Every call of the account that started on this day (UTC), page by page, the newest first."""
        with unclear_on_parse_error():
            for found in every_record(self._client.calls.page(start_time=day.isoformat(), page_size=PAGE)):
                yield call_of(found)

    def call(self, sid: str) -> CarriersCall | None:
        """A call by its CallSid; None where the carrier knows none."""
        try:
            with unclear_on_parse_error():
                return call_of(self._client.calls(checked_sid(sid, CALL_SID)).fetch())
        except UnknownSid:
            return None

    def end_call(self, sid: str) -> None:
        """Hang up. A call that is over stays so."""
        try:
            with unclear_on_parse_error():
                self._client.calls(checked_sid(sid, CALL_SID)).update(status="completed")
        except CallAlreadyEnded:
            return

    def recording(self, sid: str) -> CarriersRecording | None:
        """A recording by its RecordingSid; None where the carrier has none (any more)."""
        try:
            with unclear_on_parse_error():
                found = self._client.recordings(checked_sid(sid, RECORDING_SID)).fetch()
                return CarriersRecording(found.sid, found.call_sid, found.status, seconds_of(found.duration))
        except UnknownSid:
            return None

    def sound(self, sid: str) -> bytes:
        """A recording as a WAV file. The address is made from the SID, never taken from a request."""
        url = f"{self._recordings}/{checked_sid(sid, RECORDING_SID)}.wav"
        return self._http.ask(Request("GET", url, with_basic_auth({}, self._sign_in))).body

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the carrier. One that is not there is deleted."""
        try:
            with unclear_on_parse_error():
                self._client.recordings(checked_sid(sid, RECORDING_SID)).delete()
        except UnknownSid:
            return

    def account(self) -> CarriersAccount:
        """The account that is signed in. Raises LoginRejected where its token is wrong."""
        with unclear_on_parse_error():
            found = self._client.api.accounts(self._sign_in[0]).fetch()
            return CarriersAccount(required_text(found.sid), required_text(found.status))

    def numbers(self) -> Iterator[CarriersNumber]:
        """Every number of the account, page by page."""
        with unclear_on_parse_error():
            for found in every_record(self._client.incoming_phone_numbers.page(page_size=PAGE)):
                yield number_of(found)

    def change_number(self, sid: str, settings: Mapping[str, str]) -> None:
        """Set these settings of a number; others stay as they are. Once more changes nothing."""
        with unclear_on_parse_error():
            self._client.incoming_phone_numbers(checked_sid(sid, NUMBER_SID)).update(**settings)

    def _started(self, to: str, shown: str, since: datetime) -> Iterator[CallInstance]:
        """By day, which is what the carrier goes by; within the day we look ourselves. Its times are whole seconds."""
        earliest = since.astimezone(UTC).replace(microsecond=0)
        day = earliest.date().isoformat()
        found = self._client.calls.page(to=to, from_=shown, start_time_after=day, page_size=PAGE)
        return (
            call for call in every_record(found) if call.start_time is None or call.start_time >= earliest
        )
