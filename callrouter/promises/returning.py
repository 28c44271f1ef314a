"""Ringing the owners of promises through the carrier, and finding out what became of calls that nobody told us of.

The order is what makes it safe: a try is stored first, then the carrier is asked for the call, then its CallSid is
stored. Whatever is killed in between leaves a try without a CallSid. It is never placed again blindly: its webhooks,
or the carrier's books, tell whether it was placed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from callrouter.database import Database, DuplicateKey, Session, sql
from callrouter.events import inbox
from callrouter.promises import promise as promises
from callrouter.promises.claim import back_off, claim, goes_well_again, in_time_for_the_carrier, is_due
from callrouter.promises.desk import Desk
from callrouter.promises.follow import close, keep, let_line_go
from callrouter.promises.promise import RETURN_CALL, ReturnCall
from callrouter.telephony import (
    CallToPlace,
    Carrier,
    CarrierError,
    CarriersCall,
    RefusedByCarrier,
    TooManyRequests,
    Unclear,
)

RING_SECONDS = 25
TELLS_ITSELF_WITHIN = timedelta(seconds=15)
"""how long webhooks, or the answer of the carrier, are waited for before its books are asked"""
CLOCKS_DIFFER = timedelta(minutes=5)
"""by how much ours and the carrier's may, at the most"""
BOOKS_ARE_BEHIND = timedelta(seconds=90)
"""a call that the books do not have after this was not placed"""
SOUGHT_EVERY = timedelta(seconds=30)
"""as long as it is not known whether the call was placed: until then its promise cannot be tried again"""
LOOKED_UP_EVERY = timedelta(minutes=5)
OVER_BY_NOW = timedelta(hours=5)
"""no call lasts longer: what the books have not told by then is supposed"""
_OVER = {"busy": "busy", "failed": "failed", "no-answer": "no-answer", "canceled": "no-answer"}
_RETRY = "#rc=2&rp=ct,rt,5xx"

_UNCLEAR = sql(
    "SELECT call, number FROM return_call WHERE outcome IS NULL AND ("
    "(sid IS NULL AND began_at <= :unheard AND (looked_up_at IS NULL OR looked_up_at <= :soon)) OR"
    " (began_at <= :long_ago AND (looked_up_at IS NULL OR looked_up_at <= :long_ago))) ORDER BY began_at LIMIT :most"
)
_RIVALS = sql(
    "SELECT COUNT(*) FROM return_call WHERE outcome IS NULL AND sid IS NULL AND phone = :phone AND shown = :shown"
)
_KNOWN = sql("SELECT sid FROM return_call WHERE sid = ANY(:sids)")


@dataclass(frozen=True, slots=True)
class Office:
    """Where return calls are made from."""

    database: Database
    desk: Desk
    carrier: Carrier
    origin: str
    """our public origin, where the carrier asks for documents"""
    clock: Callable[[], datetime]


def ring_the_next(office: Office) -> bool:
    """Ring the owner of the promise that is next; False where none is due, or it is too early for the carrier."""
    now = office.clock()
    call = office.database.transact(lambda session: is_due(session, now))
    if call is None or not office.database.transact(lambda session: in_time_for_the_carrier(session, now)):
        return False
    try:
        tried = office.database.transact(partial(claim, desk=office.desk, call=call, now=now))
    except DuplicateKey:
        return True  # somebody else rings this caller in this very moment; it waits for that
    if tried:
        place(office, tried)
    return True


def place(office: Office, tried: ReturnCall) -> None:
    """Ask the carrier for the call to the owner, and store what it said."""
    base = f"{office.origin}/twilio/return/{tried.call}/{tried.number}"
    wanted = CallToPlace(tried.phone, tried.shown, f"{base}/owner", f"{base}/status{_RETRY}", RING_SECONDS)
    try:
        sid = office.carrier.place_call(wanted)
    except RefusedByCarrier as refused:
        about_a_number = refused.about_a_number
        _change(
            office,
            tried,
            lambda session, stored: _refused(session, office, stored, about_a_number=about_a_number),
        )
    except TooManyRequests:
        _change(office, tried, lambda session, stored: _not_now(session, office, stored))
    except Unclear:
        _change(office, tried, lambda session, stored: _unclear(session, office, stored))
    else:
        _change(office, tried, lambda session, stored: _placed(session, stored, sid))


def look_up_the_unclear(office: Office, most: int = 20) -> int:
    """Ask the carrier's books about tries of which too little was heard; how many were looked up."""
    now = office.clock()
    unclear = office.database.transact(
        lambda session: session.ask(
            _UNCLEAR,
            unheard=now - TELLS_ITSELF_WITHIN,
            soon=now - SOUGHT_EVERY,
            long_ago=now - LOOKED_UP_EVERY,
            most=most,
        )
    )
    for call, number in unclear:
        tried = office.database.transact(partial(_stored, call=call, number=number))
        try:
            _look_up(office, tried)
        except CarrierError:
            # Others are first the next time, and nobody waits any longer for a carrier that does not answer.
            _change(office, tried, lambda session, stored: _not_told(session, office, stored))
            break
    return len(unclear)


