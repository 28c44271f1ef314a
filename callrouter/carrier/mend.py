"""Putting our books right, where the carrier's tell what happened: a call that ended, and how long somebody talked.

What follows from it (the record, the charge and what hangs on that) follows by the fact that is published here.
"""

from __future__ import annotations

from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.reap import reap
from callrouter.carrier.difference import NO_TALK_THERE, NOT_ENDED_HERE, OTHER_LENGTH, Finding, OurLeg
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.events import outbox
from callrouter.routing.memory import RoutingMemory

_LEG_TALKED = sql("UPDATE leg SET talk_seconds = :seconds WHERE call = :call AND number = :number")
_RETURN_TALKED = sql("UPDATE return_call SET talk_seconds = :seconds WHERE call = :call AND number = :number")


def mend(
    session: Session,
    directories: DirectoryShelf,
    memory: RoutingMemory,
    sid: str,
    finding: Finding,
    now: datetime,
) -> bool:
    """Put right what a finding is about; False where only a person can tell what to make of it."""
    if finding.what == NOT_ENDED_HERE:
        reap(directories, memory, sid, now, session)
        return True
    if finding.what in {OTHER_LENGTH, NO_TALK_THERE} and finding.leg:
        calls.locked(session, sid)
        _talked(session, sid, finding.leg, finding.seconds)
        outbox.publish_ended(session, sid, now)
        return True
    return False


def _talked(session: Session, sid: str, leg: OurLeg, seconds: int) -> None:
    statement = _RETURN_TALKED if leg.returned else _LEG_TALKED
    session.tell(statement, call=sid, number=leg.number, seconds=seconds)
