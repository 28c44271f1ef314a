"""Looks up return calls in the carrier's records when their webhooks are missing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.database import Session
from callrouter.events import inbox
from callrouter.promises.model import ReturnCall
from callrouter.promises.promise import find_return_call, lock_promise
from callrouter.promises.return_calls.dialer import ReturnCallDialer, change_return_call, close_return_call
from callrouter.promises.return_calls.return_call import close_as_kept, release_line_early
from callrouter.telephony import CarrierError, CarriersCall, Unclear

WEBHOOKS_WITHIN = timedelta(seconds=15)
"""how long we wait for webhooks or the carrier's answer before we read its records"""
CLOCK_SKEW = timedelta(minutes=5)
"""the largest expected difference between our clock and the carrier's"""
RECORDS_WITHIN = timedelta(seconds=90)
"""a call that is not in the records after this time was not placed"""
SEARCH_EVERY = timedelta(seconds=30)
"""while it is unknown whether the call was placed; its promise cannot be attempted until then"""
LOOK_UP_EVERY = timedelta(minutes=5)
LONGEST_CALL = timedelta(hours=5)
"""no call lasts longer; after this time the result is assumed"""
_OVER = {"busy": "busy", "failed": "failed", "no-answer": "no-answer", "canceled": "no-answer"}

_long_ago = sa.bindparam("long_ago", type_=ReturnCall.began_at.type)
_UNCLEAR = (
    sa.select(ReturnCall.call, ReturnCall.number)
    .where(
        ReturnCall.outcome.is_(None),
        sa.or_(
            sa.and_(
                ReturnCall.sid.is_(None),
                ReturnCall.began_at <= sa.bindparam("unheard"),
                sa.or_(ReturnCall.looked_up_at.is_(None), ReturnCall.looked_up_at <= sa.bindparam("soon")),
            ),
            sa.and_(
                ReturnCall.began_at <= _long_ago,
                sa.or_(ReturnCall.looked_up_at.is_(None), ReturnCall.looked_up_at <= _long_ago),
            ),
        ),
    )
    .order_by(ReturnCall.began_at)
    .limit(sa.bindparam("most"))
)
_UNPLACED = sa.select(sa.func.count()).where(
    ReturnCall.outcome.is_(None),
    ReturnCall.sid.is_(None),
    ReturnCall.phone == sa.bindparam("phone"),
    ReturnCall.shown == sa.bindparam("shown"),
)
_KNOWN_SIDS = sa.select(ReturnCall.sid).where(
    ReturnCall.sid == sa.any_(sa.bindparam("sids", type_=ARRAY(sa.Text)))
)


def look_up_unclear(dialer: ReturnCallDialer, most: int = 20) -> int:
    """Read the carrier's records about return calls with missing webhooks. Returns how many were looked up."""
    now = dialer.clock()
    limits = {
        "unheard": now - WEBHOOKS_WITHIN,
        "soon": now - SEARCH_EVERY,
        "long_ago": now - LOOK_UP_EVERY,
        "most": most,
    }
    unclear = dialer.database.transact(lambda session: session.execute(_UNCLEAR, limits).all())
    for call, number in unclear:
        return_call = dialer.database.transact(partial(find_return_call, call=call, number=number))
        try:
            _look_up(dialer, return_call)
        except CarrierError:
            # The next run starts with others. Do not wait longer for a carrier that does not answer.
            change_return_call(dialer, return_call, _record_nothing_found)
            break
    return len(unclear)


def _look_up(dialer: ReturnCallDialer, return_call: ReturnCall) -> None:
    sid = return_call.sid
    found = dialer.carrier.call(sid) if sid else _search(dialer, return_call)
    change_return_call(dialer, return_call, partial(_record_found, found=found))


def _search(dialer: ReturnCallDialer, return_call: ReturnCall) -> CarriersCall | None:
    """Find the placed call that belongs to this return call and to no other."""
    phone, shown = return_call.phone, return_call.shown
    listed = dialer.carrier.calls(to=phone, shown=shown, since=return_call.began_at - CLOCK_SKEW)
    placed_by_us = [found for found in listed if found.direction.startswith("outbound-api")]

    def unknown_calls(session: Session) -> list[CarriersCall]:
        known = set(session.execute(_KNOWN_SIDS, {"sids": [found.sid for found in placed_by_us]}).scalars())
        unplaced = session.execute(_UNPLACED, {"phone": phone, "shown": shown}).scalar()
        unknown = [found for found in placed_by_us if found.sid not in known]
        if unplaced > 1 and unknown:
            raise Unclear("several calls may be the one that is sought")
        return unknown

    unknown = dialer.database.transact(unknown_calls)
    return unknown[0] if unknown else None


def _record_found(
    session: Session, dialer: ReturnCallDialer, return_call: ReturnCall, found: CarriersCall | None
) -> None:
    """Store what the carrier's records say about a return call."""
    if found is None:
        _record_nothing_found(session, dialer, return_call)
        unplaced = return_call.open and return_call.sid is None
        if unplaced and return_call.began_at <= dialer.clock() - RECORDS_WITHIN:
            close_return_call(session, dialer, return_call, "not-placed")
        return
    return_call.looked_up_at = dialer.clock()
    return_call.sid = return_call.sid or found.sid
    if found.status in _OVER:
        close_return_call(session, dialer, return_call, _OVER[found.status])
    elif found.status == "completed":
        _close_completed(session, dialer, return_call, found.seconds or 0)


def _record_nothing_found(session: Session, dialer: ReturnCallDialer, return_call: ReturnCall) -> None:
    """Store that the records have nothing. They are read again for as long as a call may last."""
    now = dialer.clock()
    return_call.looked_up_at = now
    if return_call.sid is None:
        release_line_early(session, return_call)
    if return_call.began_at <= now - LONGEST_CALL:
        _close_completed(session, dialer, return_call, 0)


def _close_completed(
    session: Session, dialer: ReturnCallDialer, return_call: ReturnCall, owner_seconds: int
) -> None:
    """Close a call that ended without webhooks. Only the caller's key 1 proves a conversation.

    `owner_seconds` is the length of the owner's call. The talk is the part after the caller's key.
    """
    promise = lock_promise(session, return_call.call)
    if return_call.agreed_at and return_call.taken_at and promise:
        # The carrier counts its seconds from this time.
        picked_up_at = (
            inbox.received_at(session, return_call.call, f"return {return_call.number} owner")
            or return_call.taken_at
        )
        before_talk = max(round((return_call.agreed_at - picked_up_at).total_seconds()), 0)
        talk_seconds = max(owner_seconds - before_talk, 0)
        close_as_kept(session, dialer.dependencies, promise, return_call, talk_seconds, dialer.clock())
    else:
        outcome = "caller-no-answer" if return_call.taken_at else "screened-out"
        close_return_call(session, dialer, return_call, outcome)
