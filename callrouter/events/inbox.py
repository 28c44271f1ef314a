"""The inbox: each callback as it came, once, with the document it was answered with.

A repetition finds its row and gets the same document, byte for byte. Fields that carry a number, a name or a place
are not stored; a caller's number is in the vault or nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callrouter.database import Session, Statement, sql

ANSWER = sql("SELECT answer FROM inbox WHERE call = :call AND key = :key")
_RECEIVED = sql("SELECT received_at FROM inbox WHERE call = :call AND key = :key")
_STORE = sql(
    "INSERT INTO inbox (call, key, received_at, fields, answer) VALUES (:call, :key, :at, :fields, :answer)"
)

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


def asking(call: str, key: str) -> tuple[Statement, dict[str, Any]]:
    """The question whether this callback has come before, to be asked along with others."""
    return ANSWER, {"call": call, "key": key}


def received_at(session: Session, call: str, key: str) -> datetime | None:
    """When this callback came; None where it has not."""
    rows = session.ask(_RECEIVED, call=call, key=key)
    return rows[0][0] if rows else None


def without_persons(fields: Mapping[str, str]) -> str:
    """The fields as they are stored: JSON, in a fixed order, without numbers, names and places."""
    kept = {name: fields[name] for name in sorted(KEPT_FIELDS & fields.keys()) if fields[name]}
    # One key is an answer; several may be a telephone number, wherever and whenever they come.
    if _SEVERAL_KEYS.fullmatch(kept.get("Digits", "")):
        del kept["Digits"]
    return json.dumps(kept, separators=(",", ":"))


def store(
    session: Session, call: str, key: str, at: datetime, fields: Mapping[str, str], answer: str | None = None
) -> None:
    """Store a callback. The commit raises DuplicateKey where it has been stored before."""
    session.tell(_STORE, call=call, key=key, at=at, fields=without_persons(fields), answer=answer)
