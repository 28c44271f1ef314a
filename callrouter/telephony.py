"""What we ask of a carrier by its REST API: calls that are placed, looked up and ended, and recordings.

Webhooks never ask it anything. Whoever does, does so outside of a transaction, and is told by the error whether
anything can have happened: a call that may have been placed is looked for, never blindly placed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

RETRIED = "#rc=2&rp=ct,rt,5xx"
"""At the end of a callback's URL: tried twice more on connection failures, time-outs and errors of ours. Not signed."""


class CarrierError(Exception):
    """The carrier did not do what it was asked; the message says why, and holds no number of a caller."""


class RefusedByCarrier(CarrierError):
    """Certain: nothing has happened, and asking the same again would be refused again (4xx)."""

    about_a_number = False
    """the number that was to be called is at fault, and not our account"""


class NotLetIn(RefusedByCarrier):
    """The carrier does not take us for the account (401, 403): the token is another one, or the account is closed."""


class TooManyRequests(CarrierError):
    """Certain: nothing has happened (429, or no connection came about); later it may be asked again."""


class Unclear(CarrierError):
    """It may have happened or not: the answer was lost, came too late, or was an error of the carrier's own (5xx)."""


@dataclass(frozen=True, slots=True)
class CallToPlace:
    """A call that the carrier is to place for us."""

    to: str
    shown: str
    """the number of ours that is shown"""
    url: str
    """asked for the first document when somebody picks up"""
    status_url: str
    """told how the call proceeds: initiated, ringing, answered, completed"""
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class CarriersCall:
    """A call as the carrier's books have it."""

    sid: str
    to: str
    shown: str
    status: str
    """queued, initiated, ringing, in-progress, completed, busy, failed, no-answer, canceled"""
    direction: str
    """inbound, outbound-api, outbound-dial"""
    parent: str | None
    """CallSid of the call that dialled this one"""
    started_at: datetime | None
    seconds: int | None
    """of talk; None while it lasts"""
    price: Decimal | None = None
    """what the carrier takes for it, zero or more; None at first"""
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CarriersRecording:
    """A recording as the carrier's books have it."""

    sid: str
    call: str
    status: str
    """processing, completed, absent, deleted …"""
    seconds: int | None


@dataclass(frozen=True, slots=True)
class CarriersAccount:
    """The account, as the carrier's books have it."""

    sid: str
    status: str
    """active, suspended, closed"""

    @property
    def is_active(self) -> bool:
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class CarriersNumber:
    """A number of the account, and what is asked when it is dialled."""

    sid: str
    number: str
    settings: Mapping[str, str]
    """by Twilio's names (`voice_url`, `voice_method` …); empty where nothing is set"""


class Carrier(Protocol):
    """An account at a carrier. Every method raises CarrierError, and waits 10 seconds at most."""

    def place_call(self, call: CallToPlace) -> str:
        """Have a call placed; its CallSid. Asking again places another one."""

    def calls(self, *, to: str, shown: str, since: datetime) -> Iterator[CarriersCall]:
        """The calls that were placed from one number to another since a moment, page by page."""

    def calls_of_day(self, day: date) -> Iterator[CarriersCall]:
        """Every call of the account that started on this day (UTC), page by page, the newest first."""

    def call(self, sid: str) -> CarriersCall | None:
        """A call by its CallSid; None where the carrier knows none."""

    def end_call(self, sid: str) -> None:
        """Hang up. A call that is over stays so."""

    def recording(self, sid: str) -> CarriersRecording | None:
        """A recording by its RecordingSid; None where the carrier has none (any more)."""

    def sound(self, sid: str) -> bytes:
        """A recording as a WAV file. The address is made from the SID, never taken from a request."""

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the carrier. One that is not there is deleted."""


class CarrierNumbers(Protocol):
    """The account itself, and its numbers. Every method raises CarrierError, and waits 10 seconds at most."""

    def account(self) -> CarriersAccount:
        """The account that is signed in. Raises NotLetIn where its token is wrong."""

    def numbers(self) -> Iterator[CarriersNumber]:
        """Every number of the account, page by page."""

    def change_number(self, sid: str, settings: Mapping[str, str]) -> None:
        """Set these settings of a number; others stay as they are. Once more changes nothing."""
