"""Finds a call by its CallSid, or by the beginning of it."""

from __future__ import annotations

import re

import sqlalchemy as sa

from callrouter.calls.model import Call
from callrouter.errors import Fault, NotKnown

_BEGINNING = re.compile(r"CA[0-9a-f]{0,32}")
_AFTER_ALL_DIGITS = "g"
_SHOWN = 3


def find_call(connection: sa.Connection, written: str) -> str:
    """The whole CallSid. Raises Fault if the text is no CallSid or is ambiguous, NotKnown if no call has it."""
    if not _BEGINNING.fullmatch(written):
        raise Fault(f"{written!r} is not a CallSid, nor its beginning: CA and up to 32 of 0-9 and a-f")
    found = _beginning_with(connection, written)
    if not found:
        raise NotKnown(f"there is no call {written}; `callrouter calls list` shows the latest")
    if len(found) > 1 and found[0] != written:
        raise Fault(f"several calls begin with {written}: {', '.join(found[:_SHOWN])} …; write more of it")
    return found[0]


def _beginning_with(connection: sa.Connection, written: str) -> list[str]:
    # A range, not LIKE, so that the primary key's index works with any collation.
    within = sa.and_(Call.sid >= written, Call.sid < written + _AFTER_ALL_DIGITS)
    query = sa.select(Call.sid).where(within).order_by(Call.sid).limit(_SHOWN + 1)
    return list(connection.execute(query).scalars())
