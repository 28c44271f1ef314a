"""Where an id leads that somebody pasted: from anywhere, with its words around it, to the page of what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from callrouter.calls.model import Leg
from callrouter.directory.model import (
    StoredCenter,
    StoredHelpline,
    StoredListing,
    StoredNumber,
    StoredPartner,
)
from callrouter.errors import NotKnown
from callrouter.invoices.model import InvoiceHead
from callrouter.masking import masked
from callrouter.messages.model import VoicemailMessage
from callrouter.pasted_number import pasted_number
from callrouter.phone import is_number
from callrouter.promises.model import ReturnCall
from callrouter.reports.calls.find_call import find_call

_KEYS = {"partner": StoredPartner.key, "center": StoredCenter.key, "helpline": StoredHelpline.key}
_AROUND = " \t\r\n…,.;:\"'`“”„‘’«»()[]<>#"
"""what comes along when an id is copied from a sentence or from a page that shortens it"""
_WHOLE_SID = re.compile(r"CA[0-9a-f]{32}")
_RECORDING = re.compile(r"RE[0-9a-f]{8,32}")
_SID_PART = re.compile(r"[0-9a-f]{6,32}")
CALL_PREFIX = "CA"


@dataclass(frozen=True, slots=True)
class Destination:
    """A page of the console. `words` say what is there, where somebody has to choose."""

    endpoint: str
    values: dict[str, str] = field(default_factory=dict)
    words: str = ""


class NumberOfACaller(NotKnown):
    """A telephone number that is none of ours. Callers are found by a form, with a reason; nothing names the number."""


def destination(connection: sa.Connection, pasted: str) -> Destination:
    """The page of what was pasted. Raises NotKnown where nothing has that id, Fault where it means several calls.

    Raises NumberOfACaller for a telephone number that is none of ours.
    """
    text = pasted.strip(_AROUND)
    if text.startswith(CALL_PREFIX):
        return _call(connection, text)
    for find in (_line, _refuse_callers, _recording, _key, _invoice, _part_of_a_sid):
        for found in find(connection, text):
            return found
    raise NotKnown(
        f"nothing has the id {text!r}: paste a CallSid (CA…) or six signs and more of it, the SID of a leg, of a return"
        " call or of a recording (RE…), the key of a partner, a center, a helpline or a listing, one of our numbers, or"
        " the number of an invoice, an entry, a dispute, an alert, a disclosure, a version or a proposal of the"
        " directory. To find a caller's number, use the form on the page Calls"
    )


def _call(connection: sa.Connection, text: str) -> Destination:
    """A call. A whole SID may be that of a leg, or of a return call."""
    if _WHOLE_SID.fullmatch(text):
        for call in _calls_with_part(connection, text):
            return Destination("calls.call", {"sid": call})
    return Destination("calls.call", {"sid": find_call(connection, text)})


def _calls_with_part(connection: sa.Connection, sid: str) -> Iterator[str]:
    for query in (
        sa.select(Leg.call).where(Leg.sid == sid),
        sa.select(ReturnCall.call).where(ReturnCall.sid == sid),
        sa.select(ReturnCall.call).where(ReturnCall.caller_sid == sid),
    ):
        yield from connection.execute(query.limit(1)).scalars()


def _recording(connection: sa.Connection, text: str) -> Iterator[Destination]:
    if _RECORDING.fullmatch(text):
        query = sa.select(VoicemailMessage.call).where(VoicemailMessage.recording.startswith(text)).limit(1)
        for call in connection.execute(query).scalars():
            yield Destination("calls.call", {"sid": call})


def _key(connection: sa.Connection, text: str) -> Iterator[Destination]:
    for kind, column in _KEYS.items():
        if connection.execute(sa.select(sa.exists().where(column == text))).scalar_one():
            yield Destination("calls.listed", {kind: text})
    for center in connection.execute(
        sa.select(StoredListing.center).where(StoredListing.key == text)
    ).scalars():
        yield Destination("calls.listed", {"center": center})


def _line(connection: sa.Connection, text: str) -> Iterator[Destination]:
    """One of our numbers. A caller's is found in no other way than by the form, which is audited."""
    number = pasted_number(text)
    # They are compared here: the database may log what it is asked for.
    if is_number(number) and number in connection.execute(sa.select(StoredNumber.number)).scalars():
        yield Destination("calls.listed", {"line": number})


def _invoice(connection: sa.Connection, text: str) -> Iterator[Destination]:
    if connection.execute(sa.select(sa.exists().where(InvoiceHead.name == text.upper()))).scalar_one():
        yield Destination("billing.invoice", {"name": text.upper()})


def _refuse_callers(_: sa.Connection, text: str) -> Iterator[Destination]:
    """Its digits could be part of a SID, too, and the address of that list would have them."""
    if is_number(pasted_number(text)) or masked(text) != text:
        raise NumberOfACaller("callers are found by the form on the page Calls")
    yield from ()


def _part_of_a_sid(_: sa.Connection, text: str) -> Iterator[Destination]:
    """The list says which calls have it, and how many."""
    if _SID_PART.fullmatch(text):
        yield Destination("calls.listed", {"sid": text, "since": "all"})
