"""What Twilio's SDK returns, read into the carrier's types. What cannot be read raises Unclear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any

from twilio.base.exceptions import TwilioException

from callrouter.telephony import CarriersCall, CarriersNumber, RefusedByCarrier, Unclear

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
NUMBER_SID = re.compile(r"PN[0-9a-f]{32}")
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


@contextmanager
def unclear_on_parse_error() -> Iterator[None]:
    """An answer that the SDK cannot parse leaves open what has happened."""
    try:
        yield
    except (TwilioException, ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
        raise Unclear(f"the carrier's answer is not understood ({type(error).__name__})") from error


def checked_sid(sid: str, form: re.Pattern[str]) -> str:
    """Check a SID before it becomes part of a URL."""
    if not form.fullmatch(sid):
        raise RefusedByCarrier(f"not a SID of the carrier's ({form.pattern})")
    return sid


def placed_sid(sid: str) -> str:
    """The SID of a placed call. A call without one was placed all the same."""
    if not CALL_SID.fullmatch(sid):
        raise ValueError("no CallSid")
    return sid


def every_record(page: Any) -> Iterator[Any]:
    """All records on this page and the following ones. The SDK would follow circular pages for ever."""
    seen = set[str | None]()
    while page is not None:
        yield from page
        following = page.next_page_url
        if following in seen:
            raise Unclear("the carrier's list leads back to a page that it has had")
        seen.add(following)
        page = page.next_page()


def call_of(found: Any) -> CarriersCall:
    """A call of the SDK."""
    return CarriersCall(
        sid=found.sid,
        to=found.to,
        shown=found._from,
        status=found.status,
        direction=found.direction,
        parent=found.parent_call_sid or None,
        started_at=found.start_time,
        seconds=seconds_of(found.duration),
        price=_price(found.price),
        currency=found.price_unit,
    )


def number_of(found: Any) -> CarriersNumber:
    """A number of the account, with the settings that decide who is asked."""
    settings = {name: getattr(found, name) or "" for name in OF_A_NUMBER}
    return CarriersNumber(required_text(found.sid), required_text(found.phone_number), settings)


def required_text(written: Any) -> str:
    """A required field. Raises ValueError if it is missing."""
    if not isinstance(written, str) or not written:
        raise ValueError("a required field is missing")
    return written


def _price(written: str | None) -> Decimal | None:
    """The price, which Twilio writes as a negative number."""
    if not written:
        return None
    price = Decimal(written)
    if not price.is_finite():
        raise ValueError("no price")
    return abs(price)


def seconds_of(written: str | None) -> int | None:
    """A duration. None: not known yet."""
    return int(written) if written else None
