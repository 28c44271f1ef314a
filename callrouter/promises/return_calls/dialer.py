"""Asks the carrier to call the owners of promises.

A return call is stored first, then the carrier is asked, then the CallSid is stored. A process that dies in between
leaves a return call without a CallSid. That call is never placed again blindly: its webhooks or the carrier's records
(`lookup.py`) show whether it was placed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from callrouter.database import Database, DuplicateKey, Session
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.model import CarrierRateLimit, ReturnCall
from callrouter.promises.promise import find_return_call, lock_promise, save_return_call
from callrouter.promises.return_calls.claim import claim, next_due
from callrouter.promises.return_calls.return_call import close, release_line_early
from callrouter.telephony import CallToPlace, Carrier, RefusedByCarrier, TooManyRequests, Unclear

RING_SECONDS = 25
BETWEEN_CALLS = timedelta(seconds=1)
"""Twilio takes one new call a second by default"""
LONGEST_BACKOFF = timedelta(minutes=2)
_RETRY = "#rc=2&rp=ct,rt,5xx"

_UPDATE_LIMIT = sa.update(CarrierRateLimit).where(CarrierRateLimit.one == 1)
_TAKE_TURN = _UPDATE_LIMIT.where(CarrierRateLimit.next_call_at <= sa.bindparam("now")).returning(
    CarrierRateLimit.one
)
_FAILURES = sa.select(CarrierRateLimit.failures).where(CarrierRateLimit.one == 1)
_BACK_OFF = _UPDATE_LIMIT.values(failures=CarrierRateLimit.failures + 1)
_RESET_BACKOFF = _UPDATE_LIMIT.where(CarrierRateLimit.failures > 0)


@dataclass(frozen=True, slots=True)
class ReturnCallDialer:
    """The collaborators of code that places return calls."""

    database: Database
    dependencies: PromiseDependencies
    carrier: Carrier
    origin: str
    """our public origin, from which the carrier gets documents"""
    clock: Callable[[], datetime]


RecordChange = Callable[[Session, ReturnCallDialer, ReturnCall], None]
"""changes a return call, under the lock of its promise"""


def ring_next(dialer: ReturnCallDialer) -> bool:
    """Call the owner of the next promise. False if no promise is due or the rate limit allows no call yet."""
    now = dialer.clock()
    call = dialer.database.transact(lambda session: next_due(session, now))
    if call is None or not dialer.database.transact(lambda session: take_turn(session, now)):
        return False
    try:
        return_call = dialer.database.transact(
            partial(claim, dependencies=dialer.dependencies, call=call, now=now)
        )
    except DuplicateKey:
        return True  # somebody else rings this caller in this very moment; it waits for that
    if return_call:
        place(dialer, return_call)
    return True


def place(dialer: ReturnCallDialer, return_call: ReturnCall) -> None:
    """Ask the carrier to call the owner, and store the result."""
    base = f"{dialer.origin}/twilio/return/{return_call.call}/{return_call.number}"
    call = CallToPlace(
        return_call.phone, return_call.shown, f"{base}/owner", f"{base}/status{_RETRY}", RING_SECONDS
    )
    record: RecordChange
    try:
        sid = dialer.carrier.place_call(call)
    except RefusedByCarrier as refused:
        record = partial(_record_refusal, about_a_number=refused.about_a_number)
    except TooManyRequests:
        record = _record_rate_limit
    except Unclear:
        record = _record_no_answer
    else:
        record = partial(_record_placed, sid=sid)
    change_return_call(dialer, return_call, record)


def change_return_call(dialer: ReturnCallDialer, return_call: ReturnCall, change: RecordChange) -> None:
    """Apply a change to the return call as it is stored now, under the lock of its promise."""

    def changed(session: Session) -> None:
        lock_promise(session, return_call.call)
        stored = find_return_call(session, return_call.call, return_call.number)
        change(session, dialer, stored)
        save_return_call(session, stored)

    dialer.database.transact(changed)


def close_return_call(
    session: Session, dialer: ReturnCallDialer, return_call: ReturnCall, outcome: str
) -> None:
    """Close a return call, under the lock of its promise."""
    promise = lock_promise(session, return_call.call)
    if promise is not None:
        close(session, dialer.dependencies, promise, return_call, outcome, dialer.clock())


def take_turn(session: Session, now: datetime) -> bool:
    """Take the next call that the carrier's rate limit allows. False if it is too early."""
    values = {"now": now, "next_call_at": now + BETWEEN_CALLS}
    return session.execute(_TAKE_TURN, values).first() is not None


def back_off(session: Session, now: datetime) -> None:
    """Wait before the next request, twice as long after each failure in a row."""
    failures: int = session.execute(_FAILURES).one().failures
    pause = min(BETWEEN_CALLS * 2 ** (failures + 1), LONGEST_BACKOFF)
    session.execute(_BACK_OFF, {"next_call_at": now + pause})


def reset_backoff(session: Session) -> None:
    """End the backoff: the carrier has accepted a call."""
    session.execute(_RESET_BACKOFF, {"failures": 0})


def _record_placed(session: Session, dialer: ReturnCallDialer, return_call: ReturnCall, sid: str) -> None:
    reset_backoff(session)
    return_call.sid = return_call.sid or sid


def _record_no_answer(session: Session, dialer: ReturnCallDialer, return_call: ReturnCall) -> None:
    """Keep the return call open until it is known whether it was placed, and back off."""
    back_off(session, dialer.clock())
    release_line_early(session, return_call)


def _record_refusal(
    session: Session, dialer: ReturnCallDialer, return_call: ReturnCall, *, about_a_number: bool
) -> None:
    """A refused number counts as missed by its center. A refused account counts for nobody."""
    if about_a_number:
        close_return_call(session, dialer, return_call, "failed")
    else:
        _record_rate_limit(session, dialer, return_call)


def _record_rate_limit(session: Session, dialer: ReturnCallDialer, return_call: ReturnCall) -> None:
    """The carrier placed no call: nothing is counted, and we back off."""
    back_off(session, dialer.clock())
    close_return_call(session, dialer, return_call, "not-placed")
