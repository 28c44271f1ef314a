"""The inbox: each callback once, with the document that answered it.

A repeated callback finds its row and gets the same document, byte for byte. Fields with a number, a name or a place
are not stored; a caller's number is only in the vault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.events.model import InboxEntry
from callrouter.masking import masked

_OF_CALLBACK = (InboxEntry.call == sa.bindparam("call"), InboxEntry.key == sa.bindparam("key"))
ANSWER_OF = sa.select(InboxEntry.answer).where(*_OF_CALLBACK)
"""(call, key) -> the document that answered this callback; no row if it has not come before"""
_RECEIVED_AT = sa.select(InboxEntry.received_at).where(*_OF_CALLBACK)
_STORE = sa.insert(InboxEntry)

KEPT_FIELDS = frozenset(
    [
        "CallStatus",
        "DialCallStatus",
        "DialCallSid",
        "DialCallDuration",
        "DialBridged",
        "Digits",
        "FinishedOnKey",
        "msg",
        "SequenceNumber",
        "Timestamp",
        "CallDuration",
        "Duration",
        "SipResponseCode",
        "ErrorCode",
        "ErrorUrl",
        "StirVerstat",
        "StirStatus",
        "FromState",
        "FromCountry",
        "Direction",
        "ApiVersion",
        "CallSid",
        "ParentCallSid",
        "RecordingSid",
        "RecordingDuration",
        "RecordingStatus",
        "CallbackSource",
    ]
)

_SEVERAL_KEYS = re.compile(r"[0-9*#]{2,}")


def has_come(session: Session, call: str, key: str) -> bool:
    """Whether this callback has come before."""
    return session.execute(ANSWER_OF, {"call": call, "key": key}).one_or_none() is not None


def received_at(session: Session, call: str, key: str) -> datetime | None:
    """When this callback came. None if it has not."""
    received: datetime | None = session.execute(_RECEIVED_AT, {"call": call, "key": key}).scalar()
    return received


def without_persons(fields: Mapping[str, str]) -> str:
    """The fields to store: JSON in a fixed order, without numbers, names and places."""
    kept = {name: fields[name] for name in sorted(KEPT_FIELDS & fields.keys()) if fields[name]}
    # A single key is an answer. Several may be a telephone number, whatever the request.
    if _SEVERAL_KEYS.fullmatch(kept.get("Digits", "")):
        del kept["Digits"]
    # Some fields are texts of the carrier's, which may speak of a number.
    return json.dumps(masked(kept), separators=(",", ":"))


def store(
    session: Session, call: str, key: str, at: datetime, fields: Mapping[str, str], answer: str | None = None
) -> None:
    """Store a callback. The commit raises DuplicateKey if it is stored already."""
    session.execute(
        _STORE,
        {"call": call, "key": key, "received_at": at, "fields": without_persons(fields), "answer": answer},
    )
