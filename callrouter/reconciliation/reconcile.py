"""Compares a day with the carrier's CDRs, and corrects our records.

First the whole day is read (`carrier_cdrs.py`). Then its calls are compared in batches, one transaction each. After
an interruption, run it again: the result is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from callrouter.billing.ledger import confirm_charges
from callrouter.calls.model import Call
from callrouter.database import Instant, Session
from callrouter.promises.model import ReturnCall
from callrouter.reconciliation.carrier_cdrs import read_day, read_one, stored_cdrs
from callrouter.reconciliation.cdrs import OurCall
from callrouter.reconciliation.compare import INBOUND, NOT_ENDED_HERE, Finding, differences, has_the_talk
from callrouter.reconciliation.context import BATCH, ReconciliationContext
from callrouter.reconciliation.correct import correct
from callrouter.reconciliation.findings import close_resolved, store_finding
from callrouter.reconciliation.model import CarrierCdr, ReconciledDay
from callrouter.reconciliation.our_cdrs import our_cdrs

_DAY, _AFTER = sa.bindparam("day", type_=sa.Text), sa.bindparam("after", type_=sa.Text)
_BEGIN, _END = sa.bindparam("begin", type_=Instant), sa.bindparam("end", type_=Instant)
_MOST = sa.bindparam("most", type_=sa.Integer)
_PARENT = aliased(CarrierCdr)
# The caller's call: for a return call, the call that was promised it.
_CARRIERS_OF_DAY = (
    sa.select(CarrierCdr.sid, sa.func.coalesce(ReturnCall.call, CarrierCdr.sid).label("call"))
    .join_from(CarrierCdr, ReturnCall, ReturnCall.sid == CarrierCdr.sid, isouter=True)
    .where(CarrierCdr.day == _DAY, CarrierCdr.parent.is_(None), CarrierCdr.sid > _AFTER)
    .order_by(CarrierCdr.sid)
    .limit(_MOST)
)
_LEGS_OF_OTHER_DAYS = (
    sa.select(CarrierCdr.sid, sa.func.coalesce(ReturnCall.call, CarrierCdr.parent).label("call"))
    .join_from(CarrierCdr, ReturnCall, ReturnCall.sid == CarrierCdr.parent, isouter=True)
    .where(
        CarrierCdr.day == _DAY,
        CarrierCdr.sid > _AFTER,
        CarrierCdr.parent.is_not(None),
        ~sa.exists().where(_PARENT.sid == CarrierCdr.parent, _PARENT.day == _DAY),
    )
    .order_by(CarrierCdr.sid)
    .limit(_MOST)
)
_OURS_OF_DAY = (
    sa.select(Call.sid, Call.sid.label("call"))
    .where(
        Call.arrived_at >= _BEGIN,
        Call.arrived_at < _END,
        Call.sid > _AFTER,
        ~sa.exists().where(CarrierCdr.sid == Call.sid, CarrierCdr.day == _DAY),
    )
    .order_by(Call.sid)
    .limit(_MOST)
)
_RETURNED_ON_DAY = (
    sa.select(ReturnCall.call.label("sid"), ReturnCall.call)
    .where(ReturnCall.began_at >= _BEGIN, ReturnCall.began_at < _END, ReturnCall.call > _AFTER)
    .distinct()
    .order_by(ReturnCall.call)
    .limit(_MOST)
)
_FINISH = insert(ReconciledDay).from_select(
    ["day", "finished_at", "calls"],
    sa.select(_DAY, sa.bindparam("now", type_=Instant), sa.func.count())
    .select_from(CarrierCdr)
    .where(CarrierCdr.day == _DAY, CarrierCdr.direction == INBOUND),
)
_FINISH_DAY = _FINISH.on_conflict_do_update(
    index_elements=[ReconciledDay.day],
    set_={"finished_at": _FINISH.excluded.finished_at, "calls": _FINISH.excluded.calls},
)

_MOST_LOOKS = 3
"""a call can be ended, then answered, then confirmed"""


def reconcile(context: ReconciliationContext, day: date) -> None:
    """Compare a day (UTC). The findings are in `carrier_difference`."""
    read_day(context, day)
    for calls in _calls_of_day(context, day):
        for sid in context.database.transact(partial(_incomplete, calls)):
            read_one(context, sid, day)
        context.database.transact(partial(_compare, context, calls))
    now = context.clock()
    context.database.transact(
        lambda session: session.execute(_FINISH_DAY, {"day": day.isoformat(), "now": now})
    )


def _calls_of_day(context: ReconciliationContext, day: date) -> Iterator[list[str]]:
    """The calls that either side has on this day: callers' calls, and calls that only the carrier has."""
    begin = datetime.combine(day, time(), UTC)
    within: dict[str, object] = {"begin": begin, "end": begin + timedelta(days=1)}
    of_day: dict[str, object] = {"day": day.isoformat()}
    for statement, values in (
        (_CARRIERS_OF_DAY, of_day),
        (_LEGS_OF_OTHER_DAYS, of_day),
        (_OURS_OF_DAY, of_day | within),
        (_RETURNED_ON_DAY, within),
    ):
        yield from _in_batches(context, statement, values)


def _in_batches(
    context: ReconciliationContext, statement: sa.Executable, values: Mapping[str, object]
) -> Iterator[list[str]]:
    after = ""
    while rows := context.database.transact(
        partial(_page, statement, {**values, "after": after, "most": BATCH})
    ):
        yield sorted({row.call for row in rows})
        after = rows[-1].sid


def _page(statement: sa.Executable, values: Mapping[str, object], session: Session) -> Sequence[Any]:
    return session.execute(statement, values).all()


def _incomplete(calls: list[str], session: Session) -> list[str]:
    """The CDRs that were missing or in progress on the days that have been read."""
    named = _named(calls, our_cdrs(session, calls))
    theirs = stored_cdrs(session, named)
    return [sid for sid in named if not ((there := theirs.call(sid)) and there.over)]


def _named(calls: list[str], ours: Mapping[str, OurCall]) -> list[str]:
    """The CallSids of these calls and of everything that was rung for them."""
    return sorted({*calls, *(leg.sid for call in ours.values() for leg in call.legs if leg.sid)})


def _compare(context: ReconciliationContext, calls: list[str], session: Session) -> None:
    now = context.clock()
    found, left = list[Finding](), calls
    # A call that was just ended or accepted is compared again.
    for _ in range(_MOST_LOOKS):
        seen = _look(context, left, session, now) if left else []
        left = sorted({finding.call for finding in seen if finding.call and _has_result(finding)})
        found += seen
    close_resolved(session, calls, {(f.day, f.sid, f.what) for f in found}, now)


def _has_result(finding: Finding) -> bool:
    """Whether a correction changed the result of the call or leg."""
    return finding.what == NOT_ENDED_HERE or (finding.leg is not None and finding.leg.supposed)


def _look(context: ReconciliationContext, calls: list[str], session: Session, now: datetime) -> list[Finding]:
    """Compare, correct and confirm. Returns the findings."""
    ours = our_cdrs(session, calls)
    theirs = stored_cdrs(session, _named(calls, ours))
    found = [finding for sid in calls for finding in differences(sid, ours.get(sid), theirs)]
    for finding in found:
        corrected = correct(session, context.directories, context.memory, finding, now)
        store_finding(session, finding, corrected=corrected, now=now)
    # Lengths have just been corrected.
    confirmed = [sid for sid in sorted(ours) if has_the_talk(ours[sid], theirs)]
    if confirmed:
        confirm_charges(session, confirmed, now)
    return found
