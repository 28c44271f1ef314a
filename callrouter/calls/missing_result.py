"""Legs of which the action of their `<Dial>` has not come: what came of them, by all else that is known.

Their own callbacks tell it, then a key 1 that was pressed, and in the end the carrier's books. It is supposed, until
the action comes after all.
"""

from __future__ import annotations

from callrouter.calls import call as calls
from callrouter.calls.dial_result import close_leg, leave_center, own_end
from callrouter.calls.model import Call, Leg
from callrouter.calls.outcomes import own_outcome, screening_seconds
from callrouter.calls.states import ABANDONED, ACCEPTED, ANSWERED, LEFT
from callrouter.calls.turn import CallContext
from callrouter.events import outbox


def assume_result(context: CallContext, leg: Leg) -> None:
    """Close a leg of a call that is over, by its own callbacks. Without those, key 1 alone proves a conversation."""
    told = own_outcome(leg, caller_was_there=False)
    outcome = told or (ACCEPTED if leg.taken_at else LEFT)
    seconds = leg.carrier_seconds or screening_seconds(leg)
    close_leg(context, leg, outcome, seconds, own_end(context, leg) if told else context.call.ended_at)
    leave_center(context, leg)


def may_be_corrected(call: Call, leg: Leg) -> bool:
    """Whether what is known of this leg was only supposed, and its call is over: what it tells of itself counts."""
    return call.ended and call.reaped and leg is call.latest_leg


def late_leg_result(context: CallContext, leg: Leg) -> None:
    """The leg has told something of itself after the end of its call."""
    if own_outcome(leg, caller_was_there=False) is not None:
        assume_result(context, leg)
        _comes_to(context)


def talked_by_carrier_records(context: CallContext, leg: Leg, sid: str, seconds: int) -> None:
    """The carrier's books know of a talk on a leg of which nothing was told. `sid` is its name there."""
    if may_be_corrected(context.call, leg) and leg.outcome == LEFT:
        leg.sid = leg.sid or sid
        close_leg(context, leg, ACCEPTED, seconds)
        _comes_to(context)


def _comes_to(context: CallContext) -> None:
    """What the call has come to, now that more is known of its latest leg."""
    call = context.call
    if call.outcome in {None, ABANDONED, ANSWERED}:
        call.outcome = ANSWERED if call.answered_by else ABANDONED
    calls.save(context.session, call)
    outbox.publish_ended(context.session, call.sid, context.now)