def _stored(session: Session, call: str, number: int) -> ReturnCall:
    [row] = session.ask(RETURN_CALL, call=call, number=number)
    return ReturnCall(*row)


def _look_up(office: Office, tried: ReturnCall) -> None:
    found = office.carrier.call(tried.sid) if tried.sid else _in_the_books(office, tried)
    _change(office, tried, lambda session, stored: _by_the_books(session, office, stored, found))


def _in_the_books(office: Office, tried: ReturnCall) -> CarriersCall | None:
    """The call that was placed for this try, if there is one that belongs to no other."""
    listed = office.carrier.calls(to=tried.phone, shown=tried.shown, since=tried.began_at - CLOCKS_DIFFER)
    ours = [found for found in listed if found.direction.startswith("outbound-api")]

    def not_taken(session: Session) -> list[CarriersCall]:
        known = {sid for (sid,) in session.ask(_KNOWN, sids=[found.sid for found in ours])}
        [(rivals,)] = session.ask(_RIVALS, phone=tried.phone, shown=tried.shown)
        unknown = [found for found in ours if found.sid not in known]
        if rivals > 1 and unknown:
            raise Unclear("several calls may be the one that is sought")
        return unknown

    left = office.database.transact(not_taken)
    return left[0] if left else None


def _by_the_books(session: Session, office: Office, tried: ReturnCall, found: CarriersCall | None) -> None:
    """What the carrier's books say of a try."""
    if found is None:
        _not_told(session, office, tried)
        if tried.open and tried.sid is None and tried.began_at <= office.clock() - BOOKS_ARE_BEHIND:
            _close(session, office, tried, "not-placed")
        return
    tried.looked_up_at = office.clock()
    tried.sid = tried.sid or found.sid
    if found.status in _OVER:
        _close(session, office, tried, _OVER[found.status])
    elif found.status == "completed":
        _close_completed(session, office, tried, found.seconds or 0)


def _not_told(session: Session, office: Office, tried: ReturnCall) -> None:
    """The books say nothing. They are asked again, as long as the call may last."""
    now = office.clock()
    tried.looked_up_at = now
    if tried.sid is None:
        let_line_go(session, tried)
    if tried.began_at <= now - OVER_BY_NOW:
        _close_completed(session, office, tried, 0)


def _close_completed(session: Session, office: Office, tried: ReturnCall, on_the_line: int) -> None:
    """The call is over and nobody told us how: a key 1 that the caller pressed is all that proves a conversation.

    `on_the_line` are the owner's seconds, of which the talk is what was left after the caller's key.
    """
    promise = promises.locked(session, tried.call)
    if tried.agreed_at and tried.taken_at and promise:
        # From then on the carrier counts its seconds.
        picked_up_at = (
            inbox.received_at(session, tried.call, f"return {tried.number} owner") or tried.taken_at
        )
        until_agreed = max(round((tried.agreed_at - picked_up_at).total_seconds()), 0)
        keep(session, office.desk, promise, tried, max(on_the_line - until_agreed, 0), office.clock())
    else:
        _close(session, office, tried, "caller-no-answer" if tried.taken_at else "screened-out")


def _placed(session: Session, tried: ReturnCall, sid: str) -> None:
    goes_well_again(session)
    tried.sid = tried.sid or sid


def _unclear(session: Session, office: Office, tried: ReturnCall) -> None:
    """The try stays open until it is known whether the call was placed, and the carrier is left alone for a while."""
    back_off(session, office.clock())
    let_line_go(session, tried)


def _refused(session: Session, office: Office, tried: ReturnCall, *, about_a_number: bool) -> None:
    """A number that cannot be rung is its center's miss; an account that is refused is nobody's."""
    if about_a_number:
        _close(session, office, tried, "failed")
    else:
        _not_now(session, office, tried)


def _not_now(session: Session, office: Office, tried: ReturnCall) -> None:
    """Certain that nothing was dialled: the try does not count, and the carrier is left alone for a while."""
    back_off(session, office.clock())
    _close(session, office, tried, "not-placed")


def _close(session: Session, office: Office, tried: ReturnCall, outcome: str) -> None:
    promise = promises.locked(session, tried.call)
    if promise is not None:
        close(session, office.desk, promise, tried, outcome, office.clock())


def _change(office: Office, tried: ReturnCall, deed: Callable[[Session, ReturnCall], None]) -> None:
    """Do something with the try as it is stored by now, under the lock of its promise."""

    def changed(session: Session) -> None:
        promises.locked(session, tried.call)
        stored = _stored(session, tried.call, tried.number)
        deed(session, stored)
        promises.save_return_call(session, stored)

    office.database.transact(changed)
