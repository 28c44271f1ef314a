"""Why a call was not charged: by the same rule, rate and earlier charges that its charge would have had."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, entry
from callrouter.billing.pricing import AcceptedCall, why_free
from callrouter.directory.directory import Directory, Rate
from callrouter.events.model import outbox
from callrouter.events.outbox import ENDED
from callrouter.reports.charges import IS_CREDITED

NOT_OVER = "the call is not over"
NOT_ACCEPTED = "no center accepted it"
WAITS = "it waits to be worked off: callrouter drain"
SET_ASIDE = "charging it kept failing and was set aside: callrouter outbox list"
NOT_WORKED_OFF = "nothing is known against it: callrouter doctor tells whether the workers work"


class Talk(NamedTuple):
    """Who talked with the caller for how long, on the call or when it was returned."""

    partner: str
    kind: str
    seconds: int


def why_not_charged(
    connection: sa.Connection, call: sa.RowMapping, talk: Talk | None, directory: Directory
) -> str:
    """The reason; `directory` is the version that was in force when the call arrived."""
    if call["ended_at"] is None:
        return NOT_OVER
    if talk is None:
        return NOT_ACCEPTED
    before = _charged_before(connection, call, talk.partner)
    rate = _rate(directory, talk, call["arrived_at"])
    free = why_free(rate, AcceptedCall(call["arrived_at"], talk.seconds, before))
    return free or _what_waits(connection, call["sid"]) or NOT_WORKED_OFF


def _rate(directory: Directory, talk: Talk, at: datetime) -> Rate | None:
    partner = directory.partners.get(talk.partner)
    return partner.rate(talk.kind, at) if partner else None


def _charged_before(connection: sa.Connection, call: sa.RowMapping, partner: str) -> tuple[datetime, ...]:
    if call["caller_match"] is None:
        return ()
    query = sa.select(entry.c.arrived_at).where(
        entry.c.caller_match == call["caller_match"],
        entry.c.partner == partner,
        entry.c.entry == CHARGE,
        ~IS_CREDITED,
    )
    return tuple(connection.execute(query).scalars())


def _what_waits(connection: sa.Connection, sid: str) -> str | None:
    query = sa.select(outbox.c.set_aside_at).where(outbox.c.call == sid, outbox.c.fact == ENDED)
    moments = list(connection.execute(query).scalars())
    if not moments:
        return None
    return SET_ASIDE if all(moments) else WAITS
