"""Making a promise, in the transaction of the key press that asked for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from callrouter.calls.call import Call
from callrouter.calls.exchange import Consent
from callrouter.database import Session, sql

DUE_WITHIN = timedelta(hours=2)

_MAKE = sql(
    "INSERT INTO promise (call, owner, listing, helpline, only_center, state, made_at, due_at, attempts,"
    " consent_words, consent_key, consent_at) VALUES (:call, :owner, :listing, :helpline, :only_center, 'open',"
    " :at, :due_at, 0, :words, :key, :at) ON CONFLICT (call) DO NOTHING"
)


def make_promise(session: Session, call: Call, owner: str | None, consent: Consent) -> None:
    """Promise the caller a return call by its owner. One a call; the database holds a listing's to its center."""
    session.tell(
        _MAKE,
        call=call.sid,
        owner=owner,
        listing=call.bound_listing,
        helpline=call.helpline,
        only_center=call.only_center,
        at=consent.at,
        due_at=consent.at + DUE_WITHIN,
        words=consent.words,
        key=consent.key,
    )
