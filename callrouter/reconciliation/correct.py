"""Corrects our records from the carrier's CDRs: a missed end, a missed talk, the length of a talk.

It publishes a fact, and the subscribers correct the figures and the charge.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from callrouter.calls import call as calls
from callrouter.calls.missing_result import talked_by_carrier_records
from callrouter.calls.reap import reap
from callrouter.calls.turn import CallContext
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.events import outbox
from callrouter.promises.promise import correct_talk_seconds
from callrouter.reconciliation.cdrs import OurLeg
from callrouter.reconciliation.compare import (
    NO_TALK_THERE,
    NOT_ENDED_HERE,
    OTHER_LENGTH,
    OTHER_LENGTH_OF_CALL,
    TALK_THERE,
    Finding,
)
from callrouter.routing.memory import RoutingMemory


def correct(
    session: Session, directories: DirectoryCache, memory: RoutingMemory, finding: Finding, now: datetime
) -> bool:
    """Correct our record. False if only a person can decide what the finding means."""
    if finding.call is None:
        return False
    if finding.what == NOT_ENDED_HERE:
        reap(directories, memory, finding.call, now, session)
        return True
    if finding.what == TALK_THERE:
        return _add_talk(session, directories, memory, finding, now)
    correction = _correction_of(finding)
    if correction is None:
        return False
    calls.lock_call(session, finding.call)
    correction(session, finding.call)
    outbox.publish_ended(session, finding.call, now)
    return True


def _add_talk(
    session: Session, directories: DirectoryCache, memory: RoutingMemory, finding: Finding, now: datetime
) -> bool:
    """Accept a leg without callbacks: no key was needed."""
    call = calls.lock_call(session, finding.call or "")
    if call is None or finding.leg is None or not finding.leg.supposed:
        return False
    at_hand = CallContext(
        session=session, memory=memory, directory=directories.in_force(session), call=call, now=now
    )
    [leg] = [leg for leg in call.legs if leg.number == finding.leg.number]
    talked_by_carrier_records(at_hand, leg, finding.sid, finding.seconds)
    return True


def _correction_of(finding: Finding) -> Callable[[Session, str], object] | None:
    leg, seconds = finding.leg, finding.seconds
    if finding.what == OTHER_LENGTH_OF_CALL:
        return lambda session, call: calls.correct_carrier_seconds(session, call, seconds)
    if finding.what in {OTHER_LENGTH, NO_TALK_THERE} and leg:
        return lambda session, call: _correct_talk(session, call, leg, seconds)
    return None


def _correct_talk(session: Session, call: str, leg: OurLeg, seconds: int) -> None:
    if leg.returned:
        correct_talk_seconds(session, call, leg.number, seconds)
    else:
        calls.correct_leg_seconds(session, call, leg.number, seconds)
