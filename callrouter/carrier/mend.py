"""Putting our books right, where the carrier's tell what happened: a call that ended, a talk of which we were
told nothing, and how long somebody talked.

What follows from it (the record, the charge and what hangs on that) follows by the fact that is published here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.reap import reap
from callrouter.calls.suppose import talked_by_the_books
from callrouter.calls.turn import CallContext
from callrouter.carrier.books import OurLeg
from callrouter.carrier.difference import (
    NO_TALK_THERE,
    NOT_ENDED_HERE,
    OTHER_LENGTH,
    OTHER_LENGTH_OF_CALL,
    TALK_THERE,
    Finding,
)
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.events import outbox
from callrouter.routing.memory import RoutingMemory

_CALL_LASTED = sql("UPDATE call SET carrier_seconds = :seconds WHERE sid = :call")
_LEG_TALKED = sql("UPDATE leg SET talk_seconds = :seconds WHERE call = :call AND number = :number")
_RETURN_TALKED = sql("UPDATE return_call SET talk_seconds = :seconds WHERE call = :call AND number = :number")


def mend(
    session: Session, directories: DirectoryShelf, memory: RoutingMemory, finding: Finding, now: datetime
) -> bool:
    """Put right what a finding is about; False where only a person can tell what to make of it."""
    if finding.call is None:
        return False
    if finding.what == NOT_ENDED_HERE:
        reap(directories, memory, finding.call, now, session)
        return True
    if finding.what == TALK_THERE:
        return _talked_after_all(session, directories, memory, finding, now)
    set_right = _right(finding)
    if set_right is None:
        return False
    calls.lock_call(session, finding.call)
    set_right(session, finding.call)
    outbox.publish_ended(session, finding.call, now)
    return True


def _talked_after_all(
    session: Session, directories: DirectoryShelf, memory: RoutingMemory, finding: Finding, now: datetime
) -> bool:
    """A talk of which we were told nothing at all: accepted, as there is no key to wait for."""
    call = calls.lock_call(session, finding.call or "")
    if call is None or finding.leg is None or not finding.leg.supposed:
        return False
    context = CallContext(
        session=session, memory=memory, directory=directories.in_force(session), call=call, now=now
    )
    [leg] = [leg for leg in call.legs if leg.number == finding.leg.number]
    talked_by_the_books(context, leg, finding.sid, finding.seconds)
    return True


def _right(finding: Finding) -> Callable[[Session, str], None] | None:
    leg, seconds = finding.leg, finding.seconds
    if finding.what == OTHER_LENGTH_OF_CALL:
        return lambda session, call: session.tell(_CALL_LASTED, call=call, seconds=seconds)
    if finding.what in {OTHER_LENGTH, NO_TALK_THERE} and leg:
        return lambda session, call: _talked(session, call, leg, seconds)
    return None


def _talked(session: Session, call: str, leg: OurLeg, seconds: int) -> None:
    statement = _RETURN_TALKED if leg.returned else _LEG_TALKED
    session.tell(statement, call=call, number=leg.number, seconds=seconds)
