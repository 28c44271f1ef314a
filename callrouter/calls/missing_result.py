"""Assumes the result of a leg whose `<Dial>` action callback did not come.

The leg's own callbacks decide, then the center's key 1, and finally the carrier's CDRs. If the action callback comes
late, it replaces the assumption.
"""

from __future__ import annotations

from callrouter.calls import call as calls
from callrouter.calls.dial_result import close_leg, end_by_status, leave_center
from callrouter.calls.model import Call, Leg
from callrouter.calls.outcomes import outcome_by_status, screening_seconds
from callrouter.calls.states import ABANDONED, ACCEPTED, ANSWERED, LEFT
from callrouter.calls.turn import CallContext
from callrouter.events import outbox


def assume_result(context: CallContext, leg: Leg) -> None:
    """Close a leg of an ended call by its own callbacks. Without those, only key 1 proves a conversation."""
    own = outcome_by_status(leg, caller_was_there=False)
    outcome = own or (ACCEPTED if leg.taken_at else LEFT)
    seconds = leg.carrier_seconds or screening_seconds(leg)
    close_leg(context, leg, outcome, seconds, end_by_status(context, leg) if own else context.call.ended_at)
    leave_center(context, leg)


def may_be_corrected(call: Call, leg: Leg) -> bool:
    """Whether the leg's result was only assumed and its call has ended."""
    return call.ended and call.reaped and leg is call.latest_leg


def late_leg_result(context: CallContext, leg: Leg) -> None:
    """Handle a status callback of a leg that comes after the end of its call."""
    if outcome_by_status(leg, caller_was_there=False) is not None:
        assume_result(context, leg)
        _correct_call(context)


def talked_by_carrier_records(context: CallContext, leg: Leg, sid: str, seconds: int) -> None:
    """Accept a leg without callbacks because the carrier's CDRs show a talk. `sid` is the leg's CallSid."""
    if may_be_corrected(context.call, leg) and leg.outcome == LEFT:
        leg.sid = leg.sid or sid
        close_leg(context, leg, ACCEPTED, seconds)
        _correct_call(context)


def _correct_call(context: CallContext) -> None:
    """Correct the outcome of the call after its latest leg was corrected."""
    call = context.call
    if call.outcome in {None, ABANDONED, ANSWERED}:
        call.outcome = ANSWERED if call.answered_by else ABANDONED
    calls.save(context.session, call)
    outbox.publish_ended(context.session, call.sid, context.now)
