"""What the carrier takes for a call: for itself, its legs, its return calls and theirs, by the carrier's own books."""

from __future__ import annotations

from collections.abc import Sequence

from callrouter.database import Session, sql

_BOOKED = (
    "SELECT cost_micros, currency, status FROM carrier_cdr WHERE sid = partner_call.call"
    " UNION ALL SELECT cost_micros, currency, status FROM carrier_cdr WHERE parent = partner_call.call"
    " UNION ALL SELECT booked.cost_micros, booked.currency, booked.status FROM return_call tried"
    " JOIN carrier_cdr booked ON booked.sid = tried.sid WHERE tried.call = partner_call.call"
    " UNION ALL SELECT booked.cost_micros, booked.currency, booked.status FROM return_call tried"
    " JOIN carrier_cdr booked ON booked.parent = tried.sid WHERE tried.call = partner_call.call"
)
# What nobody answered costs nothing; anything else without a price will still get one.
_ALL_KNOWN = (
    "MIN(currency) = MAX(currency) AND SUM(CASE WHEN cost_micros IS NULL"
    " AND status NOT IN ('busy', 'failed', 'no-answer', 'canceled') THEN 1 ELSE 0 END) = 0"
)
_KEEP = sql(
    "UPDATE partner_call SET (cost_micros, cost_currency) ="  # noqa: S608
    f" (SELECT CASE WHEN {_ALL_KNOWN} THEN SUM(cost_micros) END, CASE WHEN {_ALL_KNOWN} THEN MIN(currency) END"
    f" FROM ({_BOOKED}) AS booked)"
    " WHERE call = ANY(:calls) AND home"
    " AND EXISTS (SELECT 1 FROM carrier_cdr own WHERE own.sid = partner_call.call)"
)


def keep(session: Session, calls: Sequence[str]) -> None:
    """Keep with these calls what the carrier takes for them, where its books have all of it.

    Whoever keeps it is the only writer (`events/settle.py`). A call that is not worked off yet gets it when it is.
    """
    if calls:
        session.tell(_KEEP, calls=list(calls))
