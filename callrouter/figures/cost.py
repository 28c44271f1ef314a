"""The carrier's cost of a call: the call itself, its legs, its return calls and their legs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.database import Session
from callrouter.figures.model import PartnerCall
from callrouter.promises.model import ReturnCall

# Reconciliation imports this module, so its table is declared here again, with the needed columns.
_CDR = sa.table(
    "carrier_cdr",
    sa.column("sid", sa.Text),
    sa.column("parent", sa.Text),
    sa.column("status", sa.Text),
    sa.column("cost_micros", sa.BigInteger),
    sa.column("currency", sa.Text),
)
_COST = (_CDR.c.cost_micros, _CDR.c.currency, _CDR.c.status)
_OF_CALLS = sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text)))
_RETURN_CALLS = sa.select(ReturnCall.call, *_COST).where(ReturnCall.call == _OF_CALLS)
_RECORDED = sa.union_all(
    sa.select(_CDR.c.sid.label("call"), *_COST).where(_CDR.c.sid == _OF_CALLS),
    sa.select(_CDR.c.parent, *_COST).where(_CDR.c.parent == _OF_CALLS),
    _RETURN_CALLS.join_from(ReturnCall, _CDR, _CDR.c.sid == ReturnCall.sid),
    _RETURN_CALLS.join_from(ReturnCall, _CDR, _CDR.c.parent == ReturnCall.sid),
).subquery("recorded")
# An unanswered call costs nothing. Any other call without a price will get one.
_WITHOUT_PRICE = sa.func.count().filter(
    _RECORDED.c.cost_micros.is_(None),
    _RECORDED.c.status != sa.all_(sa.literal(["busy", "failed", "no-answer", "canceled"], ARRAY(sa.Text))),
)
_ALL_KNOWN = sa.and_(
    sa.func.min(_RECORDED.c.currency) == sa.func.max(_RECORDED.c.currency), _WITHOUT_PRICE == 0
)
_COSTS = (
    sa.select(
        _RECORDED.c.call,
        sa.case((_ALL_KNOWN, sa.func.sum(_RECORDED.c.cost_micros))).label("micros"),
        sa.case((_ALL_KNOWN, sa.func.min(_RECORDED.c.currency))).label("currency"),
    )
    .group_by(_RECORDED.c.call)
    .subquery("costs")
)
_STORE_COSTS = (
    sa.update(PartnerCall)
    .where(
        PartnerCall.call == _COSTS.c.call,
        PartnerCall.is_primary,
        sa.exists().where(_CDR.c.sid == PartnerCall.call),
    )
    .values(cost_micros=_COSTS.c.micros, cost_currency=_COSTS.c.currency)
)


def store_costs(session: Session, calls: Sequence[str]) -> None:
    """Store the carrier's cost of these calls, if the carrier's CDRs have all of it.

    The caller of this function is the only writer (`events/settle.py`). A call that is not processed yet gets its
    cost when it is.
    """
    if calls:
        session.execute(_STORE_COSTS, {"calls": list(calls)})
