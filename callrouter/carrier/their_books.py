"""Reading the carrier's books into `carrier_call`, page by page, each page a transaction.

What has been read is kept: a price that was known is not forgotten, and one that has changed since is told as a
difference in the same transaction that keeps the new one. So is what the carrier takes for a call in the figures.
Reading again comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from itertools import islice
from typing import Any

from callrouter.carrier.auditor import BATCH, Auditor
from callrouter.carrier.books import TheirBooks, Theirs
from callrouter.carrier.difference import cost_differs
from callrouter.carrier.found import note
from callrouter.database import Session, selecting, sql
from callrouter.events.settle import be_the_only_writer
from callrouter.figures.cost import store_costs
from callrouter.telephony import CarriersCall

_COLUMNS = tuple(Theirs.__slots__)
_READ = sql(
    "INSERT INTO carrier_call (sid, parent, day, direction, status, seconds, cost_micros, currency, read_at) VALUES"
    " (:sid, :parent, :day, :direction, :status, :seconds, :cost_micros, :currency, :read_at) ON CONFLICT (sid) DO"
    " UPDATE SET parent = excluded.parent, day = excluded.day, direction = excluded.direction,"
    " status = excluded.status, seconds = excluded.seconds,"
    " cost_micros = COALESCE(excluded.cost_micros, carrier_call.cost_micros),"
    " currency = COALESCE(excluded.currency, carrier_call.currency), read_at = excluded.read_at"
)
_KEPT = selecting(_COLUMNS, "FROM carrier_call WHERE sid = ANY(:sids)")
_LEGS = selecting(_COLUMNS, "FROM carrier_call WHERE parent = ANY(:sids)")
_RETURNS = sql("SELECT sid, call FROM return_call WHERE sid = ANY(:sids)")


def read_day(auditor: Auditor, day: date) -> None:
    """All calls of a day: the time-consuming part, outside of any transaction but a page's."""
    found = auditor.carrier.calls_of_day(day)
    while page := list(islice(found, BATCH)):
        _keep(auditor, [_theirs(call, day) for call in page])


def read_one(auditor: Auditor, sid: str, day: date) -> None:
    """A call that the day does not have: it may have begun a moment later there. It is of its own day."""
    found = auditor.carrier.call(sid)
    if found:
        _keep(auditor, [_theirs(found, day)])


def their_books(session: Session, sids: list[str]) -> TheirBooks:
    """What has been read of these calls, and of their legs."""
    named, legs = session.ask_all((_KEPT, {"sids": sids}), (_LEGS, {"sids": sids}))
    return TheirBooks(Theirs(*row) for row in [*named, *legs])


def micros(price: Decimal) -> int:
    """Millionths of a unit, the nearest; half a millionth to the even one, so that sums do not drift. *Pure.*"""
    return int(price.scaleb(6).to_integral_value(ROUND_HALF_EVEN))


def _theirs(call: CarriersCall, asked: date) -> Theirs:
    """One that waits to be dialled has no day yet: it is of the one that was asked about."""
    return Theirs(
        sid=call.sid,
        parent=call.parent,
        day=(call.started_at.astimezone(UTC).date() if call.started_at else asked).isoformat(),
        direction=call.direction,
        status=call.status,
        seconds=call.seconds,
        cost_micros=None if call.price is None else micros(call.price),
        currency=call.currency,
    )


def _keep(auditor: Auditor, page: Sequence[Theirs]) -> None:
    # A list that grows while it is read may tell a call twice, and two that read lock the same rows in the same order.
    once = {call.sid: call for call in page}
    auditor.database.transact(partial(keep_page, [once[sid] for sid in sorted(once)], auditor.clock()))


def keep_page(page: Sequence[Theirs], now: datetime, session: Session) -> None:
    """Keep some of their calls, in one transaction, with what follows: other prices, and what calls cost us."""
    # Figures have one writer at a time.
    be_the_only_writer(session)
    kept = {row[0]: Theirs(*row) for row in session.ask(_KEPT, sids=[call.sid for call in page])}
    session.tell_all(_READ, list(_rows(page, now)))
    news = [call for call in page if call != kept.get(call.sid)]
    calls = _callers_calls(session, news)
    for finding in (finding for call in news for finding in cost_differs(kept.get(call.sid), call)):
        note(session, replace(finding, call=calls[finding.sid]), mended=True, now=now)
    store_costs(session, sorted(set(calls.values())))


def _rows(page: Iterable[Theirs], now: datetime) -> Iterator[dict[str, Any]]:
    for call in page:
        yield {name: getattr(call, name) for name in _COLUMNS} | {"read_at": now}


def _callers_calls(session: Session, page: Sequence[Theirs]) -> dict[str, str]:
    """By CallSid, the caller's call that these belong to: a leg to what dialled it, that to its promise."""
    roots = {call.sid: call.parent or call.sid for call in page}
    returned: dict[str, str] = dict(session.ask(_RETURNS, sids=list(roots.values())))
    return {sid: returned.get(root, root) for sid, root in roots.items()}
