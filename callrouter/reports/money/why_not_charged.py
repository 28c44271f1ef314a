"""Explains why a call was not charged, by the same rules as its charge."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.model import CHARGE, LedgerEntry
from callrouter.billing.pricing import AcceptedCall, why_free
from callrouter.directory.directory import Directory, Rate
from callrouter.events.model import OutboxFact
from callrouter.events.outbox import ENDED

NOT_OVER = "the call is not over"
NOT_ACCEPTED = "no center accepted it"
WAITS = "it waits to be worked off: callrouter drain"
SET_ASIDE = "charging it kept failing and was set aside: callrouter outbox list"
NOT_WORKED_OFF = "nothing is known against it: callrouter doctor tells whether the workers work"


class AcceptedTalk(NamedTuple):
    """Who talked with the caller and for how long, on the call or on a return call."""

    partner: str
    kind: str
    seconds: int


def why_not_charged(
    connection: sa.Connection, call: sa.RowMapping, talk: AcceptedTalk | None, directory: Directory
) -> str:
    """The reason. `directory` is the version in force when the call arrived."""
    if call["ended_at"] is None:
        return NOT_OVER
    if talk is None:
        return NOT_ACCEPTED
    before = _counted_before(connection, call, talk.partner)
    rate = _rate(directory, talk, call["arrived_at"])
    free = why_free(rate, AcceptedCall(call["arrived_at"], talk.seconds, before))
    return (free.reason if free else None) or _what_waits(connection, call["sid"]) or NOT_WORKED_OFF


def _rate(directory: Directory, talk: AcceptedTalk, at: datetime) -> Rate | None:
    partner = directory.partners.get(talk.partner)
    return partner.rate(talk.kind, at) if partner else None


def _counted_before(connection: sa.Connection, call: sa.RowMapping, partner: str) -> tuple[datetime, ...]:
    """The arrivals of the caller's calls to this partner that count."""
    if call["caller_pseudonym"] is None:
        return ()
    query = sa.select(LedgerEntry.call, LedgerEntry.arrived_at).where(
        LedgerEntry.caller_pseudonym == call["caller_pseudonym"],
        LedgerEntry.partner == partner,
        LedgerEntry.entry_type == CHARGE,
    )
    arrived = {row.call: row.arrived_at for row in connection.execute(query)}
    charged = charged_calls(connection, list(arrived))
    return tuple(arrived[sid] for sid, one in charged.items() if one.counts)


def _what_waits(connection: sa.Connection, sid: str) -> str | None:
    query = sa.select(OutboxFact.set_aside_at).where(OutboxFact.call == sid, OutboxFact.fact == ENDED)
    moments = list(connection.execute(query).scalars())
    if not moments:
        return None
    return SET_ASIDE if all(moments) else WAITS
