"""Reads the carrier's CDRs into `carrier_cdr`, one transaction for each page.

A known price is never lost. A changed price is recorded as a difference in the transaction that stores it, and so is
the cost of the call in the figures. Reading again gives the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.database import Session
from callrouter.database.batch import arrays, insert_rows
from callrouter.events.settle import lock_settling
from callrouter.figures.cost import store_costs
from callrouter.promises.model import ReturnCall
from callrouter.reconciliation.cdrs import CarrierCdrs
from callrouter.reconciliation.compare import cost_differs
from callrouter.reconciliation.context import BATCH, ReconciliationContext
from callrouter.reconciliation.findings import store_finding
from callrouter.reconciliation.model import CarrierCdr
from callrouter.telephony import CarriersCall

_COLUMNS = tuple(column.key for column in CarrierCdr.__table__.columns)
_READ = [column for column in CarrierCdr.__table__.columns if column.key != CarrierCdr.read_at.key]
_SIDS = sa.bindparam("sids", type_=ARRAY(sa.Text))
_STORE = insert_rows(CarrierCdr, _COLUMNS)
_NEW = _STORE.excluded
_STORE_PAGE = _STORE.on_conflict_do_update(
    index_elements=[CarrierCdr.sid],
    set_={
        **{name: _NEW[name] for name in _COLUMNS if name != CarrierCdr.sid.key},
        CarrierCdr.cost_micros.key: sa.func.coalesce(_NEW.cost_micros, CarrierCdr.cost_micros),
        CarrierCdr.currency.key: sa.func.coalesce(_NEW.currency, CarrierCdr.currency),
    },
)
_STORED = sa.select(*_READ).where(CarrierCdr.sid == sa.any_(_SIDS))
_STORED_LEGS = sa.select(*_READ).where(CarrierCdr.parent == sa.any_(_SIDS))
_RETURNS = sa.select(ReturnCall.sid, ReturnCall.call).where(ReturnCall.sid == sa.any_(_SIDS))


def read_day(context: ReconciliationContext, day: date) -> None:
    """Read all calls of a day. This takes long; each page is a transaction of its own."""
    found = context.carrier.calls_of_day(day)
    while page := list(islice(found, BATCH)):
        _store(context, [_cdr(call, day) for call in page])


def read_one(context: ReconciliationContext, sid: str, day: date) -> None:
    """Read a call that is not on the day: at the carrier it may have begun a moment later, on the next day."""
    found = context.carrier.call(sid)
    if found:
        _store(context, [_cdr(found, day)])


def stored_cdrs(session: Session, sids: list[str]) -> CarrierCdrs:
    """The stored CDRs of these calls and of their legs."""
    named, legs = session.execute(_STORED, {"sids": sids}), session.execute(_STORED_LEGS, {"sids": sids})
    return CarrierCdrs(CarrierCdr(**row._asdict()) for row in [*named, *legs])


def micros(price: Decimal) -> int:
    """Round to millionths of a unit, half to even, so that sums do not drift. *Pure.*"""
    return int(price.scaleb(6).to_integral_value(ROUND_HALF_EVEN))


def _cdr(call: CarriersCall, asked: date) -> CarrierCdr:
    """A queued call has no day yet: it belongs to the day that was asked about."""
    return CarrierCdr(
        sid=call.sid,
        parent=call.parent,
        day=(call.started_at.astimezone(UTC).date() if call.started_at else asked).isoformat(),
        direction=call.direction,
        status=call.status,
        seconds=call.seconds,
        cost_micros=None if call.price is None else micros(call.price),
        currency=call.currency,
    )


def _store(context: ReconciliationContext, page: Sequence[CarrierCdr]) -> None:
    # A growing list may contain a call twice. Sorted, so that two readers lock rows in the same order.
    once = {call.sid: call for call in page}
    context.database.transact(partial(store_page, [once[sid] for sid in sorted(once)], context.clock()))


def store_page(page: Sequence[CarrierCdr], now: datetime, session: Session) -> None:
    """Store some CDRs in one transaction, with changed prices and the costs of calls."""
    # Figures have one writer at a time.
    lock_settling(session)
    rows = session.execute(_STORED, {"sids": [call.sid for call in page]})
    kept = {row.sid: CarrierCdr(**row._asdict()) for row in rows}
    session.execute(_STORE_PAGE, arrays(_COLUMNS, list(_rows(page, now))))
    news = [call for call in page if call != kept.get(call.sid)]
    calls = _callers_calls(session, news)
    for finding in (finding for call in news for finding in cost_differs(kept.get(call.sid), call)):
        store_finding(session, replace(finding, call=calls[finding.sid]), corrected=True, now=now)
    store_costs(session, sorted(set(calls.values())))


def _rows(page: Iterable[CarrierCdr], now: datetime) -> Iterator[dict[str, Any]]:
    for call in page:
        yield {column.key: getattr(call, column.key) for column in _READ} | {CarrierCdr.read_at.key: now}


def _callers_calls(session: Session, page: Sequence[CarrierCdr]) -> dict[str, str]:
    """The caller's call of each CDR, by CallSid: a leg's parent, and the original call of a return call."""
    roots = {call.sid: call.parent or call.sid for call in page}
    returned = {row.sid: row.call for row in session.execute(_RETURNS, {"sids": list(roots.values())})}
    return {sid: returned.get(root, root) for sid, root in roots.items()}
