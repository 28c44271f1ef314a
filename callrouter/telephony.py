"""What we need of a carrier's REST API: calls that are placed, looked up and ended; and recordings.

Webhooks never use it. Others use it outside a transaction. Its errors say whether anything can have happened: a call
that may have been placed is looked up, never blindly placed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

RETRIED = "#rc=2&rp=ct,rt,5xx"
"""At the end of a callback's URL: Twilio retries twice after connection failures, timeouts and our errors. Not
signed.
"""


class CarrierError(Exception):
    """The carrier did not do what it was asked. The message says why, without a caller's number."""


class RefusedByCarrier(CarrierError):
    """Nothing has happened, and the same request would be refused again (4xx)."""

    about_a_number = False
    """the number to call is at fault, not our account"""


class LoginRejected(RefusedByCarrier):
    """The carrier rejects our login (401, 403): the token is wrong, or the account is closed."""


class TooManyRequests(CarrierError):
    """Nothing has happened (429, or no connection). The request may be sent again later."""


class Unclear(CarrierError):
    """It may have happened or not: the answer was lost, came too late, or was an error of the carrier (5xx)."""


@dataclass(frozen=True, slots=True)
class CallToPlace:
    """A call that the carrier is asked to place."""

    to: str
    shown: str
    """the number of ours that the callee sees"""
    url: str
    """requested for the first document when somebody picks up"""
    status_url: str
    """gets the progress: initiated, ringing, answered, completed"""
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class CarriersCall:
    """A call in the carrier's records."""

    sid: str
    to: str
    shown: str
    status: str
    """queued, initiated, ringing, in-progress, completed, busy, failed, no-answer, canceled"""
    direction: str
    """inbound, outbound-api, outbound-dial"""
    parent: str | None
    """CallSid of the call that dialed this one"""
    started_at: datetime | None
    seconds: int | None
    """of talk; None during the call"""
    price: Decimal | None = None
    """what the carrier charges, zero or more; None until it is known"""
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CarriersRecording:
    """A recording in the carrier's records."""

    sid: str
    call: str
    status: str
    """processing, completed, absent, deleted …"""
    seconds: int | None


@dataclass(frozen=True, slots=True)
class CarriersAccount:
    """The account in the carrier's records."""

    sid: str
    status: str
    """active, suspended, closed"""

    @property
    def is_active(self) -> bool:
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class CarriersNumber:
    """A number of the account, and its settings."""

    sid: str
    number: str
    settings: Mapping[str, str]
    """by Twilio's names (`voice_url`, `voice_method` …); empty where nothing is set"""


class Carrier(Protocol):
    """An account at a carrier. Every method raises CarrierError, and waits 10 seconds at most."""

    def place_call(self, call: CallToPlace) -> str:
        """Place a call. Returns its CallSid. Calling this again places another call."""

    def calls(self, *, to: str, shown: str, since: datetime) -> Iterator[CarriersCall]:
        """The calls from one number to another since a moment, page by page."""

    def calls_of_day(self, day: date) -> Iterator[CarriersCall]:
        """All calls of the account that started on this day (UTC), page by page, newest first."""

    def call(self, sid: str) -> CarriersCall | None:
        """A call by its CallSid. None if the carrier has none."""

    def end_call(self, sid: str) -> None:
        """End a call. It has no effect on a call that has ended."""

    def recording(self, sid: str) -> CarriersRecording | None:
        """A recording by its RecordingSid. None if the carrier has none."""

    def sound(self, sid: str) -> bytes:
        """The sound of a recording, a WAV file. The URL is built from the SID, never taken from a request."""

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the carrier. It may be gone already."""


class CarrierNumbers(Protocol):
    """The account and its numbers. Every method raises CarrierError, and waits 10 seconds at most."""

    def account(self) -> CarriersAccount:
        """The account. Raises LoginRejected if the token is wrong."""

    def numbers(self) -> Iterator[CarriersNumber]:
        """All numbers of the account, page by page."""

    def change_number(self, sid: str, settings: Mapping[str, str]) -> None:
        """Change these settings of a number and no others. Running it again changes nothing."""
